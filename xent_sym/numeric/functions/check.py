"""A compiled function against what it should compute: the term as it was stated.

The reference never sees the stable forms.  It is the original term at the same point, by
ball arithmetic with as much precision as 50 digits of the result take.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from xent_sym.numeric.functions.export import ExportedFunction
from xent_sym.numeric.ranges import count_of, lowest
from xent_sym.terms.evaluate import (
    DigitsArithmetic,
    Imprecise,
    Point,
    Undefined,
    Value,
    evaluate,
    evaluate_to,
)
from xent_sym.terms.term import Sym, Term

TOLERANCE = 1e-11
HOSTILE = (-10_000, 10_000, -745, 710, 40, -40, 1, -1, 0)


@dataclass(frozen=True)
class CheckReport:
    """How far a function strayed from its term.

    ``max_error`` is |got − true| / max(1, |true|), ``max_relative_error`` |got − true| / |true|
    over the points where the true value is not 0.  ``entries`` counts numbers compared,
    ``undefined`` those left out because the term has no value there, or none within reach.
    """

    points: int
    entries: int
    undefined: int
    max_error: float
    max_relative_error: float
    worst: str

    @property
    def ok(self) -> bool:
        """Something was compared, and nothing strayed by more than ``TOLERANCE``."""
        return self.entries > 0 and self.max_error <= TOLERANCE

    def __str__(self) -> str:
        verdict = "agrees" if self.ok else "DIFFERS"
        return (
            f"{verdict}: {self.entries} numbers at {self.points} points, largest error "
            f"{self.max_error:.1e} (relative {self.max_relative_error:.1e}); {self.worst}"
        )


def check(
    function: ExportedFunction, term: Term | None = None, *, points: int = 24, seed: int = 0
) -> CheckReport:
    """Compare a compiled function with a term, by default the one that it was made from.

    Half the points are ordinary; half are hostile: scores of ±10⁴, probabilities of 0.

    >>> from xent_sym.numeric import compile_numpy
    >>> from xent_sym.terms import real, softplus
    >>> check(compile_numpy("f", softplus(real("s")))).ok
    True
    """
    statement = function.term if term is None else term
    entries = undefined = 0
    error, relative, worst = 0.0, 0.0, "no number was compared"
    for point in itertools.islice(_points(function, seed), points):
        computed = np.asarray(function(*(_array(s, point) for s in function.arguments)))
        for place, axes_point in _places(function.axes, point):
            true = _reference(statement, axes_point)
            if true is None:
                undefined += 1
                continue
            entries += 1
            strayed, ratio = _error(float(computed[place]), true)
            if not strayed <= error or entries == 1:
                error, worst = strayed, f"worst at {axes_point}: got {computed[place]:.17g}"
            relative = max(relative, ratio)
    return CheckReport(points, entries, undefined, error, relative, worst)


def _error(got: float, true: Fraction | float) -> tuple[float, float]:
    """The error beside max(1, |true|), and beside |true|; infinities must agree."""
    if isinstance(true, float) or not np.isfinite(got):
        wrong = 0.0 if got == true else float("inf")
        return wrong, wrong
    distance = abs(Fraction(got) - true)
    ratio = _float(distance / abs(true)) if true else 0.0
    return _float(distance / max(Fraction(1), abs(true))), ratio


def _float(value: Fraction) -> float:
    return float("inf") if value > 10**300 else float(value)


def _reference(term: Term, point: Point) -> Fraction | float | None:
    """The true value; ±inf where that is its limit; None where it has none."""
    try:
        return evaluate_to(term, point)
    except Imprecise:
        return None
    except Undefined:
        pass
    try:
        limit = evaluate(term, point, DigitsArithmetic(50))
    except Undefined:
        return None
    return float(limit) if abs(limit) == float("inf") else None


def _places(axes: Sequence[Sym], point: Point) -> Iterator[tuple[tuple[int, ...], Point]]:
    """Each place of the result, with the point that says which indices it is."""
    counts = [_count(axis.args[-1], point.values) for axis in axes]
    for place in itertools.product(*map(range, counts)):
        indices = {a: n + lowest(a.args[-1]) for a, n in zip(axes, place, strict=True)}
        yield place, Point({**point.values, **indices})


def _array(symbol: Sym, point: Point) -> Any:
    """The value of a symbol as NumPy has it; class numbers from 0."""
    value = point.values[symbol]
    if symbol.kind in ("size", "domain"):
        return value
    if symbol.kind == "index":
        return np.asarray(value, dtype=np.int64) - lowest(symbol.args[-1])
    return np.asarray(_floats(value), dtype=np.float64)


def _floats(value: Value) -> Any:
    return [_floats(v) for v in value] if isinstance(value, tuple) else float(value)


# -- points: all numbers are floats exactly, so both sides see the same -------------------------


def _points(function: ExportedFunction, seed: int) -> Iterator[Point]:
    generator = random.Random(f"check {seed}")
    sizes = {
        size for s in (*function.arguments, *function.axes) for size in s.symbols()
        if size.kind in ("size", "domain")
    }
    for turn in itertools.count():
        values: dict[Sym, Value] = {
            s: generator.randint(1, 4) for s in sorted(sizes, key=lambda s: s.name)
        }
        # one family at a time is hostile: a product of two would be lost to rounding anyway
        real = [s for s in function.arguments if s.kind == "real"]
        wild = real[turn // 2 % len(real)] if real else None
        for symbol in function.arguments:
            if symbol not in values:
                hostile = turn % 2 == 1 and (symbol.kind != "real" or symbol == wild)
                values[symbol] = _draw(symbol, values, generator, hostile=hostile)
        yield Point(values)


def _count(over: Term, values: Any) -> int:
    size, number = count_of(over)
    return number + (0 if size is None else int(values[size]))


def _draw(
    symbol: Sym, values: dict[Sym, Value], generator: random.Random, *, hostile: bool
) -> Value:
    counts = [_count(over, values) for over in symbol.ranges]
    if symbol.kind in ("distribution", "positive distribution", "one-hot"):
        parts = 1 if symbol.kind == "one-hot" else 2 if hostile else 64
        return _nest(counts[:-1], lambda: _parts(generator, counts[-1], parts))
    if symbol.kind == "index":
        low, count = lowest(symbol.args[-1]), _count(symbol.args[-1], values)
        return _nest(counts, lambda: low + generator.randrange(count))
    return _nest(counts, lambda: _entry(symbol.kind, generator, hostile))


def _nest(counts: Sequence[int], entry: Callable[[], Value]) -> Value:
    if not counts:
        return entry()
    return tuple(_nest(counts[1:], entry) for _ in range(counts[0]))


def _parts(generator: random.Random, count: int, whole: int) -> Value:
    """Probabilities in steps of 1/whole, a power of two; few steps leave many zeros."""
    landed = [generator.randrange(count) for _ in range(whole)]
    return tuple(Fraction(landed.count(k), whole) for k in range(count))


def _entry(kind: str, generator: random.Random, hostile: bool) -> Fraction:
    ordinary = Fraction(generator.randint(-40, 40), 8)
    match kind:
        case "binary":
            return Fraction(generator.randint(0, 1))
        case "probability":
            near = (Fraction(0), Fraction(1), Fraction(1, 2**30), 1 - Fraction(1, 2**30))
            return generator.choice(near) if hostile else Fraction(generator.randint(1, 63), 64)
        case "positive":
            return abs(ordinary) + Fraction(1, 8)
        case "base":
            return abs(ordinary) + 2
    return Fraction(generator.choice(HOSTILE)) if hostile else ordinary


__all__ = ["TOLERANCE", "CheckReport", "check"]
