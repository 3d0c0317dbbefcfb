"""A loop falls apart into several, one after the other for every block.

For every i, J(θ) wants Σ_k θ_k x_ik, then an exponential and a logarithm of it, then x_ik times
the result for every k.  In one loop over i the middle is one number at a time; in a loop of its
own, over a block of i, it is a vector.

And where e^x goes into a logarithm, the steps that wait for each other are so many that a
processor runs out of others to do meanwhile: two loops take less time than one.

The numbers in between are kept for a block at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xent_sym.numeric.printers.loops.ratios import SLOWER
from xent_sym.numeric.printers.loops.tasks import Root, Stored
from xent_sym.numeric.program import REDUCTIONS, Axis, Node

if TYPE_CHECKING:
    from xent_sym.numeric.printers.loops.schedule import Loops


@dataclass(frozen=True)
class Phases:
    """The tasks of a loop over ``axis``, within which loops over ``rest`` are opened."""

    loops: Loops
    tasks: Sequence[Root]
    axis: Axis
    rest: tuple[Axis, ...]

    def split(self) -> list[list[Root]]:
        """The tasks of each loop: one slow function after another; or, where there are inner axes,
        sums over them, what is one number for each i, and the rest."""
        return self.around_sums() if self.rest else self.one_by_one()

    def one_by_one(self) -> list[list[Root]]:
        """Before a slow function of another, a loop for the other."""
        work = self.loops.closure(t.node for t in self.tasks)
        depth: dict[Node, int] = {}
        for node in work:
            before = max((depth.get(a, 0) for a in self.loops.behind(node)), default=0)
            depth[node] = before + self.is_slow(node)
        wanted = [n for n in work if self.is_slow(n)
                  and any(depth[m] > depth[n] for m in self.users(n, work))]
        return [
            *([self.keep(n) for n in wanted if depth[n] == level]
              for level in sorted({depth[n] for n in wanted})), [*self.tasks],
        ]

    def is_slow(self, node: Node) -> bool:
        return self.axis in node.axes and (node.op in SLOWER or bool(self.loops.weight(node)))

    def users(self, node: Node, work: Sequence[Node]) -> set[Node]:
        """All in the loop that needs a node, at first or at second hand."""
        found = {node}
        for other in work:
            if not found.isdisjoint(self.loops.behind(other)):
                found.add(other)
        return found

    def around_sums(self) -> list[list[Root]]:
        """Sums over the inner axes; what is one number for each i; what has the inner axes."""
        flat = [t for t in self.tasks if not self.deep(t.node) and not t.axes & {*self.rest}]
        deep = [t for t in self.tasks if t not in flat]
        wanted = self.edge(t.node for t in deep)
        middle = self.middle([*(t.node for t in flat), *wanted])
        sums = [n for n in middle if n.op in REDUCTIONS]
        between = [n for n in middle if n not in sums]
        if not sums or not any(n.op in SLOWER for n in between) or self.twice(sums, deep):
            return [[*self.tasks]]
        kept = [self.keep(n) for n in wanted if n in between]
        phases = [[self.keep(n) for n in sums], [*flat, *kept], deep]
        return [phase for phase in phases if phase]

    def deep(self, node: Node) -> bool:
        return bool(node.axes & {*self.rest})

    def keep(self, node: Node) -> Root:
        """Kept for a block."""
        name = self.loops.name("t")
        self.loops.tiles[name] = bool(self.rest)
        stored = Stored(name, (self.axis,), since=f"{self.loops.variables[self.axis]}_begin")
        return Root("keep", node, frozenset({self.axis}), stored)

    def edge(self, roots: Iterable[Node]) -> list[Node]:
        """What is one number for each i and goes into something with the inner axes."""
        found: dict[Node, None] = {}
        seen: set[Node] = set()
        stack = list(roots)
        while stack:
            node = stack.pop()
            if node in seen or self.loops.ready(node):
                continue
            seen.add(node)
            if self.deep(node):
                stack += self.loops.behind(node)
            elif self.axis in node.axes:
                found[node] = None
        return list(found)

    def middle(self, roots: Sequence[Node]) -> list[Node]:
        """All that is one number for each i, down to the sums over the inner axes."""
        found: dict[Node, None] = {}
        stack = [*roots]
        while stack:
            node = stack.pop()
            if node in found or self.loops.ready(node) or self.axis not in node.axes:
                continue
            found[node] = None
            if node.op not in REDUCTIONS:
                stack += self.loops.behind(node)
        return list(found)

    def twice(self, sums: Sequence[Node], deep: Sequence[Root]) -> bool:
        """Something dear with the inner axes would be computed for the sums, and once more."""
        first = {n for n in self.loops.closure(sums) if self.deep(n)}
        again = {n for n in self.loops.closure(t.node for t in deep) if self.deep(n)}
        return any(n.op in SLOWER or self.loops.weight(n) for n in first & again)
