"""Likelihood: to make the observed labels most likely is to make the cross-entropy least.

Sources: Goodfellow, Bengio & Courville 2016, §5.5.
"""

from xent_sym import claim, collapse, cross_entropy, distribution, index, log
from xent_sym import log_of_finite_product, one_hot, one_hot_entry, product, reading, size
from xent_sym import summation, theorem
from xent_sym.derivations.cross_entropy import cross_entropy_one_hot

n, K = size("n"), size("K")
i, k = index("i", n), index("k", K)
y = one_hot("y", n, K, at="c")
q = distribution("q", n, K, full_support=True)


@theorem(zh="n 个独热样本的负对数似然 = 交叉熵之和，因此最大似然 = 最小交叉熵。")
def negative_log_likelihood():
    """Minus the log-likelihood of n one-hot samples is the sum of their cross-entropies."""
    likelihood = product(summation(y[i, k] * q[i, k], k), i)
    yield claim(-log(likelihood), "=", summation(cross_entropy(y[i], q[i]), i))
    yield one_hot_entry(y)
    yield collapse
    yield log_of_finite_product
    yield reading(cross_entropy_one_hot.theorem)


@theorem(zh="平均负对数似然 = 平均交叉熵。")
def mean_negative_log_likelihood():
    """The mean negative log-likelihood is the mean cross-entropy: one minimum for both."""
    likelihood = product(summation(y[i, k] * q[i, k], k), i)
    yield claim(-(1 / n * log(likelihood)), "=", 1 / n * summation(cross_entropy(y[i], q[i]), i))
    yield one_hot_entry(y)
    yield collapse
    yield log_of_finite_product
    yield reading(cross_entropy_one_hot.theorem)


@theorem(zh="两个模型按似然排序，就是按交叉熵排序：似然最大的模型交叉熵最小。")
def likelihood_ranks_as_cross_entropy():
    """One model is more likely than another by as much as its cross-entropy is less."""
    r = distribution("r", n, K, full_support=True)

    def log_likelihood(model):
        return log(product(summation(y[i, k] * model[i, k], k), i))

    def cost(model):
        return summation(cross_entropy(y[i], model[i]), i)

    yield claim(log_likelihood(q) - log_likelihood(r), "=", cost(r) - cost(q))
    yield one_hot_entry(y)
    yield collapse
    yield log_of_finite_product
    yield reading(cross_entropy_one_hot.theorem)
