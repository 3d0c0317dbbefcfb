"""The parts of a product and of a sum: factors, the number in front, divisors, powers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from xent_sym.terms.term import Add, Mul, Num, Pow, Term


def factors_of(term: Term) -> tuple[Term, ...]:
    """The factors of a product; any other term is its own single factor."""
    return term.args if isinstance(term, Mul) else (term,)


def product_of(factors: Sequence[Term]) -> Term:
    """The product of these factors: 1 for none, the factor itself for one."""
    return factors[0] if len(factors) == 1 else Mul(*factors) if factors else Num(1)


def sum_of(terms: Sequence[Term]) -> Term:
    """The sum of these terms: 0 for none, the term itself for one."""
    return terms[0] if len(terms) == 1 else Add(*terms) if terms else Num(0)


def split_number(term: Term) -> tuple[Fraction, Term | None]:
    """(coefficient, the rest); no rest for a number.

    >>> from xent_sym.terms import real
    >>> split_number(-3 * real("x"))
    (Fraction(-3, 1), x)
    """
    if isinstance(term, Num):
        return term.data, None
    if not isinstance(term, Mul):
        return Fraction(1), term
    number, others = numbers_apart(term.args)
    return number, product_of(others) if others else None


def numbers_apart(factors: Sequence[Term]) -> tuple[Fraction, list[Term]]:
    """The product of the numbers among the factors, and the other factors in their order."""
    number = Fraction(1)
    for factor in factors:
        if isinstance(factor, Num):
            number *= factor.data
    return number, [f for f in factors if not isinstance(f, Num)]


def with_number(coefficient: Fraction, rest: Term | None) -> Term:
    """coefficient · rest, without a written 1; without a rest, the number."""
    if rest is None:
        return Num(coefficient)
    return rest if coefficient == 1 else Mul(Num(coefficient), rest)


def divisor(factor: Term) -> Term | None:
    """The b of b^{−1}, or the b² of b^{−2}; None when ``factor`` divides nothing."""
    if isinstance(factor, Pow) and isinstance(factor.args[1], Num) and factor.args[1].data < 0:
        base, exponent = factor.args
        return base if exponent.data == -1 else Pow(base, Num(-exponent.data))
    return None


def powers_of(term: Term) -> list[tuple[Term, Term]]:
    """The factors of a product as (base, exponent)."""
    pairs = (f.args if isinstance(f, Pow) else (f, Num(1)) for f in factors_of(term))
    return [(base, exponent) for base, exponent in pairs]
