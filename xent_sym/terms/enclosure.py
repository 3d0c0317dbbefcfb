"""Closed numbers between two rationals: what is made of rationals by + · ^ log exp has a sign.

log n = k·log 2 + log m with 1 ≤ m < 2, and log m = 2·(t + t³/3 + t⁵/5 + ...) with
t = (m − 1)/(m + 1) ≤ 1/3: the terms left out are less than the last one kept.
e^r = (e^{r/2^k})^{2^k}, and e^s = 1 + s + s²/2! + ... for s ≤ 1/2 likewise.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import factorial
from typing import Protocol

from xent_sym.terms.polynomial import Poly
from xent_sym.terms.term import Add, Fn, Mul, Num, Pow, Term

Interval = tuple[Fraction, Fraction]
TERMS = 40
GRID = 2**128
LARGEST = 10**30  # of the numbers whose logarithm or power is taken
LARGEST_EXPONENT = 600
MOST_POWERS = 12
ONE: Interval = (Fraction(1), Fraction(1))


class _Bounds(Protocol):
    def __call__(self, x: int | Fraction) -> Interval | None: ...


@lru_cache(maxsize=4096)
def between(term: Term) -> Interval | None:
    """Two rationals with the number between them; None for a term that is no closed number.

    >>> from xent_sym.terms.term import exp, log
    >>> low, high = between(log(1 + exp(Num(1))) / 2)
    >>> Fraction("0.6566308") < low <= high < Fraction("0.6566309")
    True
    >>> between(log(Num(-1))) is None
    True
    """
    if isinstance(term, Num):
        return term.data, term.data
    if not isinstance(term, Add | Mul | Pow | Fn):
        return None
    parts = [between(arg) for arg in term.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if isinstance(term, Add):
        return sum((x[0] for x in known), Fraction(0)), sum((x[1] for x in known), Fraction(0))
    if isinstance(term, Mul):
        return _product(known)
    if isinstance(term, Pow):
        return _power(known[0], term.args[1].data) if isinstance(term.args[1], Num) else None
    if term.data == "log":
        return _monotone(log_between, known[0]) if known[0][0] > 0 else None
    return _monotone(exp_between, known[0]) if term.data == "exp" else None


def closed(p: Poly) -> Interval | None:
    """A number made of rationals, logarithms and exponentials, between two rationals."""
    low = high = Fraction(0)
    for m, c in p.terms.items():
        parts = list[Interval]()
        for atom, exponent in m:
            found = between(atom)
            found = found if found is None or exponent == 1 else _power(found, exponent)
            if found is None:
                return None
            parts.append(found)
        one = _scaled(_product(parts), c)
        low, high = low + one[0], high + one[1]
    return low, high


def _power(base: Interval, exponent: int | Fraction) -> Interval | None:
    """The power of a positive number."""
    if base[0] <= 0:
        return None
    e = Fraction(exponent)
    if e.denominator == 1 and abs(e) <= MOST_POWERS:
        low, high = (end ** int(e) for end in base)
        return _outward((low, high) if e >= 0 else (high, low))
    found = _monotone(log_between, base)
    return None if found is None else _monotone(exp_between, _scaled(found, e))


def _scaled(x: Interval, by: Fraction) -> Interval:
    """The number times a rational."""
    low, high = x[0] * by, x[1] * by
    return (low, high) if by >= 0 else (high, low)


def _product(parts: list[Interval]) -> Interval:
    """The product of numbers of any sign."""
    low, high = ONE
    for x in parts:
        ends = [a * b for a in (low, high) for b in x]
        low, high = min(ends), max(ends)
    return _outward((low, high))


def _outward(x: Interval) -> Interval:
    """The same with ends that are not long to write; a number as it is."""
    if x[0] == x[1] and max(abs(x[0].numerator), x[0].denominator) <= GRID:
        return x
    return Fraction(x[0] * GRID // 1, GRID), Fraction(-(-x[1] * GRID // 1), GRID)


def _monotone(function: _Bounds, x: Interval) -> Interval | None:
    """What an increasing function makes of the number."""
    low = function(x[0])
    high = function(x[1]) if x[1] != x[0] else low
    return None if low is None or high is None else (low[0], high[1])


# -- logarithms -----------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def log_between(x: int | Fraction) -> Interval | None:
    """Two rationals with log x between them, for a rational x > 0 that is not too large.

    >>> low, high = log_between(2)
    >>> Fraction("0.6931471805599453") < low <= high < Fraction("0.6931471805599454")
    True
    >>> high - low < Fraction(1, 10**30)
    True
    """
    x = Fraction(x)
    if not Fraction(1, LARGEST) <= x <= LARGEST:
        return None
    k = 0
    while x >= 2:
        x, k = x / 2, k + 1
    while x < 1:
        x, k = x * 2, k - 1
    mantissa, two = _series(x), _scaled(_series(Fraction(2)), Fraction(k))
    return _outward((mantissa[0] + two[0], mantissa[1] + two[1]))


def _series(m: Fraction) -> Interval:
    """log m for 1 ≤ m ≤ 2."""
    t = (m - 1) / (m + 1)
    total, power = Fraction(0), t
    for k in range(TERMS):
        total += 2 * power / (2 * k + 1)
        power *= t * t
    # Σ_{k ≥ TERMS} 2 t^{2k+1}/(2k+1) ≤ 2 t^{2·TERMS+1} · 9/8, since t² ≤ 1/9
    return total, total + 3 * power


# -- exponentials ---------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def exp_between(x: int | Fraction) -> Interval | None:
    """Two rationals with e^x between them, for a rational x of modest size.

    >>> low, high = exp_between(-1)
    >>> Fraction("0.367879441171442") < low <= high < Fraction("0.367879441171443")
    True
    """
    size = abs(Fraction(x))
    if size > LARGEST_EXPONENT:
        return None
    halvings = int(size * 2).bit_length()
    s = size / 2**halvings
    total = sum((s**n / factorial(n) for n in range(TERMS)), Fraction(0))
    # Σ_{n ≥ TERMS} sⁿ/n! ≤ 2 s^TERMS/TERMS!, since s ≤ 1/2
    found = _outward((total, total + 2 * s**TERMS / factorial(TERMS)))
    for _ in range(halvings):
        found = _outward((found[0] ** 2, found[1] ** 2))
    return found if Fraction(x) >= 0 else _outward((1 / found[1], 1 / found[0]))
