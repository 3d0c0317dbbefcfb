"""A sum and its entries: it outweighs each of them, and one that is positive makes it so.

Both need that no entry is negative, and that the index lies in the range of the sum.
"""

from __future__ import annotations

from collections.abc import Iterable

from xent_sym.terms.facts import NOTHING, Evidence, Facts
from xent_sym.terms.polynomial import Frac, Monomial, Poly, times
from xent_sym.terms.term import App, Sum, Term, instantiate


def one_entry_positive(facts: Facts, total: Term) -> Evidence | None:
    """Σ f > 0 where one entry is assumed to be positive, and none is negative."""
    for k in _indices(t for h in facts.assumed if h.kind == "positive" for t in h.terms):
        member = facts.member(k, total.args[0])
        entry = None if member is None else facts.positive(_entry_at(facts, total, k))
        if member is not None and entry is not None:
            every = facts.nonnegative(facts.opened(total))
            return None if every is None else every | member | entry
    return None


def _entry_at(facts: Facts, total: Term, k: Term) -> Frac:
    return facts.frac(instantiate(total.args[1], k))


def _indices(terms: Iterable[Term]) -> list[Term]:
    """The indices that stand in these terms."""
    families = (part for term in terms for part in term.walk() if isinstance(part, App))
    found = {i for family in families for i in family.args[1:] if i.closed}
    return sorted(found, key=lambda i: i.key)


def without_entries(facts: Facts, p: Poly) -> tuple[Poly, Evidence | None]:
    """p − c·(Σ_i f_i − f_k), which is no more than p for c ≥ 0 and f ≥ 0; None: none is found."""
    evidence: Evidence | None = None
    for m, c in p.terms.items():
        for whole, d in list(p.terms.items()) if c < 0 else []:
            found = _is_entry(facts, m, whole) if d >= -c else None
            if found is not None:
                p = p + Poly({m: -c, whole: c})
                evidence = (evidence or NOTHING) | found
                break
    return p, evidence


def _is_entry(facts: Facts, m: Monomial, whole: Monomial) -> Evidence | None:
    """m is what comes of the whole when its sums give way to entries of them; none is negative."""
    for total, exponent in whole:
        if not isinstance(total, Sum) or exponent < 1:
            continue
        common = times(whole, ((total, -1),))
        for k in _indices(atom for atom, _ in m):
            member = facts.member(k, total.args[0])
            less = None if member is None else _lessened(common, _entry_at(facts, total, k))
            if less is None or member is None:
                continue
            inside = NOTHING if less == m else _is_entry(facts, m, less)
            signs = None if inside is None else facts.nonnegative(facts.opened(total))
            outside = facts.nonnegative(Frac(Poly.of(common)))
            if inside is not None and signs is not None and outside is not None:
                return member | inside | signs | outside
    return None


def _lessened(common: Monomial, entry: Frac) -> Monomial | None:
    single = not entry.den and list(entry.num.terms.values()) == [1]
    return times(common, next(iter(entry.num.terms))) if single else None
