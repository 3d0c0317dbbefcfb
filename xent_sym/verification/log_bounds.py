"""The logarithms of a difference, put together so that log x ≤ x − 1 bounds them.

Gibbs' inequality, Jensen's for the logarithm, the bounds on entropy and mutual information are
all one bound: w·log(b/w) ≤ b − w, summed.  What is found here is the w and the b: logarithms
that carry one weight are put together, and a weight that is short of a distribution is filled
up with it (Σ p = 1).  Where that does not help, the weights of one logarithm are put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations
from math import gcd, lcm

from xent_sym.kernel.conditions import discharge
from xent_sym.kernel.law import Law
from xent_sym.kernel.laws import LAWS
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.normal import GROUPS, Normal, to_term
from xent_sym.terms.polynomial import Exponent, Frac, Monomial, Poly, monomial, raised
from xent_sym.terms.term import (
    Add,
    App,
    Mul,
    Named,
    Num,
    Pow,
    Sum,
    Sym,
    Term,
    abstract,
    substitute,
)
from xent_sym.verification.log_terms import Assumed, Binder, LogTerm, log_terms

ONE = Poly.constant(1)


@dataclass(frozen=True)
class LogBound:
    """−factor·Σ (left side of the law) ≥ factor·Σ slack, summed over the binders."""

    law: Law
    bindings: dict[str, Term]
    binders: tuple[Binder, ...]
    factor: Term
    slack: Term


@dataclass(frozen=True)
class _Group:
    """Σ over the binders of weight · times · (c₁ log a₁ + c₂ log a₂ + ...)."""

    binders: tuple[Binder, ...]
    weight: Monomial
    logs: tuple[tuple[Fraction, Term], ...]
    times: Poly = ONE


def log_bounds(rest: Frac, assumed: Assumed) -> Iterator[tuple[list[LogBound], Poly]]:
    """The ways to bound every logarithm in a difference from below, and what has none in it."""
    common = _common_factor(rest, assumed)
    inside = rest * Frac(Poly.of(raised(common, -1)))
    for bounds, plain in _ways(inside, assumed):
        factor = to_term(Frac(Poly.of(common)))
        every = [replace(one, factor=Mul(factor, one.factor)) for one in bounds]
        yield every, plain.shifted(common)


def _common_factor(rest: Frac, assumed: Assumed) -> Monomial:
    """What stands before everything in the difference, and is positive: n, or 1/log 2."""
    common = rest.num.content()[1]
    positive = Hypothesis("positive", (to_term(Frac(Poly.of(common))),))
    return common if discharge(positive, assumed) is not None else ()


def _ways(rest: Frac, assumed: Assumed) -> Iterator[tuple[list[LogBound], Poly]]:
    found, plain = log_terms(rest, assumed)
    if not found:
        return
    groups = _joined(found, assumed)
    for sharp in (True, False):
        yield [_with_one_weight(group, assumed, sharp=sharp) for group in groups], plain
    yield _with_one_argument(found), plain
    numbers = [one for one in found if isinstance(one.argument, Num) and not one.binders]
    others = [one for one in found if one not in numbers]
    for groups in (_joined(others, assumed), _with_one_polynomial(others, assumed)):
        shared = _shared_out(groups, numbers, assumed)
        if shared is not None:
            yield [_with_one_weight(group, assumed, sharp=True) for group in shared], plain


def closed(body: Term, binders: tuple[Binder, ...]) -> Term:
    """Σ over the binders, outermost first; without any, kept from melting into what is around."""
    if not binders:
        return Named("d", body)
    for var, rng in reversed(binders):
        body = Sum.make((rng, abstract(body, var)), None, "i")
    return body


# -- one weight, several logarithms ---------------------------------------------------------------


def _with_one_weight(group: _Group, assumed: Assumed, *, sharp: bool) -> LogBound:
    """The group is −s·Σ w·log(b/w), so at least s·Σ (w − b); or, where b may be 0, at least
    s·Σ w·(1 − a) with a = b/w."""
    scale = _common(c for c, _ in group.logs)
    outer, inner = _constants(group, assumed)
    factor = Mul(scale, to_term(Frac(Poly.of(outer))))
    weight, depth = to_term(Frac(Poly.of(inner) * group.times)), len(group.binders)
    positive = {Hypothesis("positive", (a,)) for a, _ in inner if isinstance(a, Sym | App | Sum)}
    nf = Normal(GROUPS, assumed | positive | {Hypothesis("positive", (weight,))}, depth)
    ratio = nf.canonical(Mul(1, *(Pow(a, Num(-c / scale)) for c, a in group.logs)))
    over = nf.canonical(Mul(weight, ratio))
    law, bindings = LAWS["weighted_log_ratio_at_most"], {"w": weight, "b": over}
    needed = law.at(bindings).when
    if sharp and all(discharge(condition, assumed, depth) is not None for condition in needed):
        return LogBound(law, bindings, group.binders, factor, Add(weight, Mul(-1, over)))
    return _weighted(weight, ratio, group.binders, factor)


def _weighted(weight: Term, inside: Term, binders: tuple[Binder, ...], factor: Term) -> LogBound:
    law, bindings = LAWS["weighted_log_at_most"], {"w": weight, "a": inside}
    return LogBound(law, bindings, binders, factor, Mul(weight, Add(1, Mul(-1, inside))))


def _constants(group: _Group, assumed: Assumed) -> tuple[Monomial, Monomial]:
    """The factors of the weight that are one positive number throughout, and the others."""
    bound = {var for var, _ in group.binders}
    outer = tuple(
        (a, e) for a, e in group.weight
        if not a.symbols() & bound
        and discharge(Hypothesis("positive", (a,)), assumed, len(bound)) is not None
    )
    return outer, tuple(pair for pair in group.weight if pair not in outer)


def _common(values: Iterable[Fraction]) -> Fraction:
    """The largest rational of which all of these are whole multiples."""
    given = list(values)
    below = lcm(*(c.denominator for c in given))
    return Fraction(gcd(*(int(c * below) for c in given)), below)


# -- one logarithm, several weights ---------------------------------------------------------------


def _with_one_argument(found: list[LogTerm]) -> list[LogBound]:
    """−Σ w·log a ≥ Σ w·(1 − a), where w is all that stands before this logarithm."""
    weights: dict[tuple[tuple[Binder, ...], Term], Poly] = {}
    for one in found:
        key = (one.binders, one.argument)
        weights[key] = weights.get(key, Poly()) + Poly.of(one.weight, -one.coefficient)
    return [
        _weighted(to_term(Frac(weight)), argument, binders, Num(1))
        for (binders, argument), weight in weights.items()
    ]


# -- numbers, shared out among several weights ----------------------------------------------------


def _with_one_polynomial(found: list[LogTerm], assumed: Assumed) -> list[_Group]:
    """Groups by all that stands before a logarithm: h·log h and (1 − h)·log(1 − h)."""
    weights: dict[tuple[tuple[Binder, ...], Term], Poly] = {}
    for one in found:
        key = (one.binders, one.argument)
        weights[key] = weights.get(key, Poly()) + Poly.of(one.weight, one.coefficient)
    groups: dict[tuple[tuple[Binder, ...], Monomial, Poly], _Group] = {}
    for (binders, argument), weight in weights.items():
        c, m, times = weight.content()
        positive = Hypothesis("nonnegative", (to_term(Frac(times)),))
        if discharge(positive, assumed, len(binders)) is None:
            c, times = -c, times.scaled(-1)
        group = groups.get((binders, m, times), _Group(binders, m, (), times))
        groups[binders, m, times] = replace(group, logs=(*group.logs, (c, argument)))
    return list(groups.values())


def _shared_out(
    groups: list[_Group], numbers: list[LogTerm], assumed: Assumed
) -> list[_Group] | None:
    """Each number in proportion to the weights, so that log 2 = h·log 2 + (1 − h)·log 2."""
    scales = [_common(c for c, _ in group.logs) for group in groups]
    parts = [
        Mul(scale, closed(to_term(Frac(Poly.of(group.weight) * group.times)), group.binders))
        for scale, group in zip(scales, groups, strict=True)
    ]
    total = Normal(GROUPS, assumed).frac(Add(*parts)).num
    if len(total.terms) != 1:
        return None
    ((common, size),) = total.terms.items()
    if any(number.weight != common for number in numbers):
        return None
    logs = [(number.coefficient / size, number.argument) for number in numbers]
    return [
        replace(group, logs=(*group.logs, *((scale * c, n) for c, n in logs)))
        for scale, group in zip(scales, groups, strict=True)
    ]


# -- logarithms of one weight put together --------------------------------------------------------


def _joined(found: list[LogTerm], assumed: Assumed) -> list[_Group]:
    """Groups by the product that stands before a logarithm."""
    groups = list[_Group]()
    for one in sorted(found, key=lambda t: -len(t.binders)):
        _join(groups, one, assumed)
    return groups


def _join(groups: list[_Group], term: LogTerm, assumed: Assumed) -> None:
    """Put the logarithm into the first group whose weight it can be given, or into its own."""
    for position, group in enumerate(groups):
        for values in _renamings(term, group):
            argument = substitute(term.argument, values)
            if _fills_up(group, _renamed(term.weight, values), set(values.values()), assumed):
                logs = (*group.logs, (term.coefficient, argument))
                groups[position] = replace(group, logs=logs)
                return
    groups.append(_Group(term.binders, term.weight, ((term.coefficient, term.argument),)))


def _renamings(term: LogTerm, group: _Group) -> Iterator[dict[Term, Term]]:
    """The ways to see the term's indices among those of the group."""
    for chosen in permutations(group.binders, len(term.binders)):
        if all(one[1] == two[1] for one, two in zip(term.binders, chosen, strict=True)):
            yield {one[0]: two[0] for one, two in zip(term.binders, chosen, strict=True)}


def _renamed(m: Monomial, values: dict[Term, Term]) -> Monomial:
    powers: dict[Term, Exponent] = {}
    for atom, e in m:
        renamed = substitute(atom, values)
        powers[renamed] = powers.get(renamed, 0) + e
    return monomial(powers)


def _fills_up(
    group: _Group, weight: Monomial, used: set[Term], assumed: Assumed
) -> bool:
    """The group's weight, summed over the other indices, is this one: Σ_j p_i·q_ij = p_i."""
    others = tuple(b for b in group.binders if b[0] not in used)
    if not others:
        return group.weight == weight
    total = closed(to_term(Frac(Poly.of(group.weight))), others)
    return Normal(GROUPS, assumed, len(group.binders)).frac(total) == Frac(Poly.of(weight))


__all__ = ["LogBound", "closed", "log_bounds"]
