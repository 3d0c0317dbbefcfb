"""What a note says of its letters beside its claims: i ≠ j, a > 1, Σ_k a_k = 1, y ∈ {0, 1}.

What the kernel has a hypothesis for may be used in proofs.  All of it must hold at a point that
refutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xent_sym.meaning.scene import taken
from xent_sym.reader.tree import Bracket, Clause, Name, Node, Number, RelationChain, Separated
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Add, App, Bound, Mul, Num, Sum, Sym, Term, TermError

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator

ORDER = ("<", ">", "<=", ">=", "!=", "=")
SETS = {"{0, 1}": "binary", "(0, 1)": "probability"}


@dataclass
class Conditions:
    """Hypotheses for proofs, and all that a point must obey."""

    hypotheses: set[Hypothesis] = field(default_factory=set)
    constraints: list[tuple[Term, str, Term]] = field(default_factory=list)


def conditions_of(e: Elaborator, nodes: Iterable[Node]) -> Conditions:
    """What these statements say; a statement that has no meaning here says nothing."""
    found = Conditions()
    for node in nodes:
        for one, sign, two in _relations(node):
            if _are_indices(e, one, two):
                _indices(e, found, one, sign, two)
            elif sign in ORDER:
                _numbers(e, found, one, sign, two)
    return found


def sets_of(nodes: Iterable[Node]) -> dict[str, str]:
    """The kinds of the letters that lie in {0, 1} or (0, 1)."""
    found: dict[str, str] = {}
    for node in nodes:
        for one, sign, two in _relations(node):
            kind = SETS.get(_set(two)) if sign == "in" else None
            if kind is not None:
                found[one.show()] = kind
    return found


def _relations(node: Node) -> Iterable[tuple[Node, str, Node]]:
    if isinstance(node, Clause) and node.body is not None:
        yield from _relations(node.body)
    elif isinstance(node, Separated):
        for item in node.items:
            yield from _relations(item)
    elif isinstance(node, RelationChain):
        for one, relation, two in zip(node.items, node.relations, node.items[1:], strict=False):
            yield one, relation.sign, two


def _set(node: Node) -> str:
    if isinstance(node, Bracket) and isinstance(node.body, Separated):
        inside = ", ".join(i.text if isinstance(i, Number) else "?" for i in node.body.items)
        return f"{node.open}{inside}{node.close}"
    return ""


def _are_indices(e: Elaborator, one: Node, two: Node) -> bool:
    known = e.scene.known
    return (
        isinstance(one, Name) and isinstance(two, Name)
        and known.is_index(one) and known.is_index(two)
    )


def _indices(e: Elaborator, found: Conditions, one: Node, sign: str, two: Node) -> None:
    """i = j makes one index of two; i ≠ j is assumed."""
    assert isinstance(one, Name) and isinstance(two, Name)
    i, j = e.scene.free_index(one.text), e.scene.free_index(two.text)
    e.scene.ranges.join(i.args[-1], j.args[-1])
    if sign == "=":
        e.scene.free[two.text] = i
    elif sign == "!=":
        found.hypotheses.add(Hypothesis("distinct", (i, j)))


def _numbers(e: Elaborator, found: Conditions, one: Node, sign: str, two: Node) -> None:
    try:
        left, right = e.value(one), e.value(two)
    except TermError:
        return
    if taken(left) or taken(right):
        return
    found.constraints.append((left, sign, right))
    if sign in ("<", "<="):
        left, right, sign = right, left, ">" if sign == "<" else ">="
    if sign in (">", ">="):
        kind = "positive" if sign == ">" else "nonnegative"
        found.hypotheses.add(Hypothesis(kind, (_difference(left, right),)))
    elif sign == "=" and (family := _sums_to_one(left, right)) is not None:
        found.hypotheses.add(Hypothesis("sums to one", (family,)))
    elif sign == "!=" and right == Num(0):
        found.hypotheses.add(Hypothesis("nonzero", (left,)))


def _difference(left: Term, right: Term) -> Term:
    if right == Num(0):
        return left
    negative = Num(-right.data) if isinstance(right, Num) else Mul(Num(-1), right)
    return Add(left, negative)


def _sums_to_one(left: Term, right: Term) -> Sym | None:
    """Σ_k a_k = 1 over the whole range of a."""
    if right != Num(1) or not isinstance(left, Sum) or len(left.args) != 2:
        return None
    body = left.args[1]
    if isinstance(body, App) and isinstance(body.args[0], Sym) and body.args[1:] == (Bound(0),):
        return body.args[0]
    return None


def settled_constraints(
    e: Elaborator, found: Conditions
) -> tuple[tuple[Term, str, Term], ...]:
    """The constraints with their ranges found."""
    settle = e.scene.ranges.settled
    kept: list[tuple[Term, str, Term]] = []
    for left, sign, right in found.constraints:
        try:
            kept.append((settle(left), sign, settle(right)))
        except TermError:
            continue
    return tuple(kept)


def nodes_of(assumptions: Sequence[tuple[Node, int]], section: int) -> list[Node]:
    """The statements of the note that hold in this section."""
    return [node for node, where in assumptions if where in (section, -1)]


__all__ = ["Conditions", "conditions_of", "nodes_of", "sets_of", "settled_constraints"]
