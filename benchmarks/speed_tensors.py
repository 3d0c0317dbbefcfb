"""The peers that have arrays of their own: PyTorch, eager and compiled, and JAX with optax.

Their arguments are turned into their own arrays before the race. Each is there twice: with the
gradient a - y written out by hand from the library's own stable functions, and by its autodiff.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from types import ModuleType
from typing import Any

from speed_cells import BINARY, CROSS_ENTROPY, Array, Cell
from speed_race import Call, library

Function = Callable[..., Any]


@cache
def torch_with(threads: int) -> ModuleType | None:
    """PyTorch, told its number of threads."""
    found = library("torch")
    if found is not None:
        found.set_num_threads(threads)
    return found


@cache
def jax_ready() -> ModuleType | None:
    """JAX with its double precision on."""
    found = library("jax")
    if found is not None:
        found.config.update("jax_enable_x64", True)
    return found


def _torch_by_hand(torch: ModuleType, cell: Cell) -> Function:
    f = importlib.import_module("torch.nn.functional")
    value, gradient = cell.wants_value, cell.wants_gradient

    def cross_entropy(z: Array, y: Array) -> Any:
        dense = cell.labels == "dense"
        if not gradient:
            return f.cross_entropy(z, y, reduction="none")
        if not value:
            a = torch.softmax(z, -1)
            return a.sub_(y) if dense else minus_label(a, y)
        logs = torch.log_softmax(z, -1)
        loss = -(y * logs).sum(-1) if dense else -logs.gather(-1, y[:, None])[:, 0]
        a = logs.exp()
        return loss, a.sub_(y) if dense else minus_label(a, y)

    def minus_label(a: Array, c: Array) -> Any:
        return a.scatter_add_(-1, c[:, None], -torch.ones_like(a[:, :1]))

    def binary(u: Array, y: Array) -> Any:
        loss = f.binary_cross_entropy_with_logits(u, y, reduction="none")
        return (loss, torch.sigmoid(u).sub_(y)) if gradient else loss

    def logistic(theta: Array, x: Array, y: Array) -> Any:
        u = x @ theta
        loss = f.binary_cross_entropy_with_logits(u, y) if value else None
        if not gradient:
            return loss
        slope = (torch.sigmoid(u) - y) @ x / len(y)
        return slope if loss is None else (loss, slope)

    functions: dict[str, Function] = {
        CROSS_ENTROPY: cross_entropy,
        BINARY: binary,
        "entropy": lambda p: torch.special.entr(p).sum(-1),
        "kl": lambda p, q: torch.xlogy(p, p / q).sum(-1),
        "logistic": logistic,
    }
    return functions[cell.name]


def _torch_autograd(torch: ModuleType, cell: Cell) -> Function:
    f = importlib.import_module("torch.nn.functional")
    binary = f.binary_cross_entropy_with_logits
    losses: dict[str, Function] = {
        CROSS_ENTROPY: partial(f.cross_entropy, reduction="none"),
        BINARY: partial(binary, reduction="none"),
        "logistic": lambda theta, x, y: binary(x @ theta, y),
    }
    loss = losses[cell.name]

    def differentiated(first: Array, *others: Array) -> Any:
        leaf = first.detach().requires_grad_(True)
        value = loss(leaf, *others)
        (gradient,) = torch.autograd.grad(value.sum(), leaf)
        return (value.detach(), gradient) if cell.wants_value else gradient

    return differentiated


@cache
def compiled(torch: ModuleType, function: Function) -> Function:
    """`torch.compile`, once for all shapes: a second per shape would be most of the time here."""
    found: Function = torch.compile(function, dynamic=True)
    return found


@cache
def _torch_function(cell_less_shape: Cell, kind: str) -> Function:
    torch = library("torch")
    assert torch is not None
    if kind == "autograd":
        return _torch_autograd(torch, cell_less_shape)
    return _torch_by_hand(torch, cell_less_shape)


def without_shape(cell: Cell) -> Cell:
    """The cell that stands for all shapes of a function: what is compiled once is kept by it."""
    return Cell(cell.name, cell.what, cell.labels, (0, 0), cell.dtype, cell.threads)


def torch(cell: Cell, given: tuple[Array, ...]) -> Iterator[tuple[str, Call]]:
    """PyTorch: by hand, by hand and compiled, and by autograd."""
    found = torch_with(cell.threads)
    if found is None:
        return
    tensors = tuple(found.from_numpy(array) for array in given)
    hand = _torch_function(without_shape(cell), "hand")
    yield "torch", partial(hand, *tensors)
    if cell.compiled:
        yield "torch.compile", partial(compiled(found, hand), *tensors)
    if cell.wants_gradient:
        yield "torch autograd", partial(_torch_function(without_shape(cell), "autograd"), *tensors)


@cache
def _jax_by_hand(cell: Cell) -> Function:
    jax = importlib.import_module("jax")
    jnp = importlib.import_module("jax.numpy")
    value, gradient = cell.wants_value, cell.wants_gradient

    def taken(loss: Array, slope: Array) -> Any:
        """Under jit what is not returned is not computed."""
        return (loss, slope) if value and gradient else loss if value else slope

    def cross_entropy(z: Array, y: Array) -> Any:
        logs, a = jax.nn.log_softmax(z), jax.nn.softmax(z)
        if cell.labels == "dense":
            return taken(-(y * logs).sum(-1), a - y)
        picked = jnp.take_along_axis(logs, y[:, None], axis=-1)[:, 0]
        return taken(-picked, a - jax.nn.one_hot(y, z.shape[-1], dtype=z.dtype))

    def binary(u: Array, y: Array) -> Any:
        return taken(jax.nn.softplus(u) - u * y, jax.nn.sigmoid(u) - y)

    def logistic(theta: Array, x: Array, y: Array) -> Any:
        u = x @ theta
        loss = (jax.nn.softplus(u) - u * y).mean()
        return taken(loss, (jax.nn.sigmoid(u) - y) @ x / len(y))

    functions: dict[str, Function] = {
        CROSS_ENTROPY: cross_entropy,
        BINARY: binary,
        "entropy": lambda p: jax.scipy.special.entr(p).sum(-1),
        "kl": lambda p, q: jax.scipy.special.rel_entr(p, q).sum(-1),
        "logistic": logistic,
    }
    jitted: Function = jax.jit(functions[cell.name])
    return jitted


@cache
def _optax(cell: Cell) -> Function | None:
    jax, losses = importlib.import_module("jax"), library("optax")
    if losses is None or cell.name not in (CROSS_ENTROPY, BINARY):
        return None
    name = {
        "classes": "softmax_cross_entropy_with_integer_labels",
        "dense": "softmax_cross_entropy",
        "": "sigmoid_binary_cross_entropy",
    }[cell.labels]
    loss = getattr(losses, name)

    def summed(z: Array, y: Array) -> tuple[Array, Array]:
        value = loss(z, y)
        return value.sum(), value

    def both(z: Array, y: Array) -> Any:
        (_, value), gradient = jax.value_and_grad(summed, has_aux=True)(z, y)
        return value, gradient

    chosen = {"value": loss, "gradient": lambda z, y: both(z, y)[1]}.get(cell.what, both)
    jitted: Function = jax.jit(chosen)
    return jitted


def waited(function: Function, given: tuple[Array, ...]) -> Call:
    """A call of a JAX function that comes back when the result is there."""
    wait = importlib.import_module("jax").block_until_ready
    return lambda: wait(function(*given))


def jax(cell: Cell, given: tuple[Array, ...]) -> Iterator[tuple[str, Call]]:
    """JAX under jit: by hand, and optax with its autodiff."""
    if jax_ready() is None:
        return
    arrays = tuple(importlib.import_module("jax.numpy").asarray(array) for array in given)
    yield "jax.jit", waited(_jax_by_hand(without_shape(cell)), arrays)
    native = _optax(without_shape(cell))
    if native is not None:
        yield "optax", waited(native, arrays)
