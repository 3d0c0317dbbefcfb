"""Loops in Python that numba compiles: each operation says itself what may be reordered in it."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import isinf

from xent_sym.numeric.layout import Layout
from xent_sym.numeric.printers.loops.dialect import Loop
from xent_sym.numeric.program import ROWS, WHOLE, ByType, Node

INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/", "eq": "==", "lt": "<", "le": "<=",
         "power": "**"}
INLINED = ("exp", "log", "log1p", "log1p_unit", "expm1", "tanh", "ratio", "steps", "log_ratio",
           "divergence")
# As in C: so few terms that their plain sum, in as many partial sums as a vector has lanes, is
# good to a few units in the last place.
BLOCK = 512
# The same for sums of arrays, whose entries are each one sum of so many terms.
LONG = 32
RESERVED = frozenset({"np", "numba", "rows", "begin", "end", "base", "threads", *keyword.kwlist})


@dataclass(frozen=True)
class NumbaDialect:
    """Python for doubles (``d``) or singles (``f``), every number of that type."""

    prefix: str
    reserved: frozenset[str] = RESERVED
    together: int = 1
    falls: bool = False
    asides: bool = True
    phases: bool = False
    of_row: dict[str, str] = field(default_factory=dict)
    """Arguments of one number in a row, read before the loops: results might overwrite them."""
    read: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Of rows worked on together: the arguments that are read, their lengths; class numbers?"""

    @property
    def lanes(self) -> str:
        return str(self.together)

    @property
    def real(self) -> str:
        return "np.float64" if self.prefix == "d" else "np.float32"

    def lane(self, row: str) -> str:
        return row

    # -- values --------------------------------------------------------------------------------

    def literal(self, value: object) -> str:
        """A number; of singles with its type, because numba widens float32 * 0.5."""
        if isinstance(value, ByType):
            value = value.double if self.prefix == "d" else value.single
        assert isinstance(value, Fraction | float)
        number = float(value)
        text = repr(number) if not isinf(number) else "np.inf" if number > 0 else "-np.inf"
        return text if self.prefix == "d" else f"np.float32({text})"

    def number_of(self, length: str) -> str:
        return f"{self.real}({length})"

    def call(self, op: str, arguments: Sequence[str]) -> str:
        if op in INFIX:
            return f"({arguments[0]} {INFIX[op]} {arguments[1]})"
        if op == "neg":
            return f"(-{arguments[0]})"
        if op == "where":
            yes, no = (self.literal(Fraction(a)) if a.isdigit() else a for a in arguments[1:])
            return f"({yes} if {arguments[0]} else {no})"
        if op in ("abs", "sqrt"):
            return f"{'abs' if op == 'abs' else 'np.sqrt'}({arguments[0]})"
        return f"{self.prefix}_{op}({', '.join(arguments)})"

    def every(self, name: str) -> str:
        return f"np.all({name})"

    def polynomial(self, x: str, coefficients: Sequence[str]) -> str:
        total = coefficients[-1]
        for c in reversed(coefficients[:-1]):
            total = f"_fma({x}, {total}, {c})"
        return total

    def argument(
        self, node: Node, places: Sequence[tuple[str, int]], lengths: Sequence[str], row: str
    ) -> str:
        indices = [f"{at} + {by}" if by else at for at, by in places]
        name, inside = node.access.name, _flat(indices, lengths)
        if self.together > 1:
            self.read[name] = (lengths[0] if lengths else "1", node.kind == WHOLE)
            return f"{name}_in[_at({_flat([*indices, row], [*lengths, self.lanes])})]"
        if not inside:
            self.of_row[f"{name}_row"] = f"{name}[_at({row} * {name}_step)]"
            return f"{name}_row"
        return f"{name}[_at({row} * {name}_step + {inside})]"

    def result(
        self, name: str, indices: Sequence[str], lengths: Sequence[str], row: str
    ) -> str:
        if self.together > 1:
            return f"{name}_out[_at({_flat([*indices, row], [*lengths, self.lanes])})]"
        return f"{name}[_at({_flat([row, *indices], ['', *lengths])})]"

    def buffer(self, name: str, indices: Sequence[str], lengths: Sequence[str]) -> str:
        return f"{name}[_at({_flat(indices, lengths) or '0'})]"

    # -- lines ---------------------------------------------------------------------------------

    def declare(self, name: str, code: str) -> str:
        return f"{name} = {code}"

    def assign(self, place: str, value: str) -> str:
        return f"{place} = {value}"

    def accumulate(self, op: str, place: str, value: str) -> str:
        name = {"sum": "_plus", "max": f"{self.prefix}_larger", "prod": "_times"}[op]
        return f"{place} = {name}({place}, {value})"

    @property
    def careful(self) -> bool:
        return self.together == 1

    def add_careful(self, total: str, rest: str, value: str) -> str:
        return f"{total}, {rest} = _add_to({total}, {rest}, {value})"

    def fault(self, name: str, test: str) -> str:
        return f"fault_{name} = {self.prefix}_counted(fault_{name}, {test})"

    def start(self, op: str) -> str:
        return self.literal({"sum": 0.0, "max": float("-inf"), "prod": 1.0}[op])

    def total(self, name: str, op: str) -> str:
        return f"{name}_sum" if op == "sum" else name

    def aside(
        self, where: tuple[str, str, str], names: Sequence[str], lines: Sequence[str]
    ) -> list[str]:
        variable, place, length = where
        return [
            *(f"{name} = {self.literal(Fraction(0))}" for name in names),
            f"if 0 <= {place} < {length}:",
            f"    {variable} = {place}",
            *(f"    {line}" for line in lines),
        ]

    def loop(self, layout: Layout, loop: Loop) -> list[str]:
        """A loop; sums go block by block into a careful total."""
        sums = [name for name, op in loop.totals if op == "sum"]
        heads = [f"{name} = {self.start(op)}" for name, op in loop.totals if op != "sum"]
        k, body = loop.variable, [f"    {line}" for line in loop.lines]
        low, high = ("begin", "end") if loop.axis is ROWS else ("0", layout.along(loop.axis))
        if loop.axis is ROWS and self.together > 1:
            low, high = "0", self.lanes
        elif loop.axis is ROWS:
            body = [*(f"    {name} = {code}" for name, code in self.of_row.items()), *body]
        if not sums and not loop.opening:
            return [*heads, f"for {k} in range({low}, {high}):", *body]
        block = LONG if loop.opening else BLOCK
        return [
            *heads,
            *(f"{name}_total = {name}_rest = 0.0" for name in sums),
            f"for {k}_begin in range({low}, {high}, {block}):",
            f"    {k}_end = min({high}, {k}_begin + {block})",
            *(f"    {line}" for line in loop.opening),
            *(f"    {name} = {self.start('sum')}" for name in sums),
            f"    for {k} in range({k}_begin, {k}_end):",
            *(f"    {line}" for line in body),
            *(f"    {name}_total, {name}_rest = _add_to({name}_total, {name}_rest, {name})"
              for name in sums),
            *(f"    {line}" for line in loop.closing),
            *(f"{name}_sum = {self.real}({name}_total + {name}_rest)" for name in sums),
        ]


def _flat(indices: Sequence[str], lengths: Sequence[str]) -> str:
    """One index into memory, row by row."""
    code = ""
    for index, length in zip(indices, lengths, strict=True):
        size = f"({length})" if " " in length else length
        factor = f"({code})" if " " in code else code
        code = f"{factor} * {size} + {index}" if code else index
    return code
