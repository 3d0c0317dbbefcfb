"""The summands of a relative entropy, w·log(w/q) − w + q, without the cancellation in them.

Where w is near q, all three parts cancel to second order.  With s = (q − w)/(q + w),
log(q/w) = 2 artanh s = 2(s + s³/3 + s⁵/5 + ...), and what is left after the cancellation is

    s·(q − w) − w·(2 artanh s − 2 s),

whose only differences are q − w, exact or nearly so, and one of a number and at most half of it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xent_sym.numeric.lowering.pivots import Pivots
from xent_sym.numeric.lowering.reductions import along
from xent_sym.numeric.program import Node
from xent_sym.terms.term import App, Quantity, Term

if TYPE_CHECKING:
    from xent_sym.numeric.lowering.terms import Lowering

# 2 artanh s − 2 s = s³ times this polynomial in s², for |s| ≤ 1/3: the near-minimax one of
# ``elementary/coefficients.py``, where the series would take 17 terms.
ARTANH = (
    0.6666666666666667, 0.39999999999997904, 0.2857142857191582, 0.2222222217000256,
    0.1818182128527159, 0.15384503003475006, 0.13335936453815586, 0.11725428277939706,
    0.1090854280034848, 0.07238298492491127, 0.16066344782024247,
)
EXPONENTIAL_TERMS = 19
LOG_2 = 0.6931471805599453


def relative_entropy_term(lowering: Lowering, weight: Term, other: Term) -> Node:
    """w·log(w/q) − w + q, 0 or more; q where w = 0, ∞ where q = 0 < w."""
    lowering.cite("divergence_by_nonnegative_terms")
    one, two = _logits(weight), _logits(other)
    if one is not None and two is not None and weight.args[1] == other.args[1]:
        return _of_softmaxes(lowering, one, two, weight.args[1])
    g = lowering.graph
    w, q = lowering.value(weight), lowering.value(other)
    if lowering.fused and one is None and two is None:
        return g.divergence(w, q)
    s, bend, is_near = _artanh(lowering, w, q)
    near = g.sub(g.mul(s, g.sub(q, w)), g.mul(w, bend))
    far = g.add(g.safe_mul(w, _far_log_ratio(lowering, weight, other)), g.sub(q, w))
    return g.where(is_near, near, far)


def log_of_ratio(lowering: Lowering, one: Term, two: Term) -> Node:
    """log(w/q), as −2 artanh s where w and q are near each other."""
    g = lowering.graph
    if lowering.fused and _logits(one) is None and _logits(two) is None:
        return g.log_ratio(lowering.value(one), lowering.value(two))
    s, bend, is_near = _artanh(lowering, lowering.value(one), lowering.value(two))
    near = g.neg(g.add(g.mul(g.number(2), s), bend))
    return g.where(is_near, near, _far_log_ratio(lowering, one, two))


def _artanh(lowering: Lowering, w: Node, q: Node) -> tuple[Node, Node, Node]:
    """s = (q − w)/(q + w); 2 artanh s − 2 s; and the test that s is small enough for that."""
    g = lowering.graph
    s = g.div(g.sub(q, w), g.add(q, w))
    square = g.mul(s, s)
    series = g.polynomial(square, ARTANH)
    is_near = g.test("lt", g.abs(s), g.number(Fraction(1, 3)))
    return s, g.mul(g.mul(square, s), series), is_near


def _logits(term: Term) -> Term | None:
    """The z of softmax(z)_k."""
    family = term.args[0] if isinstance(term, App) and len(term.args) == 2 else None
    softmax = isinstance(family, Quantity) and family.data == "softmax"
    return family.args[0] if family is not None and softmax else None


def _far_log_ratio(lowering: Lowering, weight: Term, other: Term) -> Node:
    """log(w/q); a softmax brings its own logarithm, and a tiny number is scaled up first."""
    g = lowering.graph
    one, two = _logits(weight), _logits(other)
    if one is not None:
        above = lowering.pivot(one).log_softmax(weight.args[1])
        return g.sub(above, g.log(lowering.value(other)))
    w, q = lowering.value(weight), lowering.value(other)
    if two is not None:
        return g.sub(g.log(w), lowering.pivot(two).log_softmax(other.args[1]))
    tiny, scale = g.by_type(2.0**-600, 2.0**-100), g.by_type(2.0**200, 2.0**60)
    step, none = g.by_type(200 * LOG_2, 60 * LOG_2), g.number(0)
    w_tiny, q_tiny = g.test("lt", w, tiny), g.test("lt", q, tiny)
    above = g.where(w_tiny, g.mul(w, scale), w)
    below = g.where(q_tiny, g.mul(q, scale), q)
    moved = g.sub(g.where(q_tiny, step, none), g.where(w_tiny, step, none))
    return g.add(g.log(g.div(above, below)), moved)


def _of_softmaxes(lowering: Lowering, u: Term, v: Term, index: Term) -> Node:
    """a·(r + e^{−r} − 1) with r = log(a/b), from differences of logits where these are small.

    r_k = δ_k − log Σ_j b_j e^{δ_j}, δ = u − v; both relative to their pivots.
    """
    g = lowering.graph
    one, two = lowering.pivot(u), lowering.pivot(v)
    a, b = one.softmax(index), two.softmax(index)
    r = log_ratio_of_softmaxes(lowering, one, two, index)
    small = g.test("le", g.abs(r), g.number(1))
    series = [_alternating(n) for n in range(EXPONENTIAL_TERMS)]
    near = g.mul(a, g.mul(g.mul(r, r), g.polynomial(r, series)))
    far = g.add(g.safe_mul(a, r), g.sub(b, a))
    return g.where(small, near, far)


def _alternating(n: int) -> Fraction:
    """(−1)^n/(n + 2)!: the coefficients of (r + e^{−r} − 1)/r²."""
    factorial = 1
    for m in range(2, n + 3):
        factorial *= m
    return Fraction((-1) ** n, factorial)


def log_ratio_of_softmaxes(
    lowering: Lowering, one: Pivots, two: Pivots, index: Term
) -> Node:
    """log(a_k/b_k)"""
    g = lowering.graph
    lowering.cite("log_ratio_of_softmaxes")
    axis = lowering.axis(two.index)
    apart = between(lowering, one, two, two.index)
    b = two.softmax(two.index)
    excess = along(lowering, axis, g.safe_mul(b, g.expm1(apart)))
    near = g.sub(between(lowering, one, two, index), g.log1p(excess))
    far = g.sub(between(lowering, one, two, index), g.sub(one.log_others(), two.log_others()))
    widest = g.reduce("max", g.abs(apart), axis)
    return g.where(g.test("lt", widest, g.number(Fraction(1, 2))), near, far)


def between(lowering: Lowering, one: Pivots, two: Pivots, index: Term) -> Node:
    """(u_k − u_m) − (v_k − v_m), with what both subtractions rounded away."""
    g = lowering.graph
    coarse = g.sub(one.shifted(index), two.shifted(index))
    return g.add(coarse, g.sub(one.rounding(index), two.rounding(index)))
