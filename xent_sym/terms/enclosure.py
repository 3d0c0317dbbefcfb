"""Logarithms of whole numbers between two rationals, for the sign of a number that is closed.

log n = k·log 2 + log m with 1 ≤ m < 2, and log m = 2·(t + t³/3 + t⁵/5 + ...) with
t = (m − 1)/(m + 1) ≤ 1/3: the terms left out are less than the last one kept.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

Interval = tuple[Fraction, Fraction]
TERMS = 40
GRID = 2**128


@lru_cache(maxsize=1024)
def log_between(n: int) -> Interval:
    """Two rationals with log n between them, for a whole number n ≥ 2.

    >>> low, high = log_between(2)
    >>> Fraction("0.6931471805599453") < low <= high < Fraction("0.6931471805599454")
    True
    >>> high - low < Fraction(1, 10**30)
    True
    """
    k = n.bit_length() - 1
    low, high = _series(Fraction(n, 2**k))
    if k:
        two = _series(Fraction(2))
        low, high = low + k * two[0], high + k * two[1]
    return Fraction(low * GRID // 1, GRID), Fraction(-(-high * GRID // 1), GRID)


def _series(m: Fraction) -> Interval:
    """log m for 1 ≤ m ≤ 2."""
    t = (m - 1) / (m + 1)
    total, power = Fraction(0), t
    for k in range(TERMS):
        total += 2 * power / (2 * k + 1)
        power *= t * t
    # Σ_{k ≥ TERMS} 2 t^{2k+1}/(2k+1) ≤ 2 t^{2·TERMS+1} · 9/8, since t² ≤ 1/9
    return total, total + 3 * power


def power_between(base: Interval, exponent: int) -> Interval:
    """The power of a number between two positive rationals."""
    low, high = (end**exponent for end in base)
    return (low, high) if exponent >= 0 else (high, low)


def scaled(x: Interval, by: Fraction) -> Interval:
    """The number times a rational."""
    low, high = x[0] * by, x[1] * by
    return (low, high) if by >= 0 else (high, low)
