"""The target for every array library: a module of its own that imports none of them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from xent_sym.numeric.layout import Layout
from xent_sym.numeric.plan import WHOLE_KINDS, Plan
from xent_sym.numeric.printers.array_api.lines import ArrayApiLines
from xent_sym.numeric.printers.front import Front, routines
from xent_sym.numeric.program import Output, Program
from xent_sym.numeric.ranges import ExportError
from xent_sym.numeric.runtime import of_array_api, of_blocks, of_whole_arrays
from xent_sym.terms.term import Sym

HEAD = '''\
"""{name}: for arrays of any library.

Written by xent_sym.  It needs no other module, and works with NumPy, PyTorch, JAX, Dask, CuPy and
whatever else has the array API standard; it can be traced, compiled and differentiated.
"""'''
IMPORTS = """\
from __future__ import annotations

import math
import sys
from typing import Any"""


def array_api_module(plan: Plan) -> str:
    """The text of a module that defines the function of the plan for every array library.

    Raises ``ExportError`` where no argument is an array: there would be no library to use.

    >>> from xent_sym.numeric.plan import planned
    >>> from xent_sym.terms import real, sigmoid
    >>> print(array_api_module(planned("h", {"h": sigmoid(real("s"))})).splitlines()[0])
    \"""h: for arrays of any library.
    """
    if not _arrays(plan):
        raise ExportError(f"{plan.name}: no argument is an array, so there is no library to use")
    dense = plan.program()
    kernels = [_kernel(plan, dense, "_dense" if plan.labels else "_kernel")]
    if plan.labels:
        kernels.append(_kernel(plan, plan.program(classes=True), "_by_class"))
    main = ArrayApiFront(plan, dense, guarded=False).whole()
    body = "\n\n\n".join([*kernels, main])
    used = routines(body, of_array_api, of_whole_arrays, of_blocks)
    return "\n\n".join([HEAD.format(name=plan.name), IMPORTS,
                        "\n" + "\n\n\n".join([*used, body])]) + "\n"


def _arrays(plan: Plan) -> list[Sym]:
    return [a for a in plan.arguments if a.kind not in WHOLE_KINDS]


def _passed(plan: Plan) -> list[str]:
    """What the kernel is given besides the library and the format."""
    return list(dict.fromkeys([*(plan.names[a] for a in _arrays(plan)), *plan.sizes().values()]))


def _kernel(plan: Plan, program: Program, name: str) -> str:
    """The function that computes the results; each has the axes of its output, in their order."""
    layout = plan.layout(program)
    like = plan.names[_arrays(plan)[0]]
    names = [*plan.names.values(), *plan.sizes().values()]
    prefix = next(p for p in ("t", "u", "w", "part")
                  if not any(re.fullmatch(rf"{p}\d+", n) for n in names))
    writer = ArrayApiLines(layout, like, prefix)
    lines = writer.write()
    results = [_output(layout, o, writer.names[o.node], writer) for o in program.outputs]
    head = []
    code = "\n".join([*lines, *results])
    if re.search(r"\bdouble\b", code):
        head.append("double = dtype == xp.float64")
    return "\n".join([
        *_wrapped(f"def {name}(", ["xp: Any", *(f"{p}: Any" for p in _passed(plan)),
                                   "dtype: Any"], ") -> Any:"),
        *(f"    {part}" for line in [*head, *lines, f"return {', '.join(results)}"]
          for whole in line.split("\n") for part in _folded(whole)),
    ])


def _output(layout: Layout, output: Output, name: str, writer: ArrayApiLines) -> str:
    """An output with its own axes only, in their order; an axis may have length one."""
    if output.node.op in ("number", "size"):
        return writer.array(name)
    own, axes = list(output.axes), layout.axes[1:]
    code = name
    if any(a not in own for a in axes):
        code = f"{code}[..., {', '.join(':' if a in own else '0' for a in axes)}]"
    order = sorted(own, key=layout.dimension)
    if order != own:
        code = f"_ordered(xp, {code}, {', '.join(str(order.index(a)) for a in own)})"
    return code


@dataclass(frozen=True)
class ArrayApiFront(Front):
    """The function that a caller sees: shapes and types are checked, entries are not."""

    def whole(self) -> str:
        """The function as text."""
        names = [f"{self.plan.names[a]}: Any" for a in self.plan.arguments]
        body = [*self.library(), *self.reading(), *self.rows(), *self.run()]
        return "\n".join([
            *_wrapped(f"def {self.plan.name}(", names, ") -> Any:"),
            textwrap.indent(self.docstring(), "    "),
            *(f"    {line}" for line in body),
        ])

    def library(self) -> list[str]:
        """The lines that find the library and make every argument an array of it."""
        names = [self.plan.names[a] for a in _arrays(self.plan)]
        told = [f"{n}={n}" for n in names]
        lines = _wrapped("xp = _namespace(", told, ")")
        if len(names) == 1:
            return lines
        lines += _wrapped("_like = _first(", told, ")")
        return lines + [f'{n} = _array(xp, "{n}", {n}, _like)' for n in names]

    def rows(self) -> list[str]:
        """The lines that bring the arguments to one format and one number of batch axes."""
        plan, shapes, lines = self.plan, list[str](), list[str]()
        floats = [plan.names[a] for a in self.floats() if a not in self.labels]
        dense = ", ".join(["xp", *floats, *(plan.names[a] for a in self.labels)])
        given = ", ".join(["xp", *floats])
        if self.labels:
            lines.append(f"dtype = _format({given}) if by_class else _format({dense})")
        else:
            lines.append(f"dtype = _format({given})")
        for symbol in _arrays(plan):
            name, axes = plan.names[symbol], self.own(symbol)
            shapes.append(f"{name}={name}.shape[: {name}.ndim - {axes}]" if axes != "0"
                          else f"{name}={name}.shape")
        lines += _wrapped("batch = _batch(", shapes, ")")
        for symbol in _arrays(plan):
            name, axes = plan.names[symbol], self.own(symbol)
            whole = "len(batch)" if axes == "0" else f"len(batch) + {axes}"
            if symbol.kind == "index":
                lines.append(f"{name} = _level({name}, {whole})")
            elif symbol in self.labels:
                lines.append(f"{name} = _level({name} if by_class else _cast(xp, {name}, dtype), "
                             f"{whole})")
            else:
                lines.append(f"{name} = _level(_cast(xp, {name}, dtype), {whole})")
        return lines

    def run(self) -> list[str]:
        """The lines that call the kernel and give the results their whole shapes."""
        kernel = "_by_class if by_class else _dense" if self.labels else "_kernel"
        lines = [f"_chosen = {kernel}"] if self.labels else []
        outputs = self.program.outputs
        names = [o.name if o.name not in self.taken() else f"result_{n + 1}"
                 for n, o in enumerate(outputs)]
        given = [self.plan.names[a] for a in _arrays(self.plan)]
        sizes = [n for n in _passed(self.plan) if n not in given]
        lines += _wrapped("_results = _run(", [
            "xp", "_chosen" if self.labels else "_kernel", "batch", _tuple(given), _tuple(sizes),
            "dtype"], ")")
        shapes = [self.shape(o) for o in outputs]
        if len(outputs) == 1:
            return [*lines, f"return _result(xp, _results, {shapes[0]})"]
        lines.append(f"{', '.join(names)} = _results")
        made = [f"_result(xp, {n}, {s})" for n, s in zip(names, shapes, strict=True)]
        return [*lines, f"return {', '.join(made)}"]

    def taken(self) -> set[str]:
        """The names that the function has given away."""
        sizes = self.plan.sizes().values()
        return {*self.plan.names.values(), *sizes, "xp", "dtype", "batch", "by_class"}

    def shape(self, output: Output) -> str:
        own = "".join(f", {self.count(a.over)}" for a in output.axes if a.over is not None)
        return f"(*batch{own})" if own else "batch"

    def docstring(self) -> str:
        """What the function is; entries are not looked at, which is said."""
        said = super().docstring().replace(
            "singles for singles, else doubles.", "double if an argument is, else single.")
        head, _, _ = said.partition("Raises ValueError")
        return (head + "All arrays are of one library. Raises ValueError for shapes and types\n"
                "that do not fit; entries are not looked at: what is no class gives NaN.\n" + '"""')


def _tuple(names: Sequence[str]) -> str:
    """Code for a tuple of variables."""
    return f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"


def _folded(line: str) -> list[str]:
    """A line, broken inside its parentheses if it is long."""
    return [line] if len(line) <= 92 else textwrap.wrap(
        line, 92, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def _wrapped(start: str, parts: Sequence[str], end: str) -> list[str]:
    line = f"{start}{', '.join(parts)}{end}"
    if len(line) <= 96:
        return [line]
    return [start, *(f"    {part}," for part in parts), end]
