"""The routines about arguments and results that exported functions carry with them.

Their source is copied into the export, so nothing here may refer to the rest of the package.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def _floats(name: str, value: Any, axes: int) -> Any:
    """The argument as floats, single or double, with at least this many axes, none of them empty.
    """
    array = value if type(value) is np.ndarray else _array(name, value)
    if array.dtype not in (np.float64, np.float32) or not array.dtype.isnative:
        if array.dtype.kind not in "fiub":
            raise ValueError(f"{name}: dtype {array.dtype}; real numbers are needed: convert it")
        array = array.astype(np.float32 if array.dtype.str[1:] == "f4" else np.float64)
    if array.ndim < axes:
        raise ValueError(
            f"{name}: shape {array.shape}; at least {axes} axes are needed, its own ones last"
        )
    if axes and 0 in array.shape[array.ndim - axes :]:
        raise ValueError(f"{name}: shape {array.shape} has an axis of size 0; give 1 or more")
    return array


def _array(name: str, value: Any) -> Any:
    """The argument as an array; a masked one is refused, for its mask would be lost."""
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError(
            f"{name}: a masked array; its mask has no meaning here: fill it, for logits with -inf"
        )
    return np.asarray(value)


def _integers(name: str, value: Any, axes: int) -> Any:
    """The argument as an array of class numbers."""
    array = value if type(value) is np.ndarray else _array(name, value)
    if array.dtype.kind not in "iu":
        raise ValueError(
            f"{name}: dtype {array.dtype}; class numbers must be integers: use astype(int)"
        )
    if array.ndim < axes:
        raise ValueError(f"{name}: shape {array.shape}; at least {axes} axes are needed")
    if array.dtype == np.uint64 and array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name}: label {array.max()} is too large for a class number")
    return array.astype(np.int64, copy=False)


def _within(name: str, array: Any, count: int) -> None:
    """Raise for a class number that is not one of 0, ..., count − 1."""
    # as numbers without a sign the negative ones are the largest
    if array.size and array.view(np.uint64).max() >= count:
        wrong = array.min() if array.min() < 0 else array.max()
        raise ValueError(
            f"{name}: label {wrong} is outside 0..{count - 1}; classes are counted from 0"
        )


def _labels(name: str, value: Any, count: int, axes: int, batch: int) -> tuple[Any, bool]:
    """Labels, and whether they are class numbers: integers with an axis fewer than dense ones."""
    array = value if type(value) is np.ndarray else _array(name, value)
    if array.dtype.kind in "iu" and array.ndim < axes + batch:
        return _integers(name, array, axes - 1), True
    if array.ndim < axes or array.shape[-1] != count:
        raise ValueError(
            f"{name}: shape {array.shape}, dtype {array.dtype}; its last axis should have one "
            f"entry for each of {count} classes; class numbers must be integers, with one axis "
            "fewer: use astype(int)"
        )
    return _floats(name, array, axes), False


def _size(name: str, **seen: int) -> int:
    """The one size that all these axes have."""
    if len(set(seen.values())) > 1:
        listed = ", ".join(f"{axis} has {size}" for axis, size in seen.items())
        raise ValueError(f"size {name}: {listed}; give them one length")
    return next(iter(seen.values()))


def _whole(name: str, value: Any) -> int:
    """The argument as a size: a whole number from 1 to 2³¹ − 1."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{name}: {value!r}; expected a whole number, 1 or more")
    if value >= 1 << 31:
        raise ValueError(f"{name}: {value}; expected a whole number below 2^31")
    return int(value)


def _batch(**seen: tuple[int, ...]) -> tuple[int, ...]:
    """The batch axes that all arguments broadcast to."""
    shapes = list(seen.values())
    if shapes.count(shapes[0]) == len(shapes):
        return shapes[0]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        listed = ", ".join(f"{name} has {shape}" for name, shape in seen.items())
        raise ValueError(
            f"leading (batch) axes do not fit together: {listed}; make them equal or 1"
        ) from None


def _format(*arrays: Any) -> Any:
    """Single if every argument is, else double."""
    for array in arrays:
        if array.dtype != np.float32:
            return np.float64
    return np.float32 if arrays else np.float64


def _rows(array: Any, batch: tuple[int, ...], axes: int, dtype: Any) -> Any:
    """The argument with its batch axes made one: of all rows, or of one row for all."""
    ready = array.dtype == dtype and array.flags.c_contiguous
    if ready and len(batch) == 1 and array.ndim == axes + 1 and len(array) == batch[0]:
        return array
    leading, own = array.shape[: array.ndim - axes], array.shape[array.ndim - axes :]
    if leading != batch:
        whole = math.prod(leading) == 1
        array = array.reshape(1, *own) if whole else np.broadcast_to(array, (*batch, *own))
    if array.dtype != dtype or not array.flags.c_contiguous:
        array = np.ascontiguousarray(array, dtype)
    return array.reshape(-1 if array.size else 0, *own)


def _given(out: Any, count: int) -> Any:
    """What the caller gave for each of several results."""
    if out is None:
        return (None,) * count
    if not (isinstance(out, (tuple, list)) and len(out) == count):
        raise ValueError(f"out: a tuple of {count} arrays is needed, one for each result")
    return out


def _result(name: str, out: Any, shape: tuple[int, ...], dtype: Any, *given: Any) -> Any:
    """The array for a result: a new one, or the caller's if it fits and is memory of its own."""
    if out is None:
        return np.empty(shape, dtype)
    fits = type(out) is np.ndarray and out.shape == shape and out.dtype == dtype
    if not (fits and out.flags.c_contiguous and out.flags.writeable):
        raise ValueError(
            f"out: a contiguous writable array of shape {shape} and dtype {np.dtype(dtype)} is "
            f"needed for the {name}"
        )
    if any(np.may_share_memory(out, array) for array in given):
        raise ValueError(
            f"out: the array for the {name} shares memory with an argument or another result; give "
            "it memory of its own"
        )
    return out


def _complain(name: str, rows: Any, kind: str, batch: tuple[int, ...]) -> None:
    """Raise for the first entry, or the first row, that is not what the argument must be."""
    array = rows.reshape((*batch, *rows.shape[1:])) if len(rows) == math.prod(batch) else rows[0]
    tests = {
        "positive": (array <= 0, "a number above 0"),
        "base": (array <= 1, "a base of logarithms, above 1"),
        "probability": ((array < 0) | (array > 1), "a probability, from 0 to 1"),
        "binary": ((array != 0) & (array != 1) & ~np.isnan(array), "a label, 0 or 1"),
    }
    wrong, expected = tests.get(kind, (array < 0, "probabilities, 0 or more: are these logits?"))
    if wrong.any():
        place = np.argwhere(wrong)[0].tolist()
        raise ValueError(f"{name}{place or ''} is {array[tuple(place)]:.6g}; expected {expected}")
    total = array.sum(axis=-1)
    worst = np.ravel(total)[np.nanargmax(np.abs(np.ravel(total) - 1))]
    raise ValueError(
        f"{name}: probabilities sum to {worst:.6g} along the last axis; expected 1: "
        "divide by the sum"
    )
