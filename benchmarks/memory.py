"""How much memory a call takes on top of its arguments and its results, in units of the input.

    python benchmarks/memory.py [--quick] [--dtype float64]

Two measurements, each of a call that is not the first. What `tracemalloc` sees is what goes through
Python's and NumPy's allocators; the resident set sees everything, in pages. Both hold the results,
which are then taken away: what is left are temporaries. One unit is one array of the shape, and a
function of two arrays is measured in the same unit. Goals: `numpy` at most 2, `c` none.
"""

from __future__ import annotations

import argparse
import gc
import re
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from speed import contestants
from speed_cells import Cell, arguments, functions
from speed_race import Call, environment, restarted

SHAPES = ((64, 50257), (8, 1_000_000))
ALLOWED = {"ours numpy": 2.0, "ours c": 0.0}
SLACK = 0.02
"""What is no temporary of the input's size: a block that stays in the cache, some pages."""

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(2**18), "MALLOC_TRIM_THRESHOLD_": str(2**18)}
"""Freed memory goes back to the system at once; else the next call finds it resident."""


def resident(field: str) -> int:
    """The resident set of this process in bytes: `VmRSS` now, `VmHWM` at its highest."""
    found = re.search(rf"^{field}:\s+(\d+) kB", STATUS.read_text(encoding="ascii"), re.MULTILINE)
    if found is None:
        raise SystemExit(f"{STATUS} has no {field}: the resident set is measured on Linux only")
    return 1024 * int(found[1])


def result_bytes(results: Any) -> int:
    """The bytes of one array, or of several.

    >>> result_bytes((np.zeros(3), np.zeros((2, 2))))
    56
    """
    arrays = results if isinstance(results, tuple | list) else (results,)
    return sum(int(np.prod(array.shape)) * array.dtype.itemsize for array in arrays)


def traced(call: Call) -> int:
    """The bytes on top of the results at the highest point, as tracemalloc sees them."""
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    results = call()
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest - before - result_bytes(results)


def in_pages(call: Call) -> int:
    """The bytes on top of the results at the highest point of the resident set."""
    gc.collect()
    RESET.write_text("5", encoding="ascii")
    before = resident("VmRSS")
    results = call()
    return resident("VmHWM") - before - result_bytes(results)


def rows(dtype: str, quick: bool) -> Iterator[tuple[Cell, str, float | None, float]]:
    """Cell, contestant, units by tracemalloc (only where NumPy is the allocator), by pages."""
    for name, what, labels in functions():
        if name == "logistic" or (quick and (what, labels) != ("value_and_gradient", "classes")):
            continue
        for shape in SHAPES:
            cell = Cell(name, what, labels, shape, dtype, 1)
            for who, call in contestants(cell, arguments(cell)):
                call()
                sees = not any(word in who for word in ("torch", "jax", "optax"))
                by_trace = traced(call) / cell.input_bytes if sees else None
                yield cell, who, by_trace, in_pages(call) / cell.input_bytes


def main() -> None:
    """One table: cells down, contestants across."""
    parser = argparse.ArgumentParser(description="Temporaries per call, in units of the input.")
    parser.add_argument("--quick", action="store_true", help="one function only")
    parser.add_argument("--dtype", default="float64", choices=("float32", "float64"))
    options = parser.parse_args()
    threads = {k: v for k, v in environment(1).items() if k.endswith("THREADS")}
    restarted(**threads, **MALLOC)
    print("Temporaries in units of the input: tracemalloc / resident set.\n")
    last, missed = "", 0
    for cell, who, by_trace, by_pages in rows(options.dtype, options.quick):
        if str(cell) != last:
            last = str(cell)
            print(f"\n| {cell} | tracemalloc | resident | |\n|---|--:|--:|---|")
        most = max(by_trace or 0, by_pages)
        over = who in ALLOWED and most > ALLOWED[who] + SLACK
        missed += over
        note = f"**over {ALLOWED[who]:.0f}**" if over else ""
        seen = "" if by_trace is None else f"{max(by_trace, 0):.2f}"
        print(f"| {who} | {seen} | {max(by_pages, 0):.2f} | {note} |", flush=True)
    print(f"\n{missed} goals missed.")


if __name__ == "__main__":
    main()
