"""The printers: what a term looks like, and that two readings never look the same."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

import pytest

from xent_sym.terms import (
    Term,
    TermError,
    Tup,
    base,
    binary_entropy,
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
    log_sum_exp,
    name,
    one_hot,
    partial,
    positive,
    product,
    real,
    reals,
    self_information,
    sigmoid,
    size,
    softmax,
    substitute,
    summation,
    tanh,
    true_class,
    vector,
)
from xent_sym.terms.arithmetic import FloatArithmetic, Undefined
from xent_sym.terms.evaluate import Point, evaluate
from xent_sym.terms.latex import latex, latex_relation
from xent_sym.terms.term import Bound, Lam, Mul, Num, Pow, Range, Space, fresh
from xent_sym.terms.text import text

n, m, K, P = size("n"), size("m"), size("K"), size("P")
i, j = index("i", n), index("j", n)
k, l = index("k", K), index("l", K)  # noqa: E741 -- the letter of the mathematics
s, c = index("i", m), index("c", P)
p, q = distribution("p", n), distribution("q", n)
z, y = reals("z", K), one_hot("y", K)
X, Y, W, theta = reals("x", m, P), reals("y", m), reals("W", K, P), reals("theta", P)
x, T = real("x"), positive("T")
D = domain("D")
f, d = reals("f", D), index("d", D)
a = name("a", softmax(z))
half = Fraction(1, 2)

SPELLINGS: list[tuple[Term, str, str]] = [
    # sums
    (summation(p[i] * log(p[i] / q[i]), i), "Σ_i p_i·log(p_i/q_i)",
     r"\sum_{i=1}^{n} p_i \log \frac{p_i}{q_i}"),
    (summation(p[i] * summation(q[i], i), i), "Σ_i p_i·Σ_j q_j",
     r"\sum_{i=1}^{n} p_i \sum_{j=1}^{n} q_j"),
    (summation(f[d], d), "Σ_d f_d", r"\sum_{d \in D} f_d"),
    (summation(z[l], l, ne=k), "Σ_{l≠k} z_l", r"\sum_{l \ne k} z_l"),
    (summation(z[l], l, ne=Num(1)), "Σ_{l=1..K, l≠1} z_l", r"\sum_{1 \le l \le K,\ l \ne 1} z_l"),
    (summation(z[l], l, Range(0, m)), "Σ_{l=0..m} z_l", r"\sum_{l=0}^{m} z_l"),
    (summation(1, i), "Σ_{i=1..n} 1", r"\sum_{i=1}^{n} 1"),
    (summation(p[i] + 1, i), "Σ_i (p_i + 1)", r"\sum_{i=1}^{n} \left(p_i + 1\right)"),
    (summation(-p[i], i), "Σ_i (-p_i)", r"\sum_{i=1}^{n} \left(-p_i\right)"),
    (summation(p[i], i) * x, "(Σ_i p_i)·x", r"\left(\sum_{i=1}^{n} p_i\right) x"),
    (x * summation(p[i], i), "x·Σ_i p_i", r"x \sum_{i=1}^{n} p_i"),
    (1 / n * summation(p[i], i), "(1/n)·Σ_i p_i", r"\frac{1}{n} \sum_{i=1}^{n} p_i"),
    (summation(p[i], i) / n, "(Σ_i p_i)/n", r"\frac{\sum_{i=1}^{n} p_i}{n}"),
    (summation(p[i], i) + q[i], "Σ_j p_j + q_i", r"\sum_{j=1}^{n} p_j + q_i"),
    (product(p[i], i), "Π_i p_i", r"\prod_{i=1}^{n} p_i"),
    # arithmetic: nothing is swallowed
    (Mul(1, log(Fraction(3, 5))) + Mul(0, log(Fraction(3, 10))), "1·log(3/5) + 0·log(3/10)",
     r"1 \cdot \log \frac{3}{5} + 0 \cdot \log \frac{3}{10}"),
    (Mul(1, x), "1·x", r"1 \cdot x"),
    (Mul(2, x), "2·x", "2 x"),
    (Mul(2, 3), "2·3", r"2 \cdot 3"),
    (Mul(x, -1), "x·(-1)", r"x \cdot \left(-1\right)"),
    (Mul(-1, -1, x), "-(-1)·x", r"-\left(-1\right) x"),
    (-x - 3, "-x - 3", "-x - 3"),
    (x - (x - 1), "x - (x - 1)", r"x - \left(x - 1\right)"),
    (1 - x / 3, "1 - x/3", r"1 - \frac{x}{3}"),
    (Mul(half, x), "(1/2)·x", r"\frac{1}{2} x"),
    (x / (2 * n), "x/(2·n)", r"\frac{x}{2 n}"),
    ((x + 1) / (x - 1) * x, "((x + 1)/(x - 1))·x", r"\frac{x + 1}{x - 1} x"),
    (Pow(x, -2), "1/x²", r"\frac{1}{x^{2}}"),
    (Num(-2) ** 2, "(-2)²", r"\left(-2\right)^{2}"),
    (z[k] ** 2, "z_k²", "z_k^{2}"),
    # functions
    (log(1 + exp(x)), "log(1 + e^x)", r"\log \left(1 + e^{x}\right)"),
    (log(summation(exp(z[k]), k)), "log Σ_k e^{z_k}", r"\log \sum_{k=1}^{K} e^{z_k}"),
    (log(x, 2), "log₂ x", r"\log_{2} x"),
    (log(x, base("b")), "log_b x", r"\log_{b} x"),
    (tanh(x / 2), "tanh(x/2)", r"\tanh \frac{x}{2}"),
    (log(x) * T, "(log x)·T", r"\left(\log x\right) T"),
    (log(x) ** 2, "(log x)²", r"\left(\log x\right)^{2}"),
    (exp(x) ** 2, "(e^x)²", r"\left(e^{x}\right)^{2}"),
    (log(x) / log(2), "(log x)/log 2", r"\frac{\log x}{\log 2}"),
    # families and names
    (X[s, c], "x_ic", "x_{i c}"),
    (W[k, 1], "W_{k,1}", "W_{k,1}"),
    (theta[c], "θ_c", r"\theta_c"),
    (real("yhat"), "ŷ", r"\hat{y}"),
    (reals("Q1", n)[i], "Q1_i", "Q_{1,i}"),
    (true_class(one_hot("y", m, K), s), "c_i", "c_i"),
    (a[k] * (delta(k, l) - a[l]), "a_k·(δ_kl - a_l)",
     r"a_k \left(\delta_{kl} - a_l\right)"),
    (Tup(1, half), "(1, 1/2)", r"\left(1, \frac{1}{2}\right)"),
    (z[fresh(Range(1, K), 0)], "z_{i'}", "z_{i'}"),
    # named quantities and what they are taken of
    (-log(softmax(z)[k]), "-log softmax(z)_k", r"-\log \operatorname{softmax}(z)_k"),
    (softmax(vector(z[k], k)), "softmax(z)", r"\operatorname{softmax}(z)"),
    (softmax(vector(z[k] / T, k))[l], "softmax(z/T)_l",
     r"\operatorname{softmax}\left(\frac{z}{T}\right)_l"),
    (expectation(p, vector(-log(q[i]), i)), "E_p[-log q]",
     r"\operatorname{E}_{p}\left[-\log q\right]"),
    (expectation(p, vector(p[i] * q[i], i)), "E_p[(p_i·q_i)_i]",
     r"\operatorname{E}_{p}\left[\left(p_i q_i\right)_i\right]"),
    (entropy(vector(1 / n, i)), "H((1/n)_{i=1..n})",
     r"H\left(\left(\frac{1}{n}\right)_{i=1}^{n}\right)"),
    (cross_entropy(p, q, base=2), "H_2(p, q)", "H_{2}(p, q)"),
    (kl(p, q, base=2), "D_{KL,2}(p ‖ q)", r"D_{\mathrm{KL},2}(p \parallel q)"),
    (self_information(half), "I(1/2)", r"I\left(\frac{1}{2}\right)"),
    (sigmoid(-x), "σ(-x)", r"\sigma(-x)"),
    (log(1 + exp(dot(theta, X[s]))) - Y[s] * dot(theta, X[s]),
     "log(1 + e^{θᵀx_i}) - y_i·θᵀx_i",
     r"\log \left(1 + e^{\theta^{\top} x_i}\right) - y_i \theta^{\top} x_i"),
    # derivatives
    (partial(log_sum_exp(z), z[k]), "∂/∂z_k lse(z)",
     r"\frac{\partial}{\partial z_k} \operatorname{lse}(z)"),
    (partial(x**2 + 1, x), "∂/∂x (x² + 1)",
     r"\frac{\partial}{\partial x} \left(x^{2} + 1\right)"),
    (partial(x**2, x) + 1, "∂/∂x x² + 1", r"\frac{\partial}{\partial x} x^{2} + 1"),
    (substitute(partial(z[k] ** 2, z[k]), {z: vector(z[l] + T, l)}),
     "[∂/∂u_k u_k²]_{u = z + T}",
     r"\left.\frac{\partial}{\partial u_k} u_k^{2}\right|_{u = z + T}"),
    # what only errors and ranges show
    (Range(1, n), "1..n", r"\{1, \dots, n\}"),
    (Bound(0), "?0", "?_{0}"),
    (Lam(Space(), Bound(0) ** 2, "t"), "t ↦ t²", r"t \mapsto t^{2}"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "line", "tex"), SPELLINGS, ids=[s[1] for s in SPELLINGS])
def test_a_term_reads_like_a_textbook(term: Term, line: str, tex: str) -> None:
    assert (text(term), latex(term)) == (line, tex)


def test_relations() -> None:
    assert [latex_relation(r) for r in ("=", "<=", ">=", "<", ">", "!=")] == [
        "=", r"\le", r"\ge", "<", ">", r"\ne",
    ]  # fmt: skip
    with pytest.raises(TermError, match="not a relation"):
        latex_relation("≈")


LOOK_ALIKES: list[tuple[str, Term, Term]] = [
    ("where a sum ends", summation(p[i] + 1, i), summation(p[i], i) + 1),
    ("a sum as a factor", summation(p[i], i) * x, summation(p[i] * x, i)),
    ("which index is bound", summation(p[i], i) + q[i], summation(p[i] + q[i], i)),
    ("a number and its first decimal", Num(23), Mul(2, 3)),
    ("a mixed number", Mul(2, Pow(2, -1)) + 0, Num(2) + half),
    ("log of a product", log(x * T), log(x) * T),
    ("log of a quotient", log(x / T), log(x) / T),
    ("log of a sum", log(x + T), log(x) + T),
    ("square of a logarithm", log(x**2), log(x) ** 2),
    ("power of a power", Pow(Pow(x, 2), T), Pow(x, Pow(2, T))),
    ("a chain of divisions", x / T / n, x / (T / n)),
    ("derivative of a sum", partial(x**2 + x, x), partial(x**2, x) + x),
    ("derivative of a product", partial(x * x, x), partial(x, x) * x),
    ("derivative at a point", partial(x**2, x), substitute(partial(x**2, x), {x: 2 * x})),
    ("sigmoid and a factor sigma", sigmoid(1 - x), real("sigma") * (1 - x)),
    ("entropy and a factor H", self_information(1 - x), real("I") * (1 - x)),
    ("Euler's e and a symbol e", exp(x), Pow(real("e"), x)),
    ("Kronecker's delta and a family delta", delta(k, l), delta(k, l) * reals("delta", K, K)[k, l]),
    ("a name with a number beside a family", z[1] + z[2], real("z1") + z[2]),
    ("entry 12 and entry 1, 2", reals("w", 20)[12], reals("w", 2, 2)[1, 2]),
    ("the range of a sum of ones", summation(1, i), summation(1, s)),
    ("a sum over a part", summation(p[i], i), summation(p[i], i, Range(2, n))),
    ("base b and binary entropy", entropy(Tup(x, 1 - x), base=base("b")), binary_entropy(x)),
    ("a constant family and its number", entropy(vector(1 / n, i)), entropy(vector(1 / m, i))),
    ("a product of families and dot", expectation(p, vector(p[i] * q[i], i)),
     expectation(p, vector(p[i] * summation(q[j], j), i))),
    ("dot and a factor", dot(theta, theta) * x, dot(theta, vector(theta[c] * x, c))),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [t[1:] for t in LOOK_ALIKES],
                         ids=[t[0] for t in LOOK_ALIKES])  # fmt: skip
def test_two_readings_never_share_a_spelling(one: Term, other: Term) -> None:
    assert text(one) != text(other)
    assert latex(one) != latex(other)


def test_the_same_delta_and_family_are_told_apart() -> None:
    assert latex(delta(k, l) * reals("delta", K, K)[k, l]) == r"[k = l] \delta_{k l}"


def test_a_hint_is_honoured_unless_it_is_taken() -> None:
    assert text(summation(p[j], j)) == "Σ_j p_j"
    assert text(summation(p[j] * q[i], j)) == "Σ_j p_j·q_i"
    assert text(substitute(summation(z[l] * z[k], l), {k: l})) == "Σ_i z_i·z_l"


def test_an_abbreviation_keeps_its_name_from_bound_indices() -> None:
    assert text(name("i", real("t")) * summation(p[i], i)) == "i·Σ_j p_j"


def test_a_name_is_never_a_command() -> None:
    assert latex(real(r"\input{f}")) == r"\mathit{\backslash input\{f\}}"


def made_of(one: Term, other: Term) -> Iterator[Term]:
    """Every way to put two terms together, or to wrap the first."""
    yield from (one + other, one - other, one * other, one / other, Pow(one, other))
    yield from (-one, Pow(one, 2), exp(one), log(one), tanh(one), sigmoid(one))
    yield from (delta(k, l) * one, summation(one, k), summation(one, k, ne=l), product(one, k))
    yield from (partial(one, x), partial(one, z[k]), substitute(partial(one, x), {x: other}))
    yield from (softmax(vector(one, k))[l], log_sum_exp(vector(one, k)))


def test_no_two_small_terms_of_different_value_share_a_spelling() -> None:
    leaves = [x, z[k], Num(2), Num(-1)]
    pairs = list(itertools.product(leaves, [x, z[k], Num(-1)]))
    small = list(dict.fromkeys(t for one, other in pairs for t in made_of(one, other)))
    larger = [t for one in small for other in (x, z[k]) for t in made_of(one, other)]
    larger += [t for one in small for t in itertools.islice(made_of(x, one), 5)]
    point = Point({x: Fraction(3, 7), K: 3, k: 2, l: 3, z: (half, Fraction(2, 3), Fraction(4, 9))})
    values: dict[str, float] = {}
    shared = 0
    for term in [*leaves, *small, *larger]:
        try:
            value = evaluate(term, point, FloatArithmetic())
        except (Undefined, OverflowError):
            continue
        for spelling in (text(term), latex(term)):
            shared += spelling in values
            known = values.setdefault(spelling, value)
            assert math.isclose(known, value, rel_tol=1e-6, abs_tol=1e-9), spelling
    assert len(values) > 2000
    assert shared > 100
