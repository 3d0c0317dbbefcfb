"""A progress bar for long work: on a terminal's standard error, and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TypeVar

WIDTH = 24
T = TypeVar("T")


def progress(results: Iterator[T], of: int) -> Iterator[T]:
    """The results; while each is worked out, a bar says how many of them are done.

    >>> list(progress(iter("ab"), 2))
    ['a', 'b']
    """
    for done in range(of):
        _show(f"\r{_bar(done, of)} {done}/{of}")
        try:
            result = next(results)
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
