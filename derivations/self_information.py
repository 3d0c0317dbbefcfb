"""Self-information: how surprising an event of probability P is.

Sources: Shannon 1948; Cover & Thomas 2006, §2.1.
"""

from xent_sym import base, change_of_base, claim, fold, log, log_of_one, log_of_product
from xent_sym import probability, self_information as info, theorem, unfold

P, Q, b = probability("P"), probability("Q"), base("b")


@theorem(zh="自信息：概率为 P 的事件带来的信息量是 −log P。")
def self_information():
    """The information in an event of probability P is −log P."""
    yield claim(info(P), "=", -log(P))
    yield unfold(info)


@theorem(zh="独立事件的信息量可以相加。")
def self_information_additive():
    """The information in independent events adds up."""
    yield claim(info(P * Q), "=", info(P) + info(Q))
    yield unfold(info)
    yield log_of_product
    yield fold(info)


@theorem(zh="必然事件不带来信息。")
def self_information_of_certainty():
    """A certain event tells nothing."""
    yield claim(info(1), "=", 0)
    yield unfold(info)
    yield log_of_one


@theorem(zh="换底：以 b 为底的信息量等于自然对数信息量除以 log b。")
def self_information_change_of_base():
    """Another base of logarithms is another unit: divide by log b."""
    yield claim(info(P, b), "=", info(P) / log(b))
    yield unfold(info)
    yield change_of_base
    yield fold(info(P))
