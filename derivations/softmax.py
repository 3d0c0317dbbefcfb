"""Softmax and log-sum-exp: from logits to a distribution.

Sources: Bridle 1990; Goodfellow, Bengio & Courville 2016, §6.2.2.3.
"""

from xent_sym import arithmetic, by, claim, collapse, delta, differentiate, distinct, exp
from xent_sym import exp_of_sum, fold, index, log, log_of_exp, log_of_product, log_sum_exp as lse
from xent_sym import name, partial, pull_constants, real, reals, rearrange, size, softmax as S
from xent_sym import summation, theorem, unfold, vector

K = size("K")
z = reals("z", K)
i, j, k = index("i", K), index("j", K), index("k", K)
a = name("a", S(z))


@theorem(zh="softmax 的定义。")
def softmax():
    """Softmax turns logits into positive numbers that sum to one."""
    yield claim(S(z)[k], "=", exp(z[k]) / summation(exp(z[j]), j))
    yield unfold(S)


@theorem(zh="softmax 的各分量之和为 1。")
def softmax_sums_to_one():
    """The entries of a softmax sum to one."""
    yield claim(summation(S(z)[j], j), "=", 1)
    yield unfold(S)
    yield pull_constants


@theorem(zh="所有 logit 加上同一个常数，softmax 不变。")
def softmax_shift_invariance():
    """Adding one number to every logit changes nothing."""
    c = real("c")
    yield claim(S(vector(z[j] + c, j))[k], "=", S(z)[k])
    yield unfold(S)
    yield exp_of_sum
    yield pull_constants
    yield fold(S)


@theorem(zh="log-sum-exp 的平移：稳定计算的根据。")
def log_sum_exp_shift():
    """Log-sum-exp moves with its arguments: why the maximum may be taken out first."""
    c = real("c")
    yield claim(lse(z), "=", c + lse(vector(z[j] - c, j)))
    yield unfold(lse)
    yield rearrange(log(summation(exp(c) * exp(z[j] - c), j)), "exponents")
    yield pull_constants
    yield log_of_product
    yield log_of_exp
    yield fold(lse)


@theorem(zh="softmax 的雅可比矩阵。")
def softmax_jacobian():
    """The Jacobian of softmax is a_i (δ_ik − a_k)."""
    yield claim(partial(a[i], z[k]), "=", a[i] * (delta(i, k) - a[k]))
    yield unfold(a, S)
    yield differentiate
    yield collapse
    yield fold(a)


@theorem(zh="情形 i = k。")
def softmax_jacobian_same():
    """The case i = k: a_i (1 − a_i)."""
    yield claim(partial(a[i], z[i]), "=", a[i] * (1 - a[i]))
    yield by(softmax_jacobian.theorem)


@theorem(zh="情形 i ≠ k。")
def softmax_jacobian_other():
    """The case i ≠ k: −a_i a_k."""
    yield claim(partial(a[i], z[k]), "=", -a[i] * a[k], distinct(i, k))
    yield by(softmax_jacobian.theorem)
    yield arithmetic("deltas")


@theorem(zh="log-sum-exp 的梯度就是 softmax。")
def log_sum_exp_gradient():
    """The gradient of log-sum-exp is softmax."""
    yield claim(partial(lse(z), z[k]), "=", a[k])
    yield unfold(lse)
    yield differentiate
    yield collapse
    yield fold(a)
