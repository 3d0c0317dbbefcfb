"""The value of a term at a concrete point, read straight off its meaning.

This judges the judges: it knows neither the kernel, nor the laws, nor the normal form.
One evaluator serves several arithmetics: balls (rational as long as possible, then
intervals that are sure to hold the value), many digits, plain floats, and dual numbers
over any of them, which is how partial derivatives are taken without a differentiation rule.

Convention: 0·log 0 = 0, and so is 0·log(0/0).  A logarithm at 0 that no factor of exactly zero
erases has no value, and 1/0 never has one, nor 0·(1/0): ``Undefined``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any, Generic, TypeAlias, TypeVar

from xent_sym.terms.arithmetic import (
    Arithmetic,
    BallArithmetic,
    DigitsArithmetic,
    Dual,
    DualArithmetic,
    FloatArithmetic,
    Imprecise,
    NoLogarithm,
    Pole,
    TooLong,
    Undefined,
)
from xent_sym.terms.quantities import unfold_quantity
from xent_sym.terms.term import (
    Add,
    App,
    Bound,
    Delta,
    Fn,
    Mul,
    Named,
    Num,
    Partial,
    Pow,
    Prod,
    Quantity,
    Range,
    Sum,
    Sym,
    Term,
    TermError,
    Tup,
    instantiate,
)

Value: TypeAlias = "int | Fraction | tuple[Value, ...]"
Environment: TypeAlias = tuple[int, ...]
T = TypeVar("T")

# Beyond this binary exponent a bound is not written out as a fraction: it would fill the memory.
LARGEST_EXPONENT = 1 << 16
MOST_BITS = 12_800
LONGEST_RANGE = 10_000
MOST_WORK = 50_000  # how many operations a value may take
WORK_OF_FUNCTION = 4  # a logarithm takes as long as so many products
LARGEST_SHOWN = 10**20  # a whole number beyond this is told in scientific form


class Missing(TermError):
    """The point does not say what a symbol of the term is."""


@dataclass(frozen=True)
class Point:
    """A value for each free symbol; families are nested tuples, in the order of their ranges.

    A size, a domain (how many elements) and an index are ints; real numbers are Fractions.

    >>> from xent_sym.terms import reals, size
    >>> K = size("K"); z = reals("z", K)
    >>> print(Point({K: 2, z: (Fraction(1, 2), Fraction(0))}))
    K = 2, z = (1/2, 0)
    """

    values: Mapping[Sym, Value]

    def __str__(self) -> str:
        return ", ".join(f"{s.name} = {_spell(v)}" for s, v in self.values.items())


def _spell(value: Value) -> str:
    return f"({', '.join(map(_spell, value))})" if isinstance(value, tuple) else str(value)


# -- the evaluator -----------------------------------------------------------------------------


@dataclass
class _Work:
    """What is left of the work that one value may take."""

    left: int = MOST_WORK

    def spend(self, operations: int = 1) -> None:
        """Count these operations; raises ``TooLong`` when too many were asked for."""
        self.left -= operations
        if self.left < 0:
            raise TooLong("too large to compute")


@dataclass
class _Evaluator(Generic[T]):
    """The values of the subterms at one point, in one arithmetic.

    ``environment`` holds the values of the bound indices, innermost first.  ``varying`` holds
    the families that stand under a partial derivative, with dual numbers for entries.
    """

    arithmetic: Arithmetic[T]
    point: Point
    varying: Mapping[Sym, Callable[[tuple[int, ...]], T]] = field(default_factory=dict)
    memo: dict[tuple[Term, Environment], T] = field(default_factory=dict)
    work: _Work = field(default_factory=_Work)

    def value(self, term: Term, environment: Environment = ()) -> T:
        """The value of a number-valued term."""
        if not isinstance(term, App | Sum | Prod | Quantity | Partial):
            return self._compute(term, environment)
        key = (term, () if term.closed else environment)
        if key not in self.memo:
            self.memo[key] = self._compute(term, environment)
        return self.memo[key]

    def _compute(self, term: Term, env: Environment) -> T:
        self.work.spend()
        match term:
            case Num():
                return self.arithmetic.number(term.data)
            case Bound():
                return self.arithmetic.number(Fraction(env[term.data]))
            case Sym():
                return self._entry(term, ())
            case App():
                return self._app(term, env)
            case Add():
                return self._total(self.value(a, env) for a in term.args)
            case Mul():
                return self._product([(a, env) for a in term.args])
            case Pow():
                base, exponent = (self.value(a, env) for a in term.args)
                return self.arithmetic.power(base, exponent)
            case Fn():
                self.work.spend(WORK_OF_FUNCTION)
                return self._function(term, self._arguments(term, env))
            case Delta():
                same = self.integer(term.args[0], env) == self.integer(term.args[1], env)
                return self.arithmetic.number(Fraction(same))
            case Sum():
                excluded = {self.integer(a, env) for a in term.args[2:]}
                places = [i for i in self._places(term.args[0], env) if i not in excluded]
                return self._total(self.value(term.args[1], (i, *env)) for i in places)
            case Prod():
                over, body = term.args
                return self._product([(body, (i, *env)) for i in self._places(over, env)])
            case Quantity():
                return self.value(_unfold(term), env)
            case Named():
                return self.value(term.args[0], env)
            case Partial():
                return self._partial(term, env)
        raise TermError(f"{type(term).__name__} is not a number; a family needs an index")

    def _total(self, values: Iterator[T]) -> T:
        total = self.arithmetic.number(Fraction(0))
        for value in values:
            total = self.arithmetic.add(total, value)
        return total

    def _product(self, factors: Sequence[tuple[Term, Environment]]) -> T:
        """The product; log 0 is erased by a factor that is exactly zero, and 1/0 by nothing."""
        result: T = self.arithmetic.number(Fraction(1))
        zero: T | None = None
        erased: NoLogarithm | None = None
        for factor, env in factors:
            if zero is not None and not _divides(factor):
                continue
            try:
                value = self.value(factor, env)
            except NoLogarithm as error:
                erased = error
                continue
            if self.arithmetic.is_zero(value):
                zero = value
            elif zero is None and erased is None:
                result = self.arithmetic.mul(result, value)
        if zero is not None:
            return zero
        if erased is not None:
            raise erased
        return result

    def _arguments(self, term: Fn, env: Environment) -> list[T]:
        """What the function is taken of; log(0/0) is erased by a zero as log 0 is."""
        try:
            return [self.value(a, env) for a in term.args]
        except Pole as pole:
            if term.data not in ("log", "log_base"):
                raise
            raise NoLogarithm(f"log of {pole}") from pole

    def _function(self, term: Fn, values: list[T]) -> T:
        arithmetic = self.arithmetic
        match term.data:
            case "log":
                return arithmetic.log(values[0])
            case "exp":
                return arithmetic.exp(values[0])
            case "tanh":
                return arithmetic.tanh(values[0])
            case "log_base":
                inverse = arithmetic.power(
                    arithmetic.log(values[0]), arithmetic.number(Fraction(-1))
                )
                return arithmetic.mul(arithmetic.log(values[1]), inverse)
        raise TermError(f"the function {term.data} has no evaluation rule")

    def _app(self, term: App, env: Environment) -> T:
        head, *indices = term.args
        match head:
            case Named():
                return self.value(App.make((head.args[0], *indices)), env)
            case Quantity():
                return self.value(App.make((_unfold(head), *indices)), env)
            case Tup():
                place = self.integer(indices[0], env)
                if not 1 <= place <= len(head.args):
                    raise TermError(f"index {place} is outside 1..{len(head.args)}")
                return self.value(App.make((head.args[place - 1], *indices[1:])), env)
            case Sym():
                return self._entry(head, tuple(self.integer(i, env) for i in indices))
        raise TermError(f"{type(head).__name__} is not a family: it takes no index")

    def _entry(self, symbol: Sym, indices: tuple[int, ...]) -> T:
        if symbol in self.varying:
            return self.varying[symbol](indices)
        return self.arithmetic.number(self._given(symbol, indices))

    def _given(self, symbol: Sym, indices: tuple[int, ...]) -> Fraction:
        """The entry that the point gives; of a one-hot label, the one its true class gives."""
        if symbol not in self.point.values and symbol.kind == "one-hot":
            label = Sym(symbol.data[2], "index", *symbol.args)
            if label in self.point.values:
                return Fraction(self._given(label, indices[:-1]) == indices[-1])
        if symbol not in self.point.values:
            raise Missing(f"the point gives no value for {symbol.name} ({symbol.kind})")
        value = self.point.values[symbol]
        for position, index in enumerate(indices):
            low = next(iter(self._places(symbol.ranges[position], ())), 1)
            if not isinstance(value, tuple) or not low <= index < low + len(value):
                raise TermError(f"{symbol.name} = {_spell(value)} has no entry {index}")
            value = value[index - low]
        if isinstance(value, tuple):
            raise TermError(f"{symbol.name} is a family: it needs an index here")
        return Fraction(value)

    def integer(self, term: Term, env: Environment = ()) -> int:
        """The value of an index, a size, or whole arithmetic on them."""
        value = self._rational(term, env)
        if value.denominator != 1:
            raise TermError(f"an index of {value}: a whole number was expected")
        return int(value)

    def _rational(self, term: Term, env: Environment) -> Fraction:
        match term:
            case Num():
                return Fraction(term.data)
            case Bound():
                return Fraction(env[term.data])
            case Sym():
                return self._given(term, ())
            case App() if isinstance(term.args[0], Sym):
                return self._given(term.args[0], tuple(self.integer(i, env) for i in term.args[1:]))
            case App() if isinstance(term.args[0], Tup):
                indices = [Num(self.integer(i, env)) for i in term.args[1:]]
                return self._rational(App.make((term.args[0], *indices)), env)
            case Add():
                return sum((self._rational(a, env) for a in term.args), Fraction(0))
            case Mul():
                return math.prod((self._rational(a, env) for a in term.args), start=Fraction(1))
        raise TermError(f"{type(term).__name__} is not an index")

    def _places(self, over: Term, env: Environment) -> range:
        if isinstance(over, Range):
            low, high = (self.integer(end, env) for end in over.args)
            if high - low >= LONGEST_RANGE:
                raise TooLong("too large to compute")
            return range(low, high + 1)
        if isinstance(over, Sym) and over.kind == "domain":
            return range(1, int(self._given(over, ())) + 1)
        raise TermError("a sum over the real numbers has no value at a point")

    def _partial(self, term: Partial, env: Environment) -> T:
        """∂/∂(point at the indices): the slope when that one entry is given the slope 1."""
        space, body, point, *indices = term.args
        moving = tuple(self.integer(i, env) for i in indices)
        duals = DualArithmetic(self.arithmetic)

        def entry(at: tuple[int, ...]) -> Dual[T]:
            value = self.value(App.make((point, *map(Num, at))), env)
            return Dual(value, duals.one if at == moving else duals.zero)

        def constant(family: Callable[[tuple[int, ...]], T]) -> Callable[[Any], Dual[T]]:
            return lambda at: duals.constant(family(at))

        # the varying family gets a name that nobody can write, so that quantities unfold on it
        symbol = Sym(f"∂{len(self.varying)}", "real", *space.args)
        varying = {s: constant(family) for s, family in self.varying.items()} | {symbol: entry}
        inside = _Evaluator(duals, self.point, varying, work=self.work)
        return inside.value(instantiate(body, symbol), env).slope


@lru_cache(maxsize=4096)
def _divides(term: Term) -> bool:
    """Something stands in a denominator here, and it may be 0."""
    return any(
        isinstance(part, Pow) and not (isinstance(part.args[1], Num) and part.args[1].data >= 0)
        for part in term.walk()
    )


@lru_cache(maxsize=4096)
def _unfold(term: Term) -> Term:
    return unfold_quantity(term)


def evaluate(term: Term, point: Point, arithmetic: Arithmetic[T]) -> T:
    """The value of a number-valued term at a point, in the arithmetic given.

    Raises ``Undefined`` where the term has no value, ``TooLong`` where it takes too much work to
    find, ``Missing`` where the point is not whole.

    >>> from xent_sym.terms import cross_entropy, distribution, size
    >>> K = size("K"); p, q = distribution("p", K), distribution("q", K)
    >>> half, point = Fraction(1, 2), {K: 2, p: (Fraction(0), Fraction(1))}
    >>> round(evaluate(cross_entropy(p, q), Point(point | {q: (half, half)}), FloatArithmetic()), 6)
    0.693147
    >>> evaluate(cross_entropy(p, p), Point(point), BallArithmetic())
    Fraction(0, 1)
    """
    return _Evaluator(arithmetic, point).value(term)


# -- rigorous bounds ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Ball:
    """The value lies between ``low`` and ``high``, both included.

    >>> Ball(Fraction(1), Fraction(2)).meets(Ball(Fraction(3), Fraction(4)))
    False
    """

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        """The value is known: the two bounds are one number."""
        return self.low == self.high

    @property
    def middle(self) -> Fraction:
        """The number half way."""
        return (self.low + self.high) / 2

    def meets(self, other: Ball) -> bool:
        """Some number lies in both."""
        return self.low <= other.high and other.low <= self.high

    def __str__(self) -> str:
        if self.exact and self.low.denominator <= 10**6 and abs(self.low) < LARGEST_SHOWN:
            return str(self.low)
        return decimal(self.middle, 6)


def decimal(value: Fraction, digits: int) -> str:
    """The value rounded for reading, however large or small it is.

    >>> decimal(Fraction(1, 2), 4), decimal(Fraction(10) ** 4000 / 3, 2)
    ('0.5', '3.3e+3999')
    """
    if digits <= 16 and (value == 0 or Fraction(1, 10**300) < abs(value) < 10**300):
        return f"{float(value):.{digits}g}"
    with localcontext(prec=digits + 10):
        return f"{Decimal(value.numerator) / Decimal(value.denominator):.{digits}g}"


def ball(term: Term, point: Point, bits: int = 100) -> Ball:
    """Sure bounds for the value of a term at a point, computed with this many bits.

    >>> from xent_sym.terms import log
    >>> print(ball(log(8, 2), Point({})))
    3
    """
    value = evaluate(term, point, BallArithmetic(bits))
    if isinstance(value, Fraction):
        return Ball(value, value)
    low, high = value._mpi_
    return Ball(_bound(low, -1), _bound(high, 1))


def _bound(raw: tuple[int, int, int, int], outward: int) -> Fraction:
    """A bound as a fraction; one that is tiny is moved outward, to 0 or the least that is kept."""
    sign, mantissa, exponent, width = raw
    if mantissa == 0 and exponent != 0:
        raise Imprecise("a bound that is infinite")
    if exponent > LARGEST_EXPONENT:
        raise Undefined("a value too large to write down")
    direction = -1 if sign else 1
    if mantissa and exponent + width < -LARGEST_EXPONENT:
        return Fraction(direction, 1 << LARGEST_EXPONENT) if direction == outward else Fraction(0)
    return Fraction(direction * mantissa) * Fraction(2) ** exponent


def evaluate_to(term: Term, point: Point, digits: int = 50) -> Fraction:
    """The value to this many significant digits, found by raising the precision until it holds.

    Cancellation cannot spoil it: 1 − σ(800) comes out right, though its first 347 decimal
    places are 0.  A value that may be 0 is settled when it is known to 400 of them.

    >>> from xent_sym.terms import sigmoid
    >>> 0 < evaluate_to(1 - sigmoid(800), Point({})) * 10**347 < 1
    True
    """
    relative, absolute = Fraction(1, 10**digits), Fraction(1, 10 ** max(digits, 400))
    bits = 4 * digits
    while True:
        try:
            found = ball(term, point, bits)
            width = found.high - found.low
            if width <= absolute or width <= relative * min(abs(found.low), abs(found.high)):
                return found.middle
        except Imprecise:
            if bits > MOST_BITS:
                raise
        if bits > MOST_BITS:
            raise Imprecise(f"{digits} digits were not reached with {bits} bits")
        bits *= 4


__all__ = [
    "Arithmetic",
    "Ball",
    "BallArithmetic",
    "DigitsArithmetic",
    "Dual",
    "DualArithmetic",
    "FloatArithmetic",
    "Imprecise",
    "Missing",
    "Point",
    "TooLong",
    "Undefined",
    "Value",
    "ball",
    "decimal",
    "evaluate",
    "evaluate_to",
]
