"""A tree with values put in for letters: i = 1, p = q."""

from __future__ import annotations

from dataclasses import fields, replace

from xent_sym.meaning.names import Letters, written
from xent_sym.reader.tree import Accent, BigOperator, Name, Node, Number, Script, Styled


def with_values(node: Node, values: dict[str, Node], known: Letters) -> Node:
    """The tree with these values for these letters, where no sum binds them.

    p̂, p_θ and p' are other letters than p.

    >>> from xent_sym.reader.parser import parse
    >>> known = Letters(frozenset("i"))
    >>> put = {"i": Number(0, 1, "1"), "p": Name(0, 1, "q")}
    >>> with_values(parse("p_i + \\\\hat p"), put, known).show()
    '(add +(script q _1) +(hat p))'
    """
    if isinstance(node, Name):
        value = values.get(node.text)
        return node if value is None else replace(value, start=node.start, end=node.end)
    if isinstance(node, BigOperator) and node.sub is not None:
        bound = {n.text for n in node.sub.walk() if isinstance(n, Name)}
        values = {k: v for k, v in values.items() if k not in bound}
    if not values or isinstance(node, Accent | Styled):
        return node
    changed = {f.name: _part(getattr(node, f.name), values, known) for f in fields(node)[2:]}
    if isinstance(node, Script) and not _keeps_its_letter(node, values, known):
        changed["base"] = node.base
    return replace(node, **changed)  # type: ignore[arg-type]


def _keeps_its_letter(node: Script, values: dict[str, Node], known: Letters) -> bool:
    """The scripts are indices of a letter, or an exponent; a number takes no index."""
    if not isinstance(node.base, Name) or node.base.text not in values:
        return True
    name = written(node, known)
    number = isinstance(values[node.base.text], Number)
    return name is not None and name.name == node.base.text and not (number and name.indices)


def _part(part: object, values: dict[str, Node], known: Letters) -> object:
    if isinstance(part, Node):
        return with_values(part, values, known)
    if isinstance(part, tuple):
        return tuple(_part(p, values, known) for p in part)
    return part


__all__ = ["with_values"]
