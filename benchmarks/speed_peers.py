"""The peers that work on NumPy arrays: careful NumPy by hand, SciPy, scikit-learn, numexpr, numba.

Each is written as well as its user could: stable, no array twice, in place where that is possible.
A peer says for each cell whether it has the function; what it lacks is not held against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from speed_cells import BINARY, CROSS_ENTROPY, Array, Cell
from speed_race import Call, library

Peer = Callable[[Cell, tuple[Array, ...]], Iterator[tuple[str, Call]]]
Function = Callable[..., Any]


def _taken(cell: Cell, value: Function, gradient: Function, both: Function) -> Function:
    """The one of three functions that the cell asks for."""
    return {"value": value, "gradient": gradient, "value_and_gradient": both}[cell.what]


# NumPy by hand


def _numpy_shifted(z: Array) -> Array:
    return z - z.max(axis=-1, keepdims=True)


def _numpy_picked(z: Array, c: Array) -> Array:
    return z[np.arange(len(z)), c]


def _numpy_minus_label(a: Array, c: Array) -> Array:
    a[np.arange(len(a)), c] -= 1
    return a


def _numpy_classes(cell: Cell, z: Array, c: Array) -> Any:
    e = _numpy_shifted(z)
    picked = _numpy_picked(e, c) if cell.wants_value else None
    np.exp(e, out=e)
    total = e.sum(axis=-1)
    if picked is None:
        e /= total[:, None]
        return _numpy_minus_label(e, c)
    value = np.log(total) - picked
    if cell.what == "value":
        return value
    e /= total[:, None]
    return value, _numpy_minus_label(e, c)


def _numpy_dense(cell: Cell, z: Array, y: Array) -> Any:
    e = _numpy_shifted(z)
    inner = np.einsum("nk,nk->n", y, e) if cell.wants_value else None
    np.exp(e, out=e)
    total = e.sum(axis=-1)
    value = None if inner is None else np.log(total) - inner
    if cell.what == "value":
        return value
    e /= total[:, None]
    e -= y
    return e if value is None else (value, e)


def _numpy_binary(cell: Cell, u: Array, y: Array) -> Any:
    e = np.abs(u)
    np.negative(e, out=e)
    np.exp(e, out=e)
    value = np.log1p(e)
    value += np.maximum(u, 0)
    value -= u * y
    if cell.what == "value":
        return value
    gradient = np.where(u >= 0, 1, e)
    gradient /= 1 + e
    gradient -= y
    return value, gradient


def _numpy_entropy(_: Cell, p: Array) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(p)
        logs *= p
    np.nan_to_num(logs, copy=False)
    return -logs.sum(axis=-1)


def _numpy_kl(_: Cell, p: Array, q: Array) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = p / q
        np.log(ratio, out=ratio)
        ratio *= p
    ratio[p == 0] = 0
    return ratio.sum(axis=-1)


def _numpy_logistic(cell: Cell, theta: Array, x: Array, y: Array) -> Any:
    u = x @ theta
    single = Cell(BINARY, cell.what, "", cell.shape, cell.dtype, cell.threads)
    if cell.what == "value":
        return _numpy_binary(single, u, y).mean()
    if cell.what == "gradient":
        return (1 / (1 + np.exp(-u)) - y) @ x / len(y)
    value, difference = _numpy_binary(single, u, y)
    return value.mean(), difference @ x / len(y)


def by_hand(cell: Cell) -> Function:
    """The hand-written NumPy function of a cell; all others are compared with its results."""
    if cell.name == CROSS_ENTROPY:
        return partial(_numpy_classes if cell.labels == "classes" else _numpy_dense, cell)
    functions: dict[str, Function] = {
        BINARY: _numpy_binary,
        "entropy": _numpy_entropy,
        "kl": _numpy_kl,
        "logistic": _numpy_logistic,
    }
    return partial(functions[cell.name], cell)


def numpy(cell: Cell, given: tuple[Array, ...]) -> Iterator[tuple[str, Call]]:
    """Careful NumPy by hand."""
    yield "numpy", partial(by_hand(cell), *given)


def scipy(cell: Cell, given: tuple[Array, ...]) -> Iterator[tuple[str, Call]]:
    """SciPy's special functions."""
    s = library("scipy.special")
    if s is None:
        return

    def picked(logs: Array, y: Array) -> Array:
        if cell.labels == "classes":
            return -_numpy_picked(logs, y)
        return -np.einsum("nk,nk->n", y, logs)

    def minus_label(a: Array, y: Array) -> Array:
        if cell.labels == "classes":
            return _numpy_minus_label(a, y)
        a -= y
        return a

    def cross_entropy_both(z: Array, y: Array) -> Any:
        logs = s.log_softmax(z, axis=-1)
        return picked(logs, y), minus_label(np.exp(logs), y)

    def binary(u: Array, y: Array) -> Array:
        return -(y * s.log_expit(u) + (1 - y) * s.log_expit(-u))

    def logistic(theta: Array, x: Array, y: Array) -> Any:
        u = x @ theta
        return binary(u, y).mean(), (s.expit(u) - y) @ x / len(y)

    functions: dict[str, tuple[Function, Function, Function]] = {
        CROSS_ENTROPY: (
            lambda z, y: picked(s.log_softmax(z, axis=-1), y),
            lambda z, y: minus_label(s.softmax(z, axis=-1), y),
            cross_entropy_both,
        ),
        BINARY: (binary, lambda u, y: s.expit(u) - y, lambda u, y: (binary(u, y), s.expit(u) - y)),
        "entropy": (lambda p: s.entr(p).sum(axis=-1),) * 3,
        "kl": (lambda p, q: s.rel_entr(p, q).sum(axis=-1),) * 3,
        "logistic": (
            lambda theta, x, y: binary(x @ theta, y).mean(),
            lambda theta, x, y: (s.expit(x @ theta) - y) @ x / len(y),
            logistic,
        ),
    }
    yield "scipy", partial(_taken(cell, *functions[cell.name]), *given)


def sklearn(cell: Cell, given: tuple[Array, ...]) -> Iterator[tuple[str, Call]]:
    """scikit-learn's compiled losses, those that its own estimators call."""
    losses = library("sklearn._loss")
    if losses is None or cell.labels == "dense":
        return
    if cell.name == CROSS_ENTROPY:
        loss = losses.HalfMultinomialLoss(n_classes=cell.shape[1])
        z, c = given
        one, shape = {"y_true": c.astype(cell.dtype), "raw_prediction": z}, cell.shape
    elif cell.name == BINARY:
        loss, shape = losses.HalfBinomialLoss(), cell.shape
        u, y = given
        one = {"y_true": y.ravel(), "raw_prediction": u.ravel()}
    elif cell.name == "logistic":
        models = library("sklearn.linear_model._linear_loss")
        assert models is not None
        linear = models.LinearModelLoss(losses.HalfBinomialLoss(), fit_intercept=False)
        theta, x, y = given
        many = {"coef": theta, "X": x, "y": y, "n_threads": cell.threads}
        chosen = _taken(cell, linear.loss, linear.gradient, linear.loss_gradient)
        yield "scikit-learn", partial(chosen, **many)
        return
    else:
        return
    bound = partial(_taken(cell, loss.loss, loss.gradient, loss.loss_gradient), **one)

    def shaped() -> Any:
        result = bound(n_threads=cell.threads)
        if cell.name == CROSS_ENTROPY:
            return result
        return tuple(r.reshape(shape) for r in result) if cell.wants_gradient else result

    yield "scikit-learn", shaped


def numexpr(cell: Cell, given: tuple[Array, ...]) -> Iterator[tuple[str, Call]]:
    """numexpr for what is elementwise, NumPy for the sums."""
    found = library("numexpr")
    if found is None or cell.name == "logistic":
        return
    found.set_num_threads(cell.threads)
    evaluate = found.evaluate

    def classes(z: Array, y: Array) -> Any:
        m = z.max(axis=-1, keepdims=True)
        e = evaluate("exp(z - m)")
        total = e.sum(axis=-1)
        if cell.labels == "classes":
            inner = _numpy_picked(z, y) - m[:, 0]
        else:
            inner = evaluate("y * (z - m)").sum(axis=-1) if cell.wants_value else 0
        value = np.log(total) - inner
        if cell.what == "value":
            return value
        t = total[:, None]
        if cell.labels == "classes":
            gradient = _numpy_minus_label(evaluate("e / t", {"e": e, "t": t}, out=e), y)
        else:
            gradient = evaluate("e / t - y", {"e": e, "t": t, "y": y}, out=e)
        return (value, gradient) if cell.wants_value else gradient

    def binary(u: Array, y: Array) -> Any:
        value = evaluate("where(u > 0, u, 0) - u * y + log1p(exp(-abs(u)))")
        return value if cell.what == "value" else (value, evaluate("1 / (1 + exp(-u)) - y"))

    functions: dict[str, Function] = {
        CROSS_ENTROPY: classes,
        BINARY: binary,
        "entropy": lambda p: evaluate("where(p > 0, -p * log(p), 0)").sum(axis=-1),
        "kl": lambda p, q: evaluate("where(p > 0, p * log(p / q), 0)").sum(axis=-1),
    }
    yield "numexpr", partial(functions[cell.name], *given)
