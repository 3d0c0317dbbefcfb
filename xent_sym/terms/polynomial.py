"""Polynomials and fractions over opaque atoms: the arithmetic under the normal form.

A monomial is a sorted tuple of (atom, exponent); exponents may be negative or fractional
where the normal form has shown the atom to be nonzero or positive.  A polynomial maps
monomials to rational coefficients.  Nothing here knows what an atom means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import TypeAlias

from xent_sym.terms.term import Term, TermError

Exponent: TypeAlias = "int | Fraction"
Monomial: TypeAlias = "tuple[tuple[Term, Exponent], ...]"
MAX_MONOMIALS = 4000
MAX_BITS = 4096  # of a number that is written out
MAX_DEGREE = 60  # beyond this a polynomial is not factored: it stays one factor


class TooLarge(TermError):
    """An expansion passed the bound on its size; the answer is unknown, not wrong."""


def number_power(base: Fraction, exponent: int) -> Fraction:
    """baseᵉ, refused where it would not fit on a page.

    >>> number_power(Fraction(2), -3)
    Fraction(1, 8)
    """
    bits = max(abs(base.numerator), base.denominator).bit_length()
    if base not in (0, 1, -1) and bits * abs(exponent) > MAX_BITS:
        raise TooLarge(f"the number {base} to the power {exponent}")
    return base**exponent


def monomial(powers: Mapping[Term, Exponent]) -> Monomial:
    """The sorted monomial of these powers; zero exponents drop out."""
    kept = [(atom, _whole(e)) for atom, e in powers.items() if e != 0]
    return tuple(sorted(kept, key=lambda pair: pair[0].key))


def _whole(exponent: Exponent) -> Exponent:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return int(exponent)
    return exponent


def times(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials."""
    if not a or not b:
        return a or b
    powers: dict[Term, Exponent] = dict(a)
    for atom, e in b:
        powers[atom] = powers.get(atom, 0) + e
    return monomial(powers)


def raised(a: Monomial, exponent: Exponent) -> Monomial:
    """A monomial to a power."""
    return tuple((atom, _whole(e * exponent)) for atom, e in a) if exponent else ()


class Poly:
    """A polynomial: a mapping from monomials to nonzero rational coefficients."""

    __slots__ = ("_hash", "_key", "terms")

    def __init__(self, terms: Mapping[Monomial, Fraction] | None = None) -> None:
        self.terms: dict[Monomial, Fraction] = {m: c for m, c in (terms or {}).items() if c}
        if len(self.terms) > MAX_MONOMIALS:
            raise TooLarge(f"more than {MAX_MONOMIALS} monomials")
        self._hash: int | None = None
        self._key: str | None = None

    @staticmethod
    def constant(value: int | Fraction) -> Poly:
        """A number."""
        return Poly({(): Fraction(value)})

    @staticmethod
    def of(m: Monomial, coefficient: int | Fraction = 1) -> Poly:
        """One monomial with its coefficient."""
        return Poly({m: Fraction(coefficient)})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.terms == other.terms

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    @property
    def key(self) -> str:
        """A total order on polynomials."""
        if self._key is None:
            rows = ((",".join(f"{a.key}^{e}" for a, e in m), c) for m, c in self.terms.items())
            self._key = ";".join(sorted(f"{powers}*{c}" for powers, c in rows))
        return self._key

    def __add__(self, other: Poly) -> Poly:
        out = dict(self.terms)
        for m, c in other.terms.items():
            out[m] = out.get(m, Fraction(0)) + c
        return Poly(out)

    def __sub__(self, other: Poly) -> Poly:
        return self + other.scaled(-1)

    def scaled(self, by: int | Fraction) -> Poly:
        """This polynomial times a number."""
        return Poly({m: c * by for m, c in self.terms.items()})

    def shifted(self, by: Monomial) -> Poly:
        """This polynomial times a monomial."""
        return Poly({times(m, by): c for m, c in self.terms.items()}) if by else self

    def __mul__(self, other: Poly) -> Poly:
        if len(self.terms) * len(other.terms) > 16 * MAX_MONOMIALS:
            raise TooLarge("a product of two long sums")
        out: dict[Monomial, Fraction] = {}
        for m, c in self.terms.items():
            for n, d in other.terms.items():
                mn = times(m, n)
                out[mn] = out.get(mn, Fraction(0)) + c * d
        return Poly(out)

    @property
    def number(self) -> Fraction | None:
        """The value of a constant polynomial, else None."""
        if not self.terms:
            return Fraction(0)
        return self.terms.get(()) if len(self.terms) == 1 else None

    def atoms(self) -> list[Term]:
        """The atoms, in order."""
        return sorted({a for m in self.terms for a, _ in m}, key=lambda a: a.key)

    def content(self) -> tuple[Fraction, Monomial, Poly]:
        """(c, m, P): this polynomial is c·m·P with P primitive, free of monomial factors."""
        common: dict[Term, Exponent] = {}
        for atom in self.atoms():
            common[atom] = min(dict(m).get(atom, 0) for m in self.terms)
        m = monomial(common)
        primitive = self.shifted(raised(m, -1))
        numerators = gcd(*(c.numerator for c in primitive.terms.values()))
        denominators = lcm(*(c.denominator for c in primitive.terms.values()))
        c = Fraction(numerators, denominators)
        if primitive.terms[primitive.lead()] < 0:
            c = -c
        return c, m, primitive.scaled(1 / c)

    def lead(self) -> Monomial:
        """The leading monomial in graded lexicographic order."""
        atoms = self.atoms()
        return max(self.terms, key=lambda m: _order(m, atoms))


def _order(m: Monomial, atoms: list[Term]) -> tuple[Exponent, list[Exponent]]:
    powers = dict(m)
    return sum(powers.values(), Fraction(0)), [powers.get(a, 0) for a in atoms]


def divide(num: Poly, by: Poly) -> tuple[Poly, Poly]:
    """(Q, R) with num = Q·by + R and no monomial of R divisible by the lead of ``by``."""
    atoms = sorted({*num.atoms(), *by.atoms()}, key=lambda a: a.key)
    lead = max(by.terms, key=lambda m: _order(m, atoms))
    lead_coefficient = by.terms[lead]
    quotient: dict[Monomial, Fraction] = {}
    rest, done = num, Poly()
    for _ in range(MAX_MONOMIALS):
        if not rest.terms:
            return Poly(quotient), done
        m = max(rest.terms, key=lambda t: _order(t, atoms))
        powers = dict(m)
        if all(powers.get(a, 0) >= e for a, e in lead):
            ratio = times(m, raised(lead, -1))
            c = rest.terms[m] / lead_coefficient
            quotient[ratio] = quotient.get(ratio, Fraction(0)) + c
            rest = rest - by.shifted(ratio).scaled(c)
        else:
            head = Poly.of(m, rest.terms[m])
            done, rest = done + head, rest - head
    raise TooLarge("polynomial division")


def divide_exactly(num: Poly, by: Poly) -> Poly | None:
    """num / by where it divides, else None.  Negative powers are cleared first."""
    if not num.terms:
        return num
    m = num.content()[1]
    quotient, remainder = divide(num.shifted(raised(m, -1)), by)
    return None if remainder.terms else quotient.shifted(m)


@lru_cache(maxsize=4096)
def factors(p: Poly) -> tuple[tuple[Poly, int], ...]:
    """Irreducible factors of a primitive polynomial with several terms, with multiplicities.

    SymPy proposes them; the product is multiplied out again here, so a wrong proposal costs
    completeness, never soundness.
    """
    if len(p.terms) == 2 and _binomial_is_prime(p):
        return ((p, 1),)
    proposed = _sympy_factors(p)
    product = Poly.constant(1)
    for q, e in proposed:
        for _ in range(e):
            product = product * q
    return proposed if product == p else ((p, 1),)


def _binomial_is_prime(p: Poly) -> bool:
    (m, _), (n, _) = p.terms.items()
    difference = dict(times(m, raised(n, -1)))
    if any(isinstance(e, Fraction) for e in difference.values()):
        return False
    return gcd(*(abs(int(e)) for e in difference.values())) == 1


def _sympy_factors(p: Poly) -> tuple[tuple[Poly, int], ...]:
    from sympy import QQ, ring

    atoms = p.atoms()
    scale = lcm(*(Fraction(e).denominator for m in p.terms for _, e in m))
    if any(sum(abs(Fraction(e)) for _, e in m) * scale > MAX_DEGREE for m in p.terms):
        return ((p, 1),)
    domain_ring = ring([f"x{n}" for n in range(len(atoms))], QQ)[0]
    element = domain_ring.from_dict(
        {
            tuple(int(dict(m).get(a, 0) * scale) for a in atoms): QQ(c.numerator, c.denominator)
            for m, c in p.terms.items()
        }
    )
    constant, found = element.factor_list()
    out: list[tuple[Poly, int]] = []
    for q, e in found:
        back = {
            monomial({a: Fraction(int(k), scale) for a, k in zip(atoms, powers, strict=True)}):
            Fraction(int(c.numerator), int(c.denominator))
            for powers, c in q.to_dict().items()
        }
        c, _, primitive = Poly(back).content()
        out.append((primitive, int(e)))
        constant = constant * QQ(c.numerator, c.denominator) ** e
    return tuple(sorted(out, key=lambda pair: pair[0].key))


class Frac:
    """num / Π Pᵉ over irreducible P, in lowest terms."""

    __slots__ = ("den", "num")

    def __init__(self, num: Poly, den: Iterable[tuple[Poly, int]] = ()) -> None:
        kept: list[tuple[Poly, int]] = []
        for p, e in den:
            left = e
            while left and num.terms:
                quotient = divide_exactly(num, p)
                if quotient is None:
                    break
                num, left = quotient, left - 1
            if left and num.terms:
                kept.append((p, left))
        self.num = num
        self.den: tuple[tuple[Poly, int], ...] = tuple(sorted(kept, key=lambda pair: pair[0].key))

    @staticmethod
    def constant(value: int | Fraction) -> Frac:
        """A number."""
        return Frac(Poly.constant(value))

    @staticmethod
    def atom(atom: Term, exponent: Exponent = 1) -> Frac:
        """One atom."""
        return Frac(Poly.of(monomial({atom: exponent})))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frac) and self.num == other.num and self.den == other.den

    def __hash__(self) -> int:
        return hash((self.num, self.den))

    def denominator(self) -> Poly:
        """The denominator multiplied out."""
        return product_of(self.den)

    def __add__(self, other: Frac) -> Frac:
        if self.den == other.den:
            return Frac(self.num + other.num, self.den)
        mine, theirs = dict(self.den), dict(other.den)
        common = {p: max(mine.get(p, 0), theirs.get(p, 0)) for p in {**mine, **theirs}}
        left = self.num * product_of((p, e - mine.get(p, 0)) for p, e in common.items())
        right = other.num * product_of((p, e - theirs.get(p, 0)) for p, e in common.items())
        return Frac(left + right, common.items())

    def __mul__(self, other: Frac) -> Frac:
        den = dict(self.den)
        for p, e in other.den:
            den[p] = den.get(p, 0) + e
        return Frac(self.num * other.num, den.items())

    def __neg__(self) -> Frac:
        return Frac(self.num.scaled(-1), self.den)

    @property
    def number(self) -> Fraction | None:
        """The value of a constant, else None."""
        return self.num.number if not self.den else None


def product_of(powers: Iterable[tuple[Poly, int]]) -> Poly:
    """Π Pᵉ multiplied out."""
    out = Poly.constant(1)
    for p, e in powers:
        for _ in range(e):
            out = out * p
    return out
