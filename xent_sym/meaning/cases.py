"""Kronecker's delta, and values that differ from case to case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xent_sym.meaning.names import indices_in
from xent_sym.reader.tree import Clause, Name, Node, RelationChain, Rows, Script
from xent_sym.terms.term import Add, Delta, Mul, Num, Sym, Term

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator


def cases(e: Elaborator, node: Rows) -> Term:
    """One value if i = j, another if not: δ_ij times the one and (1 − δ_ij) times the other."""
    rows = [r for r in node.rows if len(r) == 2 and r[0] is not None and r[1] is not None]
    if len(rows) != len(node.rows) or len(rows) != 2:
        raise e.unclear(node, "two values with their conditions were expected")
    first, second = (condition_of(r[1]) for r in rows)
    if first is None or (second is not None and second[1:] not in (first[1:], first[:0:-1])):
        raise e.unclear(node, "the cases i = j and i ≠ j were expected")
    if second is not None and second[0] == first[0]:
        raise e.unclear(node, "both cases say the same")
    one, two = (e.index(Name(0, 0, letter)) for letter in first[1:])
    for index, other in ((one, two), (two, one)):
        if isinstance(other, Sym) and other.kind == "index":
            e.scene.run_over(index, other.args[-1])
    same = Delta(one, two)
    values = [e.term(r[0]) for r in rows if r[0] is not None]
    if first[0] == "!=":
        values.reverse()
    return Add(Mul(same, values[0]), Mul(Add(Num(1), Mul(Num(-1), same)), values[1]))


def delta(e: Elaborator, node: Script) -> Term | None:
    """δ_ij; None if the letter has no two indices."""
    assert node.sub is not None
    indices = indices_in(node.sub, "delta", e.scene.known)
    if indices is None or len(indices) != 2:
        return None
    one, two = (e.index(i) for i in indices)
    for index, other in ((one, two), (two, one)):
        if isinstance(other, Sym):
            e.scene.run_over(index, other.args[-1])
    return Delta(one, two)


def condition_of(node: Node | None) -> tuple[str, str, str] | None:
    """(sign, i, j) of ``i = j``, also behind "if"; None for "otherwise" and the like."""
    if isinstance(node, Clause):
        return condition_of(node.body)
    if isinstance(node, RelationChain) and len(node.items) == 2:
        one, two = node.items
        if isinstance(one, Name) and isinstance(two, Name):
            return node.relations[0].sign, one.text, two.text
    return None
