"""Sums, products, extrema, limits and integrals, with their ranges and bodies."""

from __future__ import annotations

from xent_sym.reader import scripts
from xent_sym.reader.cursor import CLOSERS, Cursor, Level
from xent_sym.reader.tokens import ReadError, Token
from xent_sym.reader.tree import (
    BigOperator,
    Group,
    Integral,
    Name,
    Node,
    Word,
)
from xent_sym.reader.vocabulary import Kind

_BARE = CLOSERS | {Kind.COMMA, Kind.SEMICOLON, Kind.RELATION, Kind.CONNECTIVE, Kind.DOT}
_EXTREMA = frozenset(("max", "min", "sup", "inf"))


def in_braces(cursor: Cursor) -> Node:
    """``{\\int_a^b}``: the body stands behind the brace."""
    cursor.take()
    if cursor.kind is Kind.INTEGRAL:
        return integral(cursor, braced=True)
    return big_operator(cursor, braced=True)


def big_operator(cursor: Cursor, braced: bool = False) -> Node:
    """``\\sum`` and its kin: the body is a product, possibly with a sign before it."""
    token = cursor.take()
    kind = token.text
    if kind == "arg":
        if cursor.kind is Kind.COMMAND and cursor.token.text == "underset":
            inner = cursor.operand()
            if isinstance(inner, BigOperator):
                return BigOperator(token.start, inner.end, "arg" + inner.kind, *_rest(inner))
            raise cursor.error("max or min after arg")
        kind += cursor.expect(Kind.BIG, "max or min after arg").text
    sub, sup, primes = scripts.read(cursor)
    if primes:
        raise ReadError(token.start, cursor.last_end, f"a primed {kind}", f"{kind} without primes")
    if braced:
        sub, sup = _leave_braces(cursor, sub, sup)
    return with_body(cursor, token, kind, sub, sup)


def _leave_braces(
    cursor: Cursor, sub: Node | None, sup: Node | None
) -> tuple[Node | None, Node | None]:
    """The scripts of an operator in braces, which may stand inside or behind them."""
    cursor.expect(Kind.GROUP_CLOSE, "the brace to be closed here")
    if sub is not None or sup is not None:
        return sub, sup
    sub, sup, _ = scripts.read(cursor)
    return sub, sup


def _rest(node: BigOperator) -> tuple[Node | None, Node | None, Node | None]:
    return node.sub, node.sup, node.body


def with_body(
    cursor: Cursor, token: Token, kind: str, sub: Node | None, sup: Node | None
) -> Node:
    """The operator with the body that follows; alone, it is a word."""
    if not (cursor.continues or cursor.kind is Kind.SIGN or _bar(cursor)):
        if sub is None and sup is None and kind in _EXTREMA and cursor.kind in _BARE:
            return Word(token.start, cursor.last_end, kind, "operator")
        if cursor.kind is not Kind.END or token.start > cursor.tokens[0].start:
            raise cursor.error(f"what the {kind} is taken of")
        return BigOperator(token.start, cursor.last_end, kind, sub, sup, None)
    if kind in _EXTREMA and sub is None and cursor.kind is Kind.OPEN:
        body = cursor.operand()
    else:
        body = cursor.signed_product()
    _refuse_group(body)
    return BigOperator(token.start, body.end, kind, sub, sup, body)


def _bar(cursor: Cursor) -> bool:
    return cursor.kind in (Kind.BAR, Kind.DOUBLE_BAR) and not cursor.bars


def _refuse_group(body: Node) -> None:
    if isinstance(body, Group):
        expected = "round brackets: braces do not print, so the sum takes less on paper"
        raise ReadError(body.start, body.end, "a sum in braces", expected)


def integral(cursor: Cursor, braced: bool = False) -> Node:
    """An integral, up to its differential; ``\\int dx f(x)`` has it in front."""
    at, token = cursor.at, cursor.take()
    sub, sup, _ = scripts.read(cursor)
    if braced:
        sub, sup = _leave_braces(cursor, sub, sup)
    variables = _differentials(cursor, token.text)
    body: Node | None = None
    if variables:
        body = cursor.product() if cursor.continues else None
    else:
        body = _integrand(cursor, at in cursor.closed_integrals)
        variables = _differentials(cursor, token.text)
    if body is not None:
        _refuse_group(body)
    return Integral(token.start, cursor.last_end, token.text, sub, sup, body, variables)


def _integrand(cursor: Cursor, closed: bool) -> Node:
    """A sum if a differential closes it, else a product."""
    if closed:
        return cursor.expression(Level.ADDITION)
    if not (cursor.continues or cursor.kind is Kind.SIGN):
        raise cursor.error("what the integral is taken of")
    return cursor.signed_product()


def _differentials(cursor: Cursor, kind: str) -> tuple[Node, ...]:
    """The variables of the differentials that stand here."""
    found: list[Node] = []
    while cursor.at in cursor.differentials and len(found) < (1 if kind in ("int", "oint") else 3):
        found.append(_variable(cursor))
    return tuple(found)


def _variable(cursor: Cursor) -> Node:
    token = cursor.take()
    if token.kind is Kind.LETTERS and len(token.text) == 2:
        node: Node = Name(token.start + 1, token.end, token.text[1])
        return scripts.with_scripts(cursor, node)
    return cursor.factor()
