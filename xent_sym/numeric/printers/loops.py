"""A program as nested loops: what depends on an axis is computed inside a loop over it.

One axis after another is opened, outermost first.  Along an axis the work falls into stages: a
loop computes what the sums and maxima of earlier loops allow, its own sums are ready when it
ends, and what needs them comes in the next.  A softmax has three: the maximum, the sum, the
quotients.  What was dear to compute in one loop and is needed in a later one is kept in memory;
what was cheap is computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from xent_sym.numeric.printers.dialect import Dialect, Loop
from xent_sym.numeric.printers.layout import Layout, raises, weighs
from xent_sym.numeric.program import (
    DEAR,
    DOWN,
    LEAVES,
    REAL,
    REDUCTIONS,
    ROWS,
    TRUTH,
    WHOLE,
    Axis,
    Node,
)
from xent_sym.terms.term import Term


@dataclass(frozen=True)
class Root:
    """Something to be done with a node: where it goes, and the axes along which it goes there.

    ``way``: output, keep, into (an accumulator), fault, or value (it is only to be computed).
    """

    way: str
    node: Node
    axes: frozenset[Axis]
    target: str | Stored = ""
    reduction: Node | None = None


@dataclass(frozen=True)
class Stored:
    """A node in memory: the name of the array and the axes of its dimensions, in order.

    A ``result`` is the caller's memory and has a batch axis besides.
    """

    name: str
    axes: tuple[Axis, ...]
    result: bool = False


@dataclass
class Loops:
    """Writes the loops of a program along axes in an order of the caller's."""

    layout: Layout
    dialect: Dialect
    results: dict[str, str]
    values: dict[Node, str] = field(default_factory=dict)
    stored: dict[Node, Stored] = field(default_factory=dict)
    buffers: list[tuple[str, tuple[Axis, ...]]] = field(default_factory=list)
    variables: dict[Axis, str] = field(default_factory=dict)
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
        whole = (weighs(node) or raises(node)) if self.dialect.falls else None
        if whole is not None:
            return whole
        return node.args[1:] if node.op == "take" else node.args

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
            code = self.expression(node)
            if node.kind == REAL:
                self.values[node] = self.name("v")
                lines.append(self.dialect.declare(self.values[node], code))
            else:
                self.values[node] = code  # a test keeps no register busy where it stands
        return lines + [line for root in roots for line in self.finish(root)]

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
        if self.dialect.falls:
            op = "weight" if weighs(node) else "raised" if raises(node) else op
            op = "exp_down" if node.data == DOWN else op
        return self.dialect.call(op, [self.code(a) for a in arguments])

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
        return self.dialect.buffer(stored.name, indices, lengths)

    def memory(self, axes: Sequence[Axis]) -> Stored:
        """A new buffer with these dimensions."""
        stored = Stored(self.name("b"), tuple(axes))
        self.buffers.append((stored.name, stored.axes))
        return stored


@dataclass(frozen=True)
class CarefulSum:
    """A sum of arrays: block by block, each block added to the total with what that rounds away."""

    total: Stored
    rest: Stored
    block: Stored

    @classmethod
    def of(cls, loops: Loops, total: Stored) -> CarefulSum:
        return cls(total, loops.memory(total.axes), loops.memory(total.axes))

    def added(self, loops: Loops) -> list[str]:
        """The loops that add a finished block to the total."""
        return loops.over(self.total.axes, lambda: [loops.dialect.add_careful(
            loops.place(self.total), loops.place(self.rest), loops.place(self.block))])

    def ended(self, loops: Loops) -> list[str]:
        """The loops that put together what the total and its rest are in the end."""
        return loops.over(self.total.axes, lambda: [loops.dialect.accumulate(
            "sum", loops.place(self.total), loops.place(self.rest))])


def _over(node: Node) -> Term:
    """The range whose length a size is."""
    assert isinstance(node.data, Term)
    return node.data


@dataclass
class Staged:
    """The loops over one axis, one for each stage, and what comes before, between and after."""

    loops: Loops
    roots: Sequence[Root]
    axis: Axis
    rest: tuple[Axis, ...]
    work: list[Node]
    levels: dict[Node, int] = field(default_factory=dict)
    inside: list[list[Node]] = field(default_factory=list)
    before: list[dict[Node, None]] = field(default_factory=list)
    tasks: list[list[Root]] = field(default_factory=list)
    keeps: dict[Node, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The text: for each stage what comes before its loop, then the loop."""
        for node in self.work:
            self.levels[node] = self.level(node)
        self.plan()
        made: list[str] = []
        for stage, tasks in enumerate(self.tasks):
            made += self.outside(stage)
            if tasks:
                made += self.loop(stage)
        return made

    # -- planning ------------------------------------------------------------------------------

    def level(self, node: Node) -> int:
        """The loop in which a node can be computed, or the number of loops that precede it."""
        behind = self.loops.behind(node)
        most = max((self.levels.get(a, 0) for a in behind), default=0)
        return most + (node.op in REDUCTIONS and node.axis == self.axis)

    def plan(self) -> None:
        """What each loop does and keeps, and what must be known before it."""
        sums = [n for n in self.work if n.op in REDUCTIONS and n.axis == self.axis]
        last = max([self.levels.get(r.node, 0) for r in self.roots]
                   + [self.levels[n] for n in sums])
        for stage in range(last + 1):
            own = [r for r in self.roots if self.axis in r.axes and self.stage_of(r) == stage]
            into = [Root("into", n.args[0], n.axes & {*self.rest}, "", n) for n in sums
                    if self.levels[n] == stage + 1]
            self.tasks.append([*own, *into])
            self.before.append({})
            self.inside.append([])
            for root in self.tasks[stage]:
                self.visit(root.node, stage)
        for node, stage in self.keeps.items():
            stored = self.memory(node, stage)
            self.tasks[stage].append(Root("keep", node, frozenset(stored.axes), stored))

    def stage_of(self, root: Root) -> int:
        return self.levels.get(root.node, 0)

    def visit(self, node: Node, stage: int) -> None:
        """Take a node into a loop, or have it kept by an earlier one, or known before."""
        if self.loops.ready(node) or node in self.keeps or node in self.inside[stage]:
            return
        if self.axis not in node.axes and self.is_known_before(node):
            self.before[stage].setdefault(node)
            return
        earlier = next((s for s in range(stage) if node in self.inside[s]), None)
        if earlier is not None and node.kind != TRUTH and self.is_dear(node):
            self.keeps[node] = earlier
            return
        for argument in self.loops.behind(node):
            self.visit(argument, stage)
        self.inside[stage].append(node)

    def is_known_before(self, node: Node) -> bool:
        """It does not change along the axis: one number, or an array that is worth keeping."""
        return not node.axes & {*self.rest} or self.is_dear(node)

    def is_dear(self, node: Node) -> bool:
        """Something in it costs more than reading a number back."""
        if self.loops.ready(node) or node in self.keeps:
            return False
        dear = node.op in DEAR or node.op in REDUCTIONS or weighs(node) is not None
        return dear or any(self.is_dear(a) for a in self.loops.behind(node))

    def memory(self, node: Node, stage: int) -> Stored:
        """Where a node is kept: in a result of its shape that is written last, or in a buffer."""
        own = node.axes & {self.axis, *self.rest}
        taken = [t.target for tasks in self.tasks for t in tasks if t.way == "keep"]
        for root in self.roots:
            if root.way == "output" and isinstance(root.target, Stored):
                last = stage < self.stage_of(root) == len(self.tasks) - 1
                same = own == {*root.target.axes} and node.axes == root.axes
                if last and same and root.target not in taken:
                    return root.target
        return self.loops.memory([a for a in (self.axis, *self.rest) if a in own])

    # -- writing -------------------------------------------------------------------------------

    def outside(self, stage: int) -> list[str]:
        """What does not change along the axis and is first needed in this stage."""
        roots = [r for r in self.roots if self.axis not in r.axes and self.stage_of(r) == stage]
        for node in self.before[stage]:
            if self.loops.ready(node):
                continue
            own = [a for a in self.rest if a in node.axes]
            stored = self.loops.memory(own) if own else ""
            roots.append(Root("keep" if own else "value", node, frozenset(own), stored))
        lines = self.loops.schedule(roots, self.rest)
        self.remember(roots)
        return lines

    def remember(self, roots: Sequence[Root]) -> None:
        """What these roots kept can be read from now on."""
        self.loops.stored.update(
            {r.node: r.target for r in roots if r.way == "keep" and isinstance(r.target, Stored)})

    def loop(self, stage: int) -> list[str]:
        """The loop of a stage, with the totals that it adds to begun before it."""
        loops, lines, totals = self.loops, list[str](), list[tuple[str, str]]()
        tasks, ready, blocks = list[Root](), dict[Node, str | Stored](), list[CarefulSum]()
        for task in self.tasks[stage]:
            if task.reduction is None or task.target:
                tasks.append(task)  # a total of a loop further out has its place already
                continue
            op = task.reduction.op
            target: str | Stored = loops.name("s")
            if task.axes:
                target = loops.memory([a for a in self.rest if a in task.axes])
                lines += loops.fill(target, op)
                ready[task.reduction] = target
                if op == "sum" and loops.dialect.careful:
                    blocks.append(CarefulSum.of(loops, target))
                    lines += loops.fill(blocks[-1].rest, op)
                    target = blocks[-1].block
            else:
                totals.append((str(target), op))
                ready[task.reduction] = loops.dialect.total(str(target), op)
            tasks.append(replace(task, target=target))
        lines += self.body(tasks, totals, blocks)
        lines += [line for block in blocks for line in block.ended(loops)]
        loops.values.update({n: where for n, where in ready.items() if isinstance(where, str)})
        loops.stored.update({n: w for n, w in ready.items() if isinstance(w, Stored)})
        self.remember(tasks)
        return lines

    def body(
        self, tasks: Sequence[Root], totals: Sequence[tuple[str, str]],
        blocks: Sequence[CarefulSum],
    ) -> list[str]:
        """The loop with the lines in it; the values of its inside are forgotten after it."""
        loops = self.loops
        values, stored = dict(loops.values), dict(loops.stored)
        variable = loops.open(self.axis)
        lines = loops.schedule(tasks, self.rest)
        loops.close(self.axis)
        loops.values, loops.stored = values, stored
        faults = tuple(str(t.target) for t in tasks if t.way == "fault")
        loop = Loop(
            self.axis, variable, lines, tuple(totals), faults,
            [line for b in blocks for line in loops.fill(b.block, "sum")],
            [line for b in blocks for line in b.added(loops)],
        )
        return loops.dialect.loop(loops.layout, loop)
