"""Sums, products and integrals: what they bind, over what, and how far they reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xent_sym.meaning.definitions import arguments_of
from xent_sym.meaning.names import INDEX_LETTERS, written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.spelled import spelled
from xent_sym.meaning.writing import indices_of, is_probability
from xent_sym.reader.tree import (
    Addition,
    BigOperator,
    Bracket,
    Call,
    Derivative,
    Integral,
    Name,
    Node,
    Number,
    Product,
    RelationChain,
    Script,
    Separated,
    Styled,
)
from xent_sym.terms.term import Add, Mul, Num, Prod, Range, Sum, Sym, Term, TermError, abstract

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator


@dataclass(frozen=True)
class Binding:
    """One index under a sum: its range if the sum says it, and what it leaves out.

    ``half``: only the upper end was written.  ``named``: the set that it runs over.
    """

    index: Node
    range: Term | None = None
    excluded: tuple[Node, ...] = ()
    half: bool = False


def big_sum(e: Elaborator, node: BigOperator) -> Term:
    """Σ or Π over the indices written under it, or over the one that its body uses."""
    if node.body is None:
        raise e.unclear(node, "nothing stands behind the sum")
    single = _single_term(e, node)
    if single is not None:
        return single
    if node.sub is None and not _indices_used(e, node.body):
        return _pointwise(e, node)
    rows = _bindings(e, node)
    if node.kind == "prod" and any(row.excluded for row in rows):
        raise e.unclear(node, "a product that leaves an index out is not read")
    symbols = [_symbol(e, row) for row in rows]
    scope = {row.index.show(): s for row, s in zip(rows, symbols, strict=True)}
    with e.within(scope):
        body = e.term(node.body)
    make = Sum if node.kind == "sum" else Prod
    for row, symbol in reversed(list(zip(rows, symbols, strict=True))):
        without = [e.index(x) for x in row.excluded]
        for index in without:
            e.scene.run_over(index, symbol.args[-1])
        body = make.make((symbol.args[-1], abstract(body, symbol), *without), None, symbol.name)
    return body


def _symbol(e: Elaborator, row: Binding) -> Sym:
    """The index that a sum binds, with its range, or with a place for it."""
    letter = row.index.text if isinstance(row.index, Name) else _letter(row.index)
    if row.range is not None and not row.half:
        return Sym(letter, "index", row.range)
    place = e.scene.ranges.new()
    if row.range is not None:
        e.scene.ranges.suppose(place, row.range)
    if letter not in INDEX_LETTERS:
        e.scene.ranges.join(place, e.scene.place(letter.rstrip("'")))
    return Sym(letter, "index", place)


def _letter(node: Node) -> str:
    if isinstance(node, Script) and isinstance(node.base, Name):
        return node.base.text if node.sub is not None else node.base.text + "'" * node.primes
    return "".join(c for c in node.show() if c.isalnum()) or "x"


def _single_term(e: Elaborator, node: BigOperator) -> Term | None:
    """Σ_{j=i}, where the note also writes Σ_{j≠i}: the one term j = i."""
    sub = node.sub
    if not (isinstance(sub, RelationChain) and sub.relations[0].sign == "=" and node.body):
        return None
    index, low = sub.items[0], sub.items[-1]
    one = isinstance(low, Name) and low.text in INDEX_LETTERS
    if not one or low.show() in e.scene.known.sizes or index.show() not in e.scene.usage.excluded:
        return None
    e.scene.assume(f"the sum over {spelled(index)} = {spelled(low)} is the one term "
                   f"{spelled(index)} = {spelled(low)}, since the rest stands beside it")
    with e.within({index.show(): e.index(low)}):
        return e.term(node.body)


def _bindings(e: Elaborator, node: BigOperator) -> list[Binding]:
    sub, sup = node.sub, node.sup
    if sub is None:
        return [Binding(_only_index(e, node))]
    if isinstance(sub, RelationChain):
        return _related(e, node, sub)
    if isinstance(sub, Separated) and sub.separator in (":", "|") and _is_support(e, sub):
        return [Binding(index) for index in indices_of(sub)]
    found = indices_of(sub)
    if not found or (hasattr(sub, "separator") and getattr(sub, "separator", ",") != ","):
        raise e.unclear(sub, "over what this sum runs is not known")
    if sup is None:
        return [Binding(index) for index in found]
    if len(found) != 1:
        raise e.unclear(node, "one upper end for several indices")
    return [Binding(found[0], Range(Num(1), bound(e, sup)), half=True)]


def _is_support(e: Elaborator, sub: Separated) -> bool:
    """``x : p(x) > 0``, for a p that is taken to be positive everywhere."""
    condition = sub.items[-1]
    if not (isinstance(condition, RelationChain) and condition.relations[0].sign == ">"):
        return False
    left, right = condition.items
    head = written(left.head, e.scene.known) if isinstance(left, Call) else None
    zero = isinstance(right, Number) and right.value == 0
    if head is None or not is_probability(head.name) or not zero:
        return False
    e.scene.assume(f"{head.name} is positive everywhere")
    return True


def _related(e: Elaborator, node: BigOperator, sub: RelationChain) -> list[Binding]:
    """``i = 1``, ``1 \\le i \\le n``, ``j \\ne i``, ``x \\in X``."""
    signs = [r.sign for r in sub.relations]
    if signs == ["="] and node.sup is not None:
        rng = Range(bound(e, sub.items[1]), bound(e, node.sup))
        return [Binding(sub.items[0], rng)]
    if signs in (["<=", "<="], ["<=", "<"]) and node.sup is None and signs[1] == "<=":
        low, index, high = sub.items
        return [Binding(index, Range(bound(e, low), bound(e, high)))]
    if signs == ["!="]:
        half = None if node.sup is None else Range(Num(1), bound(e, node.sup))
        return [Binding(sub.items[0], half, (sub.items[1],), half=half is not None)]
    if signs == ["in"]:
        found = indices_of(sub.items[0])
        for index in found:
            _in_set(e, index, sub.items[1])
        return [Binding(index) for index in found]
    raise e.unclear(sub, "over what this sum runs is not known")


def _in_set(e: Elaborator, index: Node, values: Node) -> None:
    """One variable runs over one set throughout a chain."""
    letter = _letter(index).rstrip("'")
    known = e.scene.sets.setdefault(letter, values.show())
    if known != values.show():
        told = f"{letter} runs over {spelled(values)} here and over another set elsewhere"
        raise Unclear(told, "clash")


def bound(e: Elaborator, node: Node) -> Term:
    """An end of a range: a number, a size, or a size with a number added."""
    if isinstance(node, Number):
        return Num(node.value)
    if isinstance(node, Name) and node.text != "infty":
        return e.scene.size(node.text)
    if isinstance(node, Addition):
        parts = [bound(e, t) for t in node.terms]
        signed = [Num(-p.data) if s == "-" and isinstance(p, Num) else p
                  for s, p in zip(node.signs, parts, strict=True)]
        if all(s == "+" or isinstance(p, Num) for s, p in zip(node.signs, parts, strict=True)):
            return Add(*signed)
    raise e.unclear(node, "a number or one letter was expected as an end of the range")


def _pointwise(e: Elaborator, node: BigOperator) -> Term:
    """Σ p log(p/q): over the common range of the families that stand there without index."""
    assert node.body is not None
    symbol = Sym("x", "index", e.scene.ranges.new())
    saved, e.pointwise = e.pointwise, symbol
    try:
        body = e.term(node.body)
    finally:
        e.pointwise = saved
    if not body.has(symbol):
        raise e.unclear(node, "over which index is this sum?")
    make = Sum if node.kind == "sum" else Prod
    return make.make((symbol.args[-1], abstract(body, symbol)), None, symbol.name)


def _indices_used(e: Elaborator, body: Node) -> bool:
    return any(part.show() not in e.scope for part in _indexed(e, body))


def _only_index(e: Elaborator, node: BigOperator | Integral) -> Node:
    """The index of a sum that names none: the one that its body uses."""
    assert node.body is not None
    found: dict[str, Node] = {}
    for part in _indexed(e, node.body):
        if part.show() not in e.scope:
            found.setdefault(part.show(), part)
    if len(found) > 1:  # what stands free elsewhere in the chain is not summed over
        found = {shown: part for shown, part in found.items() if shown not in e.scene.free}
    if len(found) != 1:
        seen = ", ".join(found) or "none is seen"
        raise e.unclear(node, f"over which index is this sum? ({seen})")
    return next(iter(found.values()))


def _indexed(e: Elaborator, node: Node) -> Iterator[Node]:
    """The indices on names, and the variables of probabilities."""
    if isinstance(node, Script):
        name = written(node, e.scene.known)
        if name is not None:
            yield from (i for i in name.indices if not isinstance(i, Number))
            return
    if isinstance(node, Call):
        head = written(node.head, e.scene.known)
        if head is not None and is_probability(head.name):
            for argument in arguments_of(node):
                if isinstance(argument, Name) and argument.text.islower():
                    yield argument
                yield from _indexed(e, argument)
            return
    for child in node.children():
        yield from _indexed(e, child)


# -- how far a sum reaches -------------------------------------------------------------------------


def widened(e: Elaborator, node: Addition) -> Node:
    """Later terms that use a sum's index belong to the sum; the addition itself if none does."""
    for position, part in enumerate(node.terms[:-1]):
        for index in _trailing(part):
            last = _last_use(e, node, position, index)
            if last is None:
                continue
            e.scene.doubts.add("wide")
            if not e.scene.reading.wide:
                return node
            e.scene.assume(f"the sum over {index} takes the terms after it, which use {index}")
            return _taken_in(node, position, last)
    return node


def _taken_in(node: Addition, position: int, last: int) -> Node:
    """The addition with the terms up to ``last`` inside the sum at ``position``."""
    signs, terms = node.signs[position + 1 : last + 1], node.terms[position + 1 : last + 1]
    whole = _inside(node.terms[position], signs, terms)
    if whole is None:
        return node
    return Addition(
        node.start, node.end, (*node.signs[: position + 1], *node.signs[last + 1 :]),
        (*node.terms[:position], whole, *node.terms[last + 1 :]),
    )


def _inside(term: Node, signs: tuple[str, ...], tail: tuple[Node, ...]) -> Node | None:
    """The term with the tail inside its last sum; None if it ends in none."""
    if isinstance(term, Product):
        last = _inside(term.factors[-1], signs, tail)
        return None if last is None else replace(term, factors=(*term.factors[:-1], last))
    if not isinstance(term, BigOperator | Derivative) or term.body is None:
        return None
    inner = _inside(term.body, signs, tail)
    if inner is None and isinstance(term, Derivative):
        return None
    if inner is None:
        first = term.body
        head = ((*first.signs, *signs), (*first.terms, *tail)) if isinstance(first, Addition) else (
            ("+", *signs), (first, *tail))
        inner = Addition(first.start, tail[-1].end, *head)
    return replace(term, end=tail[-1].end, body=inner)


def _trailing(node: Node) -> list[str]:
    """The indices of the sums in which a term ends."""
    if isinstance(node, Product):
        return _trailing(node.factors[-1])
    if isinstance(node, Derivative) and node.body is not None:
        return _trailing(node.body)
    if isinstance(node, BigOperator) and node.kind in ("sum", "prod") and node.body is not None:
        return [i.show() for i in indices_of(node.sub)] + _trailing(node.body)
    return []


def _last_use(e: Elaborator, node: Addition, position: int, index: str) -> int | None:
    """The last later term that uses the index, which nothing else there binds."""
    if index in e.scope:
        return None
    later = range(position + 1, len(node.terms))
    return max((k for k in later if _uses(node.terms[k], index)), default=None)


def _uses(node: Node, index: str) -> bool:
    """The spelling stands free in the node."""
    if isinstance(node, BigOperator) and index in {i.show() for i in indices_of(node.sub)}:
        return False
    return node.show() == index or any(_uses(child, index) for child in node.children())


# -- integrals -------------------------------------------------------------------------------


def integral(e: Elaborator, node: Integral) -> Term:
    """∫ f(x) dx, taken as a sum over the values of x: only that it is linear is used."""
    if len(node.variables) != 1:
        raise e.unclear(node, "an integral of one variable was expected")
    if node.sub is not None and node.sup is not None and not _is_infinite(node.sub, node.sup):
        return _of_constant(e, node, node.sub, node.sup)
    if node.body is None or not (node.sup is not None or _everywhere(node.sub)):
        raise e.unclear(node, "an integral between these bounds is not read")
    index = node.variables[0]
    symbol = Sym(_letter(index), "index", e.scene.place(_letter(index)))
    with e.within({index.show(): symbol}):
        body = e.term(node.body)
    e.scene.assume("every integral exists, and is read as a sum over the values of its variable")
    return Sum.make((symbol.args[-1], abstract(body, symbol)), None, symbol.name)


def _of_constant(e: Elaborator, node: Integral, low: Node, high: Node) -> Term:
    """∫_a^b c dx = c(b − a)."""
    if node.body is not None and _uses(node.body, node.variables[0].show()):
        raise e.unclear(node, "an integral between bounds is read only of a constant")
    if any(n.show() == "infty" for end in (low, high) for n in end.walk()):
        raise e.unclear(node, "an integral to one infinite end is not read")
    length = Add(e.term(high), Mul(Num(-1), e.term(low)))
    e.scene.assume("the integral of a constant is the constant times the length of the interval")
    return length if node.body is None else Mul(e.term(node.body), length)


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


__all__ = ["TermError", "Unclear", "big_sum", "bound", "integral", "widened"]
