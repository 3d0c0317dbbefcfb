"""Ranges by use: an index that runs over a family runs over the family's range.

Every index and every family begins with a place of its own; places that meet are one.  What a
sum says of its bounds ("i = 1 to n") holds for the family it runs over, so a free index on that
family lies in it too.  Two sums with different bounds over one family give it the range that
holds both, if there is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from xent_sym.terms.term import Num, Range, Sym, Term, TermError, substitute


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
                self.supposed.setdefault(b, self.supposed[a])
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
        self.supposed.setdefault(self.root(place), rng)

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
            return self.supposed.get(root, root)
        hull = _from_one(said[0])
        for other in said[1:]:
            hull = _hull(hull, other)
        return hull


def _from_one(rng: Term) -> Term:
    """An index set begins at 1, or before: a sum that begins at 2 leaves something out."""
    if isinstance(rng, Range) and isinstance(rng.args[0], Num) and rng.args[0].data > 1:
        return Range(1, rng.args[1])
    return rng


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
    return None


def _value(number: Num) -> Fraction:
    return Fraction(number.data)


__all__ = ["Ranges", "Unclear"]
