"""The numba target: a module of its own that needs NumPy and numba, compiled at the first call."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

from xent_sym.numeric.elementary import numba_text
from xent_sym.numeric.layout import Layout
from xent_sym.numeric.plan import WHOLE_KINDS, Plan
from xent_sym.numeric.printers.front import Front, result, routines
from xent_sym.numeric.printers.loops.numba_dialect import INLINED, RESERVED, NumbaDialect
from xent_sym.numeric.printers.loops.schedule import Loops
from xent_sym.numeric.program import ROWS, Program
from xent_sym.numeric.runtime import arguments, of_numba

LANES = 16
# Rows this short are worked on several at once, one in each lane of a vector.
SHORT = 40

HEAD = '''\
"""{name}: a numba function written by xent_sym.

It needs only NumPy and numba, and is compiled at the first call for each type of floats.
"""'''
IMPORTS = """\
from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numba
import numba.extending
import numpy as np

# An index of this type is not tested for being negative.
_at = np.uintp"""

# What may be done in another order, so that a sum has as many partial sums as a vector has lanes,
# is said of these operations alone; whatever else the loops compute stays as it is written.
HELPERS = '''\
@numba.njit(error_model="numpy", fastmath={"reassoc"})
def _plus(total, x):
    return total + x


@numba.njit(error_model="numpy", fastmath={"reassoc"})
def _times(total, x):
    return total * x


@numba.njit(error_model="numpy", fastmath={"contract"})
def _fma(x, y, z):
    """x * y + z, in one rounding where the machine can."""
    return x * y + z


@numba.extending.intrinsic
def _larger(typing, most, x):
    """The larger of two that are not NaN; of 0 and -0 either."""
    def generate(context, builder, signature, arguments):
        most, x = arguments
        free = ("nnan", "nsz")
        above = builder.fcmp_ordered(">", x, most, flags=free)
        return builder.select(above, x, most, flags=free)

    return x(x, x), generate


@numba.njit(error_model="numpy")
def d_larger(most, x):
    """The larger; a NaN counts as 0, for it comes out through the sums."""
    return _larger(most, x if x == x else D_NOTHING)


@numba.njit(error_model="numpy")
def _add_to(total, rest, x):
    """Neumaier's sum: what an addition loses is added up beside it."""
    more = total + x
    lost = (total - more) + x if abs(total) >= abs(x) else (x - more) + total
    return more, rest + (lost if abs(more) < np.inf else 0.0)


@numba.njit(error_model="numpy")
def d_counted(faults, test):
    """One more if there is a fault; a number, for vectors of numbers and truths do not mix."""
    return _plus(faults, D_ONE if test else D_NOTHING)


@numba.njit(error_model="numpy")
def d_apart(x, most):
    """x - most, where most is at least x; 0 where both are infinite."""
    return D_NOTHING if x == np.inf else x - most


@numba.njit(error_model="numpy")
def d_lost(x, y, d):
    """What rounding took from d = x - y, exactly (Knuth's TwoSum), where e^d is of account."""
    back = d + y
    lost = (x - back) - (y + (d - back))
    return lost if abs(lost) < D_ONE else D_NOTHING


@numba.njit(error_model="numpy")
def d_maximum(x, y):
    return x if x > y or x != x else y


@numba.extending.intrinsic(prefer_literal=True)
def _stack(typing, number, entries):
    """Memory on the stack for numbers like this one.

    Two pieces of it never overlap, so that loops over them are vectors without a test.
    """
    def generate(context, builder, signature, arguments):
        kind = context.get_value_type(number)
        return numba.core.cgutils.alloca_once(builder, kind, size=entries.literal_value)

    return numba.types.CPointer(number)(number, entries), generate'''
CONSTANTS = """\
D_NOTHING, D_ONE = np.float64(0.0), np.float64(1.0)
F_NOTHING, F_ONE = np.float32(0.0), np.float32(1.0)"""
COMPILED = '''\
@cache
def _compiled(single: bool, by_class: bool) -> Any:
    """The kernel for singles or doubles, for a form of the labels; compiled at its first use."""
    real = numba.float32 if single else numba.float64
    whole = numba.int64
    reals, wholes = (numba.types.Array(kind, 1, "C", readonly=True) for kind in (real, whole))
{chosen}
    return numba.njit(whole(*types), error_model="numpy", nogil=True)(kernel)'''


def numba_module(plan: Plan) -> str:
    """The text of a module that needs only NumPy and numba and defines the function of the plan.

    >>> from xent_sym.numeric.plan import planned
    >>> from xent_sym.terms import real, sigmoid
    >>> print(numba_module(planned("h", {"h": sigmoid(real("s"))})).splitlines()[0])
    \"""h: a numba function written by xent_sym.
    """
    dense = plan.program(fused=True)
    kernels = [_kernel(plan, dense, prefix, "_rows") for prefix in "df"]
    if plan.labels:
        classes = plan.program(classes=True, fused=True)
        kernels += [_kernel(plan, classes, prefix, "_class_rows") for prefix in "df"]
    main = Front(plan, dense, ("threads: int = 1",)).text(_call(plan, dense))
    body = "\n\n\n".join(kernels)
    elementary = [f"{p}_{name}" for p in "df" for name in INLINED if f"{p}_{name}(" in body]
    parts = [
        *([numba_text(elementary).strip()] if elementary else []), CONSTANTS, *_helpers(body),
        body, _compiled(plan, dense), *routines(main, arguments, of_numba), main,
    ]
    return "\n\n".join([HEAD.format(name=plan.name), IMPORTS, "\n" + "\n\n\n".join(parts)]) + "\n"


def _arrays(plan: Plan) -> list[str]:
    return [plan.names[a] for a in plan.arguments if a.kind not in WHOLE_KINDS]


def _helpers(body: str) -> list[str]:
    """The small functions that the kernels call, for doubles and singles."""
    parts = HELPERS.split("\n\n\n")
    parts += [re.sub(r"\b(d|D)_", lambda m: "f_" if m[1] == "d" else "F_", part)
              for part in parts if "def d_" in part]
    wanted, chosen = body, list[str]()
    for part in reversed(parts):
        found = re.search(r"def (\w+)\(", part)
        assert found
        if f"{found[1]}(" in wanted:
            chosen.insert(0, part)
            wanted += part
    return chosen


def _kernel(plan: Plan, program: Program, prefix: str, name: str) -> str:
    """The function that works through a range of rows; its value tells the faults, as bits."""
    layout, arrays = plan.layout(program), _arrays(plan)
    results = {o.name: result(n) for n, o in enumerate(program.outputs)}
    faults = list(dict.fromkeys(f.name for f in program.faults))
    dialect = NumbaDialect(prefix, RESERVED | {*plan.names.values(), *plan.sizes().values()})
    loops = Loops(layout, dialect, results)
    text = loops.write((ROWS, *(a for a in program.axes if a is not ROWS)))
    parameters = [*plan.sizes().values(), *(x for a in arrays for x in (a, f"{a}_step")),
                  *results.values()]
    lines = [f"fault_{fault} = {dialect.literal(0.0)}" for fault in faults]
    for buffer, axes in loops.buffers:
        entries = " * ".join(f"({layout.along(a)})" for a in axes) or "1"
        lines.append(f"{buffer} = np.empty({entries}, {dialect.real})")
    if len(program.axes) == 2:
        lines += _short_rows(layout, dialect, results)
    bits = [f"({1 << n} if fault_{a} > 0 else 0)" for n, a in enumerate(arrays) if a in faults]
    return "\n".join([
        *textwrap.wrap(f"def {name}_{prefix}(begin, end, {', '.join(parameters)}):", 96,
                       subsequent_indent="        "),
        *(f"    {line}" for line in [*lines, *text, f"return {' | '.join(bits) or '0'}"]),
    ])


def _short_rows(layout: Layout, dialect: NumbaDialect, results: Mapping[str, str]) -> list[str]:
    """The lines for rows shorter than a vector or two: one row in each lane.

    What the rows hold is copied, turned round, so that the lanes lie side by side.
    """
    together = NumbaDialect(dialect.prefix, dialect.reserved | {"entry", "lane"}, LANES)
    loops = Loops(layout, together, dict(results))
    axis = next(a for a in layout.axes if a is not ROWS)
    block = loops.write((axis, ROWS))
    rooms, before, after = list[str](), list[str](), list[str]()
    for name, axes in loops.buffers:
        rooms.append(_room(name, dialect.real, any(a is not ROWS for a in axes)))
    for name, (length, whole) in together.read.items():
        kind = ("np.int64" if dialect.prefix == "d" else "np.int32") if whole else dialect.real
        rooms.append(_room(f"{name}_in", kind, length != "1"))
        before += _turned(length, f"{name}_in[_at({{to}})] = "
                          + (f"{kind}(" if whole else "") + f"{name}[_at({{at}})]"
                          + (")" if whole else ""), f"{name}_step")
    for output in layout.program.outputs:
        name = results[output.name]
        length = layout.along(axis) if output.axes else "1"
        rooms.append(_room(f"{name}_out", dialect.real, length != "1"))
        after += _turned(length, f"{name}[_at({{at}})] = {name}_out[_at({{to}})]", length)
    lengths = dict.fromkeys([layout.along(axis), *(n for n, _ in together.read.values())])
    short = " and ".join(f"{length} <= {SHORT}" for length in lengths if length != "1")
    return [
        f"if {short}:",
        *(f"    {line}" for line in rooms),
        f"    for base in range(begin, end - {LANES - 1}, {LANES}):",
        *(f"        {line}" for line in [*before, *block, *after]),
        f"    begin += (end - begin) // {LANES} * {LANES}",
    ]


def _room(name: str, kind: str, along: bool) -> str:
    entries = LANES * SHORT if along else LANES
    return f"{name} = numba.carray(_stack({kind}(0), {entries}), {entries})"


def _turned(length: str, line: str, step: str) -> list[str]:
    """The loops that copy between rows and lanes."""
    if length == "1":
        at = "base + lane" if step == "1" else f"(base + lane) * {step}"
        return [f"for lane in range({LANES}):", "    " + line.format(to="lane", at=at)]
    return [f"for lane in range({LANES}):", f"    for entry in range({length}):",
            "        " + line.format(to=f"entry * {LANES} + lane",
                                     at=f"(base + lane) * {step} + entry")]


def _compiled(plan: Plan, program: Program) -> str:
    """The function that compiles a kernel for the types that the call gives it."""
    types = ["whole"] * (2 + len(plan.sizes()))
    for symbol in plan.arguments:
        if symbol.kind not in WHOLE_KINDS:
            label = "wholes if by_class else reals"
            plain = "wholes" if symbol.kind == "index" else "reals"
            types += [label if symbol in plan.labels else plain, "whole"]
    types += ["real[::1]"] * len(program.outputs)
    forms = [[f"_rows_{p}", *([f"_class_rows_{p}"] if plan.labels else [])] for p in "df"]
    kernels = ", ".join(f"({', '.join(form)},)" for form in forms)
    chosen = ["    types = (", *textwrap.wrap(", ".join(types) + ",", 88, initial_indent=" " * 8,
                                              subsequent_indent=" " * 8), "    )",
              f"    kernel = ({kernels})[single][by_class]"]
    return COMPILED.format(chosen="\n".join(chosen))


def _call(plan: Plan, program: Program) -> list[str]:
    """The lines that run the kernel over all rows, and complain of what it found."""
    passed = [*plan.sizes().values()]
    for name in _arrays(plan):
        passed += [f"{name}.reshape(-1)", f"_step({name}, rows)"]
    passed += [f"{result(n)}.reshape(-1)" for n in range(len(program.outputs))]
    by_class = "by_class" if plan.labels else "False"
    arrays = [*_arrays(plan), *(result(n) for n in range(len(program.outputs)))]
    sizes = ", ".join(f"{name}.size" for name in arrays)
    wrap = textwrap.TextWrapper(84, initial_indent=" " * 8, subsequent_indent=" " * 12)
    lines = [
        "if rows:",
        f"    kernel = _compiled(dtype is np.float32, {by_class})",
        f"    {'status = ' if program.faults else ''}_shared(",
        "        kernel, threads, rows,",
        *wrap.wrap(f"max({sizes}, 0),"),
        *wrap.wrap(f"({', '.join(passed)}),"),
        "    )",
    ]
    kinds = {plan.names[a]: a.kind for a in plan.arguments}
    for n, name in enumerate(_arrays(plan)):
        if any(f.name == name for f in program.faults):
            lines += [f"    if status & {1 << n}:",
                      f'        _complain("{name}", {name}, "{kinds[name]}", batch)']
    return lines
