"""False twins: what a theorem would say with one thing wrong, each shown false at a point.

A twin is made by one edit of the claim, at every place and of every kind in turn: a sign, an
index, a term or a factor left out, a quotient turned over, two arguments swapped, a constant
added, the relation changed.  Edits that happen to be true, or of which no counterexample is
found, are not twins.  A proof that would also prove a twin proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import chain, islice

from xent_sym.calc import Derivation
from xent_sym.kernel import Claim, Hypothesis
from xent_sym.refute import Refutation, fails, sample_points
from xent_sym.terms.declare import body_of, ranges_of
from xent_sym.terms.evaluate import Point, Undefined, ball
from xent_sym.terms.term import (
    Add,
    App,
    Delta,
    Fn,
    Lam,
    Mul,
    Num,
    Partial,
    Pow,
    Prod,
    Quantity,
    Range,
    Sum,
    Sym,
    Term,
    TermError,
    abstract,
)

Mutant = tuple[str, Term]
KINDS = ("sign", "index", "dropped term", "dropped factor", "swap", "factor", "constant")
ENOUGH, AT_LEAST, EDITS_TRIED, POINTS_TRIED = 6, 3, 36, 30
OTHER_RELATIONS = {
    "=": ("!=", "<", ">"),
    "<=": (">=", "<", "="),
    ">=": ("<=", ">", "="),
    "!=": ("=", "<", "<=", ">", ">="),
}


@dataclass(frozen=True)
class Twin:
    """A false claim one edit away from a theorem: what was edited, and where it fails."""

    kind: str
    claim: Claim
    refutation: Refutation


@cache
def twins(derivation: Derivation) -> tuple[Twin, ...]:
    """Up to six false twins of a theorem, three where there are so many, every kind in turn.

    >>> from xent_sym.library import derivation
    >>> for twin in twins(derivation("softmax_jacobian"))[:3]:
    ...     print(f"{twin.kind}: {twin.claim}")
    sign: ∂/∂z_k a_i = -a_i·(δ_ik - a_k)
    index: ∂/∂z_k a_i = a_k·(δ_ik - a_k)
    dropped term: ∂/∂z_k a_i = -a_i·a_k
    """
    found: list[Twin] = []
    for sides in _sides(derivation.statement):
        for kind, claim in islice(sides, EDITS_TRIED):
            refutation = _refuted(claim)
            if refutation is not None:
                found.append(Twin(kind, claim, refutation))
            if len(found) == ENOUGH:
                return tuple(found)
        if len(found) >= AT_LEAST:
            break
    return tuple(found)


def _sides(claim: Claim) -> Iterator[Iterator[tuple[str, Claim]]]:
    """Edits of the right side; if these are too few, of the left, and an equation's relation."""
    reach = _indices((claim.lhs, claim.rhs))
    relations = (
        ("relation", replace(claim, relation=other)) for other in OTHER_RELATIONS[claim.relation]
    )
    right = ((kind, replace(claim, rhs=t)) for kind, t in _in_turn(mutants(claim.rhs, reach)))
    left = ((kind, replace(claim, lhs=t)) for kind, t in _in_turn(mutants(claim.lhs, reach)))
    equation = claim.relation == "="
    yield from (right, left, relations) if equation else (chain(relations, right), left)


def _in_turn(edits: Iterable[Mutant]) -> Iterator[Mutant]:
    """One of each kind, then a second of each, and so on."""
    rows: dict[str, list[Mutant]] = {kind: [] for kind in KINDS}
    for mutant in edits:
        rows[mutant[0]].append(mutant)
    for turn in range(max(map(len, rows.values()), default=0)):
        yield from (row[turn] for row in rows.values() if turn < len(row))


def _refuted(claim: Claim) -> Refutation | None:
    """A point that obeys the declarations and the assumptions, where the claim fails."""
    about = [term for hypothesis in claim.assuming for term in hypothesis.terms]
    for point in islice(sample_points((claim.lhs, claim.rhs, *about)), POINTS_TRIED):
        try:
            if not all(_meets(point, hypothesis) for hypothesis in claim.assuming):
                continue
            left, right = ball(claim.lhs, point), ball(claim.rhs, point)
        except (Undefined, TermError):  # no value here, or an index outside its range
            continue
        if fails(left, claim.relation, right):
            return Refutation(point, claim.relation, left, right)
    return None


def _meets(point: Point, hypothesis: Hypothesis) -> bool:
    """The point is sure to obey the hypothesis; only i ≠ k is understood."""
    if hypothesis.kind != "distinct":
        return False
    one, two = (ball(term, point) for term in hypothesis.terms)
    return not one.meets(two)


# -- single edits ------------------------------------------------------------------------------


def mutants(term: Term, reach: tuple[Sym, ...] = ()) -> Iterator[Mutant]:
    """Every term that one edit makes of this one, with the kind of the edit.

    >>> from xent_sym.terms import log, real
    >>> x = real("x")
    >>> [str(mutant) for kind, mutant in mutants(1 - log(x)) if kind == "sign"]
    ['-(1 - log x)', '-1 - log x', '1 + log x']
    """
    yield from _whole(term)
    yield from _inside(term, reach)


def _whole(term: Term) -> Iterator[Mutant]:
    yield "sign", _negated(term)
    yield "constant", Num(term.data + 1) if isinstance(term, Num) else Add(term, 1)


def _negated(term: Term) -> Term:
    first = term.args[0] if isinstance(term, Mul) else term
    if isinstance(term, Mul) and isinstance(first, Num):
        return _times(-first.data, term.args[1:])
    return -term


def _times(number: Fraction, factors: Iterable[Term]) -> Term:
    """The product, its number in front and not written if it is 1."""
    parts = [*([] if number == 1 else [Num(number)]), *factors]
    return Mul(*parts) if len(parts) > 1 else parts[0]


def _with(term: Term, position: int, edited: Term) -> Term:
    """The node with one argument edited; a sign that comes to stand in a product goes in front."""
    args = (*term.args[:position], edited, *term.args[position + 1 :])
    if isinstance(term, Mul) and isinstance(edited, Mul) and isinstance(edited.args[0], Num):
        rest = (*term.args[:position], *edited.args[1:], *term.args[position + 1 :])
        first = rest[0]
        if isinstance(first, Num):
            return _times(first.data * edited.args[0].data, rest[1:])
        return _times(edited.args[0].data, rest)
    return term.make(args, term.data, term.hint)


def _inside(term: Term, reach: tuple[Sym, ...]) -> Iterator[Mutant]:
    """Edits at this node, then edits further in."""
    match term:
        case Add():
            yield from _sum_edits(term)
        case Mul():
            yield from _product_edits(term)
        case Fn() if term.data == "exp":
            yield "sign", Fn("exp", _negated(term.args[0]))
        case Pow() if term.args[1] == Num(-1):
            yield "factor", term.args[0]
        case Fn() if term.data == "log":
            yield "factor", Fn("log", Pow(term.args[0], Num(-1)))
        case App() | Delta():
            yield from _index_edits(term, reach)
        case Quantity():
            yield from _swaps(term)
        case Sum() if len(term.args) > 2:
            yield "index", Sum.make(term.args[:2], None, term.hint)
    yield from _deeper(term, reach)


def _deeper(term: Term, reach: tuple[Sym, ...]) -> Iterator[Mutant]:
    if isinstance(term, Sum | Prod | Lam):
        variable, body = body_of(term)
        for kind, edited in _inside(body, (*reach, variable)):
            args = (term.args[0], abstract(edited, variable), *term.args[2:])
            yield kind, term.make(args, term.data, variable.name)
    elif isinstance(term, Add | Mul | Pow | Fn | Quantity):
        for position, arg in enumerate(term.args):
            for kind, edited in _inside(arg, reach):
                yield kind, _with(term, position, edited)
    elif isinstance(term, Partial):
        yield from _index_edits(term, reach)


def _without(term: Term, position: int) -> Term:
    rest = (*term.args[:position], *term.args[position + 1 :])
    return term.make(rest) if len(rest) > 1 else rest[0]


def _sum_edits(term: Add) -> Iterator[Mutant]:
    for position, arg in enumerate(term.args):
        yield "sign", _with(term, position, _negated(arg))
        yield "dropped term", _without(term, position)


def _product_edits(term: Mul) -> Iterator[Mutant]:
    for position, arg in enumerate(term.args):
        rest = _without(term, position)
        if arg != Num(-1) != rest:
            yield "dropped factor", rest


def _index_edits(term: Term, reach: tuple[Sym, ...]) -> Iterator[Mutant]:
    """Another index of the same range in place of one; the first, where there is no other."""
    first = 3 if isinstance(term, Partial) else 0 if isinstance(term, Delta) else 1
    for position, at in list(enumerate(term.args))[first:]:
        over = _range_at(term, position, at)
        others: list[Term] = [s for s in reach if s != at and s.args[-1] == over]
        if not others and isinstance(over, Range) and over.args[0] == Num(1) != at:
            others = [Num(1)]
        for other in others:
            yield "index", _with(term, position, other)


def _range_at(term: Term, position: int, at: Term) -> Term | None:
    """The range that the index at this position runs over."""
    if isinstance(term, App):
        ranges = ranges_of(term.args[0])
        return ranges[position - 1] if position <= len(ranges) else None
    if isinstance(term, Partial):
        return term.args[0].args[position - 3]
    return at.args[-1] if isinstance(at, Sym) and at.kind == "index" else None


def _swaps(term: Quantity) -> Iterator[Mutant]:
    """The first two arguments of a quantity exchanged: D(q ‖ p) for D(p ‖ q)."""
    if len(term.args) < 2 or ranges_of(term.args[0]) != ranges_of(term.args[1]):
        return
    yield "swap", Quantity(term.data, term.args[1], term.args[0], *term.args[2:])


def _indices(terms: Iterable[Term]) -> tuple[Sym, ...]:
    """The free indices, in order."""
    free = {s for term in terms for s in term.symbols() if s.kind == "index" and not s.ranges}
    return tuple(sorted(free, key=lambda s: s.key))


__all__ = ["Twin", "mutants", "twins"]
