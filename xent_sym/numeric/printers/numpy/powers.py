"""Weights e^{z − m} as e^z·e^{−m}, where m is the largest of the z.

Nothing is subtracted at an entry, so rounding takes nothing from it that would have to be put back;
and what all entries of a row have in common, e^{−m}, is multiplied once, with their sum.  Whether a
row's e^z neither overflow nor lose digits is asked when its m is known (``_scaled``); those of
other rows are computed as they stand, relative to m.  The entry of weight 1 is the first of the
largest: it is told by its place, not searched for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from xent_sym.numeric.graph import Graph
from xent_sym.numeric.layout import raises, weighs
from xent_sym.numeric.program import REDUCTIONS, ROWS, WHOLE, Axis, Node, Program

# What a pass over a row can find: ``top`` is the place of the largest entry, ``scale`` is e^{−m},
# ``inner`` the sum of products that are 0 where a factor is.
FOUND = REDUCTIONS | {"top", "scale", "inner"}


def scaled(program: Program) -> Program:
    """The program with e^{z − m} as ``powers`` times ``scale``."""
    nodes = program.nodes()
    weights = {n: a for n in nodes if (a := weighs(n)) is not None and _is_pivot(*a)}
    if not weights or any(raises(n) is not None for n in nodes):
        return program
    rewriting = Rewriting({n: x for n, (x, _) in weights.items()})
    for node in nodes:
        rewriting.add(node)
    return program.replaced(rewriting.new)


def _is_pivot(x: Node, most: Node) -> bool:
    """m is the largest z along one axis, for each row."""
    return most.op == "max" and most.args[0] is x and most.axes == {ROWS}


@dataclass
class Rewriting:
    """Makes the nodes anew; ``weights`` says of which z each weight is."""

    weights: dict[Node, Node]
    graph: Graph = field(default_factory=Graph)
    new: dict[Node, Node] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        """A node whose arguments are there."""
        args = tuple(self.new[a] for a in node.args)
        self.new[node] = self.made(node, args)

    def made(self, node: Node, args: tuple[Node, ...]) -> Node:
        g = self.graph
        if node in self.weights:
            return self.weight(node)
        if node.op == "eq" and node.args[0] in self.weights and _is_one(node.args[1]):
            (axis,) = node.axes - {ROWS}
            top = self.kept(Node("top", (self.new[self.weights[node.args[0]]],),
                                 frozenset({ROWS}), axis, WHOLE))
            return g.test("eq", g.place(axis), top)
        if node.op == "sum":
            return self.total(node.axis, replace(node, args=args))
        if node.op == "mul":
            return self.product(*args)
        if node.op in ("add", "sub"):
            return g.add(*args) if node.op == "add" else g.sub(*args)
        return self.kept(replace(node, args=args))

    def kept(self, node: Node) -> Node:
        return self.graph.made.setdefault(node, node)

    def weight(self, node: Node) -> Node:
        """e^z, or e^{z − m} where that must be, times e^{−m}, or 1."""
        x, most = (self.new[a] for a in weighs(node) or ())
        (axis,) = x.axes - {ROWS}
        scale = self.kept(Node("scale", (x,), frozenset({ROWS}), axis))
        powers = self.kept(Node("powers", (x, most, scale), x.axes))
        return self.kept(Node("mul", (powers, scale), x.axes))

    def total(self, axis: Axis, node: Node) -> Node:
        """Σ a·r = r·Σ a, and the largest is one entry: Σ (1 there, else 0) = 1."""
        g, (inside,) = self.graph, node.args
        if inside.op == "where" and inside.args[2].op in ("number", "mul"):
            test, yes, no = inside.args
            if _at_top(test) and _is_one(yes) and _is_zero(no):
                return g.number(1)
            scale = _scale(no)
            if scale is not None and _is_zero(yes):
                rest = g.where(test, yes, no.args[0], rare=inside.data == "rare")
                return g.mul(scale, g.reduce("sum", rest, axis))
        scale = _scale(inside)
        if scale is not None:
            return g.mul(scale, g.reduce("sum", inside.args[0], axis))
        return self.kept(node)

    def product(self, x: Node, y: Node) -> Node:
        """(a·r)·(1/t) = a·(r/t)"""
        scale = _scale(x)
        if scale is not None and y.op == "div" and _is_one(y.args[0]) and y.axes <= {ROWS}:
            return self.kept(Node("mul", (x.args[0], self.graph.div(scale, y.args[1])), x.axes))
        return self.graph.mul(x, y)


def _scale(node: Node) -> Node | None:
    """The factor that a row's powers have in common."""
    return node.args[1] if node.op == "mul" and node.args[1].op == "scale" else None


def _at_top(test: Node) -> bool:
    return test.op == "eq" and test.args[1].op == "top"


def _is_one(node: Node) -> bool:
    return node.op == "number" and node.data == Fraction(1)


def _is_zero(node: Node) -> bool:
    return node.op == "number" and node.data == 0
