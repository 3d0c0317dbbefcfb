"""Notes put before the judge, with the time that each step took: what the measurements share."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from xent_sym.kernel.verdict import Verdict
from xent_sym.reader.document import Formula
from xent_sym.reader.source import read_path
from xent_sym.verification.report import FileReport, StepReport, Unreadable

ENDINGS = (".md", ".tex", ".ipynb", ".txt")


@dataclass(frozen=True)
class Judged:
    """A note with its report.  ``seconds[k]`` is the CPU time of step k, ``total`` that of all."""

    path: Path
    context: bool
    report: FileReport
    seconds: tuple[float, ...]
    total: float


def notes(folder: Path) -> list[Path]:
    """The notes in a folder, by name; none where there is no folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS)


def sidecar(note: Path, folder: Path | None) -> str | None:
    """The context written for a note: ``NOTE.context`` in the folder, where there is one."""
    if folder is None:
        return None
    for name in (f"{note.name}.context", f"{note.stem}.context"):
        if (path := folder / name).is_file():
            return path.read_text(encoding="utf-8")
    return None


def judge(
    note: Path, context_folder: Path | None = None, on_terms: Callable[..., None] | None = None
) -> Judged:
    """The report of one note, judged in this process.  A .txt file is read as Markdown.

    ``on_terms`` is told the terms of each step.
    """
    from xent_sym.verification.note import judge_note

    clock: dict[int, float] = {}
    began: dict[int, float] = {}

    def on_step(number: int, report: StepReport | None) -> None:
        if number in began:  # the second call for a step says that it is done
            clock[number] = time.process_time() - began[number]
        else:
            began[number] = time.process_time()

    context = sidecar(note, context_folder)
    start = time.process_time()
    try:
        found = judge_note(note, context, on_step=on_step, on_terms=on_terms)
    except Exception as problem:  # one note that fails must not hide what is said of the others
        where = traceback.extract_tb(problem.__traceback__)[-1]
        said = f"{type(problem).__name__}: {problem} ({Path(where.filename).name}:{where.lineno})"
        found = FileReport(str(note), problem=said)
    total = time.process_time() - start
    seconds = tuple(clock.get(number, 0.0) for number in range(len(found.steps)))
    return Judged(note, context is not None, found, seconds, total)


# -- which formulas were read ------------------------------------------------------------------


@dataclass(frozen=True)
class Unread:
    """A display formula that was not read, in whole or in part: where, how far, and why.

    ``parsed`` says that its text was read and only its meaning was not.
    """

    note: str
    line: int
    parsed: bool
    cause: str
    message: str


@dataclass(frozen=True)
class Reading:
    """How many display formulas a set of notes has, and which were not read."""

    displays: int
    unread: tuple[Unread, ...]

    @property
    def share(self) -> float:
        """The share that was read, syntax and meaning."""
        return 1 - len(self.unread) / self.displays if self.displays else 1.0

    @property
    def parsed(self) -> float:
        """The share whose text was read."""
        bad = sum(not formula.parsed for formula in self.unread)
        return 1 - bad / self.displays if self.displays else 1.0


def reading(all_judged: list[Judged]) -> Reading:
    """The display formulas of these notes: one is unread if any part or step of it is."""
    count, unread = 0, list[Unread]()
    for judged in all_judged:
        displays = [f for f in read_path(judged.path).formulas if f.kind != "inline"]
        count += len(displays)
        for formula in displays:
            if (problem := next(_problems(formula, judged.report), None)) is not None:
                unread.append(
                    Unread(
                        judged.path.name, formula.start.line, isinstance(problem, StepReport),
                        cause(problem), problem.message,
                    )
                )
    return Reading(count, tuple(unread))


def _problems(formula: Formula, report: FileReport) -> Iterator[StepReport | Unreadable]:
    """What in the formula was not read: text first."""
    first = (formula.start.cell or 0, formula.start.line, formula.start.column)
    last = (formula.end.cell or 0, formula.end.line, formula.end.column)
    problems: list[StepReport | Unreadable] = [*report.unreadable]
    problems += [step for step in report.steps if step.verdict is Verdict.UNREADABLE]
    for found in problems:
        if first <= (found.cell or 0, found.line, found.column) <= last:
            yield found


def cause(found: StepReport | Unreadable) -> str:
    """A name for the kind of thing that stood in the way."""
    if isinstance(found, StepReport) and found.code != "syntax":
        what = found.message.rsplit(": ", 1)[-1]
        return f"{found.code}: {what[:60]}"
    saw, _, expected = found.message.partition("; expected ")
    return f"syntax: expected {expected}" if expected else f"syntax: {saw[:60]}"
