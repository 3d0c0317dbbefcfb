"""The quantities of information theory by their letters: H, D, I, E, CE, BCE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xent_sym.meaning.arguments import items
from xent_sym.meaning.divergences import divergence, information
from xent_sym.meaning.entropies import entropy, quantity
from xent_sym.meaning.expectations import expectation
from xent_sym.meaning.names import Written
from xent_sym.meaning.writing import measure_of
from xent_sym.reader.tree import Call, Script
from xent_sym.terms.term import Pow, Term

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator



def measure(e: Elaborator, name: Written, node: Call) -> Term:
    """The quantity that a known letter is of its arguments."""
    body = node.bracket.body
    if body is None:
        raise e.unclear(node, "nothing stands between the brackets")
    kind = "H" if name.name == "h" else measure_of(name.name)
    if kind == "E":
        sub = node.head.sub if isinstance(node.head, Script) else None
        value = expectation(e, sub, body)
    elif kind == "KL":
        value = divergence(e, node, body)
    elif kind == "I":
        value = information(e, node, body)
    elif kind == "BCE":
        value = quantity(e, "binary_cross_entropy", [e.term(i) for i in items(body)])
    else:
        value = entropy(e, node, body, cross=kind == "CE")
    return value if name.power is None else Pow(value, e.term(name.power))
