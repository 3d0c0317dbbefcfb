"""Verdicts in words: what proves a step, where it fails, what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import ReadChain
from xent_sym.meaning.definitions import Definition
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.spelled import spelled
from xent_sym.refute import apart
from xent_sym.terms.evaluate import Point
from xent_sym.terms.term import Sym
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


def _told(symbol: Sym) -> str:
    """A letter by its name; an index set without one by how many indices it has."""
    if symbol.kind != "domain":
        return spell(symbol.name)
    variable = symbol.name.removeprefix("D_")
    return f"number of {spell(variable)}" if variable != symbol.name else "number of terms"


def _definitions(read: ReadChain) -> tuple[Given, ...]:
    """The note's own definitions that were read into the step."""
    used = {(d.line, d.name): d for d in read.scene.used.values()}
    return tuple(Given(_meaning(used[where]), True) for where in sorted(used)) + tuple(
        Given(text, True) for text in read.said
    )


def _meaning(used: Definition) -> str:
    """Where the note says what a name means, or what it assumes."""
    if used.assumed:
        return f"{spelled(used.left)} = {spelled(used.body)}, assumed in line {used.line}"
    if not used.line:
        return f"{spell(used.name)} as declared"
    return f"{spell(used.name)} as defined in line {used.line}"


def _assumed(read: ReadChain) -> tuple[str, ...]:
    return tuple(read.scene.assumed)


def said_refuted(outcome: Outcome, blank: StepReport, code: str = "refuted") -> StepReport:
    """Refuted: the point, and both sides there."""
    point = outcome.refutation
    assert point is not None
    left, right = apart(point.left, point.right)
    values = [
        (_told(symbol), str(Point({symbol: value})).partition(" = ")[2])
        for symbol, value in point.point.values.items()
    ]
    found = Counterexample(tuple(dict.fromkeys(values)), left, right)
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
