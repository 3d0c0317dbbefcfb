"""Signs: when a normal form is positive, non-negative or nonzero, and by which hypotheses.

Every function returns the hypotheses that it used, or None when it cannot tell.  It never
guesses: an atom about which nothing is declared has no sign.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

from xent_sym.terms.enclosure import closed
from xent_sym.terms.entries import one_entry_positive, without_entries
from xent_sym.terms.facts import NOTHING, Evidence, Facts, assumption
from xent_sym.terms.hypotheses import Hypothesis, nonempty
from xent_sym.terms.polynomial import Frac, Monomial, Poly
from xent_sym.terms.term import (
    Add,
    App,
    Delta,
    Fn,
    Mul,
    Num,
    Pow,
    Prod,
    Quantity,
    Sum,
    Sym,
    Term,
    Tup,
)


def atom_positive(facts: Facts, atom: Term) -> Evidence | None:
    """The atom is > 0."""
    key = ("positive", atom)
    if key not in facts.signs:
        facts.signs[key] = _positive(facts, atom)
    return facts.signs[key]


def atom_nonnegative(facts: Facts, atom: Term) -> Evidence | None:
    """The atom is ≥ 0."""
    key = ("nonnegative", atom)
    if key not in facts.signs:
        facts.signs[key] = _nonnegative(facts, atom)
    return facts.signs[key]


def _positive(facts: Facts, atom: Term) -> Evidence | None:
    if isinstance(atom, Sym | App):
        found = assumption(facts, "positive", atom)
        return found if found is not None else _by_cases(facts, atom, frac_positive)
    if isinstance(atom, Fn) and atom.data == "exp":
        return NOTHING
    if isinstance(atom, Fn) and atom.data == "log":
        return frac_positive(facts, facts.frac(atom.args[0]) + Frac.constant(-1))
    if isinstance(atom, Sum | Prod):
        inhabited = nonempty(atom.args[0]) if isinstance(atom, Sum) else NOTHING
        body = frac_positive(facts, facts.opened(atom))
        if inhabited is not None and body is not None:
            return inhabited | body
        found = assumption(facts, "positive", atom)
        if found is None and isinstance(atom, Sum):
            found = one_entry_positive(facts, atom)
        return found
    if isinstance(atom, Quantity):
        return _unfolded(facts, atom, frac_positive)
    if isinstance(atom, Pow):
        return frac_positive(facts, facts.frac(atom.args[0]))
    return assumption(facts, "positive", atom)


def _nonnegative(facts: Facts, atom: Term) -> Evidence | None:
    found = atom_positive(facts, atom)
    if found is not None:
        return found
    if isinstance(atom, Sym | App):
        found = assumption(facts, "nonnegative", atom)
        return found if found is not None else _by_cases(facts, atom, frac_nonnegative)
    if isinstance(atom, Delta):
        return NOTHING
    if isinstance(atom, Fn) and atom.data == "log":
        return frac_nonnegative(facts, facts.frac(atom.args[0]) + Frac.constant(-1))
    if isinstance(atom, Sum | Prod):
        return frac_nonnegative(facts, facts.opened(atom))
    if isinstance(atom, Quantity):
        return _unfolded(facts, atom, frac_nonnegative)
    return None


class _Rule(Protocol):
    def __call__(self, facts: Facts, f: Frac) -> Evidence | None: ...


def _unfolded(facts: Facts, atom: Term, rule: _Rule) -> Evidence | None:
    """Look at what a named quantity stands for."""
    meaning, used = facts.unfolded(atom)
    if meaning == Frac.atom(atom):
        return None
    found = rule(facts, meaning)
    return None if found is None else found | used


def _by_cases(facts: Facts, atom: Term, rule: _Rule) -> Evidence | None:
    """An entry of a named or written-out family: look at what it stands for."""
    if not isinstance(atom, App):
        return None
    if isinstance(atom.args[0], Quantity):
        return _unfolded(facts, atom, rule)
    if isinstance(atom.args[0], Tup):
        every = [rule(facts, facts.frac(value)) for value in atom.args[0].args]
        return NOTHING.union(*(e for e in every if e)) if None not in every else None
    return None


def _at_most_one(facts: Facts, m: Monomial) -> tuple[Evidence, bool] | None:
    """Every factor lies in [0, 1]; the flag says that the product is below one."""
    evidence, strict = NOTHING, False
    for atom, exponent in m:
        upper = assumption(facts, "at most one", atom)
        lower = atom_nonnegative(facts, atom)
        if isinstance(atom, Delta):
            upper = NOTHING
        if exponent < 0 or upper is None or lower is None:
            return None
        below = assumption(facts, "below one", atom)
        strict = strict or below is not None
        evidence |= upper | lower | (below or NOTHING)
    return evidence, strict


def _from_one(facts: Facts, m: Monomial) -> tuple[Evidence, bool] | None:
    """Every factor is at least one, as a size is; the flag says above one, as a base is."""
    evidence, strict = NOTHING, False
    for atom, exponent in m:
        found = assumption(facts, "above one", atom)
        strict = strict or found is not None
        if found is None and isinstance(atom, Sym) and atom.kind == "size":
            found = assumption(facts, "positive", atom)
        if found is None or exponent < 0:
            return None
        evidence |= found
    return evidence, strict


def _monomial(facts: Facts, m: Monomial) -> tuple[Evidence, bool] | None:
    """The monomial is ≥ 0; the flag says > 0."""
    evidence, strict = NOTHING, True
    for atom, exponent in m:
        found = atom_positive(facts, atom)
        if found is None:
            strict = False
            even = Fraction(exponent).denominator == 1 and Fraction(exponent).numerator % 2 == 0
            found = NOTHING if even else atom_nonnegative(facts, atom)
        if found is None:
            return None
        evidence |= found
    return evidence, strict


def _poly(facts: Facts, p: Poly) -> tuple[Evidence, bool] | None:
    """p ≥ 0; the flag says > 0.  A common monomial and the rest are looked at apart."""
    if len(p.terms) > 1:
        value = closed(p)
        if value is not None:
            return (NOTHING, True) if value[0] > 0 else None
        stated = _stated(facts, p)
        if stated is not None:
            return frozenset({stated}), stated.kind == "positive"
        content, m, primitive = p.content()
        rest = _bounded(facts, primitive.scaled(1 if content > 0 else -1))
        common = _monomial(facts, m)
        if rest is not None and common is not None:
            return rest[0] | common[0], rest[1] and common[1]
    return _bounded(facts, p)


def _stated(facts: Facts, p: Poly) -> Hypothesis | None:
    """An assumption such as b − a > 0, about a sum, of which p is a positive multiple."""
    for hypothesis in sorted(facts.assumed, key=lambda h: h.key):
        subject = hypothesis.terms[0]
        if hypothesis.kind in ("positive", "nonnegative") and _is_plain_sum(subject):
            q = facts.frac(subject).num
            if q.terms.keys() == p.terms.keys():
                ratios = {c / q.terms[m] for m, c in p.terms.items()}
                if len(ratios) == 1 and min(ratios) > 0:
                    return hypothesis
    return None


def _is_plain_sum(term: Term) -> bool:
    """A sum of products of symbols and numbers: its normal form asks for no sign in its turn."""
    plain = (Add, Mul, Num, Sym, App)
    return isinstance(term, Add) and all(isinstance(t, plain) for t in term.walk())


def _bounded(facts: Facts, p: Poly) -> tuple[Evidence, bool] | None:
    """p ≥ 0 term by term; or once entries are taken off with the sums that they stand in."""
    found = _term_by_term(facts, p)
    if found is None:
        less, used = without_entries(facts, p)
        found = _term_by_term(facts, less) if used is not None else None
        return None if found is None or used is None else (found[0] | used, found[1])
    return found


def _term_by_term(facts: Facts, p: Poly) -> tuple[Evidence, bool] | None:
    """Positive terms outweigh negative ones, which are bounded by one; n ≥ 1 outweighs a 1."""
    evidence, floor, strict = NOTHING, Fraction(0), False
    for m, c in p.terms.items():
        if not m:
            floor += c
            continue
        above = _from_one(facts, m) if c > 0 else None
        if above is not None:
            evidence, strict, floor = evidence | above[0], strict or above[1], floor + c
            continue
        found = _monomial(facts, m) if c > 0 else _at_most_one(facts, m)
        if found is None:
            return None
        evidence |= found[0]
        strict = strict or found[1]
        floor += min(c, Fraction(0))
    if floor < 0:
        return None
    return evidence, strict or floor > 0


def frac_positive(facts: Facts, f: Frac) -> Evidence | None:
    """f > 0."""
    return _ratio(facts, f, strict=True)


def frac_nonnegative(facts: Facts, f: Frac) -> Evidence | None:
    """f ≥ 0."""
    return NOTHING if not f.num.terms else _ratio(facts, f, strict=False)


def _ratio(facts: Facts, f: Frac, *, strict: bool) -> Evidence | None:
    """num/den > 0, or ≥ 0: a factor below may be negative, the sign above makes up for it."""
    evidence, sign = NOTHING, 1
    for p, exponent in f.den:
        for turn in (1, -1):
            found = _poly(facts, p.scaled(turn))
            if found is not None and found[1]:
                evidence, sign = evidence | found[0], sign * turn**exponent
                break
        else:
            return None
    found = _poly(facts, f.num.scaled(sign))
    return evidence | found[0] if found is not None and (found[1] or not strict) else None


def poly_nonzero(facts: Facts, p: Poly) -> Evidence | None:
    """p ≠ 0, because it is positive, or negative, or a product of nonzero factors."""
    if p.number is not None:
        return NOTHING if p.number else None
    for sign in (1, -1):
        found = _poly(facts, p.scaled(sign))
        if found is not None and found[1]:
            return found[0]
    if len(p.terms) == 1:
        evidence = NOTHING
        for atom, _ in next(iter(p.terms)):
            one = atom_nonzero(facts, atom)
            if one is None:
                return None
            evidence |= one
        return evidence
    return None


def atom_nonzero(facts: Facts, atom: Term) -> Evidence | None:
    """The atom is ≠ 0."""
    if isinstance(atom, Num):
        return NOTHING if atom.data else None
    found = atom_positive(facts, atom)
    return found if found is not None else assumption(facts, "nonzero", atom)
