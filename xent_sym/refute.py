"""The search for a concrete point where a claim fails.  It may refute; it can never prove.

A point is counted against a claim only when sure bounds of the two sides (``terms.evaluate``)
leave no doubt.  The search is deterministic and goes from small to large, so what it finds
can be checked by hand.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from xent_sym.terms.evaluate import (
    Ball,
    Point,
    TooLong,
    Undefined,
    Value,
    ball,
    decimal,
)
from xent_sym.terms.holding import indices, obeys
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.latex import latex
from xent_sym.terms.term import Scalar, Sym, Term, TermError, number

RELATIONS = ("=", "!=", "<=", "<", ">=", ">")
ATTEMPTS = 40


@dataclass(frozen=True, repr=False)
class Refutation:
    """A point where the claim fails, with sure bounds of both sides."""

    point: Point
    relation: str
    left: Ball
    right: Ball

    def __repr__(self) -> str:
        left, right = apart(self.left, self.right)
        where = f"{self.point}; " if self.point.values else ""
        return f"{where}left {left}, right {right}"

    def _repr_latex_(self) -> str:
        values = self.point.values.items()
        parts = [f"{latex(s)} = {str(Point({s: v})).partition(' = ')[2]}" for s, v in values]
        left, right = apart(self.left, self.right)
        shown = [*parts, rf"\text{{left }} {left}", rf"\text{{right }} {right}"]
        return "$" + r",\ ".join(shown) + "$"


@dataclass(frozen=True)
class Agreement:
    """Evidence, not proof: at so many points the claim was not contradicted."""

    agreeing: int
    tried: int

    def __str__(self) -> str:
        return f"{self.agreeing} of {self.tried} sampled points agree"


def apart(left: Ball, right: Ball) -> tuple[str, str]:
    """Both values as text, with as many digits as it takes to see that they differ."""
    if left.exact and right.exact and str(left) != str(right):
        return str(left), str(right)
    for digits in (*range(4, 41), 80, 160, 320, 640, 1280):
        one, two = (_decimal(ball, digits) for ball in (left, right))
        if one != two:
            return one, two
    return str(left), str(right)


def _decimal(ball: Ball, digits: int) -> str:
    """The middle of a ball; a ball around 0 is told as 0, not as its rounding error."""
    return "0" if ball.low <= 0 <= ball.high else decimal(ball.middle, digits)


def fails(left: Ball, relation: str, right: Ball) -> bool:
    """The relation is false, whatever numbers the two balls hold.

    >>> one, two = Ball(Fraction(1), Fraction(1)), Ball(Fraction(2), Fraction(2))
    >>> fails(one, "=", two), fails(one, "<=", two), fails(one, ">", one)
    (True, False, True)
    """
    match relation:
        case "=":
            return not left.meets(right)
        case "!=":
            return left.exact and right.exact and left.low == right.low
        case "<=":
            return left.low > right.high
        case "<":
            return left.low >= right.high
        case ">=":
            return left.high < right.low
        case ">":
            return left.high <= right.low
    raise TermError(f"relation {relation!r}: one of {' '.join(RELATIONS)} was expected")


def refute(  # noqa: PLR0913 - the claim, and how far to search under what
    left: Scalar, relation: str, right: Scalar, *, tries: int = 200, seed: int = 0,
    assuming: Iterable[Hypothesis] = (),
) -> Refutation | None:
    """A point that obeys every declaration and where ``left relation right`` fails, or None.

    The point also obeys what is assumed: that indices are distinct, numbers positive or not zero,
    and so on.  Under an assumption that cannot be seen to hold no point is found.

    >>> from xent_sym.terms import distribution, kl, size
    >>> K = size("K"); p, q = distribution("p", K), distribution("q", K)
    >>> print(refute(kl(p, q), "=", kl(q, p)))  # doctest: +ELLIPSIS
    K = 2, p = (...), q = (...); left ..., right ...
    >>> refute(kl(p, q), ">=", kl(p, p)) is None
    True
    """
    assumed = tuple(assuming)
    for point, one, other in _values(number(left), relation, number(right), tries, seed):
        if fails(one, relation, other) and obeys(assumed, point):
            return Refutation(point, relation, one, other)
    return None


def agrees(
    left: Scalar, relation: str, right: Scalar, draws: int = 200, seed: int = 0
) -> Agreement:
    """How many of the points where both sides have a value leave the claim standing.

    >>> from xent_sym.terms import real
    >>> print(agrees(real("x") ** 2, ">=", real("x") - 1, 20))
    20 of 20 sampled points agree
    """
    outcomes = [
        not fails(one, relation, other)
        for _, one, other in _values(number(left), relation, number(right), draws, seed)
    ]
    return Agreement(sum(outcomes), len(outcomes))


def _values(
    left: Term, relation: str, right: Term, tries: int, seed: int
) -> Iterator[tuple[Point, Ball, Ball]]:
    """The points among the first ``tries`` where both sides have a value, with the values."""
    if relation not in RELATIONS:
        raise TermError(f"relation {relation!r}: one of {' '.join(RELATIONS)} was expected")
    for point in itertools.islice(sample_points((left, right), seed=seed), tries):
        try:
            yield point, ball(left, point), ball(right, point)
        except TooLong:
            return
        except Undefined:
            continue


# -- points that obey the declarations ---------------------------------------------------------


class _NoSuchPoint(Exception):
    """These sizes leave an index or a distribution with nothing to range over."""


def sample_points(terms: Sequence[Term], *, seed: int = 0, largest: int = 5) -> Iterator[Point]:
    """Points for the free symbols of these terms, small ones first, without end.

    Each obeys what its declaration says: sizes from 1 to ``largest``, distributions that sum to
    one, positive numbers, one-hot labels, bases above one.  The same seed gives the same points.

    >>> from xent_sym.terms import distribution, size
    >>> K = size("K")
    >>> for point in itertools.islice(sample_points([distribution("p", K)[1]]), 2):
    ...     print(point)
    K = 1, p = (1)
    K = 2, p = (1/2, 1/2)
    """
    symbols = _in_order(terms)
    generator = random.Random(f"xent_sym {seed}")
    drawn = barren = 0
    while True:
        try:
            point = _Draw(generator, drawn + barren, largest).point(symbols)
        except _NoSuchPoint:
            barren += 1
            if barren > 100 + 10 * drawn:
                raise TermError("no point obeys the declarations: some range is empty") from None
            continue
        drawn += 1
        yield point
        if not symbols:
            return


def random_point(terms: Sequence[Term], seed: int = 0, *, inside: bool = False) -> Point:
    """One point of modest size that obeys the declarations; ``inside``: no probability is 0.

    >>> from xent_sym.terms import distribution, size
    >>> n = size("n")
    >>> print(random_point([distribution("p", n)[1]], inside=True))
    n = 2, p = (2/3, 1/3)
    """
    symbols = _in_order(terms)
    for turn in range(ATTEMPTS):
        generator = random.Random(f"xent_sym point {seed} {turn}")
        try:
            return _Draw(generator, ATTEMPTS, 3, inside).point(symbols)
        except _NoSuchPoint:
            continue
    raise TermError("no point was found that obeys the declarations")


def _in_order(terms: Sequence[Term]) -> list[Sym]:
    """The free symbols, those first on which the others' ranges and labels rest."""
    symbols = set().union(*(t.symbols() for t in terms))
    labels = {s: _label(s) for s in symbols if s.kind == "one-hot"}
    symbols |= set(labels.values())
    rank = {"size": 0, "domain": 0, "index": 1}
    after = dict.fromkeys(labels, 2) | dict.fromkeys(labels.values(), 0)
    return sorted(symbols, key=lambda s: (rank.get(s.kind, 2), after.get(s, 1), s.name, s.key))


def _label(symbol: Sym) -> Sym:
    return Sym._node(symbol.args, (symbol.data[2], "index"))


@dataclass
class _Draw:
    """One point; ``turn`` says how far the search has come, and so how large things may be.

    ``inside``: every probability is above 0, whether it has to be or not.
    """

    generator: random.Random
    turn: int
    largest: int
    inside: bool = False

    def point(self, symbols: Sequence[Sym]) -> Point:
        values: dict[Sym, Value] = {}
        for symbol in symbols:
            values[symbol] = self._value(symbol, values)
        return Point(values)

    def _value(self, symbol: Sym, values: dict[Sym, Value]) -> Value:
        if symbol.kind in ("size", "domain"):
            return self._size()
        places = [indices(over, Point(values)) for over in symbol.args]
        if symbol.kind == "index":
            return self._index(places)
        if symbol.kind == "one-hot":
            return _one_hot(values[_label(symbol)], places)
        if symbol.kind in ("distribution", "positive distribution"):
            *outer, last = places
            return _nest(outer, lambda: self._distribution(symbol.kind, len(last)))
        return _nest(places, lambda: self._number(symbol.kind))

    def _size(self) -> int:
        """1 for the first point, 2 for the next ones, then anything up to ``largest``."""
        if self.turn == 0:
            return 1
        if self.turn <= 12:
            return min(2, self.largest)
        return self.generator.randint(1, min(self.largest, 3 + self.turn // 60))

    def _index(self, places: list[range]) -> Value:
        *outer, last = places
        if not last:
            raise _NoSuchPoint
        return _nest(outer, lambda: self.generator.choice(last))

    def _distribution(self, kind: str, count: int) -> Value:
        """Parts of a small denominator; the first two turns give the uniform distribution."""
        if count == 0:
            raise _NoSuchPoint
        if self.turn <= 1:
            return (Fraction(1, count),) * count
        least = 1 if self.inside or kind == "positive distribution" else 0
        whole = self.generator.choice((2, 3, 4, 5, 8)) + least * count
        free = whole - least * count
        cuts = sorted(self.generator.randint(0, free) for _ in range(count - 1))
        parts = [b - a + least for a, b in zip([0, *cuts], [*cuts, free], strict=True)]
        return tuple(Fraction(part, whole) for part in parts)

    def _number(self, kind: str) -> Value:
        reach = 2 + self.turn // 20
        numerator = self.generator.randint(-reach, reach)
        denominator = self.generator.choice((1, 1, 2, 3, 4)[: 2 + self.turn // 4])
        value = Fraction(numerator, denominator)
        match kind:
            case "positive":
                return abs(value) or Fraction(1)
            case "base":
                return 1 + (abs(value) or Fraction(1))
            case "probability":
                whole = self.generator.choice((2, 3, 4, 5, 10))
                return Fraction(self.generator.randint(1, whole - 1), whole)
            case "binary":
                return Fraction(self.generator.randint(0, 1))
            case "real":
                return value
        raise TermError(f"no way is known to draw a symbol of the kind {kind!r}")


def _nest(places: Sequence[range], entry: Callable[[], Value]) -> Value:
    """The family over these ranges, each entry drawn anew."""
    if not places:
        return entry()
    return tuple(_nest(places[1:], entry) for _ in places[0])


def _one_hot(label: Value, places: Sequence[range]) -> Value:
    if isinstance(label, tuple):
        return tuple(_one_hot(inner, places[1:]) for inner in label)
    return tuple(Fraction(label == k) for k in places[-1])


__all__ = ["Agreement", "Refutation", "agrees", "fails", "random_point", "refute",
           "sample_points"]
