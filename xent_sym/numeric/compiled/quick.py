"""The front of a compiled function in C, for plain calls; where it cannot be had, that in Python.

An exported function reads its arguments in a dozen calls of Python and NumPy, which takes longer
than a small kernel.  ``quick.c`` is an extension type that does the same for arrays that need no
conversion, and leaves everything else, every error too, to the Python function.  It is compiled
once, as the kernels are, for this Python and this NumPy.
"""

from __future__ import annotations

import functools
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ExtensionFileLoader
from importlib.resources import files
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np

from xent_sym.numeric.compiled.loader import CompileFailed, compiled, compiler_and_flags
from xent_sym.numeric.plan import WHOLE_KINDS, Plan
from xent_sym.numeric.ranges import count_of
from xent_sym.terms.term import Sym, Term

NAME = "xent_sym_quick"
MOST = 32
FLOATS, LABELS, CLASSES, WHOLE = range(4)
DEFINED = f"enum {{ FLOATS, LABELS, CLASSES, WHOLE, MOST = {MOST} }};\n"
# Python's functions are found where the library is loaded; only this linker must be told.
LINKING = ("-undefined", "dynamic_lookup") if sys.platform == "darwin" else ()


def quick(
    function: Callable[..., Any], plan: Plan, packed: Mapping[tuple[bool, bool], int]
) -> Callable[..., Any]:
    """The function, with plain calls answered without it; itself where that cannot be had here.

    ``packed`` holds the addresses of the kernels, by (singles?, class numbers?), which take their
    arguments as one row of words.  The result passes for the function: name, text, signature,
    attributes; it is pickled by its name in the function's module.
    """
    extension = _extension()
    longest = max(len(plan.arguments), len(plan.sizes()), len(plan.outputs))
    if extension is None or longest > MOST:
        return function
    entries = tuple(packed.get((s, c), 0) for s in (False, True) for c in (False, True))
    made: Callable[..., Any] = extension(function, entries, _form(plan))
    functools.update_wrapper(made, function)
    setattr(sys.modules[function.__module__], function.__name__, made)
    return made


@functools.cache
def _extension() -> Callable[..., Any] | None:
    """The type of ``quick.c``; None where there is no Python.h, or the compiler rejects the text.

    A Python without the lock that this text counts on is left alone.
    """
    headers = (sysconfig.get_path("include"), np.get_include())
    known = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
    if not known or not Path(headers[0], "Python.h").exists():
        return None
    command, macros = compiler_and_flags()
    build = (*command, *(f"-I{folder}" for folder in headers), *LINKING), macros
    try:
        return _loaded(compiled(_text(), NAME, build))
    except (CompileFailed, ImportError):
        return None


def _text() -> str:
    """The C text; its first line says for what, for a library's name in the cache is its hash."""
    made_for = f"{sysconfig.get_config_var('SOABI')}, {sys.hexversion:x}, NumPy {np.__version__}"
    here = files(__package__)
    parts = (here.joinpath(name).read_text(encoding="utf-8") for name in ("plain.c", "quick.c"))
    return "\n".join([f"/* {made_for} */", DEFINED, *parts])


def _loaded(path: Path) -> Callable[..., Any]:
    """The type in an extension module that need not be on the path of imports."""
    spec = spec_from_file_location(NAME, path, loader=ExtensionFileLoader(NAME, str(path)))
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no extension module")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., Any] = module.Quick
    return found


def _form(plan: Plan) -> bytes:
    """The arguments and results of a plan in numbers, as ``plain.c`` says."""
    places = {size: n for n, size in enumerate(plan.sizes())}
    words = [len(places), len(plan.arguments), len(plan.outputs)]
    for symbol in plan.arguments:
        kind = _kind(plan, symbol)
        words += [kind, *_axes([symbol] if kind == WHOLE else symbol.ranges, places)]
    for name in plan.outputs:
        words += _axes([axis.args[-1] for axis in plan.axes[name]], places)
    return np.array(words, np.int64).tobytes()


def _kind(plan: Plan, symbol: Sym) -> int:
    if symbol.kind in WHOLE_KINDS:
        return WHOLE
    if symbol in plan.labels:
        return LABELS
    return CLASSES if symbol.kind == "index" else FLOATS


def _axes(ranges: Sequence[Term], places: Mapping[Sym, int]) -> list[int]:
    """How many axes, and for each the place of its size and what is added to it."""
    words = [len(ranges)]
    for over in ranges:
        size, number = count_of(over)
        words += [-1 if size is None else places[size], number]
    return words
