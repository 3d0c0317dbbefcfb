"""Logistic regression: the mean binary cross-entropy J(θ), and its gradient.

Sources: Hastie, Tibshirani & Friedman 2009, §4.4.
"""

from xent_sym import binary, binary_cross_entropy as BCE, claim
from xent_sym import differentiate, dot, exp, fold, index, log, name, partial, reals
from xent_sym import by, rearrange, sigmoid, size, softplus, summation, theorem, unfold, vector
from xent_sym.derivations.dot import dot_gradient
from xent_sym.derivations.sigmoid import log_one_minus_sigmoid_is_softplus, log_sigmoid
from xent_sym.derivations.sigmoid import softplus_derivative

n, P = size("n"), size("P")
i, j = index("i", n), index("j", P)
x, theta, y = reals("x", n, P), reals("theta", P), binary("y", n)
h = name("h", vector(sigmoid(dot(theta, x[i])), i))
J = 1 / n * summation(BCE(y[i], h[i]), i)


@theorem(zh="J(θ)：从定义到 log(1 + e^{θᵀx}) − yθᵀx 的平均。")
def logistic_cost():
    """J(θ) is the mean of log(1 + e^{θᵀx}) − yθᵀx."""
    u = dot(theta, x[i])
    yield claim(J, "=", 1 / n * summation(log(1 + exp(u)) - y[i] * u, i))
    yield unfold(h, BCE)
    yield by(log_one_minus_sigmoid_is_softplus.theorem)
    yield by(log_sigmoid.theorem)
    yield unfold(softplus)
    yield rearrange(
        1 / n * summation(y[i] * (log(1 + exp(u)) - u) + (1 - y[i]) * log(1 + exp(u)), i),
        "exponents", "logarithms",
    )


@theorem(softplus_derivative, dot_gradient, zh="J(θ) 的梯度：(1/n) Σ (h − y) x_j。")
def logistic_gradient():
    """The gradient of J is the mean of (h − y) x_j."""
    yield claim(partial(J, theta[j]), "=", 1 / n * summation((h[i] - y[i]) * x[i, j], i))
    yield by(logistic_cost.theorem)
    yield fold(softplus)
    yield differentiate
    yield fold(h)
