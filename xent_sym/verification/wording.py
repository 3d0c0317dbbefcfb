"""Verdicts in words: what proves a step, where it fails, what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import ReadChain
from xent_sym.meaning.ranges import Unclear
from xent_sym.refute import apart
from xent_sym.terms.evaluate import Point
from xent_sym.terms.text import spell
from xent_sym.verification.outcome import Outcome
from xent_sym.verification.proving import given_of, rules_of
from xent_sym.verification.report import Counterexample, Given, StepReport


def said_proved(outcome: Outcome, blank: StepReport) -> StepReport:
    """Proved: by what, given what, read how."""
    theorem = outcome.theorem
    assert theorem is not None
    rules = rules_of(theorem)
    given = tuple(Given(str(h), h in outcome.reading.stated) for h in given_of(theorem))
    by = f"by {', '.join(rules)}" if rules else "by arithmetic"
    return replace(
        blank, verdict=Verdict.PROVED, code="proved", message=by, rules=rules,
        given=given + _definitions(outcome.reading), assumed=_assumed(outcome.reading),
    )


def _definitions(read: ReadChain) -> tuple[Given, ...]:
    """The note's own definitions that were read into the step."""
    used = {d.line: d for d in read.scene.used.values()}
    return tuple(
        Given(f"{spell(d.name)} as defined in line {d.line}" if d.line else
              f"{spell(d.name)} as declared", True)
        for _, d in sorted(used.items())
    )


def _assumed(read: ReadChain) -> tuple[str, ...]:
    return tuple(read.scene.assumed)


def said_refuted(outcome: Outcome, blank: StepReport, code: str = "refuted") -> StepReport:
    """Refuted: the point, and both sides there."""
    point = outcome.refutation
    assert point is not None
    left, right = apart(point.left, point.right)
    values = tuple(
        (spell(symbol.name), str(Point({symbol: value})).partition(" = ")[2])
        for symbol, value in point.point.values.items()
    )
    found = Counterexample(values, left, right)
    return replace(
        blank, verdict=Verdict.REFUTED, code=code, message=str(found), counterexample=found,
        given=_definitions(outcome.reading), assumed=_assumed(outcome.reading),
    )


def said_unread(problems: Sequence[Unclear], blank: StepReport) -> StepReport:
    """Unreadable: what has no meaning, or two."""
    problem = problems[-1]
    return replace(
        blank, verdict=Verdict.UNREADABLE, code=problem.code, message=str(problem)
    )


__all__ = ["said_proved", "said_refuted", "said_unread"]
