"""Bounds and second derivatives as hand-written notes make them, each with its false twin.

The rows are those of ``hand_claims``: (left, relation, right, wrong right, what is assumed).
"""

from __future__ import annotations

from fractions import Fraction

from hand_claims import HX, Row, S, derivative, dz, f, g, ln2, q, s, zz

from xent_sym.terms import (
    binary_entropy,
    delta,
    distribution,
    domain,
    entropy,
    exp,
    index,
    kl,
    log,
    log_sum_exp,
    one_hot,
    positive,
    probability,
    real,
    reals,
    sigmoid,
    size,
    softmax,
    softplus,
    vector,
)
from xent_sym.terms.declare import base
from xent_sym.terms.term import Num

half = Fraction(1, 2)
x, y, t = real("x"), real("y"), positive("t")
h, h2 = probability("h"), probability("g")
n, N = size("n"), size("N")
D = domain("D")
i, j, m = index("i", D), index("j", D), index("m", n)
c1, c2 = index("i", size("K")), index("j", size("K"))
p, r = distribution("p", D), distribution("r", D, full_support=True)
u = distribution("u", n)
a = softmax(zz)
b = base("b")

# -- strict ---------------------------------------------------------------------------------------
STRICT: dict[str, Row] = {
    "numbers": (Num(Fraction(223, 1000)), "<", Fraction(511, 1000), Fraction(223, 1000)),
    "3 < 4, not 3 < 3": (Num(3), "<", 4, 3),
    "with a logarithm": ((10 - ln2(3)) / 4, "<", Fraction(9, 4), 2),
    "the other way": (Fraction(9, 4) - Num(0), ">", (10 - ln2(3)) / 4, (11 - ln2(3)) / 4),
    "−log 0.9": (-log(Num(Fraction(9, 10))), "<", Fraction(357, 1000), Fraction(1, 10)),
    "e < 3": (exp(Num(1)), "<", 3, 2),
    "√e < 2": (exp(Num(half)), "<", 2, Fraction(8, 5)),
    "log(1 + e) > 1": (log(1 + exp(Num(1))), ">", 1, 2),
    "2^{3/2} < 3": (Num(2) ** Fraction(3, 2), "<", 3, Fraction(14, 5)),
    "softmax of numbers": (exp(Num(2)) / (exp(Num(2)) + exp(Num(1))), ">", Fraction(7, 10),
                           Fraction(3, 4)),
    "−1/(h(1 − h)) < 0": (-1 / (h * (1 - h)), "<", 0, -5),
    "e^x > 0": (exp(x), ">", 0, 1),
    "σ < 1": (sigmoid(x), "<", 1, half),
    "0 < σ": (Num(0), "<", sigmoid(x), -sigmoid(x)),
    "σ' > 0": (sigmoid(x) * (1 - sigmoid(x)), ">", 0, Fraction(1, 10)),
    "Σ of positives > 0": (S(r[i] ** 2, i), ">", 0, half),
    "Σ e^z > 0": (S(exp(zz[c1]), c1), ">", 0, 1),
    "softmax > 0": (a[c1], ">", 0, Fraction(1, 10)),
    "softplus > 0": (softplus(x), ">", 0, 1),
    "x < x + t": (x, "<", x + t, x - t),
    "x² + 1 > 0": (x**2 + 1, ">", 0, 1),
    "H < log n + 1": (entropy(u), "<", log(n) + 1, log(n)),
    "H_b > 0": (binary_entropy(h), ">", 0, half),
    "log t < t": (log(t), "<", t, t - 1),
    "log_b of more than one": (log(1 + t, b), ">", 0, 1),
    "unequal numbers": (Num(half), "!=", Fraction(1, 3), Fraction(2, 4)),
    "e^x ≠ 0": (exp(x), "!=", 0, exp(x)),
    "h'' < 0": (derivative(derivative(binary_entropy(h), h), h), "<", 0, -4),
}

# -- squares, and sums with an entry taken off ----------------------------------------------------
SIGNS: dict[str, Row] = {
    "a sum of squares": (S((f[i] - g[i]) ** 2, i), ">=", 0, 1),
    "a variance": (S(p[i] * (f[i] - S(p[j] * f[j], j)) ** 2, i), ">=", 0, 1),
    "the same under softmax": (
        S(a[c1] * (zz[c1] - S(a[c2] * zz[c2], c2)) ** 2, c1), ">=", 0, 1,
    ),
    "x² + y² ≥ 2xy": (x**2 + y**2, ">=", 2 * x * y, 3 * x * y),
    "4h(1 − h) ≤ 1": (4 * h * (1 - h), "<=", 1, half),
    "softmax ≤ 1": (a[c1], "<=", 1, half),
    "an entry is at most the sum": (r[i] ** 2, "<=", S(r[j] ** 2, j), S(r[j] ** 3, j)),
    "an entry of a table": (
        p[i] * r[j], "<=", S(S(p[i] * r[j], j), i), S(S(p[i] * r[j], j), i) / 2,
    ),
    "P/M ≤ 2": (q[i] / ((q[i] + s[i]) / 2), "<=", 2, 1),
}

# -- joints whose factors may be 0 ----------------------------------------------------------------
X, Y, Z = domain("X"), domain("Y"), domain("Z")
k, k2, o, z = index("k", X), index("k'", X), index("o", Y), index("z", Z)
v, vw = distribution("v", X), distribution("w", X, Y)
joint = v[k] * vw[k, o]
mY = S(v[k2] * vw[k2, o], k2)
H1, H2 = -S(v[k] * log(v[k]), k), -S(mY * log(mY), o)
H12, H2g1 = -S(joint * log(joint), k, o), -S(joint * log(vw[k, o]), k, o)
I12 = S(joint * log(joint / (v[k] * mY)), k, o)
e1, e2, e3 = distribution("e", Z), distribution("f", Z, X), distribution("g", Z, X, Y)
xyz = e1[z] * e2[z, k] * e3[z, k, o]
CMI = S(xyz * log(e3[z, k, o] / S(e2[z, k2] * e3[z, k2, o], k2)), z, k, o)
mean = vector((q[i] + s[i]) / 2, i)
JS = kl(q, mean) / 2 + kl(s, mean) / 2
JOINTS: dict[str, Row] = {
    "I ≥ 0": (I12, ">=", 0, 1),
    "I ≥ 0, summed in the other order": (
        S(joint * log(joint / (v[k] * mY)), o, k), ">=", 0, 1,
    ),
    "I ≤ H(X)": (I12, "<=", H1, H1 - 1),
    "I ≤ H(Y)": (I12, "<=", H2, H2 - 1),
    "H(Y|X) ≥ 0": (H2g1, ">=", 0, 1),
    "H(Y|X) ≤ H(Y)": (H2g1, "<=", H2, H1),
    "H(X,Y) ≤ H(X) + H(Y)": (H12, "<=", H1 + H2, H1),
    "H(X,Y) ≥ H(X)": (H12, ">=", H1, H1 + H2),
    "H(X,Y) ≥ H(Y)": (H12, ">=", H2, H2 + H1),
    "I(X;Y|Z) ≥ 0": (CMI, ">=", 0, 1),
    "H(X) + H(p) is no less": (HX + entropy(p), ">=", HX, HX + entropy(p) + 1),
    "Jensen–Shannon ≥ 0": (entropy(mean), ">=", half * entropy(q) + half * entropy(s),
                           entropy(q) + entropy(s)),
    "JS ≥ 0": (JS, ">=", 0, half),
    "JS ≤ log 2": (JS, "<=", log(2), 0),
}

# -- two outcomes ---------------------------------------------------------------------------------
BINARY: dict[str, Row] = {
    "H_b ≤ log 2": (binary_entropy(h), "<=", log(2), half),
    "H_b ≤ 1 bit": (-h * ln2(h) - (1 - h) * ln2(1 - h), "<=", 1, half),
    "n·H_b ≤ n": (n * (-h * ln2(h) - (1 - h) * ln2(1 - h)), "<=", n, n / 2),
    "H_b ≥ 0": (binary_entropy(h), ">=", 0, half),
    "Gibbs for two": (
        -h * log(h2) - (1 - h) * log(1 - h2), ">=", binary_entropy(h), binary_entropy(h2),
    ),
    "Gibbs for two in bits": (
        -h * ln2(h2) - (1 - h) * ln2(1 - h2), ">=", -h * ln2(h) - (1 - h) * ln2(1 - h), 1,
    ),
    "D of two ≥ 0": (h * log(h / h2) + (1 - h) * log((1 - h) / (1 - h2)), ">=", 0, half),
}

# -- the empirical distribution -------------------------------------------------------------------
sample, it = index("x", N, D), index("i", N)
share = S(delta(sample[it], i), it) / N
ph = vector(share, i)
EMPIRICAL: dict[str, Row] = {
    "Σ p̂ log q is the mean": (
        S(share * log(r[i]), i), "=", S(log(r[sample[it]]), it) / N, S(log(r[sample[it]]), it),
    ),
    "KL[p̂, q] splits": (
        kl(ph, r), "=", -entropy(ph) - S(log(r[sample[it]]), it) / N,
        entropy(ph) - S(log(r[sample[it]]), it) / N,
    ),
    "log-likelihood": (
        S(log(r[sample[it]]), it) / N, "=", -entropy(ph) - kl(ph, r), -entropy(ph) + kl(ph, r),
    ),
    "KL[p̂, q] ≥ 0": (kl(ph, r), ">=", 0, 1),
    "−H(p̂) is the most": (-entropy(ph) - kl(ph, r), "<=", -entropy(ph), entropy(ph) - 2),
    "n bits are n·log 2": (N * kl(ph, r, 2), ">=", 0, 1),
}

# -- second derivatives ---------------------------------------------------------------------------
P = domain("P")
jt, kt = index("j", P), index("k", P)
xs, theta = reals("x", N, P), reals("theta", P)
yb = one_hot("y", domain("C"), at="c")
hot = reals("y", N)
inner = S(theta[index("s", P)] * xs[it, index("s", P)], index("s", P))
hi = sigmoid(inner)
J = -S(hot[it] * log(hi) + (1 - hot[it]) * log(1 - hi), it) / N


def d_theta(body, at):
    return derivative(body, theta, at, over=(P,))


SECOND: dict[str, Row] = {
    "h''": (
        derivative(derivative(binary_entropy(h), h), h), "=", -1 / h - 1 / (1 - h),
        -1 / h + 1 / (1 - h),
    ),
    "h'' as one fraction": (
        derivative(derivative(-h * log(h) - (1 - h) * log(1 - h), h), h), "=", -1 / (h * (1 - h)),
        1 / (h * (1 - h)),
    ),
    "−log q twice": (
        derivative(derivative(-h2 * log(h), h), h), "=", h2 / h**2, -h2 / h**2,
    ),
    "∂²J/∂θ_j∂θ_k": (
        d_theta(d_theta(J, kt), jt), "=", S(hi * (1 - hi) * xs[it, jt] * xs[it, kt], it) / N,
        S(hi * (1 - hi) * xs[it, jt] * xs[it, jt], it) / N,
    ),
    "∂²J/∂θ_j²": (
        d_theta(d_theta(J, jt), jt), "=", S(hi * (1 - hi) * xs[it, jt] ** 2, it) / N,
        S(hi * (1 - hi) * xs[it, jt], it) / N,
    ),
    "∂²LSE": (
        dz(dz(log_sum_exp(zz), c1), c2), "=", a[c1] * (delta(c1, c2) - a[c2]),
        a[c1] * (delta(c1, c2) + a[c2]),
    ),
}

BOUNDS = {
    f"{group}: {label}": row
    for group, rows in {
        "strict": STRICT, "signs": SIGNS, "joints": JOINTS, "two outcomes": BINARY,
        "empirical": EMPIRICAL, "second derivatives": SECOND,
    }.items()
    for label, row in rows.items()
}
