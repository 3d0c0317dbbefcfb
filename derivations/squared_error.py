"""Squared error against cross-entropy behind a sigmoid: why one gradient vanishes.

Sources: Goodfellow, Bengio & Courville 2016, §6.2.2.2.
"""

from xent_sym import arithmetic, binary_cross_entropy as BCE, claim, differentiate, name
from xent_sym import partial, reading, real, sigmoid, substitute, theorem, unfold
from xent_sym.derivations.sigmoid import sigmoid_derivative

w, x, b, y, s = real("w"), real("x"), real("b"), real("y"), real("s")
z = name("z", w * x + b)
yhat = name("yhat", sigmoid(z))


@theorem(sigmoid_derivative, zh="均方误差经过 sigmoid:梯度里多了一个 σ'(z),它会趋于 0。")
def squared_error_gradient():
    """Squared error through a sigmoid: the gradient carries σ'(z), which vanishes."""
    slope = substitute(partial(sigmoid(s), s), {s: z})
    yield claim(partial((yhat - y) ** 2 / 2, w), "=", (yhat - y) * slope * x)
    yield differentiate
    yield reading(sigmoid_derivative.theorem)


@theorem(sigmoid_derivative, zh="同一梯度, σ'(z) 写成 ŷ(1 − ŷ)。")
def squared_error_gradient_written_out():
    """The same gradient with the slope written out: (ŷ − y) ŷ (1 − ŷ) x."""
    yield claim(partial((yhat - y) ** 2 / 2, w), "=", (yhat - y) * yhat * (1 - yhat) * x)
    yield differentiate


@theorem(sigmoid_derivative, zh="交叉熵经过 sigmoid:σ'(z) 被约掉,梯度是 (ŷ − y) x。")
def binary_cross_entropy_gradient():
    """Cross-entropy through a sigmoid: σ'(z) cancels, the gradient is (ŷ − y) x."""
    yield claim(partial(BCE(y, yhat), w), "=", (yhat - y) * x)
    yield unfold(BCE)
    yield differentiate
    yield arithmetic("definitions", "exponents")
