"""The losses that are exported ready-made, each from its textbook definition."""

from __future__ import annotations

from functools import cache

from xent_sym.numeric.functions.export import ExportedFunction, compile_function
from xent_sym.numeric.functions.loss import WHATS, Loss
from xent_sym.numeric.plan import Plan
from xent_sym.numeric.ranges import ExportError
from xent_sym.terms.declare import (
    distribution,
    index,
    positive,
    probability,
    real,
    reals,
    size,
    summation,
    vector,
)
from xent_sym.terms.quantities import (
    binary_cross_entropy,
    cross_entropy,
    dot,
    entropy,
    kl,
    log_sum_exp,
    sigmoid,
    softmax,
    softplus,
)
from xent_sym.terms.term import App, Sym, Term, log

REDUCTIONS = ("none", "sum", "mean")
NATS, NO_UNITS = "nats", ""


def _losses() -> list[Loss]:
    K, n, P = size("K"), size("n"), size("P")
    z, u, v = reals("z", K), reals("u", K), reals("v", K)
    p, q = (distribution(c, K, full_support=True) for c in "pq")
    k, i = index("k", K), index("i", n)
    s, t = real("u"), probability("y")
    theta, x, labels = reals("theta", P), reals("x", n, P), probability("y", n)
    losses = vector(binary_cross_entropy(labels[i], sigmoid(dot(theta, x[i]))), i)
    logit_loss = binary_cross_entropy(t, sigmoid(s))
    return [
        softmax_cross_entropy_loss(),
        Loss("binary_cross_entropy_with_logits", logit_loss, (s, t), units=NATS),
        Loss("entropy", entropy(p), (p,), units=NATS),
        Loss("cross_entropy", cross_entropy(p, q), (p, q), units=NATS),
        Loss("kl", kl(p, q), (p, q), units=NATS),
        Loss("entropy_of_softmax", entropy(softmax(z)), (z,), units=NATS),
        Loss("kl_of_softmaxes", kl(softmax(u), softmax(v)), (u, v), units=NATS),
        Loss("logistic", 1 / n * summation(losses[i], i), (theta, x, labels), units=NATS),
        Loss("softmax", softmax(z)[k], (z,), k, NO_UNITS),
        Loss("log_softmax", log(softmax(z)[k]), (z,), k, NATS),
        Loss("log_sum_exp", log_sum_exp(z), (z,), units=NATS),
        Loss("sigmoid", sigmoid(s), (s,), units=NO_UNITS),
        Loss("softplus", softplus(s), (s,), units=NATS),
    ]


def softmax_cross_entropy_loss(  # noqa: PLR0913 - one switch for each thing that a loss may have
    *, smoothing: bool = False, temperature: bool = False, class_weights: bool = False,
    sample_weights: bool = False, base: int | None = None, reduction: str = "none",
) -> Loss:
    """L = −Σ_k y_k log softmax(z)_k, or a sum or mean over samples, in nats or in another base.

    What is switched on is one more argument, in this order: ``smoothing`` (ε from 0 to 1: y is
    (1 − ε) y + ε/K), ``temperature`` (T > 0: z is z/T), ``class_weights`` (w_k > 0),
    ``sample_weights`` (v_i; 0 ignores a sample; the mean is then Σ v L / Σ v).  Labels may
    always be given as class numbers.

    >>> loss = softmax_cross_entropy_loss(smoothing=True, base=2)
    >>> print(loss.function()([0.0, 0.0], 1, 0.1))
    1.0
    """
    if reduction not in REDUCTIONS:
        raise ExportError(f"{reduction!r} is no reduction; there are {', '.join(REDUCTIONS)}")
    if sample_weights and reduction == "none":
        raise ExportError("sample weights weigh samples in a sum or a mean: name a reduction")
    K, n = size("K"), size("n")
    over = () if reduction == "none" else (n,)
    i, k = index("i", n), index("k", K)
    at = (i,) if over else ()
    z, y = reals("z", *over, K), distribution("y", *over, K)
    eps, T = probability("epsilon"), positive("T")
    w, v = positive("w", K), reals("sample_weight", n)
    label, logit = App.make((y, *at, k)), App.make((z, *at, k))
    if smoothing:
        label = (1 - eps) * label + eps / K
    logits = vector(logit / T, k) if temperature else App.make((z, *at))
    surprise = log(softmax(logits)[k]) if base is None else log(softmax(logits)[k], base)
    one = -summation(label * (w[k] * surprise if class_weights else surprise), k)
    switched = [(eps, smoothing), (T, temperature), (w, class_weights), (v, sample_weights)]
    arguments = (z, y, *(symbol for symbol, on in switched if on))
    name = "_".join(["softmax_cross_entropy", *(symbol.name for symbol, on in switched if on),
                     *([reduction] if over else []), *([f"base{base}"] if base else [])])
    units = NATS if base is None else "bits" if base == 2 else f"units of base {base}"
    value = _reduced(one, reduction, i, v if sample_weights else None)
    return Loss(name, value, arguments, units=units)


def _reduced(one: Term, reduction: str, i: Sym, weights: Sym | None) -> Term:
    if reduction == "none":
        return one
    total = summation(one if weights is None else weights[i] * one, i)
    if reduction == "sum":
        return total
    return total / (i.args[-1].args[1] if weights is None else summation(weights[i], i))


CATALOGUE: dict[str, Loss] = {loss.name: loss for loss in _losses()}


@cache
def plan_of(name: str, what: str = "value") -> Plan:
    """The plan of a function of the catalogue.

    >>> plan_of("softmax_cross_entropy", "gradient").axes["gradient"][0].name
    'k'
    """
    if name not in CATALOGUE:
        raise ExportError(f"{name!r} is not in the catalogue; there are {', '.join(CATALOGUE)}")
    return CATALOGUE[name].plan(what)


@cache
def built(name: str, what: str = "value", target: str = "numpy") -> ExportedFunction:
    """A function of the catalogue, ready to be called.

    >>> loss = built("softmax_cross_entropy", "value_and_gradient")
    >>> value, gradient = loss([0.0, 0.0], 1)
    >>> print(gradient)
    [ 0.5 -0.5]
    """
    return compile_function(plan_of(name, what), target)


__all__ = ["CATALOGUE", "WHATS", "Loss", "built", "plan_of", "softmax_cross_entropy_loss"]
