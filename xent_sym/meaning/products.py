"""Products: factors that touch, θᵀx, E before what it averages, units behind a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xent_sym.meaning import expectations, functions
from xent_sym.meaning.names import Written, written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import taken
from xent_sym.reader.tree import Name, Node, Styled, Word
from xent_sym.terms.term import Fn, Mul, Num, Pow, Quantity, Term

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator

UNITS = frozenset({"nats", "nat", "bits", "bit"})
BITS = frozenset({"bits", "bit"})
PLAIN = frozenset({"", "cdot", "times", ".", "*", "/", "div", "ast"})
BOLD = frozenset({"mathbf", "boldsymbol", "bm"})


def product(e: Elaborator, factors: list[Node], operators: list[str]) -> Term:
    """Factors, with θᵀx taken together, E before what it averages, and units left out."""
    _multiplied(e, factors, operators)
    terms: list[Term] = []
    position = 0
    while position < len(factors):
        factor = factors[position]
        rest = factors[position + 1 :]
        name = written(factor, e.scene.known)
        if name is not None and name.transposed and rest:
            terms.append(_dot(e, name, rest[0]))
            position += 2
            continue
        if name is not None and name.bare and expectations.is_expectation(name.name) and rest:
            inside = functions.joined(rest, operators[position + 1 :])
            terms.append(expectations.expectation(e, None, inside))
            break
        position += 1
        if isinstance(factor, Word) and factor.text in UNITS and terms:
            if factor.text in BITS and e.scene.usage.units - BITS:
                terms.append(Fn("log", Num(2)))  # nats are the unit, for both are written
            continue
        value = e.term(factor)
        divided = position > 1 and operators[position - 2] in ("/", "div")
        terms.append(Pow(value, Num(-1)) if divided else value)
    return terms[0] if len(terms) == 1 else Mul(*terms)


def _multiplied(e: Elaborator, factors: list[Node], operators: list[str]) -> None:
    """Only numbers are multiplied here; tensors, differences and matrices are not read."""
    odd = [o for o in operators if o not in PLAIN]
    if odd:
        raise Unclear(f"the product {odd[0]} is not read")
    if any(isinstance(f, Name) and f.text == "Delta" for f in factors[:-1]):
        raise Unclear("a difference Δx is not read")
    bold = [f for f in factors if isinstance(f, Styled) and f.font in BOLD
            and f.body.show().isupper()]
    if len(bold) > 1:
        raise Unclear("a product of matrices is not read")
    capitals = [f.text for f in factors if isinstance(f, Name) and len(f.text) == 1
                and f.text.isupper() and f.text not in e.scene.known.sizes]
    if len(capitals) > 1:
        e.scene.assume(f"{' and '.join(capitals)} are numbers")


def _dot(e: Elaborator, left: Written, right: Node) -> Term:
    other = written(right, e.scene.known)
    if other is None or other.power is not None:
        raise e.unclear(right, "a vector was expected after the transposition")
    one, two = e.vector(left), e.vector(other)
    e.scene.ranges.join(taken(one)[0], taken(two)[0])
    return Quantity("dot", one, two)


__all__ = ["product"]
