"""The loops over one axis: which stage computes what, what is kept, and what is added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xent_sym.numeric.layout import weighs
from xent_sym.numeric.printers.loops.aside import NO, Aside
from xent_sym.numeric.printers.loops.dialect import Loop
from xent_sym.numeric.printers.loops.phases import Phases
from xent_sym.numeric.printers.loops.tasks import Root, Stored
from xent_sym.numeric.program import DEAR, REDUCTIONS, TRUTH, Axis, Node

if TYPE_CHECKING:
    from xent_sym.numeric.printers.loops.schedule import Loops


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
        aside = None if self.rest else Aside.of(loops, tasks, self.axis)
        before, after = aside.around(loops, tasks) if aside else ([], [])
        loops.values, loops.stored = dict(values), dict(stored)
        if aside:
            loops.values[aside.test] = NO
        lines, *more = self.phases(tasks)
        loops.close(self.axis)
        near = loops.near(self.axis)
        loops.values, loops.stored = values, stored
        faults = tuple(str(t.target) for t in tasks if t.way == "fault")
        loop = Loop(
            self.axis, variable, lines, tuple(totals), faults,
            [line for b in blocks for line in loops.fill(b.block, "sum")],
            [line for b in blocks for line in b.added(loops)],
            near, more,
        )
        return [*before, *loops.dialect.loop(loops.layout, loop), *after]

    def phases(self, tasks: Sequence[Root]) -> list[list[str]]:
        """The lines in the loop; or in each of several, one after the other for every block."""
        loops, split = self.loops, [[*tasks]]
        if loops.dialect.phases:
            split = Phases(loops, tasks, self.axis, self.rest).split()
        made = []
        for phase in split:
            values = dict(loops.values)
            made.append(loops.schedule(phase, self.rest))
            loops.values = values
            self.remember(phase)
        return made
