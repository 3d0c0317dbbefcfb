"""What a rare choice gets at its entries, as lines of NumPy on short arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from xent_sym.numeric.printers.numpy.rare import class_tested
from xent_sym.numeric.printers.numpy.rows import RowLines
from xent_sym.numeric.printers.numpy.stages import Stages
from xent_sym.numeric.program import ROWS, Node


@dataclass
class PointLines:
    """Writes the lines of one pass; ``array`` names an array that can be read now, if it is one."""

    plan: Stages
    rows: RowLines
    level: int
    array: Callable[[Node], str | None]
    lines: list[str]
    entries: dict[Node, str] = field(default_factory=dict)
    values: dict[tuple[Node, Node], str] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)

    def find(self, test: Node, mask: str) -> None:
        """The entries where a test holds, once the test is there."""
        self.found(test, f"_holding({mask}, first)")

    def found(self, test: Node, code: str) -> None:
        """A name for entries, and a list of those of all pieces, if a later pass asks for them."""
        name = self.rows.assigned_to(self.lines, "p", code)
        self.entries[test] = name
        if self.later(test):
            self.begun.append(f"{name}_of = []")
            self.lines.append(f"{name}_of.append({name})")
            self.plan.listed[test] = f"{name}_of"

    def later(self, test: Node) -> bool:
        """A later pass asks for the same entries."""
        return any(choice is not None and choice.args[0] is test
                   for stage in self.plan.stages[self.level + 1:]
                   for choice in map(self.plan.choice, stage.inside))

    def at(self, test: Node) -> str:
        """The name of the entries at which a test holds."""
        if test not in self.entries:
            chosen = class_tested(test)
            if test in self.plan.listed:
                self.entries[test] = self.rows.assigned_to(
                    self.lines, "p", f"{self.plan.listed[test]}[number]")
            elif chosen is not None:
                length = self.rows.layout.along(self.plan.axis)
                self.found(test, f"_at_class({self.rows.code(chosen)}, first, last, {length})")
        return self.entries[test]

    def value(self, node: Node, test: Node) -> str:
        """Code for a node at the entries where a test holds."""
        if node.op in ("number", "size"):
            return self.rows.code(node)
        if (test, node) not in self.values:
            self.values[test, node] = self.rows.assigned_to(
                self.lines, "v", self.expression(node, test))
        return self.values[test, node]

    def expression(self, node: Node, test: Node) -> str:
        points = self.at(test)
        if not self.plan.wide(node):
            name = self.rows.code(node)
            return f"_row_of({name}, {points})" if ROWS in node.axes else name
        array = self.array(node)
        if array is not None:
            return f"_read({array}, {points})"
        if node.op == "place":
            return f"{points}[2]"
        return self.rows.call(node, [self.value(a, test) for a in node.args])
