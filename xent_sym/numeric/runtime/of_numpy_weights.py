"""The routines of the NumPy target about weights e^{x − m}, where m is the largest x of a row.

They are copied into the export, as those of `of_numpy.py` are.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def _most(x: Any) -> Any:
    """The largest entry of each row; to look for its place takes less than to look for it."""
    return _top(x, 0)[1][:, None]


def _top(x: Any, first: int) -> tuple[Any, Any, Any]:
    """The place of the largest entry of each row of a piece, that entry, and the least where the
    largest is below 0.
    """
    place = x.argmax(axis=1)
    if len(place) == 1:
        most = x.take(place)
        least = np.fmin.reduce(x, axis=1) if most[0] < 0.0 else most
        return place + first if first else place, most, least
    most = x.take(place + np.arange(0, x.size, x.shape[1]))
    below = (most < 0.0).nonzero()[0]
    if len(below) == 0:
        return place, most, most
    least = most.copy()
    least[below] = np.fmin.reduce(x if len(below) == len(x) else x[below], axis=1)
    return place, most, least


def _scaled(parts: list[Any]) -> tuple[Any, Any, Any, Any]:
    """For each row the place of its largest entry, that entry m, and e^{−m}; and the odd rows.

    In an odd row e^x may overflow or lose digits that e^{x − m} has: there it has 1 for e^{−m}, or
    NaN if m is NaN or −∞.
    """
    place, most, least = parts[0]
    if len(parts) > 1:
        place, most, _ = parts[np.concatenate([m for _, m, _ in parts]).argmax()]
        least = np.minimum.reduce([part[2] for part in parts])
    odd = _odd(most, least)
    # in doubles: an exponential of singles may be 2 units off, and this one is in every entry
    scale = np.exp(-most, dtype=np.float64).astype(most.dtype, copy=False)
    if odd is not None:
        top = most[odd]
        scale[odd] = np.where((top > -np.inf) | (top == np.inf), 1.0, np.nan)
    return place[:, None], most[:, None], scale[:, None], odd


def _odd(most: Any, least: Any) -> Any:
    """The rows that are not such that e^m times any number of entries is far from overflow, and
    0 ≤ m or e^x a normal number throughout.
    """
    low, high = (-700.0, 600.0) if most.dtype == np.float64 else (-80.0, 60.0)
    if len(most) == 1 and most[0] <= high and least[0] > low:
        return None
    even = (most <= high) & (least > low)
    return None if np.count_nonzero(even) == len(most) else (~even).nonzero()[0]


def _powers(x: Any, most: Any, odd: Any, out: Any) -> None:
    """e^x, and in odd rows e^{x − most} with what rounding takes from the difference."""
    if odd is None or len(odd) < len(x):
        np.exp(x, out=out)
        if x.dtype == np.float32:
            _tied(x, most, out)
    if odd is None:
        return
    few = 1 << 14
    step = max(1, few // x.shape[1])
    for start in range(0, len(odd), step):
        rows = odd[start : start + step] if len(odd) < len(x) else slice(start, start + step)
        for first in range(0, x.shape[1], few):
            some = slice(first, first + few)
            out[rows, some] = _weights(x[rows, some], most[rows])


def _tied(x: Any, most: Any, out: Any) -> None:
    """What ties with the largest entry has its e^m rounded once: an exponential of singles may be
    2 units off, and the same error in many entries does not average out.
    """
    ties = np.equal(x, most)
    if len(x) == 1 or np.count_nonzero(ties) > len(x):
        flat = ties.reshape(-1).nonzero()[0]
        top = np.exp(most, dtype=np.float64).reshape(-1)
        out.reshape(-1)[flat] = top[flat // x.shape[1]]


def _weights(x: Any, most: Any) -> Any:
    """e^{x − most}, with what rounding takes from the difference."""
    difference = _apart(x, most)
    power = np.exp(difference)
    lost = _lost(x, most, difference)
    lost *= power
    power += lost
    return power


def _apart(x: Any, most: Any, odd: Any = True, out: Any = None) -> Any:
    """x − most, for x ≤ most; 0 where both are infinite, which can be in odd rows only."""
    difference = np.subtract(x, most, out=out)
    if odd is not None and np.fmax.reduce(most, axis=None) == np.inf:
        np.copyto(difference, 0.0, where=np.equal(x, np.inf))
    return difference


def _lost(x: Any, y: Any, difference: Any, out: Any = None) -> Any:
    """What rounding took from difference = x − y, exactly, for x ≤ y; 0 for infinities.

    With y = high + low, high the part of y above the last digit of 128 or 1024, or 0 if y < 0,
    each difference below is exact, but for 2⁻⁹⁷ (2⁻⁴¹) beside an x that is all but 0.
    """
    unit = 2.0**-43 if x.dtype == np.float64 else 2.0**-17
    high = np.maximum(y, 0.0)
    high *= 1 / unit
    np.floor(high, out=high)
    high *= unit
    back = np.add(difference, high, out=out)
    np.subtract(x, back, out=back)
    np.subtract(back, np.subtract(y, high, out=high), out=back)
    if not math.isfinite(np.add.reduce(back, axis=None)):
        np.copyto(back, 0.0, where=~np.isfinite(back))
    return back


def _raised(  # noqa: PLR0913, PLR0917
    weight: Any, by: float, difference: Any, x: Any, most: Any, out: Any
) -> Any:
    """weight · by, where weight = e^{x − most}; with all digits where the weight has lost some."""
    doubles = weight.dtype == np.float64
    small = weight < (1e-290 if doubles else 1e-30)
    np.multiply(weight, by, out=out)
    if small.any():
        np.logical_and(small, difference > -1000.0, out=small)
        far, shift = difference[small], 64.0 if doubles else 16.0
        lost = _lost(x[small], np.broadcast_to(most, x.shape)[small], far)
        power = np.exp(far + shift) * (by * math.exp(-shift))
        out[small] = power + power * lost
    return out
