"""The routines that the NumPy target carries with it, besides those about arguments.

A block is a few rows, or a piece of one row: what stays in the cache.  ``points`` are some entries
of a block: where they stand in its memory, their rows, their columns in the whole row.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

_KEPT = threading.local()


def _blocks(rows: int, entries: int) -> Iterator[slice]:
    """The rows in blocks that stay in the cache."""
    step = max(1, (1 << 16) // entries)
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


def _some(array: Any, rows: slice) -> Any:
    """Some rows of an argument; an argument with one row has the same for all."""
    return _repeated(array, rows.stop - rows.start) if len(array) == 1 else array[rows]


@np.errstate(all="ignore")
def _work(  # noqa: PLR0913, PLR0917
    block: Callable[..., str], buffers: int, kept: int, rows: int, length: int, dtype: Any,
    arrays: tuple[Any, ...], results: tuple[Any, ...], sizes: tuple[int, ...],
) -> str:
    """Run a kernel over all rows, block by block; the name of a wrong argument, if there is one.
    """
    entries = (1 << 17 if dtype is np.float64 else 1 << 18) >> (buffers + kept > 3)
    step, width = max(1, entries // max(length, 1)), min(length, entries)
    lengths = [width] * buffers + [length] * kept
    ready = -1
    for start in range(0, rows, step):
        count = min(step, rows - start)
        if count != ready:
            ready, memory = count, _memory(count, lengths, dtype)
        given, made = arrays, results
        if rows > 1:
            some = slice(start, start + count)
            given = tuple([_repeated(a, count) if len(a) == 1 else a[some] for a in arrays])
            made = tuple([r[some] for r in results])
        wrong = block(*given, *made, *sizes, memory, width, dtype)
        if wrong:
            return wrong
    return ""


def _memory(rows: int, lengths: list[int], dtype: Any) -> list[Any]:
    """Memory for arrays of a block; of what is larger, a thread keeps some for the next call."""
    sizes = [rows * max(n, 1) for n in lengths]
    doubles = sum(sizes) + 64 * len(sizes)
    if dtype is np.float32:
        doubles = doubles // 2 + 1
    if sum(sizes) < 1 << 12 or doubles > 1 << 19:
        return [np.empty((rows, n) if n else rows, dtype) for n in lengths]
    if not hasattr(_KEPT, "memory") or len(_KEPT.memory) < doubles:
        _KEPT.memory = np.empty(doubles)
    arrays, room = [], _KEPT.memory.view(dtype)
    for size, n in zip(sizes, lengths, strict=True):
        arrays.append(room[:size].reshape(rows, n) if n else room[:size])
        room = room[size + 64 - size % 64 :]
    return arrays


def _like(name: str, array: Any) -> Any:
    """Memory for an array like this one, the same at the next call; None where new memory will do.
    """
    if not 1 << 12 <= array.size <= 1 << 17:
        return None
    kept = getattr(_KEPT, name, None)
    if kept is None or kept.size < array.size or kept.dtype != array.dtype:
        kept = np.empty(array.size, array.dtype)
        setattr(_KEPT, name, kept)
    return kept[: array.size].reshape(array.shape)


def _repeated(array: Any, rows: int) -> Any:
    """An argument that has one row for all, with as many rows as it stands for."""
    return np.broadcast_to(array, (rows, *array.shape[1:]))


def _pieces(length: int, step: int, *arrays: Any) -> list[tuple[Any, ...]]:
    """The pieces of a row: where each begins and ends, and the parts of the arrays that it has."""
    if step >= length:
        return [(0, length, *arrays)]
    made = list[tuple[Any, ...]]()
    for first in range(0, length, step):
        last = min(first + step, length)
        parts = [a[:, first:last] if a.shape[1] == length else a[:, : last - first]
                 for a in arrays]
        made.append((first, last, *parts))
    return made


# -- along the row ---------------------------------------------------------------------------


def _total(parts: list[Any]) -> Any:
    """The sums of the pieces of a row added up, rounded once."""
    if len(parts) == 1:
        return parts[0]
    plain = sum(parts[1:], parts[0])
    if not np.isfinite(plain).all():
        return plain
    exact = [math.fsum(column) for column in zip(*(p.ravel().tolist() for p in parts), strict=True)]
    return np.array(exact, plain.dtype).reshape(plain.shape)


def _largest(parts: list[Any]) -> Any:
    """The largest of the maxima of the pieces of a row."""
    return parts[0] if len(parts) == 1 else np.maximum.reduce(parts)


def _product(parts: list[Any]) -> Any:
    """The products of the pieces of a row multiplied."""
    return parts[0] if len(parts) == 1 else np.multiply.reduce(parts)


def _sum(x: Any) -> Any:
    """The sum of each row.  NumPy begins each row anew, which takes longer than a short row: a few
    of these are added column by column.
    """
    if x.shape[1] <= 16 and 2 * x.shape[1] < len(x) <= 64:
        return np.add.reduce(x.T.copy(), axis=0)[:, None]
    if x.shape[1] <= 128 and len(x) > 64:
        return np.einsum("rk->r", x)[:, None]
    return np.add.reduce(x, axis=1, keepdims=True)


def _inner(weight: Any, x: Any, spare: Any) -> Any:
    """The sum of weight·x in each row, where 0·x is 0 whatever x is."""
    np.multiply(weight, x, out=spare)
    total = _sum(spare)
    if not math.isfinite(np.add.reduce(total, axis=None)):
        _clear(weight, spare)
        total = _sum(spare)
    return total


# -- entry by entry --------------------------------------------------------------------------


def _weighted(weight: Any, x: Any, out: Any = None) -> Any:
    """weight·x, and 0 where the weight is 0, whatever x is: which is seldom anything else."""
    product = np.multiply(weight, x, out=out)
    if not math.isfinite(np.add.reduce(product, axis=None)):
        _clear(weight, product)
    return product


def _clear(weight: Any, product: Any) -> None:
    """0 where the weight is 0."""
    zero = np.broadcast_to(np.equal(weight, 0.0), product.shape)
    _write_where(zero, 0.0, product)


def _write_where(test: Any, value: Any, out: Any, spare: Any = None) -> None:
    """out = value where the test holds.  A mask that often changes its mind costs NumPy a branch
    gone wrong at each change; bit patterns know no branch.
    """
    often = np.count_nonzero(test)
    if often == out.size:
        np.copyto(out, value)
        return
    if out.size < 512 or 32 * often < test.size or test.shape != out.shape:
        if often:
            np.copyto(out, value, where=test)
        return
    whole = np.int64 if out.dtype == np.float64 else np.int32
    bits = out.view(whole)
    others = np.empty_like(bits) if spare is None else spare.view(whole)
    np.subtract(test.view(np.int8), 1, out=others)
    if type(value) is float and value == 0:
        np.bitwise_and(bits, others, out=bits)
        return
    pattern = np.asarray(value, out.dtype).view(whole)
    np.bitwise_xor(bits, pattern, out=bits)
    np.bitwise_and(bits, others, out=bits)
    np.bitwise_xor(bits, pattern, out=bits)


def _polynomial(x: Any, coefficients: tuple[float, ...], out: Any = None) -> Any:
    """c₀ + c₁ x + c₂ x² + ... by Horner's rule."""
    total = np.multiply(x, coefficients[-1], out=out)
    for c in reversed(coefficients[1:-1]):
        np.add(total, c, out=total)
        np.multiply(total, x, out=total)
    return np.add(total, coefficients[0], out=total)


# -- at some entries -------------------------------------------------------------------------


def _holding(test: Any, first: int) -> tuple[Any, Any, Any]:
    """The entries at which a test holds."""
    flat = test.reshape(-1).nonzero()[0]
    if test.ndim == 1:
        return flat, flat, flat
    rows = flat // test.shape[1]
    return flat, rows, flat - (rows * test.shape[1] - first)


def _at_class(place: Any, first: int, last: int, length: int) -> tuple[Any, Any, Any]:
    """The entries, one in each row, whose column is the class of the row, if it is there."""
    count, columns = len(place), place.reshape(-1)
    if last - first == length:
        flat = columns if count == 1 else columns + np.arange(0, count * length, length)
        return flat, slice(None), columns
    rows = ((columns >= first) & (columns < last)).nonzero()[0]
    columns = columns[rows]
    return columns + (rows * (last - first) - first), rows, columns


def _read(x: Any, points: tuple[Any, Any, Any]) -> Any:
    """An array at some entries."""
    return x.take(points[0])


def _put(x: Any, points: tuple[Any, Any, Any], values: Any) -> None:
    """Write some entries of an array."""
    x.reshape(-1)[points[0]] = values


def _row_of(x: Any, points: tuple[Any, Any, Any]) -> Any:
    """The number of the row, for some entries."""
    return x.reshape(-1) if type(points[1]) is slice else x.reshape(-1)[points[1]]


def _added_up(points: tuple[Any, Any, Any], values: Any, rows: int, dtype: Any) -> Any:
    """The sum over the entries of each row; of 1s if there are no values."""
    at = np.arange(rows)[points[1]]
    return np.bincount(at, values, rows).astype(dtype).reshape(-1, 1)


def _sum_but(x: Any, points: tuple[Any, Any, Any], values: Any) -> Any:
    """The sum along the rows with other values at some entries; the array is as it was after it.
    """
    before = _read(x, points)
    _put(x, points, values)
    total = _sum(x)
    _put(x, points, before)
    return total


def _one_of_each(x: Any, place: Any) -> Any:
    """From each row the entry at its place."""
    flat = place.reshape(-1)
    if len(x) > 1:
        flat = flat + np.arange(0, x.size, x.shape[1])
    return x.take(flat)[:, None]


# -- programs with more axes -----------------------------------------------------------------


def _taken(x: Any, place: Any, axis: int) -> Any:
    """From each row along the axis the entry at its place."""
    shape = list(np.broadcast_shapes(x.shape[:axis], place.shape[:axis]))
    tail = x.shape[axis:]
    whole = np.broadcast_to(x, (*shape, *tail))
    places = np.broadcast_to(place, (*shape, *place.shape[axis:]))
    return np.take_along_axis(whole, places, axis=axis)


def _dimensions(x: Any, *kept: int) -> Any:
    """The array with these dimensions only, in this order; the others have length one."""
    dropped = tuple(d for d in range(x.ndim) if d not in kept)
    return x.transpose(*kept, *dropped).reshape([x.shape[d] for d in kept])
