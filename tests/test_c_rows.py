"""In C a row's result is its own: whatever stands beside it, however many rows there are, however
long they are, and by whichever of the loops it is computed."""

from __future__ import annotations

import numpy as np
import pytest

from xent_sym.numeric import ExportError
from xent_sym.numeric.catalogue import built

ROWS = (1, 2, 31, 32, 33, 63, 65)
LENGTHS = (1, 2, 3, 4, 5, 10, 39, 40, 41, 1023, 1024, 1025, 2051)
FORMATS = (np.float64, np.float32)
NEAR = {np.float64: 8e-16, np.float32: 4e-7}


def function(name, what):
    try:
        return built(name, what, "c")
    except ExportError as error:
        pytest.skip(str(error))


def scores(rows, length, kind):
    """Rows as they come, and among them NaN, infinities, masks, and what is not near its
    maximum."""
    random = np.random.default_rng(rows * 10_000 + length)
    z = random.normal(0, 3, (rows, length))
    odd = random.integers(0, 8, rows)
    z[odd == 1] *= 400
    z[odd == 2, 0] = -np.inf
    z[odd == 3, -1] = np.nan
    z[odd == 4, -1] = np.inf
    z[odd == 5] = 1e300 if kind is np.float64 else 1e30
    z[odd == 6] -= 1e6
    return z.astype(kind)


def distributions(rows, length, kind):
    """Rows that sum to 1; some with zeros, some with tiny entries."""
    random = np.random.default_rng(rows * 10_000 + length + 1)
    p = random.random((rows, length)) + 0.01
    odd = random.integers(0, 4, (rows, length))
    p[(odd == 0) & (np.arange(length) > 0)] = 0
    p /= p.sum(axis=1, keepdims=True)
    p[(p == 0) & (random.random((rows, length)) < 0.3)] = 1e-310 if kind is np.float64 else 1e-40
    return p.astype(kind)


def same(one, other, kind):
    """Equal but for a few roundings of the largest entry in the row, which sums may add up in
    another order."""
    with np.errstate(invalid="ignore"):
        if one.ndim == 1:
            one, other = one[:, None], other[:, None]
        finite = np.where(np.isfinite(other), abs(other), 0).max(axis=1, keepdims=True)
        return bool(np.all((one == other) | (np.isnan(one) & np.isnan(other))
                           | (abs(one - other) <= 8 * NEAR[kind] * finite)))


def alone(f, *arrays):
    """The results of every row by itself."""
    parts = [f(*(a[i:i + 1] for a in arrays)) for i in range(len(arrays[0]))]
    if isinstance(parts[0], tuple):
        return [np.concatenate(one) for one in zip(*parts, strict=True)]
    return [np.concatenate(parts)]


def check(f, kind, *arrays):
    together = f(*arrays)
    for one, other in zip(together if isinstance(together, tuple) else [together],
                          alone(f, *arrays), strict=True):
        assert same(one, other, kind)


each_format = pytest.mark.parametrize("kind", FORMATS)
each_length = pytest.mark.parametrize("length", LENGTHS)


@each_format
@each_length
def test_losses_of_scores_and_class_numbers(length, kind):
    f = function("softmax_cross_entropy", "value_and_gradient")
    for rows in ROWS:
        check(f, kind, scores(rows, length, kind), np.arange(rows) % length)


@each_format
@each_length
def test_losses_of_scores_and_dense_labels(length, kind):
    f = function("softmax_cross_entropy", "value_and_gradient")
    for rows in ROWS:
        check(f, kind, scores(rows, length, kind), distributions(rows, length, kind))


@each_format
@each_length
@pytest.mark.parametrize(("name", "what"), [("kl", "value"), ("kl", "value_and_gradient"),
                                            ("cross_entropy", "value")])
def test_divergences(name, what, length, kind):
    f = function(name, what)
    for rows in ROWS:
        p, q = distributions(rows, length, kind), distributions(rows, length, kind)[::-1].copy()
        check(f, kind, p, q)


@each_format
@each_length
@pytest.mark.parametrize(("name", "what"), [("log_sum_exp", "hvp"), ("entropy_of_softmax", "hvp")])
def test_second_derivatives(name, what, length, kind):
    f = function(name, what)
    for rows in ROWS:
        z = np.nan_to_num(scores(rows, length, kind), neginf=-50, posinf=50)
        v = np.random.default_rng(length).normal(size=(rows, length)).astype(kind)
        check(f, kind, z, v)


@each_format
def test_one_row_of_scores_for_many_labels(kind):
    f = function("softmax_cross_entropy", "value_and_gradient")
    for length in (3, 10, 41):
        z = scores(1, length, kind)
        labels = np.arange(70) % length
        value, gradient = f(z, labels)
        values, gradients = f(np.repeat(z, 70, axis=0), labels)
        assert same(value, values, kind)
        assert same(gradient, gradients, kind)


def test_rows_that_differ_are_told_apart():
    values = np.array([1.0, 2.0])
    assert same(values, values, np.float64)
    assert not same(values, values + 1e-12, np.float64)
