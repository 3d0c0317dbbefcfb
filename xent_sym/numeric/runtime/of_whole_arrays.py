"""What functions for any array library do with whole arrays, as that library does it best.

Their source is copied into the export. Nothing is written that an input or a later line could see.
"""

from __future__ import annotations

import math
from typing import Any

from xent_sym.numeric.runtime.of_array_api import _level, _number, _places


def _ordered(xp: Any, x: Any, *order: int) -> Any:
    """The last axes in another order."""
    kept = x.ndim - len(order)
    axes = (*range(kept), *(kept + n for n in order))
    if hasattr(xp, "permute_dims"):
        return xp.permute_dims(x, axes)
    return xp.permute(x, axes) if hasattr(xp, "permute") else xp.transpose(x, axes)


def _diagonal(xp: Any, x: Any, one: int, other: int) -> Any:
    """The entries whose places along two axes agree, summed along the second, which goes."""
    places = _places(xp, x.shape[one], x)
    first, second = (places[(slice(None),) + (None,) * (-1 - n)] for n in (one, other))
    return xp.sum(xp.where(first == second, x, 0.0), axis=other)


def _max(xp: Any, x: Any, axis: int) -> Any:
    """The largest entry along an axis, which stays with length one."""
    if xp.__name__ == "torch":
        return xp.amax(x, dim=axis, keepdim=True)
    return xp.max(x, axis=axis, keepdims=True)


def _abs(xp: Any, x: Any) -> Any:
    """|x| with the slope 1 at 0: so functions that have a slope there keep it."""
    if xp.__name__ == "torch":
        # |−x|, with the slope −1 where −x is 0: no choice, which costs torch a branch.  0 ends −0.
        return xp.nn.functional.leaky_relu(-x, -1.0) + 0.0
    return xp.where(x < 0, -x, x) if xp.__name__ == "jax.numpy" else xp.abs(x)


def _apart(xp: Any, x: Any, most: Any) -> Any:
    """x − most, for x ≤ most; 0 where both are infinite.

    Below an infinite one any distance is infinite: it is when it is multiplied by 2¹⁰⁰.  In whole
    arrays choices cost more than that.
    """
    if _all_finite(xp, most):
        return x - most
    if x.shape == most.shape:
        return xp.where(x == xp.inf, 0.0, x - most)
    largest = _largest(xp, most.dtype)
    by = xp.where(most > largest, _number(xp, 2.0**100, most.dtype, most), 1.0)
    return (_at_most(xp, x, largest) - xp.where(most > largest, largest, most)) * by


def _largest(xp: Any, dtype: Any) -> float:
    """The largest float of a format."""
    return (2.0 - 2.0**-52) * 2.0**1023 if dtype == xp.float64 else (2.0 - 2.0**-23) * 2.0**127


def _all_finite(xp: Any, most: Any) -> bool:
    """No entry is +∞ or NaN: known only of NumPy's, which nobody traces."""
    return xp.__name__ == "numpy" and bool((most < xp.inf).all())


def _at_most(xp: Any, x: Any, largest: float) -> Any:
    """min(x, largest), for a number"""
    return xp.clamp(x, max=largest) if xp.__name__ == "torch" else xp.minimum(x, largest)


def _lost(xp: Any, x: Any, y: Any, difference: Any) -> Any:
    """What rounding took from difference = x − y, exactly (Knuth's TwoSum); 0 for infinite ones."""
    back = difference + y
    rest = (x - back) - ((difference - back) + y)
    return xp.where(xp.isnan(rest), 0.0, rest)


def _weight(xp: Any, x: Any, most: Any) -> Any:
    """e^{x − most}, for x ≤ most, with what rounding takes from the difference; 1 if both are ∞.

    Clipped to where this is not 0, no difference is infinite: no entry needs to be asked.
    """
    if not _all_finite(xp, most):
        largest = _largest(xp, most.dtype)
        x, most = _at_most(xp, x, largest), xp.where(most > largest, largest, most)
    slack = 2.0**-40 if most.dtype == xp.float64 else 2.0**-14
    x = xp.maximum(x, most - (800.0 + xp.abs(most) * slack))
    difference = x - most
    back = difference + most
    lost = x - back
    back -= difference
    back -= most
    lost += back
    power = xp.exp(difference)
    lost = power * lost
    lost += power
    return lost


def _weighted(xp: Any, w: Any, x: Any) -> Any:
    """w·x, and 0 where w is 0, whatever x is."""
    product = w * x
    if xp.__name__ == "numpy" and xp.isfinite(xp.sum(product)):
        return product
    return xp.where(w == 0.0, 0.0, product)


def _others(xp: Any, weight: Any, axis: int) -> Any:
    """What all weights but one of the largest, which is 1, add up to: those below 1 by themselves,
    as that can be far below 1, and the other 1s by their number.
    """
    if xp.__name__ == "jax.numpy":
        # XLA stores what two sums share; and beside another 1 the sum of all has the digits.
        total = xp.sum(weight, axis=axis, keepdims=True)
        small = xp.sum(weight - xp.floor(weight), axis=axis, keepdims=True)
        return xp.where(total < 2.0, small, total - 1.0)
    top = xp.floor(weight)
    ties = xp.sum(top, axis=axis, keepdims=True)
    top -= weight
    return (ties - 1.0) - xp.sum(top, axis=axis, keepdims=True)


def _bounded(xp: Any, x: Any, least: float, closed: bool) -> Any:
    """max(x, least), with the slope 0 at the corner if it is closed, else 1: where x is −v, |v| has
    the slope 1 there too.
    """
    if xp.__name__ == "torch":
        return xp.threshold(x, least, least) if closed else xp.clamp(x, min=least)
    if xp.__name__ == "jax.numpy":
        return xp.where(x <= least if closed else x < least, least, x)
    return xp.maximum(x, least)


def _polynomial(x: Any, *coefficients: float) -> Any:
    """c₀ + c₁ x + c₂ x² + ... by Horner's rule."""
    total = x * coefficients[-1]
    for c in coefficients[-2:0:-1]:
        total += c
        total = total * x
    total += coefficients[0]
    return total


def _taken(xp: Any, x: Any, place: Any, axis: int) -> Any:
    """From each row along the axis the entry at its place; NaN where there is none."""
    count = x.shape[axis]
    place = _level(place, x.ndim)
    sound = (place >= 0) & (place < count)
    if xp.__name__ == "torch":
        found = xp.take_along_dim(x, xp.where(sound, place, 0), dim=axis)
    elif hasattr(xp, "take_along_axis"):
        found = xp.take_along_axis(x, xp.where(sound, place, 0), axis=axis)
    else:
        along = _places(xp, count, x)[(slice(None),) + (None,) * (-1 - axis)]
        found = xp.sum(xp.where(along == place, x, 0.0), axis=axis, keepdims=True)
    return xp.where(sound, found, float("nan"))


def _one_hot(xp: Any, place: Any, count: int, axis: int, dtype: Any) -> Any:
    """1 at its place along the axis, else 0; NaN where there is no such place."""
    sound = (place >= 0) & (place < count)
    none = xp.where(sound, _number(xp, 0.0, dtype, place), float("nan"))
    shape = (*place.shape[:axis], count, *place.shape[place.ndim + axis + 1 :])
    at_once = xp.__name__ == "numpy" or (
        xp.__name__ == "torch" and not xp.compiler.is_compiling())
    if at_once and math.prod(shape) > 4096:
        rows, place = xp.broadcast_to(none, shape), xp.where(sound, place, 0)
        if xp.__name__ == "torch":
            return rows.scatter(axis, place, none + 1.0)
        rows = rows.copy()
        xp.put_along_axis(rows, place, none + 1.0, axis)
        return rows
    along = _places(xp, count, place)[(slice(None),) + (None,) * (-1 - axis)]
    return xp.where(along == place, _number(xp, 1.0, dtype, place), none)


def _transposed(xp: Any, x: Any) -> Any:
    """The matrices in the last two axes, transposed."""
    return x.mT if hasattr(x, "mT") else xp.swapaxes(x, -1, -2)
