"""The one entry of a loop that an indicator picks out is worked out beside the loop.

In a loop over k that asks k = c at every entry, with one c for the whole loop, the answer is no but
once.  The loop is written with that no, and the entry c, with a yes, before it (the loop may write
over what it reads); its value is put in place when the loop has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xent_sym.numeric.printers.loops.tasks import Root, Stored
from xent_sym.numeric.program import Axis, Node

if TYPE_CHECKING:
    from xent_sym.numeric.printers.loops.schedule import Loops

NO, YES = "0", "1"


@dataclass(frozen=True)
class Aside:
    """A test k = c along an axis of a loop that only fills arrays."""

    test: Node
    axis: Axis

    @classmethod
    def of(cls, loops: Loops, tasks: Sequence[Root], axis: Axis) -> Aside | None:
        """The one test of this kind in a loop; None where there is none, or more than one, or
        where the loop adds something up."""
        if not loops.dialect.asides or not all(isinstance(t.target, Stored) and not t.reduction
                                               for t in tasks):
            return None
        tests = [n for n in loops.closure(t.node for t in tasks)
                 if n.op == "eq" and any(_runs(a, axis) for a in n.args)
                 and sum(axis in a.axes for a in n.args) == 1]
        return cls(tests[0], axis) if len(tests) == 1 else None

    @property
    def place(self) -> Node:
        """The c of k = c."""
        return next(a for a in self.test.args if self.axis not in a.axes)

    def around(self, loops: Loops, tasks: Sequence[Root]) -> tuple[list[str], list[str]]:
        """The lines before and after the loop; its variable is the name of the entry in them."""
        places = [loops.place(t.target) for t in tasks if isinstance(t.target, Stored)]
        names = [loops.name("h") for _ in tasks]
        loops.values[self.test] = YES
        work = loops.straight([replace(t, target=n) for t, n in zip(tasks, names, strict=True)])
        put = [loops.dialect.assign(*pair) for pair in zip(places, names, strict=True)]
        where = (loops.variables[self.axis], loops.code(self.place),
                 loops.layout.along(self.axis))
        return loops.dialect.aside(where, names, work), loops.dialect.aside(where, (), put)


def _runs(node: Node, axis: Axis) -> bool:
    return node.op == "place" and node.axis == axis
