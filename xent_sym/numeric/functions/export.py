"""From terms to functions of arrays, for a target: compiled here, or as the text of a module.

The functions take the declared symbols of the terms as arrays: the families' own indices are the
last axes (classes last of all), everything before them is a batch axis and broadcasts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from operator import attrgetter
from typing import Any

from xent_sym.numeric.compiled.calling import c_function
from xent_sym.numeric.plan import Plan, planned
from xent_sym.numeric.printers.array_api.module import array_api_module
from xent_sym.numeric.printers.loops.c_module import c_module
from xent_sym.numeric.printers.loops.numba_module import numba_module
from xent_sym.numeric.printers.numpy.module import numpy_module
from xent_sym.numeric.printers.statements.module import pytest_module
from xent_sym.numeric.ranges import ExportError
from xent_sym.numeric.running import run
from xent_sym.terms.term import Sym, Term

TARGETS: dict[str, Callable[[Plan], str]] = {
    "numpy": numpy_module, "c": c_module, "numba": numba_module, "array-api": array_api_module,
    "pytest": pytest_module,
}


@dataclass(frozen=True, eq=False)
class ExportedFunction:
    """A compiled function with what it was made from; call it with arrays.

    ``source`` is the text of a module that defines ``name``.
    """

    plan: Plan
    target: str
    source: str
    function: Callable[..., Any]

    def __post_init__(self) -> None:
        # where ``inspect`` looks for the arguments
        object.__setattr__(self, "__wrapped__", self.function)

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def arguments(self) -> tuple[Sym, ...]:
        return self.plan.arguments

    @property
    def labels(self) -> tuple[Sym, ...]:
        """The arguments that may also be given as class numbers."""
        return self.plan.labels

    @property
    def term(self) -> Term:
        """What the function computes; of several outputs, the first."""
        return next(iter(self.plan.outputs.values()))

    @property
    def axes(self) -> tuple[Sym, ...]:
        """The last axes of the result; of several results, the first."""
        return next(iter(self.plan.axes.values()))

    # The call is the function's own: a method between them would take longer than a small kernel.
    __call__ = property(attrgetter("function"))


def compile_function(plan: Plan, target: str = "numpy") -> ExportedFunction:
    """The function of a plan, ready to be called.

    >>> from xent_sym.terms import index, reals, size, softmax
    >>> K = size("K"); z = reals("z", K); k = index("k", K)
    >>> f = compile_function(planned("softmax", {"a": softmax(z)[k]}))
    >>> print(f([0.0, 10_000.0]))
    [0. 1.]
    """
    if target == "pytest":
        raise ExportError(
            f"{plan.name}: pytest makes tests of a function, and no function to call: write its "
            "module to a file (xent-sym export NAME --target pytest -o test_mine.py)"
        )
    if target == "numba" and find_spec("numba") is None:
        raise ExportError(f"{plan.name}: the target numba needs Numba, which is not installed: "
                          "pip install numba")
    source = module(plan, target)
    if target == "c":
        return ExportedFunction(plan, target, source, c_function(plan))
    return ExportedFunction(plan, target, source, run(source, plan.name))


def module(plan: Plan, target: str = "numpy") -> str:
    """The text of a module that defines the function of the plan for a target."""
    if target not in TARGETS:
        raise ExportError(f"{target!r} is no target; there are {', '.join(TARGETS)}")
    return TARGETS[target](plan)


def compile_numpy(  # noqa: PLR0913
    name: str,
    term: Term,
    arguments: Sequence[Sym] | None = None,
    *,
    axes: Sequence[Sym] | None = None,
    theorem: str = "",
    units: str = "",
) -> ExportedFunction:
    """The function of arrays whose value is the term.

    ``arguments``: the declared symbols in the order of the call; all free ones by default.
    ``axes``: the free indices that become the last axes of the result; by default those that
    are not arguments.  Raises ``ExportError`` where the term has no array form.

    >>> from xent_sym.terms import index, reals, size, softmax
    >>> K = size("K"); z = reals("z", K); k = index("k", K)
    >>> f = compile_numpy("softmax", softmax(z)[k])
    >>> print(f([0.0, 10_000.0]))
    [0. 1.]
    """
    own: Mapping[str, Sequence[Sym]] | None = None if axes is None else {name: axes}
    plan = planned(name, {name: term}, arguments, own, theorem=theorem, units=units)
    return compile_function(plan)


__all__ = ["TARGETS", "ExportedFunction", "compile_function", "compile_numpy", "module"]
