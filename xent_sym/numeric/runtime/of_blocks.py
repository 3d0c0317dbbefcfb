"""How functions for any array library run where a library computes at once: block by block.

So what is made on the way stays in the cache, and little memory is asked for.  Short rows are laid
out column after column: then the loops of the library are long.  Elsewhere the kernel is called
once, and the library sees all of it.
"""

from __future__ import annotations

import math
from typing import Any


def _run(  # noqa: PLR0913, PLR0917
    xp: Any, kernel: Any, batch: tuple[int, ...], arrays: tuple[Any, ...],
    sizes: tuple[int, ...], dtype: Any,
) -> Any:
    """The results of a kernel for arrays that have all the batch axes, some of length one."""
    if xp.__name__ == "numpy":
        with xp.errstate(all="ignore"):
            return _in_blocks(xp, kernel, batch, arrays, sizes, dtype)
    if xp.__name__ == "torch" and not xp.compiler.is_compiling() \
            and all(a.device.type == "cpu" for a in arrays):
        return _in_blocks(xp, kernel, batch, arrays, sizes, dtype)
    return kernel(xp, *arrays, *sizes, dtype)


def _in_blocks(  # noqa: PLR0913, PLR0917
    xp: Any, kernel: Any, batch: tuple[int, ...], arrays: tuple[Any, ...],
    sizes: tuple[int, ...], dtype: Any,
) -> Any:
    """The results of a kernel, called for some rows at a time."""
    axis = next((n for n, length in enumerate(batch) if length > 1), 0)
    own = max(math.prod(a.shape[len(batch):]) for a in arrays)
    entries = own * math.prod(batch[axis + 1 :])
    rows = batch[axis] if batch else 1
    least = 1 << 13 if xp.__name__ == "numpy" else 1 << 16
    step = max(1, min(1 << 16, max(least, rows * entries // 4)) // entries)
    across = 1 < own <= 32 and rows > 64
    if step >= rows and not across:
        return kernel(xp, *arrays, *sizes, dtype)
    pieces = zip(*(_pieces(xp, a, axis, step, rows) for a in arrays), strict=True)
    laid = ([_across(xp, a) for a in given] if across else given for given in pieces)
    made = (kernel(xp, *given, *sizes, dtype) for given in laid)
    if xp.__name__ == "numpy":
        return _written(xp, made, axis, rows, step)
    parts = list(made)
    if not isinstance(parts[0], tuple):
        return _joined(xp, parts, axis, step)
    return tuple(_joined(xp, part, axis, step) for part in zip(*parts, strict=True))


def _pieces(xp: Any, array: Any, axis: int, step: int, rows: int) -> list[Any]:
    """The array in pieces of so many rows; one with a single row for all is the same in each."""
    starts = range(0, rows, step)
    if array.shape[axis] == 1:
        return [array] * len(starts)
    if xp.__name__ == "torch":
        return list(array.split(step, dim=axis))
    before = (slice(None),) * axis
    return [array[(*before, slice(start, start + step))] for start in starts]


def _across(xp: Any, array: Any) -> Any:
    """The array in memory that lies column after column."""
    if array.ndim < 2 or array.shape[0] == 1:
        return array
    if xp.__name__ == "torch":
        order = tuple(reversed(range(array.ndim)))
        return array.permute(order).contiguous().permute(order)
    return xp.asarray(array, order="F")


def _joined(xp: Any, parts: Any, axis: int, step: int) -> Any:
    """The results of the pieces in one array; what does not depend on the row is there once."""
    return xp.cat(parts, dim=axis) if _by_rows(parts[0], axis, step) else parts[0]


def _by_rows(part: Any, axis: int, step: int) -> bool:
    """A result of a piece depends on the row."""
    return part.ndim > axis and (part.shape[axis] > 1 or step == 1)


def _written(xp: Any, made: Any, axis: int, rows: int, step: int) -> Any:
    """The results of the pieces, each written where it belongs before the next is made."""
    before, wholes, alone = (slice(None),) * axis, list[Any](), False
    for start, results in zip(range(0, rows, step), made, strict=True):
        alone = not isinstance(results, tuple)
        parts = (results,) if alone else results
        wholes = wholes or [
            xp.empty((*p.shape[:axis], rows, *p.shape[axis + 1 :]), dtype=p.dtype)
            if _by_rows(p, axis, step) else p for p in parts]
        for whole, part in zip(wholes, parts, strict=True):
            if whole.ndim > axis and whole.shape[axis] == rows:
                whole[(*before, slice(start, start + step))] = part
    return wholes[0] if alone else tuple(wholes)
