"""What a block computes once for each row, and how NumPy spells an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite

from xent_sym.numeric.layout import Layout
from xent_sym.numeric.printers.numpy.powers import FOUND
from xent_sym.numeric.printers.numpy.products import refused
from xent_sym.numeric.program import ROWS, TRUTH, WHOLE, Axis, ByType, Node
from xent_sym.terms.term import Term

FUNCTIONS = {
    "add": "np.add", "sub": "np.subtract", "mul": "np.multiply", "div": "np.divide",
    "power": "np.power", "maximum": "np.maximum", "minimum": "np.minimum", "neg": "np.negative",
    "exp": "np.exp", "log": "np.log", "log1p": "np.log1p", "expm1": "np.expm1", "abs": "np.abs",
    "sqrt": "np.sqrt", "tanh": "np.tanh", "eq": "np.equal", "lt": "np.less", "le": "np.less_equal",
    "divergence": "_divergence", "log_ratio": "_log_ratio",
    "apart": "_apart", "lost": "_lost", "weighted": "_weighted", "where": "np.where",
}


@dataclass
class RowLines:
    """Writes the lines for what does not change along the axis; ``names`` says where it is.

    ``odd`` names, for the largest entry of a row, the rows in which it is out of the ordinary.
    """

    layout: Layout
    axis: Axis
    faults: dict[Node, str]
    names: dict[Node, str] = field(default_factory=dict)
    odd: dict[Node, str] = field(default_factory=dict)
    views: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    made: int = 0

    def lines_for(self, nodes: Iterable[Node]) -> list[str]:
        """The lines that compute these nodes, with all that they need and is not known."""
        self.lines = []
        for node in nodes:
            self.compute(node)
        return self.lines

    def compute(self, node: Node) -> None:
        stack = [(node, False)]
        while stack:
            one, ready = stack.pop()
            if one in self.names or one.op in ("number", "size", "place"):
                continue
            if one.op == "input":
                self.names[one] = self.view(one)
            elif ready and not self.refuses(self.lines, one, self.code):
                self.names[one] = self.assigned("t", self.expression(one))
                self.check(self.lines, one, self.names[one])
            elif ready:
                continue
            else:
                stack.append((one, True))
                stack += [(a, False) for a in reversed(one.args[one.op == "take":])]

    def refuses(self, lines: list[str], node: Node, code: Callable[[Node], str]) -> bool:
        """What an argument must not have ends it all, if that can be told by one entry."""
        told = refused(self.layout.program, node, code) if node in self.faults else None
        if told is not None:
            lines += [f"if {told}:", f'    return "{self.faults[node]}"']
        return told is not None

    def check(self, lines: list[str], node: Node, name: str) -> None:
        """The same for any test."""
        if node in self.faults:
            lines += [f"if {name}.any():", f'    return "{self.faults[node]}"']

    def expression(self, node: Node) -> str:
        if node.op == "take":
            return self.taken(node)
        assert node.op not in FOUND, f"{node.op} is left over"
        called = self.call(node, [self.code(a) for a in node.args])
        python = not node.axes and node.kind != TRUTH and not self.measured(node)
        return f"float({called})" if python and node.kind != WHOLE else called

    def call(self, node: Node, arguments: Sequence[str], more: str = "") -> str:
        """The call of the function that an operation is."""
        if node.op == "apart" and node.args[1] in self.odd:
            return call(node, [*arguments, self.odd[node.args[1]]], more)
        return call(node, arguments, more)

    def measured(self, node: Node) -> bool:
        """A reduction is inside: the value is an array, also if no row has another."""
        return node.op in FOUND or any(self.measured(a) for a in node.args)

    def taken(self, node: Node) -> str:
        x, place = self.view(node.args[0]), node.args[1]
        at = self.code(place)
        if ROWS not in place.axes:
            return f"{x}[:, {at} : {at} + 1]" if self.axis is not ROWS else f"{x}[{at}]"
        return f"_one_of_each({x}, {at})"

    def view(self, node: Node) -> str:
        """The name of an argument with the dimensions of the program."""
        if node not in self.names:
            view = self.layout.view(node.access)
            self.names[node] = view
            if not view.isidentifier():
                self.made += 1
                self.names[node] = f"t{self.made}"
                self.views.append(f"t{self.made} = {view}")
        return self.names[node]

    def code(self, node: Node) -> str:
        """Code for a value that is known."""
        if node in self.names:
            return self.names[node]
        return leaf(self.layout, node)

    def assigned(self, letter: str, code: str) -> str:
        return self.assigned_to(self.lines, letter, code)

    def assigned_to(self, lines: list[str], letter: str, code: str) -> str:
        """A new name for a value, given to it in these lines."""
        self.made += 1
        lines.append(f"{letter}{self.made} = {code}")
        return f"{letter}{self.made}"

    def named(self, node: Node) -> str:
        """A name for what a pass will find."""
        self.names[node] = f"s{self.counted()}"
        return self.names[node]

    def counted(self) -> int:
        """A number that no other name has."""
        self.made += 1
        return self.made


def call(node: Node, arguments: Sequence[str], more: str = "") -> str:
    """The call of the function that an operation is."""
    if node.op == "series":
        assert isinstance(node.data, tuple)
        coefficients = ", ".join(map(number, node.data))
        return f"_polynomial({arguments[0]}, ({coefficients}){more})"
    if node.op == "where" and [a.data for a in node.args[1:]] in ([0, 1], [1, 0]):
        test = arguments[0] if node.args[1].data else f"(~{arguments[0]})"
        return f"{test}.astype(dtype)"
    if node.op == "where" and all(a.op == "number" for a in node.args[1:]):
        # two Python numbers would make an array of doubles
        arguments = [arguments[0], *(f"dtype({a})" for a in arguments[1:])]
    return f"{FUNCTIONS[node.op]}({', '.join(arguments)}{more})"


def leaf(layout: Layout, node: Node) -> str:
    """Code for a number or a size."""
    match node.op:
        case "number" if isinstance(node.data, ByType):
            return f"({node.data.double!r} if dtype is np.float64 else {node.data.single!r})"
        case "number":
            assert isinstance(node.data, Fraction | float)
            return str(node.data) if node.kind == WHOLE else number(node.data)
        case "size":
            assert isinstance(node.data, Term)
            return layout.length(node.data)
    raise AssertionError(f"{node.op} is no number")


def number(value: Fraction | float) -> str:
    """A number as a Python float: it takes the format of the arrays that it meets."""
    if isinstance(value, float):
        return repr(value) if isfinite(value) else f"np.{value!r}".replace("np.-", "-np.")
    if value.denominator == 1:
        return repr(float(value))
    return f"({value.numerator} / {value.denominator})"
