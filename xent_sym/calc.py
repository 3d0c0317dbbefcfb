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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from xent_sym.kernel import Chain, Claim, Hypothesis, NotProved, Step, Theorem, prove
from xent_sym.tactics.tidy import tidy
from xent_sym.tactics.ways import State, Way
from xent_sym.terms.term import Scalar, Term, TermError, as_term

Lines = Iterator["Claim | Way"]


class DerivationError(Exception):
    """A derivation that does not hold together: where, what was seen, what to do."""


def claim(lhs: Scalar, relation: str, rhs: Scalar, *assuming: Hypothesis) -> Claim:
    """``lhs relation rhs``; what is assumed beyond the declarations comes last."""
    return Claim(as_term(lhs), relation, as_term(rhs), frozenset(assuming))


def distinct(i: Term, k: Term) -> Hypothesis:
    """i ≠ k, as an assumption of a claim."""
    return Hypothesis("distinct", (i, k))


def derive_chain(
    statement: Claim, ways: Iterable[Way], name: str = "claim", theorems: tuple[Theorem, ...] = ()
) -> Theorem:
    """The theorem for a claim, its lines written by the ways in order."""
    line, steps = statement.lhs, []
    for way in ways:
        for step in way(State(line, statement.rhs, statement.assuming, theorems)):
            steps.append(step)
            line = step.line
    if steps and line != statement.rhs and tidy(line) == tidy(statement.rhs):
        steps[-1] = replace(steps[-1], line=statement.rhs)
    elif line != statement.rhs:
        steps.append(Step("=", statement.rhs, way="arithmetic"))
    chain = Chain(
        name, statement.lhs, statement.relation, statement.rhs, tuple(steps), statement.assuming
    )
    return prove(chain)


@dataclass(frozen=True, eq=False)
class Derivation:
    """A named derivation: its text in several languages, and the function that yields it."""

    name: str
    lines: Callable[[], Lines]
    doc: str
    words: dict[str, str] = field(default_factory=dict)
    uses: tuple[Any, ...] = ()
    module: str = ""
    file: str = ""
    line: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "_proved", None)

    @property
    def theorem(self) -> Theorem:
        """The theorem; derived and checked on first use."""
        proved: Theorem | None = getattr(self, "_proved", None)
        if proved is None:
            proved = self._derive()
            object.__setattr__(self, "_proved", proved)
        return proved

    @property
    def statement(self) -> Claim:
        """The claim, without its proof."""
        first = next(iter(self.lines()), None)
        if not isinstance(first, Claim):
            raise DerivationError(f"{self._place}: the first thing yielded must be claim(...)")
        return first

    @property
    def _place(self) -> str:
        return f"{self.file}:{self.line}: {self.name}"

    def _derive(self) -> Theorem:
        try:
            statement, *ways = list(self.lines()) or [None]
        except TermError as problem:
            raise DerivationError(f"{self._place}: {problem}") from problem
        if not isinstance(statement, Claim) or not all(isinstance(w, Way) for w in ways):
            raise DerivationError(
                f"{self._place}: yield claim(...) first, then ways such as unfold(entropy)"
            )
        known = tuple(d.theorem for d in self.uses)
        try:
            return derive_chain(statement, ways, self.name, known)  # type: ignore[arg-type]
        except (NotProved, TermError) as problem:
            raise DerivationError(f"{self._place}: {problem}") from problem


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
