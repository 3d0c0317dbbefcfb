"""SymPy in and out: what comes in means the same, what goes out comes back."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from xent_sym.terms import (
    Term,
    TermError,
    Tup,
    cross_entropy,
    delta,
    distribution,
    domain,
    entropy,
    exp,
    index,
    kl,
    log,
    log_sum_exp,
    name,
    partial,
    positive,
    product,
    real,
    reals,
    sigmoid,
    size,
    softmax,
    substitute,
    summation,
    tanh,
    vector,
)
from xent_sym.terms.arithmetic import FloatArithmetic
from xent_sym.terms.evaluate import Point, evaluate
from xent_sym.terms.sympy_reader import from_sympy
from xent_sym.terms.sympy_writer import to_sympy
from xent_sym.terms.term import Add, Delta, Mul, Num, Range, Sym

n, K, P = size("n"), size("K"), size("P")
i, j, k, l = index("i", n), index("j", n), index("k", K), index("l", K)  # noqa: E741
p, q = distribution("p", n), distribution("q", n)
z, W, x, T = reals("z", K), reals("W", K, P), real("x"), positive("T")
u, v = reals("u", n), reals("v", n)

N, M = sp.symbols("n m", integer=True, positive=True)
I, J, KK = sp.symbols("i j k", integer=True)  # noqa: E741
U, V, Z = sp.IndexedBase("u"), sp.IndexedBase("v"), sp.IndexedBase("z")
X = sp.Symbol("x", real=True)


def same(one: Term, other: Term) -> bool:
    """Equal up to the order of terms and factors, which SymPy chooses, and factors 1."""
    return ordered(one) == ordered(other)


def ordered(term: Term) -> Term:
    args = [ordered(a) for a in term.args]
    if isinstance(term, Mul):
        args = [a for a in args if a != Num(1)]
    if isinstance(term, Add | Mul | Delta):
        args = sorted(args, key=lambda a: a.key)
    return args[0] if isinstance(term, Mul) and len(args) == 1 else term.make(args, term.data)


# -- in ------------------------------------------------------------------------------------


def test_a_divergence_written_in_sympy_comes_in_as_it_stands() -> None:
    theirs = sp.Sum(U[I] * sp.log(U[I] / V[I]), (I, 1, N))
    assert from_sympy(theirs) == summation(u[i] * log(u[i] / v[i]), i)
    assert from_sympy(theirs) != summation(u[i] * log(v[i] / u[i]), i)


def test_a_declaration_says_what_a_base_is() -> None:
    declared = {U: p, V: distribution("v", n)}
    term = from_sympy(sp.Sum(U[I] * sp.log(V[I]), (I, 1, N)), declared)
    assert term == summation(p[i] * log(distribution("v", n)[i]), i)
    assert term != from_sympy(sp.Sum(U[I] * sp.log(V[I]), (I, 1, N)))


def test_a_declared_size_is_meant_by_its_name() -> None:
    plain = sp.Symbol("n")
    term = from_sympy(sp.Sum(U[I], (I, 1, plain)) / plain, {U: u})
    assert same(term, 1 / n * summation(u[i], i))


def test_a_sum_over_another_size_than_declared_is_refused() -> None:
    with pytest.raises(TermError, match=r"u has 1\.\.n there, not 1\.\.m"):
        from_sympy(sp.Sum(U[I], (I, 1, M)), {U: u})
    assert from_sympy(sp.Sum(U[I], (I, 2, N)), {U: u}) == summation(u[i], i, Range(2, n))


def test_nested_sums_that_sympy_merges_stay_two_sums() -> None:
    A = sp.IndexedBase("A")
    merged = sp.Sum(sp.Sum(A[I, J], (J, 1, M)), (I, 1, N))
    assert len(merged.limits) == 2
    a, c = reals("A", n, size("m")), index("c", size("m"))
    assert from_sympy(merged) == summation(summation(a[i, c], c), i)
    assert from_sympy(merged) != summation(summation(a[i, c], i), c)


def test_an_inner_sum_may_reuse_the_outer_dummy() -> None:
    theirs = sp.Sum(U[I] * sp.Sum(V[I], (I, 1, N)), (I, 1, N))
    assert from_sympy(theirs) == summation(u[i] * summation(v[j], j), i)
    assert from_sympy(theirs) != summation(u[i] * summation(v[i], j), i)


def test_equal_sums_with_other_dummies_are_equal_here() -> None:
    one, other = sp.Sum(U[I], (I, 1, N)), sp.Sum(U[J], (J, 1, N))
    assert one != other
    assert from_sympy(one) == from_sympy(other)


def test_a_bound_index_does_not_capture_a_free_one() -> None:
    term = from_sympy(sp.Sum(U[I], (I, 1, N)) * V[I] + sp.Sum(V[J], (J, 1, N)))
    assert same(term, summation(v[j], j) + v[i] * summation(u[j], j))
    assert not same(term, summation(v[j], j) + summation(v[j] * u[j], j))


def test_a_derivative_is_taken_by_an_entry() -> None:
    term = from_sympy(sp.Derivative(sp.log(sp.Sum(sp.exp(Z[J]), (J, 1, sp.Symbol("K")))), Z[KK]))
    assert term == partial(log(summation(exp(z[l]), l)), z[k])
    assert term != partial(log(summation(exp(z[l]), l)), z[l])


def test_a_second_derivative_is_two() -> None:
    assert from_sympy(sp.Derivative(sp.tanh(X), (X, 2))) == partial(partial(tanh(x), x), x)


def test_a_product_and_a_delta() -> None:
    term = from_sympy(sp.Product(U[I], (I, 1, N)) * sp.KroneckerDelta(I, J) * U[I])
    assert same(term, u[i] * delta(i, j) * product(u[i], i))
    assert not same(term, u[j] * delta(i, j) * product(u[i], i))


def test_ranges_come_from_a_shape_or_an_idx() -> None:
    shaped = sp.IndexedBase("u", shape=(N,))
    assert from_sympy(shaped[KK]) == u[index("k", n)]
    counted = from_sympy(shaped[sp.Idx("k", N)])
    assert counted.args[1].args == (Range(0, n - 1),)
    assert from_sympy(U[sp.Idx("k", (1, N))]) == u[index("k", n)]


def test_an_idx_may_be_bound() -> None:
    counted = sp.Idx("i", (1, N))
    assert from_sympy(sp.Sum(U[counted], counted)) == summation(u[i], i)
    from_zero = sp.Idx("i", N)
    assert from_sympy(sp.Sum(U[from_zero], from_zero)) != summation(u[i], i)


def test_a_shape_and_a_sum_from_zero_agree() -> None:
    shaped = sp.IndexedBase("u", shape=(N,))
    term = from_sympy(sp.Sum(shaped[I], (I, 0, N - 1)) - shaped[0])
    assert {t.args[0] for t in term.walk() if isinstance(t, Sym) and t.name == "u"} == {
        Range(0, n - 1)
    }


@pytest.mark.parametrize(
    ("expr", "term"),
    [
        (sp.Rational(1, 3), Num(Fraction(1, 3))),
        (sp.E, exp(1)),
        (sp.Symbol("T", positive=True), T),
        (sp.Symbol("x"), x),
        (N, n),
        (sp.log(X) / sp.log(2), log(x) / log(2)),
        (sp.exp(-X), exp(-x)),
        (1 - X, 1 - x),
    ],
)
def test_small_things(expr: Any, term: Term) -> None:
    assert from_sympy(expr) == term


@pytest.mark.parametrize(
    ("expr", "message"),
    [
        (sp.Float(0.7) * X, r"0\.7.* \(Float\): a float is not exact"),
        (sp.sin(X), r"sin\(x\) \(sin\)"),
        (sp.Function("f")(X), r"f\(x\) \(f\)"),
        (sp.pi, "Pi"),
        (sp.oo, "Infinity"),
        (sp.nan, "NaN"),
        (sp.I, "ImaginaryUnit"),
        (sp.Eq(X, 1), "Equality"),
        (sp.Piecewise((X, X > 0), (0, True)), "Piecewise"),
        (sp.MatrixSymbol("A", 2, 2), "MatrixSymbol"),
        (sp.Integral(X, X), "Integral"),
        (sp.Symbol("A", commutative=False), "not a real number"),
        (sp.Symbol("A", imaginary=True), "not a real number"),
        (sp.Dummy("t"), "Dummy"),
        (sp.Symbol("#0"), "may not be empty or begin with '#'"),
        (U[KK], "nothing tells its range"),
        (U[1], "nothing tells its range"),
        (U, "nothing tells its ranges"),
        (sp.Sum(U[I + 1], (I, 1, N)), r"i \+ 1 \(Add\): an index is a symbol"),
        (sp.Sum(I, (I, 1, N)), "an index stands where a number is expected"),
        (sp.Sum(U[I], (I, 1, sp.oo)), "Infinity"),
        (sp.Sum(U[I], (I, 3, 1)), "is empty"),
        (sp.Sum(U[I], (I, 1, N)) + sp.Sum(U[I], (I, 1, M)), r"runs over 1\.\.m and 1\.\.n"),
        (sp.Sum(sp.IndexedBase("A")[I, J], (J, 1, I), (I, 1, N)), "an index stands where"),
        (sp.Derivative(X, (X, N)), "not a whole number of derivatives"),
        (0.5, "a SymPy expression was expected"),
    ],
)  # fmt: skip
def test_what_has_no_counterpart_is_refused_by_name(expr: Any, message: str) -> None:
    with pytest.raises(TermError, match=message):
        from_sympy(expr)


def test_a_size_declared_as_a_number_is_refused() -> None:
    with pytest.raises(TermError, match=r"declare it with size\('n'\)"):
        from_sympy(U[1], {U: reals("u", Range(1, real("n")))})


# -- out and back --------------------------------------------------------------------------

ROUND_TRIPS: list[Term] = [
    x, T, n, Num(Fraction(2, 3)), u[i], exp(1), tanh(x), log(1 + exp(-x)),
    summation(u[i] * log(u[i] / v[i]), i),
    summation(u[i], i) * summation(v[j], j),
    summation(summation(reals("A", n, K)[i, k], k), i),
    product(u[i], i), delta(i, j), W[k, index("c", P)], W[k, 1],
    partial(log(summation(exp(z[l]), l)), z[k]),
    summation(exp(z[l]) * z[k], l), summation(z[l], l, Range(0, K)),
    1 / n * summation(u[i] ** 2, i),
]  # fmt: skip


@pytest.mark.parametrize("term", ROUND_TRIPS, ids=str)
def test_out_and_back_is_the_same_term(term: Term) -> None:
    assert same(from_sympy(to_sympy(term)), term)
    assert not same(from_sympy(to_sympy(term + 1)), term)


U_VALUES = (Fraction(1, 5), Fraction(2, 3), Fraction(4, 9))
V_VALUES = (Fraction(1, 2), Fraction(1, 3), Fraction(3, 4))
POINT = Point({
    n: 3, K: 2, i: 2, j: 3, k: 1, l: 2, x: Fraction(3, 7), T: Fraction(5, 3),
    u: U_VALUES, v: V_VALUES, z: (Fraction(-1, 3), Fraction(5, 4)),
})  # fmt: skip

UNFOLDED: list[Term] = [
    kl(u, v), cross_entropy(u, v, base=2), entropy(u), log_sum_exp(z), softmax(z)[k], sigmoid(x),
    name("a", softmax(z))[k] * (delta(k, l) - softmax(z)[l]),
    softmax(vector(z[k] / T, k))[l], summation(z[l], l, ne=k), summation(z[l] ** 2, l, ne=Num(1)),
    summation(u[i] * summation(v[j], j, ne=i), i), log(x, 2),
    entropy(Tup(Fraction(1, 4), Fraction(3, 4))),
    partial(cross_entropy(z, softmax(z)), z[k]),
]  # fmt: skip


@pytest.mark.parametrize("term", UNFOLDED, ids=str)
def test_out_and_back_has_the_same_value(term: Term) -> None:
    back = from_sympy(to_sympy(term))
    value = evaluate(term, POINT, FloatArithmetic())
    assert evaluate(back, POINT, FloatArithmetic()) == pytest.approx(value)
    assert evaluate(back + 1, POINT, FloatArithmetic()) != pytest.approx(value)


@pytest.mark.parametrize("term", [kl(u, v), summation(u[i], i, ne=j), summation(u[i] * v[j], i)])
def test_sympy_reads_the_exported_sum_as_we_do(term: Term) -> None:
    # a bound index is a plain symbol, so SymPy's own doit can write the sum out
    three = {to_sympy(n): 3}
    written = to_sympy(term).subs(three).doit().xreplace({to_sympy(j).subs(three): sp.Integer(3)})
    values = {
        to_sympy(fam[place]).subs(three): number
        for fam, numbers in ((u, U_VALUES), (v, V_VALUES))
        for place, number in enumerate(numbers, 1)
    }
    value = evaluate(term, POINT, FloatArithmetic())
    assert float(written.xreplace(values)) == pytest.approx(value)


def test_bound_names_stay_apart_in_sympy() -> None:
    moved = substitute(summation(z[l] * z[k], l), {k: l})
    expr = to_sympy(moved)
    (dummy, *_), = expr.limits
    assert dummy.name != "l"
    assert from_sympy(expr) == moved


def refused() -> list[Callable[[], Any]]:
    d = domain("D")
    f, e = reals("f", d), index("e", d)
    return [
        lambda: to_sympy(summation(f[e], e)),
        lambda: to_sympy(u),
        lambda: to_sympy(vector(u[i] + 1, i)),
        lambda: to_sympy(Mul(0, log(0))),
        lambda: to_sympy(log(-2)),
        lambda: to_sympy(Num(1) / 0),
        lambda: to_sympy(substitute(partial(x**2, x), {x: x + 1})),
    ]


@pytest.mark.parametrize("case", refused())
def test_what_sympy_cannot_say_is_refused(case: Callable[[], Any]) -> None:
    with pytest.raises(TermError):
        case()


def test_terms_and_sympy_mix_in_one_expression() -> None:
    assert x + X == x + x
    assert sp.sympify(x) == X
