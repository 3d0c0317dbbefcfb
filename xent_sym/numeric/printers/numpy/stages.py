"""The stages of a program along its one inner axis, for NumPy: which pass computes what.

A pass goes over the row piece by piece; a sum is known when it ends, and what needs the sum comes
in the next.  What was dear in one pass and is needed in a later one is kept.  What a rare choice
(``rare``) needs is computed at the chosen entries only, out of what is at hand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from xent_sym.numeric.layout import raises
from xent_sym.numeric.printers.numpy.powers import FOUND
from xent_sym.numeric.printers.numpy.rare import class_tested, is_zero, rare_tests
from xent_sym.numeric.program import DEAR, LEAVES, REAL, ROWS, Axis, Node, Program

# So many cheap operations cost more than writing a number down and reading it again.
WORTH_KEEPING = 4


@dataclass
class Stage:
    """One pass: what the rows need before it, and what it computes at each entry, in order.

    ``reads`` are the arrays that a rare choice looks at.
    """

    tasks: list[Node] = field(default_factory=list)
    before: dict[Node, None] = field(default_factory=dict)
    inside: list[Node] = field(default_factory=list)
    reads: dict[Node, tuple[Node, ...]] = field(default_factory=dict)


@dataclass
class Stages:
    """The passes of a program; ``axis`` is the rows themselves where there is no inner axis."""

    program: Program
    axis: Axis
    stages: list[Stage] = field(default_factory=list)
    levels: dict[Node, int] = field(default_factory=dict)
    kept: dict[Node, int] = field(default_factory=dict)
    rare: frozenset[Node] = frozenset()
    found: dict[Node, int] = field(default_factory=dict)
    listed: dict[Node, str] = field(default_factory=dict)

    def planned(self) -> Stages:
        """Decide it all."""
        nodes = self.program.nodes()
        self.rare = frozenset(t for t in rare_tests(nodes) if self.wide(t))
        for node in nodes:
            most = max((self.levels[a] for a in node.args), default=0)
            self.levels[node] = most + (node.op in FOUND)
        roots = [f.test for f in self.program.faults] + [o.node for o in self.program.outputs]
        for level in range(max(self.levels.values(), default=0) + 1):
            stage = Stage()
            self.stages.append(stage)
            sums = [n for n in nodes if n.op in FOUND and self.levels[n] == level + 1]
            own = [r for r in roots if self.levels[r] == level]
            stage.before.update(dict.fromkeys(r for r in own if not self.wide(r)))
            stage.tasks = list(dict.fromkeys([*(r for r in own if self.wide(r)), *sums]))
            for task in stage.tasks:
                for node in [task] if self.wide(task) else self.reads(task, level):
                    self.demand(node, level)
            for node in [*stage.inside, *stage.tasks]:
                if self.choice(node) is not None:
                    stage.reads[node] = tuple(dict.fromkeys(self.looked_at(node, level)))
            stage.inside = self.in_order(level)
        return self

    def wide(self, node: Node) -> bool:
        """The node has a value at each entry."""
        return self.axis in node.axes

    def full(self, node: Node) -> bool:
        """The node is a number at each entry of each row: it needs memory."""
        return self.wide(node) and ROWS in node.axes and node.kind == REAL

    def choice(self, node: Node) -> Node | None:
        """The rare choice that a node makes, or sums up."""
        inside = node.args[0] if node.op == "sum" else node
        if inside.op != "where" or inside.args[0] not in self.rare:
            return None
        rest = inside.args[2]
        return inside if node is inside or self.full(rest) or is_zero(rest) else None

    def reads(self, node: Node, level: int) -> Iterable[Node]:
        """What must be there at each entry before a node can be computed."""
        choice, risen = self.choice(node), raises(node)
        if risen is not None:
            weight, by = node.args
            return weight, by, weight.args[0].args[0], *risen
        if choice is None:
            return node.args if node.op != "take" else node.args[1:]
        test, _, no = choice.args
        searched = class_tested(test) is None and self.found.get(test, level) == level
        return ((test,) if searched else ()) + ((no,) if self.wide(no) else ())

    def arrays(self, node: Node, level: int) -> tuple[Node, ...]:
        """The arrays that a node reads, those at its chosen entries included."""
        own = [a for a in self.reads(node, level) if self.wide(a)]
        return tuple(dict.fromkeys([*own, *self.stages[level].reads.get(node, ())]))

    def demand(self, node: Node, level: int) -> None:
        """Take a node into a pass, or have it kept by an earlier one, or known before."""
        stage = self.stages[level]
        if not self.wide(node):
            stage.before.setdefault(node)
        elif node.op in LEAVES or node in stage.inside or self.is_kept(node, level):
            return
        else:
            if node in self.rare:
                self.found.setdefault(node, level)
            for argument in self.reads(node, level):
                self.demand(argument, level)
            choice = self.choice(node)
            if choice is not None and not self.wide(choice.args[2]):
                stage.before.setdefault(choice.args[2])
            stage.inside.append(node)

    def is_kept(self, node: Node, level: int) -> bool:
        """An earlier pass computes it, and it is dear: then that pass keeps it."""
        if node in self.kept and self.kept[node] < level:
            return True
        earlier = next((n for n in range(level) if node in self.stages[n].inside), None)
        if earlier is None or not self.full(node) or self.cost(node, level) < WORTH_KEEPING:
            return False
        self.kept[node] = earlier
        return True

    def cost(self, node: Node, level: int) -> int:
        """How many cheap operations it takes to compute a node again."""
        found: set[Node] = set()
        stack = [node]
        while stack:
            one = stack.pop()
            if one in found or one.op in LEAVES or not self.wide(one) or one in self.kept:
                continue
            found.add(one)
            stack += one.args
        dear = DEAR | {"lost", "powers"}
        return sum(WORTH_KEEPING if n.op in dear else 1 for n in found)

    def looked_at(self, node: Node, level: int) -> Iterator[Node]:
        """The arrays that a rare choice reads at its entries; the rows' numbers are known before.
        """
        choice = self.choice(node)
        assert choice is not None
        test, yes, _ = choice.args
        stage, stack = self.stages[level], [yes]
        chosen = class_tested(test)
        if chosen is not None:
            stage.before.setdefault(chosen)
        while stack:
            one = stack.pop()
            if not self.wide(one):
                stage.before.setdefault(one)
            elif one in stage.inside or self.is_kept(one, level):
                yield one
            else:
                stack += one.args

    def in_order(self, level: int) -> list[Node]:
        """All that a pass does, each node after what it reads."""
        stage = self.stages[level]
        inside, done = {*stage.inside}, dict[Node, None]()
        stack = [(task, False) for task in reversed(stage.tasks)]
        while stack:
            node, ready = stack.pop()
            if node in done:
                continue
            if ready:
                done[node] = None
                continue
            stack.append((node, True))
            behind = [a for a in self.arrays(node, level) if a in inside]
            # what rounding took from d before e^d, which then goes into the memory of d
            behind.sort(key=lambda a: a.op != "lost")
            stack += [(a, False) for a in reversed(behind)]
        return [node for node in done if node.op not in LEAVES]
