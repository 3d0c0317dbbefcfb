"""A number with many digits that remembers how large the pieces were that it was added up from.

|pieces| / |sum| is the condition number of the sum: what one wrong unit in a piece costs the sum
in units of its own.  It is 1 where nothing cancels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

import mpmath

from xent_sym.numeric.certify.ulps import Exact

Number: TypeAlias = Any  # an mpmath number; mpmath has no types
FARTHEST = 5000  # a binary exponent beyond every format
KEPT_BITS = 200


@lru_cache(maxsize=8)
def digits(bits: int) -> Any:
    """An mpmath context with so many bits."""
    context = mpmath.MPContext()
    context.prec = bits
    return context


@dataclass(frozen=True)
class Sized:
    """A value, and the sum of the sizes of the pieces that it came from.

    Zero times anything is zero, as in 0·log 0 = 0.

    >>> one, third = (sized(digits(200).mpf(n)) for n in (1, 3))
    >>> (one + third - third).condition, (one * third).condition
    (7.0, 1.0)
    """

    value: Number
    size: Number

    def __add__(self, other: Sized) -> Sized:
        return Sized(self.value + other.value, self.size + other.size)

    def __neg__(self) -> Sized:
        return Sized(-self.value, self.size)

    def __sub__(self, other: Sized) -> Sized:
        return self + -other

    def __mul__(self, other: Sized) -> Sized:
        if self.value == 0 or other.value == 0:
            zero = self if self.value == 0 else other
            return Sized(zero.value, zero.value)
        return Sized(self.value * other.value, self.size * other.size)

    @property
    def condition(self) -> float:
        """What cancellation costs: 1 where there is none, inf where nothing is left."""
        size, value = self.size, abs(self.value)
        if size == value or not size < math.inf:
            return 1.0
        return math.inf if value * 2**FARTHEST <= size else max(1.0, float(size / value))


def sized(value: Number) -> Sized:
    """A number that nothing cancelled in."""
    return Sized(value, abs(value))


def exp_of_negative(context: Any, x: Number) -> Number:
    """e to the power x ≤ 0; 0 where that is far below every format, for it is slow there."""
    return context.zero if x < -10 * FARTHEST else context.exp(x)


def better(a: Sized, b: Sized) -> Sized:
    """Of two ways to write one number, that in which less cancels."""
    return a if a.condition <= b.condition else b


def total(pieces: Iterable[Sized], zero: Sized) -> Sized:
    """The sum of the pieces."""
    value, size = zero.value, zero.size
    for piece in pieces:
        value, size = value + piece.value, size + piece.size
    return Sized(value, size)


def exact(value: Number) -> Exact | None:
    """The number as a fraction of 200 bits, an infinity as it is, None for no number.

    >>> exact(digits(100).mpf(3) / 4), exact(digits(100).inf)
    (Fraction(3, 4), inf)
    """
    if mpmath.isnan(value):
        return None
    if abs(value) == math.inf:
        return float(value)
    sign, mantissa, exponent, width = value._mpf_
    if not mantissa:
        return Fraction(0)
    if abs(exponent + width) > FARTHEST:
        mantissa, exponent, width = 1, FARTHEST if exponent > 0 else -FARTHEST, 1
    surplus = max(0, width - KEPT_BITS)
    kept = Fraction(int(mantissa) >> surplus) * Fraction(2) ** int(exponent + surplus)
    return -kept if sign else kept


__all__ = ["Number", "Sized", "better", "digits", "exact", "exp_of_negative", "sized", "total"]
