"""How far a sum reaches: later terms that use its index belong to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xent_sym.meaning.writing import indices_of
from xent_sym.reader.tree import Addition, BigOperator, Derivative, Node, Product

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator


def widened(e: Elaborator, node: Addition) -> Node:
    """Later terms that use a sum's index belong to the sum; the addition itself if none does."""
    for position, part in enumerate(node.terms[:-1]):
        for index in _trailing(part):
            last = _last_use(e, node, position, index)
            if last is None:
                continue
            e.scene.doubts.add("wide")
            if not e.scene.reading.wide:
                return node
            e.scene.assume(f"the sum over {index} takes the terms after it, which use {index}")
            return _taken_in(node, position, last)
    return node


def _taken_in(node: Addition, position: int, last: int) -> Node:
    """The addition with the terms up to ``last`` inside the sum at ``position``."""
    signs, terms = node.signs[position + 1 : last + 1], node.terms[position + 1 : last + 1]
    whole = _inside(node.terms[position], signs, terms)
    if whole is None:
        return node
    return Addition(
        node.start, node.end, (*node.signs[: position + 1], *node.signs[last + 1 :]),
        (*node.terms[:position], whole, *node.terms[last + 1 :]),
    )


def _inside(term: Node, signs: tuple[str, ...], tail: tuple[Node, ...]) -> Node | None:
    """The term with the tail inside its last sum; None if it ends in none."""
    if isinstance(term, Product):
        last = _inside(term.factors[-1], signs, tail)
        return None if last is None else replace(term, factors=(*term.factors[:-1], last))
    if not isinstance(term, BigOperator | Derivative) or term.body is None:
        return None
    inner = _inside(term.body, signs, tail)
    if inner is None and isinstance(term, Derivative):
        return None
    if inner is None:
        first = term.body
        head = ((*first.signs, *signs), (*first.terms, *tail)) if isinstance(first, Addition) else (
            ("+", *signs), (first, *tail))
        inner = Addition(first.start, tail[-1].end, *head)
    return replace(term, end=tail[-1].end, body=inner)


def _trailing(node: Node) -> list[str]:
    """The indices of the sums in which a term ends."""
    if isinstance(node, Product):
        return _trailing(node.factors[-1])
    if isinstance(node, Derivative) and node.body is not None:
        return _trailing(node.body)
    if isinstance(node, BigOperator) and node.kind in ("sum", "prod") and node.body is not None:
        return [i.show() for i in indices_of(node.sub)] + _trailing(node.body)
    return []


def _last_use(e: Elaborator, node: Addition, position: int, index: str) -> int | None:
    """The last later term that uses the index, which nothing else there binds."""
    if index in e.scope:
        return None
    later = range(position + 1, len(node.terms))
    return max((k for k in later if uses(node.terms[k], index)), default=None)


def uses(node: Node, index: str) -> bool:
    """The spelling stands free in the node."""
    if isinstance(node, BigOperator) and index in {i.show() for i in indices_of(node.sub)}:
        return False
    return node.show() == index or any(uses(child, index) for child in node.children())


__all__ = ["uses", "widened"]
