"""Exported values with their exported gradients, inside PyTorch's and JAX's own derivatives.

A library that differentiates an accurate value gets a gradient that cancels; here the gradient is
the exported one, wherever in a larger computation the loss stands.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from xent_sym.numeric.functions.export import ExportedFunction, compile_function
from xent_sym.numeric.plan import WHOLE_KINDS
from xent_sym.numeric.ranges import ExportError

PORTABLE = "array-api"
TWICE = (
    "{}: a second derivative was asked for, and the export knows only the first; for second ones "
    'there is "hvp", the Hessian-vector product'
)
OTHERS = "{}: a derivative by {} was asked for, and there is only that by {}: {}"


def torch_function(function: ExportedFunction) -> Callable[..., Any]:
    """f with ∂f/∂x from the export: a function of PyTorch tensors, differentiable by its first.

    ``function`` gives a value and its gradient by the first argument, as
    ``built(name, "value_and_gradient", target)`` does. "array-api" works on every device; other
    targets work on the memory of the tensors, without copies, so these must be on the CPU.
    The value has the batch axes of the arguments. A second derivative raises RuntimeError, one by
    another argument ValueError. Raises ExportError where PyTorch is missing::

        loss = torch_function(built("softmax_cross_entropy", "value_and_gradient", "c"))
        loss(logits, labels).mean().backward()
    """
    torch = _library("torch", "torch_function needs PyTorch")
    _expect_gradient(function)

    def values(arguments: Sequence[Any]) -> tuple[Any, Any]:
        if function.target == PORTABLE:
            value, gradient = function(*arguments)
        else:
            value, gradient = function(*(_memory(torch, function, n, a)
                                         for n, a in enumerate(arguments)))
            value, gradient = torch.from_numpy(np.asarray(value)), torch.from_numpy(gradient)
        return value, gradient

    def forward(context: Any, first: Any, *others: Any) -> Any:
        asked = [needed for needed in context.needs_input_grad[1:] if needed]
        if asked:
            raise ValueError(_other_asked(function, context.needs_input_grad, "detach it"))
        value, gradient = values((first, *others))
        context.save_for_backward(first, gradient)
        context.others = len(others)
        return value

    def backward(context: Any, incoming: Any) -> Any:
        first, gradient = context.saved_tensors
        scale = incoming.reshape(incoming.shape + (1,) * (gradient.ndim - incoming.ndim))
        total = (scale * slope.apply(first, gradient)).sum_to_size(first.shape)
        return total.to(first.dtype), *(None,) * context.others

    def refused(context: Any, incoming: Any) -> Any:
        raise RuntimeError(TWICE.format(function.name))

    # It is told the first argument only so that a derivative by it is asked for, and refused.
    slope = _node(torch, "Slope", lambda context, first, gradient: gradient.clone(), refused)
    loss: Callable[..., Any] = _node(torch, "Loss", forward, backward).apply
    return loss


def jax_function(function: ExportedFunction) -> Callable[..., Any]:
    """f with ∂f/∂x from the export: a function of JAX arrays, for jit, vmap and grad.

    ``function`` is as for ``torch_function``. "array-api" is traced, so that it runs on every
    device and has second derivatives, which are JAX's own; other targets are called back on the
    host, and a second derivative of theirs raises RuntimeError. One by another argument raises
    ValueError. Raises ExportError where JAX is missing, and for functions that take sizes::

        loss = jax_function(built("softmax_cross_entropy", "value_and_gradient", "c"))
        jax.grad(lambda logits: loss(logits, labels).mean())(logits)
    """
    jax = _library("jax", "jax_function needs JAX")
    _expect_gradient(function)
    if any(a.kind in WHOLE_KINDS for a in function.arguments):
        raise ExportError(f"{function.name} takes a size, which JAX cannot trace")
    values = function if function.target == PORTABLE else _called_back(jax, function)

    def forward(*traced: Any) -> Any:
        perturbed = [t.perturbed for t in traced]
        if any(perturbed[1:]):
            raise ValueError(_other_asked(function, perturbed, "use jax.lax.stop_gradient"))
        first, *others = (t.value for t in traced)
        value, gradient = values(first, *others)
        return value, (first, gradient, len(others))

    def backward(kept: Any, incoming: Any) -> Any:
        first, gradient, others = kept
        if isinstance(incoming, jax.custom_derivatives.SymbolicZero):
            return (None,) * (1 + others)
        scale = incoming.reshape(incoming.shape + (1,) * (gradient.ndim - incoming.ndim))
        total = _summed_to(scale * gradient, first.shape)
        return total.astype(first.dtype), *(None,) * others

    loss = jax.custom_vjp(lambda first, *others: values(first, *others)[0])
    loss.defvjp(forward, backward, symbolic_zeros=True)
    differentiable: Callable[..., Any] = loss
    return differentiable


# -- PyTorch -------------------------------------------------------------------------------------


def _node(
    torch: ModuleType, name: str, forward: Callable[..., Any], backward: Callable[..., Any]
) -> Any:
    """A ``torch.autograd.Function`` of these two."""
    parts = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    return type(name, (torch.autograd.Function,), parts)


def _memory(torch: ModuleType, function: ExportedFunction, place: int, argument: Any) -> Any:
    """The memory of a tensor as a NumPy array; formats that NumPy lacks become singles."""
    if not isinstance(argument, torch.Tensor):
        return argument
    if argument.device.type != "cpu":
        name = function.arguments[place].name
        raise ValueError(
            f"{name}: a tensor on {argument.device}; the target {function.target!r} works on the "
            f'CPU: move the tensor there, or use the target "{PORTABLE}"'
        )
    bare = argument.detach()
    return (bare.float() if bare.dtype in (torch.bfloat16, torch.float16) else bare).numpy()


# -- JAX -----------------------------------------------------------------------------------------


def _called_back(jax: ModuleType, function: ExportedFunction) -> Callable[..., Any]:
    """The function on the host; what is known of its results beforehand, another target says."""
    portable = compile_function(function.plan, PORTABLE).function

    def on_host(*arrays: Any) -> tuple[Any, ...]:
        results = function(*(np.asarray(a) for a in arrays))
        # Formats that NumPy's targets lack came in as doubles.
        single = all(a.dtype.itemsize <= 4 for a in arrays if a.dtype.kind not in "iub")
        dtype = np.float32 if single else np.float64
        return tuple(np.asarray(r, dtype) for r in results)

    def values(*arguments: Any) -> Any:
        shapes = jax.eval_shape(portable, *arguments)
        given = _levelled(function, arguments)
        return jax.pure_callback(on_host, shapes, *given, vmap_method="expand_dims")

    def refused(kept: Any, incoming: Any) -> Any:
        raise RuntimeError(TWICE.format(function.name))

    called = jax.custom_vjp(values)
    called.defvjp(lambda *arguments: (values(*arguments), None), refused)
    wrapped: Callable[..., Any] = called
    return wrapped


def _levelled(function: ExportedFunction, arguments: Sequence[Any]) -> list[Any]:
    """The arguments with equally many batch axes, so that one more in front fits all of them."""
    own = [len(symbol.ranges) for symbol in function.arguments]
    others = [a.ndim - axes for a, axes, symbol in zip(arguments, own, function.arguments,
                                                       strict=True)
              if symbol not in function.labels and symbol.kind != "index"]
    for n, (array, symbol) in enumerate(zip(arguments, function.arguments, strict=True)):
        whole = np.issubdtype(array.dtype, np.integer)
        if symbol in function.labels and whole and array.ndim < own[n] + max(others):
            own[n] -= 1
    batch = max(a.ndim - axes for a, axes in zip(arguments, own, strict=True))
    return [a.reshape((1,) * (batch + axes - a.ndim) + a.shape)
            for a, axes in zip(arguments, own, strict=True)]


def _summed_to(x: Any, shape: tuple[int, ...]) -> Any:
    """The sum over the axes along which an array of this shape was broadcast."""
    x = x.sum(axis=tuple(range(x.ndim - len(shape))))
    stretched = [n for n, length in enumerate(shape) if length == 1 and x.shape[n] != 1]
    return x.sum(axis=tuple(stretched), keepdims=True)


# -- both ----------------------------------------------------------------------------------------


def _library(name: str, said: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        raise ExportError(f"{said}, which is not installed: pip install {name}") from missing


def _expect_gradient(function: ExportedFunction) -> None:
    if list(function.plan.outputs) != ["value", "gradient"]:
        given = ", ".join(function.plan.outputs)
        raise ExportError(
            f"{function.name} gives {given}; a value and a gradient are needed: "
            'use built(name, "value_and_gradient", target)'
        )


def _other_asked(function: ExportedFunction, asked: Sequence[bool], remedy: str) -> str:
    names = [symbol.name for symbol in function.arguments]
    other = next(name for name, a in zip(names[1:], asked[1:], strict=True) if a)
    return OTHERS.format(function.name, other, names[0], remedy)


__all__ = ["jax_function", "torch_function"]
