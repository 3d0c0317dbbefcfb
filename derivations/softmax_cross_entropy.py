"""Softmax with cross-entropy: the gradient is what the model says minus what is true.

Twice: through the Jacobian, as backpropagation does it, and through log-sum-exp, as it should
be computed.

Sources: Bridle 1990; Goodfellow, Bengio & Courville 2016, §6.2.2.3.
"""

from xent_sym import claim, collapse, cross_entropy as CE, differentiate, distribution
from xent_sym import dot, fold, index, linearity, log_of_quotient, log_sum_exp as lse, name
from xent_sym import partial, reals, size, softmax as S, summation, sums_to_one, theorem
from xent_sym import unfold, vector, expand
from xent_sym.derivations.softmax import softmax_jacobian

K, P = size("K"), size("P")
z, y = reals("z", K), distribution("y", K)
i, j, k = index("i", K), index("j", K), index("k", K)
a = name("a", S(z))


@theorem(zh="softmax 交叉熵写成 log-sum-exp 的形式。")
def softmax_cross_entropy():
    """Softmax cross-entropy is log-sum-exp minus the labelled logits."""
    yield claim(CE(y, S(z)), "=", lse(z) - summation(y[i] * z[i], i))
    yield unfold(CE, S)
    yield log_of_quotient
    yield linearity
    yield sums_to_one(y)
    yield fold(lse)


@theorem(zh="softmax 交叉熵对 logit 的梯度：预测减真实（经 log-sum-exp）。")
def softmax_cross_entropy_gradient():
    """The gradient is what the model says minus what is true (through log-sum-exp)."""
    yield claim(partial(CE(y, S(z)), z[k]), "=", a[k] - y[k])
    yield unfold(CE, S)
    yield log_of_quotient
    yield differentiate
    yield collapse
    yield sums_to_one(y)
    yield fold(a)


@theorem(softmax_jacobian, zh="同一梯度：链式法则，经 softmax 的雅可比矩阵。")
def softmax_cross_entropy_gradient_by_jacobian():
    """The same gradient by the chain rule, through the Jacobian of softmax."""
    yield claim(partial(CE(y, a), z[k]), "=", a[k] - y[k])
    yield unfold(CE)
    yield differentiate
    yield expand
    yield collapse
    yield sums_to_one(y)


@theorem(softmax_jacobian, zh="线性层：对权重 θ_ik 的梯度是 (a_i − y_i) x_k。")
def softmax_linear_layer_gradient():
    """For a linear layer z = θx the gradient by θ_ik is (a_i − y_i) x_k."""
    theta, x, k = reals("theta", K, P), reals("x", P), index("k", P)
    b = name("a", S(vector(dot(theta[j], x), j)))
    yield claim(partial(CE(y, b), theta[i, k]), "=", (b[i] - y[i]) * x[k])
    yield unfold(CE, b, S, dot)
    yield log_of_quotient
    yield differentiate
    yield collapse
    yield sums_to_one(y)
    yield fold(dot, b)
