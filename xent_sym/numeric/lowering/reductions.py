"""Reductions along an axis, with what does not depend on it taken out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xent_sym.numeric.program import Axis, Node

if TYPE_CHECKING:
    from xent_sym.numeric.lowering.terms import Lowering


def along(lowering: Lowering, axis: Axis, node: Node) -> Node:
    """The sum along an axis, with what does not depend on the axis taken out of it."""
    g = lowering.graph
    if axis not in node.axes:
        assert axis.over is not None
        return g.mul(g.size(axis.over), node)
    if node.op == "neg":
        return g.neg(along(lowering, axis, node.args[0]))
    if node.op in ("mul", "div"):
        left, right = node.args
        if axis not in right.axes:
            inside = along(lowering, axis, left)
            return g.mul(inside, right) if node.op == "mul" else g.div(inside, right)
        if node.op == "mul" and axis not in left.axes:
            return g.mul(left, along(lowering, axis, right))
    return g.reduce("sum", node, axis)
