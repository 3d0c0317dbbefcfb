"""Calls that have a meaning of their own, such as H(X), E[f(X)] and I(X;Y): is an equation for one
a claim, or may the note define it?
"""

from __future__ import annotations

from collections.abc import Sequence

from xent_sym.meaning.arguments import arguments_in
from xent_sym.meaning.chain import NoteContext
from xent_sym.meaning.names import written
from xent_sym.meaning.writing import is_probability, measure_of
from xent_sym.reader.tree import (
    Addition,
    Call,
    Ellipsis,
    Name,
    Node,
    Number,
    Script,
    Separated,
    Word,
)
from xent_sym.terms.term import Term
from xent_sym.verification.definable import defined_name
from xent_sym.verification.outcome import Outcome


def is_quantity(node: Call, context: NoteContext) -> bool:
    """H(X), E[f(X)], I(X;Y); but E(w) and D(x) of plain letters are functions of the note."""
    head, body = written(node.head, context.letters), node.bracket.body
    if head is None or measure_of(head.name) is None or body is None:
        return False
    declared = context.declarations.find(head.name)
    if declared is not None and declared.kind == "function":
        return False
    parts = body.items if isinstance(body, Separated) and body.separator == "," else (body,)
    plain = all(isinstance(p, Name) and p.text.islower() for p in parts)
    if any(isinstance(p, Ellipsis) for p in parts):  # H(p_1, ..., p_n) of a row of letters
        return False
    return not (plain and node.bracket.open == "(" and _may_be_own(node.head))


def _may_be_own(head: Node) -> bool:
    """E and E_lbc may name a function of the note; E_p and D_KL are quantities."""
    return isinstance(head, Name) or (
        isinstance(head, Script) and head.base.show() in ("E", "'E'") and isinstance(head.sub, Word)
    )


def names_the_value(node: Call, body: Node, context: NoteContext) -> bool:
    """E[X] = μ says what μ is; H(n) = log n, of a plain letter, says what the note calls H."""
    head, inside = written(node.head, context.letters), node.bracket.body
    measure = None if head is None else measure_of(head.name)
    if measure == "E":
        named = defined_name(body, context)
        return named is not None and not isinstance(body, Call) and not any(
            d.name == named for d in context.definitions.found
        )
    if measure != "H" or not isinstance(inside, Name) or not inside.text.islower():
        return False
    letter = inside.text
    known = is_probability(letter) or letter in context.letters.indexed
    return not known and not any(_is_complement(n, letter) for n in body.walk())


def _is_complement(node: Node, letter: str) -> bool:
    """1 − x, as it stands in the entropy of one probability x."""
    return (
        isinstance(node, Addition) and node.signs == ("+", "-")
        and isinstance(node.terms[0], Number) and node.terms[1].show() == letter
    )


def speaks_of_known(
    node: Call, position: int, found: Sequence[Outcome], context: NoteContext
) -> bool:
    """H(p) has a meaning of its own; p(x, y) = ... brings nothing in that is not p."""
    head = written(node.head, context.letters)
    if head is not None and measure_of(head.name) in ("I", "E") and is_quantity(node, context):
        return any(isinstance(o.reading.sides[position], Term) for o in found)
    if head is not None and measure_of(head.name):
        for outcome in found:
            if outcome.lhs is not None and outcome.rhs is not None:
                left, right = (
                    {s for s in t.symbols() if s.kind not in ("index", "size", "domain")}
                    for t in (outcome.lhs, outcome.rhs)
                )
                if left and right and not left & right:
                    return False
        return any(isinstance(o.reading.sides[position], Term) for o in found)
    for outcome in found:
        if outcome.lhs is not None and outcome.rhs is not None:
            new = outcome.rhs.symbols() - outcome.lhs.symbols()
            return not any(s.kind not in ("index", "size", "domain") for s in new)
    return False


def may_be_claim(node: Call, context: NoteContext) -> bool:
    """H(p, q) and p(x, y) have a meaning of their own, so an equation for them is a claim."""
    head = written(node.head, context.letters)
    if head is None:
        return False
    if measure_of(head.name):
        return True
    arguments = arguments_in(node, context.letters) if is_probability(head.name) else None
    return arguments is not None and len(arguments.targets) + len(arguments.given) > 1


__all__ = ["is_quantity", "may_be_claim", "names_the_value", "speaks_of_known"]
