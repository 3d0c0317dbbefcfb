"""Logarithms and exponentials in the normal form.

log of a product splits only when every factor is shown to be positive.  In a product
w·log(...) with w ≥ 0 it may also split under w > 0, for at w = 0 both sides are 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

from xent_sym.terms.facts import Evidence, Facts
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.polynomial import (
    Exponent,
    Frac,
    Monomial,
    Poly,
    factors,
    monomial,
)
from xent_sym.terms.sign import (
    atom_nonnegative,
    atom_positive,
    frac_positive,
)
from xent_sym.terms.term import App, Fn, Mul, Num, Pow, Prod, Sum, Sym, Term

LARGEST_FACTORED = 10**10


class Normalizer(Facts, Protocol):
    """What the laws of logarithms need of the normal form."""

    using: frozenset[str]
    given: set[Hypothesis]

    def accept(self, evidence: Evidence) -> None: ...
    def use(self, group: str) -> bool: ...
    def canonical(self, term: Term) -> Term: ...
    def times(self, a: Frac, b: Frac) -> Frac: ...
    def reduced(self, f: Frac) -> Frac: ...
    def power(self, base: Frac, exponent: int) -> Frac: ...
    def term(self, f: Frac) -> Term: ...
    def supposing(self, more: frozenset[Hypothesis]) -> Normalizer: ...


def logarithm(nf: Normalizer, f: Frac) -> Frac:
    """log f, split over the factors of f where all of them are positive."""
    whole = Frac.atom(Fn("log", nf.term(f)))
    found = _split(nf, f) if "logarithms" in nf.using else None
    if found is None or found[0] == whole:
        return whole
    nf.accept(found[1])
    nf.use("logarithms")
    return found[0]


def _is_composite(f: Frac) -> bool:
    if f.den or len(f.num.terms) != 1:
        return bool(f.den)
    ((m, c),) = f.num.terms.items()
    return c != 1 or len(m) != 1 or m[0][1] != 1 or isinstance(m[0][0], Fn | Prod | Pow)


def _split(nf: Normalizer, f: Frac) -> tuple[Frac, Evidence] | None:
    """Σ of the logarithms of the factors of f, with signs that make each of them positive."""
    if not f.num.terms:
        return None
    content, m, primitive = f.num.content()
    sign = 1 if content > 0 else -1
    pieces: list[tuple[Poly, Exponent]] = [(Poly.of(((a, 1),)), e) for a, e in m]
    if primitive.number is None:
        pieces += factors(primitive)
    elif primitive.number != 1:
        return None
    pieces += [(p, -e) for p, e in f.den]
    total, evidence = _log_rational(abs(content)), frozenset[Hypothesis]()
    for piece, exponent in pieces:
        signed = _signed(nf, piece, exponent)
        if signed is None:
            return None
        positive, found, turns = signed
        sign, evidence = sign * turns, evidence | found
        total = total + _log_factor(nf, positive) * Frac.constant(exponent)
    return (total, evidence) if sign > 0 else None


def _signed(
    nf: Normalizer, piece: Poly, exponent: Exponent
) -> tuple[Poly, Evidence, int] | None:
    """±piece, positive; why it is; and the sign that its power takes out of the product."""
    found = frac_positive(nf, Frac(piece))
    if found is not None:
        return piece, found, 1
    other = piece.scaled(-1)
    found = frac_positive(nf, Frac(other)) if isinstance(exponent, int) else None
    return None if found is None else (other, found, -1 if exponent % 2 else 1)


def _log_factor(nf: Normalizer, piece: Poly) -> Frac:
    if len(piece.terms) == 1:
        ((((atom, _),), c),) = piece.terms.items()
        if isinstance(atom, Fn) and atom.data == "exp" and c == 1:
            return nf.frac(atom.args[0])
        if isinstance(atom, Prod) and c == 1:
            body = Fn("log", atom.args[1])
            return nf.frac(Sum.make((atom.args[0], body), None, atom.hint))
        if isinstance(atom, Pow) and c == 1:
            return nf.frac(Mul(atom.args[1], Fn("log", atom.args[0])))
    return Frac.atom(Fn("log", nf.term(Frac(piece))))


def _log_rational(value: Fraction) -> Frac:
    total = Frac.constant(0)
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, exponent in _prime_factors(part):
            total = total + Frac.atom(Fn("log", Num(prime))) * Frac.constant(sign * exponent)
    return total


def _prime_factors(n: int) -> Iterator[tuple[int, int]]:
    """(prime, exponent); a number too large to factor here counts as one factor."""
    if n > LARGEST_FACTORED:
        yield n, 1
        return
    p = 2
    while p * p <= n:
        exponent = 0
        while n % p == 0:
            n, exponent = n // p, exponent + 1
        if exponent:
            yield p, exponent
        p += 1 if p == 2 else 2
    if n > 1:
        yield n, 1


def is_prime(term: Term) -> bool:
    """The term is a prime number that was factored as far as it goes."""
    return isinstance(term, Num) and term.data.denominator == 1 and (
        list(_prime_factors(int(term.data))) == [(int(term.data), 1)]
        and 1 < term.data <= LARGEST_FACTORED
    )


def exponential(nf: Normalizer, f: Frac) -> Frac:
    """e^f as the product of e^{monomial}^coefficient; e^{log x} = x for x > 0."""
    if f.number == 0:
        return Frac.constant(1)
    if f.den or not ({"exponents", "logarithms"} & nf.using):
        return Frac.atom(Fn("exp", nf.term(f)))
    powers: dict[Term, Exponent] = {}
    product = Frac.constant(1)
    for m, c in f.num.terms.items():
        undone = _undo_logarithm(nf, m, c)
        if undone is not None:
            product = nf.times(product, undone)
        else:
            factor = Fn("exp", nf.term(Frac(Poly.of(m))))
            powers[factor] = powers.get(factor, 0) + c
    if "exponents" in nf.using:
        if len(f.num.terms) > 1 or any(c != 1 for c in powers.values()):
            nf.use("exponents")
        return nf.times(product, Frac(Poly.of(monomial(powers))))
    return product if not powers else Frac.atom(Fn("exp", nf.term(f)))


def _undo_logarithm(nf: Normalizer, m: Monomial, c: Fraction) -> Frac | None:
    if "logarithms" not in nf.using or len(m) != 1 or m[0][1] != 1 or c.denominator != 1:
        return None
    atom = m[0][0]
    if not (isinstance(atom, Fn) and atom.data == "log"):
        return None
    inside = nf.frac(atom.args[0])
    positive = frac_positive(nf, inside)
    if positive is None:
        return None
    nf.accept(positive)
    nf.use("logarithms")
    return nf.power(inside, int(c))


def weighted_logarithms(nf: Normalizer, m: Monomial) -> Frac | None:
    """w·log(ab) = w·log a + w·log b for w ≥ 0, splitting under w > 0."""
    logs = [a for a, e in m if e == 1 and isinstance(a, Fn) and a.data == "log"]
    for atom in logs:
        inside = nf.frac(atom.args[0])
        if not _is_composite(inside) and not _has_opaque_inverse(atom):
            continue
        weights = {a: _weight(nf, a) for a, e in m if e > 0 and isinstance(a, Sym | App | Sum)}
        usable = {a: ev for a, ev in weights.items() if ev is not None}
        if not usable:
            continue
        supposed = frozenset(Hypothesis("positive", (a,)) for a in usable)
        inner = nf.supposing(supposed)
        found = _split(inner, inner.frac(atom.args[0]))
        if found is None:
            continue
        # what cancelled under w > 0 need not cancel against the weight itself: w·w⁻¹ is not 1
        parts = nf.frac(nf.term(found[0]))
        if parts == Frac.atom(atom):
            continue
        nf.use("logarithms")
        nf.accept((found[1] | inner.given).difference(supposed).union(*usable.values()))
        rest = monomial({a: e for a, e in m if a != atom})
        return nf.reduced(Frac(Poly.of(rest)) * parts)
    return None


def _weight(nf: Normalizer, atom: Term) -> Evidence | None:
    """A factor that is ≥ 0 without being known to be > 0."""
    return atom_nonnegative(nf, atom) if atom_positive(nf, atom) is None else None


def _has_opaque_inverse(atom: Term) -> bool:
    return any(isinstance(t, Pow) for t in atom.walk())

