"""Summands that cancel, found in a sum and computed together.

    f_k − Σ_i a_i f_i = (f_k − c) − Σ_i a_i (f_i − c)   for a = softmax(z) and every number c;
    log a_k − log b_k, of two softmaxes or of two numbers.

With c the f of the pivot, the largest summand of the first is 0 exactly, and what is left has
the digits of the differences of f.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xent_sym.numeric.forms.stable import log_softmax_argument
from xent_sym.numeric.lowering.divergence import log_of_ratio, log_ratio_of_softmaxes
from xent_sym.numeric.lowering.patterns import never_negative
from xent_sym.numeric.program import Node
from xent_sym.terms.parts import factors_of, numbers_apart, product_of
from xent_sym.terms.term import (
    Add,
    App,
    Fn,
    Mul,
    Named,
    Num,
    Quantity,
    Sum,
    Sym,
    Term,
    instantiate,
    substitute,
)

if TYPE_CHECKING:
    from xent_sym.numeric.lowering.pivots import Pivots
    from xent_sym.numeric.lowering.terms import Lowering


@dataclass(frozen=True)
class Expectation:
    """sign·Σ_i softmax(z)_i f_i"""

    sign: int
    index: Sym
    z: Term
    f: Term

    def at(self, place: Term) -> Term:
        """f_place"""
        return substitute(self.f, {self.index: place})


@dataclass(frozen=True)
class Together:
    """Summands that are computed as one node, and the summands that are left."""

    node: Node
    rest: list[Term]


def together(lowering: Lowering, summands: Sequence[Term]) -> Together | None:
    """The first group of summands that must not be computed one by one; None if there is none."""
    for term in summands:
        found = _expectation(lowering, term)
        made = None if found is None else _centred(lowering, summands, term, found)
        if made is not None:
            return made
    return _difference_of_logarithms(lowering, summands)


# -- f_k − Σ a f ---------------------------------------------------------------------------------


def _expectation(lowering: Lowering, term: Term) -> Expectation | None:
    """The term as an expectation under a softmax; None where it is something else."""
    number, others = numbers_apart(factors_of(term))
    if abs(number) != 1 or len(others) != 1:
        return None
    total = others[0]
    if not (isinstance(total, Sum) and len(total.args) == 2):
        return None
    index = lowering.fresh(total.args[0], term)
    factors = factors_of(instantiate(total.args[1], index))
    for n, factor in enumerate(factors):
        z = logits(factor)
        if z is not None and factor.args[1] == index and not z.has(index):
            rest = product_of([f for m, f in enumerate(factors) if m != n])
            return Expectation(int(number), index, z, rest)
    return None


def logits(term: Term) -> Term | None:
    """The z of softmax(z)_k."""
    family = term.args[0] if isinstance(term, App) and len(term.args) == 2 else None
    softmax = isinstance(family, Quantity) and family.data == "softmax"
    return family.args[0] if family is not None and softmax else None


def _centred(
    lowering: Lowering, summands: Sequence[Term], term: Term, mean: Expectation
) -> Together | None:
    """The node of −sign·(f_k − Σ a f), if all of −sign·f_k stands beside the expectation."""
    beside = list(summands)
    beside.remove(term)
    for place in _indices(beside, mean.index):
        wanted = Counter(_keys([_signed(-mean.sign, part) for part in _parts(mean.at(place))]))
        left = Counter(_keys(beside))
        left.subtract(wanted)
        if min(left.values(), default=0) < 0:
            continue
        rest = list[Term]()
        for other, key in zip(beside, _keys(beside), strict=True):
            if wanted[key]:
                wanted[key] -= 1
            else:
                rest.append(other)
        return Together(_about_the_pivot(lowering, mean, place), rest)
    return None


def _about_the_pivot(lowering: Lowering, mean: Expectation, place: Term) -> Node:
    """−sign·((f_k − f_m) − Σ a_i (f_i − f_m))"""
    g, pivot = lowering.graph, lowering.pivot(mean.z)
    lowering.cite("softmax_centred")
    own, there = (_relative(lowering, mean, at) for at in (pivot.index, place))
    node = g.sub(there, pivot.mean(own))
    return node if mean.sign < 0 else g.neg(node)


def _relative(lowering: Lowering, mean: Expectation, at: Term) -> Node:
    """f_at − f_m, m the pivot of z if it dominates, else f_at: nothing then cancels for it."""
    g, pivot = lowering.graph, lowering.pivot(mean.z)
    if log_logits(mean.f) == mean.z:
        return pivot.shifted(at)  # the pivot's is 0, and log(1 + S) cancels
    pair = _pair_of_softmaxes(_parts(mean.f))
    if pair is not None and mean.z in pair:
        other = pair[1] if pair[0] == mean.z else pair[0]
        apart = _against(lowering, pivot, lowering.pivot(other), at)  # both log(1 + S) cancel
        return apart if pair[0] == mean.z else g.neg(apart)
    level = _level(lowering, pivot, lambda place: lowering.value(mean.at(place)), g.number(0))
    return g.sub(lowering.value(mean.at(at)), level)


def _against(lowering: Lowering, pivot: Pivots, other: Pivots, at: Term) -> Node:
    """(z_k − z_m) − (w_k − w_m), with what both subtractions rounded away."""
    g = lowering.graph
    level = _level(lowering, pivot, other.logit, other.largest())
    apart = g.sub(other.logit(at), level)
    lost = g.lost(other.logit(at), level, apart)
    coarse = g.sub(pivot.shifted(at), apart)
    return g.add(coarse, g.sub(pivot.rounding(at), lost))


def _level(
    lowering: Lowering, pivot: Pivots, value: Callable[[Term], Node], otherwise: Node
) -> Node:
    """f_m, the mean where several tie with the pivot; another number if it does not dominate."""
    g, axis, f = lowering.graph, lowering.axis(pivot.index), value(pivot.index)
    top, none = pivot.is_top(pivot.index), g.number(0)
    if axis not in top.axes or axis not in f.axes:
        return otherwise
    tied = g.reduce("sum", g.where(top, g.number(1), none), axis)
    there = g.div(g.reduce("sum", g.where(top, f, none), axis), tied)
    return g.where(pivot.dominates(), there, otherwise)


# -- logarithms ----------------------------------------------------------------------------------


def _difference_of_logarithms(lowering: Lowering, summands: Sequence[Term]) -> Together | None:
    """±(log a − log b), computed from a and b, or from their logits."""
    for n, one in enumerate(summands):
        for m, two in enumerate(summands):
            if n == m:
                continue
            node = _of_softmaxes(lowering, one, two) or _of_numbers(lowering, one, two)
            if node is not None:
                rest = [s for k, s in enumerate(summands) if k not in (n, m)]
                return Together(node, rest)
    return None


def _of_softmaxes(lowering: Lowering, one: Term, two: Term) -> Node | None:
    pair = _pair_of_softmaxes([one, two])
    if pair is None or log_logits(one) is None:
        return None
    first, second = (lowering.pivot(z) for z in pair)
    return log_ratio_of_softmaxes(lowering, first, second, one.args[1])


def _of_numbers(lowering: Lowering, one: Term, two: Term) -> Node | None:
    number, others = numbers_apart(factors_of(two))
    if number != -1 or len(others) != 1:
        return None
    logs = [one, others[0]]
    if not all(isinstance(t, Fn) and t.data == "log" and never_negative(t.args[0]) for t in logs):
        return None  # of two negative numbers neither has a logarithm, but their quotient has
    lowering.cite("log_of_quotient")
    return log_of_ratio(lowering, *(t.args[0] for t in logs))


def _pair_of_softmaxes(parts: Sequence[Term]) -> tuple[Term, Term] | None:
    """The z and w of log_softmax(z)_k − log_softmax(w)_k, in whatever order they stand."""
    if len(parts) != 2:
        return None
    for plus, minus in (parts, reversed(parts)):
        number, others = numbers_apart(factors_of(minus))
        z = log_logits(plus)
        w = log_logits(others[0]) if len(others) == 1 else None
        if z is not None and w is not None and number == -1:
            same = plus.args[1] == others[0].args[1]
            return (z, w) if same and z != w else None
    return None


def log_logits(term: Term) -> Term | None:
    """The z of log_softmax(z)_k."""
    if isinstance(term, App) and isinstance(term.args[0], Named):
        return log_softmax_argument(term.args[0])
    return None


def _parts(term: Term) -> tuple[Term, ...]:
    return term.args if isinstance(term, Add) else (term,)


def _indices(terms: Sequence[Term], index: Sym) -> list[Term]:
    """The indices over the same range that the terms use."""
    found = dict.fromkeys(
        i for t in terms for part in t.walk() if isinstance(part, App) for i in part.args[1:]
        if isinstance(i, Sym) and i.kind == "index" and i.args[-1:] == index.args[-1:])
    return list(found)


def _signed(sign: int, term: Term) -> Term:
    number, others = numbers_apart(factors_of(term))
    return Mul(Num(number * sign), *others)


def _keys(terms: Sequence[Term]) -> list[tuple[str, ...]]:
    """What makes two products the same, whatever the order of their factors."""
    keys = []
    for term in terms:
        number, others = numbers_apart(factors_of(term))
        keys.append((str(number), *sorted(f.key for f in others)))
    return keys
