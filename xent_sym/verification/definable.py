"""What an equation can define, seen from its tree: a name with indices, a function of letters."""

from __future__ import annotations

from collections.abc import Sequence

from xent_sym.meaning.chain import NoteContext
from xent_sym.meaning.definitions import Definition, key_of
from xent_sym.meaning.names import Written, written
from xent_sym.meaning.writing import FUNCTIONS, indices_of, is_probability, measure_of
from xent_sym.reader.tree import (
    BigOperator,
    Bracket,
    Call,
    Name,
    Node,
    Number,
    Script,
    Separated,
    Text,
    Word,
)


def definition(  # noqa: PLR0913 - what is said, and where it stands
    left: Node, bodies: Sequence[Node], context: NoteContext, *, line: int, section: int = -1,
    chain: int = -1, assumed: bool = False,
) -> Definition | None:
    """What ``left = body = ...`` defines; None if it is no name, or only words stand beside it.

    What is assumed is a meaning even if it is made of numbers: "for y = 1".
    """
    name = defined_name(left, context, bodies[0])
    body = _most_explicit([b for b in bodies if not isinstance(b, Word | Text)])
    if name is None or body is None:
        return None
    left = _with_missing_index(left, name, body, context)
    key, letters = key_of(left, context.letters)
    name_of = written(left, context.letters)
    if name_of is not None and name_of.indices:
        letters = tuple(i.show() for i in name_of.indices if not isinstance(i, Number))
    distinct = tuple(dict.fromkeys(letters))
    data = is_data(body) and not assumed
    return Definition(name, key, distinct, left, body, line, section, data, chain, assumed)


def defined_name(node: Node, context: NoteContext, body: Node | None = None) -> str | None:
    """The name that an equation for this node defines; None if it is no name.

    A number as index is allowed where the body is a row of numbers: y^{(1)} = (0, 1, 0).
    """
    if isinstance(node, Call):
        head = written(node.head, context.letters)
        if head is None or head.name.rstrip("'") in FUNCTIONS or head.power is not None:
            return None
        return head.name if _formal(node, context) else None
    if isinstance(node, Script) and isinstance(node.base, Call):
        is_power = node.sup is not None and not isinstance(node.sup, Bracket)
        return None if is_power else defined_name(node.base, context)
    name = written(node, context.letters)
    if name is None or name.power is not None or name.transposed:
        return None
    if name.name in ("e", "pi", "infty", "1") or (name.bare and name.name in context.letters.sizes):
        return None
    if name.name == "delta" and len(name.indices) == 2:
        return None
    if name.bare and isinstance(node, Name) and node.text in context.letters.bound:
        return None
    numbered = any(isinstance(i, Number) for i in name.indices)
    row = body is not None and is_data(body) and is_row(body)
    return None if numbered and not row else name.name


def _formal(node: Call, context: NoteContext) -> bool:
    """The arguments are letters, as in f(x), h(x^{(i)}), H(X|Y), P(y=1|x)."""
    body = node.bracket.body
    if body is None:
        return False
    head = written(node.head, context.letters)
    if head is not None and (measure_of(head.name) or is_probability(head.name)):
        return True
    parts = body.items if isinstance(body, Separated) else (body,)
    return all(
        written(p, context.letters) is not None or isinstance(p, Bracket | Separated)
        for p in parts
    )


def mentions(body: Node, node: Node, context: NoteContext) -> bool:
    """The name that the node is stands in the body."""
    if isinstance(node, Call):  # L({y}) = ∏ L(y) says what L of all is by L of each
        key, _ = key_of(node, context.letters)
        return any(
            isinstance(n, Call) and key_of(n, context.letters)[0] == key for n in body.walk()
        )
    return defined_name(node, context) in names_in(body, context)


def names_in(body: Node, context: NoteContext) -> set[str]:
    """The names that stand in a tree; the H of H(p) is no name."""
    heads = {
        n.head for n in body.walk() if isinstance(n, Call)
        and measure_of((written(n.head, context.letters) or Written("")).name)
    }
    return {
        found.name for n in body.walk()
        if n not in heads and (found := written(n, context.letters)) is not None
    }


def is_row(body: Node) -> bool:
    """(0, 1, 0), [0.2, 0.8], (1, 0)^T."""
    if isinstance(body, Script):
        return is_row(body.base)
    return isinstance(body, Bracket) and isinstance(body.body, Separated)


def is_data(body: Node) -> bool:
    """Numbers only: an example, not a meaning."""
    return not any(isinstance(n, Name | Word | Call) and n.show() not in ("e", "T", "top")
                   for n in body.walk())


def free_indices(
    body: Node, context: NoteContext, bound: frozenset[str] = frozenset()
) -> set[str]:
    """The index letters that stand free in a tree."""
    if isinstance(body, BigOperator):
        bound |= {i.show() for i in indices_of(body.sub)}
        return set() if body.body is None else free_indices(body.body, context, bound)
    name = written(body, context.letters) if isinstance(body, Script) else None
    if name is not None:
        own = {i.show() for i in name.indices if isinstance(i, Name)} - bound
        return own | (free_indices(name.power, context, bound) if name.power else set())
    return {i for child in body.children() for i in free_indices(child, context, bound)}


def _most_explicit(bodies: Sequence[Node]) -> Node | None:
    """The first body that says over what its sums run; else the first."""
    told = (b for b in bodies if any(
        isinstance(n, BigOperator) and n.sub is not None and n.sup is not None for n in b.walk()
    ))
    return next(told, bodies[0] if bodies else None)


def _with_missing_index(left: Node, name: str, body: Node, context: NoteContext) -> Node:
    """ŷ = e^{z_i}/Σ_k e^{z_k} defines ŷ_i, if ŷ has an index elsewhere."""
    found = written(left, context.letters)
    if found is None or not found.bare or name not in context.letters.indexed:
        return left
    free = free_indices(body, context)
    if len(free) != 1:
        return left
    return Script(left.start, left.end, left, Name(left.end, left.end, free.pop()), None, 0)


__all__ = [
    "defined_name", "definition", "free_indices", "is_data", "is_row", "mentions", "names_in",
]
