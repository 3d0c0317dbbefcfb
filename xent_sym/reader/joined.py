"""Rows that belong together: a row broken in the middle of an expression is read as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xent_sym.reader.document import Located, Row
from xent_sym.reader.lexemes import ReadError
from xent_sym.reader.parser import parse
from xent_sym.reader.places import Traced
from xent_sym.reader.tree import Addition, Node

MAX_JOINED = 12
"""How many rows one broken expression may take."""

_SPACE = r"(?:\s|\\[,;:! ]|~|\\(?:qquad|quad|hspace\s*\{[^{}]*\}|hphantom\s*\{[^{}]*\}))"
_GOES_ON = re.compile(rf"{_SPACE}*(?:\+|\*|/|\\(?:cdot|times|pm|mp|cdots|ldots)(?![A-Za-z]))")
_MINUS = re.compile(rf"{_SPACE}*[-−]")
_SIGN = re.compile(rf"{_SPACE}*([-+])")
_INDENT = re.compile(r"\\(?:qquad|quad|hspace|hphantom)")
_RELATION = re.compile(
    rf"{_SPACE}*(?:[=<>]|\\(?:leq?|geq?|neq?|approx|equiv|propto|to|in|triangleq|overset|stackrel"
    r"|Rightarrow|implies|iff|xrightarrow|sim|simeq|cong)(?![A-Za-z]))"
)


@dataclass(frozen=True)
class Piece:
    """A row, or rows joined, with its tree or the error that it has."""

    where: Located
    node: Node | None
    error: ReadError | None

    @property
    def heading(self) -> bool:
        """A case that governs the rows below: ``j = i:``."""
        return self.where.text.rstrip().endswith((":", "："))


def pieces(rows: Sequence[Row]) -> Iterator[Piece]:
    """The rows of a formula, joined where one goes on in the next.

    A row goes on if the next begins with a sign that needs a left side, or with a minus and no
    relation, or if the row itself ends inside an expression.
    """
    trees = [_read(row) for row in rows]
    at = 0
    while at < len(rows):
        piece, used = _longest(rows, trees, at)
        yield piece
        at += used


def _read(row: Located) -> Piece:
    """The tree of a row; a question mark at its end is no mathematics."""
    try:
        return Piece(row, parse(row.text.rstrip().rstrip("?？")), None)
    except ReadError as error:
        return Piece(row, None, error)


def _longest(rows: Sequence[Row], trees: Sequence[Piece], at: int) -> tuple[Piece, int]:
    piece, end = trees[at], at + 1
    while end < len(rows) and end - at < MAX_JOINED:
        goes_on = _goes_on(rows[end].text, trees[end])
        broken = piece.error is not None and _is_open(piece)
        if not goes_on and not (broken and not _RELATION.match(rows[end].text)):
            break
        end += 1
        piece = _read(_join(rows[at:end]))
    if piece.error is not None and end > at + 1:
        return trees[at], 1
    return piece, end - at


def _goes_on(text: str, piece: Piece) -> bool:
    """This row is the rest of the one above."""
    if _GOES_ON.match(text):
        return True
    if not (minus := _MINUS.match(text)):
        return False
    return isinstance(piece.node, Addition) or _INDENT.search(minus[0]) is not None


def _is_open(piece: Piece) -> bool:
    """The error is that the row ends too early."""
    assert piece.error is not None
    at_end = piece.error.end >= len(piece.where.text.rstrip())
    return at_end or "that closes it" in piece.error.expected


def _join(rows: Sequence[Row]) -> Located:
    """The rows as one; a sign at the end of a row and again at the start of the next is one."""
    parts = [rows[0].traced]
    for row in rows[1:]:
        start = row.traced.span(0, 0)[0]
        last, sign = parts[-1], _SIGN.match(row.text)
        end = len(last.text.rstrip())
        if sign is not None and last.text[:end].endswith(sign[1]):
            parts[-1] = last[: end - 1]
        parts += [Traced.standing_for(" ", start, start), row.traced]
    return Located(Traced.join(parts), rows[0].source)
