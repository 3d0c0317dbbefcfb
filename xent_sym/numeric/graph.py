"""The maker of nodes: equal ones once, and what numbers alone decide at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from xent_sym.numeric.program import (
    DOWN,
    OPERATIONS,
    REAL,
    REDUCTIONS,
    TESTS,
    TRUTH,
    WHOLE,
    Access,
    Axis,
    ByType,
    Node,
    Number,
)
from xent_sym.numeric.ranges import ExportError
from xent_sym.terms.term import Term


class Graph:
    """Makes nodes: equal ones once, and what numbers alone decide at once.

    >>> from xent_sym.numeric.program import ROWS, Access
    >>> g = Graph()
    >>> x = g.input([ROWS], Access("x"))
    >>> g.add(x, g.number(0)) is x, g.mul(x, x) is g.mul(x, x)
    (True, True)
    """

    def __init__(self) -> None:
        self.made: dict[Node, Node] = {}

    def node(
        self, op: str, args: Sequence[Node] = (), axes: Iterable[Axis] = (),
        data: object = None, kind: str = REAL,
    ) -> Node:
        assert op in OPERATIONS
        every = frozenset(axes).union(*(a.axes for a in args)) if args else frozenset(axes)
        node = Node(op, tuple(args), every, data, kind)
        return self.made.setdefault(node, node)

    # -- leaves --------------------------------------------------------------------------------

    def number(self, value: Number | int) -> Node:
        if isinstance(value, float):
            return self.node("number", data=value)
        exact = Fraction(value)
        if abs(exact) > sys.float_info.max:
            digits = len(str(abs(exact.numerator) // exact.denominator))
            raise ExportError(f"a number of {digits} digits; the largest float has 309")
        return self.node("number", data=exact)

    def whole(self, value: int | Fraction) -> Node:
        """A whole number that says where an entry stands."""
        return self.node("number", data=Fraction(value), kind=WHOLE)

    def by_type(self, double: float, single: float) -> Node:
        """A number that depends on the format of the floats."""
        return self.node("number", data=ByType(double, single))

    def input(
        self, axes: Iterable[Axis], access: Access, kind: str = REAL
    ) -> Node:
        """An argument read along these axes; the access says which entry."""
        return self.node("input", (), axes, access, kind)

    def place(self, axis: Axis) -> Node:
        """The number of the entry along an axis, from 0."""
        return self.node("place", (), (axis,), axis, WHOLE)

    def size(self, over: Term, kind: str = REAL) -> Node:
        """How long the axes over this range are, as a number."""
        return self.node("size", data=over, kind=kind)

    # -- entry by entry ------------------------------------------------------------------------

    def neg(self, x: Node) -> Node:
        if _exact(x) is not None:
            return self.number(-_value(x))
        if x.op == "neg":
            return x.args[0]
        return self.sub(x.args[1], x.args[0]) if x.op == "sub" else self.node("neg", (x,))

    def exp(self, x: Node) -> Node:
        return self.node("exp", (x,))

    def exp_down(self, x: Node) -> Node:
        """e^x, where it is known that x ≤ 0: the node says so to printers that can use it."""
        return self.node("exp", (x,), data=DOWN)

    def log(self, x: Node) -> Node:
        return self.number(0) if _is(x, 1) else self.node("log", (x,))

    def log1p(self, x: Node) -> Node:
        return self.node("log1p", (x,))

    def expm1(self, x: Node) -> Node:
        return self.node("expm1", (x,))

    def divergence(self, w: Node, q: Node) -> Node:
        """w·log(w/q) − w + q, for w, q ≥ 0"""
        return self.node("divergence", (w, q))

    def log_ratio(self, w: Node, q: Node) -> Node:
        """log(w/q), for w, q ≥ 0"""
        return self.node("log_ratio", (w, q))

    def sqrt(self, x: Node) -> Node:
        return self.node("sqrt", (x,))

    def tanh(self, x: Node) -> Node:
        return self.node("tanh", (x,))

    def abs(self, x: Node) -> Node:
        return self.node("abs", (x.args[0] if x.op in ("neg", "abs") else x,))

    def add(self, x: Node, y: Node) -> Node:
        if _is(x, 0):
            return y
        if _is(y, 0):
            return x
        if y.op == "neg":
            return self.sub(x, y.args[0])
        if x.op == "neg":
            return self.sub(y, x.args[0])
        return self.folded("add", x, y, lambda a, b: a + b)

    def sub(self, x: Node, y: Node) -> Node:
        if _is(y, 0):
            return x
        if _is(x, 0):
            return self.neg(y)
        if y.op == "neg":
            return self.add(x, y.args[0])
        return self.folded("sub", x, y, lambda a, b: a - b)

    def mul(self, x: Node, y: Node) -> Node:
        for one, other in ((x, y), (y, x)):
            if _is(one, 1):
                return other
            if _is(one, -1):
                return self.neg(other)
            if one.op == "neg":
                return self.neg(self.mul(one.args[0], other))
        return self.folded("mul", x, y, lambda a, b: a * b)

    def div(self, x: Node, y: Node) -> Node:
        if _is(y, 1):
            return x
        if x.op == "neg":
            return self.neg(self.div(x.args[0], y))
        return self.node("div", (x, y))

    def power(self, x: Node, y: Node) -> Node:
        return self.node("power", (x, y))

    def maximum(self, x: Node, y: Node) -> Node:
        return self.node("maximum", (x, y))

    def apart(self, x: Node, most: Node) -> Node:
        """x − most, at most 0: and 0 for x = +∞, which is as large as anything."""
        return self.node("apart", (x, most))

    def lost(self, x: Node, y: Node, difference: Node) -> Node:
        """What rounding took from a difference."""
        return self.node("lost", (x, y, difference))

    def test(self, op: str, x: Node, y: Node) -> Node:
        assert op in TESTS
        return self.node(op, (x, y), kind=TRUTH)

    def where(self, test: Node, yes: Node, no: Node, *, rare: bool = False) -> Node:
        """A choice; ``rare`` says that the test holds for about one entry of a row."""
        data = "rare" if rare else None
        return yes if yes is no else self.node("where", (test, yes, no), data=data)

    def folded(
        self, op: str, x: Node, y: Node, rule: Callable[[Fraction, Fraction], Fraction]
    ) -> Node:
        one, other = _exact(x), _exact(y)
        if one is not None and other is not None:
            return self.number(rule(one, other))
        kind = WHOLE if x.kind == y.kind == WHOLE else REAL
        return self.node(op, (x, y), kind=kind)

    # -- along an axis -------------------------------------------------------------------------

    def reduce(self, op: str, x: Node, axis: Axis) -> Node:
        assert op in REDUCTIONS
        if axis not in x.axes:
            raise ValueError(f"{op} along {axis.name}: the summand does not depend on it")
        node = Node(op, (x,), x.axes - {axis}, axis)
        return self.made.setdefault(node, node)

    def take(self, x: Node, axis: Axis, place: Node) -> Node:
        """The entry of x along an axis at a place, a whole number that may depend on other axes."""
        axes = (x.axes - {axis}) | place.axes
        node = Node("take", (x, place), axes, axis, x.kind)
        return self.made.setdefault(node, node)

    # -- short forms ---------------------------------------------------------------------------

    def safe_mul(self, weight: Node, x: Node) -> Node:
        """weight · x, and 0 where the weight is 0, whatever x is: 0·log 0 = 0."""
        if weight.op == "number":
            return self.mul(weight, x)
        nothing = self.test("eq", weight, self.number(0))
        return self.where(nothing, self.number(0), self.mul(weight, x))

    def polynomial(self, x: Node, coefficients: Sequence[Number]) -> Node:
        """c₀ + c₁ x + c₂ x² + ..., at least two of them."""
        return self.node("series", (x,), data=tuple(coefficients))


def _value(node: Node) -> Number:
    assert isinstance(node.data, Fraction | float)
    return node.data


def _exact(node: Node) -> Fraction | None:
    return node.data if node.op == "number" and isinstance(node.data, Fraction) else None


def _is(node: Node, value: int) -> bool:
    return node.op == "number" and node.data == value
