"""Kronecker's delta, and values that differ from case to case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xent_sym.meaning.names import indices_in, written
from xent_sym.meaning.spelled import spelled
from xent_sym.reader.tree import Clause, Name, Node, Number, RelationChain, Rows, Script
from xent_sym.terms.term import Add, Delta, Mul, Num, Sym, Term

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator


def cases(e: Elaborator, node: Rows) -> Term:
    """One value if i = j, another if not: δ_ij times the one and (1 − δ_ij) times the other."""
    rows = [(r[0], r[-1]) for r in node.rows if len(r) > 1 and r[0] is not None and r[-1]]
    if len(rows) != len(node.rows) or len(rows) != 2:
        raise e.unclear(node, "two values with their conditions were expected")
    binary = [binary_indicator(e, _condition(r[1])) for r in rows]
    if all(b is not None for b in binary) and binary[0] != binary[1]:
        terms = [Mul(b, e.term(r[0])) for b, r in zip(binary, rows, strict=True) if b is not None]
        return Add(*terms)
    first, second = (condition_of(r[1]) for r in rows)
    if second is None and not _otherwise(rows[1][1]):
        raise e.unclear(node, "the cases i = j and i ≠ j were expected")
    if first is None or (second is not None and second[1:] not in (first[1:], first[:0:-1])):
        raise e.unclear(node, "the cases i = j and i ≠ j were expected")
    if second is not None and {first[0], second[0]} != {"=", "!="}:
        raise e.unclear(node, "the cases i = j and i ≠ j were expected")
    if first[0] not in ("=", "!="):
        raise e.unclear(node, "the cases i = j and i ≠ j were expected")
    one, two = (e.index(Name(0, 0, letter)) for letter in first[1:])
    for index, other in ((one, two), (two, one)):
        if isinstance(other, Sym) and other.kind == "index":
            e.scene.run_over(index, other.args[-1])
    same = Delta(one, two)
    values = [e.term(r[0]) for r in rows if r[0] is not None]
    if first[0] == "!=":
        values.reverse()
    return Add(Mul(same, values[0]), Mul(Add(Num(1), Mul(Num(-1), same)), values[1]))


def _otherwise(node: Node | None) -> bool:
    """Words such as "otherwise", and nothing else."""
    return node is not None and not any(
        isinstance(n, RelationChain | Name | Number) for n in node.walk()
    )


def binary_indicator(e: Elaborator, node: Node | None) -> Term | None:
    """1[y = 1] is y and 1[y = 0] is 1 − y, of a y that is 0 or 1."""
    if not isinstance(node, RelationChain) or len(node.items) != 2:
        return None
    letter, number = node.items
    name = written(letter, e.scene.known)
    if node.relations[0].sign != "=" or name is None or not isinstance(number, Number):
        return None
    if e.scene.known.is_index(letter) or number.value not in (0, 1):
        return None
    value = e.term(letter)
    e.scene.assume(f"{spelled(letter)} is 0 or 1")
    return value if number.value == 1 else Add(Num(1), Mul(Num(-1), value))


def _condition(node: Node | None) -> Node | None:
    return node.body if isinstance(node, Clause) else node


def delta(e: Elaborator, node: Script) -> Term | None:
    """δ_ij; None if the letter has no two indices."""
    assert node.sub is not None
    indices = indices_in(node.sub, "delta", e.scene.known)
    if indices is None or len(indices) != 2:
        return None
    one, two = (e.index(i) for i in indices)
    for index, other in ((one, two), (two, one)):
        if isinstance(other, Sym) and other.kind == "index":
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
