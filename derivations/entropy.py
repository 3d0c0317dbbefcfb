"""Entropy: the expected self-information of a distribution.

0·log 0 = 0 is a convention, and the only one that keeps the entropy continuous: t²·log t² is
squeezed between −2t and 0 as t → 0.

Logarithms are natural and the unit is the nat, unless a base is written as an index; with base 2
the unit is the bit. A base that is a letter is marked as one, because H_b is the entropy of a coin.

Sources: Shannon 1948, §6; Cover & Thomas 2006, §2.1.
"""

from xent_sym import arithmetic, base, bound, change_of_base, claim, distribution, expectation
from xent_sym import entropy as H, fold, index, linearity, log, log_of_quotient
from xent_sym import positive, probability, rearrange, self_information, size
from xent_sym import summation, theorem, unfold, vector

n = size("n")
i = index("i", n)
p = distribution("p", n)
b = base("b")


@theorem(zh="熵的定义。")
def entropy():
    """The entropy of a distribution is −Σ p log p."""
    yield claim(H(p), "=", -summation(p[i] * log(p[i]), i))
    yield unfold(H)


@theorem(zh="熵是自信息的期望。")
def entropy_is_expected_information():
    """Entropy is the expectation of the self-information."""
    yield claim(expectation(p, vector(self_information(p[i]), i)), "=", H(p))
    yield unfold(expectation, self_information)
    yield fold(H)


@theorem(zh="均匀分布的熵是 log n。")
def entropy_uniform():
    """The uniform distribution on n outcomes has entropy log n."""
    u = vector(1 / n, i)
    yield claim(H(u), "=", log(n))
    yield unfold(H)
    yield log_of_quotient
    yield linearity


@theorem(zh="换底：以 b 为底的熵等于自然对数熵除以 log b。")
def entropy_change_of_base():
    """Entropy in base b is entropy in nats divided by log b."""
    yield claim(H(p, b), "=", H(p) / log(b))
    yield unfold(H)
    yield change_of_base
    yield linearity
    yield fold(H)


@theorem(zh="约定 0·log 0 = 0。")
def zero_log_zero():
    """By convention 0·log 0 = 0: whatever log 0 is taken to be, the factor 0 erases it."""
    yield claim(0 * log(0), "=", 0)
    yield arithmetic()


@theorem(zh="极限的下界：t → 0 时 −2t → 0，所以 t² log t² 不会低于 0。")
def zero_log_zero_from_below():
    """Why 0: t²·log t² ≥ −2t, and −2t → 0 as t → 0."""
    t = positive("t")
    yield claim(t**2 * log(t**2), ">=", -2 * t)
    yield rearrange(-2 * t**2 * log(1 / t), "logarithms")
    yield bound("log_at_most")
    yield rearrange(-2 * t + 2 * t**2)
    yield bound("add_nonnegative", backwards=True)


@theorem(zh="极限的上界：0 < t < 1 时 t² log t² ≤ 0。")
def zero_log_zero_from_above():
    """Why 0: t²·log t² ≤ 0 for 0 < t < 1."""
    t = probability("t")
    yield claim(t**2 * log(t**2), "<=", 0)
    yield bound("log_at_most")
    yield rearrange(-(t**2 * (1 - t**2)))
    yield bound("minus_nonnegative")


@theorem(zh="熵是非负的。")
def entropy_nonneg():
    """Entropy is never negative."""
    yield claim(H(p), ">=", 0)
    yield unfold(H)
    yield bound("weighted_log_at_most")
    yield rearrange(summation(p[i] * (1 - p[i]), i))
    yield bound("nonnegative", backwards=True)
