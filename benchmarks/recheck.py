"""How long things take here and now; printed, never asserted.

    python benchmarks/recheck.py
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 15


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest of several times, in seconds: the one least disturbed by others."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def command(*words: str) -> Callable[[], object]:
    """Running a command with its output thrown away."""
    return lambda: subprocess.run(words, check=True, capture_output=True)


def start() -> None:
    """``--help`` beside an interpreter that does nothing."""
    entry = str(Path(sysconfig.get_path("scripts")) / "xent-sym")
    if not Path(entry).exists():
        print(f"{entry} is not there: run this with .venv/bin/python, which ./check sets up")
        return
    nothing = best(command(sys.executable, "-c", "pass"))
    print(f"python -c pass            {nothing * 1000:8.1f} ms")
    for words in ((entry, "--help"), (sys.executable, "-m", "xent_sym", "--help")):
        took = best(command(*words))
        shown = "xent-sym --help" if words[0] == entry else "python -m xent_sym --help"
        print(f"{shown:<25} {took * 1000:8.1f} ms   {took / nothing:.2f} x")


def proofs() -> None:
    """All derivations: derived, then replayed from nothing."""
    import xent_sym as xs

    began = time.perf_counter()
    theorems = [derivation.theorem for derivation in xs.library().values()]
    derived = time.perf_counter()
    for theorem in theorems:
        xs.recheck(theorem)
    replayed = time.perf_counter()
    print(f"derive {len(theorems)} theorems        {derived - began:8.2f} s   (with imports)")
    print(f"recheck {len(theorems)} theorems       {replayed - derived:8.2f} s")


def commands() -> None:
    """The long commands, each in a fresh process."""
    run = (sys.executable, "-m", "xent_sym")
    print(f"xent-sym check            {best(command(*run, 'check'), 1):8.2f} s")
    for form in ("markdown", "html"):
        with tempfile.TemporaryDirectory() as folder:
            took = best(command(*run, "build", folder, "--format", form), 1)
        print(f"xent-sym build, {form:<9} {took:8.2f} s")


if __name__ == "__main__":
    start()
    proofs()
    commands()
