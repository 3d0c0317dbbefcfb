"""Summands that cancel, found in a sum and computed together.

    f_k − Σ_i a_i f_i   for a = softmax(z): see ``about_means``;
    log a_k − log b_k, of two softmaxes or of two numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xent_sym.numeric.lowering.about_means import (
    Expectation,
    less_its_mean,
    log_logits,
    pair_of_softmaxes,
    parts_of_sum,
)
from xent_sym.numeric.lowering.divergence import log_of_ratio, log_ratio_of_softmaxes
from xent_sym.numeric.lowering.patterns import never_negative
from xent_sym.numeric.program import Node
from xent_sym.terms.parts import factors_of, numbers_apart, product_of
from xent_sym.terms.term import (
    App,
    Fn,
    Mul,
    Num,
    Quantity,
    Sum,
    Sym,
    Term,
    instantiate,
)

if TYPE_CHECKING:
    from xent_sym.numeric.lowering.terms import Lowering


@dataclass(frozen=True)
class Together:
    """Summands that are computed as one node, and the summands that are left."""

    node: Node
    rest: list[Term]


def together(lowering: Lowering, summands: Sequence[Term]) -> Together | None:
    """The first group of summands that must not be computed one by one; None if there is none."""
    for term in summands:
        found = _expectation(lowering, term)
        made = None if found is None else _centred(lowering, summands, term, found)
        if made is not None:
            return made
    return _difference_of_logarithms(lowering, summands)


# -- f_k − Σ a f ---------------------------------------------------------------------------------


def _expectation(lowering: Lowering, term: Term) -> Expectation | None:
    """The term as an expectation under a softmax; None where it is something else."""
    number, others = numbers_apart(factors_of(term))
    if abs(number) != 1 or len(others) != 1:
        return None
    total = others[0]
    if not (isinstance(total, Sum) and len(total.args) == 2):
        return None
    index = lowering.fresh(total.args[0], term)
    factors = factors_of(instantiate(total.args[1], index))
    for n, factor in enumerate(factors):
        z = logits(factor)
        if z is not None and factor.args[1] == index and not z.has(index):
            rest = product_of([f for m, f in enumerate(factors) if m != n])
            return Expectation(int(number), index, z, rest)
    return None


def logits(term: Term) -> Term | None:
    """The z of softmax(z)_k."""
    family = term.args[0] if isinstance(term, App) and len(term.args) == 2 else None
    softmax = isinstance(family, Quantity) and family.data == "softmax"
    return family.args[0] if family is not None and softmax else None


def _centred(
    lowering: Lowering, summands: Sequence[Term], term: Term, mean: Expectation
) -> Together | None:
    """The node of −sign·(f_k − Σ a f), if all of −sign·f_k stands beside the expectation."""
    beside = list(summands)
    beside.remove(term)
    for place in _indices(beside, mean.index):
        own = parts_of_sum(mean.at(place))
        wanted = Counter(_keys([_signed(-mean.sign, part) for part in own]))
        left = Counter(_keys(beside))
        left.subtract(wanted)
        if min(left.values(), default=0) < 0:
            continue
        rest = list[Term]()
        for other, key in zip(beside, _keys(beside), strict=True):
            if wanted[key]:
                wanted[key] -= 1
            else:
                rest.append(other)
        return Together(less_its_mean(lowering, mean, place), rest)
    return None


# -- logarithms ----------------------------------------------------------------------------------


def _difference_of_logarithms(lowering: Lowering, summands: Sequence[Term]) -> Together | None:
    """±(log a − log b), computed from a and b, or from their logits."""
    for n, one in enumerate(summands):
        for m, two in enumerate(summands):
            if n == m:
                continue
            node = _of_softmaxes(lowering, one, two) or _of_numbers(lowering, one, two)
            if node is not None:
                rest = [s for k, s in enumerate(summands) if k not in (n, m)]
                return Together(node, rest)
    return None


def _of_softmaxes(lowering: Lowering, one: Term, two: Term) -> Node | None:
    pair = pair_of_softmaxes([one, two])
    if pair is None or log_logits(one) is None:
        return None
    first, second = (lowering.pivot(z) for z in pair)
    return log_ratio_of_softmaxes(lowering, first, second, one.args[1])


def _of_numbers(lowering: Lowering, one: Term, two: Term) -> Node | None:
    number, others = numbers_apart(factors_of(two))
    if number != -1 or len(others) != 1:
        return None
    logs = [one, others[0]]
    if not all(isinstance(t, Fn) and t.data == "log" and never_negative(t.args[0]) for t in logs):
        return None  # of two negative numbers neither has a logarithm, but their quotient has
    lowering.cite("log_of_quotient")
    return log_of_ratio(lowering, *(t.args[0] for t in logs))


def _indices(terms: Sequence[Term], index: Sym) -> list[Term]:
    """The indices over the same range that the terms use."""
    found = dict.fromkeys(
        i for t in terms for part in t.walk() if isinstance(part, App) for i in part.args[1:]
        if isinstance(i, Sym) and i.kind == "index" and i.args[-1:] == index.args[-1:])
    return list(found)


def _signed(sign: int, term: Term) -> Term:
    number, others = numbers_apart(factors_of(term))
    return Mul(Num(number * sign), *others)


def _keys(terms: Sequence[Term]) -> list[tuple[str, ...]]:
    """What makes two products the same, whatever the order of their factors."""
    keys = []
    for term in terms:
        number, others = numbers_apart(factors_of(term))
        keys.append((str(number), *sorted(f.key for f in others)))
    return keys
