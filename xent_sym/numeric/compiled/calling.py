"""The C target called from Python: compiled once into the user's cache, called on NumPy arrays."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from xent_sym.numeric.compiled.loader import load, pointer
from xent_sym.numeric.compiled.quick import quick
from xent_sym.numeric.plan import WHOLE_KINDS, Plan
from xent_sym.numeric.printers.front import Front, result, routines
from xent_sym.numeric.printers.loops.c_module import c_module, entry_point
from xent_sym.numeric.running import run
from xent_sym.numeric.runtime import arguments

IMPORTS = """\
from __future__ import annotations

import math
from typing import Any

import numpy as np"""


def c_function(plan: Plan) -> Callable[..., Any]:
    """The function of a plan, compiled from C; ``threads=n`` shares the rows out among threads.

    Raises CompilerMissing where there is no C compiler, CompileFailed with its words.
    """
    source = _python(plan)
    library = load(c_module(plan) + _packed(plan), plan.name[:60], openmp=True)
    namespace = {"pointer": pointer, "entry": _entries(plan, library), "step": _step}
    packed = {form: _address(library[f"{name}_packed"]) for form, name in _names(plan).items()}
    return quick(run(source, plan.name, namespace), plan, packed)


def _names(plan: Plan) -> dict[tuple[bool, bool], str]:
    """The names of the C functions, by (singles?, class numbers?)."""
    forms = (False, True) if plan.labels else (False,)
    return {(s, c): entry_point(plan, s, c) for s in (False, True) for c in forms}


def _kinds(plan: Plan) -> list[type[Any]]:
    """What a C function takes: rows, threads and sizes; each array and its step; the results."""
    arrays = [a for a in plan.arguments if a.kind not in WHOLE_KINDS]
    return [*[ctypes.c_int64] * (2 + len(plan.sizes())),
            *[ctypes.c_void_p, ctypes.c_int64] * len(arrays),
            *[ctypes.c_void_p] * len(plan.outputs)]


def _entries(plan: Plan, library: ctypes.CDLL) -> dict[tuple[bool, bool], Any]:
    """The C functions, ready for ctypes."""
    entries = {}
    for form, name in _names(plan).items():
        function = library[name]
        function.argtypes, function.restype = _kinds(plan), ctypes.c_int
        entries[form] = function
    return entries


def _packed(plan: Plan) -> str:
    """C: every function once more, with its arguments as a row of words, however many they are."""
    words = [f"(void *)(intptr_t)w[{n}]" if kind is ctypes.c_void_p else f"w[{n}]"
             for n, kind in enumerate(_kinds(plan))]
    return "".join(
        f"\nint {name}_packed(const int64_t *w) {{\n    return {name}({', '.join(words)});\n}}\n"
        for name in _names(plan).values()
    )


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _step(array: Any, rows: int) -> int:
    """The number of entries from one row to the next: 0 where one row stands for all."""
    return array.size // rows if len(array) == rows else 0


def _python(plan: Plan) -> str:
    """The Python text around the C functions."""
    program = plan.program()
    arrays = [(plan.names[a], a) for a in plan.arguments if a.kind not in WHOLE_KINDS]
    passed = ["rows", "threads", *plan.sizes().values()]
    for name, _ in arrays:
        passed += [f"pointer({name})", f"step({name}, rows)"]
    passed += [f"pointer({result(n)})" for n in range(len(program.outputs))]
    classes = "by_class" if plan.labels else "False"
    call = [
        "if rows:",
        f"    status = entry[dtype is np.float32, {classes}](",
        *(f"        {p}," for p in passed),
        "    )",
        "    if status == -2:",
        '        raise ValueError("an axis of 2^31 entries or more: cut it into parts")',
        "    if status < 0:",
        '        raise MemoryError("no memory for the buffers of a row")',
    ]
    front = Front(plan, program, ("threads: int = 1",), guarded=False)
    for n, (name, symbol) in enumerate(arrays):
        if symbol.kind == "index" or symbol in plan.labels:
            given = " and by_class" if symbol in plan.labels else ""
            call += [f"    if status & {1 << n}{given}:",
                     f'        _within("{name}", {name}, {front.count(symbol.args[-1])})']
        if any(f.name == name for f in program.faults):
            call += [f"    if status & {1 << n}:",
                     f'        _complain("{name}", {name}, "{symbol.kind}", batch)']
    main = front.text(call)
    return "\n\n\n".join([IMPORTS, *routines(main, arguments), main])
