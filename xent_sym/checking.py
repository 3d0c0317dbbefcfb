"""Checking: every proof replayed from nothing, every function compared with its definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from xent_sym.calc import Derivation, StepFailed
from xent_sym.kernel import NotProved, Theorem, recheck
from xent_sym.numeric import CheckReport, ExportError, numeric_side


@dataclass(frozen=True)
class Checked:
    """What came of checking one theorem; ``failures`` is empty if all is well."""

    name: str
    steps: int
    numeric: CheckReport | None
    failures: tuple[str, ...]

    def __str__(self) -> str:
        verdict = "ok" if not self.failures else "FAILED"
        proof = f"{self.steps} step{'s' if self.steps != 1 else ' '} replayed"
        agreement = "" if self.numeric is None else f"; {_agreement(self.numeric)}"
        line = f"{verdict:<7}{self.name:<44} {proof:>17}{agreement}"
        return "\n       ".join([line, *self.failures])


def _agreement(report: CheckReport) -> str:
    return f"{report.entries} numbers, largest error {report.max_error:.0e}"


@dataclass(frozen=True, repr=False)
class LibraryReport:
    """What came of checking several."""

    checks: tuple[Checked, ...]

    @property
    def ok(self) -> bool:
        """Nothing failed."""
        return not any(c.failures for c in self.checks)

    @property
    def summary(self) -> str:
        """How many were proved, and how many functions agree."""
        functions = [c.numeric for c in self.checks if c.numeric is not None]
        proved = sum(c.steps > 0 for c in self.checks)
        failed = sum(bool(c.failures) for c in self.checks)
        return (
            f"{proved} of {len(self.checks)} proofs replayed; {sum(f.ok for f in functions)} of "
            f"{len(functions)} functions agree with their definitions; {failed or 'none'} failed"
        )

    def __repr__(self) -> str:
        return "\n".join([*map(str, self.checks), "", self.summary])


def checked_each(chosen: Sequence[Derivation | Theorem]) -> Iterator[Checked]:
    """What comes of each in turn.

    A step that does not come out is a finding; a function that yields no proof at all is an
    error in its file, and raises DerivationError before anything else is checked.
    """
    for one in chosen:
        if isinstance(one, Derivation):
            # a theorem that it cites may fail: that is a finding, and comes up again in its turn
            with suppress(StepFailed):
                one.read()
    yield from map(checked, chosen)


def checked(one: Derivation | Theorem) -> Checked:
    """The proof replayed, and the function, if there is one, compared with the statement.

    >>> from xent_sym.library import derivation
    >>> checked(derivation("softmax_jacobian")).failures
    ()
    """
    try:
        theorem = recheck(one.theorem if isinstance(one, Derivation) else one)
    except (StepFailed, NotProved) as problem:
        return Checked(one.name, 0, None, (str(problem),))
    steps = len(theorem.chain.steps)
    try:
        side = numeric_side(theorem)
    except ExportError as problem:
        return Checked(one.name, steps, None, (f"no NumPy function: {problem}",))
    if side is None:
        return Checked(one.name, steps, None, ())
    report = side.check()
    return Checked(one.name, steps, report, () if report.ok else (str(report),))
