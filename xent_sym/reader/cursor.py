"""A place in the tokens of one formula, and the few moves that every reader of a part shares."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import IntEnum

from xent_sym.reader.lexemes import MAX_DEPTH, ReadError, Token
from xent_sym.reader.pairs import paired
from xent_sym.reader.tokens import tokenize
from xent_sym.reader.tree import Node
from xent_sym.reader.vocabulary import Kind

WIDE = 0.6
"""The space, in em, from which on two terms side by side are two statements."""


class Level(IntEnum):
    """How strongly what stands between two terms binds; the loosest first."""

    NONE = 0
    ROWS = 1
    IMPLICATION = 2
    STATEMENTS = 3
    PARALLEL = 4
    GIVEN = 5
    SEMICOLON = 6
    COMMA = 7
    RELATION = 8
    ADDITION = 9


STARTS_TERM = frozenset(
    (
        Kind.NUMBER, Kind.LETTERS, Kind.NAME, Kind.WORD, Kind.TEXT, Kind.FUNCTION, Kind.BIG,
        Kind.INTEGRAL, Kind.OPEN, Kind.GROUP_OPEN, Kind.PARTIAL, Kind.NABLA, Kind.ELLIPSIS,
        Kind.COMMAND, Kind.SWITCH, Kind.BEGIN,
    )
)
CLOSERS = frozenset(
    (Kind.END, Kind.CLOSE, Kind.GROUP_CLOSE, Kind.END_ENVIRONMENT, Kind.ROW, Kind.CELL)
)


class Cursor(ABC):
    """The tokens, where we are in them, and in what surroundings.

    ``rowlevel``: we are at the level of a row, where a wide space separates statements.
    ``bars``: the ``|`` that are open here.  ``leading``: a relation may stand first.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        layout = paired(tokenize(text))
        self.tokens = layout.tokens
        self.partner = layout.partner
        self.differentials = layout.differentials
        self.closed_integrals = layout.closed
        self.operators_in_braces = layout.operators
        self.at = 0
        self.depth = 0
        self.rowlevel = True
        self.leading = True
        self.bars: list[Kind] = []

    # -- looking and moving ------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def kind(self) -> Kind:
        return self.tokens[self.at].kind

    def ahead(self, distance: int) -> Token:
        return self.token_at(self.at + distance)

    def token_at(self, at: int) -> Token:
        """The token there; beyond the last it is the END."""
        return self.tokens[min(at, len(self.tokens) - 1)]

    @property
    def last_end(self) -> int:
        """Where the token that was taken last ends."""
        return self.tokens[self.at - 1].end if self.at else 0

    def take(self) -> Token:
        token = self.tokens[self.at]
        if token.kind is Kind.END:
            raise self.error("more")
        self.at += 1
        return token

    def expect(self, kind: Kind, expected: str) -> Token:
        if self.kind is not kind:
            raise self.error(expected)
        return self.take()

    def error(self, expected: str) -> ReadError:
        token = self.token
        written = self.text[token.start : token.end]
        seen = "the end of the formula" if token.kind is Kind.END else written
        return ReadError(token.start, token.end, seen, expected)

    def take_letter(self) -> Token:
        """The first letter of the letters here; the others stay."""
        token = self.token
        if len(token.text) == 1:
            return self.take()
        self.tokens[self.at] = replace(token, text=token.text[1:], start=token.start + 1, gap=0.0)
        return replace(token, text=token.text[0], end=token.start + 1)

    # -- surroundings ------------------------------------------------------------------

    @contextmanager
    def inside(self, rowlevel: bool = False, leading: bool = False) -> Iterator[None]:
        """Between delimiters, where the outer bars are out of sight."""
        saved = self.rowlevel, self.leading, self.bars
        self.rowlevel, self.leading, self.bars = rowlevel, leading, []
        yield
        self.rowlevel, self.leading, self.bars = saved

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One term inside another."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"at most {MAX_DEPTH} terms inside each other")
        yield
        self.depth -= 1

    @property
    def continues(self) -> bool:
        """The token here is a factor that touches the one before."""
        token = self.token
        return (
            token.kind in STARTS_TERM
            and self.at not in self.differentials
            and not (self.rowlevel and token.gap >= WIDE)
        )

    # -- the parser's own doors, for the readers of parts --------------------------------

    @abstractmethod
    def expression(self, floor: Level = Level.ROWS) -> Node:
        """What stands here, down to the level ``floor``."""

    @abstractmethod
    def product(self) -> Node:
        """Factors, as far as they go."""

    @abstractmethod
    def signed_product(self) -> Node:
        """Factors, possibly with a sign before them."""

    @abstractmethod
    def factor(self) -> Node:
        """One factor with its scripts and the bracket that it is applied to."""

    @abstractmethod
    def operand(self) -> Node:
        """One term without what follows it."""
