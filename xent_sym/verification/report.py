"""What is said of a note: files, chains, steps, each with its verdict, reason and place.

These are plain records, so that a report can cross a process border and be written as JSON.
Lines and columns count from 1, in characters; a step's place is that of its right-hand side.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from xent_sym.kernel.verdict import Verdict


@dataclass(frozen=True)
class Given:
    """A hypothesis that a proof used; ``stated`` says that the note itself states it."""

    text: str
    stated: bool


@dataclass(frozen=True)
class Counterexample:
    """A point that can be checked by hand: the letters with their values, and both sides there.

    ``left`` and ``right`` are written with as many digits as it takes to see that they differ.
    """

    values: tuple[tuple[str, str], ...]
    left: str
    right: str

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {value}" for name, value in self.values)
        return f"{where + ': ' if where else ''}left {self.left}, right {self.right}"


@dataclass(frozen=True)
class StepReport:
    """One relation of a chain: what was written, the verdict, and why.

    ``code`` names the diagnostic (``explain`` has a page on each).  ``rules`` are the laws and
    ways that prove it, ``given`` the hypotheses that were needed, ``assumed`` what was taken for
    granted to read it ("log is the natural logarithm").  ``suggestion`` is the right-hand side
    as it would hold.  ``linked`` is the line of another step: the slip that this one repairs,
    or the definition that it contradicts.  ``cell`` is the cell of a notebook, from 1.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    lhs: str
    relation: str
    rhs: str
    verdict: Verdict
    code: str
    message: str
    rules: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    assumed: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    suggestion: str | None = None
    linked: int | None = None
    cell: int | None = None


@dataclass(frozen=True)
class ChainReport:
    """The steps of one chain; ``line`` is where it begins."""

    line: int
    steps: tuple[StepReport, ...]
    cell: int | None = None


@dataclass(frozen=True)
class Unreadable:
    """A formula that could not be read: where, what stands there, what was expected."""

    line: int
    column: int
    source: str
    message: str
    cell: int | None = None


@dataclass(frozen=True)
class Warned:
    """Something that was read but deserves a look."""

    line: int
    column: int
    code: str
    message: str
    cell: int | None = None


@dataclass(frozen=True)
class Letter:
    """How a symbol was taken, and why: for ``--show-context``.

    ``name`` is what the note writes, ``meaning`` a line of the declaration syntax ("distribution
    over x"), ``why`` one of "declared", "defined at line 12", "default: ..."
    """

    name: str
    meaning: str
    why: str


@dataclass(frozen=True)
class FileReport:
    """Everything that is said of one file.  ``text`` is the file as it was read."""

    path: str
    chains: tuple[ChainReport, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    warnings: tuple[Warned, ...] = ()
    letters: tuple[Letter, ...] = ()
    problem: str | None = None
    text: str = field(default="", repr=False)

    @property
    def steps(self) -> tuple[StepReport, ...]:
        """All steps, in order."""
        return tuple(step for chain in self.chains for step in chain.steps)


@dataclass(frozen=True)
class Report:
    """The files of one run, in order."""

    files: tuple[FileReport, ...]

    def __str__(self) -> str:
        from xent_sym.verification.formats import render

        return render(self, "text")

    def _repr_html_(self) -> str:
        from xent_sym.verification.page import page

        return page(self.files, "Verified")

    @property
    def steps(self) -> tuple[StepReport, ...]:
        """All steps of all files, in order."""
        return tuple(step for file in self.files for step in file.steps)

    @property
    def summary(self) -> dict[Verdict, int]:
        """How many steps have each verdict; formulas that were not read count as unreadable."""
        found = Counter(step.verdict for step in self.steps)
        found[Verdict.UNREADABLE] += sum(len(file.unreadable) for file in self.files)
        return {verdict: found[verdict] for verdict in Verdict}


__all__ = [
    "ChainReport",
    "Counterexample",
    "FileReport",
    "Given",
    "Letter",
    "Report",
    "StepReport",
    "Unreadable",
    "Warned",
]
