"""How fast: every export beside its peers, as ratios to the floor, in one run.

    python benchmarks/speed.py [--quick] [--only WORDS] [--dtype D] [--threads N] [--out FILE]

Each type and number of threads is a process of its own, because a library reads its number of
threads when it starts. In it every cell is a race (`speed_race.py`) between what the hardware
needs at least (`speed_floor.py`), ours (`speed_ours.py`) and the peers. A contestant whose results
differ from those of NumPy by hand is named and left out: it would be the time of something else.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from speed_cells import Array, Cell, arguments, cells
from speed_floor import Floor
from speed_numba import numba
from speed_ours import available, ours
from speed_peers import by_hand, numexpr, numpy, scipy, sklearn
from speed_race import QUICK, Call, Effort, environment, keep_to, library, race
from speed_table import calls, everyone, libraries, missed, ours_named, ratios
from speed_tensors import jax, torch

PEERS = (numpy, scipy, sklearn, numexpr, numba, torch, jax)
LIBRARIES = ("scipy", "sklearn", "numexpr", "numba", "torch", "jax", "optax")
LOOKED_AT = 4096
ROUGH = {"float64": 1e-8, "float32": 2e-3}
"""How near a result has to be: is it the same function? How exact it is, accuracy.py says."""


def contestants(cell: Cell, given: tuple[Array, ...]) -> Iterator[tuple[str, Call]]:
    """Everyone who has the cell's function: ours, then the peers."""
    for name, call in ours(cell, given):
        yield ours_named(name), call
    for peer in PEERS:
        yield from peer(cell, given)


def _sample(results: Any) -> list[Any]:
    arrays = results if isinstance(results, tuple | list) else (results,)
    flat = [np.asarray(array, dtype=np.float64).ravel() for array in arrays]
    return [array[:: max(1, array.size // LOOKED_AT)] for array in flat]


def same(found: Any, expected: Any, dtype: str) -> bool:
    """Are the results roughly equal, in a sample of their components?

    >>> same((1.0, [2.0, 3.0]), (1.0, [2.0, 3.0]), "float32"), same([1.0], [2.0], "float32")
    (True, False)
    """
    mine, theirs = _sample(found), _sample(expected)
    near = ROUGH[dtype]
    return [len(m) for m in mine] == [len(t) for t in theirs] and all(
        np.allclose(m, t, rtol=near, atol=near * (1e-300 + np.abs(t).max()))
        for m, t in zip(mine, theirs, strict=True)
    )


def run_cell(cell: Cell, floor: Floor, effort: Effort) -> dict[str, float]:
    """The medians of one cell."""
    given = arguments(cell)
    hand = by_hand(cell)
    # The sample of the results of plain NumPy in double precision, whatever the type.
    doubles = (np.asarray(a, np.float64) if a.dtype.kind == "f" else a for a in given)
    expected = hand(*doubles)
    entrants = floor.calls(cell)
    for call in entrants.values():
        call()
    for name, call in contestants(cell, given):
        found = call()
        if same(found, expected, cell.dtype):
            entrants[name] = call
        else:
            print(f"{cell}: {name} computes something else; left out", file=sys.stderr)
    return race(entrants, effort)


def worker(options: argparse.Namespace) -> None:
    """The cells of one type and number of threads, as JSON into a file."""
    keep_to(options.threads)
    floor = Floor(options.dtype, Path(options.worker).parent)
    effort = QUICK if options.quick else Effort()
    rows = {}
    for cell in cells(options.dtype, options.threads, options.quick, options.only):
        rows[str(cell)] = run_cell(cell, floor, effort)
        said = "; ".join(missed(str(cell), rows[str(cell)]))
        print(f"{cell}" + (f": {said}" if said else ""), file=sys.stderr, flush=True)
    Path(options.worker).write_text(json.dumps(rows), encoding="utf-8")


def measured(options: argparse.Namespace, dtype: str, threads: int) -> dict[str, dict[str, float]]:
    """The rows of one type and number of threads, from a process of their own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.json"
        words = [sys.executable, __file__, "--worker", str(out), "--only", options.only]
        words += ["--dtype", dtype, "--threads", str(threads)]
        words += ["--quick"] if options.quick else []
        subprocess.run(words, check=True, env=environment(threads))
        rows: dict[str, dict[str, float]] = json.loads(out.read_text(encoding="utf-8"))
    return rows


def report(dtype: str, threads: int, rows: dict[str, dict[str, float]]) -> str:
    """The tables of one type and number of threads."""
    cells_missing = sum(bool(missed(cell, times)) for cell, times in rows.items())
    title = f"## {dtype}, {threads} thread" + ("s" if threads > 1 else "")
    parts = [title, f"{len(rows)} cells, {cells_missing} miss a goal.", ratios(rows)]
    if available():
        parts += ["### array-api over the same by hand (goal 1.20)", libraries(rows)]
    if any(cell.endswith("at (1, 10)") for cell in rows):
        parts += ["### A call at (1, 10) (goal 5 µs for ours)", calls(rows)]
    parts += ["### Everyone, in units of the floor", everyone(rows)]
    return "\n\n".join(parts)


def options_given() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="small shapes, float64, one thread")
    parser.add_argument("--only", default="", help="cells whose name holds each of these words")
    parser.add_argument("--dtype", choices=("float32", "float64"))
    parser.add_argument("--threads", type=int, choices=(1, 2))
    parser.add_argument("--out", type=Path, help="write the Markdown here as well")
    parser.add_argument("--json", type=Path, help="write every median, in seconds, here")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """All processes, then the tables."""
    options = options_given()
    if options.worker:
        worker(options)
        return
    for name in LIBRARIES:
        if library(name) is None:
            print(f"{name} is not installed: left out", file=sys.stderr)
    if not available():
        print("xent_sym.numeric.catalogue is not there: peers only", file=sys.stderr)
    dtypes = (options.dtype,) if options.dtype else ("float64", "float32")[: 2 - options.quick]
    threads = (options.threads,) if options.threads else (1, 2)[: 2 - options.quick]
    every = {(d, t): measured(options, d, t) for t in threads for d in dtypes}
    text = "\n\n".join(report(*key, rows) for key, rows in every.items() if rows)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    if options.json:
        flat = {f"{d}, {t}": rows for (d, t), rows in every.items()}
        options.json.write_text(json.dumps(flat, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
