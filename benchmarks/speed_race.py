"""Interleaved medians: every round times every contestant once, in an order drawn anew.

What disturbs the machine then disturbs all of them alike, and a ratio of two medians of one race
means something where two times taken one after the other do not.
"""

from __future__ import annotations

import importlib
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

Call = Callable[[], Any]


@dataclass(frozen=True)
class Effort:
    """How long a race may take: seconds per contestant, rounds, and the least that is timed."""

    seconds: float = 0.2
    most_rounds: int = 15
    least_rounds: int = 3
    shortest: float = 3e-4


QUICK = Effort(seconds=0.05, most_rounds=7)


def library(name: str) -> ModuleType | None:
    """A library by its name, or None where it is not installed.

    >>> library("math").__name__, library("no_such_library")
    ('math', None)
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name is None or not name.startswith(missing.name):
            raise
        return None


def timed(call: Call, repeats: int) -> float:
    """Seconds per call over so many calls."""
    began = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - began) / repeats


def race(calls: Mapping[str, Call], effort: Effort, seed: int = 0) -> dict[str, float]:
    """The median of the seconds per call of each contestant; each has been called before.

    A contestant that takes long takes part in fewer rounds, spread over the race.

    >>> sorted(race({"a": int, "b": float}, QUICK))
    ['a', 'b']
    """
    shuffle = random.Random(seed)
    repeats, rounds = {}, {}
    for name, call in calls.items():
        once = max(timed(call, 1), 1e-8)
        repeats[name] = max(1, round(effort.shortest / once))
        wanted = int(effort.seconds / (once * repeats[name]))
        rounds[name] = min(effort.most_rounds, max(effort.least_rounds, wanted))
    times: dict[str, list[float]] = {name: [] for name in calls}
    last = effort.most_rounds
    for turn in range(last):
        here = [n for n in calls if turn * rounds[n] // last != (turn + 1) * rounds[n] // last]
        shuffle.shuffle(here)
        for name in here:
            times[name].append(timed(calls[name], repeats[name]))
    return {name: statistics.median(taken) for name, taken in times.items()}


def environment(threads: int) -> dict[str, str]:
    """The environment of a process in which every library uses so many threads.

    Threads that have nothing to do sleep: one library's, spinning, would slow the next contestant.
    """
    names = ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR", "VECLIB_MAXIMUM")
    return {**os.environ, **{f"{name}_NUM_THREADS": str(threads) for name in names}} | {
        "NUMEXPR_MAX_THREADS": str(threads),
        "OMP_WAIT_POLICY": "PASSIVE",
        "JAX_PLATFORMS": "cpu",
    }


def restarted(**variables: str) -> None:
    """Start this program anew where the variables are not set: libraries read them only once."""
    if any(os.environ.get(name) != value for name, value in variables.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **variables})


def keep_to(threads: int) -> None:
    """Keep this process to so many processors: the one way that XLA can be told.

    Where the system has no such call, one thread is only what the environment asks for.
    """
    if sys.platform == "linux":
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])
