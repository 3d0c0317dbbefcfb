"""Which array holds what, while a block is worked on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from xent_sym.numeric.printers.numpy.stages import Stages
from xent_sym.numeric.program import Node, Output

# These write their result before they have read all that they need.
UNSAFE = frozenset({"lost", "series", "apart", "powers", "divergence", "log_ratio"})


@dataclass
class Memory:
    """The buffers, and the results; ``left`` says how often a node will yet be read."""

    plan: Stages
    results: Mapping[Node, str]
    part: Callable[[str], str]
    where: dict[Node, str] = field(default_factory=dict)
    left: Counter[Node] = field(default_factory=Counter)
    free: list[str] = field(default_factory=list)
    buffers: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    wanted: dict[Node, str] = field(default_factory=dict)
    kept: dict[Node, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Decide where what is kept goes: into a result that comes last, or apart."""
        last = max((n for n, s in enumerate(self.plan.stages) if s.inside), default=0)
        for node in self.plan.kept:
            places = [self.results[o.node] for o in self.plan.program.outputs
                      if self.plan.full(o.node) and self.plan.levels[o.node] == last
                      and self.results[o.node] not in self.kept.values()]
            if places:
                self.kept[node] = places[0]
            else:
                self.apart.append(f"kept_{len(self.apart) + 1}")
                self.kept[node] = self.part(self.apart[-1])

    def begin(self, level: int, outputs: Sequence[Output]) -> None:
        """A pass begins: how often it reads each node, and where results are wanted."""
        stage = self.plan.stages[level]
        later = {a for n, s in enumerate(self.plan.stages) if n > level
                 for one in s.inside for a in self.plan.arrays(one, n)}
        self.left = Counter(a for n in stage.inside for a in self.plan.arrays(n, level))
        self.left.update(o.node for o in outputs)
        self.left.update(n for n in self.kept if n in later)
        self.wanted = {n: m for n, m in self.kept.items() if self.plan.kept[n] == level}
        for output in outputs:
            self.wanted.setdefault(output.node, self.results[output.node])
        for node in reversed(stage.inside):
            if node.op == "where" and node in self.wanted and node.args[2] not in self.wanted:
                self.wanted[node.args[2]] = self.wanted[node]

    def end(self) -> None:
        """A pass has ended: only what is kept stays."""
        for node in list(self.where):
            if node not in self.kept or not self.left[node]:
                self.release(node)

    def place(self, node: Node, reads: Sequence[Node]) -> str:
        """Memory for a result: where it must go in the end, what it replaces, or a free buffer."""
        overlap = node.op not in UNSAFE
        dying = [a for a in reads if overlap and self.dies(a, reads)]
        held = {m for n, m in self.where.items() if n not in dying}
        wanted = self.wanted.get(node)
        if wanted is not None and wanted not in held:
            self.where[node] = wanted
            self.free = [b for b in self.free if b != wanted]
        elif dying and self.may_replace(dying[0], node):
            self.handed(dying[0], node)
        else:
            self.where[node] = self.taken()
        return self.where[node]

    def may_replace(self, old: Node, new: Node) -> bool:
        """A result's memory is for what becomes that result; any other is for everything."""
        memory = self.where[old]
        return memory not in self.results.values() or any(
            new in n.args for n, wanted in self.wanted.items() if wanted == memory)

    def taken(self) -> str:
        """A free buffer, or a new one."""
        if not self.free:
            self.buffers.append(f"b{len(self.buffers) + 1}")
            return self.part(self.buffers[-1])
        return self.free.pop()

    def dies(self, node: Node, reads: Sequence[Node]) -> bool:
        """The node is in memory of ours, and this was the last time that it is read."""
        return node in reads and node in self.where and self.left[node] == 0

    def handed(self, old: Node, new: Node) -> None:
        """The memory of a node is another's now."""
        self.where[new] = self.where.pop(old)

    def settle(self, reads: Sequence[Node]) -> None:
        """Take back what nobody reads again."""
        for node in reads:
            if self.left[node] == 0 and node in self.where:
                self.release(node)

    def release(self, node: Node) -> None:
        memory = self.where.pop(node)
        if memory in map(self.part, self.buffers) and memory not in self.where.values():
            self.free.append(memory)
