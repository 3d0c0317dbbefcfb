"""The definition itself, as a term, asked by ball arithmetic: are the forms of the truth right?

Neither stable forms nor closed forms come in here: the value is the textbook's, the gradient its
partial derivative by dual numbers, the Hessian-vector product a sum of second ones.  It is slow
and reaches some entries only, so a certificate asks it at a few places of each regime.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from xent_sym.numeric.certify.reference import Row, Truth
from xent_sym.numeric.certify.signatures import SIGNATURES, Task
from xent_sym.terms.declare import distribution, index, partial, reals, size, summation
from xent_sym.terms.evaluate import Point, Undefined, Value, evaluate_to
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
from xent_sym.terms.term import Sym, Term, log

MOST_NUMBERS = 36
AGREEING = Fraction(1, 2**120)
NOTHING = Fraction(1, 10**380)


K, D, N = size("K"), size("d"), size("n")
k, j, i = index("k", K), index("j", K), index("i", N)
g, h = index("g", D), index("h", D)
c = index("c", K)
SIZES = {"K": K, "d": D, "n": N}


def _family(name: str, axes: str) -> Sym:
    return reals(name, *(SIZES[a] for a in axes))


z, y, p, q, u, v, w = (_family(name, "K") for name in ("z", "y", "p", "q", "u", "v", "w"))
label = distribution("y", K)
s, t, r = _family("s", ""), _family("t", ""), _family("r", "")
theta, x, ys, turn = (
    _family("theta", "d"), _family("x", "nd"), _family("y", "n"), _family("w", "d")
)

_mean_loss = summation(binary_cross_entropy(ys[i], sigmoid(dot(theta, x[i]))), i) / N


@dataclass(frozen=True)
class Statement:
    """A definition: its symbols in the order of the arguments, the term, the direction's name."""

    symbols: tuple[Sym, ...]
    term: Term
    direction: Sym = w


STATEMENTS: dict[str, Statement] = {
    "softmax_cross_entropy": Statement((z, label), cross_entropy(label, softmax(z))),
    "binary_cross_entropy_with_logits": Statement((s, t), binary_cross_entropy(t, sigmoid(s)), r),
    "entropy": Statement((p,), entropy(p)),
    "cross_entropy": Statement((p, q), cross_entropy(p, q)),
    "kl": Statement((p, q), kl(p, q)),
    "entropy_of_softmax": Statement((z,), entropy(softmax(z))),
    "kl_of_softmaxes": Statement((u, v), kl(softmax(u), softmax(v))),
    "logistic": Statement((theta, x, ys), _mean_loss, turn),
    "softmax": Statement((z,), softmax(z)[k]),
    "log_softmax": Statement((z,), log(softmax(z)[k])),
    "log_sum_exp": Statement((z,), log_sum_exp(z)),
    "sigmoid": Statement((s,), sigmoid(s), r),
    "softplus": Statement((s,), softplus(s), r),
}
OF_CLASSES = Statement((z, c), -log(softmax(z)[c]))


@lru_cache(maxsize=64)
def statement(task: Task) -> Statement:
    """What is measured, as the textbook has it.

    >>> print(statement(Task("kl")).term)
    D_KL(p ‖ q) + Σ_k (q_k - p_k)
    """
    name, what = task.name, task.what
    stated = OF_CLASSES if task.labels == "classes" else STATEMENTS[name]
    first, term = stated.symbols[0], stated.term
    if what == "value":
        # both sums are 1 where the definition holds; floats are taken as they are
        rounded = summation(q[k] - p[k], k) if name == "kl" else 0
        return Statement(stated.symbols, term + rounded)
    over = {"K": (k, j), "d": (g, h), "": None}[SIGNATURES[name].arguments[0][1]]
    at = first[over[0]] if over else first
    dense = name == "softmax_cross_entropy" and task.labels == "dense"
    # a_k − y_k is the derivative given Σ y = 1
    slope = softmax(z)[k] - label[k] if dense else partial(term, at)
    if what == "hvp" and over:
        bend = partial(slope, first[over[1]]) * stated.direction[over[1]]
        return Statement((*stated.symbols, stated.direction), summation(bend, over[1]))
    if what == "hvp":
        return Statement((*stated.symbols, r), partial(slope, first) * r)
    return Statement(stated.symbols, slope)


def confirmed(task: Task, row: Row, entry: int, truth: Truth) -> bool | None:
    """Whether ball arithmetic on the definition finds the same; None where it has no finite value.

    Classes with a logit of −∞ are left out: that is what the limit is.

    >>> confirmed(Task("softplus"), Row((), (0.0,)), 0, Truth(Fraction(7, 10)))
    False
    """
    if not isinstance(truth.value, Fraction):
        return None
    values = _point(task, row, entry)
    if values is None:
        return None
    try:
        found = evaluate_to(statement(task).term, Point(values))
    except Undefined:
        return None
    apart = abs(found - truth.value)
    return apart <= AGREEING * abs(found) or apart <= NOTHING


def _point(task: Task, row: Row, entry: int) -> dict[Sym, Value] | None:
    """The row as values of the statement's symbols; None where they are too many or infinite."""
    arguments, entry = _without_masked(task.name, row.arguments, entry)
    flat = [x for a in arguments for x in _numbers(a)]
    if entry < 0 or len(flat) > MOST_NUMBERS or not all(map(math.isfinite, flat)):
        return None
    values: dict[Sym, Value] = {k: entry + 1, g: entry + 1}
    for own, argument in zip(task.axes, arguments, strict=True):
        values |= {SIZES[a]: count for a, count in zip(own, _shape(argument), strict=True)}
    for symbol, argument in zip(statement(task).symbols, arguments, strict=True):
        values[symbol] = argument + 1 if symbol == c else _exact(argument)
    return values


def _without_masked(
    name: str, arguments: tuple[Any, ...], entry: int
) -> tuple[tuple[Any, ...], int]:
    """The arguments without the classes of logit −∞; −1 for an entry that cannot be asked for."""
    first = arguments[0]
    if not (name in _OF_LOGITS and isinstance(first, list) and -math.inf in first):
        return arguments, entry
    if name == "kl_of_softmaxes" and any(
        one != two and -math.inf in (one, two) for one, two in zip(first, arguments[1], strict=True)
    ):
        return arguments, -1
    kept = [n for n, logit in enumerate(first) if logit != -math.inf]
    left: list[Any] = []
    for argument in arguments:
        if isinstance(argument, list):
            left.append([argument[n] for n in kept])
        elif argument in kept:
            left.append(kept.index(argument))
        else:
            return arguments, -1
    return tuple(left), kept.index(entry) if entry in kept else -1


_OF_LOGITS = frozenset(
    name for name, s in SIGNATURES.items() if s.arguments[0] in (("z", "K"), ("u", "K"))
)


def _numbers(value: Any) -> list[float]:
    return [x for a in value for x in _numbers(a)] if isinstance(value, list) else [value]


def _exact(value: Any) -> Value:
    return tuple(map(_exact, value)) if isinstance(value, list) else Fraction(value)


def _shape(value: Any) -> tuple[int, ...]:
    return (len(value), *_shape(value[0])) if isinstance(value, list) else ()


__all__ = ["STATEMENTS", "Statement", "confirmed", "statement"]
