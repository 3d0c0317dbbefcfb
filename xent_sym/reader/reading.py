r"""One document's formulas: cleaned of its format, macros expanded, split into rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from xent_sym.reader.document import Declaration, Document, Formula, Row
from xent_sym.reader.escapes import (
    plain_spaces,
    without_comments,
    without_containers,
    without_escapes,
)
from xent_sym.reader.latex_source import scan_latex
from xent_sym.reader.macros import Macros
from xent_sym.reader.markdown import scan_markdown
from xent_sym.reader.places import Remark, Source, SpanError, Traced
from xent_sym.reader.rows import rows, whole_environment
from xent_sym.reader.segments import DECLARES, FORMULAS, Scan, Segment

MAX_FORMULA = 20_000

SCANNERS: dict[str, Callable[[Source], Scan]] = {
    "markdown": scan_markdown,
    "latex": scan_latex,
    "notebook": scan_markdown,
}
_FRONT_KEY = re.compile(r"^xent[-_]sym:(?P<block>[^\n]*\n?(?:(?:[ \t][^\n]*)?\n)*)", re.MULTILINE)
_COMMENT_MARK = re.compile(r"^[ \t]*+%+ ?", re.MULTILINE)
_STRAY_COMMENT = re.compile(r"(?<!\\)% *")


@dataclass
class Reading:
    """What has been read so far: one macro table and one order for all cells."""

    format: str
    macros: Macros
    formulas: list[Formula] = field(default_factory=list)
    prose: list[list[str]] = field(default_factory=lambda: [[]])
    problems: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    declarations: list[Declaration] = field(default_factory=list)
    front_matter: str = ""

    def document(self, sources: tuple[Source, ...]) -> Document:
        return Document(
            self.format,
            sources,
            tuple(self.formulas),
            tuple("".join(words) for words in self.prose),
            tuple(sorted(self.problems, key=lambda r: (r.place.cell or 0, r.place))),
            tuple(self.warnings),
            tuple(self.declarations),
            self.front_matter,
        )

    def read(self, source: Source) -> None:
        """Read one source: the file, or one cell of a notebook."""
        scan = SCANNERS[self.format](source)
        self.problems += scan.problems
        self.warnings += scan.warnings
        self._declared(source, scan)
        done = 0
        for segment in scan.segments:
            self._say(scan.text[done : segment.start])
            if segment.kind in FORMULAS:
                self._formula(source, scan, segment)
            elif segment.kind == "definition":
                self._define(source, scan.text, segment)
            elif segment.kind == "preamble":
                self.prose[-1] = []
            done = max(done, segment.end)
        self._say(scan.text[done:] + "\n")
        if "\0" in source.text:
            at = source.text.index("\0")
            self.warnings.append(Remark.at(source, at, at + 1, "a NUL character; is this a text?"))

    def _say(self, words: str) -> None:
        self.prose[-1].append(_STRAY_COMMENT.sub("", words) if self.format == "latex" else words)

    def _define(self, source: Source, text: str, segment: Segment) -> None:
        try:
            self.macros.define_at(text, segment.start)
        except SpanError as error:
            self.problems.append(Remark.at(source, error.start, error.end, str(error)))

    def _declared(self, source: Source, scan: Scan) -> None:
        start, end = scan.front_matter
        if end:
            self.front_matter = source.text[start:end]
        for match in _FRONT_KEY.finditer(self.front_matter if end else ""):
            block = Traced.of(source.text, start + match.start(1), start + match.end(1))
            self.declarations.append(Declaration(block, source, "front matter"))
        for first, last, origin in scan.declared:
            head = DECLARES.match(source.text, first)
            block = Traced.of(source.text, head.end() if head else first, last)
            if origin == "TeX comment":
                block = _without_marks(block)
            self.declarations.append(Declaration(block, source, origin))

    def _formula(self, source: Source, scan: Scan, segment: Segment) -> None:
        """Clean it, expand it, split it; what goes wrong is a problem at its own place."""
        written = Traced.of(scan.text, *segment.inner)
        try:
            formula = self._read(written, source, segment)
        except SpanError as error:
            problem = Remark.at(source, error.start, error.end, str(error))
            self.problems.append(problem)
            formula = Formula(written, source, segment.kind, problem=problem)
        if formula.rows or formula.problem:
            self.formulas.append(formula)
            self.prose.append([])

    def _read(self, written: Traced, source: Source, segment: Segment) -> Formula:
        size = len(written.text)
        if size > MAX_FORMULA:
            message = f"a formula of {size} characters; at most {MAX_FORMULA} are read"
            raise SpanError(*segment.inner, message)
        written, repairs = self._cleaned(written, source, segment)
        written = self.macros.expand(written)
        name = whole_environment(written.text) if segment.kind == "display" else None
        kind = f"environment:{name}" if name else segment.kind
        found = tuple(Row(row.traced, source, row.environment, row.before) for row in rows(written))
        return Formula(written, source, kind, found, tuple(repairs))

    def _cleaned(
        self, written: Traced, source: Source, segment: Segment
    ) -> tuple[Traced, list[Remark]]:
        written = plain_spaces(written)
        if self.format == "latex":
            return without_comments(written, source)[0], []
        written = without_containers(written, segment.quotes)
        written, escapes = without_escapes(
            written, source, inline=segment.kind == "inline", in_table=segment.in_table
        )
        written, comments = without_comments(written, source)
        return written, [*escapes, *comments]


def _without_marks(block: Traced) -> Traced:
    """The lines of a comment without their ``%``."""
    marks = [at for mark in _COMMENT_MARK.finditer(block.text) for at in mark.span()]
    cuts = [0, *marks, len(block.text)]
    return Traced.join(block[a:b] for a, b in zip(cuts[::2], cuts[1::2], strict=True))
