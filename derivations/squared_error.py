"""Squared error against cross-entropy behind a sigmoid: why one gradient vanishes.

Sources: Goodfellow, Bengio & Courville 2016, §6.2.2.2.
"""

from xent_sym import binary_cross_entropy as BCE, by, claim, differentiate, name
from xent_sym import partial, reading, real, sigmoid, substitute, theorem, unfold
from xent_sym.derivations.sigmoid import sigmoid_derivative

w, x, b, y, s = real("w"), real("x"), real("b"), real("y"), real("s")
z = name("z", w * x + b)
yhat = name("yhat", sigmoid(z))


@theorem(sigmoid_derivative, zh="均方误差经过 sigmoid：梯度是 (ŷ − y) ŷ (1 − ŷ) x。")
def squared_error_gradient_written_out():
    """Squared error through a sigmoid: the gradient is (ŷ − y) ŷ (1 − ŷ) x."""
    yield claim(partial((yhat - y) ** 2 / 2, w), "=", (yhat - y) * yhat * (1 - yhat) * x)
    yield differentiate


@theorem(zh="因子 ŷ(1 − ŷ) 就是 σ'(z)：模型很有把握时它趋于 0，无论对错。")
def squared_error_gradient():
    """The factor ŷ(1 − ŷ) is σ'(z): it vanishes where the model is sure, right or wrong."""
    slope = substitute(partial(sigmoid(s), s), {s: z})
    yield claim(partial((yhat - y) ** 2 / 2, w), "=", (yhat - y) * slope * x)
    yield by(squared_error_gradient_written_out.theorem)
    yield reading(sigmoid_derivative.theorem)


@theorem(sigmoid_derivative, zh="交叉熵经过 sigmoid：σ'(z) 被约掉，梯度是 (ŷ − y) x。")
def binary_cross_entropy_gradient():
    """Cross-entropy through a sigmoid: σ'(z) cancels, the gradient is (ŷ − y) x."""
    yield claim(partial(BCE(y, yhat), w), "=", (yhat - y) * x)
    yield unfold(BCE)
    yield differentiate
