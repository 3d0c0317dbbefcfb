"""Integrals: over all values they are sums; of a constant they are lengths; [F]_a^b."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.reach import uses
from xent_sym.meaning.spelled import spelled
from xent_sym.meaning.sums import letter_of
from xent_sym.reader.tree import Addition, Bracket, Integral, Name, Node, Script, Styled
from xent_sym.terms.term import Add, Mul, Num, Sum, Sym, Term, abstract

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator


def integral(e: Elaborator, node: Integral) -> Term:
    """∫ f(x) dx, taken as a sum over the values of x: only that it is linear is used."""
    if len(node.variables) != 1:
        raise e.unclear(node, "an integral of one variable was expected")
    if node.sub is not None and node.sup is not None and not _is_infinite(node.sub, node.sup):
        return _of_constant(e, node, node.sub, node.sup)
    if node.body is None or not (node.sup is not None or _everywhere(node.sub)):
        raise e.unclear(node, "an integral between these bounds is not read")
    index = node.variables[0]
    if index.show() in e.scene.known.bound:
        raise Unclear(f"{spelled(index)} is summed over and integrated over", "clash")
    symbol = Sym(letter_of(index), "index", e.scene.place(letter_of(index)))
    with e.within({index.show(): symbol}):
        body = e.term(node.body)
    e.scene.assume("every integral exists, and is read as a sum over the values of its variable")
    return Sum.make((symbol.args[-1], abstract(body, symbol)), None, symbol.name)


def _of_constant(e: Elaborator, node: Integral, low: Node, high: Node) -> Term:
    """∫_a^b c dx = c(b − a)."""
    if node.body is not None and uses(node.body, node.variables[0].show()):
        raise e.unclear(node, "an integral between bounds is read only of a constant")
    ends = {_base(n) for end in (low, high) for n in end.walk() if isinstance(n, Name | Script)}
    body = set() if node.body is None else {
        _base(n) for n in node.body.walk() if isinstance(n, Name | Script)
    }
    if body - ends:
        raise e.unclear(node, "whether the integrand is constant is not said")
    if any(n.show() == "infty" for end in (low, high) for n in end.walk()):
        raise e.unclear(node, "an integral to one infinite end is not read")
    length = Add(e.term(high), Mul(Num(-1), e.term(low)))
    e.scene.assume("the integral of a constant is the constant times the length of the interval")
    return length if node.body is None else Mul(e.term(node.body), length)


def _base(node: Node) -> str:
    """The letter of a name: a of a_1."""
    return node.base.show() if isinstance(node, Script) else node.show()


def between(e: Elaborator, node: Bracket, low: Node, high: Node) -> Term:
    """[F(x)]_a^b = F(b) − F(a), in the one letter that F uses and nothing binds."""
    if node.body is None or node.open != "[":
        raise e.unclear(node, "an expression between bounds was expected")
    names = {n.text for n in node.body.walk() if isinstance(n, Name)} - set(e.scope)
    if len(names) != 1:
        raise e.unclear(node, "in which letter the bounds are put is not known")
    letter = names.pop()
    with e.within({letter: e.term(high)}):
        top = e.term(node.body)
    with e.within({letter: e.term(low)}):
        bottom = e.term(node.body)
    return Add(top, Mul(Num(-1), bottom))


def _everywhere(end: Node | None) -> bool:
    """No bound, an infinite one, or the name of a set."""
    if isinstance(end, Styled):
        return end.font in ("mathcal", "mathbb", "mathscr")
    return end is None or (isinstance(end, Name) and end.text in ("Omega", "X"))


def _is_infinite(low: Node, high: Node) -> bool:
    """From −∞ to ∞."""
    down = isinstance(low, Addition) and low.signs == ("-",) and low.terms[0].show() == "infty"
    if isinstance(high, Addition) and high.signs == ("+",):
        high = high.terms[0]
    return down and high.show() == "infty"


__all__ = ["between", "integral"]
