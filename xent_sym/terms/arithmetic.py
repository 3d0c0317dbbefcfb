"""Numbers to evaluate with: balls, many digits, floats, and dual numbers over any of them.

All obey one convention: a product with a factor that is exactly zero is zero.  It is there for
0·log 0; whether a factor without a value may be erased by it is for the evaluator to say.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

import mpmath
from mpmath.ctx_iv import MPIntervalContext

T = TypeVar("T")

LONGEST_POWER = 1 << 16  # how many binary digits the whole part of an exponent may have
LONGEST_EXACT = 1 << 12  # how many binary digits a number may have that is kept as a fraction


class Undefined(ArithmeticError):
    """The term has no value at this point: 1/0, √−1, or a log 0 that no zero factor erases."""


class Pole(Undefined):
    """1/0"""


class NoLogarithm(Undefined):
    """log 0, or of a negative number; a factor of exactly zero erases it."""


class TooLong(Undefined):
    """The value takes more work than it is worth."""


class Imprecise(Undefined):
    """The ball is too wide to tell whether the term has a value here; more precision may tell."""


class ImpreciseLog(Imprecise, NoLogarithm):
    """The logarithm of what may be 0."""


class Arithmetic(Protocol[T]):
    """What the evaluator asks of numbers.  Partial operations raise ``Undefined``."""

    def number(self, value: Fraction) -> T:
        """The number that stands for this rational."""
        ...

    def add(self, a: T, b: T) -> T:
        """a + b"""
        ...

    def mul(self, a: T, b: T) -> T:
        """a · b"""
        ...

    def power(self, a: T, b: T) -> T:
        """a to the power b, with 0⁰ = 1"""
        ...

    def exp(self, a: T) -> T:
        """e to the power a"""
        ...

    def log(self, a: T) -> T:
        """The natural logarithm, for a > 0"""
        ...

    def tanh(self, a: T) -> T:
        """The hyperbolic tangent"""
        ...

    def is_zero(self, a: T) -> bool:
        """a is zero, without any doubt"""
        ...


class FloatArithmetic:
    """Double precision, rounded as the machine does; log 0 = −inf and 1/0 = inf.

    >>> FloatArithmetic().power(4.0, 0.5)
    2.0
    """

    def number(self, value: Fraction) -> float:
        """The nearest float."""
        return float(value)

    def add(self, a: float, b: float) -> float:
        """a + b"""
        return _not_nan(a + b)

    def mul(self, a: float, b: float) -> float:
        """a · b, zero when either is"""
        return 0.0 if a == 0 or b == 0 else _not_nan(a * b)

    def power(self, a: float, b: float) -> float:
        """a to the power b"""
        if a < 0 and not b.is_integer():
            raise Undefined(f"{a} to the power {b}")
        if a == 0 and b < 0:
            return math.inf
        return _or_inf(lambda: math.pow(a, b))

    def exp(self, a: float) -> float:
        """e to the power a"""
        return _or_inf(lambda: math.exp(a))

    def log(self, a: float) -> float:
        """log a"""
        if a < 0:
            raise Undefined(f"log({a})")
        return -math.inf if a == 0 else math.log(a)

    def tanh(self, a: float) -> float:
        """tanh a"""
        return math.tanh(a)

    def is_zero(self, a: float) -> bool:
        """a == 0"""
        return a == 0


def _or_inf(compute: Callable[[], float]) -> float:
    try:
        return compute()
    except OverflowError:
        return math.inf


def _not_nan(value: float) -> float:
    if math.isnan(value):
        raise Undefined("inf − inf")
    return value


class DigitsArithmetic:
    """mpmath numbers with this many decimal digits; log 0 = −inf and 1/0 = inf.

    >>> print(DigitsArithmetic(20).exp(mpmath.mpf(1)))
    2.7182818284590452354
    """

    def __init__(self, digits: int) -> None:
        self.context: Any = mpmath.MPContext()
        self.context.dps = digits

    def number(self, value: Fraction) -> Any:
        """The nearest number with so many digits."""
        return self.context.mpf(value.numerator) / value.denominator

    def add(self, a: Any, b: Any) -> Any:
        """a + b"""
        return self._not_nan(a + b)

    def mul(self, a: Any, b: Any) -> Any:
        """a · b, zero when either is"""
        return self.context.zero if a == 0 or b == 0 else self._not_nan(a * b)

    def power(self, a: Any, b: Any) -> Any:
        """a to the power b"""
        if a < 0 and not self.context.isint(b):
            raise Undefined(f"{a} to the power {b}")
        if a == 0:
            return self.context.inf if b < 0 else self.context.mpf(b == 0)
        return self._not_nan(self.context.power(a, b))

    def exp(self, a: Any) -> Any:
        """e to the power a"""
        return self.context.exp(a)

    def log(self, a: Any) -> Any:
        """log a"""
        if a < 0:
            raise Undefined(f"log({a})")
        return self.context.log(a)

    def tanh(self, a: Any) -> Any:
        """tanh a"""
        return self.context.tanh(a)

    def is_zero(self, a: Any) -> bool:
        """a == 0"""
        return bool(a == 0)

    def _not_nan(self, value: Any) -> Any:
        if self.context.isnan(value):
            raise Undefined("inf − inf")
        return value


@lru_cache(maxsize=64)
def _intervals(bits: int) -> Any:
    """The interval arithmetic of so many bits; it is made once, for it is slow to make."""
    context = MPIntervalContext()
    context.prec = bits
    return context


class BallArithmetic:
    """Sure bounds: a Fraction where the value is known exactly, else an interval around it.

    >>> balls = BallArithmetic(64)
    >>> balls.exp(Fraction(0)), balls.mul(Fraction(1, 3), Fraction(3))
    (Fraction(1, 1), Fraction(1, 1))
    """

    def __init__(self, bits: int = 100) -> None:
        self.context: Any = _intervals(bits)

    def number(self, value: Fraction) -> Any:
        """The rational itself."""
        return value

    def add(self, a: Any, b: Any) -> Any:
        """a + b"""
        return self._kept(a + b) if _exact(a, b) else self._wide(a) + self._wide(b)

    def mul(self, a: Any, b: Any) -> Any:
        """a · b"""
        if _exact(a, b):
            return self._kept(a * b)
        return Fraction(0) if self.is_zero(a) or self.is_zero(b) else self._wide(a) * self._wide(b)

    def power(self, a: Any, b: Any) -> Any:
        """a to the power b; exact for a rational base and a whole exponent of modest size"""
        if isinstance(b, Fraction) and b.denominator == 1:
            return self._whole_power(a, int(b))
        if self.is_zero(a) and isinstance(b, Fraction) and b > 0:
            return a
        return self.exp(self.mul(b, self.log(a)))

    def _whole_power(self, a: Any, n: int) -> Any:
        if n < 0 and self.is_zero(a):
            raise Pole("1/0")
        if isinstance(a, Fraction) and abs(n) * _length(a) <= LONGEST_EXACT:
            return a**n
        wide = self._wide(a)
        if n < 0 and wide.a <= 0 <= wide.b:
            raise Imprecise("1/0, perhaps")
        return wide**n

    def exp(self, a: Any) -> Any:
        """e to the power a"""
        return Fraction(1) if self.is_zero(a) else self._exp(self._wide(a))

    def _exp(self, wide: Any) -> Any:
        # a number of so many bits would be written out in full: it would fill the memory
        if any(exponent + width > LONGEST_POWER for _, _, exponent, width in wide._mpi_):
            raise Undefined("e to a power too large to write down")
        return self.context.exp(wide)

    def log(self, a: Any) -> Any:
        """log a"""
        if isinstance(a, Fraction):
            if a == 0:
                raise NoLogarithm("log 0")
            if a < 0:
                raise NoLogarithm("log of a negative number")
            return Fraction(0) if a == 1 else self.context.log(self._wide(a))
        if a.b < 0:
            raise NoLogarithm("log of a negative number")
        if a.a <= 0:
            raise ImpreciseLog("log of a number that may be 0")
        return self.context.log(a)

    def tanh(self, a: Any) -> Any:
        """tanh a = 1 − 2/(1 + e^{2a}): a stands once, so the interval is not widened by it"""
        if self.is_zero(a):
            return a
        return 1 - 2 / (1 + self._exp(2 * self._wide(a)))

    def is_zero(self, a: Any) -> bool:
        """a is the rational 0; an interval that is merely close to 0 does not count"""
        return isinstance(a, Fraction) and a == 0

    def _kept(self, a: Fraction) -> Any:
        """The fraction, or an interval where it has too many digits."""
        return a if _length(a) <= LONGEST_EXACT else self._wide(a)

    def _wide(self, a: Any) -> Any:
        if not isinstance(a, Fraction):
            return a
        return self.context.mpf(a.numerator) / self.context.mpf(a.denominator)


def _exact(a: Any, b: Any) -> bool:
    return isinstance(a, Fraction) and isinstance(b, Fraction)


def _length(a: Fraction) -> int:
    return a.numerator.bit_length() + a.denominator.bit_length()


@dataclass(frozen=True)
class Dual(Generic[T]):
    """value + slope·ε with ε² = 0."""

    value: T
    slope: T


class DualArithmetic(Generic[T]):
    """Each operation carries the derivative along: forward differentiation over any arithmetic.

    >>> duals = DualArithmetic(FloatArithmetic())
    >>> duals.power(Dual(3.0, 1.0), duals.number(Fraction(2)))
    Dual(value=9.0, slope=6.0)
    """

    def __init__(self, inner: Arithmetic[T]) -> None:
        self.inner = inner
        self.zero = inner.number(Fraction(0))
        self.one = inner.number(Fraction(1))

    def number(self, value: Fraction) -> Dual[T]:
        """A constant."""
        return self.constant(self.inner.number(value))

    def constant(self, value: T) -> Dual[T]:
        """A number that does not vary."""
        return Dual(value, self.zero)

    def add(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        """(a + b)' = a' + b'"""
        return Dual(self.inner.add(a.value, b.value), self.inner.add(a.slope, b.slope))

    def mul(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        """(ab)' = a'b + ab'"""
        times = self.inner.mul
        slope = self.inner.add(times(a.slope, b.value), times(a.value, b.slope))
        return Dual(times(a.value, b.value), slope)

    def power(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        """(aᵇ)' = b·a^{b−1}·a' + aᵇ·log a·b'"""
        inner = self.inner
        value = inner.power(a.value, b.value)
        slope = self.zero
        # at a base of 0 the slope is asked for even if a' is 0: √(t²) = |t| has none there
        if not inner.is_zero(b.value) and (inner.is_zero(a.value) or not inner.is_zero(a.slope)):
            less = inner.add(b.value, inner.number(Fraction(-1)))
            slope = inner.mul(inner.mul(b.value, inner.power(a.value, less)), a.slope)
        if not inner.is_zero(b.slope):
            growth = inner.mul(inner.mul(value, inner.log(a.value)), b.slope)
            slope = inner.add(slope, growth)
        return Dual(value, slope)

    def exp(self, a: Dual[T]) -> Dual[T]:
        """(eᵃ)' = eᵃ·a'"""
        value = self.inner.exp(a.value)
        return Dual(value, self.inner.mul(value, a.slope))

    def log(self, a: Dual[T]) -> Dual[T]:
        """(log a)' = a'/a"""
        value = self.inner.log(a.value)
        inverse = self.inner.power(a.value, self.inner.number(Fraction(-1)))
        return Dual(value, self.inner.mul(a.slope, inverse))

    def tanh(self, a: Dual[T]) -> Dual[T]:
        """(tanh a)' = (1 − tanh² a)·a'"""
        value = self.inner.tanh(a.value)
        minus_square = self.inner.mul(self.inner.mul(value, value), self.inner.number(Fraction(-1)))
        return Dual(value, self.inner.mul(self.inner.add(self.one, minus_square), a.slope))

    def is_zero(self, a: Dual[T]) -> bool:
        """Zero, and zero all around."""
        return self.inner.is_zero(a.value) and self.inner.is_zero(a.slope)
