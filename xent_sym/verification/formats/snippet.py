"""The author's own lines, numbered in a gutter, with the places that are meant underlined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xent_sym.reader.notebook import NotebookError, markdown_cells
from xent_sym.reader.places import Source
from xent_sym.verification.formats.columns import visible, width
from xent_sym.verification.formats.style import Style
from xent_sym.verification.report import FileReport

LONGEST = 110
LEAD = 30
MOST_LINES = 4


@dataclass(frozen=True)
class Mark:
    """A place to underline with ``sign``: from line and column up to before the end."""

    line: int
    column: int
    end_line: int
    end_column: int
    sign: str = "^"
    paint: str = "refuted"
    label: str = ""

    def within(self, number: int, text: str) -> tuple[int, int]:
        """The offsets of what is marked of this line; at least one character."""
        indent = len(text) - len(text.lstrip())
        first = self.column - 1 if number == self.line else indent
        last = self.end_column - 1 if number == self.end_line else len(text.rstrip())
        first = max(0, min(first, len(text)))
        return first, max(first + 1, min(last, len(text)))


def sources(file: FileReport) -> dict[int | None, Source]:
    """The text of the file, or of each cell of a notebook; empty where it cannot be had."""
    if not file.path.lower().endswith(".ipynb"):
        return {None: Source(file.text)}
    try:
        return {cell.cell: cell for cell in markdown_cells(file.text)}
    except NotebookError:
        return {}


def snippet(source: Source, marks: Sequence[Mark], style: Style, gutter: int) -> list[str]:
    r"""The marked lines, each over the row that underlines it.

    >>> text = Source("so\n\t交叉熵 $= 2x$")
    >>> print("\n".join(snippet(text, [Mark(2, 6, 2, 12)], Style(), 1)))
      |
    2 |     交叉熵 $= 2x$
      |            ^^^^^^
    """
    bar = style.paint("|", "gutter")
    rows, last = [f"{'':{gutter}} {bar}"], None
    for number in _numbers(marks):
        if last is not None and number > last + 1:
            rows.append(style.paint("...", "gutter"))
        here = [mark for mark in marks if mark.line <= number <= mark.end_line]
        text, underline = _row(source.line(number), number, here, style)
        rows.append(f"{style.paint(f'{number:>{gutter}}', 'gutter')} {bar} {text}".rstrip())
        rows.append(f"{'':{gutter}} {bar} {underline}")
        last = number
    return rows


def _numbers(marks: Sequence[Mark]) -> list[int]:
    """The lines to show: of a mark over many lines the first ones and the last."""
    shown = set()
    for mark in marks:
        lines = range(mark.line, mark.end_line + 1)
        shown |= {*lines[: MOST_LINES - 1], lines[-1]}
    return sorted(shown)


def _row(line: str, number: int, marks: Sequence[Mark], style: Style) -> tuple[str, str]:
    """The line, cut to the part that matters, and what goes under it.  The last mark matters."""
    start, end = _window(line, *marks[-1].within(number, line))
    head, tail = ("…" if start else ""), ("…" if end < len(line) else "")
    underline, at, label = " " * len(head), start, ""
    for mark in sorted(marks, key=lambda mark: mark.within(number, line)):
        begins, ends = mark.within(number, line)
        first, last = max(begins, at), min(ends, max(end, begins + 1))
        if first < last:
            underline += " " * width(visible(line[at:first]))
            length = max(1, width(visible(line[first:last])))
            underline += style.paint(mark.sign * length, mark.paint)
            label = style.paint(mark.label, mark.paint) if number == mark.end_line else ""
            at = last
    return f"{head}{visible(line[start:end])}{tail}", f"{underline} {label}".rstrip()


def _window(line: str, first: int, last: int) -> tuple[int, int]:
    """The part of a line to show: all of it, or what goes into ``LONGEST`` columns."""
    whole = last <= LONGEST and width(visible(line[:last])) <= LONGEST
    start = end = 0 if whole else max(0, first - LEAD)
    columns = 0
    while end < len(line) and columns <= LONGEST:
        columns += width(visible(line[end]))
        end += 1
    return start, end
