"""Worlds to try a claim in: points that obey given hypotheses and nothing else, and total
arithmetic in which log 0, 1/0 and √−1 are numbers about which nothing is known.

What is proved from some hypotheses holds in every world that meets them, not only in those
that meet every declaration: a theorem is cited under its hypotheses.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from xent_sym.refute import fails
from xent_sym.terms.arithmetic import BallArithmetic, Imprecise, Undefined
from xent_sym.terms.evaluate import Ball, Point, evaluate
from xent_sym.terms.hypotheses import Hypothesis, label_of
from xent_sym.terms.term import Partial, Range, Sym, Term

NUMBERS = tuple(Fraction(sixths, 6) for sixths in (-12, -6, -3, 0, 0, 2, 3, 6, 6, 9, 12, 18))
ALLOWS = {
    "positive": lambda value: value > 0,
    "nonnegative": lambda value: value >= 0,
    "at most one": lambda value: value <= 1,
    "below one": lambda value: value < 1,
    "above one": lambda value: value > 1,
    "nonzero": lambda value: value != 0,
    "binary": lambda value: value in (0, 1),
}


class TotalArithmetic(BallArithmetic):
    """Balls, where log x for x ≤ 0, 0⁻¹ and a root of a negative number are arbitrary numbers.

    ``sign`` chooses between two arbitrary choices.
    """

    def __init__(self, bits: int = 80, sign: int = 1) -> None:
        super().__init__(bits)
        self.sign = sign

    def log(self, a: Any) -> Any:
        if isinstance(a, Fraction) and a <= 0:
            return self.sign * (3 * a * a + a + 2) / 7
        if not isinstance(a, Fraction) and a.b < 0:
            raise Imprecise("an arbitrary number needs an exact argument")
        return super().log(a)

    def power(self, a: Any, b: Any) -> Any:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            if a == 0 and b.denominator == 1 and b < 0:
                return (self.sign * Fraction(5, 3)) ** int(-b)
            if a < 0 and b.denominator != 1:
                return self.sign * (2 * a - b) / 11
        return super().power(a, b)


class _Empty(Exception):
    """These sizes leave an index with nothing to range over."""


def points(
    terms: Iterable[Term], given: Iterable[Hypothesis], seed: int = 0, largest: int = 3
) -> Iterator[Point]:
    """Points for the free symbols that meet these hypotheses, without end."""
    symbols = {s for term in terms for s in term.symbols()}
    symbols |= {label_of(s) for s in symbols if s.kind == "one-hot"}
    symbols |= {inner for s in symbols for inner in s.symbols()}
    kinds: dict[Term, set[str]] = {}
    for hypothesis in given:
        kinds.setdefault(hypothesis.terms[0], set()).add(hypothesis.kind)
    rank = {"size": 0, "domain": 0, "index": 1}
    ordered = sorted(symbols, key=lambda s: (rank.get(s.kind, 2), s.key))
    generator = random.Random(seed)
    while True:
        values: dict[Sym, Any] = {}
        try:
            for symbol in ordered:
                known = kinds.get(symbol, set())
                values[symbol] = _value(symbol, known, values, generator, largest)
        except _Empty:
            continue
        yield Point(values)


def _value(
    symbol: Sym, kinds: set[str], values: dict[Sym, Any], generator: random.Random, largest: int
) -> Any:
    if symbol.kind in ("size", "domain"):
        return generator.randint(1, largest)
    places = [_places(rng, values) for rng in symbol.args]
    if symbol.kind == "index":
        if not places[-1]:
            raise _Empty
        return _nest(places[:-1], lambda: generator.choice(places[-1]))
    if "one-hot" in kinds:
        return _one_hot(values[label_of(symbol)], places[-1])
    if "sums to one" in kinds:
        return _nest(places[:-1], lambda: _summing_to_one(len(places[-1]), kinds, generator))
    return _nest(places, lambda: _number(kinds, generator))


def _number(kinds: set[str], generator: random.Random) -> Fraction:
    tests = [ALLOWS[kind] for kind in kinds if kind in ALLOWS]
    return generator.choice([v for v in NUMBERS if all(test(v) for test in tests)])


def _summing_to_one(count: int, kinds: set[str], generator: random.Random) -> Any:
    tests = [ALLOWS[kind] for kind in kinds if kind in ALLOWS]
    for _ in range(20):
        head = [generator.choice(NUMBERS) / 2 for _ in range(count - 1)]
        values = (*head, 1 - sum(head))
        if all(test(value) for value in values for test in tests):
            return values
    return (Fraction(1, count),) * count


def _places(rng: Term, values: dict[Sym, Any]) -> range:
    if not isinstance(rng, Range):
        return range(1, values[rng] + 1)  # type: ignore[index]
    lo, hi = (int(evaluate(end, Point(values), BallArithmetic())) for end in rng.args)
    return range(lo, hi + 1)


def _nest(places: list[range], entry: Any) -> Any:
    return entry() if not places else tuple(_nest(places[1:], entry) for _ in places[0])


def _one_hot(label: Any, over: range) -> Any:
    if isinstance(label, tuple):
        return tuple(_one_hot(inner, over) for inner in label)
    return tuple(Fraction(i == label) for i in over)


def value(term: Term, point: Point, *, total: bool = True, sign: int = 1) -> Ball | None:
    """Sure bounds in the total arithmetic (of a derivative: where it exists), or None."""
    partial = any(isinstance(part, Partial) for part in term.walk())
    arithmetic = TotalArithmetic(80, sign) if total and not partial else BallArithmetic(80)
    try:
        found = evaluate(term, point, arithmetic)
    except Undefined:
        return None
    if isinstance(found, Fraction):
        return Ball(found, found)
    bounds = [Fraction(float(end)) for end in (found.a, found.b)] if _finite(found) else None
    return Ball(_down(bounds[0]), _up(bounds[1])) if bounds else None


def _finite(found: Any) -> bool:
    return abs(float(found.a)) < 1e200 and abs(float(found.b)) < 1e200


def _down(bound: Fraction) -> Fraction:
    return bound - abs(bound) / 10**12 - Fraction(1, 10**12)


def _up(bound: Fraction) -> Fraction:
    return bound + abs(bound) / 10**12 + Fraction(1, 10**12)


def counterexample(
    left: Term, relation: str, right: Term, given: Iterable[Hypothesis] = (), tries: int = 8
) -> str | None:
    """A world that meets the hypotheses and in which the claim fails, or None."""
    worlds = points((left, right), given)
    for turn in range(tries):
        point, sign = next(worlds), (-1) ** turn
        one, two = value(left, point, sign=sign), value(right, point, sign=sign)
        if one is not None and two is not None and fails(one, relation, two):
            return f"{point}: left {one}, right {two}"
    return None


__all__ = ["TotalArithmetic", "counterexample", "points", "value"]
