"""Claims as hand-written notes make them: (left, relation, right, wrong right, what is assumed).

The fourth entry is the false twin: the right side with one slip in it.
"""

from __future__ import annotations

from fractions import Fraction

from xent_sym.kernel import Claim, Hypothesis
from xent_sym.terms import (
    binary,
    cross_entropy,
    delta,
    distribution,
    domain,
    dot,
    entropy,
    exp,
    expectation,
    index,
    kl,
    log,
    name,
    positive,
    probability,
    product,
    real,
    reals,
    sigmoid,
    size,
    softmax,
    summation,
    vector,
)
from xent_sym.terms.declare import base
from xent_sym.terms.term import (
    Num,
    Partial,
    Pow,
    Space,
    Sym,
    Term,
    Tup,
    abstract,
)

half, quarter, eighth = Fraction(1, 2), Fraction(1, 4), Fraction(1, 8)
Row = tuple[Term | int, str, Term | int, Term | int] | tuple[
    Term | int, str, Term | int, Term | int, frozenset[Hypothesis]
]


def derivative(body: Term, point: Term, *at: Term, over: tuple[Term, ...] = ()) -> Term:
    """∂ body / ∂ point[at], also where the point is an abbreviation."""
    return Partial.make((Space(*over), abstract(body, point), point, *at), None, "u")


def ln2(x: Term | int | Fraction) -> Term:
    return log(x, 2)


# -- one distribution, or two ------------------------------------------------------------------
D = domain("D")
i, j, k = index("i", D), index("j", D), index("k", D)
p, r = distribution("p", D), distribution("r", D)
q, s = distribution("q", D, full_support=True), distribution("s", D, full_support=True)
f, g = reals("f", D), reals("g", D)
C, a_, b_ = real("C"), real("a"), real("b")
n = size("n")
u = distribution("u", n)
m = index("m", n)


def S(body: Term, *indices: Term) -> Term:
    for one in reversed(indices):
        body = summation(body, one)
    return body


ENTROPY: dict[str, Row] = {
    "H by definition": (entropy(p), "=", -S(p[i] * log(p[i]), i), S(p[i] * log(p[i]), i)),
    "H(p,q) by definition": (
        cross_entropy(p, q), "=", S(p[i] * log(1 / q[i]), i), S(q[i] * log(1 / p[i]), i),
    ),
    "H(p,q) = H(p) + D": (
        cross_entropy(p, q), "=", entropy(p) + kl(p, q), entropy(p) - kl(p, q),
    ),
    "the same in bits": (
        cross_entropy(p, q, 2), "=", entropy(p, 2) + kl(p, q, 2), entropy(p, 2) + kl(p, q),
    ),
    "D = H(p,q) - H(p)": (
        kl(p, q), "=", -S(p[i] * log(q[i]), i) - entropy(p), S(p[i] * log(q[i]), i) - entropy(p),
    ),
    "-Σ p log(p·q/p) split": (
        -S(p[i] * log(p[i] * (q[i] / p[i])), i), "=",
        -S(p[i] * log(p[i]), i) - S(p[i] * log(q[i] / p[i]), i),
        -S(p[i] * log(p[i]), i) + S(p[i] * log(q[i] / p[i]), i),
    ),
    "-Σ p log₂(p·q/p) is cross-entropy in bits": (
        -S(p[i] * ln2(p[i] * (q[i] / p[i])), i), "=", cross_entropy(p, q, 2), entropy(p, 2),
    ),
    "the quotient turned round": (
        kl(p, q), "=", -S(p[i] * log(q[i] / p[i]), i), -S(p[i] * log(p[i] / q[i]), i),
    ),
    "D in bits is D in nats over log 2": (
        kl(p, q, 2), "=", kl(p, q) / log(2), kl(p, q) * log(2),
    ),
    "D(q‖s) with positive q": (
        kl(q, s), "=", S(q[i] * (log(q[i]) - log(s[i])), i), S(q[i] * (log(s[i]) - log(q[i])), i),
    ),
    "D(p‖u) = log n − H(p)": (
        S(u[m] * log(u[m] / (1 / n)), m), "=", log(n) - entropy(u), log(n) + entropy(u),
    ),
    "H(uniform)": (-S((1 / n) * log(1 / n), m), "=", log(n), -log(n)),
    "E[f + g]": (
        expectation(p, vector(f[i] + g[i], i)), "=", expectation(p, f) + expectation(p, g),
        expectation(p, f) - expectation(p, g),
    ),
    "E[a f + b]": (
        S(p[i] * (a_ * f[i] + b_), i), "=", a_ * S(p[i] * f[i], i) + b_, a_ * S(p[i] * f[i], i),
    ),
    "E_q[p/q] = Σ p": (S(q[i] * (p[i] / q[i]), i), "=", S(p[i], i), S(q[i] * p[i], i)),
    "E_q[p/q] = 1": (S(q[i] * (p[i] / q[i]), i), "=", 1, 0),
    "E_p[q/p] = 1 for positive p": (S(q[i] * (s[i] / q[i]), i), "=", 1, S(s[i] / q[i], i)),
    "a constant under an expectation": (S(p[i] * (log(p[i]) + C), i), "=",
                                        C - entropy(p), C + entropy(p)),
    "H(p) with a base letter": (
        entropy(p, base("b")), "=", entropy(p) / log(base("b")), entropy(p) * log(base("b")),
    ),
    "D in a base b": (
        kl(p, q, base("b")), "=", cross_entropy(p, q, base("b")) - entropy(p, base("b")),
        cross_entropy(p, q, base("b")) - entropy(p),
    ),
    "difference of two cross-entropies": (
        cross_entropy(p, q) - cross_entropy(p, s), "=", S(p[i] * log(s[i] / q[i]), i),
        S(p[i] * log(q[i] / s[i]), i),
    ),
    "Jensen–Shannon by mixtures": (
        half * kl(q, vector((q[i] + s[i]) / 2, i)) + half * kl(s, vector((q[i] + s[i]) / 2, i)),
        "=", entropy(vector((q[i] + s[i]) / 2, i)) - half * (entropy(q) + entropy(s)),
        entropy(vector((q[i] + s[i]) / 2, i)) - entropy(q) - entropy(s),
    ),
}

# -- joint distributions: p(x,y) = p(x) p(y|x) ---------------------------------------------------
X, Y, Z = domain("X"), domain("Y"), domain("Z")
x, y, z = index("x", X), index("y", Y), index("z", Z)
x2, y2 = index("x'", X), index("y'", Y)
pX = distribution("pX", X, full_support=True)
pYX = distribution("pYX", X, Y, full_support=True)
joint = name("p_XY", vector(pX[x] * pYX[x, y], x, y))
pY = name("p_Y", vector(S(pX[x] * pYX[x, y], x), y))
pXgY = name("p_X|Y", vector(pX[x] * pYX[x, y] / S(pX[x2] * pYX[x2, y], x2), x, y))
HX = -S(pX[x] * log(pX[x]), x)
HY = -S(pY[y] * log(pY[y]), y)
HXY = -S(joint[x, y] * log(joint[x, y]), x, y)
HYX_IN_X = -S(pX[x] * S(pYX[x, y] * log(pYX[x, y]), y), x)
HXgY = -S(pY[y] * S(pXgY[x, y] * log(pXgY[x, y]), x), y)
MI = S(joint[x, y] * log(joint[x, y] / (pX[x] * pY[y])), x, y)

JOINT: dict[str, Row] = {
    "log p(x,y) splits": (
        HXY, "=",
        -S(joint[x, y] * log(pX[x]), x, y) - S(joint[x, y] * log(pYX[x, y]), x, y),
        -S(joint[x, y] * log(pX[x]), x, y) + S(joint[x, y] * log(pYX[x, y]), x, y),
    ),
    "H(X,Y) = H(X) + H(Y|X)": (HXY, "=", HX + HYX_IN_X, HX - HYX_IN_X),
    "H(X,Y) summed over y first": (
        -S(joint[x, y] * log(joint[x, y]), y, x), "=", HX + HYX_IN_X, HY + HYX_IN_X,
    ),
    "Σ p(x,y) log p(x) = Σ p(x) log p(x)": (
        S(joint[x, y] * log(pX[x]), y, x), "=", S(pX[x] * log(pX[x]), x),
        S(pY[y] * log(pY[y]), y),
    ),
    "H(X,Y) = H(Y) + H(X|Y)": (HXY, "=", HY + HXgY, HX + HXgY),
    "Σ_x p(x|y) = 1": (S(pXgY[x, y], x), "=", 1, 0),
    "Bayes": (pXgY[x, y] * pY[y], "=", pYX[x, y] * pX[x], pYX[x, y] * pY[y]),
    "p(x|y) = p(x,y)/p(y)": (pXgY[x, y], "=", joint[x, y] / pY[y], joint[x, y] / pX[x]),
    "Σ_y p(x,y) = p(x)": (S(joint[x, y], y), "=", pX[x], 1),
    "Σ_x p(x,y) = p(y)": (S(joint[x, y], x), "=", pY[y], 1),
    "Σ Σ p(x,y) = 1": (S(joint[x, y], x, y), "=", 1, 0),
    "Σ_y p(y) = 1": (S(pY[y], y), "=", 1, 0),
    "H(X|Y) = −ΣΣ p(x,y) log p(x|y)": (
        HXgY, "=", -S(joint[x, y] * log(pXgY[x, y]), x, y), -S(joint[x, y] * log(pYX[x, y]), x, y),
    ),
    "H(X|Y) = H(X,Y) − H(Y)": (HXgY, "=", HXY - HY, HXY - HX),
    "I = H(X) + H(Y) − H(X,Y)": (MI, "=", HX + HY - HXY, HX + HY + HXY),
    "I = H(X) − H(X|Y)": (MI, "=", HX - HXgY, HY - HXgY),
    "I = H(Y) − H(Y|X)": (MI, "=", HY - HYX_IN_X, HX - HYX_IN_X),
    "I in the other order": (
        S(joint[x, y] * log(pXgY[x, y] / pX[x]), y, x), "=", MI, -MI,
    ),
    "I = Σ_x p(x) D(p(y|x) ‖ p(y))": (
        MI, "=", S(pX[x] * S(pYX[x, y] * log(pYX[x, y] / pY[y]), y), x),
        S(pX[x] * S(pYX[x, y] * log(pYX[x, y] / pX[x]), y), x),
    ),
    "I by kl of rows": (
        MI, "=", S(pX[x] * kl(vector(pYX[x, y], y), pY), x),
        S(pX[x] * kl(pY, vector(pYX[x, y], y)), x),
    ),
    "I in bits": (
        S(joint[x, y] * ln2(joint[x, y] / (pX[x] * pY[y])), x, y), "=",
        (HX + HY - HXY) / log(2), HX + HY - HXY,
    ),
    "I split as two sums": (
        MI, "=",
        S(joint[x, y] * log(joint[x, y] / pY[y]), x, y) - S(joint[x, y] * log(pX[x]), x, y),
        S(joint[x, y] * log(joint[x, y] / pY[y]), x, y) + S(joint[x, y] * log(pX[x]), x, y),
    ),
    "H(Y|X) by entropy of rows": (
        S(pX[x] * entropy(vector(pYX[x, y], y)), x), "=", HYX_IN_X, -HYX_IN_X,
    ),
    "independent: H(X,Y) = H(X) + H(Y)": (
        -S(pX[x] * q[i] * log(pX[x] * q[i]), x, i), "=", HX + entropy(q), HX - entropy(q),
    ),
}

pZ = distribution("pZ", Z, full_support=True)
pYZ = distribution("pYZ", Z, Y, full_support=True)
pXYZ = distribution("pXYZ", Y, Z, X, full_support=True)
xyz = pZ[z] * pYZ[z, y] * pXYZ[y, z, x]
pXZ = name("p_X|Z", vector(S(pYZ[z, y] * pXYZ[y, z, x], y), x, z))
HXgZ = -S(pZ[z] * pXZ[x, z] * log(pXZ[x, z]), x, z)
HXgYZ = -S(xyz * log(pXYZ[y, z, x]), x, y, z)
pXYgZ = name("p_XY|Z", vector(pYZ[z, y] * pXYZ[y, z, x], x, y, z))
CMI = S(xyz * log(pXYgZ[x, y, z] / (pXZ[x, z] * pYZ[z, y])), x, y, z)
HYgZ = -S(pZ[z] * pYZ[z, y] * log(pYZ[z, y]), y, z)
HXYgZ = -S(xyz * log(pXYgZ[x, y, z]), x, y, z)
CONDITIONAL: dict[str, Row] = {
    "I(X;Y|Z) = H(X|Z) − H(X|Y,Z)": (CMI, "=", HXgZ - HXgYZ, HXgZ + HXgYZ),
    "I(X;Y|Z) = H(X|Z) + H(Y|Z) − H(X,Y|Z)": (CMI, "=", HXgZ + HYgZ - HXYgZ, HXgZ - HYgZ - HXYgZ),
    "H(X,Y|Z) = H(Y|Z) + H(X|Y,Z)": (HXYgZ, "=", HYgZ + HXgYZ, HXgZ + HXgYZ),
    "H(X|Z) with the weight p(x,z)": (
        -S(S(xyz, y) * log(pXZ[x, z]), x, z), "=", HXgZ, HXgYZ,
    ),
    "H(X,Y,Z) chain": (
        -S(xyz * log(xyz), x, y, z), "=", -S(pZ[z] * log(pZ[z]), z) + HYgZ + HXgYZ,
        -S(pZ[z] * log(pZ[z]), z) + HYgZ - HXgYZ,
    ),
    "H(X,Y,Z) in another order": (
        -S(xyz * log(xyz), z, x, y), "=", -S(pZ[z] * log(pZ[z]), z) + HYgZ + HXgYZ,
        -S(pZ[z] * log(pZ[z]), z) + HXgZ + HXgYZ,
    ),
    "E over z of D": (
        CMI, "=",
        S(pZ[z] * S(pYZ[z, y] * kl(vector(pXYZ[y, z, x], x), vector(pXZ[x, z], x)), y), z),
        S(pZ[z] * S(pYZ[z, y] * kl(vector(pXZ[x, z], x), vector(pXYZ[y, z, x], x)), y), z),
    ),
}

# -- softmax and logits ---------------------------------------------------------------------------
K = size("K")
zz = reals("z", K)
c1, c2, c3 = index("i", K), index("j", K), index("k", K)
lab = distribution("y", K)
av = name("a", softmax(zz))
Lname = name("L", -S(lab[c3] * log(av[c3]), c3))
Zsum = S(exp(zz[c3]), c3)
soft_i = exp(zz[c1]) / Zsum
soft_j = exp(zz[c2]) / Zsum
overK = (zz.args[0],)
ne = frozenset({Hypothesis("distinct", (c1, c2))})
Cpos = positive("C")


def dz(body: Term, at: Term) -> Term:
    return derivative(body, zz, at, over=overK)


SOFTMAX: dict[str, Row] = {
    "∂/∂z_i of softmax_i, quotient rule": (
        dz(soft_i, c1), "=", (exp(zz[c1]) * Zsum - exp(zz[c1]) ** 2) / Zsum**2,
        (exp(zz[c1]) * Zsum + exp(zz[c1]) ** 2) / Zsum**2,
    ),
    "∂/∂z_i of softmax_i = a(1 − a)": (dz(soft_i, c1), "=", soft_i * (1 - soft_i),
                                       soft_i * (1 + soft_i)),
    "∂/∂z_j of softmax_i, i ≠ j": (dz(soft_i, c2), "=", -soft_i * soft_j, soft_i * soft_j, ne),
    "∂a_i/∂z_j with δ": (dz(av[c1], c2), "=", av[c1] * (delta(c1, c2) - av[c2]),
                         av[c1] * (delta(c1, c2) - av[c1])),
    "∂a_i/∂z_i": (dz(av[c1], c1), "=", av[c1] - av[c1] ** 2, av[c1] ** 2 - av[c1]),
    "∂L/∂z = a − y": (dz(Lname, c1), "=", av[c1] - lab[c1], lab[c1] - av[c1]),
    "∂L/∂z through log a": (
        dz(Lname, c1), "=", -S(lab[c3] * dz(log(av[c3]), c1), c3),
        S(lab[c3] * dz(log(av[c3]), c1), c3),
    ),
    "∂L/∂z = −Σ y/a ∂a/∂z": (
        dz(Lname, c1), "=", -S(lab[c3] * (1 / av[c3]) * dz(av[c3], c1), c3),
        -S(lab[c3] * av[c3] * dz(av[c3], c1), c3),
    ),
    "∂L/∂a_i = −y_i/a_i": (
        derivative(Lname, av, c1, over=overK), "=", -lab[c1] / av[c1], lab[c1] / av[c1],
    ),
    "chain rule Σ ∂L/∂a_k ∂a_k/∂z_i": (
        S(derivative(Lname, av, c3, over=overK) * dz(av[c3], c1), c3), "=", av[c1] - lab[c1],
        av[c1] + lab[c1],
    ),
    "the term k = i apart": (
        -S(lab[c3] * (1 / av[c3]) * dz(av[c3], c1), c3), "=",
        -lab[c1] * (1 - av[c1]) - summation(lab[c3] * (1 / av[c3]) * (-av[c3] * av[c1]), c3, ne=c1),
        -lab[c1] * (1 - av[c1]) - summation(lab[c3] * (1 / av[c3]) * (av[c3] * av[c1]), c3, ne=c1),
    ),
    "collected": (
        -lab[c1] * (1 - av[c1]) + summation(lab[c3] * av[c1], c3, ne=c1), "=",
        av[c1] * (lab[c1] + summation(lab[c3], c3, ne=c1)) - lab[c1],
        av[c1] * (lab[c1] - summation(lab[c3], c3, ne=c1)) - lab[c1],
    ),
    "Σ_{k≠i} y_k + y_i = 1": (
        lab[c1] + summation(lab[c3], c3, ne=c1), "=", 1, 1 - lab[c1],
    ),
    "a constant C in both": (
        soft_i, "=", Cpos * exp(zz[c1]) / (Cpos * Zsum), Cpos * exp(zz[c1]) / Zsum,
    ),
    "C into the exponent": (
        Cpos * exp(zz[c1]) / (Cpos * Zsum), "=",
        exp(zz[c1] + log(Cpos)) / S(exp(zz[c3] + log(Cpos)), c3),
        exp(zz[c1] + log(Cpos)) / S(exp(zz[c3] - log(Cpos)), c3),
    ),
    "C pushed into the sum": (
        Cpos * exp(zz[c1]) / (Cpos * Zsum), "=", Cpos * exp(zz[c1]) / S(Cpos * exp(zz[c3]), c3),
        Cpos * exp(zz[c1]) / S(exp(zz[c3]), c3),
    ),
    "−log softmax": (
        -log(soft_i), "=", log(Zsum) - zz[c1], zz[c1] - log(Zsum),
    ),
    "L in logits": (
        Lname, "=", log(Zsum) - S(lab[c3] * zz[c3], c3), log(Zsum) + S(lab[c3] * zz[c3], c3),
    ),
    "∂ log Σ e^z": (dz(log(Zsum), c1), "=", soft_i, soft_i - 1),
    "∂Σe^z/∂z_i": (dz(Zsum, c1), "=", exp(zz[c1]), Zsum),
    "∂/∂z_i of e^{z_j}, i ≠ j": (dz(exp(zz[c2]), c1), "=", 0, exp(zz[c2]), ne),
    "two derivatives on both sides": (
        dz(log(soft_i), c2), "=", dz(soft_i, c2) / soft_i, dz(soft_i, c2) * soft_i,
    ),
    "with a base 2 label": (
        dz(-S(lab[c3] * ln2(av[c3]), c3), c1), "=", (av[c1] - lab[c1]) / log(2), av[c1] - lab[c1],
    ),
}

# -- the logistic function -------------------------------------------------------------------------
N, P = size("N"), size("P")
it, jt = index("i", N), index("j", P)
xs, theta, yb = reals("x", N, P), reals("theta", P), binary("y", N)
t, w = real("t"), real("w")
sig_t = 1 / (1 + exp(-t))
h = name("h", vector(sigmoid(dot(theta, xs[it])), it))
lin = summation(theta[jt] * xs[it, jt], jt)
J = -(1 / N) * S(yb[it] * log(h[it]) + (1 - yb[it]) * log(1 - h[it]), it)
Jplain = -(1 / N) * S(
    yb[it] * log(1 / (1 + exp(-lin))) + (1 - yb[it]) * log(1 - 1 / (1 + exp(-lin))), it
)
hp = probability("h", N)
yr = reals("y", N)
LOGISTIC: dict[str, Row] = {
    "σ' = σ(1 − σ)": (derivative(sig_t, t), "=", sig_t * (1 - sig_t), sig_t * (sig_t - 1)),
    "σ' first line": (derivative(sig_t, t), "=", exp(-t) / (1 + exp(-t)) ** 2,
                      -exp(-t) / (1 + exp(-t)) ** 2),
    "σ' of the quantity": (derivative(sigmoid(t), t), "=", sigmoid(t) * (1 - sigmoid(t)),
                           sigmoid(t) ** 2),
    "(1+e)²": (derivative(1 + exp(-t), t), "=", -exp(-t), exp(-t)),
    "two fractions": (
        exp(-t) / (1 + exp(-t)) ** 2, "=",
        (1 / (1 + exp(-t))) * (1 - 1 / (1 + exp(-t))),
        (1 / (1 + exp(-t))) * (1 / (1 + exp(-t))),
    ),
    "1 − σ": (1 - sig_t, "=", exp(-t) / (1 + exp(-t)), 1 / (1 + exp(-t))),
    "σ(−t)": (1 - sigmoid(t), "=", sigmoid(-t), sigmoid(t)),
    "log(1 − σ)": (log(1 - sig_t), "=", -t - log(1 + exp(-t)), t - log(1 + exp(-t))),
    "−t − log(1+e^{−t}) = −log(1+e^t)": (
        -t - log(1 + exp(-t)), "=", -log(1 + exp(t)), log(1 + exp(t)),
    ),
    "log σ": (log(sig_t), "=", -log(1 + exp(-t)), log(1 + exp(-t))),
    "the whole row": (
        -(log(exp(t)) + log(1 + exp(-t))), "=", -log(exp(t) + 1), -log(exp(t) - 1),
    ),
    "tanh": (2 * sigmoid(2 * t) - 1, "=", (1 - exp(-2 * t)) / (1 + exp(-2 * t)),
             (1 + exp(-2 * t)) / (1 - exp(-2 * t))),
    "BCE row in t": (
        w * log(sig_t) + (1 - w) * log(1 - sig_t), "=", w * t - log(1 + exp(t)),
        w * t + log(1 + exp(t)),
    ),
    "J with h": (J, "=", Jplain, -Jplain),
    "J simplified": (
        J, "=", -(1 / N) * S(yb[it] * lin - log(1 + exp(lin)), it),
        -(1 / N) * S(yb[it] * lin + log(1 + exp(lin)), it),
    ),
    "J simplified with θᵀx": (
        J, "=",
        -(1 / N) * S(yb[it] * dot(theta, xs[it]) - log(1 + exp(dot(theta, xs[it]))), it),
        -(1 / N) * S(yb[it] * dot(theta, xs[it]) - log(1 + exp(-dot(theta, xs[it]))), it),
    ),
    "∂J/∂θ": (
        derivative(J, theta, jt, over=(theta.args[0],)), "=",
        (1 / N) * S((h[it] - yb[it]) * xs[it, jt], it),
        (1 / N) * S((yb[it] - h[it]) * xs[it, jt], it),
    ),
    "∂J/∂θ written out": (
        derivative(Jplain, theta, jt, over=(theta.args[0],)), "=",
        (1 / N) * S((sigmoid(lin) - yb[it]) * xs[it, jt], it),
        (1 / N) * S((sigmoid(lin) - yb[it]) * xs[it, jt] ** 2, it),
    ),
    "∂J/∂θ term by term": (
        derivative(J, theta, jt, over=(theta.args[0],)), "=",
        -(1 / N) * S(
            yb[it] * derivative(log(h[it]), theta, jt, over=(theta.args[0],))
            + (1 - yb[it]) * derivative(log(1 - h[it]), theta, jt, over=(theta.args[0],)), it),
        -(1 / N) * S(
            yb[it] * derivative(log(h[it]), theta, jt, over=(theta.args[0],))
            - (1 - yb[it]) * derivative(log(1 - h[it]), theta, jt, over=(theta.args[0],)), it),
    ),
    "∂θᵀx/∂θ_j": (
        derivative(dot(theta, xs[it]), theta, jt, over=(theta.args[0],)), "=", xs[it, jt],
        theta[jt],
    ),
    "∂/∂θ log(1+e^{θᵀx})": (
        derivative(log(1 + exp(dot(theta, xs[it]))), theta, jt, over=(theta.args[0],)), "=",
        xs[it, jt] * exp(dot(theta, xs[it])) / (1 + exp(dot(theta, xs[it]))),
        xs[it, jt] / (1 + exp(dot(theta, xs[it]))),
    ),
    "log Π = Σ log": (
        log(product(Pow(hp[it], yr[it]) * Pow(1 - hp[it], 1 - yr[it]), it)), "=",
        S(yr[it] * log(hp[it]) + (1 - yr[it]) * log(1 - hp[it]), it),
        S(yr[it] * log(hp[it]) - (1 - yr[it]) * log(1 - hp[it]), it),
    ),
    "log Π with h(x)": (
        log(product(Pow(h[it], yb[it]) * Pow(1 - h[it], 1 - yb[it]), it)), "=",
        -N * J, N * J,
    ),
    "log of a product splits": (
        log(product(Pow(hp[it], yr[it]), it)), "=", S(log(Pow(hp[it], yr[it])), it),
        S(log(Pow(yr[it], hp[it])), it),
    ),
    "log h^y (1−h)^{1−y}": (
        log(Pow(hp[it], yr[it]) * Pow(1 - hp[it], 1 - yr[it])), "=",
        yr[it] * log(hp[it]) + (1 - yr[it]) * log(1 - hp[it]),
        yr[it] * log(hp[it]) + (1 + yr[it]) * log(1 - hp[it]),
    ),
}

# -- sentences of real notes that the rows above do not have --------------------------------------
qN = positive("q", N)
p1, p2 = probability("p_1"), probability("p_2")
ra, rb = real("r_a"), real("r_b")
pi, s1, s2 = positive("pi"), positive("sigma_1"), positive("sigma_2")
m1, m2, xr = real("mu_1"), real("mu_2"), real("x")
normal = 1 / (Pow(2 * pi, half) * s1) * exp(-half * ((xr - m1) / s1) ** 2)
normal2 = 1 / (Pow(2 * pi, half) * s2) * exp(-half * ((xr - m2) / s2) ** 2)
gk = reals("g", K, P)
kt = index("k", K)
qf = name("q", softmax(vector(dot(gk[c3], theta), c3)))
h1, h2, yv, tv = probability("h"), probability("g"), real("y"), real("v")
NOTES: dict[str, Row] = {
    "perplexity": (
        exp(-(1 / N) * S(log(qN[it]), it)), "=", Pow(product(qN[it], it), -1 / N),
        Pow(product(qN[it], it), 1 / N),
    ),
    "log perplexity": (
        log(Pow(product(qN[it], it), -1 / N)), "=", -(1 / N) * S(log(qN[it]), it),
        S(log(qN[it]), it),
    ),
    "2^{H₂} = e^H": (Pow(Num(2), entropy(p, 2)), "=", exp(entropy(p)), exp(entropy(p, 2))),
    "∂ of softmax loss by weights": (
        derivative(-log(qf[c1]), theta, jt, over=(theta.args[0],)), "=",
        -gk[c1, jt] + S(qf[c3] * gk[c3, jt], c3), gk[c1, jt] + S(qf[c3] * gk[c3, jt], c3),
    ),
    "that gradient with an indicator": (
        -gk[c1, jt] + S(qf[c3] * gk[c3, jt], c3), "=",
        S((qf[c3] - delta(c1, c3)) * gk[c3, jt], c3), S((qf[c3] + delta(c1, c3)) * gk[c3, jt], c3),
    ),
    "σ of a difference is a softmax of two": (
        -log(sigmoid(ra - rb)), "=", -log(exp(ra) / (exp(ra) + exp(rb))),
        -log(exp(rb) / (exp(ra) + exp(rb))),
    ),
    "Bernoulli divergence, first row": (
        (1 - p1) * log((1 - p1) / (1 - p2)) + p1 * log(p1 / p2), "=",
        log((1 - p1) / (1 - p2)) + p1 * log(p1 / p2) - p1 * log((1 - p1) / (1 - p2)),
        log((1 - p1) / (1 - p2)) + p1 * log(p1 / p2) + p1 * log((1 - p1) / (1 - p2)),
    ),
    "Bernoulli divergence, last row": (
        log((1 - p1) / (1 - p2)) + p1 * (log(p1 / p2) + log((1 - p2) / (1 - p1))), "=",
        log((1 - p1) / (1 - p2)) + p1 * log(p1 * (1 - p2) / (p2 * (1 - p1))),
        log((1 - p1) / (1 - p2)) + p1 * log(p1 * (1 - p1) / (p2 * (1 - p2))),
    ),
    "log of a normal density": (
        log(normal), "=", -half * log(2 * pi * s1**2) - half * ((xr - m1) / s1) ** 2,
        -half * log(2 * pi * s1) - half * ((xr - m1) / s1) ** 2,
    ),
    "ratio of two normal densities": (
        log(normal / normal2), "=",
        log(Pow(s2**2 / s1**2, half) * exp(
            -half * ((xr - m1) / s1) ** 2 + half * ((xr - m2) / s2) ** 2)),
        log(Pow(s1**2 / s2**2, half) * exp(
            -half * ((xr - m1) / s1) ** 2 + half * ((xr - m2) / s2) ** 2)),
    ),
    "that ratio split": (
        log(Pow(s2**2 / s1**2, half) * exp(
            -half * ((xr - m1) / s1) ** 2 + half * ((xr - m2) / s2) ** 2)), "=",
        half * log(s2**2 / s1**2) - half * ((xr - m1) / s1) ** 2 + half * ((xr - m2) / s2) ** 2,
        half * log(s2**2 / s1**2) - half * ((xr - m1) / s1) ** 2 - half * ((xr - m2) / s2) ** 2,
    ),
    "½ ln(2πσ²) + ½ = ½ ln(2πσ²e)": (
        half * log(2 * pi * s1**2) + half, "=", half * log(2 * pi * s1**2 * exp(1)),
        half * log(2 * pi * s1**2 * exp(2)),
    ),
    "the squares gathered": (
        half * (-(s1**2 / s1**2) + (m1**2 + s1**2 - 2 * m2 * m1 + m2**2) / s2**2
                - log(s1**2 / s2**2)), "=",
        half * ((m1 - m2) ** 2 / s2**2 + s1**2 / s2**2 - log(s1**2 / s2**2) - 1),
        half * ((m1 + m2) ** 2 / s2**2 + s1**2 / s2**2 - log(s1**2 / s2**2) - 1),
    ),
    "divergence of products adds": (
        S(q[i] * pX[x] * log(q[i] * pX[x] / (s[i] * pX[x])), i, x), "=", kl(q, s), kl(s, q),
    ),
    "the weight pulled out of a conditional entropy": (
        S(pX[x] * S(pYX[x, y] * log(pYX[x, y]), y), x), "=",
        S(pX[x] * pYX[x, y] * log(pYX[x, y]), y, x), S(pX[x] * log(pYX[x, y] * pX[x]), y, x),
    ),
    "log p(y|x) as a quotient": (
        -S(joint[x, y] * log(pYX[x, y]), x, y), "=",
        -S(joint[x, y] * log(joint[x, y] / pX[x]), x, y),
        -S(joint[x, y] * log(joint[x, y] / pY[y]), x, y),
    ),
    "log p(x,y) = log p(x|y) p(y)": (
        -S(joint[x, y] * ln2(joint[x, y]), x, y), "=",
        -S(joint[x, y] * (ln2(pXgY[x, y]) + ln2(pY[y])), x, y),
        -S(joint[x, y] * (ln2(pXgY[x, y]) - ln2(pY[y])), x, y),
    ),
    "Σ_y p(y) log p(y) from the joint": (
        -S(joint[x, y] * ln2(pXgY[x, y]), x, y) - S(joint[x, y] * ln2(pY[y]), x, y), "=",
        -S(joint[x, y] * ln2(pXgY[x, y]), x, y) - S(pY[y] * ln2(pY[y]), y),
        -S(joint[x, y] * ln2(pXgY[x, y]), x, y) - S(pX[x] * ln2(pX[x]), x),
    ),
    "d/dh of the binary loss": (
        derivative(-(yv * log(h1) + (1 - yv) * log(1 - h1)), h1), "=",
        -yv / h1 + (1 - yv) / (1 - h1), -yv / h1 - (1 - yv) / (1 - h1),
    ),
    "d/dh in one fraction": (
        -yv / h1 + (1 - yv) / (1 - h1), "=", (h1 - yv) / (h1 * (1 - h1)),
        (yv - h1) / (h1 * (1 - h1)),
    ),
    "tanh' = 1 − tanh²": (
        derivative((exp(t) - exp(-t)) / (exp(t) + exp(-t)), t), "=",
        1 - ((exp(t) - exp(-t)) / (exp(t) + exp(-t))) ** 2,
        1 + ((exp(t) - exp(-t)) / (exp(t) + exp(-t))) ** 2,
    ),
    "derivative of −p log p": (
        derivative(-h1 * log(h1), h1), "=", -log(h1) - 1, -log(h1) + 1,
    ),
    "derivative of binary entropy": (
        derivative(-h1 * log(h1) - (1 - h1) * log(1 - h1), h1), "=", log((1 - h1) / h1),
        log(h1 / (1 - h1)),
    ),
    "derivative of log likelihood": (
        derivative(log(product(Pow(h[it], yb[it]) * Pow(1 - h[it], 1 - yb[it]), it)), theta, jt,
                   over=(theta.args[0],)), "=",
        S((yb[it] - h[it]) * xs[it, jt], it), S((h[it] - yb[it]) * xs[it, jt], it),
    ),
    "the gradient row with ∂σ": (
        derivative(S(-log(h[it]) * yb[it] - log(1 - h[it]) * (1 - yb[it]), it), theta, jt,
                   over=(theta.args[0],)), "=",
        S((-yb[it] / h[it] + (1 - yb[it]) / (1 - h[it]))
          * derivative(h[it], theta, jt, over=(theta.args[0],)), it),
        S((-yb[it] / h[it] - (1 - yb[it]) / (1 - h[it]))
          * derivative(h[it], theta, jt, over=(theta.args[0],)), it),
    ),
    "then ∂θᵀx": (
        S((-yb[it] / h[it] + (1 - yb[it]) / (1 - h[it]))
          * derivative(h[it], theta, jt, over=(theta.args[0],)), it), "=",
        S((-yb[it] / h[it] + (1 - yb[it]) / (1 - h[it])) * h[it] * (1 - h[it])
          * derivative(dot(theta, xs[it]), theta, jt, over=(theta.args[0],)), it),
        S((-yb[it] / h[it] + (1 - yb[it]) / (1 - h[it])) * h[it] * (1 + h[it])
          * derivative(dot(theta, xs[it]), theta, jt, over=(theta.args[0],)), it),
    ),
    "then the answer": (
        S((-yb[it] / h[it] + (1 - yb[it]) / (1 - h[it])) * h[it] * (1 - h[it])
          * derivative(dot(theta, xs[it]), theta, jt, over=(theta.args[0],)), it), "=",
        S((h[it] - yb[it]) * xs[it, jt], it), S((yb[it] - h[it]) * xs[it, jt], it),
    ),
    "quotient rule with a derivative left standing": (
        dz(soft_i, c1), "=",
        (exp(zz[c1]) * Zsum - exp(zz[c1]) * dz(Zsum, c1)) / Zsum**2,
        (exp(zz[c1]) * Zsum + exp(zz[c1]) * dz(Zsum, c1)) / Zsum**2,
    ),
    "∂L/∂a_i · ∂a_i/∂z_i": (
        derivative(Lname, av, c1, over=overK) * dz(av[c1], c1), "=", -lab[c1] * (1 - av[c1]),
        lab[c1] * (1 - av[c1]),
    ),
    "softmax loss over samples": (
        dz(Lname + S(zz[c3] ** 2, c3) / 2, c1), "=", av[c1] - lab[c1] + zz[c1], av[c1] - lab[c1],
    ),
    "uniform between a and b": (
        1 / (b_ - a_) * log(1 / (b_ - a_)) * (b_ - a_), "=", -log(b_ - a_), log(b_ + a_),
        frozenset({Hypothesis("positive", (b_ - a_,))}),
    ),
    "a product of products": (
        product(qN[it] * hp[it], it), "=", product(qN[it], it) * product(hp[it], it),
        product(qN[it], it) + product(hp[it], it),
    ),
    "second derivative of softplus": (
        derivative(derivative(log(1 + exp(t)), t), t), "=", sigmoid(t) * (1 - sigmoid(t)),
        sigmoid(t) * (1 + sigmoid(t)),
    ),
    "likelihood of labels": (
        log(product(product(Pow(av[c3], lab[c3]), c3), it)), "=", -N * Lname, N * Lname,
    ),
}

# True, and not found: the answer is "not decided", never "wrong".
NOT_FOUND: dict[str, Row] = {
    "E f² ≥ (E f)²": (S(p[i] * f[i] ** 2, i), ">=", S(p[i] * f[i], i) ** 2,
                      S(p[i] * f[i], i) ** 2 + 1),
    "strict but for one point": (
        S(q[i] ** 2, i) + S(s[i] ** 2, i), ">", 2 * S(q[i] * s[i], i) - 1, 2,
    ),
}

# -- unknown functions under a derivative ---------------------------------------------------------
o = reals("o", K)
pf = Sym("p", "function", o.args[0], Space(o.args[0]))
unknown = frozenset({
    Hypothesis("positive", (pf,)), Hypothesis("termwise differentiable", (pf, o)),
})
fs = Sym("f", "function", Space())
smooth_f = frozenset({Hypothesis("differentiable", (fs, t)), Hypothesis("positive", (fs,))})


def at(function: Term, *args: Term) -> Term:
    return type(zz[c1]).make((function, *args))


def do(body: Term, index_: Term) -> Term:
    return derivative(body, o, index_, over=(o.args[0],))


po = name("p", vector(at(pf, c3, o), c3))
Lo = -S(lab[c3] * log(at(pf, c3, o)), c3)
UNKNOWN: dict[str, Row] = {
    "∂L/∂o_i = −Σ y_k/p_k ∂p_k/∂o_i": (
        do(Lo, c1), "=", -S(lab[c3] * (1 / at(pf, c3, o)) * do(at(pf, c3, o), c1), c3),
        S(lab[c3] * (1 / at(pf, c3, o)) * do(at(pf, c3, o), c1), c3), unknown,
    ),
    "∂L/∂o_i = −Σ y_k ∂log p_k/∂o_i": (
        do(Lo, c1), "=", -S(lab[c3] * do(log(at(pf, c3, o)), c1), c3),
        -S(do(log(at(pf, c3, o)), c1), c3), unknown,
    ),
    "∂ log p_i": (
        do(log(at(pf, c1, o)), c2), "=", do(at(pf, c1, o), c2) / at(pf, c1, o),
        do(at(pf, c1, o), c2) * at(pf, c1, o), unknown,
    ),
    "∂log p_k/∂p_k · ∂p_k/∂o_i": (
        -S(lab[c3] * derivative(log(po[c3]), po, c3, over=overK) * do(at(pf, c3, o), c1), c3), "=",
        -S(lab[c3] * (1 / at(pf, c3, o)) * do(at(pf, c3, o), c1), c3),
        -S(lab[c3] * at(pf, c3, o) * do(at(pf, c3, o), c1), c3), unknown,
    ),
    "d log f = f'/f": (
        derivative(log(at(fs, t)), t), "=", derivative(at(fs, t), t) / at(fs, t),
        derivative(at(fs, t), t), smooth_f,
    ),
    "d f² = 2 f f'": (
        derivative(at(fs, t) ** 2, t), "=", 2 * at(fs, t) * derivative(at(fs, t), t),
        at(fs, t) * derivative(at(fs, t), t), smooth_f,
    ),
    "d e^{-f}": (
        derivative(exp(-at(fs, t)), t), "=", -exp(-at(fs, t)) * derivative(at(fs, t), t),
        exp(-at(fs, t)) * derivative(at(fs, t), t), smooth_f,
    ),
}

# -- numbers --------------------------------------------------------------------------------------
dec = Fraction
NUMBERS: dict[str, Row] = {
    "one-hot row": (
        -(1 * log(dec("0.6")) + 0 * log(dec("0.3")) + 0 * log(dec("0.1"))), "=", -log(dec("0.6")),
        -log(dec("0.3")),
    ),
    "½ log₂ ½ ...": (
        -(half * ln2(half) + quarter * ln2(quarter) + 2 * eighth * ln2(eighth)), "=",
        Num(Fraction(14, 8)), Num(Fraction(13, 8)),
    ),
    "uniform over four": (
        -4 * (quarter * ln2(quarter)), "=", Num(2), Num(dec(9, 4)),
    ),
    "8/4": (
        quarter * 2 + quarter * 2 + quarter * 2 + quarter * 2, "=", Num(8) / 4, Num(9) / 4,
    ),
    "(10 − log₂ 3)/4": (
        -(half * ln2(half) + 2 * quarter * ln2(quarter)) + quarter * (4 - ln2(3)), "=",
        (10 - ln2(3)) / 4, (10 + ln2(3)) / 4,
    ),
    "log₂ 3/16": (-ln2(dec(3, 16)), "=", 4 - ln2(3), 4 + ln2(3)),
    "log₂ 8": (ln2(8), "=", 3, 4),
    "entropy of a written-out row": (
        entropy(Tup(half, quarter, quarter), 2), "=", Num(dec(3, 2)), Num(dec(5, 4)),
    ),
    "kl of rows": (
        kl(Tup(half, half), Tup(quarter, dec(3, 4)), 2), "=", 1 - ln2(3) / 2, ln2(3) / 2,
    ),
    "log 0.25": (-log(dec("0.25")), "=", 2 * log(2), 2 * log(4)),
}

# -- inequalities ---------------------------------------------------------------------------------
INEQUALITIES: dict[str, Row] = {
    "D ≥ 0": (kl(p, q), ">=", 0, 1),
    "D ≥ 0 written out": (S(p[i] * log(p[i] / q[i]), i), ">=", 0, 1),
    "−D ≤ 0": (-kl(p, q), "<=", 0, -1),
    "0 ≤ D in bits": (Num(0), "<=", kl(p, q, 2), kl(p, q, 2) - 1),
    "Σ p log q/p ≤ 0": (S(p[i] * log(q[i] / p[i]), i), "<=", 0, -1),
    "H ≥ 0": (entropy(p), ">=", 0, 1),
    "H in bits ≥ 0": (-S(p[i] * ln2(p[i]), i), ">=", 0, 1),
    "H ≤ log n": (entropy(u), "<=", log(n), log(n) - 1),
    "H ≤ log₂ n": (entropy(u, 2), "<=", ln2(n), ln2(n) - 1),
    "H(p,q) ≥ H(p)": (cross_entropy(p, q), ">=", entropy(p), entropy(p) + 1),
    "−Σ p log p ≤ −Σ p log q": (
        -S(p[i] * log(p[i]), i), "<=", -S(p[i] * log(q[i]), i), -S(p[i] * log(q[i]), i) - 1,
    ),
    "Gibbs in a base b": (
        -S(p[i] * log(p[i], base("b")), i), "<=", -S(p[i] * log(q[i], base("b")), i),
        -S(p[i] * log(q[i], base("b")), i) - 1,
    ),
    "H ≥ 0 in a base b": (entropy(p, base("b")), ">=", 0, 1),
    "I ≥ 0": (MI, ">=", 0, 1),
    "H(Y|X) ≤ H(Y)": (HYX_IN_X, "<=", HY, HY - 1),
    "H(X|Y) ≤ H(X)": (HXgY, "<=", HX, HX - 1),
    "H(X,Y) ≤ H(X) + H(Y)": (HXY, "<=", HX + HY, HX),
    "H(X) ≤ H(X,Y)": (HX, "<=", HXY, HXY - 1),
    "I(X;Y|Z) ≥ 0": (CMI, ">=", 0, 1),
    "Gibbs, term by term": (
        kl(p, q), ">=", S(p[i] * (1 - q[i] / p[i]), i), S(p[i] * (2 - q[i] / p[i]), i),
    ),
    "Gibbs, term by term, q positive": (
        kl(q, s), ">=", S(q[i], i) - S(s[i], i), S(q[i], i) - S(s[i] * q[i], i),
    ),
    "H_b ≥ 0": (-h1 * ln2(h1) - (1 - h1) * ln2(1 - h1), ">=", 0, 1),
    "I(X;Y) ≥ 0 in bits": (
        S(joint[x, y] * ln2(joint[x, y] / (pX[x] * pY[y])), x, y), ">=", 0, 1,
    ),
    "log x ≤ x − 1": (log(Cpos), "<=", Cpos - 1, Cpos - 2),
    "numbers": (Num(dec(9, 4)), ">=", 2, 3),
    "numbers with a logarithm": ((10 - ln2(3)) / 4, "<=", dec(9, 4), 2),
    "σ ≤ 1": (sigmoid(t), "<=", 1, dec(1, 2)),
    "BCE ≥ 0": (-(1 * log(Cpos / (1 + Cpos))), ">=", 0, 1),
    "Jensen: E log f ≤ log E f": (
        S(s[i] * log(q[i]), i), "<=", log(S(s[i] * q[i], i)), log(S(s[i] * q[i], i)) - 1,
    ),
}

ALL = {
    f"{group}: {label}": row
    for group, rows in {
        "entropy": ENTROPY, "joint": JOINT, "conditional": CONDITIONAL, "softmax": SOFTMAX,
        "logistic": LOGISTIC, "notes": NOTES, "unknown": UNKNOWN, "numbers": NUMBERS,
        "bounds": INEQUALITIES,
    }.items()
    for label, row in rows.items()
}


def term(value: Term | int | Fraction) -> Term:
    return value if isinstance(value, Term) else Num(value)


def claims(row: Row) -> tuple[Claim, Claim]:
    """The claim of a row, and its false twin."""
    left, relation, right, wrong, *assumed = row
    given = assumed[0] if assumed else frozenset()
    return (
        Claim(term(left), relation, term(right), given),
        Claim(term(left), relation, term(wrong), given),
    )
