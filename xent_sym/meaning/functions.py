"""log, exp and their kin: what they take, and to which base."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xent_sym.meaning import calls
from xent_sym.meaning.spelled import spelled
from xent_sym.reader.readings import narrow
from xent_sym.reader.tree import Apply, Call, Node, Product
from xent_sym.terms.term import Fn, Num, Pow, Term

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator


def joined(factors: list[Node], operators: list[str]) -> Node:
    """The product of these factors, as one node."""
    if len(factors) == 1:
        return factors[0]
    return Product(factors[0].start, factors[-1].end, tuple(factors), tuple(operators))


def apply(e: Elaborator, node: Apply) -> Term:
    """log x, log_2 x, log² x; without a bracket the reach is in doubt."""
    cut = _narrowed(e, node)
    if cut is not node:
        e.scene.doubts.add("narrow")
        if e.scene.reading.narrow:
            e.scene.assume(f"{node.function} takes only the first factor after it")
            return e.value(cut)
    argument = e.term(node.argument)
    value = _function(e, node, argument)
    return value if node.power is None else Pow(value, e.term(node.power))


def _narrowed(e: Elaborator, node: Apply) -> Node:
    """The function with one factor; a call such as p(x) is one factor."""
    first = node.argument
    rest: tuple[Node, ...] = ()
    if isinstance(first, Product):
        first, *others = first.factors
        rest = tuple(others)
    if not (isinstance(first, Call) and calls.is_function(e, first)):
        return narrow(node)
    if not rest:
        return node
    alone = replace(node, argument=first, end=first.end)
    return joined([alone, *rest], [""] * len(rest))


def _function(e: Elaborator, node: Apply, argument: Term) -> Term:
    match node.function:
        case "ln":
            return Fn("log", argument)
        case "lg" if node.base is None:
            return Fn("log_base", Num(10), argument)
        case "lg" | "log":
            return logarithm(e, argument, None if node.base is None else e.term(node.base))
        case "exp" | "tanh":
            return Fn(node.function, argument)
    raise e.unclear(node, f"{node.function} is not known here")


def logarithm(e: Elaborator, argument: Term, base: Term | None = None) -> Term:
    """The logarithm to the base written, or to the one that the chain's plain log has."""
    e.must_be_positive(argument)
    if base is None:
        base = base_of(e)
    return Fn("log", argument) if base is None else Fn("log_base", base, argument)


def base_of(e: Elaborator) -> Term | None:
    """The base of a plain log, and of H and KL; None is e."""
    declared = e.scene.declarations.log_base
    bases = e.logs.bases
    if declared is not None:
        return Num(declared)
    if not bases and not e.logs.plain_log and not e.scene.declarations.natural:
        return _base_known(e, )
    if not bases or e.scene.declarations.natural:
        return None
    if e.logs.plain_log:
        e.scene.doubts.add("natural")
        if e.scene.reading.natural:
            return None
        e.scene.assume(f"log is log_{spelled(bases[0])} here, as it is written elsewhere")
    return e.term(bases[0])


def _base_known(e: Elaborator) -> Term | None:
    """The base in which the note took H and I before."""
    if e.scene.base_known is not None:
        e.scene.doubts.add("natural")
    return None if e.scene.reading.natural else e.scene.base_known
