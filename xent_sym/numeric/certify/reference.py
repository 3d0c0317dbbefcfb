"""The truth at given arguments: floats taken as they are, in many digits, row by row.

The forms of ``closed_forms`` are evaluated with 1,500 bits, so that what cancels cannot matter:
1 − a_k is right even where it is the least subnormal number.  Rows beyond 4,096 classes take 256
bits and are read at some of their entries; they are drawn so that next to nothing cancels.
``statements`` asks the definition itself, by ball arithmetic, whether the forms are right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xent_sym.numeric.certify import closed_forms, closed_others
from xent_sym.numeric.certify.closed_forms import Form
from xent_sym.numeric.certify.signatures import Task
from xent_sym.numeric.certify.sized import Sized, digits, exact
from xent_sym.numeric.certify.ulps import Exact

BITS, FEWER_BITS = 1500, 256
LARGE_ROW = 4096
ENTRIES_OF_LARGE_ROW = 200

ENTRY_BY_ENTRY = {
    Task(name, what) for name in ("entropy", "cross_entropy", "kl") for what in ("gradient", "hvp")
}
Array = NDArray[Any]
Place = tuple[int, ...]

FORMS: dict[str, Any] = {
    "softmax_cross_entropy": closed_forms.SoftmaxCrossEntropy,
    "binary_cross_entropy_with_logits": closed_others.BinaryCrossEntropyWithLogits,
    "entropy": closed_others.Entropy,
    "cross_entropy": closed_others.CrossEntropy,
    "kl": closed_others.Kl,
    "entropy_of_softmax": closed_forms.EntropyOfSoftmax,
    "kl_of_softmaxes": closed_forms.KlOfSoftmaxes,
    "logistic": closed_others.Logistic,
    "softmax": closed_forms.Softmax,
    "log_softmax": closed_forms.LogSoftmax,
    "log_sum_exp": closed_forms.LogSumExp,
    "sigmoid": closed_others.Sigmoid,
    "softplus": closed_others.Softplus,
}


@dataclass(frozen=True)
class Truth:
    """One entry of the result: its value, None where the mathematics gives none, and what
    cancellation in it costs (1 where there is none)."""

    value: Exact | None
    condition: float = 1.0


@dataclass(frozen=True)
class Row:
    """One row of a function's arguments, and where its result stands in the whole."""

    place: Place
    arguments: tuple[Any, ...]  # floats, nested lists of floats, or a class number

    @property
    def has_nan(self) -> bool:
        """Some number of the row is not one."""
        numbers = (np.asarray(a) for a in self.arguments)
        return any(n.dtype.kind == "f" and bool(np.isnan(n).any()) for n in numbers)


def rows(arguments: tuple[Array, ...], axes: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a batch: every argument has the same axes in front of its own.

    >>> z = np.zeros((2, 3)); c = np.array([1, 0])
    >>> [(row.place, row.arguments[1]) for row in rows((z, c), ("K", ""))]
    [((0,), 1), ((1,), 0)]
    """
    first = arguments[0]
    for place in np.ndindex(first.shape[: first.ndim - len(axes[0])]):
        yield Row(place, tuple(a[place].tolist() for a in arguments))


def truths(task: Task, arguments: tuple[Array, ...]) -> dict[Place, Truth]:
    """The truth at each place of the result, of a value, gradient or Hessian-vector product.

    The argument arrays are those that the function is called with.  NaN in a row is the truth of
    that row; of that entry, where the entries do not depend on each other (the gradient of KL).

    >>> task = Task("softmax_cross_entropy", "gradient", "classes")
    >>> found = truths(task, (np.array([[0.0, 800.0]]), np.array([1])))
    >>> round(float(found[0, 1].value * 10**347), 6)
    -0.366787
    """
    found: dict[Place, Truth] = {}
    for row in rows(arguments, task.axes):
        found |= row_truths(task, row)
    return found


def row_truths(task: Task, row: Row) -> dict[Place, Truth]:
    """The truth at the places that one row fills."""
    places = entries_of(row) if task.result else [None]
    if row.has_nan and task not in ENTRY_BY_ENTRY:
        return {_place(row, k): Truth(math.nan) for k in places}
    longest = len(row.arguments[0]) if isinstance(row.arguments[0], list) else 1
    context = digits(BITS if longest <= LARGE_ROW else FEWER_BITS)
    arguments, direction = list(row.arguments), list[float]()
    if task.what == "hvp":
        *arguments, v = row.arguments
        direction = v if isinstance(v, list) else [v]
    form: Form = FORMS[task.name](context, *arguments)
    found = {}
    for k in places:
        entry = _entry(form, task.what, k or 0, direction)
        value = exact(entry.value)
        found[_place(row, k)] = Truth(
            math.nan if value is None and row.has_nan else value, entry.condition
        )
    return found


def entries_of(row: Row) -> list[int]:
    """Which entries of a row are measured: all, or some of very many, with both ends."""
    first, *others = row.arguments
    if len(first) <= LARGE_ROW:
        return list(range(len(first)))
    evenly = np.linspace(0, len(first) - 1, ENTRIES_OF_LARGE_ROW).astype(int).tolist()
    extremes = [int(np.argmax(first)), int(np.argmin(first))]
    return sorted({*evenly, *extremes, *(c for c in others if isinstance(c, int))})


def _place(row: Row, k: int | None) -> Place:
    return row.place if k is None else (*row.place, k)


def _entry(form: Form, what: str, k: int, direction: list[float]) -> Sized:
    if what == "gradient":
        return form.gradient(k)
    return form.value(k) if what == "value" else form.hvp(k, direction)


__all__ = ["Array", "Place", "Row", "Truth", "row_truths", "rows", "truths"]
