r"""The declaration syntax: what the letters of a note mean, one statement on a line.

It stands in the note (front matter, HTML comment, TeX comment) or in a file of its own; the
page ``docs/context.md`` explains every statement.  A line that cannot be read is a problem at
its place, and the other lines count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xent_sym.meaning.declaration_letters import Piece, quoted
from xent_sym.meaning.declaration_lines import statement
from xent_sym.meaning.declaration_records import (
    CONTEXT_FILE,
    Assumed,
    Declarations,
    Declared,
    Defined,
    Entry,
    Ignored,
    LogarithmIs,
    Place,
    Problem,
    RandomVariable,
    RangeOf,
    Slot,
    UnitsAre,
)
from xent_sym.reader.document import Declaration, Located
from xent_sym.reader.places import Source, SpanError, Traced

__all__ = [
    "Assumed",
    "Declarations",
    "Declared",
    "Defined",
    "Entry",
    "Ignored",
    "LogarithmIs",
    "Place",
    "Problem",
    "RandomVariable",
    "RangeOf",
    "UnitsAre",
    "declaration_text",
    "parse_declarations",
]

MAX_TEXT = 50_000
MAX_LINE = 2_000
MAX_STATEMENTS = 500
MAX_PROBLEMS = 50
_COMMENT = re.compile(r"(?<!\S)#.*")
# The sign of YAML behind the key: xent-sym: |
_AS_IT_STANDS = re.compile(r"[|>][+-]?\Z")
# Signs of other keyboards that statements are made of, and what is white space to everyone.
_TWINS = str.maketrans("：，；～∼＃（）＝　\ufeff\r\t", ":,;~~#()=    ")


def parse_declarations(located: Located | str) -> Declarations:
    """The statements of one block; a ``str`` is the text of a context file.

    Never raises over what the text says: a bad line is one of the ``problems``.

    >>> said = parse_declarations("p, q: distribution over x  # two of them\\ni: 1..n")
    >>> [letter.meaning for letter in said.letters], said.range_of("i").high.show()
    (['distribution over x', 'distribution over x'], 'n')
    >>> print(*parse_declarations("p: distrubution over x").problems)
    line 1, column 4 of the context file: 'distrubution' is no kind; did you mean distribution?
    """
    if isinstance(located, str):
        located = Located(Traced.of(located, 0, len(located)), Source(located))
    block = _Block(located)
    block.read()
    return Declarations(tuple(block.entries.values()), tuple(block.problems))


def declaration_text(declarations: Declarations) -> str:
    r"""The declarations in the declaration syntax, a line each; reading it gives them back.

    >>> print(declaration_text(parse_declarations("y_i:  binary\nX,Y~p\n\\alpha=\\frac12")), end="")
    y: binary over i
    X, Y ~ p
    define: \alpha=\frac12
    """
    return "".join(f"{entry}\n" for entry in declarations.entries)


class _Block:
    """One block, read line by line."""

    def __init__(self, located: Located) -> None:
        self.located = located
        self.origin = located.origin if isinstance(located, Declaration) else CONTEXT_FILE
        self.entries: dict[Slot, Entry] = {}
        self.problems: list[Problem] = []

    def place(self, offset: int) -> Place:
        at = self.located.place(offset)
        return Place(at.line, at.column, at.cell, self.origin)

    def read(self) -> None:
        text = self.located.text
        if len(text) > MAX_TEXT:
            message = f"{len(text):,} characters of declarations; at most {MAX_TEXT:,} are read"
            self.problem(SpanError(0, 0, message))
            return
        for count, piece in enumerate(self.pieces(text)):
            if count >= MAX_STATEMENTS or len(self.problems) >= MAX_PROBLEMS:
                limit = f"{MAX_STATEMENTS} statements or {MAX_PROBLEMS} bad lines"
                self.problem(piece.error(f"not read from here on: {limit} are enough"))
                return
            self.line(piece)

    def pieces(self, text: str) -> Iterator[Piece]:
        """The lines that say something."""
        start = 0
        for line in text.split("\n"):
            piece = Piece(_COMMENT.sub("", line.translate(_TWINS)), start).strip()
            yaml = start == 0 and self.origin == "front matter" and _AS_IT_STANDS.match(piece.text)
            if piece.text and not yaml:
                yield piece
            start += len(line) + 1

    def line(self, piece: Piece) -> None:
        try:
            if len(piece.text) > MAX_LINE:
                seen = f"a line of {len(piece.text):,} characters"
                raise piece.error(f"{seen}; at most {MAX_LINE:,} are read")
            clashes = [self.add(entry) for entry in list(statement(piece, self.place))]
            if found := next(filter(None, clashes), None):
                raise piece.error(found)
        except SpanError as error:
            self.problem(error)

    def add(self, entry: Entry) -> str | None:
        """Keep it, or say what it contradicts: a block says nothing twice in two ways."""
        first = self.entries.setdefault(entry.slot, entry)
        if first.sense == entry.sense:
            return None
        other = f"{quoted(str(first))} of line {first.at.line}"
        return f"{quoted(str(entry))} contradicts {other}, which is kept; drop one"

    def problem(self, error: SpanError) -> None:
        source = self.located.written(error.start, error.end)[:200]
        message = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(error))
        self.problems.append(Problem(self.place(error.start), source, message))
