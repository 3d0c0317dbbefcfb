"""A program as nested loops: what depends on an axis is computed inside a loop over it.

One axis after another is opened, outermost first.  Along an axis the work falls into stages: a
loop computes what the sums and maxima of earlier loops allow, its own sums are ready when it
ends, and what needs them comes in the next.  A softmax has three: the maximum, the sum, the
quotients.  What was dear to compute in one loop and is needed in a later one is kept in memory;
what was cheap is computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from xent_sym.numeric.layout import Layout, raises, weighs
from xent_sym.numeric.printers.loops.dialect import Dialect, Loop
from xent_sym.numeric.printers.loops.near import Nearness
from xent_sym.numeric.printers.loops.ratios import RATIOS, reduced
from xent_sym.numeric.printers.loops.stages import Staged
from xent_sym.numeric.printers.loops.tasks import Root, Stored
from xent_sym.numeric.program import (
    DOWN,
    LEAVES,
    REAL,
    REDUCTIONS,
    ROWS,
    WHOLE,
    Axis,
    Node,
)
from xent_sym.terms.term import Term


@dataclass
class Loops:
    """Writes the loops of a program along axes in an order of the caller's.

    ``buffers`` are the arrays that the lines need and their axes, ``tiles`` those for one block of
    a loop: is it one with loops in it?  ``asked`` holds the tests of nearness in the lines so far.
    """

    layout: Layout
    dialect: Dialect
    results: dict[str, str]
    values: dict[Node, str] = field(default_factory=dict)
    stored: dict[Node, Stored] = field(default_factory=dict)
    buffers: list[tuple[str, tuple[Axis, ...]]] = field(default_factory=list)
    tiles: dict[str, bool] = field(default_factory=dict)
    variables: dict[Axis, str] = field(default_factory=dict)
    nearness: Nearness = field(default_factory=Nearness)
    asked: dict[str, Node] = field(default_factory=dict)
    made: int = 0

    def write(self, order: Sequence[Axis]) -> list[str]:
        """The lines of the whole program, with its axes opened in this order."""
        program = self.layout.program
        roots = [Root("fault", f.test, f.test.axes, f.name) for f in program.faults]
        roots += [Root("output", o.node, frozenset({ROWS, *o.axes}),
                       Stored(self.results[o.name], o.axes, result=True))
                  for o in program.outputs]
        return self.schedule(roots, tuple(order))

    def open(self, axis: Axis) -> str:
        """The variable of a new loop over an axis."""
        name = axis.name if axis.name.isidentifier() and axis.name.isascii() else "i"
        while name in self.variables.values() or name in self.dialect.reserved:
            name += "_"
        self.variables[axis] = name
        return name

    def close(self, axis: Axis) -> None:
        del self.variables[axis]

    def fill(self, stored: Stored, op: str) -> list[str]:
        """The loops that set a buffer to what a sum, or a maximum, begins with."""
        start = self.dialect.start(op)
        return self.over(stored.axes, lambda: [self.dialect.assign(self.place(stored), start)])

    def over(self, axes: Sequence[Axis], inside: Callable[[], list[str]]) -> list[str]:
        """Loops over these axes around lines that are made while the loops are open."""
        variables = [self.open(a) for a in axes]
        lines = inside()
        for axis, variable in reversed(list(zip(axes, variables, strict=True))):
            lines = self.dialect.loop(self.layout, Loop(axis, variable, lines, ()))
            self.close(axis)
        return lines

    def name(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    # -- what is known already -----------------------------------------------------------------

    def ready(self, node: Node) -> bool:
        """No more work: a leaf, something read from an argument, or a value at hand."""
        return node.op in LEAVES or node in self.values or node in self.stored

    def behind(self, node: Node) -> tuple[Node, ...]:
        """What a node is computed from; a look-up needs only its place."""
        below = self.below(node)
        if below:
            return below
        if node.op in RATIOS:
            return reduced(node)
        if node.op == "eq" and node.args[0] not in self.stored and _is_one(node.args[1]):
            weight = self.weight(node.args[0])
            return (node.args[0], *weight) if len(weight) > 2 else node.args
        return node.args[1:] if node.op == "take" else node.args

    def weight(self, node: Node) -> tuple[Node, ...]:
        """The z and m of a weight e^{z − m}, and the test of nearness where there is one."""
        return () if node.op == "apart" else self.below(node)

    def below(self, node: Node) -> tuple[Node, ...]:
        """The same, or those of a difference z − m itself."""
        whole = node.args if node.op == "apart" else weighs(node) or raises(node)
        if whole is None or not self.dialect.falls:
            return ()
        near = self.nearness.test(*whole)
        return (*whole, near) if near else (*whole,)

    def closure(self, roots: Iterable[Node]) -> list[Node]:
        """All that is still to be computed for these, arguments first."""
        found: dict[Node, None] = {}
        stack = [(n, False) for n in roots]
        while stack:
            node, done = stack.pop()
            if node in found or self.ready(node):
                continue
            if done:
                found[node] = None
            else:
                stack.append((node, True))
                stack += [(a, False) for a in reversed(self.behind(node))]
        return list(found)

    # -- one axis ------------------------------------------------------------------------------

    def schedule(self, roots: Sequence[Root], axes: tuple[Axis, ...]) -> list[str]:
        """The lines that do these roots, with loops over these axes where they are needed."""
        if not roots:
            return []
        if not axes:
            return self.straight(roots)
        axis, rest = axes[0], axes[1:]
        work = self.closure(r.node for r in roots)
        involved = any(axis in r.axes for r in roots) or any(
            n.op in REDUCTIONS and n.axis == axis for n in work)
        if not involved:
            return self.schedule(roots, rest)
        return Staged(self, roots, axis, rest, work).lines()

    def straight(self, roots: Sequence[Root]) -> list[str]:
        """No loop is left to open: one line for each node, then what is done with the roots."""
        lines = []
        for node in self.closure(r.node for r in roots):
            if node.op == "where":
                lines += self.fetched(node.args[1:])
            code = self.expression(node)
            if node.kind == REAL:
                self.values[node] = self.name("v")
                lines.append(self.dialect.declare(self.values[node], code))
            else:
                self.values[node] = code  # a test keeps no register busy where it stands
        return lines + [line for root in roots for line in self.finish(root)]

    def fetched(self, nodes: Iterable[Node]) -> list[str]:
        """The lines that read these from memory, whether they are chosen or not: a read that
        depends on a test ends vector code."""
        lines = []
        for node in nodes:
            read = node.kind == REAL and (node.op == "input" or node in self.stored)
            if read and node not in self.values:
                code = self.code(node)
                self.values[node] = self.name("v")
                lines.append(self.dialect.declare(self.values[node], code))
        return lines

    def finish(self, root: Root) -> list[str]:
        if root.way == "value":
            return []
        value, target = self.code(root.node), root.target
        place = self.place(target) if isinstance(target, Stored) else target
        if root.way == "into":
            assert root.reduction is not None
            return [self.dialect.accumulate(root.reduction.op, place, value)]
        if root.way == "fault":
            return [self.dialect.fault(place, value)]
        return [self.dialect.assign(place, value)]

    # -- expressions ---------------------------------------------------------------------------

    def code(self, node: Node) -> str:
        """Code for the value of a node that is ready."""
        if node in self.values:
            return self.values[node]
        if node in self.stored:
            return self.place(self.stored[node])
        match node.op:
            case "number" | "size" if node.kind == WHOLE:
                return str(node.data) if node.op == "number" else self.layout.length(_over(node))
            case "number":
                return self.dialect.literal(node.data)
            case "size":
                return self.dialect.number_of(self.layout.length(_over(node)))
            case "place":
                return self.variables[node.axis]
        return self.read(node, {})

    def expression(self, node: Node) -> str:
        if node.op == "take":
            return self.read(node, {})
        assert node.op not in REDUCTIONS, f"{node.op} is left over"
        if node.op == "series":
            assert isinstance(node.data, tuple)
            coefficients = [self.dialect.literal(c) for c in node.data]
            return self.dialect.polynomial(self.code(node.args[0]), coefficients)
        op, arguments = node.op, self.behind(node)
        codes = [self.code(a) for a in arguments]
        if self.below(node):
            op = "weight" if weighs(node) else "raised" if raises(node) else op
            if len(arguments) > 2:
                self.asked[codes[-1]] = arguments[-1]
            else:
                codes.append("0")
        elif op == "eq" and len(arguments) > 2:
            op = "at_most"
            self.asked[codes[-1]] = arguments[-1]
        elif self.dialect.falls and node.data == DOWN:
            op = "exp_down"
        elif op == "log1p" and node.args[0].data == DOWN:
            op = "log1p_unit"
        elif self.dialect.falls and op == "maximum" and node.args[1].op == "number":
            op = "at_least"
        return self.dialect.call(op, codes)

    def near(self, axis: Axis) -> dict[str, str]:
        """Of the tests asked inside a loop over an axis: the code there, and the code before it."""
        known = {code: node for code, node in self.asked.items() if axis not in node.axes}
        for code in known:
            del self.asked[code]
        return {code: code if ROWS in self.variables else self.dialect.every(self.stored[node].name)
                for code, node in known.items()}

    def read(self, node: Node, at: dict[Axis, str]) -> str:
        """Code that reads an argument; along some axes at a place that was looked up."""
        if node.op == "take":
            array, place = node.args
            return self.read(array, {**at, node.axis: self.code(place)})
        places = [(at[p.axis] if p.axis in at else self.variables[p.axis], p.offset)
                  for p in node.access.places]
        return self.dialect.argument(node, places, self.layout.shape(node.access),
                                     self.variables[ROWS])

    def place(self, stored: Stored) -> str:
        """Code for an entry of a result, or of a buffer."""
        lengths = [self.layout.along(a) if a is not ROWS else self.dialect.lanes
                   for a in stored.axes]
        indices = [self.variables[a] if a is not ROWS else self.dialect.lane(self.variables[a])
                   for a in stored.axes]
        if stored.result:
            return self.dialect.result(stored.name, indices, lengths, self.variables[ROWS])
        if stored.since:
            indices = [f"{self.variables[a]} - {stored.since}" for a in stored.axes]
        return self.dialect.buffer(stored.name, indices, lengths)

    def memory(self, axes: Sequence[Axis]) -> Stored:
        """A new buffer with these dimensions."""
        stored = Stored(self.name("b"), tuple(axes))
        self.buffers.append((stored.name, stored.axes))
        return stored


def _is_one(node: Node) -> bool:
    return node.op == "number" and node.data == 1


def _over(node: Node) -> Term:
    """The range whose length a size is."""
    assert isinstance(node.data, Term)
    return node.data
