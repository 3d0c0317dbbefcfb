"""The floor of a cell: the larger of its exponentials and its memory traffic, measured here.

Both are C loops that do that and nothing else, called with one prepared address: so the floor
holds the cheapest call from Python to C, a tenth of a microsecond, and no work on arguments.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from speed_cells import Array, Cell

SOURCE = Path(__file__).with_name("speed_floor.c")
FLAGS = ("-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-shared", "-fPIC")
EXPONENTIALS, TRAFFIC, FRESH = "floor: exp", "floor: memory", "floor: fresh memory"
LARGE = 2**20


class Floor:
    """The two loops, compiled for one type into `folder`."""

    def __init__(self, dtype: str, folder: Path) -> None:
        compiler = os.environ.get("CC") or shutil.which("gcc") or shutil.which("cc")
        if compiler is None:
            raise SystemExit("the floor is measured in C: no gcc and no cc found; set CC")
        kind = ("-DREAL=double",) if dtype == "float64" else ("-DREAL=float", "-DSINGLE")
        wide = ("-mprefer-vector-width=512",) if "gcc" in compiler else ()
        out = folder / f"floor_{dtype}.so"
        words = (compiler, *FLAGS, *wide, "-fopenmp", *kind, str(SOURCE), "-o", str(out))
        subprocess.run(words, check=True)
        self._loops = ctypes.CDLL(str(out))
        self._dtype = dtype

    def calls(self, cell: Cell) -> dict[str, Callable[[], object]]:
        """What the floor of the cell consists of, ready to be timed.

        With two threads each part is there twice, because waking the second costs more than it
        saves where there is little to do. `FRESH`, for results of a mebibyte and more, is the
        traffic into memory that the system has to hand out anew for each: what a function pays
        that returns a new array.
        """
        reads, writes = (-(-size // 16) * 16 for size in cell.traffic)
        points = np.full(cell.exponentials, 0.5, dtype=self._dtype)
        source, target = np.ones(reads // 8), np.ones(writes // 8)
        exponentials, traffic = self._loops.exponentials, self._loops.traffic
        exponentials.restype = traffic.restype = None
        calls: dict[str, Callable[[], object]] = {}
        for threads in range(1, cell.threads + 1):
            work = _Work(points.ctypes.data, points.size, source.ctypes.data, reads)
            work.to, work.writes, work.parallel = target.ctypes.data, writes, threads > 1
            call = partial(_call, ctypes.c_void_p(ctypes.addressof(work)))
            kept = (points, source, target, work)
            calls[f"{EXPONENTIALS}, {threads}"] = partial(call, exponentials, kept)
            calls[f"{TRAFFIC}, {threads}"] = partial(call, traffic, kept)
            if writes >= LARGE:
                calls[f"{FRESH}, {threads}"] = partial(_fresh, traffic, kept)
        return calls


def _call(address: ctypes.c_void_p, loop: Callable[..., None], _: object) -> None:
    loop(address)


def _fresh(traffic: Callable[..., None], kept: tuple[Array, Array, Array, _Work]) -> Array:
    _, _, target, work = kept
    result = np.empty_like(target)
    work.to = result.ctypes.data
    traffic(ctypes.c_void_p(ctypes.addressof(work)))
    work.to = target.ctypes.data
    return result


def least(times: Mapping[str, float], part: str) -> float | None:
    """The time of one part of the floor, with as many threads as are best for it.

    >>> least({"floor: exp, 1": 3.0, "floor: exp, 2": 2.0}, EXPONENTIALS)
    2.0
    """
    return min((t for name, t in times.items() if name.rpartition(",")[0] == part), default=None)


def floor(times: Mapping[str, float]) -> float:
    """The larger of the exponentials and the memory traffic."""
    return max(least(times, part) or 0.0 for part in (EXPONENTIALS, TRAFFIC))


class _Work(ctypes.Structure):
    """The `struct work` of the C text; what it returns is looked at by nobody."""

    _fields_ = (
        ("points", ctypes.c_void_p),
        ("exponentials", ctypes.c_int64),
        ("source", ctypes.c_void_p),
        ("reads", ctypes.c_int64),
        ("to", ctypes.c_void_p),
        ("writes", ctypes.c_int64),
        ("parallel", ctypes.c_int64),
        ("seen", ctypes.c_uint64),
        ("sum", ctypes.c_double),
    )
