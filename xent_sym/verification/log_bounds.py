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
from xent_sym.terms.polynomial import Exponent, Frac, Monomial, Poly, monomial, times
from xent_sym.terms.term import (
    Add,
    App,
    Fn,
    Mul,
    Named,
    Num,
    Pow,
    Sum,
    Sym,
    Term,
    abstract,
    fresh,
    instantiate,
    substitute,
)

Assumed = frozenset[Hypothesis]
Binder = tuple[Sym, Term]
MOST_TERMS = 12
MOST_BINDERS = 4


@dataclass(frozen=True)
class LogBound:
    """−factor·Σ (left side of the law) ≥ factor·Σ slack, summed over the binders."""

    law: Law
    bindings: dict[str, Term]
    binders: tuple[Binder, ...]
    factor: Term
    slack: Term


@dataclass(frozen=True)
class _LogTerm:
    """c · Σ over the binders of weight · log(argument)."""

    coefficient: Fraction
    binders: tuple[Binder, ...]
    weight: Monomial
    argument: Term


@dataclass(frozen=True)
class _Group:
    """Σ over the binders of weight · (c₁ log a₁ + c₂ log a₂ + ...)."""

    binders: tuple[Binder, ...]
    weight: Monomial
    logs: tuple[tuple[Fraction, Term], ...]


def log_bounds(rest: Frac, assumed: Assumed) -> Iterator[tuple[list[LogBound], Poly]]:
    """The ways to bound every logarithm in a difference from below, and what has none in it."""
    found, plain = _log_terms(rest, assumed)
    if not found:
        return
    groups = list[_Group]()
    for one in sorted(found, key=lambda t: -len(t.binders)):
        _join(groups, one, assumed)
    for sharp in (True, False):
        yield [_with_one_weight(group, assumed, sharp=sharp) for group in groups], plain
    yield _with_one_argument(found), plain


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
    weight, depth = to_term(Frac(Poly.of(inner))), len(group.binders)
    positive = {Hypothesis("positive", (a,)) for a, _ in inner if isinstance(a, Sym | App)}
    nf = Normal(GROUPS, assumed | positive, depth)
    ratio = nf.canonical(Mul(1, *(Pow(a, Num(-c / scale)) for c, a in group.logs)))
    over = nf.canonical(Mul(weight, ratio))
    if sharp and discharge(Hypothesis("positive", (over,)), assumed, depth) is not None:
        law, bindings = LAWS["weighted_log_ratio_at_most"], {"w": weight, "b": over}
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


def _with_one_argument(found: list[_LogTerm]) -> list[LogBound]:
    """−Σ w·log a ≥ Σ w·(1 − a), where w is all that stands before this logarithm."""
    weights: dict[tuple[tuple[Binder, ...], Term], Poly] = {}
    for one in found:
        key = (one.binders, one.argument)
        weights[key] = weights.get(key, Poly()) + Poly.of(one.weight, -one.coefficient)
    return [
        _weighted(to_term(Frac(weight)), argument, binders, Num(1))
        for (binders, argument), weight in weights.items()
    ]


# -- the logarithms of a difference ---------------------------------------------------------------


def _log_terms(rest: Frac, assumed: Assumed) -> tuple[list[_LogTerm], Poly]:
    """The addends with a logarithm in them, none if one of them cannot be read; and the others."""
    plain, found = Poly(), list[_LogTerm]()
    if rest.den or len(rest.num.terms) > MOST_TERMS:
        return found, plain
    for m, c in rest.num.terms.items():
        if not any(e == 1 and _has_log(a) for a, e in m):
            plain = plain + Poly.of(m, c)
            continue
        one = _opened(_LogTerm(c, (), m, Num(1)), assumed)
        if one is None:
            return [], plain
        found.append(one)
    return found, plain


def _has_log(atom: Term) -> bool:
    if isinstance(atom, Sum):
        return any(isinstance(t, Fn) and t.data == "log" for t in atom.walk())
    return isinstance(atom, Fn) and atom.data == "log"


def _opened(term: _LogTerm, assumed: Assumed) -> _LogTerm | None:
    """The one logarithm in the weight, under the sums that it stands in."""
    carrying = [a for a, e in term.weight if e == 1 and _has_log(a)]
    if not carrying or len(term.binders) > MOST_BINDERS:
        return None
    atom = carrying[-1]
    others = monomial({a: e for a, e in term.weight if a != atom})
    if isinstance(atom, Fn):
        return replace(term, weight=others, argument=atom.args[0]) if len(carrying) == 1 else None
    depth = len(term.binders)
    var = fresh(atom.args[0], depth)
    body = Normal(GROUPS, assumed, depth + 1).frac(instantiate(atom.args[1], var))
    if body.den or len(body.num.terms) != 1:
        return None
    ((inside, c),) = body.num.terms.items()
    binders = (*term.binders, (var, atom.args[0]))
    return _opened(
        _LogTerm(term.coefficient * c, binders, times(others, inside), Num(1)), assumed
    )


def _join(groups: list[_Group], term: _LogTerm, assumed: Assumed) -> None:
    """Put the logarithm into the first group whose weight it can be given, or into its own."""
    for position, group in enumerate(groups):
        for values in _renamings(term, group):
            argument = substitute(term.argument, values)
            if _fills_up(group, _renamed(term.weight, values), set(values.values()), assumed):
                logs = (*group.logs, (term.coefficient, argument))
                groups[position] = replace(group, logs=logs)
                return
    groups.append(_Group(term.binders, term.weight, ((term.coefficient, term.argument),)))


def _renamings(term: _LogTerm, group: _Group) -> Iterator[dict[Term, Term]]:
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
    """The group's weight is this one times what sums to one over the other indices."""
    missing = times(group.weight, tuple((a, -e) for a, e in weight))
    others = tuple(b for b in group.binders if b[0] not in used)
    if not others:
        return not missing
    if any(e < 0 for a, e in missing):
        return False
    total = closed(to_term(Frac(Poly.of(missing))), others)
    return Normal(GROUPS, assumed, len(group.binders)).frac(total).number == 1


__all__ = ["LogBound", "closed", "log_bounds"]
