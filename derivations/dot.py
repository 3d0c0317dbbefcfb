"""Dot product: parameters by features, the linear part of every model here.

Sources: Goodfellow, Bengio & Courville 2016, §2.2.
"""

from xent_sym import claim, collapse, differentiate, dot as dot_product, index, partial, reals, size
from xent_sym import summation, theorem, unfold

P = size("P")
j, k = index("j", P), index("k", P)
theta, x = reals("theta", P), reals("x", P)


@theorem(zh="点积的定义。")
def dot():
    """The dot product is the sum of the products of the entries."""
    yield claim(dot_product(theta, x), "=", summation(theta[j] * x[j], j))
    yield unfold(dot_product)


@theorem(zh="点积对参数的梯度就是特征。")
def dot_gradient():
    """The gradient of θᵀx by θ is x."""
    yield claim(partial(dot_product(theta, x), theta[k]), "=", x[k])
    yield unfold(dot_product)
    yield differentiate
    yield collapse
