"""Points at which a step is tried: those that can be shown, and those that obey what is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice

from xent_sym.refute import sample_points
from xent_sym.terms.evaluate import Point, Undefined, Value, ball
from xent_sym.terms.holding import breaks
from xent_sym.terms.hypotheses import Hypothesis, declared
from xent_sym.terms.term import Range, Sym, Term, TermError, substitute

DRAWS = 60
SCALES = tuple(Fraction(10) ** power for power in (-3, -2, -1, 1, 2, 3))
SCALED = ("real", "positive", "size")
# What a real number is drawn as where this is assumed of it.
DRAWN_AS = {"sums to one": "distribution", "binary": "binary"}


def clashing(point: Point) -> str:
    """A name that stands for two symbols with two values here; empty if there is none.

    >>> from xent_sym.terms import real, size
    >>> clashing(Point({size("n"): 2, real("n"): Fraction(1)})), clashing(Point({size("n"): 2}))
    ('n', '')
    """
    values: dict[str, Value] = {}
    for symbol, value in point.values.items():
        if symbol.kind != "domain" and values.setdefault(symbol.name, value) != value:
            return symbol.name
    return ""


def has_empty_range(terms: Iterable[Term], point: Point) -> bool:
    """A range that is written in the terms has no index at this point.

    A range whose ends depend on a bound index is not looked at: Σ_i Σ_{j<i} has empty ones.
    """
    ranges = {r for t in terms for r in t.walk() if isinstance(r, Range) and r.closed}
    return any(_is_empty(r, point) for r in ranges)


def _is_empty(over: Range, point: Point) -> bool:
    low, high = (ball(end, point) for end in over.args)
    return high.high < low.low


def consistent(hypotheses: Iterable[Hypothesis], terms: Iterable[Term] = ()) -> bool:
    """At some point that is tried none of these is seen to fail, and each name has one value.

    What a symbol's own declaration says holds at every point; unknown functions are not tried.

    >>> from xent_sym.terms import real
    >>> x = real("x")
    >>> one, other = (Hypothesis("positive", (t,)) for t in (x, -x))
    >>> consistent([one]), consistent([one, other])
    (True, False)
    """
    assumed = frozenset(hypotheses)
    about = [*terms, *(t for h in assumed for t in h.terms)]
    symbols = {s for t in about for s in t.symbols() if s.kind != "function"}
    asked = frozenset(h for h in assumed if not _by_construction(h) and _letters(h) <= symbols)
    names = [s.name for s in symbols if s.kind != "domain"]
    if not asked and len(set(names)) == len(names):
        return True
    values = _drawn_as(asked)
    drawn = [substitute(s, values) for s in sorted(symbols, key=lambda s: s.key)]
    asked = frozenset(h.under(values) for h in asked)
    try:
        return any(
            not clashing(point) and not breaks(asked, point) for point in _near_and_far(drawn)
        )
    except (TermError, Undefined):
        return False


def _by_construction(hypothesis: Hypothesis) -> bool:
    return any(hypothesis in declared(s) for s in _letters(hypothesis))


def _letters(hypothesis: Hypothesis) -> set[Sym]:
    return {s for t in hypothesis.terms for s in t.symbols()}


def _drawn_as(assumed: Iterable[Hypothesis]) -> dict[Term, Term]:
    """Families that are assumed to sum to one are drawn so; a random one hardly ever does."""
    found: dict[Term, Term] = {}
    for hypothesis in assumed:
        symbol = hypothesis.terms[0]
        if isinstance(symbol, Sym) and symbol.kind == "real" and hypothesis.kind in DRAWN_AS:
            found[symbol] = Sym(symbol.name, DRAWN_AS[hypothesis.kind], *symbol.args)
    return found


def _near_and_far(terms: Sequence[Term]) -> Iterator[Point]:
    """Small points, then the same with all real numbers much larger or smaller."""
    near: list[Point] = []
    for point in islice(sample_points(terms), DRAWS):
        near.append(point)
        yield point
    for scale in SCALES:
        yield from (_scaled(point, scale) for point in near)


def _scaled(point: Point, scale: Fraction) -> Point:
    """Sizes are scaled only where no family rests on them."""
    alone = all(not s.args for s in point.values)
    kinds = SCALED if alone and scale > 1 else SCALED[:-1]
    return Point({s: _times(v, scale) if s.kind in kinds else v for s, v in point.values.items()})


def _times(value: Value, scale: Fraction) -> Value:
    if isinstance(value, tuple):
        return tuple(_times(v, scale) for v in value)
    return int(value * scale) if isinstance(value, int) else value * scale


__all__ = ["DRAWS", "clashing", "consistent", "has_empty_range"]
