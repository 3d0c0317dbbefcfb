"""Factors that touch or are multiplied, quotients in one line, and the sign before them."""

from __future__ import annotations

from xent_sym.reader import commands, derivatives
from xent_sym.reader.cursor import Cursor
from xent_sym.reader.lexemes import ReadError
from xent_sym.reader.tree import Addition, Group, Node, Number, Product, Quotient, Script
from xent_sym.reader.vocabulary import ACCENTS, FONTS, Kind

_MAX_SLASHES = 8


def plain(node: Node) -> Node:
    """The node without braces that print as nothing."""
    return node.body if isinstance(node, Group) else node


def check_tight(node: Node, leaned_on: bool = True) -> None:
    """Nothing may lean on braces around a sum: ``a{b+c}`` prints as ab + c."""
    if leaned_on and isinstance(node, Group):
        expected = "round brackets: braces do not print, so this reads differently on paper"
        raise ReadError(node.start, node.end, "a sum or list in braces", expected)


def signed(cursor: Cursor) -> Node:
    """A product, possibly with a sign before it."""
    if cursor.kind is not Kind.SIGN:
        return product(cursor)
    sign = cursor.take()
    body = product(cursor)
    check_tight(body, sign.text != "+")
    return Addition(sign.start, body.end, (sign.text,), (plain(body),))


def product(cursor: Cursor) -> Node:
    """Factors as far as they touch or are multiplied."""
    factors, operators, slashes = [cursor.factor()], list[str](), 0
    while True:
        if cursor.kind is Kind.TIMES or _dot_between(cursor):
            operators.append(cursor.take().text)
            factors.append(_signed_factor(cursor))
        elif cursor.kind is Kind.SLASH:
            factors[-1] = _quotient(cursor, factors[-1])
            slashes += 1
            if slashes > _MAX_SLASHES:
                raise cursor.error(f"at most {_MAX_SLASHES} slashes in one product")
        elif cursor.continues:
            _refuse_doubtful(cursor, factors[-1])
            operators.append("")
            factors.append(cursor.factor())
        else:
            break
    if len(factors) == 1:
        return factors[0]
    for factor in factors:
        check_tight(factor)
    return Product(factors[0].start, factors[-1].end, tuple(factors), tuple(operators))


def _dot_between(cursor: Cursor) -> bool:
    """``p_k.p_i``: a full stop that a letter follows at once."""
    following = cursor.ahead(1)
    letters = following.kind in (Kind.LETTERS, Kind.NAME)
    return cursor.kind is Kind.DOT and letters and following.start == cursor.token.end


def _signed_factor(cursor: Cursor) -> Node:
    """The factor after an explicit sign; ``2 \\times -3`` keeps its minus."""
    if cursor.kind is not Kind.SIGN:
        return cursor.factor()
    sign = cursor.take()
    body = cursor.factor()
    check_tight(body)
    return Addition(sign.start, body.end, (sign.text,), (body,))


def _quotient(cursor: Cursor, top: Node) -> Node:
    if derivative := derivatives.in_one_line(cursor, top):
        return derivative
    cursor.take()
    bottom = _signed_factor(cursor)
    check_tight(top)
    check_tight(bottom)
    return Quotient(top.start, bottom.end, top, bottom, True)


def _refuse_doubtful(cursor: Cursor, before: Node) -> None:
    """``2 3`` is not six, ``2\\frac12`` may be two and a half, ``1/2x`` may be 1/(2x)."""
    if cursor.kind is Kind.NUMBER and isinstance(before, Number | Script):
        raise cursor.error("a sign before this number, or braces around the script")
    numeral = isinstance(before, Number) and "." not in before.text
    if numeral and cursor.kind is Kind.COMMAND and commands.numeral_fraction(cursor):
        raise cursor.error("a sign between a number and a fraction of numbers")
    if isinstance(before, Quotient) and before.slash and _letter_next(cursor):
        numerals = isinstance(before.top, Number) and isinstance(before.bottom, Number)
        apart = cursor.token.start > before.end
        if not (numerals and apart):
            raise cursor.error("\\frac or brackets: does this stand under the slash or beside it?")


def _letter_next(cursor: Cursor) -> bool:
    if cursor.kind is Kind.COMMAND:
        return cursor.token.text in ACCENTS | FONTS
    return cursor.kind in (Kind.LETTERS, Kind.NAME, Kind.NUMBER)
