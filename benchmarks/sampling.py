"""Random points that obey the declarations, and whether a claim fails at one of them.

Independent of the package's own search for counterexamples: see ``independent``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from independent import Family, NotKnown, NoValue, Point, Value, entries, places, value, whole
from mpmath import mpf

from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Sym, Term

MARGIN = mpf(10) ** -9
APPROXIMATE = mpf("0.1")
TRIES = 16


@dataclass
class _Sampler:
    """Draws values for symbols, those first on which the others rest."""

    random: random.Random
    assumed: dict[Term, set[str]]

    def point(self, terms: Iterable[Term]) -> Point:
        found: Point = {}
        for symbol in sorted({s for t in terms for s in t.symbols()}, key=lambda s: s.key):
            self.draw(symbol, found)
        return found

    def draw(self, symbol: Sym, point: Point) -> None:
        if symbol in point:
            return
        for needed in sorted({s for a in symbol.args for s in a.symbols()}, key=lambda s: s.key):
            self.draw(needed, point)
        if symbol.kind in ("size", "domain"):
            point[symbol] = mpf(self.random.choice((2, 3, 3, 4)))
            return
        over = [places(a, point) for a in symbol.args]
        if any(not r for r in over):
            raise NoValue("an empty range")
        if symbol.kind == "index":
            point[symbol] = self.nest(over[:-1], lambda: mpf(self.random.choice(over[-1])))
            return
        if symbol.kind == "one-hot":
            label = Sym(symbol.data[2], "index", *symbol.args)
            self.draw(label, point)
            point[symbol] = _hot(point[label], over)
            return
        kind = self.kind(symbol)
        if kind == "distribution":
            point[symbol] = self.nest(over[:-1], lambda: self.weights(over[-1]))
        else:
            point[symbol] = self.nest(over, lambda: self.number(kind))

    def kind(self, symbol: Sym) -> str:
        """What to draw: what was declared, narrowed by what is assumed of the whole symbol."""
        assumed = self.assumed.get(symbol, set())
        if "distribution" in symbol.kind or ("sums to one" in assumed and symbol.args):
            return "distribution"
        if "binary" in assumed:
            return "binary"
        if symbol.kind == "real" and assumed & {"below one", "at most one"}:
            return "probability"
        if symbol.kind == "real" and "above one" in assumed:
            return "base"
        if symbol.kind == "real" and assumed & {"positive", "nonnegative", "nonzero"}:
            return "positive"
        return symbol.kind

    def nest(self, over: Sequence[range], entry: Callable[[], Value]) -> Value:
        if not over:
            return entry()
        return Family(over[0].start, tuple(self.nest(over[1:], entry) for _ in over[0]))

    def weights(self, over: range) -> Family:
        parts = [mpf(self.random.uniform(0.2, 2.0)) for _ in over]
        return Family(over.start, tuple(part / sum(parts) for part in parts))

    def number(self, kind: str) -> Any:
        match kind:
            case "real":
                return mpf(self.random.uniform(-1.5, 1.5))
            case "positive":
                return mpf(self.random.uniform(0.2, 2.5))
            case "probability":
                return mpf(self.random.uniform(0.05, 0.95))
            case "base":
                return mpf(self.random.uniform(1.3, 4.0))
            case "binary":
                return mpf(self.random.choice((0, 1)))
        raise NotKnown(f"a symbol of the kind {kind}")


def _hot(label: Value, over: Sequence[range]) -> Family:
    if len(over) > 1:
        return Family(over[0].start, tuple(_hot(inner, over[1:]) for inner in label.entries))
    return Family(over[0].start, tuple(mpf(label == k) for k in over[0]))


def points(terms: Iterable[Term], assuming: Iterable[Hypothesis], seed: int
) -> Iterator[Point | None]:
    """Random points that obey the declarations and what is assumed, without end.

    None stands for a draw that did not obey.
    """
    assuming, terms = list(assuming), list(terms)
    about = [*terms, *(t for h in assuming for t in h.terms)]
    assumed: dict[Term, set[str]] = {}
    for hypothesis in assuming:
        assumed.setdefault(hypothesis.terms[0], set()).add(hypothesis.kind)
    sampler = _Sampler(random.Random(f"independent {seed}"), assumed)
    while True:
        try:
            point = sampler.point(about)
            if all(holds(hypothesis, point) for hypothesis in assuming):
                yield point
                continue
        except NoValue:
            pass
        yield None


_ENTRY: dict[str, Callable[[Any], bool]] = {
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "at most one": lambda x: x <= 1,
    "below one": lambda x: x < 1,
    "above one": lambda x: x > 1,
    "nonzero": lambda x: x != 0,
    "binary": lambda x: x in (0, 1),
}


def holds(hypothesis: Hypothesis, point: Point) -> bool:
    """The hypothesis is true at the point."""
    kind, (first, *rest) = hypothesis.kind, hypothesis.terms
    match kind:
        case "member":
            over = places(rest[0], point)
            return all(int(i) in over for i in entries(value(first, point)))
        case "nonempty":
            return len(places(first, point)) > 0
        case "distinct":
            return whole(first, point) != whole(rest[0], point)
        case "sums to one":
            return all(abs(sum(row) - 1) < MARGIN for row in _rows(value(first, point)))
        case "one-hot":
            family, label = value(first, point), value(rest[0], point)
            each = zip(_rows(family), entries(label), strict=True)
            low = family.low if not isinstance(family.entries[0], Family) else 1
            return all(x == (k + low == c) for row, c in each for k, x in enumerate(row))
    if kind not in _ENTRY:
        raise NotKnown(f"the hypothesis {kind}")
    return all(map(_ENTRY[kind], entries(value(first, point))))


def _rows(family: Family) -> Iterator[tuple[Any, ...]]:
    if family.entries and isinstance(family.entries[0], Family):
        for entry in family.entries:
            yield from _rows(entry)
    else:
        yield family.entries


# -- the verdict -------------------------------------------------------------------------------


def shown_false(
    left: Term, relation: str, right: Term, assuming: Iterable[Hypothesis] = (), seed: int = 0
) -> Point | None:
    """A point where the relation fails by a clear margin, or None.

    Raises NotKnown where the terms hold something that this evaluator does not know.

    >>> from xent_sym.terms import distribution, kl, size
    >>> K = size("K"); p, q = distribution("p", K), distribution("q", K)
    >>> shown_false(kl(p, q), "=", kl(q, p)) is None, shown_false(kl(p, p), "=", p[1] - p[1])
    (False, None)
    """
    drawn = points((left, right), assuming, seed)
    for _ in range(TRIES):
        point = next(drawn)
        if point is None:
            continue
        try:
            one, two = value(left, point), value(right, point)
        except NoValue:
            continue
        pairs = zip(entries(one), entries(two), strict=False)
        if any(_fails(a, relation, b) for a, b in pairs):
            return point
    return None


def _fails(one: Any, relation: str, two: Any) -> bool:
    margin = MARGIN * (1 + abs(one) + abs(two))
    match relation:
        case "=" | "==" | ":=" | "equiv":
            return bool(abs(one - two) > margin)
        case "<=" | "<":
            return bool(one > two + margin)
        case ">=" | ">":
            return bool(two > one + margin)
        case "approx":
            return bool(abs(one - two) > APPROXIMATE * max(abs(one), abs(two)))
        case _ if relation.startswith("within "):  # the digits that a person wrote
            return bool(abs(one - two) > mpf(relation.removeprefix("within ")))
    return False


__all__ = ["holds", "points", "shown_false"]
