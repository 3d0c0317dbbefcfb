"""A progress bar for long work: on a terminal's standard error, and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

WIDTH = 24
T = TypeVar("T")
R = TypeVar("R")


def progress(items: Sequence[T], work: Callable[[T], R]) -> Iterator[R]:
    """What the work makes of each item; while it works, a bar says how many are done.

    >>> list(progress([1, 2], lambda n: n * n))
    [1, 4]
    """
    for done, item in enumerate(items):
        _show(f"\r{_bar(done, len(items))} {done}/{len(items)}")
        try:
            result = work(item)
        finally:
            _show("\r\x1b[K")
        yield result


def _bar(done: int, of: int) -> str:
    filled = WIDTH * done // of
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}]"


def _show(signs: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(signs)
        sys.stderr.flush()
