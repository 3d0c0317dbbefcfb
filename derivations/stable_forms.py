"""The equations by which exported functions are computed: the same numbers, without the loss.

A definition may be impossible to compute as it is written: e^z overflows, 1 − a loses its digits,
a difference of two logarithms cancels.  Each equation here has a right side that does not.  They
hold for every index m and every number c; that m is where z is largest, and c the value there, is
the choice of the program that computes with them.

Sources: Blanchard, Higham & Higham 2021; Mächler 2012.
"""

from xent_sym import arithmetic, claim, distribution, exp, index, kl, log, log_sum_exp as lse
from xent_sym import real, reals, sigmoid, size, softmax as S, softplus, summation, theorem

K = size("K")
z, w = reals("z", K), reals("w", K)
i, j, k, m = index("i", K), index("j", K), index("k", K), index("m", K)
u, y, c, f, h = real("u"), real("y"), real("c"), reals("f", K), reals("h", K)
p, q = distribution("p", K), distribution("q", K, full_support=True)
GROUPS = ("definitions", "deltas", "exponents", "logarithms", "hypotheses")
others = summation(exp(z[j] - z[m]), j, ne=m)


@theorem(zh="以 z_m 为零点的 log-sum-exp。")
def log_sum_exp_pivot():
    """Log-sum-exp relative to one of its entries: the largest, and no power overflows."""
    yield claim(lse(z), "=", z[m] + log(1 + others))
    yield arithmetic(*GROUPS)


@theorem(zh="以 z_m 为零点的 softmax。")
def softmax_pivot():
    """Softmax relative to one of its entries."""
    yield claim(S(z)[k], "=", exp(z[k] - z[m]) / (1 + others))
    yield arithmetic(*GROUPS)


@theorem(zh="一个分量离 1 还差多少：其余分量之和。")
def one_minus_softmax():
    """What a softmax leaves to one is what the others weigh: no difference is taken."""
    yield claim(1 - S(z)[m], "=", others / (1 + others))
    yield arithmetic(*GROUPS)


@theorem(zh="期望先减去一个常数。")
def softmax_centred():
    """A value less its expectation under a softmax: any number may be taken from both first."""
    mean, rest = (summation(S(z)[j] * g, j) for g in (f[j], f[j] - c))
    yield claim(f[k] - mean, "=", (f[k] - c) - rest)
    yield arithmetic(*GROUPS)


@theorem(zh="softmax 下的协方差，两个函数先各减去均值。")
def covariance_about_means():
    """A covariance under a softmax from what each has more than its mean: no product of means."""
    first, second = (summation(S(z)[i] * g[i], i) for g in (f, h))
    both, about = (summation(S(z)[j] * product, j)
                   for product in (f[j] * h[j], (f[j] - first) * (h[j] - second)))
    yield claim(both - first * second, "=", about)
    yield arithmetic(*GROUPS)


@theorem(zh="两个 softmax 的对数比，由 logit 之差得到。")
def log_ratio_of_softmaxes():
    """The log-ratio of two softmaxes comes from the differences of their logits."""
    mean = summation(S(w)[j] * exp(z[j] - w[j]), j)
    yield claim((z[k] - lse(z)) - (w[k] - lse(w)), "=", z[k] - w[k] - log(mean))
    yield arithmetic(*GROUPS)


@theorem(zh="lse(z) − Σ y z 就是交叉熵的形式。")
def excess_over_log_sum_exp():
    """Log-sum-exp less the mean logit is a mean of numbers that are never negative."""
    yield claim(lse(z) - summation(p[j] * z[j], j), "=", -summation(p[j] * (z[j] - lse(z)), j))
    yield arithmetic(*GROUPS)


@theorem(zh="KL 散度写成每一项都非负的和。")
def divergence_by_nonnegative_terms():
    """Divergence as a sum of terms none of which is negative: rounded rows do not decide it."""
    yield claim(kl(p, q), "=", summation(p[j] * log(p[j] / q[j]) - p[j] + q[j], j))
    yield arithmetic(*GROUPS)


@theorem(zh="softplus(u) − y u 写成两个非负项。")
def softplus_reflection():
    """The logistic loss as two terms of one sign."""
    yield claim(softplus(u) - y * u, "=", y * softplus(-u) + (1 - y) * softplus(u))
    yield arithmetic(*GROUPS)


@theorem(zh="σ(u) − y 由补数得到。")
def one_minus_sigmoid():
    """A sigmoid beside another number goes through what it leaves to one."""
    yield claim(sigmoid(u) - y, "=", (1 - y) - sigmoid(-u))
    yield arithmetic(*GROUPS)


@theorem(zh="σ(u) 比 1/2 多出的部分：u 接近 0 时也不损失数字。")
def sigmoid_less_half():
    """What a sigmoid has more than one half, twice: near u = 0 no half is taken from another."""
    yield claim(2 * sigmoid(u) - 1, "=", (1 - exp(-u)) * sigmoid(u))
    yield arithmetic(*GROUPS)


@theorem(zh="σ 的导数不含相减。")
def sigmoid_slope():
    """The slope of the sigmoid without a difference."""
    yield claim(sigmoid(u) - sigmoid(u) ** 2, "=", sigmoid(u) * sigmoid(-u))
    yield arithmetic(*GROUPS)
