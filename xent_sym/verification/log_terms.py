"""The logarithms of a difference, each with its weight and the sums that it stands in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.normal import GROUPS, Normal
from xent_sym.terms.polynomial import Frac, Monomial, Poly, monomial, times
from xent_sym.terms.term import Fn, Num, Sum, Sym, Term, fresh, instantiate

Assumed = frozenset[Hypothesis]
Binder = tuple[Sym, Term]
MOST_TERMS = 12
MOST_BINDERS = 4


@dataclass(frozen=True)
class LogTerm:
    """c · Σ over the binders of weight · log(argument)."""

    coefficient: Fraction
    binders: tuple[Binder, ...]
    weight: Monomial
    argument: Term


def log_terms(rest: Frac, assumed: Assumed) -> tuple[list[LogTerm], Poly]:
    """The addends with a logarithm in them, none if one of them cannot be read; and the others."""
    plain, found = Poly(), list[LogTerm]()
    if rest.den or len(rest.num.terms) > MOST_TERMS:
        return found, plain
    for m, c in rest.num.terms.items():
        if not any(e == 1 and _has_log(a) for a, e in m):
            plain = plain + Poly.of(m, c)
            continue
        one = _opened(LogTerm(c, (), m, Num(1)), assumed)
        if one is None:
            return [], plain
        found.append(one)
    return found, plain


def _has_log(atom: Term) -> bool:
    if isinstance(atom, Sum):
        return any(isinstance(t, Fn) and t.data == "log" for t in atom.walk())
    return isinstance(atom, Fn) and atom.data == "log"


def _opened(term: LogTerm, assumed: Assumed) -> LogTerm | None:
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
        LogTerm(term.coefficient * c, binders, times(others, inside), Num(1)), assumed
    )


__all__ = ["MOST_TERMS", "Assumed", "Binder", "LogTerm", "log_terms"]
