"""Segments: what a scanner cuts a document into, before any formula is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from xent_sym.reader.places import Remark, Source

# A document beyond these is no note; what is over is left unread, and said to be.
MAX_SEGMENTS = 50_000
MAX_PROBLEMS = 1_000
FORMULAS = frozenset({"inline", "display"})
# A comment that begins so is a declaration block.
DECLARES = re.compile(r"[\s%]*+xent[-_]sym(?![\w-]):?", re.IGNORECASE)


@dataclass(frozen=True)
class Segment:
    """``text[start:end]`` is not prose.  ``kind`` is ``inline``, ``display``, ``aside`` (code,
    comments, HTML), ``preamble`` or ``definition`` (a macro).

    For a formula ``inner`` is its span without the delimiters, ``quotes`` the number of ``>``
    that each of its lines begins with.
    """

    kind: str
    start: int
    end: int
    inner: tuple[int, int] = (0, 0)
    quotes: int = 0
    in_table: bool = False


@dataclass
class Scan:
    """What a scanner found, in order of the document.

    ``text`` is the source character for character, with what is not read blanked.
    ``declared`` holds spans of declaration blocks with where they come from.
    """

    text: str
    segments: list[Segment] = field(default_factory=list)
    problems: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    declared: list[tuple[int, int, str]] = field(default_factory=list)
    front_matter: tuple[int, int] = (0, 0)

    def is_full(self, source: Source, at: int) -> bool:
        """Whether the scanner must stop here; if so the rest is a problem."""
        if len(self.segments) < MAX_SEGMENTS and len(self.problems) < MAX_PROBLEMS:
            return False
        message = "too many formulas or problems in one document; the rest is not read"
        self.problems.append(Remark.at(source, at, len(source.text), message))
        self.segments.append(Segment("aside", at, len(source.text)))
        return True

    def formulas(self) -> Iterator[Segment]:
        """The segments that are mathematics."""
        return (segment for segment in self.segments if segment.kind in FORMULAS)
