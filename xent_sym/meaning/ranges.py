"""Ranges by use: an index that runs over a family runs over the family's range.

Every index and every family begins with a place of its own; places that meet are one.  What a
sum says of its bounds ("i = 1 to n") holds for the family it runs over, so a free index on that
family lies in it too.  Two sums with different bounds over one family give it the range that
holds both, if there is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from xent_sym.terms.term import Add, Num, Range, Sym, Term, TermError, substitute


class Unclear(TermError):
    """The note does not say enough to give a formula a meaning, or says two things."""

    def __init__(self, message: str, code: str = "no-meaning") -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Ranges:
    """Places that are found to be one, and what was said of them."""

    parent: dict[Term, Term] = field(default_factory=dict)
    said: dict[Term, list[Term]] = field(default_factory=dict)
    supposed: dict[Term, Term] = field(default_factory=dict)
    sizes: dict[Term, Term] = field(default_factory=dict)

    def new(self, hint: str = "") -> Sym:
        """An index set about which nothing is known yet."""
        place = Sym(f"D{len(self.parent) + 1}" if not hint else f"D_{hint}", "domain")
        while place in self.parent:
            place = Sym(f"{place.name}'", "domain")
        self.parent[place] = place
        return place

    def root(self, place: Term) -> Term:
        """The one that stands for all that are the same."""
        while self.parent.get(place, place) != place:
            place = self.parent[place]
        return place

    def join(self, one: Term, two: Term) -> None:
        """Both are one index set; a range that is written out is said of the other."""
        a, b = self.root(one), self.root(two)
        if a == b:
            return
        if a not in self.parent:
            a, b = b, a
        if a not in self.parent:  # two written ranges that meet: each stays what it is
            self._counted(a, b)
            return
        if b in self.parent:
            self.parent[a] = b
            self.said.setdefault(b, []).extend(self.said.pop(a, []))
            if a in self.supposed:
                self.suppose(b, self.supposed[a])
        else:
            self.say(a, b)

    def _counted(self, one: Term, two: Term) -> None:
        """1..n that meets 1..3, the length of a row of numbers: n is 3."""
        if isinstance(one, Range) and isinstance(two, Range) and one.args[0] == two.args[0]:
            for size, count in ((one.args[1], two.args[1]), (two.args[1], one.args[1])):
                if isinstance(size, Sym) and isinstance(count, Num):
                    self.sizes.setdefault(size, count)

    def say(self, place: Term, rng: Term) -> None:
        """The bounds of an index set, as some sum gives them."""
        known = self.said.setdefault(self.root(place), [])
        if rng not in known:
            known.append(rng)

    def suppose(self, place: Term, rng: Term) -> None:
        """What the index set is if no sum gives its bounds in full."""
        known = self.supposed.setdefault(self.root(place), rng)
        if known != rng:
            raise Unclear(f"one index runs over {known} and over {rng}", "clash")

    def recall(self, place: Term, rng: Term) -> None:
        """What an earlier formula said: it holds if nothing else is said, or more is."""
        root = self.root(place)
        said = self.said.get(root, [])
        if not said:
            self.supposed.setdefault(root, rng)
        elif isinstance(rng, Range) and all(_fits(s, rng) for s in said):
            said.append(rng)

    def settled(self, term: Term) -> Term:
        """The term with every place replaced by what it stands for."""
        values = {place: self.value(place) for place in self.parent}
        if self.sizes:
            values = {p: substitute(v, self.sizes) for p, v in values.items()}
        return substitute(substitute(term, values), self.sizes)

    def value(self, place: Term) -> Term:
        """What the place stands for: the one range that was said, the hull of several, itself."""
        root = self.root(place)
        said = self.said.get(root, [])
        if not said:
            return _from_one(self.supposed.get(root, root))
        hull = _from_one(said[0])
        for other in said[1:]:
            hull = _hull(hull, other)
        return hull


def _fits(one: Term, two: Term) -> bool:
    """The hull of both is known."""
    if not (isinstance(one, Range) and isinstance(two, Range)):
        return False
    ends = zip(one.args, two.args, (True, False), strict=True)
    return all(_end(a, b, lower=low) is not None for a, b, low in ends)


def _from_one(rng: Term) -> Term:
    """A sum from 2, or to n − 1, leaves something out: the index set is 1..n."""
    if not isinstance(rng, Range):
        return rng
    low, high = rng.args
    size, offset = _offset(high)
    if size is not None and offset < 0:
        high = size
    return Range(1 if isinstance(low, Num) and low.data > 1 else low, high)


def _hull(one: Term, two: Term) -> Term:
    """The smallest range that holds both."""
    if not (isinstance(one, Range) and isinstance(two, Range)):
        raise Unclear(f"one index runs over {one} and over {two}", "clash")
    low = _end(one.args[0], two.args[0], lower=True)
    high = _end(one.args[1], two.args[1], lower=False)
    if low is None or high is None:
        raise Unclear(f"one index runs over {one} and over {two}", "clash")
    return Range(low, high)


def _end(one: Term, two: Term, *, lower: bool) -> Term | None:
    if one == two:
        return one
    if isinstance(one, Num) and isinstance(two, Num):
        return min(one, two, key=_value) if lower else max(one, two, key=_value)
    (a, m), (b, n) = _offset(one), _offset(two)
    if a is not None and a == b:
        return (one if m < n else two) if lower else (one if m > n else two)
    return None


def _offset(end: Term) -> tuple[Term | None, Fraction]:
    """n − 1 as n and −1."""
    if isinstance(end, Sym):
        return end, Fraction(0)
    if isinstance(end, Add) and len(end.args) == 2 and isinstance(end.args[1], Num):
        return end.args[0], end.args[1].data
    return None, Fraction(0)


def _value(number: Num) -> Fraction:
    return Fraction(number.data)


__all__ = ["Ranges", "Unclear"]
