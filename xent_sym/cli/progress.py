"""A progress bar for long work: on a terminal's standard error, and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

WIDTH = 24
T = TypeVar("T")


def progress(items: Sequence[T], label: str) -> Iterator[T]:
    """The items, one after the other, with a bar that says how many are done.

    >>> list(progress([1, 2], "counting"))
    [1, 2]
    """
    shown = sys.stderr.isatty()
    for done, item in enumerate(items):
        if shown:
            filled = WIDTH * done // len(items)
            bar = "█" * filled + "░" * (WIDTH - filled)
            sys.stderr.write(f"\r{bar} {done}/{len(items)} {label}")
            sys.stderr.flush()
        try:
            yield item
        finally:
            if shown:
                sys.stderr.write("\r\x1b[K")
