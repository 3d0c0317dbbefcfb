"""Where a claim fails, a point is found; where it holds, none is."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import pytest

from xent_sym.refute import agrees, apart, fails, refute, sample_points
from xent_sym.terms import (
    base,
    binary,
    cross_entropy,
    delta,
    distribution,
    entropy,
    index,
    kl,
    log,
    one_hot,
    partial,
    positive,
    probability,
    real,
    reals,
    size,
    softmax,
    summation,
    true_class,
)
from xent_sym.terms.evaluate import Ball, Point
from xent_sym.terms.holding import breaks, obeys
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Range, TermError

K = size("K")
z = reals("z", K)
p, q = distribution("p", K), distribution("q", K)
y = one_hot("y", K)
i, j, k = index("i", K), index("j", K), index("k", K)
x, b = real("x"), base()
a = softmax(z)
LOSS = cross_entropy(y, a)

TRUE = [
    (partial(LOSS, z[k]), "=", a[k] - y[k]),
    (partial(a[i], z[k]), "=", a[i] * (delta(i, k) - a[k])),
    (cross_entropy(p, q), "=", entropy(p) + kl(p, q)),
    (LOSS, "=", -log(a[true_class(y)])),
    (kl(p, q), ">=", 0 * x),
    (entropy(p), "<=", log(K)),
    (entropy(p, base=b), "=", entropy(p) / log(b)),
    (summation(z[j], j, ne=k), "=", summation(z[j], j) - z[k]),
    (summation(y[j], j), "=", x**0),
]
FALSE = [
    (partial(LOSS, z[k]), "=", y[k] - a[k]),
    (partial(a[i], z[k]), "=", a[i] * (delta(i, k) - a[i])),
    (cross_entropy(p, q), "=", entropy(q) + kl(p, q)),
    (LOSS, "=", -log(a[k])),
    (kl(p, q), ">", 0 * x),
    (entropy(p), ">=", log(K)),
    (entropy(p, base=b), "=", entropy(p) * log(b)),
    (kl(p, q), "=", kl(q, p)),
    (entropy(p), "!=", 0 * x),
    (log(b), "<", 0 * x),
]


@pytest.mark.parametrize("claim", TRUE, ids=str)
def test_a_true_claim_is_never_refuted(claim):
    assert refute(*claim) is None
    evidence = agrees(*claim, draws=60)
    assert evidence.agreeing == evidence.tried > 0


@pytest.mark.parametrize("claim", FALSE, ids=str)
def test_a_false_claim_is_refuted_by_a_point_that_shows_it(claim):
    found = refute(*claim)
    assert found is not None
    assert fails(found.left, claim[1], found.right)
    assert "left" in str(found) and "right" in str(found)
    evidence = agrees(*claim, draws=60)
    assert evidence.agreeing < evidence.tried


def test_the_search_is_deterministic():
    assert str(refute(*FALSE[0])) == str(refute(*FALSE[0]))


def test_overlapping_balls_refute_nothing():
    wide, inside = Ball(Fraction(0), Fraction(2)), Ball(Fraction(1), Fraction(1))
    assert not any(fails(wide, r, inside) for r in ("=", "!=", "<=", "<", ">=", ">"))


def test_two_numbers_are_told_with_the_digits_that_tell_them_apart():
    ten, large = Fraction(10), Fraction(10) ** 30
    for one, two in ((ten, ten + 1), (large, large + 1), (large**100, large**100 * 2)):
        left, right = apart(Ball(one, one), Ball(two, two))
        assert left != right and len(left + right) < 80


def test_zero_over_zero_refutes_nothing():
    """At the only point of one class H(p) is 0, and 0/0 is neither 1 nor 0."""
    ratio = entropy(p) / entropy(p)
    assert refute(ratio, "=", 1) is None
    assert refute(ratio, "=", 2) is not None


def test_an_endless_search_is_given_up():
    m, r = (index(c, Range(1, 9000)) for c in "mr")
    assert refute(summation(summation(x / (m + r), m), r), "=", 3) is None


X, Y = real("x"), positive("y")
OBEYED = [
    (Hypothesis("positive", (X,)), 1, 0),
    (Hypothesis("nonnegative", (X,)), 0, -1),
    (Hypothesis("nonzero", (X,)), -1, 0),
    (Hypothesis("at most one", (X,)), 1, 2),
    (Hypothesis("below one", (X,)), 0, 1),
    (Hypothesis("above one", (X,)), 2, 1),
    (Hypothesis("binary", (X,)), 1, 2),
]


@pytest.mark.parametrize(("hypothesis", "inside", "outside"), OBEYED, ids=str)
def test_a_point_obeys_a_hypothesis_or_breaks_it(hypothesis, inside, outside):
    good, bad = (Point({X: Fraction(v)}) for v in (inside, outside))
    assert obeys([hypothesis], good) and not breaks([hypothesis], good)
    assert breaks([hypothesis], bad) and not obeys([hypothesis], bad)


def test_families_obey_in_every_entry():
    f = reals("f", K)
    positive_entries, whole = Hypothesis("positive", (f,)), Hypothesis("sums to one", (f,))
    even, uneven = (Point({K: 2, f: (Fraction(a), 1 - Fraction(a))}) for a in (Fraction(1, 2), 2))
    assert obeys([positive_entries, whole], even)
    assert obeys([whole], uneven) and breaks([positive_entries], uneven)


def test_a_hypothesis_of_another_kind_is_neither_obeyed_nor_broken():
    hypothesis, point = Hypothesis("differentiable", (X,)), Point({X: Fraction(1)})
    assert not obeys([hypothesis], point) and not breaks([hypothesis], point)


def test_an_unknown_relation_is_an_error():
    with pytest.raises(TermError, match="relation '≈'"):
        refute(x, "≈", x)


def test_points_obey_the_declarations():
    full = distribution("f", K, full_support=True)
    symbols = [p[k], full[k], y[k], b, positive("t"), probability("h"), binary("u")]
    for point in islice(sample_points(symbols), 150):
        values = {s.name: v for s, v in point.values.items()}
        assert 1 <= values["K"] <= 5 and 1 <= values["k"] <= values["K"]
        for family in ("p", "f", "y"):
            assert len(values[family]) == values["K"] and sum(values[family]) == 1
        assert min(values["p"]) >= 0 and min(values["f"]) > 0
        assert values["y"][values["c"] - 1] == 1
        assert values["b"] > 1 and values["t"] > 0 and 0 < values["h"] < 1
        assert values["u"] in (0, 1)


def test_points_start_small():
    first, second = islice(sample_points([z[k]]), 2)
    assert first.values[K] == 1 and second.values[K] == 2


def test_an_index_with_nowhere_to_lie_is_drawn_only_where_it_can():
    m = index("m", Range(1, K - 1))
    assert all(point.values[K] >= 2 for point in islice(sample_points([z[m]]), 20))
    with pytest.raises(TermError, match="some range is empty"):
        next(sample_points([index("m", Range(2, 1))]))
