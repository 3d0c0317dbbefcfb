"""The peers of ``accuracy.py``: each function as a careful user of that library would call it.

A peer gives values by name; its gradients are its own: written out for NumPy, SciPy and
scikit-learn, autodiff for PyTorch and JAX.  What a library does not have, its column leaves out.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

Function = Callable[..., Any]
Table = dict[tuple[str, str], Function]
CE, BCE = "softmax_cross_entropy", "binary_cross_entropy_with_logits"
CLASSES = CE + " of classes"  # labels as class numbers


def _picked(a: Any, c: Any) -> Any:
    return np.take_along_axis(a, c[..., None], axis=-1)[..., 0]


def _less_label(a: Any, c: Any) -> Any:
    return a - (np.arange(a.shape[-1]) == c[..., None]).astype(a.dtype)


def _on_samples(value: Function, gradient: Function) -> Table:
    """The logistic loss and its gradient by θ from BCE at the margins."""
    return {
        ("logistic", "value"): lambda t, x, y: value(x @ t, y).mean(),
        ("logistic", "gradient"): lambda t, x, y: x.T @ gradient(x @ t, y) / len(y),
    }


# -- NumPy by hand ----------------------------------------------------------------------------


def by_hand() -> Table:
    """What is usually written: the maximum subtracted, log1p where a textbook has it."""

    def log_softmax(z: Any) -> Any:
        shifted = z - z.max(axis=-1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))

    def softmax(z: Any) -> Any:
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def log_sum_exp(z: Any) -> Any:
        m = z.max(axis=-1)
        return m + np.log(np.exp(z - m[..., None]).sum(axis=-1))

    def p_log(p: Any, q: Any) -> Any:
        return np.where(p == 0, p * 0, p * np.log(np.where(p == 0, 1, q)))

    def softplus(u: Any) -> Any:
        return np.maximum(u, 0) + np.log1p(np.exp(-abs(u)))

    def sigmoid(u: Any) -> Any:
        e = np.exp(-abs(u))
        return np.where(u >= 0, 1 / (1 + e), e / (1 + e))

    def bce(u: Any, y: Any) -> Any:
        return np.maximum(u, 0) - u * y + np.log1p(np.exp(-abs(u)))

    def bce_gradient(u: Any, y: Any) -> Any:
        return sigmoid(u) - y

    functions: Table = {
        (CE, "value"): lambda z, y: -(y * log_softmax(z)).sum(axis=-1),
        (CE, "gradient"): lambda z, y: softmax(z) - y,
        (CLASSES, "value"): lambda z, c: -_picked(log_softmax(z), c),
        (CLASSES, "gradient"): lambda z, c: _less_label(softmax(z), c),
        (BCE, "value"): bce,
        (BCE, "gradient"): bce_gradient,
        ("entropy", "value"): lambda p: -p_log(p, p).sum(axis=-1),
        ("entropy", "gradient"): lambda p: -np.log(p) - 1,
        ("cross_entropy", "value"): lambda p, q: -p_log(p, q).sum(axis=-1),
        ("cross_entropy", "gradient"): lambda p, q: -np.log(q),
        ("kl", "value"): lambda p, q: p_log(p, p / q).sum(axis=-1),
        ("kl", "gradient"): lambda p, q: np.log(p / q) + 1,
        ("entropy_of_softmax", "value"): lambda z: -(softmax(z) * log_softmax(z)).sum(axis=-1),
        ("kl_of_softmaxes", "value"): lambda u, v: (
            softmax(u) * (log_softmax(u) - log_softmax(v))
        ).sum(axis=-1),
        ("softmax", "value"): softmax,
        ("log_softmax", "value"): log_softmax,
        ("log_sum_exp", "value"): log_sum_exp,
        ("log_sum_exp", "gradient"): softmax,
        ("sigmoid", "value"): sigmoid,
        ("softplus", "value"): softplus,
        ("softplus", "gradient"): sigmoid,
    }
    return functions | _on_samples(bce, bce_gradient)


# -- SciPy and scikit-learn -------------------------------------------------------------------


def of_scipy() -> Table:
    """``scipy.special``; KL by ``kl_div``, which has −p + q in it as our statement has."""
    s = import_module("scipy.special")

    def bce(u: Any, y: Any) -> Any:
        return -(y * s.log_expit(u) + (1 - y) * s.log_expit(-u))

    def bce_gradient(u: Any, y: Any) -> Any:
        return s.expit(u) - y

    return {
        (CE, "value"): lambda z, y: -(y * s.log_softmax(z, axis=-1)).sum(axis=-1),
        (CE, "gradient"): lambda z, y: s.softmax(z, axis=-1) - y,
        (CLASSES, "value"): lambda z, c: -_picked(s.log_softmax(z, axis=-1), c),
        (CLASSES, "gradient"): lambda z, c: _less_label(s.softmax(z, axis=-1), c),
        (BCE, "value"): bce,
        (BCE, "gradient"): bce_gradient,
        ("entropy", "value"): lambda p: s.entr(p).sum(axis=-1),
        ("cross_entropy", "value"): lambda p, q: -s.xlogy(p, q).sum(axis=-1),
        ("kl", "value"): lambda p, q: s.kl_div(p, q).sum(axis=-1),
        ("entropy_of_softmax", "value"): lambda z: s.entr(s.softmax(z, axis=-1)).sum(axis=-1),
        ("kl_of_softmaxes", "value"): lambda u, v: s.rel_entr(
            s.softmax(u, axis=-1), s.softmax(v, axis=-1)
        ).sum(axis=-1),
        ("softmax", "value"): lambda z: s.softmax(z, axis=-1),
        ("log_softmax", "value"): lambda z: s.log_softmax(z, axis=-1),
        ("log_sum_exp", "value"): lambda z: s.logsumexp(z, axis=-1),
        ("log_sum_exp", "gradient"): lambda z: s.softmax(z, axis=-1),
        ("sigmoid", "value"): s.expit,
        ("softplus", "value"): lambda u: -s.log_expit(-u),
        ("softplus", "gradient"): s.expit,
    } | _on_samples(bce, bce_gradient)


def of_sklearn() -> Table:
    """The losses that scikit-learn's own estimators minimise."""
    losses = import_module("sklearn._loss.loss")

    def multinomial(method: str) -> Function:
        def call(z: Any, c: Any) -> Any:
            loss = losses.HalfMultinomialLoss(n_classes=z.shape[-1])
            return getattr(loss, method)(y_true=c.astype(z.dtype), raw_prediction=z)

        return call

    def binomial(method: str) -> Function:
        loss = losses.HalfBinomialLoss()

        def call(u: Any, y: Any) -> Any:
            return getattr(loss, method)(y_true=y, raw_prediction=u)

        return call

    value, gradient = binomial("loss"), binomial("gradient")
    return {
        (CLASSES, "value"): multinomial("loss"),
        (CLASSES, "gradient"): multinomial("gradient"),
        (BCE, "value"): value,
        (BCE, "gradient"): gradient,
    } | _on_samples(value, gradient)


# -- PyTorch and JAX --------------------------------------------------------------------------


def of_torch() -> Table:
    """``torch.nn.functional``, and autograd."""
    torch = import_module("torch")
    F = import_module("torch.nn.functional")

    def kl(p: Any, q: Any) -> Any:
        return F.kl_div(torch.log(q), p, reduction="none").sum(-1)

    def kl_of_softmaxes(u: Any, v: Any) -> Any:
        p, q = F.log_softmax(u, -1), F.log_softmax(v, -1)
        return F.kl_div(q, p, reduction="none", log_target=True).sum(-1)

    def bce(u: Any, y: Any) -> Any:
        return F.binary_cross_entropy_with_logits(u, y, reduction="none")

    def entropy_of_softmax(z: Any) -> Any:
        return torch.distributions.Categorical(logits=z).entropy()

    values: dict[str, Function] = {
        CE: lambda z, y: F.cross_entropy(z, y, reduction="none"),
        CLASSES: lambda z, c: F.cross_entropy(z, c, reduction="none"),
        BCE: bce,
        "entropy": lambda p: torch.special.entr(p).sum(-1),
        "cross_entropy": lambda p, q: -torch.special.xlogy(p, q).sum(-1),
        "kl": kl,
        "entropy_of_softmax": entropy_of_softmax,
        "kl_of_softmaxes": kl_of_softmaxes,
        "logistic": lambda t, x, y: bce(x @ t, y).mean(),
        "softmax": lambda z: F.softmax(z, -1),
        "log_softmax": lambda z: F.log_softmax(z, -1),
        "log_sum_exp": lambda z: torch.logsumexp(z, -1),
        "sigmoid": torch.sigmoid,
        "softplus": F.softplus,
    }

    def value(f: Function) -> Function:
        return lambda *a: f(*map(torch.from_numpy, a)).numpy()

    def gradient(f: Function) -> Function:
        def call(*arrays: Any) -> Any:
            first, *others = map(torch.from_numpy, arrays)
            first.requires_grad_(True)
            f(first, *others).sum().backward()
            return first.grad.numpy()

        return call

    return _with_autodiff(values, value, gradient)


def of_jax() -> Table:
    """``jax.nn`` and optax, with 64 bits, and ``jax.grad``."""
    jax, optax = import_module("jax"), import_module("optax")
    jnp, s = import_module("jax.numpy"), import_module("jax.scipy.special")
    jax.config.update("jax_enable_x64", True)
    bce = optax.sigmoid_binary_cross_entropy
    soft, log_soft = jax.nn.softmax, jax.nn.log_softmax
    values: dict[str, Function] = {
        CE: optax.softmax_cross_entropy,
        CLASSES: optax.softmax_cross_entropy_with_integer_labels,
        BCE: bce,
        "entropy": lambda p: s.entr(p).sum(-1),
        "cross_entropy": lambda p, q: -s.xlogy(p, q).sum(-1),
        "kl": lambda p, q: s.rel_entr(p, q).sum(-1),
        "entropy_of_softmax": lambda z: s.entr(soft(z)).sum(-1),
        "kl_of_softmaxes": lambda u, v: optax.losses.kl_divergence_with_log_targets(
            log_soft(v), log_soft(u)
        ),
        "logistic": lambda t, x, y: bce(x @ t, y).mean(),
        "softmax": soft,
        "log_softmax": log_soft,
        "log_sum_exp": lambda z: s.logsumexp(z, axis=-1),
        "sigmoid": jax.nn.sigmoid,
        "softplus": jax.nn.softplus,
    }

    def value(f: Function) -> Function:
        return lambda *a: np.asarray(f(*map(jnp.asarray, a)))

    def gradient(f: Function) -> Function:
        of_sum = jax.grad(lambda *a: f(*a).sum())
        return lambda *a: np.asarray(of_sum(*map(jnp.asarray, a)))

    return _with_autodiff(values, value, gradient)


def _with_autodiff(values: dict[str, Function], value: Function, gradient: Function) -> Table:
    family = ("softmax", "log_softmax")
    return {(name, "value"): value(f) for name, f in values.items()} | {
        (name, "gradient"): gradient(f) for name, f in values.items() if name not in family
    }


PEERS: dict[str, tuple[tuple[str, ...], Callable[[], Table]]] = {
    "NumPy by hand": ((), by_hand),
    "SciPy": (("scipy",), of_scipy),
    "scikit-learn": (("sklearn",), of_sklearn),
    "PyTorch": (("torch",), of_torch),
    "JAX, optax": (("jax", "optax"), of_jax),
}


def missing(peer: str) -> str:
    """The first module that the peer needs and that is not installed."""
    return next((m for m in PEERS[peer][0] if find_spec(m) is None), "")


__all__ = ["CE", "CLASSES", "PEERS", "Function", "Table", "missing"]
