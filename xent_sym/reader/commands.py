"""Commands that take arguments: fractions, roots, accents, alphabets, things set over others."""

from __future__ import annotations

import re
from dataclasses import replace

from xent_sym.reader import big_operators, derivatives, scripts
from xent_sym.reader.cursor import Cursor
from xent_sym.reader.tokens import Token
from xent_sym.reader.tree import (
    Accent,
    Annotated,
    BigOperator,
    Binomial,
    Node,
    Quotient,
    Root,
    Script,
    Styled,
    Word,
)
from xent_sym.reader.vocabulary import ACCENTS, BINOMIALS, FONTS, FRACTIONS, TRANSPARENT, Kind

_SAID_ON = frozenset(("underbrace", "overbrace"))
_LIMIT_WORD = re.compile(r"arg\s*(max|min)|max|min|sup|inf|lim")


def command(cursor: Cursor) -> Node:
    """The node of the command that stands here, with its arguments."""
    token = cursor.take()
    name = token.text
    if token.kind is Kind.SWITCH:
        cursor.at -= 1
        raise cursor.error(f"\\{name} at the head of a brace group")
    if name in FRACTIONS:
        return _fraction(cursor, token)
    if name in BINOMIALS:
        top, bottom = scripts.argument(cursor), scripts.argument(cursor)
        return Binomial(token.start, bottom.end, top, bottom)
    if name in ACCENTS:
        body = scripts.argument(cursor)
        return Accent(token.start, cursor.last_end, name, body)
    if name in FONTS:
        body = scripts.argument(cursor)
        return Styled(token.start, cursor.last_end, name, body)
    if name in TRANSPARENT:
        return _transparent(cursor, token)
    if name == "sqrt":
        body = scripts.argument(cursor)
        return Root(token.start, cursor.last_end, body, token.note)
    if name in ("overset", "underset", "stackrel"):
        return _set_over(cursor, token)
    return _annotated(cursor, token)


def _fraction(cursor: Cursor, token: Token) -> Node:
    if derivative := derivatives.fraction(cursor, token.start):
        return derivative
    top = scripts.argument(cursor)
    bottom = scripts.argument(cursor)
    return Quotient(token.start, cursor.last_end, top, bottom, False)


def numeral_fraction(cursor: Cursor) -> bool:
    """The fraction that begins here has numerals above and below."""
    if cursor.token.text not in FRACTIONS:
        return False
    kinds = [cursor.ahead(k).kind for k in range(1, 7)]
    braces = [Kind.GROUP_OPEN, Kind.NUMBER, Kind.GROUP_CLOSE]
    return kinds[:2] == [Kind.NUMBER, Kind.NUMBER] or kinds == braces * 2


def _transparent(cursor: Cursor, token: Token) -> Node:
    """``\\mathop{...}``: what is inside; around max and its kin the scripts are its range."""
    body = _operator_in_braces(cursor, token)
    if body is not None:
        return body
    inner = scripts.argument(cursor)
    return replace(inner, start=token.start, end=cursor.last_end)


def _operator_in_braces(
    cursor: Cursor, token: Token, sub: Node | None = None
) -> BigOperator | Node | None:
    """A max, argmax, ... as the whole argument, with the body that follows."""
    at, last = cursor.at, cursor.at
    if cursor.kind is Kind.GROUP_OPEN:
        at, last = at + 1, cursor.partner[at]
    inner = [t.text for t in cursor.tokens[at : max(last, at + 1)]]
    if len(inner) > 6 or not _LIMIT_WORD.fullmatch("".join(inner)):
        return None
    kind = "".join(inner)
    cursor.at = last + 1
    below, above, _ = scripts.read(cursor)
    return big_operators.with_body(cursor, token, kind, sub or below, above)


def _set_over(cursor: Cursor, token: Token) -> Node:
    """``\\underset{j}{\\max}`` is a max over j; anything else keeps a note."""
    note_at = cursor.at
    first = scripts.argument(cursor)
    if token.text == "underset":
        operator = _operator_in_braces(cursor, token, first)
        if operator is not None:
            return operator
    note = " ".join(t.text for t in cursor.tokens[note_at : cursor.at] if t.text not in "{}")
    body = scripts.argument(cursor)
    end = cursor.last_end
    if token.text == "underset" and isinstance(body, Styled | Word):
        return Script(token.start, end, body, first, None, 0)  # an expectation over x
    return Annotated(token.start, end, token.text, body, note)


def _annotated(cursor: Cursor, token: Token) -> Node:
    """Boxes and strokes; a brace's label is kept as it is written."""
    body = scripts.argument(cursor)
    note = ""
    if token.text in _SAID_ON and cursor.kind in (Kind.SUB, Kind.SUP):
        cursor.take()
        start = cursor.at
        scripts.skip_argument(cursor)
        note = " ".join(t.text for t in cursor.tokens[start : cursor.at] if t.text not in "{}")
    return Annotated(token.start, cursor.last_end, token.text, body, note)
