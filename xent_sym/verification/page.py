"""A report as one self-contained HTML page: the author's document with a verdict at each step.

Nothing is fetched and nothing is run: the page is text, style and MathML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from xent_sym.kernel.verdict import Verdict
from xent_sym.verification.marked import Piece, marked
from xent_sym.verification.mathml import mathml, sign
from xent_sym.verification.report import FileReport, Report
from xent_sym.verification.spots import GLYPHS, Sheet, Spot, findings, sheets, spots

# What no page may hold, or what would hide how a line was written, becomes a visible character.
VISIBLE = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"}
VISIBLE |= dict.fromkeys([*range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], 0xFFFD)
VISIBLE |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD)


@dataclass(frozen=True)
class _Line:
    """A line as it is shown; ``spots`` are those that begin on it."""

    ident: str
    number: int
    pieces: list[Piece]
    spots: list[Spot]


@dataclass(frozen=True)
class _Shown:
    """One file on the page.  ``strays`` are spots whose place is not in the text."""

    ident: str
    report: FileReport
    sheets: list[tuple[Sheet, list[_Line]]]
    spots: list[Spot]
    strays: list[Spot]

    @property
    def counts(self) -> dict[Verdict, int]:
        return Report((self.report,)).summary

    def line(self, number: int, cell: int | None) -> str:
        """The ident of this line; empty where there is no such line."""
        for sheet, lines in self.sheets:
            if sheet.cell == cell and 1 <= number <= len(lines):
                return lines[number - 1].ident
        return ""


def page(files: Sequence[FileReport], title: str) -> str:
    """The page: a summary, the findings, and each document as written, with its verdicts.

    A ``FileReport`` without text still shows what is said of it.

    >>> html = page([FileReport("note.md", text="$1 < 2$ <script>")], "Report")
    >>> "$1 &lt; 2$ &lt;script&gt;" in html
    True
    """
    shown = [_shown(file, f"f{number}") for number, file in enumerate(files, 1)]
    text = _template().render(
        title=title, files=shown, summary=Report(tuple(files)).summary,
        findings=_findings(shown), glyphs=GLYPHS,
    )  # fmt: skip
    return text.translate(VISIBLE)


def _shown(file: FileReport, ident: str) -> _Shown:
    texts = sheets(file)
    found = spots(file, ident, texts)
    placed = [(sheet, _lines(sheet, found, ident)) for sheet in texts if sheet.text]
    there = {spot.ident for _, lines in placed for line in lines for spot in line.spots}
    return _Shown(ident, file, placed, found, [spot for spot in found if spot.ident not in there])


def _lines(sheet: Sheet, found: Sequence[Spot], ident: str) -> list[_Line]:
    """The lines of the sheet, with those of the spots found that stand on it."""
    here = [spot for spot in found if spot.cell == sheet.cell]
    beginning: dict[int, list[Spot]] = {}
    for spot in here:
        beginning.setdefault(spot.line, []).append(spot)
    cell = "" if sheet.cell is None else f"-cell-{sheet.cell}"
    cut = enumerate(marked(sheet.lines, here), 1)
    return [_Line(f"{ident}{cell}-line-{n}", n, row, beginning.get(n, [])) for n, row in cut]


def _findings(shown: Sequence[_Shown]) -> list[tuple[str, list[tuple[_Shown, Spot]]]]:
    """For each kind of finding those of all files, with the file."""
    grouped: dict[str, list[tuple[_Shown, Spot]]] = {}
    for file in shown:
        for kind, found in findings(file.spots):
            grouped.setdefault(kind, []).extend((file, spot) for spot in found)
    return sorted(grouped.items(), key=lambda item: list(GLYPHS).index(item[0]))


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined,
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(mathml=mathml, sign=sign)
    return environment.get_template("page.html.jinja")


__all__ = ["page"]
