"""How arrays lie: the batch first, then one dimension for each axis of the program.

A node that lacks an axis has length one there, so whatever is combined broadcasts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from xent_sym.numeric.program import DOWN, RAISED, ROWS, Access, Axis, ByType, Node, Program
from xent_sym.numeric.ranges import count_of
from xent_sym.terms.term import Sym, Term


@dataclass(frozen=True)
class Layout:
    """The axes of a program in the order of the dimensions, and what its sizes are called."""

    program: Program
    sizes: dict[Sym, str]
    ranges: dict[str, tuple[Term, ...]]

    @property
    def axes(self) -> tuple[Axis, ...]:
        return self.program.axes

    def length(self, over: Term) -> str:
        """Code for the number of indices in a range."""
        symbol, number = count_of(over)
        if symbol is None:
            return str(number)
        name = self.sizes[symbol]
        return name if number == 0 else f"{name} {'+' if number > 0 else '-'} {abs(number)}"

    def along(self, axis: Axis) -> str:
        """Code for the length of an axis."""
        assert axis.over is not None
        return self.length(axis.over)

    def shape(self, access: Access) -> list[str]:
        """Code for the length of each dimension of an argument."""
        return [self.length(over) for over in self.ranges[access.name]]

    def dimension(self, axis: Axis) -> int:
        """The dimension that an axis has, counted from the batch."""
        return self.axes.index(axis)

    def last(self, axis: Axis) -> int:
        """The same counted from the end: −1 is the last."""
        return self.axes.index(axis) - len(self.axes)

    def view(self, access: Access) -> str:
        """Code that gives an argument, batch first, one dimension for each axis of the program."""
        code, own = access.name, [p.axis for p in access.places]
        if not all(p.whole for p in access.places):
            parts = [":" if p.whole else f"{p.offset}:{p.offset} + {self.along(p.axis)}"
                     for p in access.places]
            code = f"{code}[:, {', '.join(parts)}]"
        if len(set(own)) < len(own):
            letters = {axis: "abcdefgh"[n] for n, axis in enumerate(dict.fromkeys(own))}
            own = list(letters)
            spelled = "".join(letters[p.axis] for p in access.places)
            code = f'np.einsum("r{spelled}->r{"".join(letters.values())}", {code})'
        order = sorted(own, key=self.dimension)
        if order != own:
            code = f"{code}.transpose(0, {', '.join(str(1 + own.index(a)) for a in order)})"
        places = [":" if axis is ROWS or axis in own else "None" for axis in self.axes]
        return code if "None" not in places else f"{code}[{', '.join(places)}]"


def uses(program: Program) -> Counter[Node]:
    """How often each node is an argument or an output."""
    counted = Counter(a for node in program.nodes() for a in node.args)
    counted.update(o.node for o in program.outputs)
    return counted


def counts(node: Node) -> Node | None:
    """The test t of Σ (1 if t else 0): what is counted."""
    if node.op == "sum" and node.args[0].op == "where":
        test, yes, no = node.args[0].args
        if (yes.op, yes.data, no.op, no.data) == ("number", 1, "number", 0):
            return test
    return None


def weighs(node: Node) -> tuple[Node, Node] | None:
    """The z and m of e^{z − m} with what the difference lost, e^d + e^d·lost(z, m, d)."""
    if node.op != "add" or node.args[1].op != "mul":
        return None
    power, (same, lost) = node.args[0], node.args[1].args
    if power is same and power.data == DOWN and lost.op == "lost" and power.args[0] is lost.args[2]:
        return lost.args[0], lost.args[1]
    return None


def raises(node: Node) -> tuple[Node, Node] | None:
    """The same of such a weight times the power of two that keeps the smallest ones' digits."""
    raised = node.op == "mul" and node.args[1].op == "number"
    return weighs(node.args[0]) if raised and node.args[1].data == ByType(*RAISED) else None


def contracts(node: Node) -> tuple[Node, Node] | None:
    """The two factors of a sum of products that is a product of matrices; None for another sum.

    Each factor then has the axis, the batch, and at most one more axis, which the other lacks.
    """
    if node.op != "sum" or node.args[0].op != "mul":
        return None
    left, right = node.args[0].args
    one, two = (x.axes - {ROWS, node.axis} for x in (left, right))
    both = node.axis in left.axes and node.axis in right.axes
    if both and (one or two) and not one & two and len(one) <= 1 and len(two) <= 1:
        return left, right
    return None
