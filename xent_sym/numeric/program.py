"""Programs: what a function computes, as a graph of operations on arrays with named axes.

A node carries the axes that it depends on, and nothing about layout: every printer gives a node
one dimension for each axis of the program, of length one where the node lacks the axis, so that
broadcasting is all the alignment there is.  Equal nodes are one node: what stands twice in a
formula is computed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from xent_sym.terms.term import Term

Number: TypeAlias = Fraction | float

REAL, TRUTH, WHOLE = "real", "truth", "whole"
LEAVES = frozenset({"number", "input", "place", "size"})
UNARY = frozenset({"neg", "exp", "log", "log1p", "expm1", "abs", "sqrt", "tanh", "series"})
# ``series`` is a polynomial; its coefficients, of 1 first, are the data of the node.
# ``apart(x, most)``, where x ≤ most, is x − most, and 0 where both are +∞.
# In programs for targets that have these functions, for w, q ≥ 0: ``divergence(w, q)`` is
# w·log(w/q) − w + q, and ``log_ratio(w, q)`` log(w/q).
BINARY = frozenset({"add", "sub", "mul", "div", "power", "maximum", "apart", "divergence",
                    "log_ratio"})
# ``lost(x, y, d)``, where d is x − y rounded: (x − y) − d exactly, wherever it is of account; where
# e^d is 0 or d infinite it may be any finite number.
TERNARY = frozenset({"where", "lost"})
TESTS = frozenset({"eq", "lt", "le"})
# A power of two, for doubles and for singles, that lifts the smallest subnormal to a number with
# all its digits.
RAISED = (2.0**128, 2.0**64)
# The data of an ``exp`` whose argument is never positive.
DOWN = "down"
REDUCTIONS = frozenset({"sum", "max", "prod"})
OPERATIONS = LEAVES | UNARY | BINARY | TERNARY | TESTS | REDUCTIONS | {"take"}
# What costs more than reading a stored number back: a loop printer keeps these.
SLOW = frozenset({"exp", "log", "log1p", "expm1", "tanh", "power", "divergence", "log_ratio"})
DEAR = SLOW | {"div", "sqrt"}


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

        >>> from xent_sym.numeric.graph import Graph
        >>> g = Graph()
        >>> x = g.input([ROWS], Access("x"))
        >>> [n.op for n in Program((Output("y", g.exp(x), ()),), (), ()).nodes()]
        ['input', 'exp']
        """
        return reached([*(f.test for f in self.faults), *(o.node for o in self.outputs)])

    def replaced(self, new: Mapping[Node, Node]) -> Program:
        """The program made of other nodes."""
        outputs = tuple(replace(o, node=new[o.node]) for o in self.outputs)
        faults = tuple(replace(f, test=new[f.test]) for f in self.faults)
        return replace(self, outputs=outputs, faults=faults)


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
