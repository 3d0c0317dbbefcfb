"""Sums in the normal form.

Σ_i of a monomial takes out what does not depend on i, collapses a delta in i, merges with
sums inside, and splits into factors that share no index; so the order of summation, the
place of constants and the nesting do not matter.  A summand with a denominator that
depends on i is divided out first: Σ e^u/(1+e^u) is Σ 1 − Σ 1/(1+e^u).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby, permutations
from typing import Protocol

from xent_sym.terms.declare import as_range
from xent_sym.terms.facts import Evidence, assumption
from xent_sym.terms.hypotheses import Hypothesis, nonempty
from xent_sym.terms.logarithms import Normalizer
from xent_sym.terms.polynomial import (
    Frac,
    Monomial,
    Poly,
    divide,
    monomial,
    product_of,
    times,
)
from xent_sym.terms.term import (
    Add,
    App,
    Delta,
    Mul,
    Num,
    Pow,
    Range,
    Sum,
    Sym,
    Term,
    abstract,
    fresh,
    instantiate,
    substitute,
)

MAX_WRITTEN_OUT = 64
MAX_BINDERS = 4


class SumNormalizer(Normalizer, Protocol):
    """What sums need of the normal form."""

    depth: int

    def range(self, rng: Term) -> Term: ...
    def resorted(self, term: Term) -> Term: ...


def normal_sum(nf: SumNormalizer, term: Term) -> Frac:
    """Σ over a range, with excluded indices taken off by 1 − δ."""
    rng, excluded = nf.range(term.args[0]), term.args[2:]
    if is_short(rng):
        return _written_out(nf, term, literal_range(rng))
    var = fresh(rng, nf.depth)
    nf.depth += 1
    body = instantiate(term.args[1], var)
    if excluded:
        body = Mul(body, *(Add(1, Mul(-1, Delta(var, e))) for e in excluded))
    inside = nf.frac(body)
    result = _sum_frac(nf, inside, rng, var)
    nf.depth -= 1
    return nf.reduced(result)


def literal_range(rng: Term) -> range:
    """The indices of a range whose ends are whole numbers; empty for any other."""
    if isinstance(rng, Range) and isinstance(rng.args[0], Num) and isinstance(rng.args[1], Num):
        lo, hi = rng.args[0].data, rng.args[1].data
        if lo.denominator == hi.denominator == 1:
            return range(int(lo), int(hi) + 1)
    return range(0)


def is_short(rng: Term) -> bool:
    """A sum over this range is written out: its ends are numbers, not far apart."""
    if not (isinstance(rng, Range) and all(isinstance(end, Num) for end in rng.args)):
        return False
    whole = all(end.data.denominator == 1 for end in rng.args)
    return whole and len(literal_range(rng)) <= MAX_WRITTEN_OUT


def _written_out(nf: SumNormalizer, term: Term, over: range) -> Frac:
    total = Frac.constant(0)
    for n in over:
        value = instantiate(term.args[1], Num(n))
        factors = [Add(1, Mul(-1, Delta(Num(n), e))) for e in term.args[2:]]
        total = total + nf.frac(Mul(value, *factors) if factors else value)
    return total


def _mentions(term: Term, var: Sym) -> bool:
    return term.has(var)


def _parted(m: Monomial, var: Sym) -> tuple[Monomial, Monomial]:
    """(what is free of the variable, what depends on it)."""
    free = tuple(pair for pair in m if not _mentions(pair[0], var))
    return free, tuple(pair for pair in m if _mentions(pair[0], var))


def _sum_frac(nf: SumNormalizer, f: Frac, rng: Term, var: Sym) -> Frac:
    outer = [(p, e) for p, e in f.den if not any(_mentions(a, var) for a in p.atoms())]
    inner = [(p, e) for p, e in f.den if any(_mentions(a, var) for a in p.atoms())]
    outside = Frac(Poly.constant(1), outer)
    if not inner:
        return outside * _sum_poly(nf, f.num, rng, var)
    total, rest = _collapsed_ratios(nf, f.num, inner, rng, var)
    quotient, remainder = divide(rest, product_of(inner))
    total = total + _sum_poly(nf, quotient, rng, var)
    groups: dict[Monomial, Poly] = {}
    for m, c in remainder.terms.items():
        free, dependent = _parted(m, var)
        groups[free] = groups.get(free, Poly()) + Poly.of(dependent, c)
    for free, top in groups.items():
        scale = top.content()[0]
        atom = _close(nf, nf.term(Frac(top.scaled(1 / scale), inner)), [(var, rng)])
        total = total + Frac(Poly.of(free, scale)) * Frac.atom(atom)
    return outside * total


def _collapsed_ratios(
    nf: SumNormalizer, top: Poly, below: list[tuple[Poly, int]], rng: Term, var: Sym
) -> tuple[Frac, Poly]:
    """Σ_j δ_jk f(j)/g(j) = f(k)/g(k), term by term; and the terms without such a delta."""
    total, rest = Frac(Poly()), Poly()
    for m, c in top.terms.items():
        place = _delta_place(nf, m, rng, var)
        if place is None:
            rest = rest + Poly.of(m, c)
            continue
        atom, other = place
        value = _substituted(nf, [pair for pair in m if pair[0] != atom], {var: other})
        for p, e in below:
            divisor = nf.frac(substitute(nf.term(Frac(p)), {var: other}))
            value = nf.times(value, nf.power(divisor, -e))
        total = total + value * Frac.constant(c)
    return total, rest


def _sum_poly(nf: SumNormalizer, p: Poly, rng: Term, var: Sym) -> Frac:
    total = Frac(Poly())
    for m, c in p.terms.items():
        free, dependent = _parted(m, var)
        total = total + Frac(Poly.of(free, c)) * _sum_monomial(nf, dependent, rng, var)
    return total


def _sum_monomial(nf: SumNormalizer, m: Monomial, rng: Term, var: Sym) -> Frac:
    if not m:
        return _cardinality(nf, rng)
    collapsed = _collapse(nf, m, rng, var)
    if collapsed is not None:
        return collapsed
    flat, binders = _flatten(nf, m, var, rng)
    collapsed = _collapsed_inside(nf, flat, binders)
    if collapsed is not None:
        return collapsed
    flat, binders = _without_totals(nf, flat, binders)
    result = Frac.constant(1)
    for part, own in _components(flat, binders):
        result = result * (_one_sum(nf, part, own) if own else Frac(Poly.of(part)))
    return result


def _cardinality(nf: SumNormalizer, rng: Term) -> Frac:
    """How many indices: hi − lo + 1 where that cannot be negative."""
    if isinstance(rng, Range):
        lo, hi = rng.args
        whole = isinstance(lo, Num) and lo.data.denominator == 1
        if whole and lo.data <= 2 and isinstance(hi, Sym) and hi.kind == "size":
            nf.accept(nonempty(as_range(hi)) or frozenset())
            return nf.frac(hi) + Frac.constant(1 - lo.data)
        if _is_whole(lo) and _is_whole(hi):
            count = nf.frac(hi) + -nf.frac(lo) + Frac.constant(1)
            evidence = nf.nonnegative(count)
            if evidence is not None:
                nf.accept(evidence)
                return count
    return Frac.atom(Sum.make((rng, Num(1)), None, "i"))


def _is_whole(term: Term) -> bool:
    """A whole number, a size or an index, and sums and products of such."""
    if isinstance(term, Num):
        return bool(term.data.denominator == 1)
    if isinstance(term, Add | Mul):
        return all(map(_is_whole, term.args))
    return isinstance(term, Sym) and not term.ranges and term.kind in ("size", "index")


def is_member(nf: SumNormalizer, i: Term, rng: Term) -> Evidence | None:
    """The index lies in the range."""
    if isinstance(i, Sym) and i.kind == "index" and i.args and nf.range(i.args[-1]) == rng:
        return frozenset({Hypothesis("member", (i, rng))})
    head = i.args[0] if isinstance(i, App) else None
    if isinstance(head, Sym) and head.kind == "index" and nf.range(head.args[-1]) == rng:
        return frozenset({Hypothesis("member", (head, rng))})
    if isinstance(i, Num) and isinstance(rng, Range) and i.data.denominator == 1:
        lo, hi = rng.args
        below = isinstance(lo, Num) and lo.data <= i.data
        if below and isinstance(hi, Num) and i.data <= hi.data:
            return frozenset()
        first = isinstance(hi, Sym) and hi.kind == "size" and i.data == 1
        return nonempty(rng) if below and first else None
    if isinstance(rng, Range) and i == rng.args[1]:
        return nonempty(rng)
    hypothesis = Hypothesis("member", (i, rng))
    return frozenset({hypothesis}) if hypothesis in nf.assumed else None


def _collapse(nf: SumNormalizer, m: Monomial, rng: Term, var: Sym) -> Frac | None:
    """Σ_j δ_jk f(j) = f(k)."""
    place = _delta_place(nf, m, rng, var)
    if place is None:
        return None
    atom, other = place
    return _substituted(nf, [pair for pair in m if pair[0] != atom], {var: other})


def _delta_place(
    nf: SumNormalizer, m: Monomial, rng: Term, var: Sym
) -> tuple[Term, Term] | None:
    """The delta that leaves one index of the range, and that index."""
    if "deltas" not in nf.using:
        return None
    for atom, _ in m:
        if isinstance(atom, Delta) and var in atom.args:
            other = atom.args[0] if atom.args[1] == var else atom.args[1]
            member = is_member(nf, other, rng) if not _mentions(other, var) else None
            if member is None:
                continue
            nf.use("deltas")
            nf.accept(member)
            return atom, other
    return None


def _collapsed_inside(nf: SumNormalizer, m: Monomial, binders: list[Binder]) -> Frac | None:
    """Σ_x Σ_j δ_{x_j,x} f(x) = Σ_j f(x_j): the delta may stand in an inner sum."""
    for position, (var, rng) in enumerate(binders):
        rest = binders[:position] + binders[position + 1 :]
        if len(binders) == 1 or any(_mentions(r, var) for _, r in rest):
            continue
        total = _collapse(nf, m, rng, var)
        if total is None:
            continue
        for other, over in reversed(rest):
            total = _sum_frac(nf, total, over, other)
        return total
    return None


def _substituted(
    nf: SumNormalizer, m: list[tuple[Term, int | Fraction]], values: dict[Term, Term]
) -> Frac:
    total = Frac.constant(1)
    for atom, e in m:
        value = nf.frac(substitute(atom, values))
        if isinstance(e, Fraction):
            value = nf.frac(Pow(nf.term(value), Num(e)))
        elif e != 1:
            value = nf.power(value, e)
        total = nf.times(total, value)
    return total


def apply_deltas(nf: SumNormalizer, m: Monomial) -> Frac | None:
    """δ_ij f(i) = δ_ij f(j): one index stands for both; δ² = δ."""
    for atom, e in m:
        if not isinstance(atom, Delta):
            continue
        rest = [pair for pair in m if pair[0] != atom]
        i, j = atom.args
        old, new = (j, i) if isinstance(j, Sym) else (i, j)
        if isinstance(old, Sym) and _replaceable(old, [a for a, _ in rest]):
            nf.use("deltas")
            changed = _substituted(nf, rest, {old: new})
            return nf.times(Frac.atom(atom), changed)
        if e != 1:
            nf.use("deltas")
            return nf.reduced(Frac(Poly.of(monomial({**dict(m), atom: 1}))))
    return None


def _replaceable(old: Sym, atoms: list[Term]) -> bool:
    """The atoms mention the index, and no symbol among them ranges over something up to it."""
    parts = [part for atom in atoms for part in atom.walk()]
    ranges = (rng for part in parts if isinstance(part, Sym) for rng in part.args)
    return old in parts and not any(_mentions(rng, old) for rng in ranges)


# -- nested and repeated sums ------------------------------------------------------------------

Binder = tuple[Sym, Term]


def _flatten(nf: SumNormalizer, m: Monomial, var: Sym, rng: Term) -> tuple[Monomial, list[Binder]]:
    """Sums inside the monomial become further binders around one monomial."""
    binders: list[Binder] = [(var, rng)]
    flat: Monomial = ()
    waiting = list(m)
    while waiting:
        atom, e = waiting.pop()
        body = _single(atom) if isinstance(e, int) and e > 0 else None
        if body is not None and any(_mentions(atom.args[0], v) for v, _ in binders):
            body = None  # Σ_i Σ_{j ≤ i}: the order of these two is fixed
        if body is None or len(binders) + int(e) > MAX_BINDERS:
            flat = times(flat, ((atom, e),))
            continue
        for _ in range(int(e)):
            own = fresh(atom.args[0], nf.depth + len(binders))
            binders.append((own, atom.args[0]))
            waiting += _open_monomial(nf, instantiate(atom.args[1], own))
    return flat, binders


def _single(atom: Term) -> Term | None:
    """The body of a sum over one product whose coefficient is one."""
    if not isinstance(atom, Sum) or isinstance(atom.args[1], Add):
        return None
    body = atom.args[1]
    parts = body.args if isinstance(body, Mul) else (body,)
    return None if any(isinstance(p, Num) for p in parts) else body


def _open_monomial(nf: SumNormalizer, body: Term) -> Monomial:
    powers: dict[Term, int | Fraction] = {}
    parts = body.args if isinstance(body, Mul) else (body,)
    for part in parts:
        for atom, e in _factor(nf, nf.resorted(part)):
            powers[atom] = powers.get(atom, 0) + e
    return monomial(powers)


def _factor(nf: SumNormalizer, part: Term) -> Monomial:
    """A factor of a canonical term as it was in its monomial: 1/x is opaque unless x ≠ 0."""
    if isinstance(part, Pow):
        f = nf.frac(part)
        if not f.den and list(f.num.terms.values()) == [1]:
            return next(iter(f.num.terms))
    return ((part, 1),)


def _components(m: Monomial, binders: list[Binder]) -> list[tuple[Monomial, list[Binder]]]:
    """Factors that share no bound index are separate sums."""
    groups: list[tuple[list[tuple[Term, int | Fraction]], set[Sym]]] = []
    for atom, e in m:
        variables = {v for v, _ in binders if _mentions(atom, v)}
        joined: list[tuple[Term, int | Fraction]] = [(atom, e)]
        rest = []
        for members, theirs in groups:
            if theirs & variables:
                joined, variables = joined + members, variables | theirs
            else:
                rest.append((members, theirs))
        groups = [*rest, (joined, variables)]
    covered = set().union(*(v for _, v in groups)) if groups else set()
    lonely = [((), [b]) for b in binders if b[0] not in covered]
    found: list[tuple[Monomial, list[Binder]]] = [
        (monomial(dict(members)), [b for b in binders if b[0] in variables])
        for members, variables in groups
    ]
    return found + lonely


def _one_sum(nf: SumNormalizer, m: Monomial, binders: list[Binder]) -> Frac:
    """A sum that cannot be taken apart, in the canonical order of its binders."""
    if not m:
        return _cardinality(nf, binders[0][1])
    body = nf.term(Frac(Poly.of(m)))
    closed = [_close(nf, body, order) for order in _orders(binders)]
    return Frac.atom(closed[0] if len(closed) == 1 else min(closed, key=lambda t: t.key))


def _orders(binders: list[Binder]) -> list[list[Binder]]:
    """The orders in which the ranges stand sorted: only binders over one range are permuted."""
    orders: list[list[Binder]] = [[]]
    for _, same in groupby(sorted(binders, key=_range_key), _range_key):
        orders = [[*order, *more] for more in permutations(list(same)) for order in orders]
    return orders


def _range_key(binder: Binder) -> str:
    return binder[1].key


def _close(nf: SumNormalizer, body: Term, binders: list[Binder]) -> Term:
    for var, rng in reversed(binders):
        body = Sum.make((rng, abstract(body, var)), None, "i")
    return nf.resorted(body)


def _without_totals(
    nf: SumNormalizer, m: Monomial, binders: list[Binder]
) -> tuple[Monomial, list[Binder]]:
    """Σ_i Σ_j f_i p_ij = Σ_i f_i: what sums to one is summed first, whatever the order."""
    for position, (var, rng) in enumerate(binders):
        free, dependent = _parted(m, var)
        if _declared_total(nf, dependent, var, rng):
            return _without_totals(nf, free, binders[:position] + binders[position + 1 :])
    return m, binders


def _declared_total(nf: SumNormalizer, m: Monomial, var: Sym, rng: Term) -> bool:
    """Σ p_i = 1 for a declared distribution, over its whole range."""
    if "hypotheses" not in nf.using or len(m) != 1 or m[0][1] != 1:
        return False
    atom = m[0][0]
    if not (isinstance(atom, App) and atom.args[-1] == var):
        return False
    head = atom.args[0]
    if any(_mentions(a, var) for a in atom.args[:-1]) or not isinstance(head, Sym):
        return False
    if len(atom.args) - 1 != len(head.ranges) or nf.range(head.ranges[-1]) != rng:
        return False
    evidence = assumption(nf, "sums to one", atom)
    if evidence is None:
        return False
    nf.accept(evidence)
    nf.use("hypotheses")
    return True
