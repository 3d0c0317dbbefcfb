"""Places: every character that is read knows where in the document it stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, order=True)
class Position:
    """A place in a document: line and column count from 1, cells of a notebook as well.

    Columns count characters, not bytes.  Outside a notebook ``cell`` is None.

    >>> print(Position(3, 7), Position(3, 7, cell=2), sep="; ")
    3:7; cell 2, 3:7
    """

    line: int
    column: int
    cell: int | None = None

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"cell {self.cell}, "
        return f"{cell}{self.line}:{self.column}"


@dataclass(frozen=True, eq=False)
class Source:
    r"""The text as it was written (of a file, or of one cell), which turns offsets to places.

    >>> text = Source("one\r\ntwo\n")
    >>> print(text.position(0), text.position(5), repr(text.line(2)))
    1:1 2:1 'two'
    """

    text: str = field(repr=False)
    cell: int | None = None

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(i + 1 for i, char in enumerate(self.text) if char == "\n")]

    def position(self, offset: int) -> Position:
        """Where the character with this offset stands."""
        index = bisect_right(self._line_starts, max(0, min(offset, len(self.text)))) - 1
        return Position(index + 1, offset - self._line_starts[index] + 1, self.cell)

    def line(self, number: int) -> str:
        """The line with this number, without its end; empty where there is no such line."""
        if not 1 <= number <= len(self._line_starts):
            return ""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip("\r")


@dataclass(frozen=True)
class Traced:
    r"""Text of which each character was read at ``starts[i]:ends[i]`` of the source.

    Where nothing was changed the two are ranges; where a macro was expanded, each character
    of its body stands for the whole call.

    >>> word = Traced.of("a b", 0, 3)
    >>> joined = Traced.join([word[:1], Traced.standing_for(r"\ne", 1, 2), word[2:]])
    >>> joined.text, joined.starts, joined.ends
    ('a\\neb', (0, 1, 1, 1, 2), (1, 2, 2, 2, 3))
    """

    text: str
    starts: Sequence[int] = field(repr=False)
    ends: Sequence[int] = field(repr=False)

    @staticmethod
    def of(source: str, start: int, end: int) -> Traced:
        """The piece of the source, unchanged."""
        return Traced(source[start:end], range(start, end), range(start + 1, end + 1))

    @staticmethod
    def standing_for(text: str, start: int, end: int) -> Traced:
        """Text that was put in the place of ``source[start:end]``."""
        return Traced(text, (start,) * len(text), (end,) * len(text))

    @staticmethod
    def join(pieces: Iterable[Traced]) -> Traced:
        """The pieces one after the other."""
        parts = [piece for piece in pieces if piece.text]
        if len(parts) == 1:
            return parts[0]
        return Traced(
            "".join(part.text for part in parts),
            tuple(start for part in parts for start in part.starts),
            tuple(end for part in parts for end in part.ends),
        )

    def __getitem__(self, part: slice) -> Traced:
        return Traced(self.text[part], self.starts[part], self.ends[part])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the source of ``text[start:end]``; an empty piece is a point."""
        if start < end:
            return self.starts[start], self.ends[end - 1]
        point = self.starts[start] if start < len(self.text) else self.end
        return point, point

    @property
    def end(self) -> int:
        """The source offset behind the last character."""
        return self.ends[-1] if self.text else 0

    def strip(self) -> Traced:
        """The text without the white space around it."""
        lead = len(self.text) - len(self.text.lstrip())
        return self[lead : max(lead, len(self.text.rstrip()))]


@dataclass(frozen=True)
class Remark:
    """Something to tell the author: what was seen, what was expected, what to do.

    ``source`` is the text at ``place`` as it was written (its first 200 characters).
    """

    place: Position
    end: Position
    source: str
    message: str

    @staticmethod
    def at(source: Source, start: int, end: int, message: str) -> Remark:
        """A remark about ``source.text[start:end]``."""
        text = source.text[start : min(end, start + 200)]
        return Remark(source.position(start), source.position(end), text, message)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class SpanError(ValueError):
    """A piece of the source that cannot be read: its offsets, what was seen and expected."""

    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.start, self.end = start, end
