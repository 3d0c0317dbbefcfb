"""Plain numba, as its user writes it: loops, `math.exp`, `prange` where there are two threads."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import numpy as np
from speed_cells import BINARY, Array, Cell
from speed_race import Call, library

_numba = library("numba")
prange: Callable[..., Any] = range if _numba is None else _numba.prange


def _classes(z: Array, c: Array) -> Any:
    rows, classes = z.shape
    value, gradient = np.empty(rows, z.dtype), np.empty_like(z)
    for i in prange(rows):
        m = z[i, 0]
        for k in range(1, classes):
            m = max(m, z[i, k])
        total = z.dtype.type(0)
        for k in range(classes):
            gradient[i, k] = math.exp(z[i, k] - m)
            total += gradient[i, k]
        for k in range(classes):
            gradient[i, k] /= total
        gradient[i, c[i]] -= 1
        value[i] = math.log(total) + m - z[i, c[i]]
    return value, gradient


def _dense(z: Array, y: Array) -> Any:
    rows, classes = z.shape
    value, gradient = np.empty(rows, z.dtype), np.empty_like(z)
    for i in prange(rows):
        m = z[i, 0]
        for k in range(1, classes):
            m = max(m, z[i, k])
        total, inner = z.dtype.type(0), z.dtype.type(0)
        for k in range(classes):
            gradient[i, k] = math.exp(z[i, k] - m)
            total += gradient[i, k]
            inner += y[i, k] * (z[i, k] - m)
        for k in range(classes):
            gradient[i, k] = gradient[i, k] / total - y[i, k]
        value[i] = math.log(total) - inner
    return value, gradient


def _binary(u: Array, y: Array) -> Any:
    rows, classes = u.shape
    value, gradient = np.empty_like(u), np.empty_like(u)
    for i in prange(rows):
        for k in range(classes):
            e = math.exp(-abs(u[i, k]))
            value[i, k] = max(u[i, k], 0) - u[i, k] * y[i, k] + math.log1p(e)
            gradient[i, k] = (1 / (1 + e) if u[i, k] >= 0 else e / (1 + e)) - y[i, k]
    return value, gradient


def _entropy(p: Array) -> Any:
    value = np.empty(p.shape[0], p.dtype)
    for i in prange(p.shape[0]):
        total = p.dtype.type(0)
        for k in range(p.shape[1]):
            if p[i, k] > 0:
                total -= p[i, k] * math.log(p[i, k])
        value[i] = total
    return value


def _kl(p: Array, q: Array) -> Any:
    value = np.empty(p.shape[0], p.dtype)
    for i in prange(p.shape[0]):
        total = p.dtype.type(0)
        for k in range(p.shape[1]):
            if p[i, k] > 0:
                total += p[i, k] * math.log(p[i, k] / q[i, k])
        value[i] = total
    return value


def _logistic(theta: Array, x: Array, y: Array) -> Any:
    rows, size = x.shape
    value, gradient = 0.0, np.zeros(size, x.dtype)
    for i in range(rows):
        u = x.dtype.type(0)
        for k in range(size):
            u += x[i, k] * theta[k]
        e = math.exp(-abs(u))
        value += max(u, 0) - u * y[i] + math.log1p(e)
        slope = (1 / (1 + e) if u >= 0 else e / (1 + e)) - y[i]
        for k in range(size):
            gradient[k] += slope * x[i, k]
    return value / rows, gradient / rows


@cache
def _compiled(name: str, labels: str, parallel: bool) -> Callable[..., Any]:
    assert _numba is not None
    source = {BINARY: _binary, "entropy": _entropy, "kl": _kl, "logistic": _logistic}.get(
        name, _classes if labels == "classes" else _dense
    )
    found: Callable[..., Any] = _numba.njit(parallel=parallel and name != "logistic")(source)
    return found


def numba(cell: Cell, given: tuple[Array, ...]) -> Iterator[tuple[str, Call]]:
    """Plain numba, value and gradient in one loop; asked where its second of compiling is paid."""
    if _numba is not None and cell.compiled:
        yield "numba plain", partial(_compiled(cell.name, cell.labels, cell.threads > 1), *given)
