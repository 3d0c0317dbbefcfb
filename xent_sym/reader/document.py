"""What a document is to the reader: formulas in order, and the words between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from xent_sym.reader.places import Position, Remark, Source, Traced

HEADING = re.compile(r"^ {0,3}#{1,6}\s|\\(?:sub)*section\b", re.MULTILINE)


@dataclass(frozen=True)
class Located:
    """Text of which each character has a place in the document."""

    traced: Traced = field(repr=False)
    source: Source = field(repr=False)

    @property
    def text(self) -> str:
        """The text as it is to be read: macros expanded, escapes and comments gone."""
        return self.traced.text

    @property
    def offsets(self) -> Sequence[int]:
        """For each character of ``text`` its offset in ``source.text``."""
        return self.traced.starts

    def place(self, offset: int) -> Position:
        """Where ``text[offset]`` stands; for ``len(text)``, the place behind the last one."""
        inside = offset < len(self.text)
        return self.source.position(self.traced.starts[offset] if inside else self.traced.end)

    def span(self, start: int, end: int) -> tuple[Position, Position]:
        """The place of ``text[start:end]`` and the place behind it."""
        first, last = self.traced.span(start, end)
        return self.source.position(first), self.source.position(last)

    def written(self, start: int, end: int) -> str:
        """What the author wrote where we read ``text[start:end]``."""
        first, last = self.traced.span(start, end)
        return self.source.text[first:last]


@dataclass(frozen=True)
class Row(Located):
    r"""One row of a formula: alignment, labels and tags are gone, braces are balanced or not.

    ``environment`` is the environment that the row stands in (empty for bare ``$$``), and
    ``before`` the words of an ``\\intertext`` above it.
    """

    environment: str = ""
    before: str = ""


@dataclass(frozen=True)
class Formula(Located):
    r"""A formula: ``inline``, ``display``, or ``environment:align*`` where one is all of it.

    A formula that could not be split into rows has a ``problem`` and no rows.  ``repairs``
    says what was read otherwise than written, such as ``\\_`` as ``_``.
    """

    kind: str
    rows: tuple[Row, ...] = ()
    repairs: tuple[Remark, ...] = ()
    problem: Remark | None = None

    @property
    def start(self) -> Position:
        """Where the formula begins, behind its delimiter."""
        return self.place(0)

    @property
    def end(self) -> Position:
        """The place behind its last character."""
        return self.place(len(self.text))


@dataclass(frozen=True)
class Declaration(Located):
    """A block in which the author says what the letters mean, not yet read.

    ``origin`` is ``front matter``, ``HTML comment`` or ``TeX comment``.
    """

    origin: str


@dataclass(frozen=True)
class Document:
    """A document: ``prose[i]`` stands right before ``formulas[i]``, the last piece at the end.

    ``problems`` are the places that could not be read as a formula (those of the formulas
    among them), ``warnings`` what was read but deserves a look.
    """

    format: str
    sources: tuple[Source, ...] = field(repr=False)
    formulas: tuple[Formula, ...]
    prose: tuple[str, ...]
    problems: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    front_matter: str = ""

    @cached_property
    def sections(self) -> tuple[int, ...]:
        """For each formula the number of the section that it stands in, from 0."""
        counts = accumulate(len(HEADING.findall(piece)) for piece in self.prose)
        return tuple(counts)[: len(self.formulas)]

    def line(self, place: Position) -> str:
        """The author's own line at this place."""
        for source in self.sources:
            if source.cell == place.cell:
                return source.line(place.line)
        return ""
