"""Derivatives: fractions of ∂ or d, the one-line form, ``\\partial_x`` and the gradient."""

from __future__ import annotations

from xent_sym.reader import scripts
from xent_sym.reader.cursor import Cursor, Level
from xent_sym.reader.tree import (
    Derivative,
    Differential,
    Gradient,
    Group,
    Name,
    Node,
    Product,
    Run,
    Symbol,
)
from xent_sym.reader.vocabulary import Kind

_AFTER_D = frozenset((Kind.LETTERS, Kind.NAME, Kind.COMMAND, Kind.WORD))


def fraction(cursor: Cursor, start: int) -> Derivative | None:
    """The derivative whose numerator begins here, if this fraction is one."""
    symbol = _symbol_of_fraction(cursor)
    if symbol is None:
        return None
    order, body = _numerator(cursor)
    cursor.expect(Kind.GROUP_OPEN, "the denominator in braces")
    variables = [_variable(cursor, symbol)]
    while cursor.kind is not Kind.GROUP_CLOSE:
        variables.append(_variable(cursor, symbol))
    end = cursor.take().end
    if body is None:
        body = scope(cursor)
        end = body.end if body else end
    return Derivative(start, end, symbol, order, body, tuple(variables))


def _symbol_of_fraction(cursor: Cursor) -> str | None:
    """``partial`` or ``d`` if both parts of the fraction begin with it."""
    at = cursor.at
    braced = cursor.kind is Kind.GROUP_OPEN
    below = cursor.partner[at] + 1 if braced else at + 1
    if cursor.token_at(below).kind is not Kind.GROUP_OPEN:
        return None
    above, under = _symbol(cursor, at + braced), _symbol(cursor, below + 1)
    if above is None or above != under:
        return None
    denominator = cursor.token_at(below + 1), cursor.token_at(below + 2)
    if denominator[0].kind is Kind.LETTERS and len(denominator[0].text) == 1:
        return above if denominator[1].kind in _AFTER_D else None
    return above


def _symbol(cursor: Cursor, at: int) -> str | None:
    token, following = cursor.token_at(at), cursor.token_at(at + 1)
    if token.kind is Kind.PARTIAL:
        return token.text
    letters = token.kind is Kind.LETTERS and token.text.startswith("d")
    alone = len(token.text) == 1 and following.kind in (Kind.SUB, Kind.SIGN, Kind.RELATION)
    return "d" if letters and not alone else None


def _take_symbol(cursor: Cursor, symbol: str) -> None:
    """The ∂ or d that stands here; a d may be glued to its variable."""
    if _symbol(cursor, cursor.at) != symbol:
        raise cursor.error(f"{'∂' if symbol == 'partial' else 'd'} and a variable")
    if cursor.kind is Kind.PARTIAL:
        cursor.take()
    else:
        cursor.take_letter()


def _numerator(cursor: Cursor) -> tuple[Node | None, Node | None]:
    """The order and what is differentiated, where the numerator holds it."""
    braced = cursor.take().kind is Kind.GROUP_OPEN
    if not braced:
        return None, None
    _take_symbol(cursor, _symbol(cursor, cursor.at) or "")
    order = None
    if cursor.kind is Kind.SUP:
        cursor.take()
        order = scripts.argument(cursor)
    body = None
    if cursor.kind is not Kind.GROUP_CLOSE:
        with cursor.inside():
            body = cursor.expression(Level.ADDITION)
    cursor.expect(Kind.GROUP_CLOSE, "the end of the numerator")
    return order, body.body if isinstance(body, Group) else body


def _variable(cursor: Cursor, symbol: str) -> Node:
    letters = cursor.kind is Kind.LETTERS
    _take_symbol(cursor, symbol)
    if letters and cursor.kind is Kind.LETTERS:
        letter = cursor.take_letter()
        return scripts.with_scripts(cursor, Name(letter.start, letter.end, letter.text))
    return cursor.factor()


def scope(cursor: Cursor) -> Node | None:
    """What an operator in front acts on: a bracket, or else all factors that touch.

    ``readings.narrow`` gives the reading where only the first is acted on.
    """
    if not cursor.continues:
        return None
    bracketed = cursor.kind is Kind.OPEN
    factors = [cursor.factor()]
    while not bracketed and cursor.continues and not _operator_next(cursor):
        factors.append(cursor.factor())
    if any(isinstance(factor, Group) for factor in factors):
        raise cursor.error("round brackets around what is differentiated, not braces")
    if len(factors) == 1:
        return factors[0]
    empty = ("",) * (len(factors) - 1)
    return Product(factors[0].start, factors[-1].end, tuple(factors), empty)


def _operator_next(cursor: Cursor) -> bool:
    """Another derivative begins here."""
    if cursor.kind in (Kind.NABLA, Kind.PARTIAL):
        return True
    if cursor.kind is not Kind.COMMAND or cursor.token.text not in ("frac", "dfrac", "tfrac"):
        return False
    cursor.at += 1
    symbol = _symbol_of_fraction(cursor)
    cursor.at -= 1
    return symbol is not None


def in_one_line(cursor: Cursor, top: Node) -> Derivative | None:
    """``\\partial L/\\partial z`` and ``dL/dz``, at the slash."""
    under = _symbol(cursor, cursor.at + 1)
    following = cursor.ahead(1)
    if under is None or (following.kind is Kind.LETTERS and len(following.text) != 2):
        return None
    if isinstance(top, Differential) and top.symbol == under:
        body: Node | None = top.body
    elif isinstance(top, Symbol) and top.text == under:
        body = None
    elif under == "d" and isinstance(top, Run) and top.text[0] == "d" and len(top.text) == 2:
        body = Name(top.start + 1, top.end, top.text[1])
    elif under == "d" and isinstance(top, Name) and top.text == "d":
        body = None
    else:
        return None
    cursor.take()
    variable = _variable(cursor, under)
    if body is None:
        body = scope(cursor)
    end = max(variable.end, body.end if body else 0)
    return Derivative(top.start, end, under, None, body, (variable,))


def differential(cursor: Cursor) -> Node:
    """``\\partial L`` outside a fraction; ``\\partial_x f`` is a derivative."""
    token = cursor.take()
    if cursor.kind is Kind.SLASH:
        return Symbol(token.start, token.end, token.text)
    if cursor.kind is Kind.SUB:
        cursor.take()
        variable = scripts.argument(cursor)
        body = scope(cursor)
        end = body.end if body else variable.end
        return Derivative(token.start, end, token.text, None, body, (variable,))
    body = cursor.factor()
    if isinstance(body, Group):
        raise cursor.error("round brackets around what is differentiated, not braces")
    return Differential(token.start, body.end, token.text, body)


def gradient(cursor: Cursor) -> Node:
    """``\\nabla_\\theta J``; alone, it is the operator."""
    token = cursor.take()
    sub, power, primes = scripts.read(cursor)
    if primes:
        raise cursor.error("a gradient without primes")
    end = cursor.last_end
    body = scope(cursor)
    return Gradient(token.start, body.end if body else end, sub, power, body)
