"""One row to its statements: which are claims of their own, and which only say when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xent_sym.reader.tree import (
    Annotated,
    Bracket,
    Clause,
    Ellipsis,
    Missing,
    Name,
    Node,
    Number,
    RelationChain,
    Rows,
    Run,
    Script,
    Separated,
    Symbol,
    Text,
)

_IMPLICATIONS = frozenset(("implies", "implied by", "iff", "therefore", "because"))
_CLAIMS = frozenset(("and", "then", "so", "thus", "hence", "therefore", "where", "let", "but"))
_SELECTING = frozenset(("=", "!=", "in", "<", ">", "<=", ">="))
_ROWS = frozenset(("aligned", "split", "gathered", "align", "align*", "gather", "gather*"))


@dataclass(frozen=True)
class Statement:
    """A relation chain, an expression or a list.

    ``condition``: it says when the statement before it holds.  ``link``: the implication by
    which it follows from the one before.
    """

    node: Node
    condition: bool = False
    link: str = ""


def statements(node: Node) -> Iterator[Statement]:
    """The statements of a row, left to right.

    >>> from xent_sym.reader.parser import parse
    >>> for s in statements(parse(r"a = b, \\quad i \\neq j")):
    ...     print(s.node.show(), s.condition)
    (rel a = b) False
    (rel i != j) True
    >>> [s.node.show() for s in statements(parse(r"i = 1, \\dots, K"))]
    ['(, (rel i = 1) ... K)']
    """
    if isinstance(node, RelationChain) and node.relations[0].sign in _IMPLICATIONS:
        yield from _implied(node)
    elif isinstance(node, Separated) and node.separator == "quad":
        for k, item in enumerate(node.items):
            yield from _beside(item, node.items[0]) if k else statements(item)
    elif isinstance(node, Separated) and node.separator in ("\\\\", ";"):
        for item in node.items:
            yield from statements(item)
    elif isinstance(node, Separated) and node.separator == "," and _all_relations(node):
        for k, item in enumerate(node.items):
            yield Statement(item, k > 0 and _selects_beside(item, node.items[0]))
    elif isinstance(node, Rows) and (node.environment in _ROWS or _is_system(node)):
        for row in node.rows:
            for cell in row:
                if cell is not None:
                    yield from statements(cell)
    elif isinstance(node, Annotated) and isinstance(node.body, RelationChain | Separated):
        yield from statements(node.body)
    elif isinstance(node, Separated) and node.separator == "," and _several_claims(node):
        for item in node.items:
            yield Statement(item)
    elif isinstance(node, Clause):
        yield from _clause(node)
    else:
        yield Statement(node)


def _is_system(node: Rows) -> bool:
    """A brace around equations, each a claim of its own; not the cases of one value."""
    return node.environment == "cases" and all(
        len(row) == 1 and isinstance(row[0], RelationChain) for row in node.rows
    )


def _implied(node: RelationChain) -> Iterator[Statement]:
    """``A \\Rightarrow B``: each side is a claim.  Between expressions it is a relation."""
    link = ""
    for item, sign in zip(node.items, ("", *(r.sign for r in node.relations)), strict=True):
        link = sign
        if isinstance(item, Missing):
            continue
        for k, statement in enumerate(statements(item)):
            yield Statement(statement.node, statement.condition, link if k == 0 else "")


def _beside(item: Node, first: Node) -> Iterator[Statement]:
    """What stands to the right of a wide space."""
    if isinstance(item, Text | Bracket | Symbol):
        yield Statement(item, condition=True)
        return
    for statement in statements(item):
        beside = statement.condition or _selects_beside(statement.node, first)
        yield Statement(statement.node, beside, statement.link)


def _selects_beside(item: Node, first: Node) -> bool:
    """A condition on the first; but ``p = 1, q = 0`` are two of a kind."""
    return selects(item) and not (selects(first) and _signs(item) == _signs(first))


def _signs(node: Node) -> set[str]:
    return {r.sign for r in node.relations} if isinstance(node, RelationChain) else set()


def _clause(node: Clause) -> Iterator[Statement]:
    """``\\text{if } i = j`` says when; ``\\text{and } c = d`` claims."""
    word = node.text.strip().lower()
    if word in _CLAIMS and node.body is not None:
        yield from statements(node.body)
    else:
        yield Statement(node, condition=True)


def _all_relations(node: Separated) -> bool:
    return all(isinstance(item, RelationChain | Clause) for item in node.items)


def _several_claims(node: Separated) -> bool:
    """``a = b, c = d, x``: claims among other things; ``x = 1, 2, ..., n`` is one list."""
    claims = [i for i in node.items if isinstance(i, RelationChain)]
    return len(claims) > 1 and not any(isinstance(i, Ellipsis) for i in node.items)


def selects(node: Node) -> bool:
    """What a condition looks like: ``i = j``, ``k \\neq 1``, indices and numbers compared."""
    if isinstance(node, Separated):
        return node.separator == "," and selects(node.items[0])
    if not isinstance(node, RelationChain) or isinstance(node.items[0], Missing):
        return False
    signs = _signs(node)
    if "in" in signs:
        return isinstance(node.items[0], Name | Script | Separated)
    simple = all(isinstance(item, Name | Number | Run | Ellipsis) for item in node.items)
    return simple and signs <= _SELECTING
