"""Divergences as sums of terms none of which is negative, w·log(w/q) − w + q.

Each is a proposal: that both w and q sum to one is for the kernel to decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from xent_sym.numeric.ranges import count_of
from xent_sym.terms.parts import divisor, factors_of, numbers_apart, product_of, sum_of
from xent_sym.terms.term import (
    Add,
    Fn,
    Mul,
    Named,
    Num,
    Pow,
    Sum,
    Sym,
    Term,
    log,
)

LAW = "divergence_by_nonnegative_terms"

RELATIVE_ENTROPY_TERM = "relative_entropy_term"

def relative_entropy(weight: Term, other: Term) -> Term:
    """w·log(w/q) − w + q ≥ 0, an abbreviation that the lowering knows by name."""
    return Named(RELATIVE_ENTROPY_TERM, weight * log(weight / other) - weight + other)


def relative_entropy_arguments(term: Term) -> tuple[Term, Term] | None:
    """The w and q of ``relative_entropy(w, q)``; None for any other term."""
    if not (isinstance(term, Named) and term.data == RELATIVE_ENTROPY_TERM):
        return None
    _, minus, other = term.args[0].args
    return product_of(minus.args[1:]), other


def divergences(term: Term) -> Iterator[tuple[str, Term]]:
    """Σ w·log(w/q), Σ w·log w − Σ w·log q or Σ w·log w + log n  →  Σ (w·log(w/q) − w + q)"""
    if isinstance(term, Sum) and len(term.args) == 2:
        yield from _one_sum(term)
    if isinstance(term, Add):
        yield from _two_sums(term)


def _one_sum(term: Sum) -> Iterator[tuple[str, Term]]:
    """A sum of w·log(w/q), alone or with −w + q beside it."""
    over, body = term.args
    parts = body.args if isinstance(body, Add) else (body,)
    for part in parts:
        for pair in _weighted_ratios(part):
            yield LAW, Sum.make((over, relative_entropy(*pair)), None, term.hint)


def _weighted_ratios(term: Term) -> Iterator[tuple[Term, Term]]:
    """The w and q of w·log(w/q)."""
    factors = factors_of(term)
    for n, factor in enumerate(factors):
        pair = _ratio(factor)
        others = [f for m, f in enumerate(factors) if m != n]
        if pair is not None and _same(others, factors_of(pair[0])):
            yield pair


def _ratio(term: Term) -> tuple[Term, Term] | None:
    """The w and q of log(w/q)."""
    if not (isinstance(term, Fn) and term.data == "log" and isinstance(term.args[0], Mul)):
        return None
    inside = term.args[0].args
    below = [b for f in inside if (b := divisor(f)) is not None]
    above = [f for f in inside if divisor(f) is None]
    return (product_of(above), product_of(below)) if below and above else None


def _two_sums(term: Add) -> Iterator[tuple[str, Term]]:
    """A negative entropy beside what is compared with it."""
    for n, one in enumerate(term.args):
        own = _weighted_log(one)
        if own is None or own[0] != 1 or not _same(own[2], factors_of(own[3])):
            continue
        for m, two in enumerate(term.args):
            other = _compared(two, own[1], own[2]) if m != n else None
            if other is not None:
                rest = [t for k, t in enumerate(term.args) if k not in (n, m)]
                whole = Sum.make((own[1], relative_entropy(own[3], other)))
                yield LAW, sum_of([whole, *rest])


def _compared(term: Term, over: Term, weights: Sequence[Term]) -> Term | None:
    """The q of −Σ w·log q; for log n it is 1/n, n the length of the range."""
    found = _weighted_log(term)
    if found is not None and found[0] == -1 and found[1] == over and _same(found[2], weights):
        return found[3]
    size, more = count_of(over)
    if size is not None and more == 0 and term == log(size):
        return Pow(size, Num(-1))
    return None


def _weighted_log(term: Term) -> tuple[Fraction, Term, list[Term], Term] | None:
    """c, the range, the factors of w, and x, of c·Σ w·log x."""
    number, others = numbers_apart(factors_of(term))
    if not (len(others) == 1 and isinstance(others[0], Sum) and len(others[0].args) == 2):
        return None
    over, body = others[0].args
    inner, factors = numbers_apart(factors_of(body))
    logs = [f for f in factors if isinstance(f, Fn) and f.data == "log"]
    if len(logs) != 1 or (isinstance(over, Sym) and over.kind == "domain"):
        return None
    return number * inner, over, [f for f in factors if f is not logs[0]], logs[0].args[0]


def _same(one: Sequence[Term], two: Sequence[Term]) -> bool:
    """The same factors, in whatever order."""
    return sorted(t.key for t in one) == sorted(t.key for t in two)
