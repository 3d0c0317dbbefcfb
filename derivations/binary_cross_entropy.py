"""Binary cross-entropy: the cross-entropy of a coin, and of a label y, which is 0 or 1.

Sources: Goodfellow, Bengio & Courville 2016, §6.2.2.2.
"""

from xent_sym import Tup, binary, binary_cross_entropy as BCE, binary_entropy as Hb, claim
from xent_sym import cross_entropy, entropy, fold, log, probability, rearrange, theorem, unfold

p = probability("p")
y = binary("y")


@theorem(zh="二元交叉熵的定义。")
def binary_cross_entropy():
    """Binary cross-entropy weighs the two outcomes by the label."""
    yield claim(BCE(y, p), "=", -(y * log(p) + (1 - y) * log(1 - p)))
    yield unfold(BCE)


@theorem(zh="它就是分布 (y, 1 − y) 与 (p, 1 − p) 的交叉熵。")
def binary_cross_entropy_is_cross_entropy():
    """It is the cross-entropy of the two coins (y, 1 − y) and (p, 1 − p)."""
    yield claim(cross_entropy(Tup(y, 1 - y), Tup(p, 1 - p)), "=", BCE(y, p))
    yield unfold(cross_entropy)
    yield rearrange(-(y * log(p) + (1 - y) * log(1 - p)))
    yield fold(BCE)


@theorem(zh="y = 1 时为 −log p。")
def binary_cross_entropy_of_one():
    """For y = 1 it is −log p."""
    yield claim(BCE(1, p), "=", -log(p))
    yield unfold(BCE)


@theorem(zh="y = 0 时为 −log(1 − p)。")
def binary_cross_entropy_of_zero():
    """For y = 0 it is −log(1 − p)."""
    yield claim(BCE(0, p), "=", -log(1 - p))
    yield unfold(BCE)


@theorem(zh="二元熵是硬币的熵。")
def binary_entropy():
    """The binary entropy is the entropy of a coin."""
    yield claim(entropy(Tup(p, 1 - p)), "=", Hb(p))
    yield unfold(entropy)
    yield rearrange(-(p * log(p) + (1 - p) * log(1 - p)))
    yield fold(Hb)
