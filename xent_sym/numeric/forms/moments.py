"""Polynomials in entries and in means under one softmax, written about the means.

A second derivative of such a mean is full of products, f_k·E g − 2·E f·E g + E fg, that cancel
wherever one class has nearly all the weight: then E f is f of that class.  What stays the same
when a constant is added to f, as derivatives by logits do, is the same with f − E f for f, and
E f = 0: all products with E f are gone.  What depends on f − g alone is the same with f − g for
f, and g = 0.  What then stands alone, c·f_k, may as well stand inside of a mean, where it adds 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import permutations

from xent_sym.terms.declare import index, ranges_of, summation, vector
from xent_sym.terms.normal import Normal
from xent_sym.terms.parts import (
    factors_of,
    numbers_apart,
    powers_of,
    product_of,
    split_number,
    sum_of,
    with_number,
)
from xent_sym.terms.polynomial import TooLarge
from xent_sym.terms.term import (
    Add,
    App,
    Bound,
    Num,
    Quantity,
    Sum,
    Sym,
    Term,
    instantiate,
    substitute,
)

LAW = "covariance_about_means"


def moments(term: Term) -> Iterator[tuple[str, Term]]:
    """A sum with each f less its mean, where a mean is multiplied in it; the kernel decides.

    >>> from xent_sym.terms import reals, size, softmax
    >>> K = size("K"); z, f, g = (reals(c, K) for c in "zfg"); i = index("i", K); a = softmax(z)
    >>> F, G = (summation(a[i] * h[i], i) for h in (f, g))
    >>> proposals = [form for _, form in moments(summation(a[i] * f[i] * g[i], i) - F * G)]
    >>> print(proposals[2])
    Σ_i (f_i - Σ_j softmax(z)_j·f_j)·(g_i - Σ_j softmax(z)_j·g_j)·softmax(z)_i
    """
    if isinstance(term, Add):
        for model in dict.fromkeys(t for t in term.walk() if _is_softmax(t)):
            yield from _about_means(term, model)


def _is_softmax(term: Term) -> bool:
    return isinstance(term, Quantity) and term.data == "softmax" and term.closed


def _about_means(term: Add, model: Term) -> Iterator[tuple[str, Term]]:
    """Expanded, with plain families for those in it, the sum is a polynomial in entries and means;
    of that is left out what has a factor that is 0 now."""
    over = ranges_of(model)[0]
    weights = Sym("weights of the means", "distribution", over)
    families = _families(term, model)
    plain = [Sym(f"family {n} of the means", "real", over) for n in range(len(families))]
    stands = dict(zip(families, plain, strict=True))
    summands = _expanded(substitute(substitute(term, {model: weights}), stands))
    means = {f: _mean(weights, f) for f in plain}
    if not any(_multiplies(summand, means.values()) for summand in summands):
        return
    own: dict[Term, Term] = dict(zip(plain, families, strict=True))
    for centred, zero in _choices(plain):
        nothing = [*(means[f] for f in centred), *zero]
        left = [s for s in summands if not any(s.has(t) for t in nothing)]
        back: dict[Term, Term] = {weights: model, **own}
        for n, f in enumerate(centred):
            back[f] = _centred(model, own[f], [own[g] for g in zero] if n == 0 else [])
        yield LAW, substitute(sum_of(_taken_in(left, weights, centred)), back)


def _choices(families: Sequence[Sym]) -> Iterator[tuple[Sequence[Sym], Sequence[Sym]]]:
    """Which families are centred, and which are 0, as the first is their difference: the more the
    better."""
    for one, other in permutations(families, 2):
        yield [one, *(f for f in families if f not in (one, other))], [other]
    yield families, []
    yield from (([f], []) for f in families)


def _families(term: Term, model: Term) -> list[Term]:
    """The families that have an entry at the index of a mean."""
    bodies = [t.args[1] for t in term.walk() if isinstance(t, Sum) and len(t.args) == 2]
    weight = App.make((model, Bound(0)))
    entries = [t for body in bodies if body.has(weight) for t in body.walk()
               if isinstance(t, App) and t.args[1:] == (Bound(0),)]
    return [f for f in dict.fromkeys(e.args[0] for e in entries) if f.closed and f != model]


def _expanded(term: Term) -> Sequence[Term]:
    """The summands of the term multiplied out; none where there would be too many."""
    try:
        whole = Normal().canonical(term)
    except TooLarge:
        return ()
    return whole.args if isinstance(whole, Add) else (whole,)


def _mean(weights: Term, family: Term) -> Term:
    """Σ_i a_i f_i, as it stands in what is expanded."""
    i = index("i", ranges_of(weights)[0])
    return Normal().canonical(summation(App.make((weights, i)) * App.make((family, i)), i))


def _multiplies(summand: Term, means: Collection[Term]) -> bool:
    """A mean with an entry or another mean as a factor beside it, or squared."""
    powers = [(base, n) for base, n in powers_of(summand) if not isinstance(base, Num)]
    alone = len(powers) == 1 and powers[0][1] == Num(1)
    return not alone and any(base in means for base, _ in powers)


def _taken_in(summands: list[Term], weights: Term, centred: Sequence[Sym]) -> list[Term]:
    """Σ a M f − M_k·f_k − c·f_k  →  Σ a (M + c) f − (M_k + c)·f_k, for Σ a f = 0: one difference"""
    for total, alone in permutations(summands, 2):
        number, mean = split_number(total)
        c, entry = split_number(alone)
        if not (isinstance(mean, Sum) and isinstance(entry, App) and entry.args[0] in centred):
            continue
        f, k = entry.args
        rest = list(factors_of(mean.args[1]))
        pair = [App.make((family, Bound(0))) for family in (weights, f)]
        if len(mean.args) > 2 or any(factor not in rest for factor in pair):
            continue
        other = product_of([factor for factor in rest if factor not in pair])
        beside = _like(with_number(-number, instantiate(other, k) * entry), summands)
        if beside is not None:
            both = other - c / number
            left = [s for s in summands if s not in (total, alone, beside)]
            means = Sum.make((mean.args[0], product_of([*pair, both])), None, mean.hint)
            there = instantiate(both, k) * entry
            return [*left, with_number(number, means), with_number(-number, there)]
    return summands


def _like(term: Term, summands: Sequence[Term]) -> Term | None:
    """The summand that is this product, whatever the order of its factors."""
    def parts(product: Term) -> tuple[Fraction, list[str]]:
        number, others = numbers_apart(factors_of(product))
        return number, sorted(f.key for f in others)

    return next((s for s in summands if parts(s) == parts(term)), None)


def _centred(model: Term, family: Term, less: Sequence[Term]) -> Term:
    """f − Σ a f, or f − g − Σ a (f − g), as a family."""
    i, j = (index(name, ranges_of(model)[0]) for name in "ij")
    there, each = (
        sum_of([App.make((family, k)), *(-App.make((g, k)) for g in less)]) for k in (i, j))
    return vector(there - summation(App.make((model, j)) * each, j), i)
