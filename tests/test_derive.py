"""``derive``: losses that nobody wrote a file for, at symbolic size, in their tidy form."""

from __future__ import annotations

import pytest
import sympy

import xent_sym as xs
from xent_sym.library import library
from xent_sym.terms.term import TermError, without_names

K, M, P, n = (xs.size(s) for s in ("K", "M", "P", "n"))
z, y, w = xs.reals("z", K), xs.distribution("y", K), xs.reals("w", K)
i, j, k = (xs.index(s, K) for s in "ijk")
a = xs.softmax(z)
T, eps = xs.positive("T"), xs.real("epsilon")
W, V, v = xs.reals("W", K, M), xs.reals("V", M, P), xs.reals("x", P)
m, r, q = xs.index("m", M), xs.index("r", M), xs.index("q", P)
X, theta, counts, s = xs.reals("x", n, P), xs.reals("theta", P), xs.reals("c", n), xs.index("s", n)


Z, Y, t = xs.reals("z", n, K), xs.distribution("y", n, K), xs.index("t", n)
query, keys = xs.reals("g", P), xs.reals("f", K, P)


def attention() -> xs.Term:
    return xs.softmax(xs.vector(xs.dot(query, keys[j]) / T, j))


def tempered() -> xs.Term:
    return xs.softmax(xs.vector(z[j] / T, j))


def two_layer() -> xs.Term:
    hidden = xs.summation(W[i, m] * xs.tanh(xs.dot(V[m], v)), m)
    return xs.softmax(xs.vector(hidden, i))


LOSSES = {
    "temperature": (
        xs.partial(xs.cross_entropy(y, tempered()), z[k]),
        (tempered()[k] - y[k]) / T,
    ),
    "label smoothing": (
        xs.partial(xs.cross_entropy(xs.vector((1 - eps) * y[j] + eps / K, j), a), z[k]),
        a[k] - ((1 - eps) * y[k] + eps / K),
    ),
    "class weights": (
        xs.partial(-xs.summation(w[i] * y[i] * xs.log(a[i]), i), z[k]),
        a[k] * xs.summation(w[i] * y[i], i) - w[k] * y[k],
    ),
    "two layers": (
        xs.partial(xs.cross_entropy(y, two_layer()), V[r, q]),
        xs.summation((two_layer()[i] - y[i]) * W[i, r], i)
        * (1 - xs.tanh(xs.dot(V[r], v)) ** 2) * v[q],
    ),
    "Poisson regression": (
        xs.partial(
            xs.summation(xs.exp(xs.dot(theta, X[s])) - counts[s] * xs.dot(theta, X[s]), s),
            theta[q],
        ),
        xs.summation((xs.exp(xs.dot(theta, X[s])) - counts[s]) * X[s, q], s),
    ),
    "squared error of softmax": (
        xs.partial(xs.summation((a[i] - y[i]) ** 2, i) / 2, z[k]),
        a[k] * ((a[k] - y[k]) - xs.summation(a[i] * (a[i] - y[i]), i)),
    ),
    "divergence": (xs.partial(xs.kl(y, a), z[k]), a[k] - y[k]),
    "bits": (xs.partial(xs.cross_entropy(y, a, base=2), z[k]), (a[k] - y[k]) / xs.log(2)),
    "batch": (
        xs.partial(xs.summation(xs.cross_entropy(Y[s], xs.softmax(Z[s])), s), Z[t, k]),
        xs.softmax(Z[t])[k] - Y[t, k],
    ),
    "contrast": (
        xs.partial(xs.log(xs.summation(xs.exp(xs.dot(query, keys[i]) / T), i)), query[q]),
        xs.summation(attention()[i] * keys[i, q], i) / T,
    ),
    "one sum left out": (
        xs.partial(xs.log(1 + xs.summation(xs.exp(z[i] - z[k]), i, ne=k)), z[k]), a[k] - 1,
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_the_gradient_is_derived_and_ends_in_the_form_of_the_textbook(name: str) -> None:
    expression, expected = LOSSES[name]
    theorem = xs.derive(expression)
    assert xs.recheck(theorem).lhs == expression
    assert not any(isinstance(t, type(expression)) for t in theorem.rhs.walk())
    assert xs.decide(xs.claim(theorem.rhs, "=", expected)) is not None


@pytest.mark.parametrize("name", LOSSES)
def test_its_false_twin_is_refuted_by_a_point(name: str) -> None:
    expression, expected = LOSSES[name]
    assert xs.decide(xs.claim(xs.derive(expression).rhs, "=", -expected)) is None
    assert xs.refute(expression, "=", -expected) is not None


@pytest.mark.parametrize("name", LOSSES)
def test_no_derivation_of_the_library_speaks_of_it(name: str) -> None:
    expression, _ = LOSSES[name]
    statements = {without_names(d.statement.lhs) for d in library().values()}
    assert expression not in statements


def test_a_sympy_user_brings_an_expression_of_their_own() -> None:
    size = sympy.Symbol("n", integer=True, positive=True)
    one, two = sympy.symbols("i k", integer=True)
    logits = sympy.IndexedBase("z")
    total = sympy.Sum(sympy.exp(logits[one]), (one, 1, size))
    theorem = xs.derive(sympy.Derivative(sympy.log(total), logits[two]))
    assert str(theorem.rhs) == "softmax(z)_k"


u = xs.real("u")
VALUES = {
    "a one-hot label": (xs.cross_entropy(xs.one_hot("h", K), a), "-log softmax(z)_c"),
    "a divergence": (xs.cross_entropy(y, a) - xs.entropy(y), "D_KL(y ‖ softmax(z))"),
    "a reflection": (xs.sigmoid(u) + xs.sigmoid(-u), "1"),
    "a power undone": (xs.exp(xs.log(T)), "T"),
    "numbers": (xs.entropy(xs.Tup(1, 0)), "0"),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_ends_in_its_shortest_form(name: str) -> None:
    expression, expected = VALUES[name]
    theorem = xs.recheck(xs.derive(expression))
    assert str(theorem.rhs) == expected


def test_nothing_to_derive_is_said() -> None:
    with pytest.raises(TermError, match="nothing to derive"):
        xs.derive(u)


def test_a_derivative_that_cannot_be_worked_out_is_never_called_derived() -> None:
    p = xs.distribution("p", K)
    with pytest.raises(TermError, match="no way goes on"):
        xs.derive(xs.partial(xs.entropy(p), p[k]))


def test_a_missing_condition_is_named() -> None:
    with pytest.raises(TermError, match="only where u > 0"):
        xs.derive(xs.partial(xs.log(u), u))


def test_one_name_for_two_symbols_is_refused() -> None:
    with pytest.raises(TermError, match="declared twice"):
        xs.partial(2 * xs.positive("T"), xs.real("T"))


def test_the_last_index_is_an_index_too() -> None:
    theorem = xs.derive(xs.partial(xs.cross_entropy(y, a), z[K]))
    assert xs.decide(xs.claim(theorem.rhs, "=", a[K] - y[K])) is not None
    assert xs.decide(xs.claim(xs.summation(z[i] * xs.delta(i, K), i), "=", z[K])) is not None
    assert xs.decide(xs.claim(xs.summation(z[i] * xs.delta(i, K), i), "=", z[k])) is None


def test_a_name_for_a_long_softmax_meets_what_a_derivative_theorem_brings() -> None:
    """∂a/∂z comes with softmax(z/T) written out; beside the name a it must still cancel."""
    T, w = xs.positive("T"), xs.positive("w", K)
    tempered = xs.softmax(xs.vector(z[i] / T, i))
    loss = -xs.summation(y[i] * w[i] * xs.log(tempered[i]), i)
    theorem = xs.recheck(xs.derive(xs.partial(loss, z[k])))
    assert str(theorem.rhs) == "(a_k/T)·Σ_i y_i·w_i - y_k·w_k/T"
    plain = xs.derive(xs.partial(-xs.summation(y[i] * xs.log(xs.softmax(
        xs.vector(z[j], j))[i]), i), z[k]))
    assert str(plain.rhs) == "softmax(z)_k - y_k"
