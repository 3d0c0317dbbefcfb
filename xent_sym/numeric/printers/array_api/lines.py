"""A program as expressions in the functions of the array API standard.

Nothing is written in place and no entry decides what is done, so that the lines can be traced,
compiled and differentiated.  A name is used again once nobody reads what it stood for: so an
eager library frees that memory.
"""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from xent_sym.numeric.layout import Layout, contracts, counts, weighs
from xent_sym.numeric.printers.array_api.groups import (
    chosen_twice,
    class_of_one_hot,
    needed,
    others,
    read_by,
    weighted,
)
from xent_sym.numeric.program import (
    LEAVES,
    REAL,
    REDUCTIONS,
    ROWS,
    TESTS,
    WHOLE,
    Access,
    Axis,
    ByType,
    Node,
)
from xent_sym.terms.term import Term

OPERATORS = {
    "add": "{} + {}", "sub": "{} - {}", "mul": "{} * {}", "div": "{} / {}", "power": "{} ** {}",
    "neg": "-{}", "eq": "{} == {}", "lt": "{} < {}", "le": "{} <= {}",
}
FUNCTIONS = ("exp", "log", "log1p", "expm1", "sqrt", "tanh", "abs", "maximum")
PLAIN = ("number", "size")


@dataclass
class ArrayApiLines:
    """Writes the lines; ``like`` is an argument that tells where new arrays have to lie.

    ``prefix`` begins the names of the variables; no argument may have such a name.
    """

    layout: Layout
    like: str
    prefix: str = "t"
    lines: list[str] = field(default_factory=list)
    names: dict[Node, str] = field(default_factory=dict)
    left: Counter[Node] = field(default_factory=Counter)
    free: list[str] = field(default_factory=list)
    made: int = 0

    def write(self) -> list[str]:
        """The lines from the arguments to the outputs, each with the axes of the program."""
        nodes = needed([o.node for o in self.layout.program.outputs])
        self.left = Counter(a for node in nodes for a in read_by(node))
        self.left.update(o.node for o in self.layout.program.outputs)
        for node in nodes:
            if node.op in LEAVES:
                self.names[node] = self.leaf(node)
                continue
            code = self.code(node)
            self.left.subtract(read_by(node))
            for argument in dict.fromkeys(read_by(node)):
                self.release(argument)
            self.names[node] = self.named(code)
        return self.lines

    def release(self, node: Node) -> None:
        name = self.names[node]
        if self.left[node] == 0 and name.startswith(self.prefix) and name not in self.free \
                and name[len(self.prefix):].isdigit():
            self.free.append(name)

    def named(self, code: str) -> str:
        if self.free:
            name = self.free.pop()
        else:
            self.made += 1
            name = f"{self.prefix}{self.made}"
        self.lines.append(f"{name} = {code}")
        return name

    # -- leaves --------------------------------------------------------------------------------

    def leaf(self, node: Node) -> str:
        match node.op:
            case "number" if isinstance(node.data, ByType):
                return f"({node.data.double!r} if double else {node.data.single!r})"
            case "number":
                assert isinstance(node.data, Fraction | float)
                return _number(node.data, node.kind)
            case "size":
                assert isinstance(node.data, Term)
                length = self.layout.length(node.data)
                return length if length.isidentifier() else f"({length})"
            case "place":
                after = len(self.layout.axes) - 1 - self.layout.dimension(node.axis)
                code = f"_places(xp, {self.layout.along(node.axis)}, {self.like})"
                return self.named(f"{code}[:{', None' * after}]" if after else code)
        code = self.view(node.access)
        return code if code.isidentifier() else self.named(code)

    def view(self, access: Access) -> str:
        """An argument with one dimension for each axis of the program, after those of the batch."""
        code, own = access.name, [p.axis for p in access.places]
        if not all(p.whole for p in access.places):
            parts = [":" if p.whole else f"{p.offset}:{p.offset} + {self.layout.along(p.axis)}"
                     for p in access.places]
            code = f"{code}[..., {', '.join(parts)}]"
        for axis in dict.fromkeys(own):
            while own.count(axis) > 1:
                one, other = [n - len(own) for n, a in enumerate(own) if a == axis][:2]
                code = f"_diagonal(xp, {code}, {one}, {other})"
                del own[other]
        order = sorted(own, key=self.layout.dimension)
        if order != own:
            code = f"_ordered(xp, {code}, {', '.join(str(own.index(a)) for a in order)})"
        return _with_gaps(code, [a in own for a in self.layout.axes[1:]])

    # -- operations ----------------------------------------------------------------------------

    def code(self, node: Node) -> str:
        """Code for a node, of the names of its arguments."""
        if node.op in REDUCTIONS:
            return self.reduction(node)
        if node.op == "take":
            return self.taken(node)
        grouped = self.grouped(node)
        if grouped is not None:
            return grouped
        names = [self.entry(node, a) for a in node.args]
        if all(a.op in PLAIN for a in node.args):
            names[0] = self.array(names[0])
        if node.op == "where":
            if node.args[1].op in PLAIN and node.args[2].op in PLAIN:
                names[1] = self.array(names[1])
            return f"xp.where({', '.join(names)})"
        if node.op in ("apart", "lost"):
            return f"_{node.op}(xp, {', '.join(names)})"
        if node.op == "series":
            return self.polynomial(node, names[0])
        if node.op in OPERATORS:
            return OPERATORS[node.op].format(*names)
        assert node.op in FUNCTIONS
        if node.op == "abs" and node in self.sloped:
            return f"_abs(xp, {names[0]})"
        if node.op == "maximum" and node.args[1].op == "number" and node in self.sloped:
            closed = node.args[0].op == "neg"
            return f"_bounded(xp, {names[0]}, {names[1]}, {closed})"
        given = [self.array(n) if a.op in PLAIN and not n.startswith("_number") else n
                 for n, a in zip(names, node.args, strict=True)]
        return f"xp.{node.op}({', '.join(given)})"

    def grouped(self, node: Node) -> str | None:
        """Code for the last node of a group."""
        rest, twice = others(node), chosen_twice(node)
        given = class_of_one_hot(node)
        if given is not None:
            axis = next(a for a in node.args[0].args if a.op == "place").axis
            return (f"_one_hot(xp, {self.names[given]}, {self.layout.along(axis)}, "
                    f"{self.layout.last(axis)}, dtype)")
        for name, pair in (("weight", weighs(node)), ("weighted", weighted(node))):
            if pair is not None:
                return f"_{name}(xp, {', '.join(self.entry(node, n) for n in pair)})"
        if rest is not None:
            return f"_others(xp, {self.names[rest[0]]}, {self.layout.last(rest[1])})"
        if twice is not None and not all(n.op in PLAIN for n in twice[2:]):
            one, two, yes, no = (self.entry(node, n) for n in twice)
            return f"xp.where({one} & {two}, {yes}, {no})"
        return None

    def entry(self, node: Node, argument: Node) -> str:
        """An argument as the operation needs it: places are whole numbers only among places."""
        among_places = node.op == "take" or node.kind == WHOLE or (
            node.op in TESTS and any(a.kind == WHOLE and a.op != "number" for a in node.args))
        if argument.op == "number" and isinstance(argument.data, Fraction | float):
            return _number(argument.data, WHOLE if among_places else REAL)
        if argument.kind == WHOLE and argument.op not in PLAIN and not among_places:
            return f"_cast(xp, {self.names[argument]}, dtype)"
        return self.names[argument]

    def array(self, name: str) -> str:
        return f"_number(xp, {name}, dtype, {self.like})"

    @cached_property
    def sloped(self) -> set[Node]:
        """The nodes through which a derivative passes: not those that are only tested."""
        found, stack = set[Node](), [o.node for o in self.layout.program.outputs]
        while stack:
            node = stack.pop()
            if node not in found:
                found.add(node)
                stack += [a for a in node.args if a.kind == REAL and node.op not in TESTS]
        return found

    def polynomial(self, node: Node, x: str) -> str:
        """Horner's rule over the coefficients, wrapped to the line."""
        assert isinstance(node.data, tuple)
        listed = ", ".join([x, *(repr(float(c)) for c in node.data)])
        return "_polynomial(\n" + textwrap.fill(
            listed, 90, initial_indent="    ", subsequent_indent="    ") + ",\n)"

    def reduction(self, node: Node) -> str:
        place = self.layout.last(node.axis)
        test, factors = counts(node), contracts(node)
        if factors is not None:
            return self.contraction(node.axis, *factors)
        if test is not None:
            counted = f"_cast(xp, {self.names[test]}, dtype)"
            return f"xp.sum({counted}, axis={place}, keepdims=True)"
        x = self.entry(node, node.args[0])
        if node.op == "max":
            return f"_max(xp, {x}, {place})"
        return f"xp.{node.op}({x}, axis={place}, keepdims=True)"

    def contraction(self, axis: Axis, left: Node, right: Node) -> str:
        """A product of matrices; the one whose other axis is the earlier stands on the left."""
        one, two = (next(iter(x.axes - {ROWS, axis}), None) for x in (left, right))
        if one is None or (two is not None and self.layout.last(two) < self.layout.last(one)):
            left, right, one, two = right, left, two, one
        rows = self.matrix(left, one, axis)
        product = f"xp.matmul({rows}, {self.matrix(right, axis, two)})"
        kept = [axis for axis in (one, two) if axis is not None]
        return _with_gaps(product if two else f"{product}[..., 0]",
                          [a in kept for a in self.layout.axes[1:]])

    def matrix(self, node: Node, rows: Axis | None, columns: Axis | None) -> str:
        """A node as matrices with these axes; None is one of length one."""
        kept = [a for a in self.layout.axes[1:] if a in (rows, columns)]
        parts = [":" if a in kept else "0" for a in self.layout.axes[1:]]
        code = self.names[node]
        if "0" in parts:
            code = f"{code}[..., {', '.join(parts)}]"
        if None in (rows, columns):
            return f"{code}[..., {'None, :' if rows is None else ':, None'}]"
        return code if kept == [rows, columns] else f"_transposed(xp, {code})"

    def taken(self, node: Node) -> str:
        x, place = self.names[node.args[0]], self.entry(node, node.args[1])
        axis = self.layout.last(node.axis)
        if node.args[1].op in PLAIN:
            return f"{x}[..., {place} : {place} + 1{', :' * (-1 - axis)}]"
        return f"_taken(xp, {x}, {place}, {axis})"


def _with_gaps(code: str, present: list[bool]) -> str:
    """The array with a dimension of length one for each axis that it lacks."""
    if all(present):
        return code
    return f"{code}[..., {', '.join(':' if p else 'None' for p in present)}]"


def _number(value: Fraction | float, kind: str) -> str:
    if kind == WHOLE and value == int(value):
        return str(int(value))
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    code = repr(float(value))
    return f"({code})" if value < 0 else code
