"""Programs: what a function computes, as a graph of operations on arrays with named axes.

A node carries the axes that it depends on, and nothing about layout: every printer gives a node
one dimension for each axis of the program, of length one where the node lacks the axis, so that
broadcasting is all the alignment there is.  Equal nodes are one node: what stands twice in a
formula is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from xent_sym.terms.term import Term

Number: TypeAlias = Fraction | float

REAL, TRUTH, WHOLE = "real", "truth", "whole"
LEAVES = frozenset({"number", "input", "place", "size"})
UNARY = frozenset({"neg", "exp", "log", "log1p", "expm1", "abs", "sqrt", "tanh", "series"})
# ``series`` is a polynomial; its coefficients, of 1 first, are the data of the node.
# ``apart(x, most)``, where x ≤ most, is x − most, and 0 where both are +∞.
BINARY = frozenset({"add", "sub", "mul", "div", "power", "maximum", "minimum", "apart"})
# ``lost(x, y, d)``, where d is ``apart(x, y)``: (x − y) − d exactly, if −800 < d < 0, else 0: at 0
# nothing is lost, and e^d is 0 far below it.
TERNARY = frozenset({"where", "lost"})
TESTS = frozenset({"eq", "lt", "le"})
# A power of two, for doubles and for singles, that lifts the smallest subnormal to a number with
# all its digits.
RAISED = (2.0**128, 2.0**64)
# The data of an ``exp`` whose argument is never positive.
DOWN = "down"
REDUCTIONS = frozenset({"sum", "max", "prod"})
# What costs more than reading a stored number back: a loop printer keeps these.
DEAR = frozenset({"exp", "log", "log1p", "expm1", "tanh", "div", "power", "sqrt"})


@dataclass(frozen=True)
class Axis:
    """One dimension: its name, and the range that says how long it is; None: the batch."""

    name: str
    over: Term | None = None


ROWS = Axis("row")


@dataclass(frozen=True)
class Node:
    """An operation: what it is called, its arguments, the axes it depends on.

    ``data`` is the value of a number, the name of an input, the axis of a reduction or a place.
    """

    op: str
    args: tuple[Node, ...] = ()
    axes: frozenset[Axis] = frozenset()
    data: object = None
    kind: str = REAL
    key: int = field(default=0, compare=False)

    def __hash__(self) -> int:
        return hash((self.op, self.kind, tuple(id(a) for a in self.args), self.data, self.axes))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Node) and self.op == other.op and self.data == other.data
            and self.kind == other.kind
            and self.axes == other.axes and len(self.args) == len(other.args)
            and all(a is b for a, b in zip(self.args, other.args, strict=True))
        )

    @property
    def access(self) -> Access:
        """What an input reads."""
        assert isinstance(self.data, Access)
        return self.data

    @property
    def axis(self) -> Axis:
        """The axis along which a reduction, a place or a look-up goes."""
        assert isinstance(self.data, Axis)
        return self.data


@dataclass(frozen=True)
class ByType:
    """A number with one value among doubles and another among singles."""

    double: float
    single: float


@dataclass(frozen=True)
class Place:
    """A dimension of an argument: the axis it is read along, from which entry, all or a part."""

    axis: Axis
    offset: int = 0
    whole: bool = True


@dataclass(frozen=True)
class Access:
    """An argument and how each of its own dimensions is read."""

    name: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Output:
    """One result: its name and its axes, in the order in which the caller gets them."""

    name: str
    node: Node
    axes: tuple[Axis, ...]


@dataclass(frozen=True)
class Fault:
    """A test that no entry may pass, on the argument of this name."""

    name: str
    test: Node


@dataclass(frozen=True)
class Program:
    """The outputs of a function, and the laws that turned its definition into them.

    ``axes`` lists all axes in sight, the batch first; ``faults`` are what the arguments must not
    be.
    """

    outputs: tuple[Output, ...]
    axes: tuple[Axis, ...]
    laws: tuple[str, ...]
    faults: tuple[Fault, ...] = ()

    def nodes(self) -> list[Node]:
        """Every node, arguments before what uses them.

        >>> g = Graph()
        >>> x = g.input([ROWS], Access("x"))
        >>> [n.op for n in Program((Output("y", g.exp(x), ()),), (), ()).nodes()]
        ['input', 'exp']
        """
        return reached([*(f.test for f in self.faults), *(o.node for o in self.outputs)])


def reached(roots: Iterable[Node]) -> list[Node]:
    """The nodes that these need and these, arguments first; the order is that of first use."""
    seen: dict[Node, None] = {}
    stack = [(root, False) for root in reversed(list(roots))]
    while stack:
        node, done = stack.pop()
        if node in seen:
            continue
        if done or not node.args:
            seen[node] = None
            continue
        stack.append((node, True))
        stack += [(a, False) for a in reversed(node.args)]
    return list(seen)


class Graph:
    """Makes nodes: equal ones once, and what numbers alone decide at once.

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
        every = frozenset(axes).union(*(a.axes for a in args)) if args else frozenset(axes)
        node = Node(op, tuple(args), every, data, kind, len(self.made))
        return self.made.setdefault(node, node)

    # -- leaves --------------------------------------------------------------------------------

    def number(self, value: Number | int) -> Node:
        return self.node("number", data=value if isinstance(value, float) else Fraction(value))

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

    def minimum(self, x: Node, y: Node) -> Node:
        return self.node("minimum", (x, y))

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
        node = Node(op, (x,), x.axes - {axis}, axis, REAL, len(self.made))
        return self.made.setdefault(node, node)

    def take(self, x: Node, axis: Axis, place: Node) -> Node:
        """The entry of x along an axis at a place, a whole number that may depend on other axes."""
        axes = (x.axes - {axis}) | place.axes
        node = Node("take", (x, place), axes, axis, x.kind, len(self.made))
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


def never_negative(node: Node) -> bool:
    """The value is 0 or more (or NaN), to be seen from the operation alone."""
    match node.op:
        case "number":
            return isinstance(node.data, ByType) or bool(_value(node) >= 0)
        case "exp" | "abs" | "sqrt" | "size":
            return True
        case "add" | "mul" | "div" | "minimum":
            return all(never_negative(a) for a in node.args)
        case "maximum":
            return any(never_negative(a) for a in node.args)
        case "where":
            return all(never_negative(a) for a in node.args[1:])
        case "sum" | "max" | "prod" | "log1p" | "expm1" | "take":
            return never_negative(node.args[0])
    return False
