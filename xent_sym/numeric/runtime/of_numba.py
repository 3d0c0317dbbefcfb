"""The routines that the numba target carries with it, besides those about arguments."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def _step(array: Any, rows: int) -> int:
    """The number of entries from one row to the next: 0 where one row stands for all."""
    return array.size // rows if len(array) == rows else 0


def _shared(kernel: Any, threads: int, rows: int, entries: int, passed: tuple[Any, ...]) -> int:
    """The faults that the kernel finds, with the rows shared out among threads.

    A part of fewer than 2^16 entries is done before another thread has woken up.  Parts of short
    rows are whole bundles of 16, so that the results are the same for any number of threads.
    """
    parts = min(threads, rows, entries >> 16)
    if parts < 2:
        return int(kernel(0, rows, *passed))
    bundle = 16 if entries <= 40 * rows else 1
    bounds = [*(rows * n // parts // bundle * bundle for n in range(parts)), rows]
    pool = _pool(parts - 1)
    others = [pool.submit(kernel, bounds[n], bounds[n + 1], *passed) for n in range(1, parts)]
    status = int(kernel(0, bounds[1], *passed))
    for other in others:
        status |= other.result()
    return status


def _pool(threads: int) -> ThreadPoolExecutor:
    """Threads that wait for the next call, of this process: new ones would take longer to start
    than most calls take."""
    kept, name = vars(_pool), f"{os.getpid()}_{threads}"
    if name not in kept:
        kept[name] = ThreadPoolExecutor(threads)
    found: ThreadPoolExecutor = kept[name]
    return found
