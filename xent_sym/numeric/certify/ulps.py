"""How far a float is from the truth, in units of the last place that the truth would have.

The unit belongs to the true value *rounded to the format*, not to what was computed: a function
that returns 1e300 for 1 is wrong by 4.5e315 units.  Below the normal range the unit is the
spacing of the subnormal numbers, and it is so around 0 as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

Exact: TypeAlias = "Fraction | float"  # a rational, or ±inf, or nan where no number is right


class Wrong(Enum):
    """What went wrong that no number of units tells."""

    NOTHING = "nothing"
    ZERO = "false zero"
    NAN = "false NaN"
    INFINITY = "false infinity"
    NUMBER = "a number where the truth is another infinity, or NaN"


@dataclass(frozen=True)
class Error:
    """The error in units of the last place, and the kind of the fault where there is one.

    ``ulp`` is infinite for a false NaN or infinity, and for a number in place of an infinity.
    """

    ulp: float
    wrong: Wrong = Wrong.NOTHING


@dataclass(frozen=True)
class Format:
    """A binary floating-point format: so many bits of precision, and the least spacing.

    >>> float(FLOAT32.largest), float(FLOAT64.least)
    (3.4028234663852886e+38, 5e-324)
    """

    name: str
    precision: int
    least_exponent: int  # 2 to this is the least subnormal number
    greatest_exponent: int  # 2 to this is the first power that overflows

    @property
    def least(self) -> Fraction:
        """The least number above 0."""
        return Fraction(2) ** self.least_exponent

    @property
    def largest(self) -> Fraction:
        """The largest number."""
        return (2 - Fraction(2) ** (1 - self.precision)) * Fraction(2) ** (
            self.greatest_exponent - 1
        )


FLOAT64 = Format("float64", 53, -1074, 1024)
FLOAT32 = Format("float32", 24, -149, 128)
FORMATS = {f.name: f for f in (FLOAT64, FLOAT32)}


def rounded(true: Exact, fmt: Format = FLOAT64) -> Exact:
    """The nearest number of the format, ties to even; ±inf beyond the largest.

    >>> rounded(Fraction(1, 10), FLOAT32) == Fraction(13421773, 2**27)
    True
    >>> rounded(Fraction(10) ** 400), rounded(Fraction(-1, 10**400))
    (inf, Fraction(0, 1))
    """
    if isinstance(true, float):
        return true
    unit = _unit(_exponent(true), fmt)
    nearest = round(true / unit) * unit
    if abs(nearest) > fmt.largest:
        return math.inf if true > 0 else -math.inf
    return nearest


def spacing(true: Fraction, fmt: Format = FLOAT64) -> Fraction:
    """The unit in the last place of the true value as rounded to the format.

    >>> spacing(Fraction(1)) == Fraction(1, 2**52)
    True
    >>> spacing(1 - Fraction(1, 2**60)) == spacing(Fraction(1))  # it rounds to 1
    True
    >>> float(spacing(Fraction(0))), float(spacing(Fraction(1, 10**310)))
    (5e-324, 5e-324)
    """
    nearest = rounded(true, fmt)
    if isinstance(nearest, float):
        return _unit(fmt.greatest_exponent - 1, fmt)
    return _unit(_exponent(nearest), fmt)


def _unit(exponent: int, fmt: Format) -> Fraction:
    return Fraction(2) ** max(exponent - fmt.precision + 1, fmt.least_exponent)


def _exponent(value: Fraction) -> int:
    """The e of 2ᵉ ≤ |value| < 2ᵉ⁺¹; far below every format for 0."""
    if not value:
        return -(1 << 20)
    guess = value.numerator.bit_length() - value.denominator.bit_length()
    return guess if abs(value) >= Fraction(2) ** guess else guess - 1


def error(got: float, true: Exact, fmt: Format = FLOAT64) -> Error:
    """How far a computed number is from the truth; an infinity counts as 2 to the first overflow.

    A zero is false where the truth does not lie between 0 and the first float beside it.

    >>> error(1.0, 1 + Fraction(1, 2**53)).ulp
    0.5
    >>> error(0.0, Fraction(1, 10**300)).wrong, error(math.inf, Fraction(10) ** 400).ulp
    (<Wrong.ZERO: 'false zero'>, 0.0)
    >>> error(math.nan, Fraction(1)).wrong, error(math.nan, math.nan).wrong
    (<Wrong.NAN: 'false NaN'>, <Wrong.NOTHING: 'nothing'>)
    >>> error(math.inf, Fraction(1)).wrong is Wrong.INFINITY
    True
    >>> error(1e308, math.inf).wrong is Wrong.NUMBER
    True
    """
    if isinstance(true, float):
        return _beside_no_number(got, true)
    if math.isnan(got):
        return Error(math.inf, Wrong.NAN)
    if got == rounded(true, fmt) and math.isinf(got):
        return Error(0.0)
    if math.isinf(got):
        return Error(math.inf, Wrong.INFINITY)
    overflow = Fraction(2) ** fmt.greatest_exponent
    units = abs(Fraction(got) - max(-overflow, min(true, overflow))) / spacing(true, fmt)
    ulp = float(units) if units < 10**308 else math.inf
    return Error(ulp, Wrong.ZERO if got == 0 and ulp > 1 else Wrong.NOTHING)


def _beside_no_number(got: float, true: float) -> Error:
    """The truth is infinite, or there is none: only the same will do."""
    if got == true or (math.isnan(got) and math.isnan(true)):
        return Error(0.0)
    return Error(math.inf, Wrong.NAN if math.isnan(got) else Wrong.NUMBER)


__all__ = [
    "FLOAT32", "FLOAT64", "FORMATS", "Error", "Exact", "Format", "Wrong", "error", "rounded",
    "spacing",
]
