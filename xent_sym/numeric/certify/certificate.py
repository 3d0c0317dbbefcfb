"""A certificate: how far one function is from the truth, regime by regime.

The goal of a regime holds for each entry.  An entry in which the mathematics itself cancels, with
the condition number κ, may stray by 2κ units if that is more: there a change of one unit in what
is subtracted changes the answer by about κ.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from xent_sym.numeric.certify.drawing import Array, Case
from xent_sym.numeric.certify.reference import Place, Row, Truth, rows, truths
from xent_sym.numeric.certify.regimes import WELL, Regime, regimes_of
from xent_sym.numeric.certify.signatures import Task
from xent_sym.numeric.certify.statements import confirmed
from xent_sym.numeric.certify.ulps import FORMATS, Error, Wrong, error

Measured: TypeAlias = Callable[..., Any]
DTYPES = ("float64", "float32")
REFUSALS = (ValueError, TypeError, ArithmeticError)
FEWEST = 10
SPOTS = 3  # entries of a regime at which the definition itself is asked
Faults = tuple[tuple[Wrong, int], ...]


class UnconfirmedTruth(AssertionError):
    """The truth and the definition differ: the certificate would be worthless."""


@dataclass(frozen=True)
class Line:
    """What was found in one regime, in one format.

    ``worst`` and ``median`` are in ulp, over the ``entries`` that have a number and got one; the
    others are ``faults``.  ``condition`` is the largest κ; ``missed`` counts the entries that
    strayed by more than they may; ``confirmed`` those whose truth the definition itself confirmed.
    """

    what: str
    dtype: str
    regime: str
    goal: int
    entries: int
    worst: float
    median: float
    condition: float
    faults: Faults
    missed: int
    relative_median: float
    confirmed: int = 0
    refused: str = ""

    @property
    def met(self) -> bool:
        """No entry strayed too far; where the goal is 4, the median is at most 1.

        A median of fewer than ten entries says nothing and is not judged.
        """
        steady = self.goal > WELL or self.entries < FEWEST or self.relative_median <= 1
        return not self.refused and not self.missed and steady

    @property
    def ill(self) -> bool:
        """Cancellation in the mathematics allowed some entry more than the goal."""
        return 2 * self.condition > self.goal

    @property
    def total(self) -> int:
        """How many entries were compared, with those that are no number."""
        return self.entries + sum(n for wrong, n in self.faults if wrong is not Wrong.ZERO)

    def count(self, wrong: Wrong) -> int:
        """How many entries went wrong in this way."""
        return dict(self.faults).get(wrong, 0)


@dataclass(frozen=True)
class Certificate:
    """All regimes of a function, for a value, a gradient, both, or a Hessian-vector product."""

    task: Task
    seed: int
    lines: tuple[Line, ...]

    @property
    def met(self) -> bool:
        """Every goal is met."""
        return all(line.met for line in self.lines)

    def __str__(self) -> str:
        from xent_sym.numeric.certify.table import text

        return text(self)


def allowed(goal: int, condition: float) -> float:
    """How many ulp an entry may stray: the goal, or 2κ."""
    return max(float(goal), 2 * condition)


def certify(
    function: Measured,
    task: Task,
    *,
    dtypes: Sequence[str] = DTYPES,
    seed: int = 0,
    large: bool = False,
) -> Certificate:
    """How far a function is from what is stated, in units of the last place, by regime.

    The function is any callable of NumPy arrays: leading axes are rows, classes are the last
    axis; the gradient is that of each row by the first argument; ``value_and_gradient`` returns
    both, ``hvp`` takes the direction last.  Regimes of a million classes take up to a minute and
    1.5 GB each and are left out unless ``large``.

    >>> def naive(u): return np.log(1 + np.exp(u))
    >>> found = certify(naive, Task("softplus"), dtypes=["float64"])
    >>> [line.regime for line in found.lines if line.met]
    ['near 0', '±inf']
    """
    lines = [
        _line(_only(function, task, part), _cases(part, regime, dtype, seed), part, regime, dtype)
        for part in task.parts
        for regime in regimes_of(part, large)
        for dtype in dtypes
    ]
    return Certificate(task, seed, tuple(lines))


def _only(function: Measured, task: Task, part: Task) -> Measured:
    """The function that gives this part of what the function gives."""
    if part == task:
        return function
    place = task.parts.index(part)
    return lambda *arguments: function(*arguments)[place]


@dataclass(frozen=True)
class _Case:
    """The arguments of one call, the truth of its result, and how much of that is confirmed."""

    arguments: Case
    truths: dict[Place, Truth]
    confirmed: int


@lru_cache(maxsize=2048)
def _cases(task: Task, regime: Regime, dtype: str, seed: int) -> tuple[_Case, ...]:
    """The calls of a regime: kept, for several functions may be measured in one run."""
    found = []
    for arguments in regime.arguments(task, dtype, seed):
        true = truths(task, arguments)
        found.append(_Case(arguments, true, _confirm(task, arguments, true)))
    return tuple(found)


def _confirm(task: Task, arguments: Case, true: dict[Place, Truth]) -> int:
    """How many of a few entries the definition confirmed; raises where it says otherwise."""
    agreed = 0
    for row in _some(rows(arguments, task.axes)):
        own = [place for place in true if place[: len(row.place)] == row.place]
        place = own[len(own) // 2]
        k = place[-1] if task.result else 0
        answer = confirmed(task, row, k, true[place])
        if answer is False:
            raise UnconfirmedTruth(f"{task}: the truth at {place} of {row} is not what is stated")
        agreed += bool(answer)
    return agreed


def _some(found: Iterator[Row]) -> list[Row]:
    everything = list(found)
    return everything[:: max(1, len(everything) // SPOTS)]


def _line(
    function: Measured, cases: Sequence[_Case], task: Task, regime: Regime, dtype: str
) -> Line:
    errors: list[tuple[Error, float]] = []
    for case in cases:
        try:
            with np.errstate(all="ignore"):
                got = np.asarray(function(*(a.copy() for a in case.arguments)))
            _check_shape(got, task, case.arguments[0])
        except REFUSALS as problem:
            refused = f"{type(problem).__name__}: {problem}".splitlines()[0]
            return replace(_judged(errors, task.what, dtype, regime), refused=refused)
        errors += _errors(got, case.truths, dtype)
    line = _judged(errors, task.what, dtype, regime)
    return replace(line, confirmed=sum(case.confirmed for case in cases))


def _check_shape(got: Array, task: Task, first: Array) -> None:
    """Raises where the result does not have the rows of the first argument."""
    own = len(task.axes[0])
    expected = first.shape if task.result else first.shape[: first.ndim - own]
    if got.shape != expected:
        raise ValueError(f"the result has the shape {got.shape}; {expected} was expected")


def _errors(got: Array, true: dict[Place, Truth], dtype: str) -> list[tuple[Error, float]]:
    fmt = FORMATS[dtype]
    return [
        (error(float(got[place]), truth.value, fmt), truth.condition)
        for place, truth in true.items()
        if truth.value is not None
    ]


def _judged(
    errors: list[tuple[Error, float]], what: str, dtype: str, regime: Regime
) -> Line:
    kinds = [e.wrong for e, _ in errors if e.wrong is not Wrong.NOTHING]
    numbers = [(e.ulp, k) for e, k in errors if e.wrong in (Wrong.NOTHING, Wrong.ZERO)]
    return Line(
        what=what,
        dtype=dtype,
        regime=regime.name,
        goal=regime.goal,
        entries=len(numbers),
        worst=max((ulp for ulp, _ in numbers), default=0.0),
        median=_median(ulp for ulp, _ in numbers),
        condition=max((kappa for _, kappa in errors), default=1.0),
        faults=tuple((wrong, kinds.count(wrong)) for wrong in Wrong if wrong in kinds),
        missed=sum(not e.ulp <= allowed(regime.goal, kappa) for e, kappa in errors),
        relative_median=_median(u / k if k < math.inf else 0.0 for u, k in numbers),
    )


def _median(values: Iterable[float]) -> float:
    found = list(values)
    return statistics.median(found) if found else 0.0


__all__ = ["Certificate", "Line", "UnconfirmedTruth", "allowed", "certify"]
