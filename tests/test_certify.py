"""Certificates measure what they say: the unit, the truth, the regimes, the verdict."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xent_sym.numeric.certify import Task, beside, certificate, certify, markdown, text
from xent_sym.numeric.certify.certificate import UnconfirmedTruth, allowed
from xent_sym.numeric.certify.reference import Row, Truth, rows, truths
from xent_sym.numeric.certify.regimes import KINDS, REGIMES, regimes_of
from xent_sym.numeric.certify.signatures import SIGNATURES
from xent_sym.numeric.certify.sized import digits, sized
from xent_sym.numeric.certify.statements import confirmed
from xent_sym.numeric.certify.table import cell, verdict
from xent_sym.numeric.certify.ulps import FLOAT32, FLOAT64, Wrong, error, rounded, spacing

FORMATS = {FLOAT64: np.float64, FLOAT32: np.float32}
TASKS = [
    Task(name, what, labels)
    for name, signature in SIGNATURES.items()
    for what in (("value",) if signature.family else ("value", "gradient", "hvp"))
    for labels in (("dense", "classes") if name == "softmax_cross_entropy" else ("dense",))
]


def title(task):
    return task.title


# -- units ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda f: f.name)
@given(data=st.data())
def test_rounding_and_spacing_are_those_of_numpy(fmt, data):
    bits = 64 if fmt is FLOAT64 else 32
    kind = FORMATS[fmt]
    most = float(fmt.largest) / 2  # numpy has no spacing beyond
    x = data.draw(st.floats(-most, most, width=bits))
    part = data.draw(st.fractions(Fraction(-2, 5), Fraction(2, 5)))
    unit = spacing(Fraction(x), fmt)
    assert unit == Fraction(float(abs(np.spacing(kind(x)))))
    # a power of two has a nearer neighbour below; a quarter of a unit stays with every number
    near = Fraction(x) + part * unit / 2
    assert rounded(near, fmt) == Fraction(x)
    assert error(x, near, fmt).ulp == pytest.approx(float(abs(part) / 2))


@given(st.fractions(Fraction(-(10**40)), Fraction(10**40)))
def test_the_nearest_float_is_at_most_half_a_unit_away(true):
    for fmt, kind in FORMATS.items():
        nearest = rounded(true, fmt)
        if isinstance(nearest, Fraction):
            assert float(kind(float(nearest))) == nearest
            assert error(float(nearest), true, fmt).ulp <= 0.5


@pytest.mark.parametrize(
    ("got", "true", "wrong"),
    [
        (0.0, Fraction(1, 10**320), Wrong.ZERO),
        (-0.0, Fraction(-1, 10**9), Wrong.ZERO),
        (0.0, Fraction(2, 10**324), Wrong.NOTHING),
        (0.0, Fraction(0), Wrong.NOTHING),
        (math.nan, Fraction(1), Wrong.NAN),
        (math.nan, math.inf, Wrong.NAN),
        (math.inf, Fraction(10**308), Wrong.INFINITY),
        (math.inf, Fraction(10**309), Wrong.NOTHING),
        (-math.inf, math.inf, Wrong.NUMBER),
        (1.0, math.nan, Wrong.NUMBER),
    ],
)
def test_what_no_unit_tells(got, true, wrong):
    assert error(got, true).wrong is wrong


def test_beyond_the_largest_the_truth_is_infinite():
    largest = float(FLOAT64.largest)
    assert error(largest, Fraction(10) ** 400).ulp == 1
    assert error(-largest, Fraction(10) ** 400).ulp > 2**53


# -- the truth --------------------------------------------------------------------------------


@pytest.mark.parametrize("task", TASKS, ids=title)
def test_the_truth_is_what_the_definition_says(task):
    """Every regime, at its first two rows; the definition is asked by ball arithmetic."""
    asked = 0
    for regime in regimes_of(task):
        if regime.name in ("K = 1,000", "1,000 samples"):
            continue
        arguments = regime.arguments(task, seed=3)[0]
        count = 2 if arguments[0].ndim > len(task.axes[0]) else None
        few = tuple(a[:count] for a in arguments)
        true = truths(task, few)
        for row in rows(few, task.axes):
            places = [p for p in true if p[: len(row.place)] == row.place]
            for place in (places[0], places[-1]):
                k = place[-1] if task.result else 0
                answer = confirmed(task, row, k, true[place])
                assert answer is not False, (regime.name, row, place)
                asked += answer is True
    least = 4 if task.name == "logistic" else 8
    assert asked >= least


def test_a_wrong_truth_is_not_confirmed(monkeypatch):
    row = Row((), ([0.0, 1.0], 1))
    task = Task("softmax_cross_entropy", "gradient", "classes")
    [true, _] = truths(task, (np.array([0.0, 1.0]), np.array(1))).values()
    assert confirmed(task, row, 0, true)
    assert confirmed(task, row, 0, Truth(true.value * (1 + Fraction(1, 2**100)))) is False
    monkeypatch.setattr(certificate, "truths", lambda *_: {(0,): Truth(Fraction(1))})
    with pytest.raises(UnconfirmedTruth, match="not what is stated"):
        certify(np.exp, Task("softplus"), seed=99)


def test_large_rows_need_fewer_bits():
    """The same numbers, repeated beyond the limit: the softmax is the same but for the count."""
    z = np.random.default_rng(0).normal(size=50) * 3
    small = truths(Task("log_sum_exp"), (z,))[()].value
    large = truths(Task("log_sum_exp"), (np.tile(z, 100),))[()].value
    apart = large - small - Fraction(math.log(100))
    assert abs(apart) < Fraction(1, 2**50)
    ends = truths(Task("softmax"), (np.tile(z, 100),))
    assert (0,) in ends and (4999,) in ends and len(ends) < 300


@pytest.mark.parametrize(
    ("task", "arguments", "expected"),
    [
        (Task("kl"), ([0.5, 0.5], [1.0, 0.0]), math.inf),
        (Task("entropy"), ([1.0, 0.0],), 0),
        (Task("cross_entropy"), ([1.0, 0.0], [1.0, 0.0]), 0),
        (Task("log_sum_exp"), ([math.inf, 0.0],), math.inf),
        (Task("kl_of_softmaxes"), ([0.0, 1.0], [0.0, -math.inf]), math.inf),
        (Task("softmax_cross_entropy"), ([0.0, -math.inf], [1.0, 0.0]), 0),
    ],
    ids=str,
)
def test_limits(task, arguments, expected):
    assert truths(task, tuple(map(np.array, arguments)))[()].value == expected


@pytest.mark.parametrize(
    ("u", "y", "value", "slope"),
    [(math.inf, 1.0, 0, 0), (math.inf, 0.0, math.inf, 1), (-math.inf, 0.5, math.inf, -0.5)],
)
def test_infinite_logits_have_limits(u, y, value, slope):
    arguments = (np.array([u]), np.array([y]))
    name = "binary_cross_entropy_with_logits"
    assert truths(Task(name), arguments)[0,].value == value
    assert truths(Task(name, "gradient"), arguments)[0,].value == slope


def test_nan_belongs_to_its_row():
    z = np.array([[0.0, math.nan], [0.0, 0.0]])
    true = truths(Task("softmax"), (z,))
    assert [math.isnan(t.value) for t in true.values()] == [True, True, False, False]
    true = truths(Task("entropy", "gradient"), (np.array([math.nan, 0.5]),))
    assert [math.isnan(t.value) for t in true.values()] == [True, False]


def test_two_infinite_logits_have_no_limit():
    true = truths(Task("softmax"), (np.array([math.inf, math.inf]),))
    assert [t.value for t in true.values()] == [None, None]


def test_the_condition_number_counts_what_cancels():
    one = digits(300).mpf(1)
    assert (sized(one) - sized(one * 3 / 4)).condition == 7
    assert (sized(one) - sized(one)).condition == math.inf
    task = Task("softmax_cross_entropy", "gradient")
    even = (np.zeros(2), np.array([0.5, 0.5]))
    sure = (np.array([30.0, 0.0]), np.array([1.0, 0.0]))
    assert all(t.condition == math.inf for t in truths(task, even).values())
    assert all(t.condition == 1 for t in truths(task, sure).values())


# -- regimes ----------------------------------------------------------------------------------


def test_every_function_has_regimes_and_every_kind_is_drawn():
    assert {r.kind for r in REGIMES} == set(KINDS)
    assert {name for names in KINDS.values() for name in names} == set(SIGNATURES)
    pairs = [(r.kind, r.name) for r in REGIMES]
    assert len(set(pairs)) == len(pairs)
    assert not any(r.large for r in regimes_of(Task("softmax")))
    assert any(r.large for r in regimes_of(Task("softmax"), large=True))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("task", TASKS, ids=title)
def test_regimes_draw_what_the_function_takes(task, dtype):
    for regime in regimes_of(task):
        [first, *_] = again = regime.arguments(task, dtype, 5)
        for one, other in zip(regime.arguments(task, dtype, 5), again, strict=True):
            pairs = zip(one, other, strict=True)
            assert all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)
        assert len(first) == len(task.axes)
        assert {a.dtype.name for a in first} <= {dtype, "int64"}
        bare = {a.ndim - len(own) for a, own in zip(first, task.axes, strict=True)}
        assert len(bare) == 1


# -- certificates -----------------------------------------------------------------------------


def stable_softplus(u):
    return np.maximum(u, 0) + np.log1p(np.exp(-abs(u)))


def naive_softplus(u):
    return np.log(1 + np.exp(u))


def lines(found, dtype="float64"):
    return {line.regime: line for line in found.lines if line.dtype == dtype}


def test_a_stable_function_meets_the_goals_and_a_naive_one_does_not():
    good, bad = (certify(f, Task("softplus")) for f in (stable_softplus, naive_softplus))
    assert good.met and not bad.met
    overflows = lines(bad)["±800"]
    assert overflows.count(Wrong.INFINITY) > 0
    assert lines(bad)["label wins by 38–700"].count(Wrong.ZERO) > 0
    assert all(line.confirmed for line in good.lines if line.regime == "ordinary")


def test_a_little_noise_where_the_truth_is_zero_is_seen():
    found = lines(certify(lambda p, q: abs(p - q).sum(-1) + 1e-17, Task("kl"), dtypes=["float64"]))
    assert found["p and q equal"].worst > 1e300 and not found["p and q equal"].met


def test_a_certificate_is_the_same_twice():
    one, two = (certify(stable_softplus, Task("softplus"), dtypes=["float32"]) for _ in range(2))
    assert text(one) == text(two) == str(one)
    assert markdown([one]) == markdown([two])


def test_value_and_gradient_are_measured_apart():
    def both(u):
        return stable_softplus(u), u * 0

    found = certify(both, Task("softplus", "value_and_gradient"), dtypes=["float64"])
    assert all(line.met for line in found.lines if line.what == "value")
    assert not all(line.met for line in found.lines if line.what == "gradient")
    assert "### softplus: gradient" in markdown([found])


def test_ill_conditioned_labels_are_said_to_be():
    def gradient(u, y):
        small = np.exp(-abs(u))
        near, far = 1 / (1 + small), small / (1 + small)
        right = np.where(y == 1, -np.where(u > 0, far, near), np.where(u > 0, near, far))
        return np.where((y == 0) | (y == 1), right, np.where(u > 0, near, far) - y)

    found = lines(certify(gradient, Task("binary_cross_entropy_with_logits", "gradient")))
    equal = found["labels equal to the sigmoid"]
    assert equal.ill and equal.worst > 1e6 and "κ = " in verdict(equal)
    assert not found["label wins by 38–700"].ill
    assert allowed(4, 1) == 4 and allowed(4, 100) == 200 and allowed(64, 1) == 64


def test_another_shape_or_a_refusal_is_a_line_and_no_crash():
    def refuses(u):
        if not np.isfinite(u).all():
            raise ValueError("finite numbers only\nplease")
        return stable_softplus(u)[:-1] if abs(u).max() > 1e3 else stable_softplus(u)

    found = lines(certify(refuses, Task("softplus"), dtypes=["float64"]))
    assert verdict(found["±inf"]) == "refused: ValueError: finite numbers only"
    assert "(119,); (120,) was expected" in verdict(found["within ±1e4"])
    assert cell(found["±inf"]) == "refused" and not found["±inf"].met
    assert found["ordinary"].met


def test_a_function_may_spoil_its_arguments():
    """The next one to be measured sees the numbers that were drawn."""
    def spoils(u):
        result = stable_softplus(u)
        u[:] = 0
        return result

    assert certify(spoils, Task("softplus")).met
    assert certify(stable_softplus, Task("softplus")).met


def test_columns_stand_beside_each_other():
    good, bad = (certify(f, Task("softplus")) for f in (stable_softplus, naive_softplus))
    short = replace(bad, lines=bad.lines[:2])
    shown = beside({"stable": good, "naive": bad, "short": short}, "float64").splitlines()
    assert shown[0] == "| regime | stable | naive | short |"
    assert any(r"\*" in line and "—" in line for line in shown)
    assert shown[-1].startswith("| goals met | 11 of 11 |")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("sotfmax",), "no function is called 'sotfmax'; there are softmax_cross_entropy"),
        (("kl", "hessian"), "'hessian' cannot be measured; it is one of value"),
        (("softmax", "gradient"), "softmax is a family"),
        (("kl", "value", "classes"), "kl takes no class numbers"),
        (("kl", "value", "soft"), "labels are 'dense' or 'classes', not 'soft'"),
    ],
)
def test_what_cannot_be_measured_is_said(asked, said):
    with pytest.raises(ValueError, match=said):
        Task(*asked)
