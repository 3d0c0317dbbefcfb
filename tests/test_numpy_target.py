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
from xent_sym.numeric.runtime.of_numpy import _lost, _write_where
from xent_sym.terms.declare import distribution, index, probability, real, reals, size
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
# Rows as columns; a block that is not full; one row in two pieces and in many.
SHAPES = [(1, 1), (1, 7), (3, 33), (5000, 10), (70, 1000), (1, 65536), (2, 65537), (2, 200_000)]
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
    @pytest.mark.parametrize("width", [3, 40, 70_000])
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
        labels = rows((5000, 10), np.float64)
        labels[4321, 3] = -0.5
        with pytest.raises(ValueError, match=r"y\[4321, 3\] is -0.5"):
            LOSS(scores((5000, 10), np.float64), labels)


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
