"""Kullback–Leibler divergence: what it costs, beyond the entropy, to believe q when p is true.

Sources: Kullback & Leibler 1951; Cover & Thomas 2006, §2.3, §2.6.
"""

from fractions import Fraction

from xent_sym import Tup, bound, bound_by, by, claim, cross_entropy, differs, distribution
from xent_sym import arithmetic, entropy, evaluate
from xent_sym import fold, index, kl as KL, linearity, log, log_of_quotient, rearrange, size
from xent_sym import split_sums, summation, sums_to_one, theorem, unfold, vector
from xent_sym import weighted_log_of_quotient

n = size("n")
i = index("i", n)
p = distribution("p", n)
q = distribution("q", n, full_support=True)
uniform = vector(1 / n, i)


@theorem(zh="KL 散度的定义。")
def kl():
    """The divergence of q from p is Σ p log(p/q)."""
    yield claim(KL(p, q), "=", summation(p[i] * log(p[i] / q[i]), i))
    yield unfold(KL)


@theorem(zh="KL 散度 = 交叉熵 − 熵。")
def kl_is_excess():
    """Divergence is what cross-entropy costs beyond the entropy."""
    yield claim(KL(p, q), "=", cross_entropy(p, q) - entropy(p))
    yield unfold(KL)
    yield weighted_log_of_quotient
    yield linearity
    yield fold(entropy, cross_entropy)


@theorem(zh="一个分布与自身的 KL 散度为 0。")
def kl_self():
    """Nothing diverges from itself."""
    yield claim(KL(p, p), "=", 0)
    yield unfold(KL)
    yield arithmetic("logarithms")


@theorem(zh="吉布斯不等式：KL 散度非负。")
def kl_nonneg():
    """Gibbs' inequality: no divergence is negative."""
    yield claim(KL(p, q), ">=", 0)
    yield unfold(KL)
    yield rearrange(-summation(p[i] * log(q[i] / p[i]), i), "logarithms")
    yield bound("weighted_log_ratio_at_most")
    yield split_sums
    yield sums_to_one(q)
    yield sums_to_one(p)


@theorem(zh="与均匀分布的 KL 散度：熵离 log n 还差多少。")
def kl_from_uniform():
    """Divergence from the uniform distribution is what the entropy lacks to log n."""
    yield claim(KL(p, uniform), "=", log(n) - entropy(p))
    yield by(kl_is_excess.theorem)
    yield unfold(cross_entropy)
    yield log_of_quotient
    yield linearity
    yield sums_to_one(p)


@theorem(zh="熵的上界：n 个结果的分布，熵不超过 log n，均匀分布取到。")
def entropy_at_most_log():
    """No distribution on n outcomes has more entropy than the uniform one."""
    yield claim(entropy(p), "<=", log(n))
    yield rearrange(log(n) - (log(n) - entropy(p)))
    yield by(kl_from_uniform.theorem, backwards=True)
    yield bound_by(kl_nonneg.theorem)


@theorem(zh="KL 散度不是对称的：举出两个分布即可。")
def kl_not_symmetric():
    """Divergence is not symmetric: two distributions that show it."""
    a = Tup(Fraction(1, 2), Fraction(1, 2))
    b = Tup(Fraction(1, 4), Fraction(3, 4))
    yield claim(KL(a, b), "!=", KL(b, a))
    yield evaluate()
    yield differs()
