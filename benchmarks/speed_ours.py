"""Our own contestants: the exported function for every target, through the catalogue.

The array API export runs in each library that it is for, beside what is written there by hand.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from speed_cells import Array, Cell
from speed_race import Call, library
from speed_tensors import compiled, jax_ready, torch_with, waited

from xent_sym.numeric import ExportError

TARGETS = ("c", "numba", "numpy")
IN_LIBRARY = {
    "array-api numpy": "numpy",
    "array-api torch": "torch",
    "array-api torch.compile": "torch.compile",
    "array-api jax.jit": "jax.jit",
}
"""Our contestant: what it is measured against in the same library."""
THREADED = ("c", "numba")


@cache
def offered(name: str, what: str, target: str) -> Callable[..., Any] | None:
    """The exported function, or None, said once, where the target cannot have it here."""
    try:
        return built(name, what, target)
    except ExportError as reason:
        print(f"{name} {what} for {target} left out: {reason}", file=sys.stderr)
        return None


@cache
def built(name: str, what: str, target: str) -> Callable[..., Any]:
    """The exported function; one object for all shapes, so that it is compiled once."""
    catalogue = importlib.import_module("xent_sym.numeric.catalogue")
    found: Callable[..., Any] = catalogue.built(name, what, target)
    return found


@cache
def _jitted(function: Callable[..., Any]) -> Callable[..., Any]:
    found: Callable[..., Any] = importlib.import_module("jax").jit(function)
    return found


def available() -> bool:
    """Is there a catalogue to build from?"""
    return library("xent_sym.numeric.catalogue") is not None


def ours(cell: Cell, given: tuple[Array, ...]) -> Iterator[tuple[str, Call]]:
    """`c`, `numba` and `numpy` on NumPy arrays; `array-api` there, in PyTorch and in JAX."""
    if not available():
        return
    for target in TARGETS:
        function = offered(cell.name, cell.what, target)
        if function is not None:
            threads = {"threads": cell.threads} if target in THREADED else {}
            yield target, partial(function, *given, **threads)
    portable = offered(cell.name, cell.what, "array-api")
    if portable is None:
        return
    yield "array-api numpy", partial(portable, *given)
    torch = torch_with(cell.threads)
    if torch is not None:
        tensors = tuple(torch.from_numpy(array) for array in given)
        yield "array-api torch", partial(portable, *tensors)
        if cell.compiled:
            yield "array-api torch.compile", partial(compiled(torch, portable), *tensors)
    if jax_ready() is not None:
        arrays = tuple(importlib.import_module("jax.numpy").asarray(array) for array in given)
        yield "array-api jax.jit", waited(_jitted(portable), arrays)
