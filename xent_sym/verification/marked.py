"""Lines of a document cut where marks begin and end; marks may nest, overlap and span lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xent_sym.verification.spots import Spot


@dataclass(frozen=True)
class Piece:
    """Text under one mark (the innermost), and the spots that begin right before it."""

    text: str
    mark: Spot | None = None
    begins: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class _Part:
    """What one spot covers of one line, in offsets from 0; ``first``: it begins here."""

    start: int
    end: int
    spot: Spot
    first: bool


def marked(lines: Sequence[str], spots: Sequence[Spot]) -> list[list[Piece]]:
    """The pieces of each line; joined, they are the line again.

    A place outside its line is moved to the line's end; a spot on a line that does not exist
    is left out.
    """
    parts: list[list[_Part]] = [[] for _ in lines]
    for spot in spots:
        for number in range(max(spot.line, 1), min(spot.end_line, len(lines)) + 1):
            parts[number - 1].append(_part(lines[number - 1], number, spot))
        if spot.end_line < spot.line <= len(lines):
            parts[spot.line - 1].append(_part(lines[spot.line - 1], spot.line, spot))
    return [_cut(line, found) for line, found in zip(lines, parts, strict=True)]


def _part(line: str, number: int, spot: Spot) -> _Part:
    """A line that the mark runs through is marked from its first letter."""
    first = number == spot.line
    start = spot.column - 1 if first else len(line) - len(line.lstrip())
    end = spot.end_column - 1 if number == spot.end_line else len(line)
    start = max(0, min(start, len(line)))
    return _Part(start, max(start, min(end, len(line))), spot, first)


def _cut(line: str, parts: Sequence[_Part]) -> list[Piece]:
    edges = sorted({0, len(line)}.union(*((part.start, part.end) for part in parts)))
    starting: dict[int, list[_Part]] = {}
    for part in parts:
        starting.setdefault(part.start, []).append(part)
    pieces: list[Piece] = []
    open_parts: list[_Part] = []
    for at, until in zip(edges, [*edges[1:], len(line)], strict=True):
        here = starting.get(at, [])
        open_parts = [part for part in (*open_parts, *here) if part.end > at]
        inner = max(open_parts, key=lambda part: (part.start, -part.end), default=None)
        begins = tuple(part.spot for part in here if part.first)
        if at < until or begins:
            pieces.append(Piece(line[at:until], inner.spot if inner else None, begins))
    return pieces


__all__ = ["Piece", "marked"]
