"""Brackets, absolute values, brace groups, and environments in the middle of a formula."""

from __future__ import annotations

from dataclasses import replace

from xent_sym.reader.cursor import Cursor, Level
from xent_sym.reader.tree import (
    Addition,
    Binomial,
    Bracket,
    Group,
    Node,
    Quotient,
    RelationChain,
    Rows,
    Separated,
    Styled,
    Symbol,
)
from xent_sym.reader.vocabulary import MATRIX_LIKE, Kind

_LOOSE = (Addition, RelationChain, Separated)
_LONE = frozenset((Kind.SIGN, Kind.TIMES, Kind.RELATION, Kind.IMPLICATION))
_FONTS = {"bf": "mathbf", "bfseries": "mathbf", "rm": "mathrm", "it": "mathit", "cal": "mathcal"}


def bracket(cursor: Cursor) -> Node:
    """What stands between a delimiter and its partner."""
    if cursor.kind in (Kind.BAR, Kind.DOUBLE_BAR):
        return _bars(cursor)
    partner = cursor.partner[cursor.at]
    opening = cursor.take()
    body: Node | None
    if cursor.at == partner:
        body = None
    elif cursor.at + 1 == partner and cursor.kind in _LONE:
        token = cursor.take()
        body = Symbol(token.start, token.end, token.text)
    else:
        body = _contents(cursor)
    if cursor.at != partner:
        raise cursor.error(f"the bracket {opening.text} to be closed here")
    closing = cursor.take()
    if body is None and opening.text != "{":
        cursor.at -= 1
        raise cursor.error("something between the brackets")
    _check_interval(cursor, opening.text, closing.text, body)
    return Bracket(opening.start, closing.end, opening.text, closing.text, body)


def _check_interval(cursor: Cursor, opening: str, closing: str, body: Node | None) -> None:
    """``[0, 1)`` is an interval; any other unlike pair is a slip."""
    unlike = {opening, closing} in ({"(", "]"}, {"[", ")"})
    pair = isinstance(body, Separated) and body.separator == "," and len(body.items) == 2
    if unlike and not pair:
        cursor.at -= 1
        raise cursor.error(f"the partner of {opening}")


def _contents(cursor: Cursor) -> Node:
    with cursor.inside():
        node = cursor.expression()
    return node.body if isinstance(node, Group) else node


def _bars(cursor: Cursor) -> Node:
    """``|x|`` and ``\\|x\\|``: a bar where a term should stand opens."""
    if cursor.token.text in ("mid", "parallel"):
        raise cursor.error("a term before this bar")
    opening = cursor.take()
    cursor.bars.append(opening.kind)
    with cursor.deeper():
        body = cursor.expression(Level.COMMA)
    cursor.bars.pop()
    closing = cursor.expect(opening.kind, f"a {opening.text} that closes the one before")
    body = body.body if isinstance(body, Group) else body
    return Bracket(opening.start, closing.end, opening.text, opening.text, body)


def group(cursor: Cursor, leading: bool = False) -> Node:
    """A brace group.  Around a sum, relation or list it comes as a ``Group``."""
    whole = cursor.rowlevel and cursor.at == 0
    partner = cursor.partner[cursor.at]
    start = cursor.take().start
    whole = whole and cursor.token_at(partner + 1).kind is Kind.END
    with cursor.inside(rowlevel=whole, leading=leading or whole):
        node = _group_body(cursor)
    if cursor.at != partner:
        raise cursor.error("the brace to be closed here")
    end = cursor.take().end
    if isinstance(node, _LOOSE):
        return Group(start, end, node)
    return replace(node, start=start, end=end)


def _group_body(cursor: Cursor) -> Node:
    if cursor.kind is Kind.GROUP_CLOSE:
        raise cursor.error("something between the braces")
    if cursor.kind is Kind.SWITCH:
        switch = cursor.take()
        body = cursor.expression()
        return Styled(switch.start, body.end, _FONTS.get(switch.text, switch.text), body)
    node = cursor.expression()
    if cursor.kind is not Kind.OVER:
        return node
    over = cursor.take()
    bottom = cursor.expression()
    top, bottom = (n.body if isinstance(n, Group) else n for n in (node, bottom))
    if over.text == "over":
        return Quotient(node.start, bottom.end, top, bottom, False)
    return Binomial(node.start, bottom.end, top, bottom)


def environment(cursor: Cursor) -> Node:
    """``cases``, a matrix, or rows: a ``Rows`` node."""
    partner = cursor.partner[cursor.at]
    begin = cursor.take()
    rows: list[tuple[Node | None, ...]] = []
    with cursor.inside(rowlevel=True):
        while cursor.at != partner:
            rows.append(_row(cursor, partner))
    end = cursor.take().end
    kept = tuple(row for row in rows if any(cell is not None for cell in row))
    return Rows(begin.start, end, begin.text, kept)


def _row(cursor: Cursor, partner: int) -> tuple[Node | None, ...]:
    """The cells up to the end of the row, which is taken."""
    cells: list[Node | None] = []
    matrix = cursor.token_at(partner).text in MATRIX_LIKE
    while True:
        empty = cursor.at == partner or cursor.kind in (Kind.ROW, Kind.CELL)
        cells.append(None if empty else _cell(cursor, matrix))
        if cursor.kind is Kind.CELL:
            cursor.take()
            continue
        if cursor.kind is Kind.ROW:
            cursor.take()
        elif cursor.at != partner:
            raise cursor.error("the end of the row or of the environment")
        return tuple(cells)


def _cell(cursor: Cursor, matrix: bool) -> Node:
    cursor.leading = True
    node = cursor.expression(Level.IMPLICATION)
    return node.body if isinstance(node, Group) else node
