"""The builder: a statement, then one reason per line; the engine writes the lines.

    @theorem(zh="...")
    def kl_self():
        \"\"\"A distribution diverges from itself by nothing.\"\"\"
        n = size("n"); p = distribution("p", n, full_support=True)
        yield claim(kl(p, p), "=", 0)
        yield unfold(kl)
        ...

The first thing yielded is the claim.  If the last line is not yet the right side, plain
arithmetic must close the gap.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from traceback import walk_tb
from types import GeneratorType
from typing import TypeAlias

from xent_sym.kernel import Chain, Claim, Hypothesis, NotProved, Step, Theorem, prove
from xent_sym.tactics.tidy import tidy
from xent_sym.tactics.ways import State, Way
from xent_sym.terms.declare import distinct_names
from xent_sym.terms.display import statement_latex
from xent_sym.terms.polynomial import TooLarge
from xent_sym.terms.term import Scalar, Term, TermError, number, without_names

# What the kernel judges.
RELATIONS = ("=", "<=", ">=", "!=", "<", ">")

CLAIM_FIRST = "yield claim(...) first, then ways such as unfold(entropy)"
OTHER_WAY = "name another way here, or leave this one out"
MEND = "mend the claim, or name a way that leads there"

Lines: TypeAlias = "GeneratorType[Claim | Way, None, None]"


class DerivationError(Exception):
    """A derivation that does not hold together: where, what was seen, what to do."""


class StepFailed(DerivationError):
    """A step does not come out; ``found`` holds the steps before it."""

    def __init__(self, message: str, found: Sequence[Step] = ()) -> None:
        super().__init__(message)
        self.found = tuple(found)


def claim(lhs: Scalar, relation: str, rhs: Scalar, *assuming: Hypothesis) -> Claim:
    """``lhs relation rhs``; what is assumed beyond the declarations comes last.

    Raises TermError for a relation that is not known, for a side that is a family, and for a
    name that is declared in two ways.
    """
    if relation not in RELATIONS:
        raise TermError(f"{relation!r} is no relation; one of {' '.join(RELATIONS)} is needed")
    left, right = number(lhs), number(rhs)
    distinct_names(left, right)
    return Claim(left, relation, right, frozenset(assuming))


def distinct(i: Term, k: Term) -> Hypothesis:
    """i ≠ k, as an assumption of a claim."""
    return Hypothesis("distinct", (i, k))


def derive_chain(
    statement: Claim, ways: Iterable[Way], name: str = "claim", theorems: tuple[Theorem, ...] = ()
) -> Theorem:
    """The theorem for a claim, its lines written by the ways in order."""
    steps = list[Step]()
    for way in ways:
        line = steps[-1].line if steps else statement.lhs
        steps += way(State(line, statement.rhs, statement.assuming, theorems))
    return prove(_closed(statement, steps, name))


def _closed(statement: Claim, steps: Sequence[Step], name: str) -> Chain:
    """The chain of these steps; if they stop short of the right side, arithmetic has the rest."""
    line = steps[-1].line if steps else statement.lhs
    if steps and line != statement.rhs and _plain(line) == _plain(statement.rhs):
        steps = [*steps[:-1], replace(steps[-1], line=statement.rhs)]
    elif line != statement.rhs:
        steps = [*steps, Step("=", statement.rhs, way="arithmetic")]
    return Chain(
        name, statement.lhs, statement.relation, statement.rhs, tuple(steps), statement.assuming
    )


def _plain(line: Term) -> Term:
    """A line without debris and without names: what differs in no more is one line, not two."""
    return tidy(without_names(line))


@dataclass(frozen=True, eq=False, repr=False)
class Derivation:
    """A named derivation: its text in several languages, and the function that yields it."""

    name: str
    lines: Callable[[], Lines]
    doc: str
    words: dict[str, str] = field(default_factory=dict)
    uses: tuple[Derivation, ...] = ()
    module: str = ""
    file: str = ""
    line: int = 0

    def __repr__(self) -> str:
        try:
            return f"{self.name}: {self.statement}"
        except DerivationError as problem:
            return str(problem)

    def _repr_latex_(self) -> str:
        claimed = self.statement
        return statement_latex(claimed.lhs, claimed.relation, claimed.rhs)

    def _at(self, line: int, message: object) -> str:
        return f"{self.file}:{line}: {self.name}: {message}"

    @property
    def statement(self) -> Claim:
        """The claim, without its proof."""
        first, place = next(self._yielded(), (None, self.line))
        if not isinstance(first, Claim):
            raise DerivationError(self._at(place, CLAIM_FIRST))
        return first

    def read(self) -> tuple[Claim, list[tuple[Way, int]], int]:
        """The claim; the ways, each with its line in the file; the line of the claim.

        Raises DerivationError if something else is yielded, or a line of the function fails.
        """
        (statement, place), *rest = [*self._yielded()] or [(None, self.line)]
        if not isinstance(statement, Claim):
            raise DerivationError(self._at(place, CLAIM_FIRST))
        ways = list[tuple[Way, int]]()
        for way, line in rest:
            if not isinstance(way, Way):
                raise DerivationError(self._at(line, _no_way(way)))
            ways.append((way, line))
        return statement, ways, place

    def _yielded(self) -> Iterator[tuple[object, int]]:
        """What the function yields, each with the line on which it does so."""
        lines = self.lines()
        try:
            for item in lines:
                frame = lines.gi_frame
                yield item, frame.f_lineno if frame else self.line
        except TermError as problem:
            frames = walk_tb(problem.__traceback__)
            line = next((n for f, n in frames if f.f_code.co_filename == self.file), self.line)
            raise DerivationError(self._at(line, f"{problem}; mend this line")) from problem

    @cached_property
    def theorem(self) -> Theorem:
        """The theorem; derived and checked on first use.

        Raises StepFailed, which names the file, the line of the way and the number of the step.
        """
        statement, ways, place = self.read()
        known = tuple(d.theorem for d in self.uses)
        steps, places = list[Step](), [place]
        for way, place in ways:
            line = steps[-1].line if steps else statement.lhs
            try:
                new = way(State(line, statement.rhs, statement.assuming, known))
            except (NotProved, TermError, TooLarge) as problem:
                message = f"step {len(steps) + 1}: {problem}; {OTHER_WAY}"
                raise StepFailed(self._at(place, message), steps) from problem
            steps += new
            places += [place] * len(new)
        try:
            return prove(_closed(statement, steps, self.name))
        except NotProved as problem:
            # step 0 is the chain as a whole; one that arithmetic closes comes after the last way
            failed = problem.step or len(steps) + 1
            line_of_way = places[min(failed, len(steps))]
            message = f"{problem}; {MEND}"
            raise StepFailed(self._at(line_of_way, message), steps[: failed - 1]) from problem


def _no_way(seen: object) -> str:
    """What to do about something that is not a way."""
    name = getattr(seen, "__name__", None)
    if callable(seen) and name:
        return f"{name} was yielded without its brackets; yield {name}(...)"
    return f"{seen!r} was yielded; a way is needed, such as unfold(entropy)"


def theorem(*uses: Derivation, zh: str = "") -> Callable[[Callable[[], Lines]], Derivation]:
    """Make a derivation of a function that yields a claim and then its ways.

    ``uses`` are derivative theorems that ``differentiate`` may cite; ``zh`` is the docstring's
    first line in Chinese.
    """

    def make(function: Callable[[], Lines]) -> Derivation:
        doc = inspect.cleandoc(function.__doc__ or "")
        code = function.__code__
        if not inspect.isgeneratorfunction(function):
            place = f"{code.co_filename}:{code.co_firstlineno}: {function.__name__}"
            raise DerivationError(f"{place}: yield claim(...) first, then one way per line")
        words = {"en": doc.splitlines()[0] if doc else function.__name__}
        if zh:
            words["zh"] = zh
        return Derivation(
            function.__name__, function, doc, words, uses,
            function.__module__, code.co_filename, code.co_firstlineno,
        )

    return make
