"""Hypotheses: what a declaration lets a proof assume, as data that can be shown.

A hypothesis is a kind and the terms it is about.  The kinds:

=============  =========================================================
positive       every entry of the family is > 0
nonnegative    every entry is ≥ 0
at most one    every entry is ≤ 1
below one      every entry is < 1
above one      every entry is > 1
nonzero        every entry is ≠ 0
sums to one    the entries sum to one along the last index
binary         every entry is 0 or 1
one-hot        the entry at the true class (the second term) is 1, every other 0
member         the index, or every index of the family, lies in the range
nonempty       the range has at least one index
distinct       the two indices differ
=============  =========================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from xent_sym.terms.declare import (
    DISTRIBUTION_KINDS,
    NONNEGATIVE_KINDS,
    POSITIVE_KINDS,
    as_range,
)
from xent_sym.terms.term import Range, Sym, Term, substitute


@dataclass(frozen=True)
class Hypothesis:
    """One assumption: ``Hypothesis("positive", (p,))`` says that every p_i > 0."""

    kind: str
    terms: tuple[Term, ...]

    @property
    def key(self) -> str:
        """A total order, for printing in one order always."""
        return f"{self.kind}:{','.join(t.key for t in self.terms)}"

    def under(self, values: dict[Term, Term]) -> Hypothesis:
        """The hypothesis about other terms."""
        return Hypothesis(self.kind, tuple(substitute(t, values) for t in self.terms))

    def __str__(self) -> str:
        from xent_sym.terms.wording import hypothesis_text

        return hypothesis_text(self)


def label_of(symbol: Sym) -> Sym:
    """The true class of a one-hot label, or the family of them: where its entry is 1."""
    return Sym._node(symbol.args, (symbol.data[2], "index"))


@lru_cache(maxsize=4096)
def declared(symbol: Sym) -> frozenset[Hypothesis]:
    """Everything that the declaration of a symbol lets a proof assume."""
    kind, found = symbol.kind, []
    if kind in POSITIVE_KINDS:
        found.append("positive")
    if kind in NONNEGATIVE_KINDS | POSITIVE_KINDS:
        found.append("nonnegative")
    if kind in NONNEGATIVE_KINDS | DISTRIBUTION_KINDS | {"probability"}:
        found.append("at most one")
    if kind == "probability":
        found.append("below one")
    if kind == "base":
        found.append("above one")
    if kind in DISTRIBUTION_KINDS:
        found.append("sums to one")
    if kind == "binary":
        found.append(kind)
    hypotheses = {Hypothesis(name, (symbol,)) for name in found}
    if kind == "one-hot":
        hypotheses.add(Hypothesis("one-hot", (symbol, label_of(symbol))))
    if kind == "index":
        hypotheses.add(Hypothesis("member", (symbol, symbol.args[-1])))
    if kind == "size":
        hypotheses.add(Hypothesis("nonempty", (as_range(symbol),)))
    if kind == "domain":
        hypotheses.add(Hypothesis("nonempty", (symbol,)))
    return frozenset(hypotheses)


def nonempty(rng: Term) -> frozenset[Hypothesis] | None:
    """What must hold for a range to have an index; None if that cannot be seen."""
    if isinstance(rng, Range):
        from xent_sym.terms.term import Num

        lo, hi = rng.args
        if isinstance(lo, Num) and isinstance(hi, Num):
            return frozenset() if lo.data <= hi.data else None
        if isinstance(lo, Num) and lo.data <= 1 and isinstance(hi, Sym) and hi.kind == "size":
            return frozenset({Hypothesis("nonempty", (as_range(hi),))})
        return None
    if isinstance(rng, Sym) and rng.kind == "domain":
        return frozenset({Hypothesis("nonempty", (rng,))})
    return None
