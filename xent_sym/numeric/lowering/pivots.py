"""Softmax and its kin relative to the largest entry: nothing overflows, no digit is lost.

With the pivot z_m as the zero, e^{z_m} is 1 and every other weight at most 1; what the others
weigh together, S = Σ_{k≠m} e^{z_k − z_m}, is kept apart from that 1, so that

    lse(z) = z_m + log(1 + S),   1 − a_m = S/(1 + S)

lose nothing when S is as small as a number can be.  Both hold for every m (they are theorems
of derivations/stable_forms.py); that m is where z is largest is a choice, and only a choice.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xent_sym.numeric.lowering.reductions import along
from xent_sym.numeric.program import RAISED, Node
from xent_sym.terms.term import App, Sym, Term

if TYPE_CHECKING:
    from xent_sym.numeric.lowering.terms import Lowering


# e^d is 0 in every format below this, and d·e^d too.
VANISHED = -790


class Pivots:
    """What is said of a family z relative to its largest entry, each made when it is asked for."""

    def __init__(self, lowering: Lowering, family: Term, index: Sym) -> None:
        self.lowering, self.family, self.index = lowering, family, index
        self.graph = lowering.graph

    def logit(self, index: Term) -> Node:
        """z_k"""
        return self.lowering.value(App.make((self.family, index)))

    def largest(self) -> Node:
        """z_m"""
        z, axis = self.logit(self.index), self.lowering.axis(self.index)
        return self.graph.reduce("max", z, axis) if axis in z.axes else z

    def shifted(self, index: Term) -> Node:
        """z_k − z_m, at most 0; 0 for an infinite logit, which outweighs all others."""
        return self.graph.apart(self.logit(index), self.largest())

    def rounding(self, index: Term) -> Node:
        """What the subtraction z_k − z_m rounded away, exactly; 0 where e^{z_k − z_m} is."""
        return self.graph.lost(self.logit(index), self.largest(), self.shifted(index))

    def weight(self, index: Term) -> Node:
        """e^{z_k − z_m}, at most 1, small ones with all their digits."""
        g = self.graph
        power = g.exp_down(self.shifted(index))
        return g.add(power, g.mul(power, self.rounding(index)))

    def raised(self, index: Term, node: Node) -> Node:
        """e^{z_k − z_m}·f_k, times a power of two that keeps the digits of the smallest weights.

        It is 0 where the weight is far below every number, whatever f_k is.
        """
        g = self.graph
        up = g.mul(self.weight(index), g.by_type(*RAISED))
        vanished = g.test("lt", self.shifted(index), g.number(VANISHED))
        return g.where(vanished, g.number(0), g.mul(up, node))

    def lowered_share(self) -> Node:
        """1/(1 + S), with the power of two taken back."""
        return self.graph.mul(self.share(), self.graph.by_type(*(1 / x for x in RAISED)))

    def mean(self, node: Node) -> Node:
        """Σ_k a_k f_k for a node that depends on the axis."""
        axis = self.lowering.axis(self.index)
        total = along(self.lowering, axis, self.raised(self.index, node))
        return self.graph.div(total, self.graph.mul(self.total(), self.graph.by_type(*RAISED)))

    def times(self, index: Term, node: Node) -> Node:
        """a_k f_k"""
        return self.graph.mul(self.raised(index, node), self.lowered_share())

    def is_top(self, index: Term) -> Node:
        """The weight is 1: that is the pivot, and whatever ties with it."""
        return self.graph.test("eq", self.weight(index), self.graph.number(1))

    def dominates(self) -> Node:
        """S ≤ 1: the pivot has half of all the weight, or more."""
        return self.graph.test("le", self.others(), self.graph.number(1))

    def others(self) -> Node:
        """S, what all but the pivot weigh: ties with it add 1 each."""
        g, axis = self.graph, self.lowering.axis(self.index)
        self.lowering.cite("softmax_pivot")
        top, one, none = self.is_top(self.index), g.number(1), g.number(0)
        if axis not in top.axes:
            return g.sub(g.size(self.index.args[-1]), one)
        small = g.reduce("sum", g.where(top, none, self.weight(self.index), rare=True), axis)
        ties = g.reduce("sum", g.where(top, one, none), axis)
        return g.add(small, g.sub(ties, one))

    def log_others(self) -> Node:
        """L = log(1 + S)"""
        return self.graph.log1p(self.others())

    def total(self) -> Node:
        """1 + S"""
        return self.graph.add(self.graph.number(1), self.others())

    # -- the quantities ------------------------------------------------------------------------

    def log_sum_exp(self) -> Node:
        """z_m + log(1 + S)"""
        self.lowering.cite("log_sum_exp_pivot")
        return self.graph.add(self.largest(), self.log_others())

    def log_softmax(self, index: Term) -> Node:
        """(z_k − z_m) − log(1 + S): two numbers of one sign."""
        self.lowering.cite("log_sum_exp_pivot")
        return self.graph.sub(self.shifted(index), self.log_others())

    def softmax(self, index: Term) -> Node:
        """e^{z_k − z_m} · 1/(1 + S): one division for all k."""
        return self.graph.mul(self.weight(index), self.share())

    def share(self) -> Node:
        """1/(1 + S), what the pivot itself has."""
        return self.graph.div(self.graph.number(1), self.total())

    def softmax_beside(self, index: Term, factor: Node, rest: Node) -> Node:
        """c·a_k + r; at a pivot that dominates (c + r) − c·S/(1 + S): what cancels is c and r."""
        g = self.graph
        complement = g.mul(factor, g.div(self.others(), self.total()))
        pivot = g.sub(g.add(factor, rest), complement)
        plain = g.add(g.mul(factor, self.softmax(index)), rest)
        chosen = g.where(self.dominates(), pivot, plain)
        return g.where(self.is_top(index), chosen, plain, rare=True)


def sigmoid(lowering: Lowering, u: Node) -> Node:
    """1/(1 + e) for u ≥ 0, else e/(1 + e), with e = e^{−|u|}, which is at most 1."""
    g = lowering.graph
    lowering.cite("sigmoid_written_out")
    small = g.exp_down(g.neg(g.abs(u)))
    below = g.add(g.number(1), small)
    above = g.where(g.test("lt", u, g.number(0)), small, g.number(1))
    return g.div(above, below)


def sigmoid_beside(lowering: Lowering, u: Node, factor: Node, rest: Node) -> Node:
    """c·σ(u) + r; for u ≥ 0 it is (c + r) − c·σ(−u), so that what cancels is c and r alone."""
    g = lowering.graph
    if g.add(factor, g.add(rest, rest)) is g.number(0):
        return g.mul(factor, sigmoid_less_half(lowering, u))
    lowering.cite("sigmoid_written_out")
    small = g.exp_down(g.neg(g.abs(u)))
    part = g.mul(factor, g.div(small, g.add(g.number(1), small)))
    low, high = g.add(part, rest), g.sub(g.add(factor, rest), part)
    return g.where(g.test("lt", u, g.number(0)), low, high)


def sigmoid_less_half(lowering: Lowering, u: Node) -> Node:
    """σ(u) − 1/2 = ±(1 − e)·σ(|u|)/2, with e = e^{−|u|}: where u is near 0, u/4."""
    g = lowering.graph
    lowering.cite("sigmoid_less_half")
    above = g.mul(g.number(Fraction(-1, 2)), g.expm1(g.neg(g.abs(u))))
    size = g.mul(above, g.sub(g.number(1), _smaller(lowering, u)))
    return g.where(g.test("lt", u, g.number(0)), g.neg(size), size)


def sigmoid_slope(lowering: Lowering, u: Node) -> Node:
    """σ(u)·σ(−u) = s·(1 − s), s the smaller of both: what rounding did to s, 1 − s takes back."""
    g = lowering.graph
    lowering.cite("one_minus_sigmoid")
    small = _smaller(lowering, u)
    return g.mul(small, g.sub(g.number(1), small))


def _smaller(lowering: Lowering, u: Node) -> Node:
    """σ(−|u|) = e/(1 + e), at most 1/2"""
    g = lowering.graph
    lowering.cite("sigmoid_written_out")
    small = g.exp_down(g.neg(g.abs(u)))
    return g.div(small, g.add(g.number(1), small))


def softplus(lowering: Lowering, u: Node) -> Node:
    """max(u, 0) + log(1 + e^{−|u|})"""
    g = lowering.graph
    lowering.cite("softplus_reflection")
    return g.add(g.maximum(u, g.number(0)), g.log1p(g.exp_down(g.neg(g.abs(u)))))
