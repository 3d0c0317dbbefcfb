"""A program with at most one inner axis as lines of NumPy that work on one block of rows.

Every line writes into memory that is there already: a result's, or a buffer's that nobody reads
again.  So a block needs few buffers, and they stay in the cache.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field, replace

from xent_sym.numeric.layout import Layout, raises
from xent_sym.numeric.printers.numpy.memory import Memory
from xent_sym.numeric.printers.numpy.points import PointLines
from xent_sym.numeric.printers.numpy.powers import FOUND, scaled
from xent_sym.numeric.printers.numpy.products import guarded
from xent_sym.numeric.printers.numpy.rare import choices_outside, class_tested
from xent_sym.numeric.printers.numpy.rows import RowLines
from xent_sym.numeric.printers.numpy.stages import Stage, Stages
from xent_sym.numeric.program import ROWS, Axis, Node, Output
from xent_sym.numeric.ranges import LINE

TOTALS = {"sum": "_total", "inner": "_total", "max": "_largest", "prod": "_product"}


@dataclass
class NumpyBlock:
    """Writes the lines; ``results`` are the names of the arrays that the outputs go into."""

    layout: Layout
    results: dict[str, str]
    axis: Axis
    plan: Stages = field(init=False)
    rows: RowLines = field(init=False)
    memory: Memory = field(init=False)
    points: PointLines = field(init=False)
    parts: dict[str, None] = field(default_factory=dict)
    fresh: dict[Node, str] = field(default_factory=dict)
    scales: dict[tuple[Node, ...], Node] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        program = choices_outside(scaled(guarded(self.layout.program)))
        self.layout = replace(self.layout, program=program)
        self.plan = Stages(program, self.axis).planned()
        self.rows = RowLines(self.layout, self.axis, {f.test: f.name for f in program.faults})
        self.memory = Memory(self.plan, {o.node: self.part(self.results[o.name])
                                         for o in program.outputs if self.plan.wide(o.node)},
                             self.part)

    def write(self) -> list[str]:
        """The lines from the arguments to the outputs."""
        bodies: list[tuple[list[str], list[str], list[str]]] = []
        for level, stage in enumerate(self.plan.stages):
            before = self.rows.lines_for(stage.before)
            body, begun, ended = self.passed(level, stage)
            bodies.append(([*before, *begun], body, ended))
        made = [line for begun, body, ended in bodies
                for line in (*begun, *self.loop(body), *ended)]
        made += [f"{self.results[o.name]}[...] = {self.rows.code(o.node)}"
                 for o in self.layout.program.outputs if not self.plan.wide(o.node)]
        return [*self.rows.views, *self.pieces(), *made]

    # -- pieces of the row ---------------------------------------------------------------------

    def part(self, whole: str) -> str:
        """The part of an array that a piece of the row has."""
        if self.axis is ROWS:
            return whole
        self.parts.setdefault(whole)
        return f"{whole}_part"

    def pieces(self) -> list[str]:
        """The lines that name the memory and cut the arrays into pieces."""
        names = [*self.memory.buffers, *self.memory.apart]
        lines = [f"{', '.join(names)}{',' * (len(names) == 1)} = memory"] if names else []
        if self.axis is not ROWS:
            listed = ", ".join([self.layout.along(self.axis), "step", *self.parts])
            lines.append(f"pieces = _pieces({listed})")
        return lines

    def loop(self, body: list[str]) -> list[str]:
        """The lines of a pass for each piece of the row."""
        if self.axis is ROWS or not body:
            return body
        read = set(re.findall(r"\w+", "\n".join(body)))
        names = [n if n in read else "_" for n in ("first", "last", *map(self.part, self.parts))]
        listed = textwrap.wrap(", ".join(names), LINE - 12, initial_indent="    ",
                               subsequent_indent="    ")
        if any("[number]" in line for line in body):
            head = ["for number, (", *listed, ") in enumerate(pieces):"]
        else:
            head = ["for (", *listed, ") in pieces:"]
        return [*head, *(f"    {line}" for line in body)]

    # -- one pass ------------------------------------------------------------------------------

    def passed(self, level: int, stage: Stage) -> tuple[list[str], list[str], list[str]]:
        """The lines of a stage at one piece; those before, and those after all pieces."""
        self.lines, self.fresh = [], {}
        self.points = PointLines(self.plan, self.rows, level, self.array, self.lines)
        outputs = [o for o in self.layout.program.outputs 
                   if o.node in stage.tasks and self.plan.wide(o.node)]
        self.memory.begin(level, outputs)
        found = {n: self.rows.named(n) for n in stage.inside if n.op in FOUND}
        self.scales.update({n.args: n for n in found if n.op == "scale"})
        sums = {n: name for n, name in found.items() if not self.comes_along(n)}
        for node in stage.inside:
            self.node(node, level)
        self.lines += self.delivered(outputs)
        self.memory.end()
        begun = [f"{name} = []" for name in sums.values()]
        ended = [self.ended(n, name) for n, name in sums.items()]
        return self.lines, [*begun, *self.points.begun], ended

    def comes_along(self, node: Node) -> bool:
        """Where the scale is found, the largest entry and its place are."""
        return node.op in ("max", "top") and node.args in self.scales

    def ended(self, node: Node, name: str) -> str:
        """The line that makes one of what the pieces gave."""
        if node.op != "scale":
            return f"{name} = {TOTALS[node.op]}({name})"
        found = {n.op: n for n in self.rows.names if n.args == node.args}
        odd = self.rows.odd[found["max"]] = f"o{self.rows.counted()}"
        names = [self.rows.names[found[op]] if op in found else "_" for op in ("top", "max")]
        given = ", ".join([*names, name, odd])
        return f"{given} = _scaled({name})"

    def delivered(self, outputs: list[Output]) -> list[str]:
        """The lines that bring to their places the outputs that are not there."""
        lines = []
        for output in outputs:
            target, name = self.part(self.results[output.name]), self.code(output.node)
            if name != target:
                lines.append(f"np.copyto({target}, {name})")
        return lines

    def array(self, node: Node) -> str | None:
        """The array that holds a node, if one does."""
        if node.op == "input":
            return self.part(self.rows.view(node))
        return self.memory.where.get(node) or self.fresh.get(node)

    def code(self, node: Node) -> str:
        """Code for what a line reads."""
        if not self.plan.wide(node):
            return self.rows.code(node)
        if node.op == "place":
            shape = "" if self.axis is ROWS else ".reshape(1, -1)"
            return f"np.arange(first, last){shape}"
        array = self.array(node)
        assert array is not None, f"{node.op} is not there"
        return array

    def node(self, node: Node, level: int) -> None:
        """The lines of one node; then what nobody reads again gives its memory back."""
        reads = self.plan.arrays(node, level)
        self.memory.left.subtract(reads)
        choice = self.plan.choice(node)
        if node.op in FOUND:
            if not self.comes_along(node):
                self.reduction(node, choice)
        elif choice is not None:
            self.rare(node, reads)
        elif node.op == "where":
            self.choice(node, reads)
        elif self.plan.full(node):
            self.filled(node, reads)
        elif not self.rows.refuses(self.lines, node, self.code):
            self.fresh[node] = self.rows.assigned_to(
                self.lines, "t", self.rows.call(node, [self.code(a) for a in node.args]))
            self.rows.check(self.lines, node, self.fresh[node])
            if node in self.plan.rare and class_tested(node) is None:
                self.points.find(node, self.fresh[node])
        self.memory.settle(reads)

    def filled(self, node: Node, reads: tuple[Node, ...]) -> None:
        """An operation that writes where it is told to."""
        if raises(node) is not None:
            listed = ", ".join(self.code(a) for a in self.plan.reads(node, 0))
            target = self.memory.place(node, reads[:1])
            self.lines.append(f"_raised({listed}, out={target})")
            return
        names = [self.code(a) for a in node.args]
        if node.op == "powers":
            target, odd = self.memory.place(node, reads), self.rows.odd[node.args[1]]
            self.lines.append(f"_powers({', '.join(names[:2])}, {odd}, {target})")
            return
        level = next((a for a in node.args if a.op == "number"), None)
        if node.op == "maximum" and level is not None:
            # of two arrays it takes a quarter of the time that it takes of an array and a number
            target = self.memory.place(node, ())
            self.lines.append(f"{target}.fill({self.code(level)})")
            names[node.args.index(level)] = target
        else:
            kept = node.args[:1] if node.op == "weighted" else ()
            target = self.memory.place(node, [a for a in reads if a not in kept])
        self.lines.append(self.rows.call(node, names, f", out={target}"))

    def choice(self, node: Node, reads: tuple[Node, ...]) -> None:
        """where(test, yes, no), written over what is no longer read, if there is such a thing."""
        _, yes, no = node.args
        names = [self.code(a) for a in node.args]
        if self.memory.dies(no, reads):
            self.memory.handed(no, node)
            other, mask = names[1], names[0]
        elif self.memory.dies(yes, reads):
            self.memory.handed(yes, node)
            other, mask = names[2], f"~{names[0]}"
        else:
            target = self.memory.place(node, ())
            self.lines.append(f"np.copyto({target}, {names[2]})")
            other, mask = names[1], names[0]
        spare = self.memory.taken()
        self.memory.free.append(spare)
        self.lines.append(f"_write_where({mask}, {other}, {self.code(node)}, {spare})")

    def rare(self, node: Node, reads: tuple[Node, ...]) -> None:
        """A choice that is patched at a few entries."""
        test, yes, no = node.args
        points, value = self.points.at(test), self.points.value(yes, test)
        if self.memory.dies(no, reads):
            self.memory.handed(no, node)
        else:
            source, target = self.code(no), self.memory.place(node, ())
            self.lines.append(f"np.copyto({target}, {source})")
        self.lines.append(f"_put({self.code(node)}, {points}, {value})")

    def reduction(self, node: Node, choice: Node | None) -> None:
        """The sum of this piece, or its maximum."""
        if node.op == "inner":
            code = self.inner(*node.args)
        elif choice is None:
            x, first = self.code(node.args[0]), "0" if self.axis is ROWS else "first"
            code = {"scale": f"_top({x}, {first})", "max": f"_most({x})", "sum": f"_sum({x})",
                    "prod": f"np.multiply.reduce({x}, axis=1, keepdims=True)"}[node.op]
        else:
            code = self.chosen_sum(choice)
        self.lines.append(f"{self.rows.names[node]}.append({code})")

    def inner(self, weight: Node, other: Node) -> str:
        """The sum of products, which are written over a factor that is no longer read."""
        if other is not weight and self.memory.dies(other, (other,)):
            spare = self.memory.where[other]
        else:
            spare = self.memory.taken()
            self.memory.free.append(spare)
        return f"_inner({self.code(weight)}, {self.code(other)}, {spare})"

    def chosen_sum(self, choice: Node) -> str:
        """The sum of a rare choice: without its few entries, and of them."""
        test, yes, no = choice.args
        points, value = self.points.at(test), self.points.value(yes, test)
        if not self.plan.full(no):
            ones = value == "1.0"
            return f"_added_up({points}, {'None' if ones else value}, len({self.rows_of()}), dtype)"
        if no.op == "input":
            copy = self.memory.taken()
            self.lines.append(f"np.copyto({copy}, {self.code(no)})")
            self.memory.free.append(copy)
            return f"_sum_but({copy}, {points}, {value})"
        return f"_sum_but({self.code(no)}, {points}, {value})"

    def rows_of(self) -> str:
        """An array with all rows of the block."""
        return next(iter(self.results.values()))
