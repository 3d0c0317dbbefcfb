"""Dots: ``y_1 log a_1 + ... + y_m log a_m`` is the sum whose first and last terms are shown.

The first and the last term must be one term with two indices; every other term shown must fit,
as the next ones after the first or as the general one.  What does not fit is unreadable.
"""

from __future__ import annotations

from dataclasses import fields, replace

from xent_sym.meaning.names import BETWEEN_DOTS, Letters
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.spelled import spelled
from xent_sym.reader.tree import (
    Addition,
    BigOperator,
    Ellipsis,
    Name,
    Node,
    Number,
    Relation,
    RelationChain,
)

INDEX = Name(0, 0, BETWEEN_DOTS)


def without_ellipsis(node: Addition, known: Letters) -> Node:
    """The addition as a sum.

    >>> from xent_sym.reader.parser import parse
    >>> without_ellipsis(parse(r"a_1 + a_2 + \\cdots + a_m"), Letters()).show()
    '(sum _(rel … = 1) ^m (script a _…))'
    """
    signs = {s for s, t in zip(node.signs, node.terms, strict=True)}
    shown = [t for t in node.terms if not isinstance(t, Ellipsis)]
    first, last = node.terms[0], node.terms[-1]
    if signs != {"+"} or isinstance(first, Ellipsis) or isinstance(last, Ellipsis):
        raise Unclear("dots between a first and a last term were expected")
    pairs: set[tuple[Node, Node]] = set()
    general = _general(first, last, pairs)
    ends = {(a.show(), b.show()) for a, b in pairs}
    if general is None or len(ends) != 1:
        raise Unclear(f"the first term {spelled(first)} and the last {spelled(last)} are not one "
                      "term with two indices")
    low, high = next(iter(pairs))
    for number, term in enumerate(shown[1:-1], 1):
        _fits(general, term, low, number)
    relation = RelationChain(0, 0, (INDEX, low), (Relation(0, 0, "=", ""),))
    return BigOperator(node.start, node.end, "sum", relation, high, general)


def _general(one: Node, two: Node, pairs: set[tuple[Node, Node]]) -> Node | None:
    """The term of which both are instances: an index in place of what differs."""
    if one.show() == two.show():
        return one
    if isinstance(one, Number) and isinstance(two, Name | Number):
        pairs.add((replace(one, start=0, end=0), replace(two, start=0, end=0)))
        return INDEX
    if type(one) is not type(two):
        return None
    changed: dict[str, object] = {}
    for field in fields(one)[2:]:
        a, b = getattr(one, field.name), getattr(two, field.name)
        made = _part(a, b, pairs)
        if made is _DIFFERENT:
            return None
        changed[field.name] = made
    return replace(one, **changed)  # type: ignore[arg-type]


_DIFFERENT = object()


def _part(a: object, b: object, pairs: set[tuple[Node, Node]]) -> object:
    if isinstance(a, Node) and isinstance(b, Node):
        made = _general(a, b, pairs)
        return _DIFFERENT if made is None else made
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        parts = tuple(_part(x, y, pairs) for x, y in zip(a, b, strict=True))
        return _DIFFERENT if _DIFFERENT in parts else parts
    return a if a == b else _DIFFERENT


def _fits(general: Node, term: Node, low: Node, number: int) -> None:
    """A term shown between the first and the last is the next one, or the general one."""
    shape = general.show()
    first = int(low.text) if isinstance(low, Number) and low.text.isdigit() else 1
    letters = {n.text for n in term.walk() if isinstance(n, Name | Number)}
    fitting = {c for c in letters if shape.replace(BETWEEN_DOTS, c) == term.show()}
    if any(not c.isdigit() or int(c) == first + number for c in fitting):
        return
    raise Unclear(
        f"the term {spelled(term)} does not fit {spelled(general)} between the first and the last"
    )


__all__ = ["without_ellipsis"]
