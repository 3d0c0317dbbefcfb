"""A program as lines of NumPy that work on one block of rows.

A result goes into the memory of an argument that nobody reads again, so that a block needs few
temporaries and they stay in the cache.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction

from xent_sym.numeric.layout import Layout, contracts, counts, uses
from xent_sym.numeric.printers.numpy.products import guarded, refused
from xent_sym.numeric.printers.numpy.rows import FUNCTIONS, number
from xent_sym.numeric.program import LEAVES, REAL, ROWS, WHOLE, ByType, Node, Program
from xent_sym.terms.term import Term

REDUCTIONS = {"sum": "np.add", "max": "np.maximum", "prod": "np.multiply"}


@dataclass
class NumpyLines:
    """Writes the lines; ``results`` are the names of the arrays that the outputs go into."""

    layout: Layout
    results: dict[str, str]
    lines: list[str] = field(default_factory=list)
    names: dict[Node, str] = field(default_factory=dict)
    left: Counter[Node] = field(default_factory=Counter)
    owned: set[Node] = field(default_factory=set)
    free: list[tuple[object, str]] = field(default_factory=list)
    made: int = 0
    kept: int = 0

    def __post_init__(self) -> None:
        self.layout = replace(self.layout, program=guarded(self.layout.program, inner=False))

    @property
    def program(self) -> Program:
        return self.layout.program

    def write(self) -> list[str]:
        """The lines from the arguments to the outputs."""
        nodes = self.needed()
        self.left = Counter(a for node in nodes for a in self.arguments(node))
        self.left.update(o.node for o in self.program.outputs)
        faults: dict[Node, str] = {f.test: f.name for f in self.program.faults}
        for node in nodes:
            told = refused(self.program, node, self.names.__getitem__) if node in faults else None
            if told is None:
                self.node(node)
                told = f"{self.names[node]}.any()"
            if node in faults:
                self.lines += [f"if {told}:", f'    return "{faults[node]}"']
        for output in self.program.outputs:
            target = self.results[output.name]
            if self.names[output.node] != target:
                self.lines.append(f"{target}[...] = {self.names[output.node]}")
        return self.lines

    def needed(self) -> list[Node]:
        """The nodes to compute: not what a count or a product of matrices takes in."""
        often = uses(self.program)
        inside = set[Node]()
        for node in self.program.nodes():
            taken_in = counts(node) is not None or contracts(node) is not None
            if taken_in and often[node.args[0]] == 1:
                inside.add(node.args[0])
        return [n for n in self.program.nodes() if n not in inside]

    def arguments(self, node: Node) -> tuple[Node, ...]:
        test, factors = counts(node), contracts(node)
        if test is not None:
            return (test,)
        return node.args if factors is None else factors

    # -- one node ------------------------------------------------------------------------------

    def node(self, node: Node) -> None:
        if node.op in LEAVES:
            self.names[node] = self.leaf(node)
            return
        arguments = self.arguments(node)
        self.left.subtract(arguments)
        if node.op == "where":
            self.choice(node)
        elif node.op in REDUCTIONS:
            self.reduction(node)
        elif node.op == "take":
            self.taken(node)
        elif node.op == "series":
            assert isinstance(node.data, tuple)
            coefficients = ", ".join(map(_number, node.data))
            self.assign(node, f"_polynomial({self.names[node.args[0]]}, ({coefficients}))")
        elif node.op in ("lost", "apart", "divergence", "log_ratio"):
            listed = ", ".join(self.names[a] for a in arguments)
            self.assign(node, f"{FUNCTIONS[node.op]}({listed})")
        else:
            listed = ", ".join(self.names[a] for a in arguments)
            self.call(node, FUNCTIONS[node.op], listed)
        for argument in dict.fromkeys(arguments):
            if self.spare(argument):
                self.owned.discard(argument)
                self.free.append((self.shape(argument), self.names[argument]))

    def leaf(self, node: Node) -> str:
        match node.op:
            case "number" if isinstance(node.data, ByType):
                return f"({node.data.double!r} if dtype is np.float64 else {node.data.single!r})"
            case "number":
                assert isinstance(node.data, Fraction | float)
                return str(node.data) if node.kind == WHOLE else _number(node.data)
            case "size":
                assert isinstance(node.data, Term)
                return self.layout.length(node.data)
            case "place":
                shape = ["-1" if a == node.axis else "1" for a in self.layout.axes]
                length = self.layout.along(node.axis)
                return self.named(f"np.arange({length}).reshape({', '.join(shape)})")
        view = self.layout.view(node.access)
        return view if view.isidentifier() else self.named(view)

    def shape(self, node: Node) -> object:
        """What decides the shape: every argument has all rows."""
        return node.axes, node.kind

    def call(self, node: Node, function: str, listed: str) -> None:
        """A routine that can write its result where it is told to."""
        target = self.target(node)
        like = next((a for a in self.arguments(node) if self.shape(a) == self.shape(node)), None)
        if target is None and like is not None and ROWS in node.axes and node.kind == REAL:
            self.assign(node, f"{function}({listed}, out={self.like(self.names[like])})")
        elif target is None:
            self.assign(node, f"{function}({listed})")
        else:
            self.lines.append(f"{function}({listed}, out={target})")
            self.names[node] = target

    def like(self, name: str) -> str:
        """Code for memory of its own, for an array like this one."""
        self.kept += 1
        return f'_like("like_{self.kept}", {name})'

    def target(self, node: Node) -> str | None:
        """Memory for a result: its place among the outputs, else what nobody reads again."""
        for output in self.program.outputs:
            if output.node is node and node.kind == "real" and self.fills(node):
                return self.results[output.name]
        for argument in dict.fromkeys(self.arguments(node)[node.op == "weighted":]):
            if self.spare(argument) and self.shape(argument) == self.shape(node):
                self.owned.discard(argument)
                self.owned.add(node)
                return self.names[argument]
        for place, (shape, name) in enumerate(self.free):
            if shape == self.shape(node):
                del self.free[place]
                self.owned.add(node)
                return name
        return None

    def spare(self, node: Node) -> bool:
        """The memory is ours and nobody reads it again."""
        return self.left[node] == 0 and node in self.owned

    def fills(self, node: Node) -> bool:
        """The node has every axis of its output."""
        own = next(o.axes for o in self.program.outputs if o.node is node)
        return node.axes >= {*own}

    def assign(self, node: Node, code: str) -> None:
        """A result in memory of its own."""
        self.names[node] = self.named(code)
        self.owned.add(node)

    def named(self, code: str) -> str:
        self.made += 1
        self.lines.append(f"t{self.made} = {code}")
        return f"t{self.made}"

    def choice(self, node: Node) -> None:
        """where(test, yes, no): written over what is no longer read, if there is such a thing."""
        _, yes, no = node.args
        names = [self.names[a] for a in node.args]
        for argument, other, mask in ((no, yes, names[0]), (yes, no, f"~{names[0]}")):
            if self.spare(argument) and self.shape(argument) == self.shape(node):
                kept = self.names[argument]
                spare = self.like(kept)
                self.lines.append(f"_write_where({mask}, {self.names[other]}, {kept}, {spare})")
                self.owned.discard(argument)
                self.owned.add(node)
                self.names[node] = kept
                return
        self.assign(node, f"np.where({', '.join(names)})")

    def reduction(self, node: Node) -> None:
        place = self.layout.last(node.axis)
        test, factors = counts(node), contracts(node)
        if test is not None:
            self.assign(node, f"np.count_nonzero({self.names[test]}, axis={place}, keepdims=True)")
            self.owned.discard(node)  # whole numbers: no memory for floats
        elif factors is not None:
            self.contraction(node, *factors)
        else:
            x = self.names[node.args[0]]
            self.assign(node, f"{REDUCTIONS[node.op]}.reduce({x}, axis={place}, keepdims=True)")

    def contraction(self, node: Node, left: Node, right: Node) -> None:
        """A product of matrices: the axes moved to the end, multiplied, and moved back."""
        axis, layout = node.axis, self.layout
        one = next(iter(left.axes - {ROWS, axis}), None)
        two = next(iter(right.axes - {ROWS, axis}), None)
        sides = []
        for x, own, first in ((left, one, True), (right, two, False)):
            kept = [ROWS, *((own, axis) if first else (axis, own))]
            sides.append(_matrix(self.names[x], [layout.dimension(a) if a else None for a in kept]))
        product = f"np.matmul({', '.join(sides)})"
        made = [ROWS, *(a for a in (one, two) if a is not None)]
        order = sorted(made, key=layout.dimension)
        gaps = [":" if a in made else "None" for a in layout.axes]
        squeezed = [":", ":" if one else "0", ":" if two else "0"]
        code = product if "0" not in squeezed else f"{product}[{', '.join(squeezed)}]"
        if order != made:
            code = f"{code}.transpose(0, 2, 1)"
        if "None" in gaps:
            code = f"{code}[{', '.join(gaps)}]"
        self.assign(node, code)

    def taken(self, node: Node) -> None:
        x, place = (self.names[a] for a in node.args)
        axis = self.layout.last(node.axis)
        if node.args[1].op in ("number", "size"):
            at = [":"] * len(self.layout.axes)
            at[axis] = f"{place} : {place} + 1"
            self.assign(node, f"{x}[{', '.join(at)}]")
            self.owned.discard(node)
        else:
            self.assign(node, f"_taken({x}, {place}, {axis})")


def _matrix(name: str, places: list[int | None]) -> str:
    """The array with only these dimensions, in this order; None is one of length one."""
    kept = [p for p in places if p is not None]
    gaps = [":" if p is not None else "None" for p in places]
    code = f"_dimensions({name}, {', '.join(map(str, kept))})"
    return code if "None" not in gaps else f"{code}[{', '.join(gaps)}]"


def _number(value: Fraction | float) -> str:
    return number(float(value))
