r"""Broken notes by the thousand: does anything raise, hang, or fill the memory?

Pieces of real notes are damaged in bytes, in the words of TeX and in structure, and judged by the
guard as the command line would.  An error of ours (a traceback in the child), a note that takes
longer than the limits allow, and a child larger than its limit are failures; the first inputs of
each kind are kept.  A step that the guard ends for time or memory is counted and kept too, and is
no failure: the limit held.

    python benchmarks/fuzz_verify.py [../shared] [--minutes 10] [--seed N] [--keep DIR]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from judging import notes

from xent_sym.verification.guard import Guard, Limits, is_internal
from xent_sym.verification.report import FileReport
from xent_sym.verification.worker import Job

LIMITS = Limits(seconds_per_step=5.0, seconds_to_read=10.0, megabytes=512)
OWN_NOTES = Path(__file__).resolve().parent.parent / "tests" / "notes"
ENDINGS = (".md",) * 8 + (".tex", ".ipynb")
THREADS = 2
KEPT = 5
WORDS = (
    r"\frac \sum_i \sum \prod_{k=1}^K \int \log \ln \exp \left( \right) \left. \right| \{ \} { } "
    r"$ $$ \( \) \[ \] \begin{align} \end{align} \begin{cases} \end{cases} & \\ ^ _ ^{ _{ = \le "
    r"\approx := \Rightarrow \iff \partial \nabla \hat \bar \mathbb{E} \mathcal{L} H(p,q) D_{KL} "
    r"p_i q_i y^{(i)} x' ' | || \| \mid 0 1 2 10 0.5 1e9 99999999999999999999 \infty \text{if} "
    r"\quad , ; . ! % \% # \newcommand{\a}{\a\a} \def\b{b} \label{x} \tag{1} \over \choose \cdots "
    r"\ldots \substack{i\\j} \underbrace{a}_{b} \overset{(a)}{=} \max_i \arg\max 0^0 1/0 \log 0"
).split()
RAW = (b"\x00", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\r", b"\x1b[2J", b"\t")
TEX = re.compile(rb"\\[A-Za-z]+|\\.|\$+|[A-Za-z0-9]+|\S", re.DOTALL)


# -- damage ------------------------------------------------------------------------------------


def _cut(data: bytes, rng: random.Random, longest: int = 60) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.randint(1, longest))


def a_byte(data: bytes, rng: random.Random) -> bytes:
    """One byte becomes another."""
    at = rng.randrange(max(1, len(data)))
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


def raw(data: bytes, rng: random.Random) -> bytes:
    """NUL, broken UTF-8, a sign that turns the direction of writing, a terminal command."""
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(RAW) + data[at:]


def deleted(data: bytes, rng: random.Random) -> bytes:
    """A stretch is gone."""
    start, end = _cut(data, rng)
    return data[:start] + data[end:]


def doubled(data: bytes, rng: random.Random) -> bytes:
    """A stretch stands there twice, or many times."""
    start, end = _cut(data, rng, 200)
    return data[:start] + data[start:end] * rng.choice((2, 2, 3, 40)) + data[end:]


def a_word(data: bytes, rng: random.Random) -> bytes:
    """A word of TeX is put in, or in the place of another."""
    found = list(TEX.finditer(data))
    if not found:
        return data
    place = rng.choice(found)
    start = place.start() if rng.random() < 0.5 else place.end()
    return data[:start] + b" " + rng.choice(WORDS).encode() + b" " + data[place.end() :]


def swapped(data: bytes, rng: random.Random) -> bytes:
    """Two words of TeX change places."""
    found = list(TEX.finditer(data))
    if len(found) < 2:
        return data
    one, two = sorted(rng.sample(found, 2), key=lambda m: m.start())
    middle = data[one.end() : two.start()]
    return data[: one.start()] + two[0] + middle + one[0] + data[two.end() :]


def word_gone(data: bytes, rng: random.Random) -> bytes:
    """A word of TeX is left out: a brace, a dollar, a command."""
    found = list(TEX.finditer(data))
    if not found:
        return data
    place = rng.choice(found)
    return data[: place.start()] + data[place.end() :]


def nested(data: bytes, rng: random.Random) -> bytes:
    """A stretch is wrapped in brackets, fractions or sums, deeply."""
    start, end = _cut(data, rng)
    before, after = rng.choice(
        (
            (b"{", b"}"), (b"(", b")"), (rb"\left(", rb"\right)"), (rb"\frac{", b"}{2}"),
            (rb"\sum_{i} (", b")"), (b"x^{", b"}"), (b"x_{", b"}"), (rb"\log ", b""),
            (rb"\hat{", b"}"), (rb"\sqrt{", b"}"), (b"- ", b""),
            (rb"\begin{aligned}", rb"\end{aligned}"),
        )
    )
    depth = rng.choice((3, 10, 30, 60, 200, 2000))
    return data[:start] + before * depth + data[start:end] + after * depth + data[end:]


def huge(data: bytes, rng: random.Random) -> bytes:
    """A number, a power, a sum or a line far too long for a person to have written."""
    size = rng.choice((50, 500, 5000))
    what = rng.choice(
        (
            b"9" * size, b"9^{9^{9^{9}}}", b"2^{99999999}", b"0." + b"0" * size + b"1",
            b" + ".join(b"x_{%d}" % k for k in range(min(size, 3000))),
            b"(a+b+c+d)^{%d}" % size, b"(x+1)" * size, rb"\exp(\exp(\exp(\exp(99))))",
            rb"\sum_{i=1}^{99999999999} p_i", rb"\prod_{i=1}^{%d}\log" % size, b"10^{-%d}" % size,
            b" " * 20_000, b"a" * size, rb"1/0", b"=" * size, rb"\\" * size,
        )
    )
    found = [m.end() for m in re.finditer(rb"[$=+]", data)] or [0]
    at = rng.choice(found)
    return data[:at] + b" " + what + b" " + data[at:]


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    a_byte, raw, deleted, doubled, a_word, a_word, a_word, swapped, swapped, word_gone, word_gone,
    nested, huge,
)


def damaged(pieces: list[list[bytes]], rng: random.Random) -> bytes:
    """Some paragraphs of one note, or of two, with one to six damages."""
    note = rng.choice(pieces)
    start = rng.randrange(len(note))
    chosen = note[start : start + rng.choice((1, 2, 4, 8, 16))]
    if rng.random() < 0.2:
        chosen.insert(rng.randrange(len(chosen) + 1), rng.choice(rng.choice(pieces)))
    data = b"\n\n".join(chosen)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        data = rng.choice(DAMAGES)(data, rng)
    return data[:2_000_000]


# -- judging -----------------------------------------------------------------------------------


@dataclass
class Tally:
    """What was seen, by all threads."""

    keep: Path
    lock: threading.Lock = field(default_factory=threading.Lock)
    inputs: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    largest: int = 0

    def add(self, data: bytes, ending: str, report: FileReport, seconds: float, size: int) -> None:
        """Count one report, and keep the input where something was wrong."""
        stopped = [s for s in report.steps if s.code in ("timed-out", "out-of-memory")]
        wrong = _wrong(report, seconds, size)
        with self.lock:
            self.inputs += 1
            self.seen.update(str(step.verdict) for step in report.steps)
            self.seen["formulas not read"] += len(report.unreadable)
            self.seen["files with a problem"] += report.problem is not None
            self.seen.update(f"ended from outside: {step.code}" for step in stopped)
            if seconds > self.slowest:
                (self.keep / f"slowest{ending}").write_bytes(data)
            self.slowest, self.largest = max(self.slowest, seconds), max(self.largest, size)
            self.failures.update(wrong)
            if stopped or (report.problem or "").endswith("split the note"):
                wrong = wrong or ["a limit"]
            if any(self.kept[what] < KEPT for what in wrong):
                self.kept.update(wrong)
                kind = "limit" if wrong == ["a limit"] else "failure"
                (self.keep / f"{kind}-{self.inputs}{ending}").write_bytes(data)


def _wrong(report: FileReport, seconds: float, size: int) -> list[str]:
    found = []
    if is_internal(report):
        found.append(re.sub(r"(?: at| after the step at) line \d+$", "", str(report.problem)))
    if seconds > LIMITS.seconds_to_read + LIMITS.seconds_per_step * (2 + len(report.steps)):
        found.append(f"a note took {seconds:.0f} s")
    if size > 1.5 * LIMITS.megabytes:
        found.append(f"a child of {size} MB")
    return found


def megabytes(guard: Guard) -> int:
    """The most memory that the guard's child has held; 0 where the system does not tell."""
    if guard.child is None:
        return 0
    try:
        status = Path(f"/proc/{guard.child.process.pid}/status").read_text("ascii")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0


def attack(pieces: list[list[bytes]], seed: int, until: float, tally: Tally) -> None:
    """One thread: damage, judge, count, until the time is up."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Guard(LIMITS) as guard:
        while time.monotonic() < until:
            data, ending = damaged(pieces, rng), rng.choice(ENDINGS)
            if ending == ".ipynb" and rng.random() < 0.9:
                data = _notebook(data)
            path = Path(folder) / f"note{ending}"
            path.write_bytes(data)
            began = time.monotonic()
            report = guard.judge(Job(str(path), is_path=True, name="note"))
            tally.add(data, ending, report, time.monotonic() - began, megabytes(guard))


def _notebook(data: bytes) -> bytes:
    """The text as the one cell of a notebook."""
    cell = {"cell_type": "markdown", "metadata": {}, "source": data.decode("utf-8", "replace")}
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    return json.dumps(whole).encode()


def main() -> int:
    """Attack for so many minutes, then tell.  1 where something failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="where the inputs that fail are kept")
    options = parser.parse_args()
    folders = (options.shared / "corpus" / "notes", options.shared / "seeds", OWN_NOTES)
    texts = [path.read_bytes() for folder in folders for path in notes(folder)]
    if not texts:
        print("no notes to start from: say where the corpus is", file=sys.stderr)
        return 2
    keep = options.keep or Path(tempfile.mkdtemp(prefix="xent-sym-fuzz-"))
    keep.mkdir(parents=True, exist_ok=True)
    tally = Tally(keep)
    pieces = [re.split(rb"\r?\n\r?\n", text) for text in texts]
    until = time.monotonic() + 60 * options.minutes
    threads = [
        threading.Thread(target=attack, args=(pieces, 2 * options.seed + n, until, tally))
        for n in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{tally.inputs} broken notes from {len(texts)} whole ones, {options.minutes:g} minutes")
    for what, number in tally.seen.most_common():
        print(f"  {number:8} {what}")
    print(f"slowest {tally.slowest:.1f} s, largest child {tally.largest} MB")
    for what, number in tally.failures.most_common():
        print(f"FAILURE {number} times: {what}")
    print(f"{sum(tally.failures.values())} failures; inputs kept in {keep}")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
