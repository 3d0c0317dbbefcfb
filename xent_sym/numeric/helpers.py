"""The routines that exported functions are made of.  Their source is copied into the export.

Each works on the last axis or entry by entry, broadcasts over leading axes, and needs only
NumPy.  Nothing here may refer to the rest of the package.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def _softmax(z: Any) -> Any:
    """e^z / Σ e^z along the last axis; the largest entry is taken out first, so none overflows."""
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def _log_softmax(z: Any) -> Any:
    """log softmax along the last axis, without forming a probability that could be 0."""
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _log_sum_exp(z: Any) -> Any:
    """log Σ e^z along the last axis; the largest entry is taken out first."""
    largest = z.max(axis=-1, keepdims=True)
    return largest[..., 0] + np.log(np.exp(z - largest).sum(axis=-1))


def _sigmoid(u: Any) -> Any:
    """1 / (1 + e^−u); only the exponential that is at most 1 is formed."""
    small = np.exp(-np.abs(u))
    return np.where(u >= 0, 1.0, small) / (1.0 + small)


def _softplus(u: Any) -> Any:
    """log(1 + e^u) = max(u, 0) + log(1 + e^−|u|)."""
    return np.maximum(u, 0.0) + np.log1p(np.exp(-np.abs(u)))


def _log(x: Any) -> Any:
    """log x, and −inf at 0, without a warning."""
    with np.errstate(divide="ignore"):
        return np.log(x)


def _xlogy(w: Any, x: Any) -> Any:
    """w·log x, and 0 where w = 0, x = 0 included."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(w == 0, 0.0, w * np.log(x))


def _relative_entropy(w: Any, q: Any) -> Any:
    """w·log(w / q): 0 where w = 0, inf where q = 0 < w, accurate where w is close to q."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        ratio = w / q
        near = np.log1p((w - q) / q)
        far = np.where((ratio > 0) & np.isfinite(ratio), np.log(ratio), np.log(w) - np.log(q))
        return np.where(w == 0, 0.0, w * np.where(np.abs(ratio - 1) < 0.5, near, far))


def _divide(a: Any, b: Any) -> Any:
    """a / b, and 0 where a = 0, b = 0 included; inf where only b = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.equal(a, 0), 0.0, a / b)


def _take(values: Any, places: Any) -> Any:
    """values[..., places]: from each row the entry at its own place (the first is 0)."""
    shape = np.broadcast_shapes(values.shape[:-1], places.shape)
    rows = np.broadcast_to(values, shape + values.shape[-1:])
    where = np.broadcast_to(places, shape)[..., np.newaxis]
    return np.take_along_axis(rows, where, axis=-1)[..., 0]


# -- arguments -------------------------------------------------------------------------------


def _numbers(name: str, value: Any, axes: int) -> Any:
    """The argument as an array of finite floats with at least this many axes, none empty."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name}: dtype {array.dtype}; real numbers are needed: convert it")
    array = array.astype(np.float64)
    if array.ndim < axes:
        raise ValueError(
            f"{name}: shape {array.shape}; at least {axes} axes are needed, its own ones last"
        )
    if 0 in array.shape[array.ndim - axes :]:
        raise ValueError(f"{name}: shape {array.shape} has an axis of size 0; give 1 or more")
    if not np.isfinite(array).all():
        seen = "NaN" if np.isnan(array).any() else "inf"
        place = np.argwhere(~np.isfinite(array))[0].tolist()
        raise ValueError(
            f"{name}{place or ''} is {seen}; a finite number is needed: mend or drop that entry"
        )
    return array


def _require(name: str, array: Any, holds: Any, expected: str) -> Any:
    """The array, if every entry is as expected."""
    if not np.all(holds):
        place = np.argwhere(~np.asarray(holds))[0].tolist()
        seen = array[tuple(place)]
        raise ValueError(f"{name}{place or ''} is {seen:.6g}; expected {expected}")
    return array


def _distribution(name: str, array: Any, remedy: str = "") -> Any:
    """The array, if it is a distribution along its last axis, to within 1e-6."""
    _require(name, array, array >= 0, "probabilities, 0 or more: are these logits?")
    total = array.sum(axis=-1)
    if not np.all(np.abs(total - 1) <= 1e-6):
        worst = np.ravel(total)[np.argmax(np.abs(np.ravel(total) - 1))]
        raise ValueError(
            f"{name}: probabilities sum to {worst:.6g} along the last axis; "
            f"expected 1: divide by the sum{remedy}"
        )
    return array


def _classes(name: str, value: Any, count: int, axes: int) -> Any:
    """The argument as an array of class numbers 0, ..., count − 1."""
    array = np.asarray(value)
    if array.dtype.kind not in "iu":
        raise ValueError(
            f"{name}: dtype {array.dtype}; class numbers must be integers: use astype(int)"
        )
    if array.ndim < axes:
        raise ValueError(f"{name}: shape {array.shape}; at least {axes} axes are needed")
    if array.size and (array.min() < 0 or array.max() >= count):
        wrong = array.min() if array.min() < 0 else array.max()
        raise ValueError(
            f"{name}: label {wrong} is outside 0..{count - 1}; classes are counted from 0"
        )
    return array


def _labels(name: str, value: Any, count: int, axes: int, batch: int) -> Any:
    """Labels as probabilities; integers with one axis fewer than that are class numbers."""
    array = np.asarray(value)
    integers = "; class numbers must be integers, with one axis fewer: use astype(int)"
    if array.dtype.kind in "iu" and array.ndim < axes + batch:
        places = _classes(name, array, count, axes - 1)
        return (places[..., np.newaxis] == np.arange(count)).astype(np.float64)
    if array.ndim < axes or array.shape[-1] != count:
        raise ValueError(
            f"{name}: shape {array.shape}, dtype {array.dtype}; its last axis should have one "
            f"entry for each of {count} classes{integers}"
        )
    return _distribution(name, _numbers(name, array, axes), integers)


def _size(name: str, **seen: int) -> int:
    """The one size that all these axes have."""
    if len(set(seen.values())) > 1:
        listed = ", ".join(f"{axis} has {size}" for axis, size in seen.items())
        raise ValueError(f"size {name}: {listed}; give them one length")
    return next(iter(seen.values()))


def _whole(name: str, value: Any) -> int:
    """The argument as a size: a whole number, 1 or more."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{name}: {value!r}; expected a whole number, 1 or more")
    return int(value)


def _batches(**seen: tuple[int, ...]) -> None:
    """The leading axes of the arguments fit together."""
    try:
        np.broadcast_shapes(*seen.values())
    except ValueError:
        listed = ", ".join(f"{name} has {shape}" for name, shape in seen.items())
        raise ValueError(
            f"leading (batch) axes do not fit together: {listed}; make them equal or 1"
        ) from None
