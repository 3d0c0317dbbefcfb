"""The NumPy target computes the same whatever the shape of its blocks, and keeps what it is given.
"""

from __future__ import annotations

import tracemalloc
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xent_sym.numeric.functions.export import compile_function
from xent_sym.numeric.plan import planned
from xent_sym.numeric.runtime.of_numpy import _inner, _weighted, _write_where
from xent_sym.numeric.runtime.of_numpy_weights import _lost, _powers, _scaled, _top
from xent_sym.terms.declare import (
    distribution,
    index,
    probability,
    real,
    reals,
    size,
    vector,
)
from xent_sym.terms.quantities import (
    binary_cross_entropy,
    cross_entropy,
    entropy,
    kl,
    sigmoid,
    softmax,
)

K = size("K")
z, y, k = reals("z", K), distribution("y", K), index("k", K)
p, q = (distribution(name, K, full_support=True) for name in "pq")
u, t = real("u"), probability("t")
LOSS = compile_function(planned(
    "loss", {"value": cross_entropy(y, softmax(z)), "gradient": softmax(z)[k] - y[k]}, (z, y),
    {"value": (), "gradient": (k,)}))
BINARY = compile_function(planned(
    "binary", {"value": binary_cross_entropy(t, sigmoid(u)), "gradient": sigmoid(u) - t}, (u, t)))
ENTROPY = compile_function(planned("h", {"h": entropy(p)}, (p,)))
KL = compile_function(planned("d", {"d": kl(p, q)}, (p, q)))
# Short rows; a block that is not full; one row that is a block, in two pieces and in many.
SHAPES = [(1, 1), (1, 7), (3, 33), (20_000, 10), (200, 1000), (1, 131_072), (2, 131_073),
          (2, 400_000)]
DIGITS = {np.float64: 1e-13, np.float32: 1e-5}


def scores(shape, dtype, seed=0):
    return (3 * np.random.default_rng(seed).normal(size=shape)).astype(dtype)


def rows(shape, dtype, seed=0):
    weights = np.exp(scores(shape, np.float64, seed))
    return (weights / weights.sum(-1, keepdims=True)).astype(dtype)


def by_hand(logits):
    wide = logits.astype(np.longdouble)
    shifted = wide - wide.max(-1, keepdims=True)
    weights = np.exp(shifted)
    total = weights.sum(-1, keepdims=True)
    return shifted - np.log(total), weights / total


@pytest.mark.parametrize("dtype", DIGITS)
@pytest.mark.parametrize("shape", SHAPES)
class TestWhateverTheShape:
    def test_with_class_numbers(self, shape, dtype):
        logits = scores(shape, dtype)
        classes = np.random.default_rng(1).integers(0, shape[1], shape[0])
        value, gradient = LOSS(logits, classes)
        logs, model = by_hand(logits)
        model[np.arange(shape[0]), classes] -= 1
        assert value.dtype == gradient.dtype == dtype
        expected = -logs[np.arange(shape[0]), classes]
        assert np.allclose(value, expected, DIGITS[dtype], DIGITS[dtype])
        assert np.allclose(gradient, model, DIGITS[dtype], 1e-20)

    def test_with_dense_labels(self, shape, dtype):
        logits, labels = scores(shape, dtype), rows(shape, dtype, 1)
        value, gradient = LOSS(logits, labels)
        logs, model = by_hand(logits)
        assert np.allclose(value, -(labels * logs).sum(-1), 10 * DIGITS[dtype], DIGITS[dtype])
        assert np.allclose(gradient, model - labels, 0, DIGITS[dtype])

    def test_of_probabilities(self, shape, dtype):
        one, other = rows(shape, dtype), rows(shape, dtype, 1)
        wide, two = one.astype(np.longdouble), other.astype(np.longdouble)
        assert np.allclose(ENTROPY(one), -(wide * np.log(wide)).sum(-1), 10 * DIGITS[dtype], 1e-12)
        terms = wide * np.log(wide / two) - wide + two
        assert np.allclose(KL(one, other), terms.sum(-1), 10 * DIGITS[dtype], 1e-12)

    def test_without_a_last_axis(self, shape, dtype):
        logits, labels = scores(shape, dtype), rows(shape, dtype)
        value, gradient = BINARY(logits, labels)
        wide = logits.astype(np.longdouble)
        log_one = np.logaddexp(0, wide)
        assert value.shape == gradient.shape == shape
        assert np.allclose(value, log_one - labels * wide, 10 * DIGITS[dtype], DIGITS[dtype])
        model = np.exp(wide - log_one)
        assert np.allclose(gradient, model - labels, 10 * DIGITS[dtype], DIGITS[dtype])

    def test_results_go_where_they_are_told(self, shape, dtype):
        logits, classes = scores(shape, dtype), np.zeros(shape[0], int)
        kept = logits.copy()
        out = np.full(shape[0], 5, dtype), np.full(shape, 5, dtype)
        found = LOSS(logits, classes, out=out)
        assert found[0] is out[0]
        assert found[1] is out[1]
        for mine, fresh in zip(out, LOSS(logits, classes), strict=True):
            assert np.array_equal(mine, fresh)
        assert np.array_equal(logits, kept)


class TestStrangeRows:
    @pytest.mark.parametrize("width", [3, 40, 140_000])
    def test_spoil_no_other_row(self, width):
        logits = scores((100, width) if width < 50 else (7, width), np.float64)
        strange = logits.copy()
        strange[1], strange[2, 0], strange[3], strange[4, 1] = 2.0, np.nan, -1e308, np.inf
        strange[5, 1:] = -np.inf
        classes = np.zeros(len(logits), int)
        plain, mixed = LOSS(logits, classes), LOSS(strange, classes)
        others = [n for n in range(len(logits)) if n not in range(1, 6)]
        for one, other in zip(plain, mixed, strict=True):
            assert np.array_equal(one[others], other[others])
        assert mixed[0][1] == pytest.approx(np.log(width))
        assert np.isnan(mixed[0][2])
        assert mixed[0][3] == pytest.approx(np.log(width))
        assert mixed[0][4] == np.inf
        assert mixed[1][4, 1] == 1
        assert mixed[0][5] == 0
        assert not mixed[1][5].any()

    def test_one_row_serves_all(self):
        one, many = rows((1, 6), np.float64), rows((50, 6), np.float64, 1)
        assert np.array_equal(KL(one, many), KL(np.repeat(one, 50, 0), many))
        assert np.array_equal(KL(many, one), KL(many, np.repeat(one, 50, 0)))

    def test_no_rows_at_all(self):
        value, gradient = LOSS(np.empty((0, 4)), np.empty(0, int))
        assert value.shape == (0,)
        assert gradient.shape == (0, 4)

    def test_what_is_wrong_is_found_in_any_block(self):
        labels = rows((20_000, 10), np.float64)
        labels[14_321, 3] = -0.5
        with pytest.raises(ValueError, match=r"y\[14321, 3\] is -0.5"):
            LOSS(scores((20_000, 10), np.float64), labels)


WARM = compile_function(planned("warm", {"a": softmax(vector(u * z[k], k))[k]}, (z, u)))


class TestComputedScores:
    """The largest entry of what is computed piece by piece is told by its place, too."""

    @pytest.mark.parametrize("shape", [(3, 5), (300, 1000), (2, 400_000)])
    @pytest.mark.parametrize("offset", [0.0, -100.0, 1e4])
    def test_agree_with_scores_that_are_given(self, shape, offset):
        logits = scores(shape, np.float64) + offset
        assert np.allclose(WARM(logits, 0.5), by_hand(0.5 * logits)[1], 1e-12, 0)


class TestMemory:
    def test_no_temporary_is_as_long_as_a_row(self):
        logits = scores((2, 1_000_000), np.float64)
        classes = np.zeros(2, int)
        out = np.empty(2), np.empty_like(logits)
        LOSS(logits, classes, out=out)
        tracemalloc.start()
        LOSS(logits, classes, out=out)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < logits.nbytes / 8


class TestWhatRoundingTook:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @given(most=st.floats(-1e6, 1e6), below=st.lists(st.floats(0, 100), min_size=1, max_size=9))
    def test_is_found_exactly(self, dtype, most, below):
        top = np.full((1, 1), most, dtype)
        x = np.minimum(top - np.array([below], dtype), top)
        difference = x - top
        found = _lost(x, top, difference)
        least = Fraction(2) ** (-41 if dtype is np.float32 else -97)
        for one, d, lost in zip(x[0], difference[0], found[0], strict=True):
            exact = Fraction(float(one)) - Fraction(float(top[0, 0])) - Fraction(float(d))
            assert abs(Fraction(float(lost)) - exact) <= least

    def test_is_nothing_beside_infinities(self):
        x = np.array([[np.inf, 1.0, -np.inf], [1.7e308, 1.7e308, -np.inf]])
        top = x.max(1, keepdims=True)
        with np.errstate(all="ignore"):
            assert not _lost(x, top, np.array([[0.0, -np.inf, -np.inf], [0.0, 0.0, -np.inf]])).any()


class TestWeights:
    """e^{x − m} is a power times what the powers of a row have in common, whatever the row."""

    ROWS = (
        [0.0, -3.0, -1.0], [40.0, -30.0, 39.0], [-5.0, -60.0, -5.0], [-650.0, -690.0, -651.0],
        [900.0, 870.3, 250.1], [-1e6, -1e6 - 30.7, -2e6], [1e308, -1e308, 1e308 * 0.9],
        [5.0, -np.inf, 4.0], [-5.0, -np.inf, -6.0], [-5.0, -740.0, -710.0],
    )

    @staticmethod
    def weights(x):
        place, most, scale, odd = _scaled([_top(x, 0)])
        power = np.empty_like(x)
        _powers(x, most, odd, power)
        return place, power * scale, odd

    @np.errstate(all="ignore")
    @pytest.mark.parametrize("dtype", DIGITS)
    def test_are_exact_in_rows_of_all_kinds_together(self, dtype):
        x = np.clip(np.array(self.ROWS), *(np.finfo(dtype).max * s for s in (-1, 1))).astype(dtype)
        x[:, 1][np.isinf(self.ROWS)[:, 1]] = -np.inf
        place, found, odd = self.weights(x)
        assert place.ravel().tolist() == x.argmax(1).tolist()
        assert 0 < len(odd) < len(x)
        least = float(np.finfo(dtype).smallest_subnormal)
        for row, weights in zip(x, found, strict=True):
            for entry, weight in zip(row, weights, strict=True):
                with mpmath.workdps(400):
                    exact = mpmath.exp(mpmath.mpf(float(entry)) - mpmath.mpf(float(row.max())))
                    near = 3 * float(np.finfo(dtype).eps) * exact + least
                    assert abs(mpmath.mpf(float(weight)) - exact) <= near

    @np.errstate(all="ignore")
    def test_are_none_where_there_is_no_largest_entry(self):
        x = np.array([[np.nan, 0.0], [-np.inf, -np.inf], [np.inf, 0.0]])
        assert np.isnan(self.weights(x)[1][:2]).all()
        assert self.weights(x)[1][2].tolist() == [1, 0]

    @np.errstate(all="ignore")
    def test_the_false_twin_forgets_the_odd_rows(self):
        x = np.array([[900.0, 899.0]])
        _, most, scale, odd = _scaled([_top(x, 0)])
        power = np.empty_like(x)
        _powers(x, most, None, power)
        assert odd.tolist() == [0]
        assert np.isinf(power * scale).all()

    @np.errstate(all="ignore")
    def test_of_pieces_are_those_of_the_row(self):
        for row in self.ROWS:
            x = np.array([row])
            whole = _scaled([_top(x, 0)])
            parts = _scaled([_top(x[:, :1], 0), _top(x[:, 1:], 1)])
            for one, other in zip(whole, parts, strict=True):
                assert np.array_equal(one, other)


class TestAWeight:
    """0·x = 0, whatever x is; and any other number times x is what it is."""

    X = np.array([[np.inf, 2.0, -np.inf], [np.nan, np.inf, 3.0]])

    @np.errstate(all="ignore")
    def test_of_nothing_counts_nothing(self):
        weight = np.array([[0.0, 0.5, 0.0], [0.0, 0.0, 2.0]])
        assert np.array_equal(_weighted(weight, self.X), [[0, 1, 0], [0, 0, 6]])
        assert np.array_equal(_inner(weight, self.X, np.empty_like(self.X)), [[1], [6]])

    @np.errstate(all="ignore")
    def test_of_something_counts(self):
        weight = np.array([[0.0, 0.5, 0.1], [0.1, 0.0, 2.0]])
        assert np.array_equal(_weighted(weight, self.X), [[0, 1, -np.inf], [np.nan, 0, 6]],
                              equal_nan=True)


class TestAChoice:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 1.0])
    @pytest.mark.parametrize("size_", [7, 2000])
    def test_is_made_entry_by_entry(self, dtype, share, size_):
        one, other = scores((2, size_), dtype), scores((2, size_), dtype, 1)
        other[0, 0], one[1, 1] = np.nan, -np.inf
        test = np.random.default_rng(2).random((2, size_)) < share
        for value in (one, 0.0, 1.5, one[:, :1].copy()):
            out = other.copy()
            _write_where(test, value, out, np.empty_like(out))
            assert np.array_equal(out, np.where(test, value, other), equal_nan=True)


def test_a_million_classes_in_singles_lose_no_digit():
    """Sums of pieces are added exactly: 4 units in the last place at 10⁶ classes."""
    logits = scores((1, 1_000_000), np.float32)
    value = LOSS(logits, np.zeros(1, int))[0][0]
    wide = logits[0].astype(np.float64)
    exact = mpmath.log(mpmath.fsum(np.exp(wide - wide[0]).tolist()))
    assert abs(float(value) - float(exact)) <= 4 * np.spacing(np.float32(exact))
