"""Sigmoid and softplus: the logistic function and its antiderivative.

Sources: Goodfellow, Bengio & Courville 2016, §3.10.
"""

from xent_sym import claim, differentiate, exp, fold, log, log_of_quotient
from xent_sym import partial, real, rearrange, sigmoid as sigma, softplus as sp, theorem, unfold

x = real("x")


@theorem(zh="σ 的定义。")
def sigmoid():
    """The sigmoid sends a real number into (0, 1)."""
    yield claim(sigma(x), "=", 1 / (1 + exp(-x)))
    yield unfold(sigma)


@theorem(zh="sigmoid 的导数：σ' = σ(1 − σ)。")
def sigmoid_derivative():
    """The slope of the sigmoid is σ(1 − σ)."""
    yield claim(partial(sigma(x), x), "=", sigma(x) * (1 - sigma(x)))
    yield unfold(sigma)
    yield differentiate
    yield rearrange(1 / (1 + exp(-x)) * (1 - 1 / (1 + exp(-x))))
    yield fold(sigma)


@theorem(zh="σ(−x) = 1 − σ(x)。")
def sigmoid_reflection():
    """What the sigmoid leaves to one is the sigmoid of the opposite."""
    yield claim(sigma(-x), "=", 1 - sigma(x))
    yield unfold(sigma)
    yield rearrange(1 - 1 / (1 + exp(-x)), "exponents")
    yield fold(sigma)


@theorem(zh="softplus 的定义。")
def softplus():
    """The softplus is log(1 + e^x)."""
    yield claim(sp(x), "=", log(1 + exp(x)))
    yield unfold(sp)


@theorem(zh="log σ 的稳定形式。")
def log_sigmoid():
    """log h in terms of the logit: log σ(x) = −log(1 + e^{−x})."""
    yield claim(log(sigma(x)), "=", -sp(-x))
    yield unfold(sigma)
    yield log_of_quotient
    yield fold(sp)


@theorem(zh="log(1 − σ) 的稳定形式。")
def log_one_minus_sigmoid():
    """log(1 − h) in terms of the logit: log(1 − σ(x)) = −x − log(1 + e^{−x})."""
    yield claim(log(1 - sigma(x)), "=", -x - log(1 + exp(-x)))
    yield unfold(sigma)
    yield rearrange(log(exp(-x) / (1 + exp(-x))), "exponents")
    yield log_of_quotient


@theorem(zh="log(1 − σ(x)) = −softplus(x)。")
def log_one_minus_sigmoid_is_softplus():
    """The same, without a difference: log(1 − σ(x)) = −log(1 + e^x)."""
    yield claim(log(1 - sigma(x)), "=", -sp(x))
    yield unfold(sigma)
    yield rearrange(log(1 / (1 + exp(x))), "exponents")
    yield log_of_quotient
    yield fold(sp)


@theorem(zh="softplus 的导数是 sigmoid。")
def softplus_derivative():
    """The slope of the softplus is the sigmoid."""
    yield claim(partial(sp(x), x), "=", sigma(x))
    yield unfold(sp)
    yield differentiate
    yield fold(sigma)
