"""Ratios of two numbers, 0 or more, for the NumPy target: their logarithm, and the summand of a
relative entropy.

With s = (q − w)/(q + w), log(q/w) is 2 artanh s = 2(s + s³/3 + s⁵/5 + ...), which is used where the
ratio is from 1/2 to 2, that is |s| ≤ 1/3; elsewhere log(w/q) has all its digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from xent_sym.numeric.runtime.of_numpy import _KEPT, _write_where


def _divergence(w: Any, q: Any, out: Any = None) -> Any:
    """w·log(w/q) − w + q, never negative; q where w = 0, ∞ where q = 0 < w.

    Where w is near q, all three parts cancel to second order, and what they leave is
    s·(q − w) − w·(2 artanh s − 2 s): q − w is exact there, and the last is the smaller part.
    """
    out = _beside(w, q) if out is None else out
    for piece in _together(w, q, out):
        _divergence_of_piece(*piece)
    return out


def _divergence_of_piece(w: Any, q: Any, out: Any) -> None:
    apart, s, square, bend = _spare(out)
    np.subtract(q, w, out=apart)
    np.divide(apart, np.add(q, w, out=out), out=s)
    _log_quotient(w, q, out)
    np.multiply(out, w, out=out)
    np.add(out, apart, out=out)
    near = np.less_equal(np.abs(s, out=square), 1 / 3)
    if near.any():
        _bend(s, square, bend)
        np.multiply(bend, w, out=bend)
        np.multiply(s, apart, out=s)
        np.subtract(s, bend, out=s)
        _write_where(near, s, out, bend)
    if np.fmin.reduce(w) == 0:
        np.copyto(out, q, where=(w == 0))


def _log_ratio(w: Any, q: Any, out: Any = None) -> Any:
    """log(w/q)"""
    out = _beside(w, q) if out is None else out
    for piece in _together(w, q, out):
        _log_of_piece(*piece)
    return out


def _log_of_piece(w: Any, q: Any, out: Any) -> None:
    _, s, square, bend = _spare(out)
    np.divide(np.subtract(q, w, out=s), np.add(q, w, out=out), out=s)
    _log_quotient(w, q, out)
    near = np.less_equal(np.abs(s, out=square), 1 / 3)
    if near.any():
        _bend(s, square, bend)
        np.multiply(s, -2, out=s)
        np.subtract(s, bend, out=s)
        _write_where(near, s, out, bend)


def _beside(w: Any, q: Any) -> Any:
    """Memory for what has an entry for each entry of both."""
    return np.empty(np.broadcast_shapes(np.shape(w), np.shape(q)), np.result_type(w, q))


def _together(w: Any, q: Any, out: Any) -> Iterator[tuple[Any, ...]]:
    """All three, so many entries at a time that they stay in the cache; w or q may be a number."""
    with np.nditer(
        (np.asarray(w, out.dtype), np.asarray(q, out.dtype), out),
        ("external_loop", "buffered", "zerosize_ok"),
        (("readonly",), ("readonly",), ("writeonly",)), buffersize=1 << 14,
    ) as pieces:
        yield from pieces


def _spare(x: Any) -> Any:
    """Memory for four more like this piece, kept by the thread: new memory would cost more."""
    if not hasattr(_KEPT, "spare"):
        _KEPT.spare = np.empty((4, 1 << 14))
    return _KEPT.spare.view(x.dtype)[:, : x.size]


def _bend(s: Any, square: Any, out: Any) -> None:
    """2 artanh s − 2 s, for |s| ≤ 1/3: s³ times a polynomial in s²."""
    coefficients = (
        0.6666666666666667, 0.39999999999997904, 0.2857142857191582, 0.2222222217000256,
        0.1818182128527159, 0.15384503003475006, 0.13335936453815586, 0.11725428277939706,
        0.1090854280034848, 0.07238298492491127, 0.16066344782024247,
    )
    np.multiply(s, s, out=square)
    np.multiply(square, coefficients[-1], out=out)
    for c in coefficients[-2::-1]:
        np.multiply(np.add(out, c, out=out), square, out=out)
    np.multiply(out, s, out=out)


def _log_quotient(w: Any, q: Any, out: Any) -> None:
    """log(w/q), where a tiny number is scaled up first: its quotient would lose digits."""
    few, up = (-600, 200) if out.dtype == np.float64 else (-100, 60)
    tiny = math.ldexp(1.0, few)
    if np.minimum(np.fmin.reduce(w), np.fmin.reduce(q)) >= tiny:
        np.log(np.divide(w, q, out=out), out=out)
        return
    w_tiny, q_tiny = np.less(w, tiny), np.less(q, tiny)
    w_up, q_up = (np.where(t, np.multiply(x, math.ldexp(1.0, up)), x)
                  for t, x in ((w_tiny, w), (q_tiny, q)))
    steps = np.subtract(q_tiny, w_tiny, dtype=out.dtype)
    np.log(np.divide(w_up, q_up), out=out)
    np.add(out, np.multiply(steps, up * math.log(2)), out=out)
    np.copyto(out, np.nan, where=(w < 0) | (q < 0))
