"""The places in a document of which a report says something, each with its glyph and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xent_sym.kernel.verdict import Verdict
from xent_sym.reader.notebook import NotebookError, markdown_cells
from xent_sym.verification.mathml import sign
from xent_sym.verification.report import FileReport, StepReport, Unreadable, Warned

GLYPHS = {
    "refuted": "✗",
    "unreadable": "⊘",
    "unknown": "?",
    "warning": "⚠",
    "proved": "✓",
    "definition": "≔",
    "not-a-claim": "·",
}
_WORDS = {"definition": "a definition", "not-a-claim": "not a claim"}


@dataclass(frozen=True)
class Sheet:
    """A text with lines of its own: the file, or one cell of a notebook."""

    text: str
    cell: int | None = None

    @property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return [line.rstrip("\r") for line in self.text.split("\n")]

    def behind(self, line: int, column: int, source: str) -> tuple[int, int]:
        """The place behind ``source``, if that stands at this place; else the place itself.

        >>> Sheet("a $b\\nc$").behind(1, 4, "b\\nc")
        (2, 2)
        """
        rows = self.text.split("\n")
        if not source or line > len(rows):
            return line, column
        first, *more = source.split("\n")
        last = len(more[-1]) if more else column - 1 + len(first)
        rest = "\n".join([rows[line - 1][column - 1 :], *rows[line : line + len(more)]])
        return (line + len(more), last + 1) if rest.startswith(source) else (line, column)


@dataclass(frozen=True)
class Spot:
    """One thing that is said, and its place (from 1; the end is behind the last character)."""

    ident: str
    kind: str
    message: str
    source: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None
    step: StepReport | None = None
    code: str = ""

    @property
    def glyph(self) -> str:
        """One sign for the kind, so that colour is never needed to tell."""
        return GLYPHS[self.kind]

    @property
    def word(self) -> str:
        """The kind in words."""
        return _WORDS.get(self.kind, self.kind)

    @property
    def place(self) -> str:
        """The place for a reader: ``12:7``, or ``cell 3, 2:7``."""
        cell = "" if self.cell is None else f"cell {self.cell}, "
        return f"{cell}{self.line}:{self.column}"


def sheets(file: FileReport) -> list[Sheet]:
    """The texts of the file; a notebook's are its Markdown cells, where it can be read."""
    if file.path.lower().endswith(".ipynb"):
        try:
            return [Sheet(cell.text, cell.cell) for cell in markdown_cells(file.text)]
        except NotebookError:
            pass
    return [Sheet(file.text)]


def spots(file: FileReport, prefix: str, texts: list[Sheet]) -> list[Spot]:
    """Everything that is said of the file, in order of place; idents begin with the prefix."""
    by_cell = {sheet.cell: sheet for sheet in texts}
    found = [
        *(_of_step(step, f"{prefix}-step-{n}") for n, step in enumerate(file.steps, 1)),
        *(
            _of_unreadable(item, f"{prefix}-unreadable-{n}", by_cell.get(item.cell))
            for n, item in enumerate(file.unreadable, 1)
        ),
        *(_of_warning(item, f"{prefix}-warning-{n}") for n, item in enumerate(file.warnings, 1)),
    ]
    return sorted(found, key=lambda s: (s.cell or 0, s.line, s.column))


def findings(found: list[Spot]) -> Iterator[tuple[str, list[Spot]]]:
    """What deserves a look, by kind: the refuted first; proofs and definitions are no findings."""
    for kind in ("refuted", "unreadable", "unknown", "warning"):
        if these := [spot for spot in found if spot.kind == kind]:
            yield kind, these


def _of_step(step: StepReport, ident: str) -> Spot:
    return Spot(
        ident, str(step.verdict), step.message, f"{sign(step.relation)} {step.rhs}", step.line,
        step.column, step.end_line, step.end_column, step.cell, step, step.code,
    )  # fmt: skip


def _of_unreadable(item: Unreadable, ident: str, sheet: Sheet | None) -> Spot:
    end = sheet.behind(item.line, item.column, item.source) if sheet else (item.line, item.column)
    kind = str(Verdict.UNREADABLE)
    return Spot(
        ident, kind, item.message, item.source, item.line, item.column, *end, item.cell
    )  # fmt: skip


def _of_warning(item: Warned, ident: str) -> Spot:
    return Spot(
        ident, "warning", item.message, "", item.line, item.column, item.line, item.column,
        item.cell, code=item.code,
    )  # fmt: skip


__all__ = ["GLYPHS", "Sheet", "Spot", "findings", "sheets", "spots"]
