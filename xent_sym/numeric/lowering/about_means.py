"""What an entry has more than the mean, f_k − Σ_i a_i f_i for a = softmax(z).

    f_k − Σ_i a_i f_i = (f_k − c) − Σ_i a_i (f_i − c)   for every number c

It is used twice: with c = f_m, m the pivot, where a_m is 1/2 or more: the largest summand is then
0 exactly, and what the others weigh keeps its digits; then with c the mean that came of it.  The
second mean is only what the first had lost to rounding, and its own errors are of second order.
Where no f − f_m is positive, nothing cancels in the first mean, and once is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from xent_sym.numeric.forms.stable import log_softmax_argument
from xent_sym.numeric.lowering.pivots import Pivots
from xent_sym.numeric.program import Node
from xent_sym.terms.parts import factors_of, numbers_apart
from xent_sym.terms.term import Add, App, Named, Sym, Term, substitute

if TYPE_CHECKING:
    from xent_sym.numeric.lowering.terms import Lowering

# The largest double and the largest single.
LARGEST = ((2 - 2.0**-52) * 2.0**1023, (2 - 2.0**-23) * 2.0**127)


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
class Level:
    """A number c, taken from f in two steps: all of it at once would lose a small second one."""

    first: Node
    second: Node


def less_its_mean(lowering: Lowering, mean: Expectation, place: Term) -> Node:
    """−sign·(f_k − Σ_i a_i f_i)"""
    g, pivot = lowering.graph, lowering.pivot(mean.z)
    lowering.cite("softmax_centred")
    f = _kind(lowering, mean)
    coarse = pivot.mean(f.less(pivot.index, f.level(g.number(0))))
    level = f.level(coarse if f.of_one_sign else _finite(lowering, coarse))
    node = f.less(place, level)
    if not f.of_one_sign:
        node = g.sub(node, pivot.mean(f.less(pivot.index, level)))
    return node if mean.sign < 0 else g.neg(node)


def _finite(lowering: Lowering, node: Node) -> Node:
    """The number, and 0 for an infinite one: ∞ − ∞ is not to come of it."""
    g = lowering.graph
    return g.where(g.test("le", g.abs(node), g.by_type(*LARGEST)), node, g.number(0))


@dataclass(frozen=True)
class _Plain:
    """f as it is."""

    lowering: Lowering
    mean: Expectation
    of_one_sign: ClassVar = False

    def value(self, at: Term) -> Node:
        return self.lowering.value(self.mean.at(at))

    def level(self, mean: Node) -> Level:
        """f_m and the mean of f − f_m; only that of f where nothing dominates."""
        pivot = self.lowering.pivot(self.mean.z)
        return _level(self.lowering, pivot, self.value, self.lowering.graph.number(0), mean)

    def less(self, at: Term, level: Level) -> Node:
        """f_at − c"""
        g = self.lowering.graph
        return g.sub(g.sub(self.value(at), level.first), level.second)


@dataclass(frozen=True)
class _Logarithm:
    """f = log a, which is z_k − z_m but for a number."""

    lowering: Lowering
    pivot: Pivots
    of_one_sign: ClassVar = True

    def level(self, mean: Node) -> Level:
        """The pivot's own is 0."""
        return Level(self.lowering.graph.number(0), mean)

    def less(self, at: Term, level: Level) -> Node:
        """(z_at − z_m) − c"""
        return self.lowering.graph.sub(self.pivot.shifted(at), level.second)


@dataclass(frozen=True)
class _LogRatio:
    """f = ±(log a − log b), b = softmax(w), which is ±((z_k − z_m) − (w_k − c)) but for a number"""

    lowering: Lowering
    sign: int
    pivot: Pivots
    other: Pivots
    of_one_sign: ClassVar = False

    def level(self, mean: Node) -> Level:
        """What w is compared with; then the rest of the mean."""
        g = self.lowering.graph
        moved = g.neg(mean) if self.sign > 0 else mean
        return _level(self.lowering, self.pivot, self.other.logit, self.other.largest(), moved)

    def less(self, at: Term, level: Level) -> Node:
        """±((z_k − z_m) − (w_k − c)), with what both subtractions rounded away"""
        g, w = self.lowering.graph, self.other.logit(at)
        below = g.sub(w, level.first)
        lost = g.lost(w, level.first, below)
        coarse = g.add(g.sub(self.pivot.shifted(at), below), level.second)
        node = g.add(coarse, g.sub(self.pivot.rounding(at), lost))
        return node if self.sign > 0 else g.neg(node)


def _kind(lowering: Lowering, mean: Expectation) -> _Plain | _Logarithm | _LogRatio:
    pivot = lowering.pivot(mean.z)
    if log_logits(mean.f) == mean.z:
        return _Logarithm(lowering, pivot)
    pair = pair_of_softmaxes(parts_of_sum(mean.f))
    if pair is None or mean.z not in pair:
        return _Plain(lowering, mean)
    sign, other = (1, pair[1]) if pair[0] == mean.z else (-1, pair[0])
    return _LogRatio(lowering, sign, pivot, lowering.pivot(other))


def _level(
    lowering: Lowering, pivot: Pivots, value: Callable[[Term], Node], otherwise: Node, moved: Node
) -> Level:
    """f_m (the mean where several tie with the pivot) and moved; where the pivot does not dominate
    their sum with another number for f_m, which is to be taken at once."""
    g, axis, f = lowering.graph, lowering.axis(pivot.index), value(pivot.index)
    top, none = pivot.is_top(pivot.index), g.number(0)
    if axis not in top.axes or axis not in f.axes:
        return Level(g.add(otherwise, moved), none)
    tied = g.reduce("sum", g.where(top, g.number(1), none), axis)
    there = g.div(g.reduce("sum", g.where(top, f, none), axis), tied)
    dominates = pivot.dominates()
    return Level(
        g.where(dominates, there, g.add(otherwise, moved)), g.where(dominates, moved, none))


def pair_of_softmaxes(parts: Sequence[Term]) -> tuple[Term, Term] | None:
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


def parts_of_sum(term: Term) -> tuple[Term, ...]:
    """The summands of a sum; any other term is its own single one."""
    return term.args if isinstance(term, Add) else (term,)
