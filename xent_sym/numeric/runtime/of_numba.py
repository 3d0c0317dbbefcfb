"""The routines that the numba target carries with it, besides those about arguments."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any


def _step(array: Any, rows: int) -> int:
    """The number of entries from one row to the next: 0 where one row stands for all."""
    return array.size // rows if len(array) == rows else 0


def _shared(kernel: Any, threads: int, rows: int, entries: int, passed: tuple[Any, ...]) -> int:
    """The faults that the kernel finds, with the rows shared out among threads.

    A part of a few thousand entries is done before a thread has started.  Parts of short rows are
    whole bundles of 16, so that the results are the same for any number of threads.
    """
    parts = min(threads, rows, entries >> 13)
    if parts < 2:
        return int(kernel(0, rows, *passed))
    bundle = 16 if entries <= 40 * rows else 1
    bounds = [*(rows * n // parts // bundle * bundle for n in range(parts)), rows]
    status = 0
    with ThreadPoolExecutor(parts) as pool:
        for found in pool.map(lambda n: kernel(bounds[n], bounds[n + 1], *passed), range(parts)):
            status |= found
    return status
