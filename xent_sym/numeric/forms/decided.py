"""Stable forms that hold only under hypotheses: each is proposed, and the kernel decides.

lse(z) − Σ w z is a mean of surprisals only if the w sum to one, a divergence has non-negative
terms only between distributions.  A proposal that is not proved is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count
from typing import TypeAlias

from xent_sym.kernel.verdict import Claim, decide
from xent_sym.numeric.forms.divergences import RELATIVE_ENTROPY_TERM, divergences
from xent_sym.numeric.forms.moments import moments
from xent_sym.numeric.forms.stable import LOG_SOFTMAX, log_softmax, rewritten, unfolded
from xent_sym.terms.declare import ranges_of
from xent_sym.terms.parts import factors_of, numbers_apart, product_of, sum_of
from xent_sym.terms.quantities import sigmoid, softplus
from xent_sym.terms.term import (
    Add,
    App,
    Bound,
    Named,
    Num,
    Pow,
    Quantity,
    Space,
    Sum,
    Sym,
    Term,
    abstract,
    instantiate,
)

UNIT_KINDS = frozenset({"distribution", "positive distribution", "one-hot", "binary",
                        "probability"})


def stable_form(term: Term) -> tuple[Term, tuple[str, ...]]:
    """The same number in the form in which it is computed, and the laws that lead there.

    >>> from xent_sym.terms import cross_entropy, distribution, reals, size, softmax
    >>> K = size("K"); z = reals("z", K); y = distribution("y", K)
    >>> print(*stable_form(cross_entropy(y, softmax(z))))
    -Σ_i y_i·log_softmax_i ('log_of_softmax',)
    """
    apart, first = refined(unfolded(term), divergences)
    plain, then = rewritten(apart)
    together, third = refined(plain, logarithms)
    about_means, last = refined(together, moments)
    return about_means, tuple(dict.fromkeys((*first, *then, *third, *last)))


Proposals: TypeAlias = Callable[[Term], Iterator[tuple[str, Term]]]


def refined(term: Term, proposals: Proposals) -> tuple[Term, tuple[str, ...]]:
    """The term with every proposal that the kernel proves put in, and the names of those.

    >>> from xent_sym.terms import distribution, index, log, size, summation
    >>> n = size("n"); i = index("i", n); p, q = distribution("p", n), distribution("q", n)
    >>> refined(summation(p[i] * log(p[i] / q[i]), i), divergences)[1]
    ('divergence_by_nonnegative_terms',)
    """
    used: dict[str, None] = {}
    return _refined(term, proposals, 0, used), tuple(used)


def _refined(term: Term, proposals: Proposals, depth: int, used: dict[str, None]) -> Term:
    for name, proposal in proposals(term):
        if decide(Claim(term, "=", proposal), "stable_form") is not None:
            used.setdefault(name)
            term = proposal
            break
    return _inside(term, proposals, depth, used)


def _inside(term: Term, proposals: Proposals, depth: int, used: dict[str, None]) -> Term:
    """The parts of a term; a binder is opened with a symbol, so that its body is a term."""
    if isinstance(term, Named) and term.data in (RELATIVE_ENTROPY_TERM, LOG_SOFTMAX):
        return term
    if not term.BINDS or isinstance(term.args[0], Space):
        return term.rebuild([_refined(a, proposals, depth, used) for a in term.args])
    # not a name with #: those are the kernel's own
    taken = {s.name for s in term.symbols()}
    name = next(name for d in count(depth) if (name := f"i{d}") not in taken)
    place = Sym(name, "index", term.args[0])
    parts = list(term.args)
    for n in term.BINDS:
        opened = instantiate(term.args[n], place)
        parts[n] = abstract(_refined(opened, proposals, depth + 1, used), place)
    return term.rebuild(parts)


def logarithms(term: Term) -> Iterator[tuple[str, Term]]:
    """What log-sum-exp and softplus stand beside, in sums without a cancellation."""
    if isinstance(term, Add):
        yield from _excess(term)
        yield from _reflected(term)
        yield from _slope(term)
        yield from _without_root(term)


def _excess(term: Add) -> Iterator[tuple[str, Term]]:
    """lse(z) − z_c  →  −log_softmax(z)_c, and lse(z) − Σ w z  →  −Σ w·log_softmax(z)"""
    for n, summand in enumerate(term.args):
        _, others = numbers_apart(factors_of(summand))
        if len(others) != 1 or not _is(others[0], "log_sum_exp"):
            continue
        z = others[0].args[0]
        for m, other in enumerate(term.args):
            found = _mean_logit(other, z) if m != n else None
            if found is not None:
                rest = [a for k, a in enumerate(term.args) if k not in (n, m)]
                yield "excess_over_log_sum_exp", sum_of([found, *rest])


def _mean_logit(term: Term, z: Term) -> Term | None:
    """The summand with z_k replaced by log_softmax(z)_k, where z occurs in it once."""
    entries = [t for t in term.walk() if isinstance(t, App) and len(t.args) == 2
               and t.args[0] == z]
    if not isinstance(z, Sym):
        index = Sym("#k", "index", ranges_of(z)[0])
        body = App.make((z, index))
        return _put(term, abstract(body, index), z)
    if len(entries) != 1:
        return None
    return _replaced(term, entries[0], App.make((log_softmax(z), entries[0].args[1])))


def _put(term: Term, body: Term, z: Term) -> Term | None:
    """The same for a family that is written out: its body at the index of a sum over it."""
    number, others = numbers_apart(factors_of(term))
    if len(others) != 1 or not isinstance(others[0], Sum):
        return None
    over, inside = others[0].args[:2]
    factors = factors_of(inside)
    for n, factor in enumerate(factors):
        if factor == body:
            rest = [f for m, f in enumerate(factors) if m != n]
            entry = App.make((log_softmax(z), Bound(0)))
            return product_of([Num(number), Sum.make((over, product_of([*rest, entry])))])
    return None


def _replaced(term: Term, old: Term, new: Term) -> Term:
    if term == old:
        return new
    return term.rebuild([_replaced(a, old, new) for a in term.args]) if term.args else term


def _reflected(term: Add) -> Iterator[tuple[str, Term]]:
    """softplus(u) − w·u  →  w·softplus(−u) + (1 − w)·softplus(u), for a weight w from 0 to 1"""
    for n, summand in enumerate(term.args):
        sign, others = numbers_apart(factors_of(summand))
        if abs(sign) != 1 or len(others) != 1 or not _is(others[0], "softplus"):
            continue
        u = others[0].args[0]
        for m, other in enumerate(term.args):
            weight = _coefficient(other, u, sign) if m != n else None
            if weight is None or not (weight == Num(1) or _is_weight(weight)):
                continue
            rest = [a for k, a in enumerate(term.args) if k not in (n, m)]
            parts = [weight * softplus(-u), (1 - weight) * softplus(u)]
            both = [softplus(-u)] if weight == Num(1) else parts
            yield "softplus_reflection", sum_of([*(p if sign == 1 else -p for p in both), *rest])


def _slope(term: Add) -> Iterator[tuple[str, Term]]:
    """σ(u) − σ(u)²  →  σ(u)·σ(−u)"""
    for n, summand in enumerate(term.args):
        if _is(summand, "sigmoid"):
            both = summand * sigmoid(-summand.args[0])
            for m, other in enumerate(term.args):
                if m != n and other.has(summand):
                    rest = [a for k, a in enumerate(term.args) if k not in (n, m)]
                    yield "sigmoid_slope", sum_of([both, *rest])


def _without_root(term: Add) -> Iterator[tuple[str, Term]]:
    """P(σ)  →  σ(−u)·Q(σ), for a polynomial in σ(u) with P(1) = 0: what vanishes with 1 − σ"""
    models = {t for t in term.walk() if _is(t, "sigmoid")}
    if len(models) != 1:
        return
    model = models.pop()
    powers = [_power(summand, model) for summand in term.args]
    if None in powers:
        return
    found = dict[int, Fraction]()
    for number, power in (p for p in powers if p is not None):
        found[power] = found.get(power, Fraction(0)) + number
    if sum(found.values()) != 0:
        return
    partial_sums = [sum(found.get(m, Fraction(0)) for m in range(n + 1)) for n in range(max(found))]
    quotient = [product_of([Num(c), *[model] * n]) for n, c in enumerate(partial_sums) if c]
    yield "one_minus_sigmoid", sigmoid(-model.args[0]) * sum_of(quotient)


def _power(term: Term, model: Term) -> tuple[Fraction, int] | None:
    """c and n of c·σ^n."""
    number, others = numbers_apart(factors_of(term))
    power = 0
    for factor in others:
        base, n = factor.args if isinstance(factor, Pow) else (factor, Num(1))
        if base != model or not isinstance(n, Num) or n.data.denominator != 1 or n.data < 1:
            return None
        power += int(n.data)
    return number, power


def _coefficient(term: Term, u: Term, sign: Fraction) -> Term | None:
    """The w of −sign·w·u."""
    number, others = numbers_apart(factors_of(term))
    wanted, own = numbers_apart(factors_of(u))
    rest = list(others)
    for factor in own:
        if factor not in rest:
            return None
        rest.remove(factor)
    return product_of(rest) if number == -sign * wanted else None


def _is_weight(term: Term) -> bool:
    head = term.args[0] if isinstance(term, App) else term
    return isinstance(head, Sym) and head.kind in UNIT_KINDS


def _is(term: Term, quantity: str) -> bool:
    return isinstance(term, Quantity) and term.data == quantity
