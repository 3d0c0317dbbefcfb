"""log, exp, sin: functions that take what follows, with or without a bracket."""

from __future__ import annotations

from xent_sym.reader import scripts
from xent_sym.reader.cursor import CLOSERS, Cursor
from xent_sym.reader.tokens import ReadError
from xent_sym.reader.tree import (
    Apply,
    Ellipsis,
    Group,
    Node,
    Product,
    Quotient,
    Word,
)
from xent_sym.reader.vocabulary import ACCENTS, FONTS, Kind

_BARE = CLOSERS | {Kind.COMMA, Kind.SEMICOLON, Kind.RELATION, Kind.CONNECTIVE}
_LOGARITHMS = frozenset(("log", "ln", "lg"))
_CLOSED = frozenset(
    (Kind.GROUP_OPEN, Kind.FUNCTION, Kind.BIG, Kind.INTEGRAL, Kind.NABLA, Kind.COMMAND)
)


def application(cursor: Cursor) -> Node:
    """A function with its base, its power and its argument.

    A bracket right after the name is the whole argument.  Otherwise the letters that touch
    are: ``\\log p(x)p(y) \\cdot 2`` is the logarithm of a product, times two.
    """
    name = cursor.take()
    base, power, primes = scripts.read(cursor)
    if primes:
        expected = "a derivative written out"
        raise ReadError(name.start, cursor.last_end, "a primed function", expected)
    if cursor.kind in _BARE and base is None and power is None:
        return Word(name.start, name.end, name.text, "function")
    if not cursor.continues and cursor.kind not in (Kind.BAR, Kind.DOUBLE_BAR):
        raise cursor.error(f"what {name.text} is taken of")
    argument = _argument(cursor, name.text in _LOGARITHMS)
    return Apply(name.start, argument.end, name.text, base, power, argument)


def _argument(cursor: Cursor, logarithm: bool) -> Node:
    if cursor.kind in (Kind.OPEN, Kind.BAR, Kind.DOUBLE_BAR):
        return _bracketed(cursor, logarithm)
    styled = cursor.kind is Kind.COMMAND and cursor.token.text in ACCENTS | FONTS
    closed = cursor.kind in _CLOSED and not styled
    first = cursor.factor()
    if isinstance(first, Group):
        expected = "round brackets: braces do not print, so the function takes less on paper"
        raise ReadError(first.start, first.end, "a sum in braces", expected)
    return first if closed else _touching(cursor, first)


def _bracketed(cursor: Cursor, logarithm: bool) -> Node:
    """A bracket is the whole argument.  ``\\log(1-p)^{n}`` keeps its power inside the logarithm,
    but a numeral there could be meant either way."""
    body = cursor.operand()
    if not logarithm or cursor.kind is not Kind.SUP:
        return body
    if cursor.ahead(1).kind is Kind.NUMBER or cursor.ahead(2).kind is Kind.NUMBER:
        raise cursor.error("(\\log x)^2 or \\log(x^2), which this could both be")
    return scripts.with_scripts(cursor, body)


def _touching(cursor: Cursor, first: Node) -> Node:
    """The factors that touch the first one, and a denominator in one line."""
    factors = [first]
    while _touches(cursor):
        factors.append(cursor.factor())
    node = factors[0]
    if len(factors) > 1:
        empty = ("",) * (len(factors) - 1)
        node = Product(first.start, factors[-1].end, tuple(factors), empty)
    if cursor.kind is not Kind.SLASH:
        return node
    cursor.take()
    bottom = cursor.factor()
    if isinstance(bottom, Group | Ellipsis):
        raise ReadError(bottom.start, bottom.end, "a sum in braces", "round brackets")
    return Quotient(node.start, bottom.end, node, bottom, True)


def _touches(cursor: Cursor) -> bool:
    """Letters, accented or styled ones too; brackets and fractions end the argument."""
    token = cursor.token
    styled = token.kind is Kind.COMMAND and token.text in ACCENTS | FONTS
    return cursor.continues and (styled or token.kind in (Kind.LETTERS, Kind.NAME))
