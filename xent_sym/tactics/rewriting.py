"""Rewriting: laws applied wherever they match, each use recorded for the kernel.

A rewriter never changes a line itself.  It asks the kernel to apply a law at a place and
takes what the kernel gives, so a law whose condition fails leaves the line as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from xent_sym.kernel.judge import Application, NotProved, Step, Theorem, apply
from xent_sym.kernel.law import Law
from xent_sym.kernel.laws import LAWS
from xent_sym.tactics.matching import match
from xent_sym.tactics.tidy import tidy
from xent_sym.terms.hypotheses import Hypothesis, label_of
from xent_sym.terms.polynomial import TooLarge
from xent_sym.terms.term import (
    App,
    Mul,
    Named,
    Partial,
    Sym,
    Term,
    TermError,
    fresh,
    instantiate,
)

LIMIT = 200
Place = tuple[tuple[int, ...], Term, int]
Finder = Callable[[Term, int], Iterable[Application]]


def places(term: Term, depth: int = 0, path: tuple[int, ...] = ()) -> Iterator[Place]:
    """(path, subterm with its binders opened, how many were opened), outermost first."""
    yield path, term, depth
    for position, arg in enumerate(term.args):
        if position in term.BINDS:
            opened = instantiate(arg, fresh(term.args[0], depth))
            yield from places(opened, depth + 1, (*path, position))
        else:
            yield from places(arg, depth, (*path, position))


def derivatives(term: Term, depth: int = 0, path: tuple[int, ...] = ()) -> Iterator[Place]:
    """The places where a derivative stands, outermost first."""
    if isinstance(term, Partial):
        yield path, term, depth
    for position, arg in enumerate(term.args):
        if not has_derivative(arg):
            continue
        if position in term.BINDS:
            opened = instantiate(arg, fresh(term.args[0], depth))
            yield from derivatives(opened, depth + 1, (*path, position))
        else:
            yield from derivatives(arg, depth, (*path, position))


@lru_cache(maxsize=1 << 14)
def has_derivative(term: Term) -> bool:
    """A derivative stands somewhere inside."""
    return isinstance(term, Partial) or any(map(has_derivative, term.args))


class Rewriter:
    """A line on its way to the next one, and the applications that took it there."""

    def __init__(self, line: Term, assumed: frozenset[Hypothesis] = frozenset()) -> None:
        self.line = line
        self.assumed = assumed
        self.done: list[Application] = []
        self.relation = "="
        self.refused: list[str] = []

    def use(self, application: Application) -> bool:
        """Apply a law if the kernel lets it; says whether it did."""
        try:
            line, relation, _ = apply(self.line, application, self.assumed)
        except (NotProved, TermError, TooLarge) as problem:
            self.refused.append(str(problem))
            return False
        if line == self.line:
            return False
        self.line = line
        self.done.append(application)
        if relation != "=":
            self.relation = relation
        return True

    def everywhere(
        self, finder: Finder, limit: int = LIMIT, *, inner_first: bool = False,
        among: Callable[[Term], Iterable[Place]] = places,
    ) -> bool:
        """Apply what the finder proposes until it proposes nothing new."""
        count = 0
        while count < limit and self._once(finder, among, inner_first):
            count += 1
        return count > 0

    def _once(
        self, finder: Finder, among: Callable[[Term], Iterable[Place]], inner_first: bool
    ) -> bool:
        standing = among(self.line)
        if inner_first:
            standing = reversed(list(standing))
        for path, term, depth in standing:
            for found in finder(term, depth):
                if self.use(Application(found.law, found.bindings, path, found.backwards)):
                    return True
        return False

    def step(self, way: str) -> Step:
        """The next line: tidied, with the laws that lead to it."""
        return Step(self.relation, tidy(self.line), tuple(self.done), way=way)


def matching(laws: Iterable[Law | Theorem], *, backwards: bool = False) -> Finder:
    """Proposes every law whose left side matches (right side when backwards)."""
    rows = []
    for cited in laws:
        law = cited.law() if isinstance(cited, Theorem) else cited
        rows.append((cited, law.rhs if backwards else law.lhs, law.parameters))

    def finder(term: Term, depth: int) -> Iterator[Application]:
        for cited, pattern, parameters in rows:
            plausible = type(term) is type(pattern) and term.data == pattern.data
            if not plausible and not isinstance(pattern, Mul | Named | Sym):
                continue
            bindings = match(pattern, term, parameters, depth)
            if bindings is not None:
                yield Application(cited, _with_classes(bindings, parameters), (), backwards)

    return finder


def _with_classes(bindings: dict[str, Term], parameters: dict[str, Sym]) -> dict[str, Term]:
    """A one-hot label brings its true class with it."""
    found = dict(bindings)
    for name, value in bindings.items():
        head, *sample = value.args if isinstance(value, App) else (value,)
        if parameters[name].kind == "one-hot" and isinstance(head, Sym) and head.kind == "one-hot":
            label = label_of(parameters[name])
            if label.name in parameters:
                found[label.name] = App.make((label_of(head), *sample))
    return found


def named(*names: str) -> list[Law]:
    """Laws of the kernel by name; a name without its number of indices means all of them."""
    found = [law for name, law in LAWS.items() if name in names or name.split("/")[0] in names]
    if not found:
        raise TermError(f"no law is called {', '.join(names)}")
    return found
