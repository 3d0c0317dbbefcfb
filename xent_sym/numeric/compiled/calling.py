"""The C target called from Python: compiled once into the user's cache, called on NumPy arrays."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from xent_sym.numeric.compiled.loader import load, pointer
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
    library = load(c_module(plan), plan.name[:60], openmp=True)
    namespace = {"pointer": pointer, "entry": _entries(plan, library), "step": _step}
    return run(source, plan.name, namespace)


def _entries(plan: Plan, library: ctypes.CDLL) -> dict[tuple[bool, bool], Any]:
    """The C functions, by (singles?, class numbers?)."""
    arrays = [a for a in plan.arguments if a.kind not in WHOLE_KINDS]
    kinds: list[type[Any]] = [ctypes.c_int64] * (2 + len(plan.sizes()))
    kinds += [ctypes.c_void_p, ctypes.c_int64] * len(arrays)
    kinds += [ctypes.c_void_p] * len(plan.outputs)
    entries = {}
    for single in (False, True):
        for classes in (False, True) if plan.labels else (False,):
            function = library[entry_point(plan, single, classes)]
            function.argtypes, function.restype = kinds, ctypes.c_int
            entries[single, classes] = function
    return entries


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
