"""Sums and products over an index: along an axis, what does not depend on it taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xent_sym.numeric.forms.stable import log_softmax_argument
from xent_sym.numeric.lowering.centred import logits
from xent_sym.numeric.lowering.patterns import is_log_softmax, kept_index
from xent_sym.numeric.lowering.reductions import along
from xent_sym.numeric.program import Node
from xent_sym.terms.parts import factors_of, product_of
from xent_sym.terms.term import Prod, Sum, Sym, Term, instantiate, substitute

if TYPE_CHECKING:
    from xent_sym.numeric.lowering.terms import Lowering


def summation(lowering: Lowering, term: Sum) -> Node:
    """Σ_k of a product: its constant factors stand before the sum."""
    over, body, *excluded = term.args
    index = lowering.fresh(over, term)
    inside = instantiate(body, index)
    factors = factors_of(inside)
    outer = [f for f in factors if not f.has(index)]
    inner = [f for f in factors if f.has(index)]
    if excluded:
        total = _without(lowering, index, product_of(inner), excluded)
    else:
        total = _total(lowering, index, inner)
    marker = Sym(f"#sum{len(lowering.memo)}", "real")
    lowering.memo[marker] = total
    return lowering.product((*outer, marker)) if outer else total


def _total(lowering: Lowering, index: Sym, inner: Sequence[Term]) -> Node:
    """The sum along an axis of the product of what depends on it."""
    if not inner:
        return lowering.graph.size(index.args[-1])
    for n, factor in enumerate(inner):
        other = kept_index(factor, index)
        if other is not None:
            rest = [f for m, f in enumerate(inner) if m != n]
            return lowering.product([substitute(f, {index: other}) for f in rest])
    logs = [f for f in inner if is_log_softmax(f, index)]
    weights = [f for f in inner if f not in logs]
    z = log_softmax_argument(logs[0].args[0]) if len(logs) == 1 and weights else None
    if z is not None and not z.has(index):
        return _expected_log_softmax(lowering, index, weights, z)
    return along(lowering, lowering.axis(index), lowering.product(inner))


def _expected_log_softmax(
    lowering: Lowering, index: Sym, weights: Sequence[Term], z: Term
) -> Node:
    """Σ w_k (z_k − m) − L·Σ w_k: two sums of one sign, in one pass.

    Where the w are the softmax of z itself, their sum is 1 and the first is an expectation.
    """
    g, axis, pivot = lowering.graph, lowering.axis(index), lowering.pivot(z)
    lowering.cite("log_of_softmax")
    model = logits(weights[0]) if len(weights) == 1 else None
    if model is not None and weights[0].args[1] == index and not model.has(index):
        lowering.cite("softmax_sums_to_one")
        if model == z:
            return g.sub(pivot.mean(pivot.shifted(pivot.index)), pivot.log_others())
        mass = g.number(1)
    else:
        mass = along(lowering, axis, lowering.product(weights))
    shifted = along(lowering, axis, g.safe_mul(lowering.product(weights), pivot.shifted(index)))
    return g.sub(shifted, g.safe_mul(mass, pivot.log_others()))


def _without(
    lowering: Lowering, index: Sym, inside: Term, excluded: Sequence[Term]
) -> Node:
    """A sum that leaves indices out: what they add is replaced by 0."""
    g, node = lowering.graph, lowering.value(inside)
    for other in excluded:
        node = g.where(lowering.same(index, other), g.number(0), node)
    return g.reduce("sum", node, lowering.axis(index))


def repeated_product(lowering: Lowering, term: Prod) -> Node:
    """Π_k: of what does not depend on k, a power."""
    over, body = term.args
    index = lowering.fresh(over, term)
    node = lowering.value(instantiate(body, index))
    if lowering.axis(index) not in node.axes:
        return lowering.graph.power(node, lowering.graph.size(over))
    return lowering.graph.reduce("prod", node, lowering.axis(index))
