"""The NumPy target: a module of its own that works through the rows block by block."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from xent_sym.numeric.layout import Layout
from xent_sym.numeric.plan import WHOLE_KINDS, Plan
from xent_sym.numeric.printers.front import Front, result, routines, signature
from xent_sym.numeric.printers.numpy.block import NumpyBlock
from xent_sym.numeric.printers.numpy.lines import NumpyLines
from xent_sym.numeric.program import Program
from xent_sym.numeric.runtime import arguments, of_numpy, of_numpy_ratios, of_numpy_weights

HEAD = '"""{name}: a NumPy function written by xent_sym.  It needs only NumPy."""'
KEPT = "_KEPT = threading.local()"


def numpy_module(plan: Plan) -> str:
    """The text of a module that needs only NumPy and defines the function of the plan.

    >>> from xent_sym.numeric.plan import planned
    >>> from xent_sym.terms import real, sigmoid
    >>> print(numpy_module(planned("h", {"h": sigmoid(real("s"))})).splitlines()[0])
    \"""h: a NumPy function written by xent_sym.  It needs only NumPy.\"""
    """
    dense = plan.program(fused=True)
    kernels = [Kernel(plan, dense, "_block")]
    if plan.labels:
        kernels.append(Kernel(plan, plan.program(classes=True, fused=True), "_class_block"))
    texts = [kernel.text() for kernel in kernels]
    main = Front(plan, dense).text(_call(plan, kernels))
    body = "\n\n\n".join([*texts, main])
    used = routines(body, arguments, of_numpy, of_numpy_ratios, of_numpy_weights)
    code = "\n\n\n".join([*used, body])
    return "\n\n".join([HEAD.format(name=plan.name), _imports(code), "\n" + code]) + "\n"


def _imports(code: str) -> str:
    """The imports that the code needs; and where a thread keeps its memory, if it does."""
    threads = "_KEPT" in code
    standard = ["import math"] * ("math." in code) + ["import threading"] * threads
    kinds = [name for name in ("Callable", "Iterator") if f"{name}[" in code]
    if kinds:
        standard.append(f"from collections.abc import {', '.join(kinds)}")
    lines = ["from __future__ import annotations", "", *standard, "from typing import Any", "",
             "import numpy as np"]
    return "\n".join([*lines, "", KEPT] if threads else lines)


@dataclass
class Kernel:
    """The function that computes one block of rows; ``memory`` counts its buffers, short and long.
    """

    plan: Plan
    program: Program
    name: str
    memory: tuple[int, int] = (0, 0)

    @property
    def by_pieces(self) -> bool:
        """There is at most one axis besides the rows."""
        return len(self.program.axes) <= 2

    def text(self) -> str:
        plan, layout = self.plan, self.plan.layout(self.program)
        results = [result(n) for n in range(len(self.program.outputs))]
        targets = {o.name: f"out_{n + 1}" for n, o in enumerate(self.program.outputs)}
        lines = [_result_view(layout, n, r) for n, r in enumerate(results)]
        parameters = [*_arrays(plan), *results, *_sizes(plan)]
        if self.by_pieces:
            block = NumpyBlock(layout, targets, self.program.axes[-1])
            lines += block.write()
            parameters += ["memory", "step", "dtype"]
            self.memory = len(block.memory.buffers), len(block.memory.apart)
        else:
            lines += NumpyLines(layout, targets).write()
            parameters.append("dtype")
        lines.append('return ""')
        return "\n".join([
            *signature(self.name, [f"{p}: Any" for p in parameters], "str"),
            *textwrap.indent(_folded(lines), "    ").split("\n"),
        ])


def _result_view(layout: Layout, n: int, name: str) -> str:
    """The line that gives a result the dimensions of the program."""
    own = layout.program.outputs[n].axes
    order = sorted(own, key=layout.dimension)
    code = name
    if list(own) != order:
        code += f".transpose(0, {', '.join(str(1 + own.index(a)) for a in order)})"
    places = [":" if a in own or a == layout.axes[0] else "None" for a in layout.axes]
    return f"out_{n + 1} = {code}" + (f"[{', '.join(places)}]" if "None" in places else "")


def _arrays(plan: Plan) -> list[str]:
    return [plan.names[a] for a in plan.arguments if a.kind not in WHOLE_KINDS]


def _sizes(plan: Plan) -> list[str]:
    return list(plan.sizes().values())


def _call(plan: Plan, kernels: Sequence[Kernel]) -> list[str]:
    """The lines that run the kernel over the blocks."""
    program = kernels[0].program
    front = Front(plan, program)
    results = [result(n) for n in range(len(program.outputs))]
    shaped = [_flat(r, [front.count(a.over) for a in o.axes if a.over is not None])
              for r, o in zip(results, program.outputs, strict=True)]
    lines = [f"flat_{n + 1} = {code}" for n, code in enumerate(shaped)]
    flat = [f"flat_{n + 1}" for n in range(len(results))]
    if all(k.by_pieces for k in kernels):
        lines += _by_pieces(plan, kernels, flat)
    else:
        lines += _by_rows(plan, kernels, flat)
    faults = {f.name: next(a.kind for a in plan.arguments if plan.names[a] == f.name)
              for f in program.faults}
    if not faults:
        return lines
    for name, kind in faults.items():
        lines += [f'if wrong == "{name}":',
                  f'    _complain("{name}", {name}, "{kind}", batch)']
    return lines


def _by_pieces(plan: Plan, kernels: Sequence[Kernel], flat: Sequence[str]) -> list[str]:
    """The call where blocks may be pieces of rows, too."""
    ways = [f"{k.name}, {k.memory[0]}, {k.memory[1]}" for k in kernels]
    lines = []
    if len(ways) > 1:
        lines.append(f"way = ({ways[1]}) if by_class else ({ways[0]})")
    program = kernels[0].program
    layout = plan.layout(program)
    length = layout.along(program.axes[-1]) if len(program.axes) > 1 else "0"
    arguments = ["*way" if len(ways) > 1 else ways[0], "rows", length, "dtype",
                 _tuple(_arrays(plan)), _tuple(flat), _tuple(_sizes(plan))]
    keep = "wrong = " if program.faults else ""
    call = textwrap.wrap(f"{keep}_work({', '.join(arguments)})", 92, subsequent_indent="    ")
    return [*lines, *call]


def _tuple(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' * (len(names) == 1)})"


def _by_rows(plan: Plan, kernels: Sequence[Kernel], flat: Sequence[str]) -> list[str]:
    """The call where a block has whole rows."""
    front = Front(plan, kernels[0].program)
    row = max((len(a.ranges), [front.count(r) for r in a.ranges]) for a in plan.arguments)[1]
    entries = " * ".join(f"({c})" if " " in c else c for c in row) or "1"
    lines = ["block = _class_block if by_class else _block"] if len(kernels) > 1 else []
    arguments = [*(f"_some({a}, some)" for a in _arrays(plan)), *(f"{f}[some]" for f in flat),
                 *_sizes(plan), "dtype"]
    called = "block" if len(kernels) > 1 else "_block"
    faults = bool(kernels[0].program.faults)
    call = textwrap.wrap(f"        {'wrong = ' * faults}{called}({', '.join(arguments)})", 96,
                         subsequent_indent="            ")
    loop = ['with np.errstate(all="ignore"):', f"    for some in _blocks(rows, {entries}):", *call]
    if not faults:
        return [*lines, *loop]
    return [*lines, 'wrong = ""', *loop, "        if wrong:", "            break"]


def _folded(lines: list[str]) -> str:
    """The lines, long ones broken inside their parentheses."""
    return "\n".join(
        part for line in lines
        for part in (_wrapped(line) if len(line) > 92 else [line]))


def _wrapped(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(line, 92, subsequent_indent=f"{indent}    ", break_long_words=False,
                         break_on_hyphens=False)


def _flat(name: str, own: list[str]) -> str:
    return f"{name}.reshape(rows, {', '.join(own)})" if own else f"{name}.reshape(rows)"
