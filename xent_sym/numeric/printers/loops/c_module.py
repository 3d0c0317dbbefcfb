"""The C target: one C99 file without dependencies, and the Python that calls it on arrays."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from xent_sym.numeric.elementary import c_text, called
from xent_sym.numeric.layout import Layout
from xent_sym.numeric.plan import WHOLE_KINDS, Plan
from xent_sym.numeric.printers.front import Front, result
from xent_sym.numeric.printers.loops.c_dialect import BLOCK, LONG, CDialect
from xent_sym.numeric.printers.loops.schedule import Loops
from xent_sym.numeric.program import ROWS, Program

LANES = 32
# With fewer entries than this, to wake another thread takes longer than to do the work.
FEW = 16384
# Rows this short are worked on several at once, one in each lane of a vector.
SHORT = 40

HEAD = """\
/* {name}: written by xent_sym.  C99, no dependencies; compile with
   -O3 -march=native -fopenmp-simd -fno-math-errno -fno-trapping-math -ffp-contract=off
   (-fopenmp for threads), never with -ffast-math, which would break the exact sums.

{doc}

   Every array is contiguous, the batch first.  X_step is the number of entries from one row of X
   to the next, 0 if all rows are the same; threads is 1 or more.  The functions return 0, -1 where
   memory ran out, -2 for an axis of 2^31 entries or more, or a number whose bit n is set if the
   n-th argument is not what it must be. */
"""


def c_module(plan: Plan) -> str:
    """The text of the C99 file of a plan: for doubles and singles, for each form of the labels.

    >>> from xent_sym.numeric.plan import planned
    >>> from xent_sym.terms import real, sigmoid
    >>> "int h_d(" in c_module(planned("h", {"h": sigmoid(real("s"))}))
    True
    """
    kernels = [_kernel(plan, plan.program(fused=True), prefix, plan.name) for prefix in "df"]
    if plan.labels:
        program = plan.program(classes=True, fused=True)
        kernels += [_kernel(plan, program, prefix, f"{plan.name}_classes") for prefix in "df"]
    body = "\n".join(kernels)
    doc = Front(plan, plan.program()).docstring().removeprefix('"""').removesuffix('"""')
    doc = textwrap.indent(doc.split("\nArguments")[0].strip(), "   ")
    head = HEAD.format(name=plan.name, doc=doc)
    return "\n".join([head, c_text(called(body)), "#include <stdlib.h>\n", body])


def entry_point(plan: Plan, single: bool, classes: bool) -> str:
    """The name of the C function for a format of floats and a form of the labels."""
    return f"{plan.name}{'_classes' if classes else ''}_{'f' if single else 'd'}"


def _kernel(plan: Plan, program: Program, prefix: str, name: str) -> str:
    """The C function for one format: a range of rows, and the rows shared out among threads."""
    layout = plan.layout(program)
    real = "double" if prefix == "d" else "float"
    whole = {n.access.name for n in program.nodes() if n.op == "input" and n.kind == "whole"}
    arrays = [plan.names[a] for a in plan.arguments if a.kind not in WHOLE_KINDS]
    parameters = [f"int64_t {s}" for s in plan.sizes().values()]
    for array in arrays:
        kind = "int64_t" if array in whole else real
        parameters += [f"const {kind} *restrict {array}", f"int64_t {array}_step"]
    parameters += [f"{real} *restrict {result(n)}" for n in range(len(program.outputs))]
    faults = list(dict.fromkeys(f.name for f in program.faults))
    body = _range_body(plan, layout, prefix, faults, arrays)
    passed = [*plan.sizes().values(), *(x for a in arrays for x in (a, f"{a}_step")),
              *(result(n) for n in range(len(program.outputs)))]
    unused = "".join(f" (void){p};" for p in passed)
    long = " || ".join(f"{size} > INT32_MAX" for size in plan.sizes().values())
    sizes = f"    if ({long})\n        return -2;\n" if long else ""
    entries = " + ".join(["1", *(f"{a}_step" for a in arrays)])
    guards = "".join(_guard(plan, layout, n, a) for n, a in enumerate(arrays) if a in whole)
    return f"""
static int {name}_{prefix}_rows(
    int64_t begin, int64_t end, {", ".join(parameters)}
) {{
   {unused}
{textwrap.indent(chr(10).join(body), "    ")}
}}

int {name}_{prefix}(
    int64_t rows, int64_t threads, {", ".join(parameters)}
) {{
    const int64_t share = (rows + threads - 1) / threads;
    int status = 0;
{sizes}{guards}    if (threads < 2 || share < 1 || rows * ({entries}) < {FEW})
        return {name}_{prefix}_rows(0, rows, {", ".join(passed)});
#pragma omp parallel for num_threads((int)threads) reduction(|:status)
    for (int64_t part = 0; part < threads; part++) {{
        const int64_t begin = part * share, last = begin + share;
        const int64_t end = last < rows ? last : rows;
        if (begin < end)
            status |= {name}_{prefix}_rows(begin, end, {", ".join(passed)});
    }}
    return status;
}}
"""


def _guard(plan: Plan, layout: Layout, place: int, name: str) -> str:
    """The lines that look at class numbers before anything is looked up by them."""
    symbol = next(a for a in plan.arguments if plan.names[a] == name)
    lengths = [f"({layout.length(over)})" for over in layout.ranges[name]]
    one = " * ".join(lengths) or "1"
    return f"""\
    const int64_t {name}_count = {name}_step ? rows * {name}_step : {one};
    for (int64_t i = 0; i < {name}_count; i++)
        status |= ({name}[i] < 0) | ({name}[i] >= {layout.length(symbol.args[-1])});
    if (status)
        return {1 << place};
"""


def _range_body(
    plan: Plan, layout: Layout, prefix: str, faults: Sequence[str], arrays: Sequence[str]
) -> list[str]:
    """The lines that work through a range of rows."""
    program = layout.program
    inner = [a for a in program.axes if a is not ROWS]
    real = "double" if prefix == "d" else "float"
    # counted as numbers of the entries' own type: a flag among them would end the vector code
    lines = [f"{real} fault_{name} = 0;" for name in faults]
    results = {o.name: result(n) for n, o in enumerate(program.outputs)}
    plain = Loops(layout, CDialect(prefix), results)
    text = plain.write((ROWS, *inner))
    if not inner:
        text = _contiguous(text, arrays)
    lines += [f"{real} {name}[{LONG if long else BLOCK}];" for name, long in plain.tiles.items()]
    sizes = {name: " * ".join([f"sizeof({real})", *(f"(size_t)({layout.along(a)})" for a in axes)])
             for name, axes in plain.buffers}
    lines += [f"{real} *restrict {name} = malloc({size});" for name, size in sizes.items()]
    if sizes:
        missing = " || ".join(f"!{name}" for name in sizes)
        free = " ".join(f"free({name});" for name in sizes)
        lines.append(f"if ({missing}) {{ {free} return -1; }}")
    if len(inner) == 1:
        lines += _short_rows(layout, prefix, results)
    lines += [*text, *(f"free({name});" for name in sizes)]
    bits = [f"(fault_{name} > 0 ? {1 << n} : 0)" for n, name in enumerate(arrays) if name in faults]
    return [*lines, f"return {' | '.join(bits) or '0'};"]


def _contiguous(text: Sequence[str], arrays: Sequence[str]) -> list[str]:
    """The lines twice: where a row is one number, only a step that is known to be 1 makes plain
    loads of them."""
    steps = [f"{name}_step" for name in arrays]
    known = [re.sub(rf"\b({'|'.join(steps)})\b", "1", line) for line in text]
    return [
        f"if ({' && '.join(f'{step} == 1' for step in steps)}) {{",
        *(f"    {line}" for line in known), "} else {", *(f"    {line}" for line in text), "}",
    ]


def _short_rows(layout: Layout, prefix: str, results: dict[str, str]) -> list[str]:
    """The lines for rows that are shorter than a vector or two: one row in each lane.

    The last lanes go over some rows a second time, with the same results.
    """
    axis = next(a for a in layout.axes if a is not ROWS)
    length, real = layout.along(axis), "double" if prefix == "d" else "float"
    dialect = CDialect(prefix, LANES, phases=False, short=length)
    together = Loops(layout, dialect, results)
    block = together.write((axis, ROWS))
    arrays = [(name, " * ".join(str(LANES if a is ROWS else SHORT) for a in axes) or "1")
              for name, axes in together.buffers]
    turned = [*dialect.packed.values(), *dialect.unpacked.values()]
    arrays += [(name, f"{SHORT} * {LANES}") for name in turned]
    block = [
        *(f"{prefix}_pack({name} + base * {name}_step, {name}_step, {length}, {LANES}, {lane});"
          for name, lane in dialect.packed.items()),
        *block,
        *(f"{prefix}_unpack({lane}, {length}, {LANES}, {name} + base * ({length}));"
          for name, lane in dialect.unpacked.items()),
    ]
    return [
        f"if ({length} <= {SHORT} && end - begin >= {LANES}) {{",
        f"    for (int64_t next = begin; next < end; next += {LANES}) {{",
        f"        const int64_t base = next + {LANES} <= end ? next : end - {LANES};",
        *(f"        {real} {name}[{size}];" for name, size in arrays),
        *(f"        {line}" for line in block),
        "    }", "    begin = end;", "}",
    ]
