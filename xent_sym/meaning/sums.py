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
    Call,
    Integral,
    Name,
    Node,
    Number,
    RelationChain,
    Script,
    Separated,
    Styled,
)
from xent_sym.terms.term import Add, Num, Prod, Range, Sum, Sym, Term, abstract

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
    letter = row.index.text if isinstance(row.index, Name) else letter_of(row.index)
    if row.range is not None and not row.half:
        return Sym(letter, "index", row.range)
    place = e.scene.ranges.new()
    if row.range is not None:
        e.scene.ranges.suppose(place, row.range)
    declared = e.scene.declared_range(row.index)
    if declared is not None and row.range is None:
        return Sym(letter, "index", declared)
    if row.index.show() in e.scene.sets_of_index:
        e.scene.ranges.join(place, e.scene.set_place(e.scene.sets_of_index[row.index.show()]))
    if letter not in INDEX_LETTERS:
        e.scene.ranges.join(place, e.scene.place(letter.rstrip("'")))
    return Sym(letter, "index", place)


def letter_of(node: Node) -> str:
    if isinstance(node, Script) and isinstance(node.base, Name):
        return node.base.text if node.sub is not None else node.base.text + "'" * node.primes
    return "".join(c for c in node.show() if c.isalnum()) or "x"


def _single_term(e: Elaborator, node: BigOperator) -> Term | None:
    """Σ_{j=i}, where the note also writes Σ_{j≠i}: the one term j = i."""
    sub = node.sub
    if not (isinstance(sub, RelationChain) and sub.relations[0].sign == "=" and node.body):
        return None
    index, low = sub.items[0], sub.items[-1]
    one = isinstance(low, Name) and low.text in INDEX_LETTERS and node.sup is None
    if not one or low.show() in e.scene.known.sizes or index.show() not in e.scene.usage.excluded:
        return None
    e.scene.assume(f"the sum over {spelled(index)} = {spelled(low)} is the one term "
                   f"{spelled(index)} = {spelled(low)}, since the rest stands beside it")
    with e.within({index.show(): e.index(low)}):
        return e.term(node.body)


def _bindings(e: Elaborator, node: BigOperator) -> list[Binding]:
    sub, sup = node.sub, node.sup
    if sub is None and sup is None:
        return [Binding(_only_index(e, node))]
    if sub is None and sup is not None:
        half = isinstance(sup, Name)
        return [Binding(_only_index(e, node), Range(Num(1), bound(e, sup)), half=half)]
    if isinstance(sub, RelationChain):
        return _related(e, node, sub)
    if isinstance(sub, Separated) and sub.separator in (":", "|") and _is_support(e, sub):
        return [Binding(index) for index in indices_of(sub)]
    if isinstance(sub, Separated) and sub.separator == ",":
        return _listed(e, node, sub)
    assert sub is not None
    found = indices_of(sub)
    if not found or (hasattr(sub, "separator") and getattr(sub, "separator", ",") != ","):
        raise e.unclear(sub, "over what this sum runs is not known")
    if sup is None:
        return [Binding(index) for index in found]
    if len(found) != 1:
        raise e.unclear(node, "one upper end for several indices")
    return [Binding(found[0], Range(Num(1), bound(e, sup)), half=isinstance(sup, Name))]


def _listed(e: Elaborator, node: BigOperator, sub: Separated) -> list[Binding]:
    """``x, y``; ``i, j \ne i``; ``k \ne i, j``, which leaves out two."""
    first, *rest = sub.items
    if node.sup is not None:
        raise e.unclear(node, "one upper end for several indices")
    if isinstance(first, RelationChain):
        binding = _related(e, node, first)[0]
        plain_names = all(isinstance(i, Name) and e.scene.known.is_index(i) for i in rest)
        if first.relations[0].sign != "!=" or not plain_names:
            raise e.unclear(sub, "over what this sum runs is not known")
        return [replace(binding, excluded=(*binding.excluded, *rest))]
    bindings: dict[str, Binding] = {}
    for item in sub.items:
        if isinstance(item, RelationChain):
            binding = _related(e, node, item)[0]
            if item.relations[0].sign != "!=":
                raise e.unclear(sub, "over what this sum runs is not known")
            known = bindings.get(binding.index.show(), Binding(binding.index))
            excluded = (*known.excluded, *binding.excluded)
            bindings[binding.index.show()] = replace(known, excluded=excluded)
        else:
            for index in indices_of(item):
                bindings.setdefault(index.show(), Binding(index))
    if not bindings:
        raise e.unclear(sub, "over what this sum runs is not known")
    return list(bindings.values())


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
    """One variable runs over one set throughout a chain, the whole of what it can be."""
    whole = isinstance(values, Styled) and values.font in ("mathcal", "mathbb", "mathscr")
    if not whole:
        raise e.unclear(values, "a sum over this set is not read: is it all that there is?")
    letter = letter_of(index).rstrip("'")
    e.scene.sets_of_index[index.show()] = values.show()
    known = e.scene.sets.setdefault(letter, values.show())
    if known != values.show():
        told = f"{letter} runs over {spelled(values)} here and over another set elsewhere"
        raise Unclear(told, "clash")


def bound(e: Elaborator, node: Node) -> Term:
    """An end of a range: a number, a size, or a size with a number added."""
    if isinstance(node, Number):
        return Num(node.value)
    if node.show() in e.scope:
        raise e.unclear(node, "a range that ends at an index is not read")
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
    return any(part.show() not in e.scope for part in indices_used(e, body))


def _only_index(e: Elaborator, node: BigOperator | Integral) -> Node:
    """The index of a sum that names none: the one that its body uses."""
    assert node.body is not None
    found: dict[str, Node] = {}
    for part in indices_used(e, node.body):
        if part.show() not in e.scope:
            found.setdefault(part.show(), part)
    if len(found) > 1:  # what stands free elsewhere in the chain is not summed over
        found = {shown: part for shown, part in found.items() if shown not in e.scene.free}
    if len(found) != 1:
        seen = ", ".join(found) or "none is seen"
        raise e.unclear(node, f"over which index is this sum? ({seen})")
    return next(iter(found.values()))


def indices_used(e: Elaborator, node: Node) -> Iterator[Node]:
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
                yield from indices_used(e, argument)
            return
    for child in node.children():
        yield from indices_used(e, child)


__all__ = ["big_sum", "bound", "indices_used", "letter_of"]
