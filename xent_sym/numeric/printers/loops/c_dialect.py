"""Loops in C99: vector code by ``omp simd``, sums in blocks, the blocks' sums compensated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from xent_sym.numeric.layout import Layout
from xent_sym.numeric.printers.loops.dialect import Loop
from xent_sym.numeric.program import ROWS, WHOLE, ByType, Node

INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/", "eq": "==", "lt": "<", "le": "<="}
# So few terms that their plain sum, in as many partial sums as a vector has lanes, is good to a
# few units in the last place.
BLOCK = 1024
# The same for sums of arrays, whose entries are each one sum of so many terms.
LONG = 32


@dataclass(frozen=True)
class CDialect:
    """C for doubles (``d``) or singles (``f``); ``lanes`` rows at once if that is not 1.

    ``short``: the length of the rows that are worked on together; those arrays that are read and
    written are turned round (``packed``, ``unpacked``), so that lanes lie side by side.
    """

    prefix: str
    together: int = 1
    phases: bool = True
    short: str = ""
    packed: dict[str, str] = field(default_factory=dict)
    unpacked: dict[str, str] = field(default_factory=dict)
    falls: bool = True
    asides: bool = True
    reserved: frozenset[str] = frozenset(
        {"rows", "begin", "end", "base", "next", "threads", "status"})

    @property
    def real(self) -> str:
        return "double" if self.prefix == "d" else "float"

    @property
    def lanes(self) -> str:
        return str(self.together)

    def lane(self, row: str) -> str:
        return f"({row} - base)"

    # -- values --------------------------------------------------------------------------------

    def literal(self, value: object) -> str:
        if isinstance(value, ByType):
            value = value.double if self.prefix == "d" else value.single
        assert isinstance(value, Fraction | float)
        text = repr(float(value))
        return text if self.prefix == "d" else f"{text}f"

    def number_of(self, length: str) -> str:
        return f"({self.real})({length})"

    def call(self, op: str, arguments: Sequence[str]) -> str:
        if op in INFIX:
            return f"({arguments[0]} {INFIX[op]} {arguments[1]})"
        if op == "neg":
            return f"(-{arguments[0]})"
        if op == "where":
            return f"({arguments[0]} ? {arguments[1]} : {arguments[2]})"
        if op in ("abs", "sqrt", "power"):
            name = {"abs": "fabs", "sqrt": "sqrt", "power": "pow"}[op]
            return f"{name}{'' if self.prefix == 'd' else 'f'}({', '.join(arguments)})"
        return f"{self.prefix}_{op}({', '.join(arguments)})"

    def every(self, name: str) -> str:
        return f"{self.prefix}_every({name}, {self.together})"

    def polynomial(self, x: str, coefficients: Sequence[str]) -> str:
        total = coefficients[-1]
        for c in reversed(coefficients[:-1]):
            total = f"{self.prefix}_fma({x}, {total}, {c})"
        return total

    def argument(
        self, node: Node, places: Sequence[tuple[str, int]], lengths: Sequence[str], row: str
    ) -> str:
        indices = [f"{at} + {by}" if by else at for at, by in places]
        name = node.access.name
        if self.short and [*lengths] == [self.short] and node.kind != WHOLE and not places[0][1]:
            self.packed[name] = f"{name}_lane"
            return self.buffer(f"{name}_lane", [indices[0], self.lane(row)], ["", self.lanes])
        inside = _flat(indices, lengths, "int64_t")
        entry = f"{name}[{row} * {name}_step{f' + {inside}' if inside else ''}]"
        return f"(int32_t){entry}" if node.kind == WHOLE else entry

    def result(
        self, name: str, indices: Sequence[str], lengths: Sequence[str], row: str
    ) -> str:
        if self.short and [*lengths] == [self.short]:
            self.unpacked[name] = f"{name}_lane"
            return self.buffer(f"{name}_lane", [indices[0], self.lane(row)], ["", self.lanes])
        inside = _flat(indices, lengths, "int64_t")
        size = " * ".join(f"({c})" if " " in c else c for c in lengths)
        start = f"{row} * ({size})" if size else row
        return f"{name}[{start} + {inside}]" if inside else f"{name}[{start}]"

    def buffer(self, name: str, indices: Sequence[str], lengths: Sequence[str]) -> str:
        return f"{name}[{_flat(indices, lengths, 'int64_t') or '0'}]"

    # -- lines ---------------------------------------------------------------------------------

    def declare(self, name: str, code: str) -> str:
        return f"const {self.real} {name} = {code};"

    def assign(self, place: str, value: str) -> str:
        return f"{place} = {value};"

    def accumulate(self, op: str, place: str, value: str) -> str:
        if op == "max":
            return f"{place} = {value} > {place} ? {value} : {place};"
        return f"{place} {'+' if op == 'sum' else '*'}= {value};"

    @property
    def careful(self) -> bool:
        return self.together == 1

    def add_careful(self, total: str, rest: str, value: str) -> str:
        return f"{self.prefix}_add_to(&{total}, &{rest}, {value});"

    def fault(self, name: str, test: str) -> str:
        return f"fault_{name} += {test} ? {self.literal(Fraction(1))} : 0;"

    def start(self, op: str) -> str:
        if op == "max":
            return "-INFINITY"
        return self.literal(Fraction(0 if op == "sum" else 1))

    def total(self, name: str, op: str) -> str:
        return f"{name}_sum" if op == "sum" else name

    def loop(self, layout: Layout, loop: Loop) -> list[str]:
        """A loop; the innermost is vector code, sums go block by block into a careful total."""
        sums = [name for name, op in loop.totals if op == "sum"]
        return [
            *(f"{self.real} {name} = {self.start(op)};" for name, op in loop.totals
              if op != "sum"),
            *(f"double {name}_total = 0.0, {name}_rest = 0.0;" for name in sums),
            *_for_near(self.turns(layout, loop, sums), loop.near),
            *(f"const {self.real} {name}_sum = ({self.real})({name}_total + {name}_rest);"
              for name in sums),
        ]

    def turns(self, layout: Layout, loop: Loop, sums: Sequence[str]) -> list[str]:
        """The loop itself, without the totals' beginnings and ends."""
        kind = "int64_t" if loop.axis is ROWS else "int32_t"
        k, low, high = loop.variable, "0", ""
        if loop.axis is not ROWS:
            high = layout.along(loop.axis)
        elif self.together > 1:
            low, high = "base", f"base + {self.together}"
        else:
            low, high = "begin", "end"
        if not sums and not loop.opening and not loop.more:
            return self.turn(loop, loop.lines, f"{kind} {k} = {low}; {k} < {high}")
        inner = any("for (" in line for lines in (loop.lines, *loop.more) for line in lines)
        block = LONG if loop.opening or (loop.more and inner) else BLOCK
        part = f"{kind} {k} = {k}_begin; {k} < {k}_end"
        return [
            f"for ({kind} {k}_begin = {low}; {k}_begin < {high}; {k}_begin += {block}) {{",
            f"    const {kind} {k}_end = {high} - {k}_begin < {block} ? {high} : "
            f"{k}_begin + {block};",
            *(f"    {line}" for line in loop.opening),
            *(f"    {self.real} {name} = 0;" for name in sums),
            *(f"    {line}" for lines in (loop.lines, *loop.more)
              for line in self.turn(loop, lines, part)),
            *(f"    d_sum_to(&{name}_total, &{name}_rest, {name});" for name in sums),
            *(f"    {line}" for line in loop.closing),
            "}",
        ]

    def turn(self, loop: Loop, lines: Sequence[str], head: str) -> list[str]:
        """One loop with these lines in it; the innermost is vector code."""
        innermost = not any("for (" in line for line in lines)
        pragma = [self.pragma(loop, lines)] if innermost else []
        return [*pragma, f"for ({head}; {loop.variable}++) {{",
                *(f"    {line}" for line in lines), "}"]

    def aside(
        self, where: tuple[str, str, str], names: Sequence[str], lines: Sequence[str]
    ) -> list[str]:
        variable, place, length = where
        return [
            *(f"{self.real} {name} = 0;" for name in names),
            f"if ({place} >= 0 && {place} < {length}) {{",
            f"    const int32_t {variable} = {place};",
            *(f"    {line}" for line in lines), "}",
        ]

    def pragma(self, loop: Loop, lines: Sequence[str]) -> str:
        """omp simd, with the totals that the lines add to as reductions."""
        signs = {"sum": "+", "max": "max", "prod": "*"}
        totals = {name: signs[op] for name, op in loop.totals}
        totals.update({f"fault_{name}": "+" for name in loop.faults})
        clauses = [f"reduction({sign}:{name})" for name, sign in totals.items()
                   if any(line.startswith(f"{name} ") for line in lines)]
        return " ".join(["#pragma omp simd", *clauses])


def _for_near(lines: Sequence[str], near: Mapping[str, str]) -> list[str]:
    """The lines twice, where it is known before the loop whether what they work on is near."""
    if not near:
        return [*lines]
    known, other = [*lines], [*lines]
    for inside in near:
        known = [line.replace(f", {inside})", ", 1)") for line in known]
        other = [line.replace(f", {inside})", ", 0)") for line in other]
    return [
        f"if ({' && '.join(near.values())}) {{",
        *(f"    {line}" for line in known), "} else {", *(f"    {line}" for line in other), "}",
    ]


def _flat(indices: Sequence[str], lengths: Sequence[str], kind: str) -> str:
    """One index into memory, row by row."""
    code = ""
    for index, length in zip(indices, lengths, strict=True):
        spelled = f"({index})" if " " in index and not index.startswith("(") else index
        size = f"({length})" if " " in length else length
        code = spelled if not code else f"({code}) * {size} + {spelled}"
    return code
