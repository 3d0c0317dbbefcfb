"""Whether a hypothesis is seen to hold at a point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from xent_sym.terms.evaluate import LONGEST_RANGE, Ball, Point, Undefined, Value, ball
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Range, Sym, Term, TermError

# What a hypothesis of this kind says of a number, seen to hold for all that the ball may be.
OF_NUMBERS: dict[str, Callable[[Ball], bool]] = {
    "positive": lambda value: value.low > 0,
    "nonnegative": lambda value: value.low >= 0,
    "nonzero": lambda value: value.low > 0 or value.high < 0,
    "at most one": lambda value: value.high <= 1,
    "below one": lambda value: value.high < 1,
    "above one": lambda value: value.low > 1,
    "binary": lambda value: value.exact and value.low in (0, 1),
}


def obeys(hypotheses: Iterable[Hypothesis], point: Point) -> bool:
    """The point is seen to obey all of these.

    >>> from xent_sym.terms import real
    >>> x = real("x")
    >>> obeys([Hypothesis("positive", (x,))], Point({x: Fraction(1)}))
    True
    """
    return all(_holds(hypothesis, point) is True for hypothesis in hypotheses)


def breaks(hypotheses: Iterable[Hypothesis], point: Point) -> bool:
    """The point is seen to break one of these, or one has no value there.

    >>> from xent_sym.terms import real
    >>> x = real("x")
    >>> breaks([Hypothesis("nonzero", (x,))], Point({x: Fraction(1)}))
    False
    """
    return any(_holds(hypothesis, point) is False for hypothesis in hypotheses)


def _holds(hypothesis: Hypothesis, point: Point) -> bool | None:
    """Whether the hypothesis holds at the point; None if it speaks of what is not looked at."""
    try:
        return _sees(hypothesis, point)
    except (Undefined, TermError):
        return False


def _sees(hypothesis: Hypothesis, point: Point) -> bool | None:
    first, *others = hypothesis.terms
    match hypothesis.kind:
        case "distinct":
            return not ball(first, point).meets(ball(others[0], point))
        case "nonempty":
            return len(indices(first, point)) > 0
        case "member" if isinstance(first, Sym):
            inside = indices(others[0], point)
            return all(value in inside for value in _flat(point.values[first]))
        case "sums to one" if isinstance(first, Sym):
            return all(total == 1 for total in _totals(point.values[first]))
    if hypothesis.kind not in OF_NUMBERS:
        return None
    return all(OF_NUMBERS[hypothesis.kind](value) for value in _entries(first, point))


def _entries(term: Term, point: Point) -> list[Ball]:
    """The number, or all numbers of a family that the point gives."""
    if isinstance(term, Sym) and isinstance(point.values.get(term), tuple):
        return [Ball(Fraction(v), Fraction(v)) for v in _flat(point.values[term])]
    return [ball(term, point)]


def _flat(value: Value) -> list[int | Fraction]:
    """The numbers of a nested tuple."""
    return [v for part in value for v in _flat(part)] if isinstance(value, tuple) else [value]


def _totals(value: Value) -> Iterator[Fraction]:
    """The sums along the last index."""
    assert isinstance(value, tuple)
    if any(isinstance(part, tuple) for part in value):
        for part in value:
            yield from _totals(part)
    else:
        yield sum((Fraction(v) for v in _flat(value)), Fraction(0))


def indices(over: Term, point: Point) -> range:
    """The indices of a range, with the sizes that the point gives.

    Raises ``TermError`` for a range that is not finite, or too large to try.
    """
    if isinstance(over, Range):
        low, high = (ball(end, point).low for end in over.args)
        if high - low >= LONGEST_RANGE:
            raise TermError("the range is too large to try all its indices")
        return range(int(low), int(high) + 1)
    if isinstance(over, Sym) and isinstance(count := point.values.get(over), int):
        return range(1, count + 1)
    raise TermError(f"a {type(over).__name__} has no finite list of indices")


__all__ = ["breaks", "indices", "obeys"]
