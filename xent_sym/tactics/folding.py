"""Folding: the reverse of unfolding.  A definiens that stands in the line gets its name.

The guess is made here; the kernel unfolds it again and compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xent_sym.kernel.laws import LAWS
from xent_sym.tactics.matching import Matcher, match
from xent_sym.tactics.rewriting import Rewriter, matching
from xent_sym.tactics.tidy import tidy
from xent_sym.terms.declare import index, ranges_of
from xent_sym.terms.parts import product_of
from xent_sym.terms.quantities import unfold_quantity
from xent_sym.terms.term import (
    App,
    Lam,
    Mul,
    Named,
    Num,
    Pow,
    Quantity,
    Sym,
    Term,
    abstract,
    exp,
    fresh,
    instantiate,
    substitute,
)


@dataclass(frozen=True)
class Pattern:
    """A spelling of what is to be folded, and the folded term."""

    spelling: Term
    folded: Term
    parameters: dict[str, Sym]


def patterns(target: str | Term) -> Iterator[Pattern]:
    """The spellings of a named quantity, at all arguments or at those given, or of an
    abbreviation of the author's."""
    if isinstance(target, Quantity):
        definiens = unfold_quantity(target)
        yield Pattern(definiens, target, {})
        if isinstance(definiens, Mul) and definiens.args[0] == Num(-1):
            yield Pattern(product_of(definiens.args[1:]), -target, {})
        return
    if isinstance(target, Named):
        ranges = ranges_of(target)
        indices = [index(f"k_{n}", rng) for n, rng in enumerate(ranges)]
        entry = App.make((target.args[0], *indices))
        folded = App.make((target, *indices))
        for spelling in _spellings(entry):
            yield Pattern(spelling, folded, {i.name: i for i in indices})
        return
    for name, law in LAWS.items():
        if name in (f"definition_of_{target}", f"definition_of_{target}_in_base"):
            yield Pattern(law.rhs, law.lhs, law.parameters)
            if isinstance(law.rhs, Mul) and law.rhs.args[0] == Num(-1):
                yield Pattern(product_of(law.rhs.args[1:]), -law.lhs, law.parameters)
            for other in _other_spellings(law.lhs):
                yield Pattern(other, law.lhs, law.parameters)


def _spellings(entry: Term) -> Iterator[Term]:
    yield entry
    quantity = entry.args[0] if isinstance(entry, App) else entry
    if isinstance(quantity, Quantity):
        yield App.make((unfold_quantity(quantity), *entry.args[1:]))
        yield from _other_spellings(entry)


def _other_spellings(lhs: Term) -> Iterator[Term]:
    """e^s/(1 + e^s) is the sigmoid too."""
    if isinstance(lhs, Quantity) and lhs.data == "sigmoid":
        s = lhs.args[0]
        yield exp(s) / (1 + exp(s))
        yield exp(s) / (exp(s) + 1)


def fold(term: Term, target: str | Term, depth: int = 0) -> Term:
    """The term with every spelling of the target folded, inside first."""
    args = []
    for position, arg in enumerate(term.args):
        if position in term.BINDS:
            var = fresh(term.args[0], depth)
            args.append(abstract(fold(instantiate(arg, var), target, depth + 1), var))
        else:
            args.append(fold(arg, target, depth))
    built = term.rebuild(args)
    if isinstance(built, Named):
        return built
    for pattern in patterns(target):
        for _ in range(8):
            better = _fold_here(built, pattern, depth)
            if better is None:
                break
            built = better
    return built


def _fold_here(term: Term, pattern: Pattern, depth: int) -> Term | None:
    by_name = pattern.parameters
    if isinstance(pattern.spelling, Mul) and isinstance(term, Mul):
        matcher = Matcher(by_name, depth)
        for found, rest in matcher.pick(list(pattern.spelling.args), list(term.args), {}, depth):
            folded = _at(pattern, found)
            return tidy(Mul(folded, *rest)) if rest else folded
        return None
    if isinstance(pattern.spelling, Pow) and isinstance(term, Mul):
        for n, factor in enumerate(term.args):
            bindings = match(pattern.spelling, factor, by_name, depth)
            if bindings is not None:
                rest = [f for m, f in enumerate(term.args) if m != n]
                return Mul(_at(pattern, bindings), *rest)
        return None
    bindings = match(pattern.spelling, term, by_name, depth)
    if bindings is None or term == pattern.folded or _far_fetched(pattern, bindings):
        return None
    return _at(pattern, bindings)


def _far_fetched(pattern: Pattern, bindings: dict[str, Term]) -> bool:
    """θᵀx is for vectors that have names; any sum of products would fit otherwise."""
    dot = isinstance(pattern.folded, Quantity) and pattern.folded.data == "dot"
    return dot and any(isinstance(value, Lam) for value in bindings.values())


def _at(pattern: Pattern, bindings: dict[str, Term]) -> Term:
    values: dict[Term, Term] = {pattern.parameters[n]: t for n, t in bindings.items()}
    return substitute(pattern.folded, values)


def unfolding(line: Term, names: set[str]) -> Rewriter:
    """The line with these named quantities unfolded by their definitions."""
    laws = [
        law
        for name, law in LAWS.items()
        if name.startswith("definition_of_")
        and name.removeprefix("definition_of_").removesuffix("_in_base") in names
    ]
    rewriter = Rewriter(line)
    rewriter.everywhere(matching(laws))
    return rewriter


def quantities_in(target: str | Term) -> set[str]:
    """The named quantities that unfold when the target does."""
    if isinstance(target, str):
        return {target}
    meaning = target.args[0] if isinstance(target, Named) else target
    while isinstance(meaning, Lam):
        meaning = meaning.args[1]
    return {t.data for t in meaning.walk() if isinstance(t, Quantity)}

