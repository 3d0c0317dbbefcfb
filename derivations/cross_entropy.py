"""Cross-entropy: the expected cost of coding what p sends with a code made for q.

Sources: Cover & Thomas 2006, §5.4.
"""

from fractions import Fraction

from xent_sym import Tup, bound, bound_by, by, claim, cross_entropy as CE, differs, distribution
from xent_sym import entropy as H, evaluate, expectation, fold, index, kl, linearity, log, one_hot
from xent_sym import collapse, one_hot_entry, rearrange, size, summation, theorem, true_class
from xent_sym import unfold, vector, weighted_log_of_quotient
from xent_sym.derivations.kl import kl_nonneg

n = size("n")
i = index("i", n)
p = distribution("p", n)
q = distribution("q", n, full_support=True)


@theorem(zh="交叉熵的定义。")
def cross_entropy():
    """The cross-entropy of q under p is −Σ p log q."""
    yield claim(CE(p, q), "=", -summation(p[i] * log(q[i]), i))
    yield unfold(CE)


@theorem(zh="交叉熵是 −log q 在 p 下的期望。")
def cross_entropy_is_expectation():
    """Cross-entropy is the expectation under p of −log q."""
    yield claim(expectation(p, vector(-log(q[i]), i)), "=", CE(p, q))
    yield unfold(expectation)
    yield fold(CE)


@theorem(zh="交叉熵 = 熵 + KL 散度。")
def cross_entropy_decomposition():
    """Cross-entropy is entropy plus divergence."""
    yield claim(H(p) + kl(p, q), "=", CE(p, q))
    yield unfold(H, kl)
    yield weighted_log_of_quotient
    yield linearity
    yield fold(CE)


@theorem(zh="独热标签的交叉熵只剩真实类别的一项。")
def cross_entropy_one_hot():
    """With a one-hot label only the true class remains: −log q_c."""
    y = one_hot("y", n, at="c")
    yield claim(CE(y, q), "=", -log(q[true_class(y)]))
    yield unfold(CE)
    yield one_hot_entry(y)
    yield collapse


@theorem(zh="交叉熵不小于熵。")
def cross_entropy_at_least_entropy():
    """No belief codes better than the truth: H(p, q) ≥ H(p)."""
    yield claim(CE(p, q), ">=", H(p))
    yield by(cross_entropy_decomposition.theorem, backwards=True)
    yield bound_by(kl_nonneg.theorem)


@theorem(zh="交叉熵是非负的。")
def cross_entropy_nonneg():
    """Cross-entropy is never negative: no belief is above certainty."""
    yield claim(CE(p, q), ">=", 0)
    yield unfold(CE)
    yield bound("log_at_most")
    yield rearrange(summation(p[i] * (1 - q[i]), i))
    yield bound("nonnegative", backwards=True)


@theorem(zh="交叉熵不是对称的：举出两个分布即可。")
def cross_entropy_not_symmetric():
    """Cross-entropy is not symmetric: two distributions that show it."""
    a = Tup(Fraction(1, 2), Fraction(1, 2))
    b = Tup(Fraction(1, 4), Fraction(3, 4))
    yield claim(CE(a, b), "!=", CE(b, a))
    yield evaluate()
    yield differs()
