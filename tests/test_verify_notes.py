"""Our own notes, with slips planted in them, are judged as an honest reader would judge them.

``tests/notes/README.md`` says how a note and the verdicts beside it are written.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from xent_sym.kernel.verdict import Verdict
from xent_sym.reader.chains import Unread, chains
from xent_sym.reader.source import read_path
from xent_sym.verification.note import judge_note
from xent_sym.verification.report import FileReport, StepReport

FOLDER = Path(__file__).parent / "notes"
NOTES = sorted(path for path in FOLDER.iterdir() if path.suffix in (".md", ".tex", ".ipynb"))
NOTES = [path for path in NOTES if path.stem != "README"]
NAMES = [path.name for path in NOTES]

SLIPS = {
    "lost minus",
    "sign",
    "index",
    "sum and product",
    "dropped factor",
    "dropped term",
    "extra factor",
    "missing 1/n",
    "wrong number",
    "wrong base",
    "wrong exponent",
    "log of a sum",
    "swapped arguments",
    "1 - a for a",
    "definition used differently",
    "repair",  # a later step that silently takes an earlier slip back
}


@dataclass(frozen=True)
class Expected:
    """What NAME.toml says of one step."""

    line: int
    rhs: str
    verdict: str
    also: tuple[str, ...] = ()
    cell: int | None = None
    slip: str = ""
    suggestion: tuple[str, ...] = ()
    linked: int | None = None
    today: str = ""

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The verdicts that pass: one, unless the writing leaves room for two."""
        return (self.today,) if self.today else (self.verdict, *self.also)


@dataclass(frozen=True)
class Expectation:
    """What NAME.toml says of a note."""

    about: str
    steps: tuple[Expected, ...]
    warnings: tuple[tuple[int, str], ...] = ()
    unreadable: tuple[int, ...] = ()


@dataclass
class Differences:
    """What was found that was not expected, one line each."""

    found: list[str] = field(default_factory=list)

    def add(self, number: int, expected: Expected, message: str) -> None:
        where = f"line {expected.line}" + (f" of cell {expected.cell}" if expected.cell else "")
        self.found.append(f"step {number}, {where}, {expected.rhs}\n    {message}")

    def none(self) -> None:
        """Fails with the list, unless it is empty."""
        assert not self.found, f"{len(self.found)} differences\n" + "\n".join(self.found)


@cache
def expectation(path: Path) -> Expectation:
    told = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
    return Expectation(
        told["about"],
        tuple(_step(step) for step in told["step"]),
        tuple((warning["line"], warning["code"]) for warning in told.get("warning", ())),
        tuple(formula["line"] for formula in told.get("unreadable", ())),
    )


def _step(told: dict[str, Any]) -> Expected:
    several = told.pop("suggestion", ())
    suggestion = (several,) if isinstance(several, str) else tuple(several)
    return Expected(**told | {"also": tuple(told.pop("or", ())), "suggestion": suggestion})


@cache
def judged(path: Path) -> FileReport:
    beside = path.with_suffix(".context")
    return judge_note(path, beside.read_text("utf-8") if beside.exists() else None)


def tight(latex: str) -> str:
    return "".join(latex.split())


# -- the notes themselves -----------------------------------------------------------------------


@pytest.mark.parametrize("path", NOTES, ids=NAMES)
def test_the_steps_beside_a_note_are_the_steps_of_the_note(path):
    found = [c for c in chains(read_path(path)) if not isinstance(c, Unread)]
    steps = [(step.right.place[0], step.right.written) for c in found for step in c.steps]
    expected = expectation(path).steps
    assert len(steps) == len(expected)
    for (place, rhs), step in zip(steps, expected, strict=True):
        assert (place.cell, place.line) == (step.cell, step.line), step.rhs
        assert tight(rhs).startswith(tight(step.rhs)), (step.line, rhs)


@pytest.mark.parametrize("path", NOTES, ids=NAMES)
def test_every_slip_is_planted_and_nothing_else_is_false(path):
    for step in expectation(path).steps:
        assert (step.verdict == "refuted") == bool(step.slip), step.rhs
        assert (step.slip == "repair") <= (step.linked is not None)
        assert not step.suggestion or step.slip
        assert {*step.verdicts, *step.also} <= set(Verdict), step.rhs
        assert "refuted" not in step.also, "what may be refuted is false, and a slip"
        opposite = {"proved": "refuted", "refuted": "proved"}.get(step.verdict)
        assert opposite not in step.verdicts, step.rhs


def test_the_notes_hold_every_kind_of_slip_and_no_other():
    planted = {step.slip for path in NOTES for step in expectation(path).steps if step.slip}
    assert planted == SLIPS


def test_some_notes_are_right_throughout_and_some_are_in_chinese():
    assert len(NOTES) >= 14
    right = [p for p in NOTES if not any(step.slip for step in expectation(p).steps)]
    assert len(right) >= 3
    chinese = [p for p in NOTES if sum("一" <= c <= "鿿" for c in p.read_text("utf-8")) > 80]
    assert len(chinese) >= 5
    assert all(8 <= len(expectation(p).steps) <= 40 for p in NOTES)


# -- the verdicts -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", NOTES, ids=NAMES)
def test_each_step_gets_its_verdict(path):
    report, expected = judged(path), expectation(path).steps
    assert report.problem is None
    assert [(s.cell, s.line) for s in report.steps] == [(s.cell, s.line) for s in expected]
    differences = Differences()
    for number, (step, wanted) in enumerate(zip(report.steps, expected, strict=True)):
        if step.verdict not in wanted.verdicts:
            differences.add(number, wanted, _told(step, wanted))
    differences.none()


def _told(step: StepReport, wanted: Expected) -> str:
    if wanted.today and step.verdict in (wanted.verdict, *wanted.also):
        return f"{step.verdict}, as it should be: take 'today' out of the .toml"
    expected = " or ".join(wanted.verdicts)
    point = f" [{step.counterexample}]" if step.counterexample else ""
    return f"expected {expected}, got {step.verdict} ({step.code}): {step.message}{point}"


@pytest.mark.parametrize("path", NOTES, ids=NAMES)
def test_a_slip_comes_with_a_point_and_with_the_line_as_it_would_hold(path):
    differences = Differences()
    for number, (step, wanted) in enumerate(
        zip(judged(path).steps, expectation(path).steps, strict=True)
    ):
        if step.verdict != Verdict.REFUTED:
            continue
        if step.counterexample is None and step.code != "free-index":
            differences.add(number, wanted, f"no counterexample: {step.message}")
        if wanted.suggestion and tight(step.suggestion or "") not in map(tight, wanted.suggestion):
            differences.add(number, wanted, f"expected {wanted.suggestion}, got {step.suggestion}")
        if wanted.linked is not None and step.linked != wanted.linked:
            differences.add(number, wanted, f"linked to {step.linked}, not to {wanted.linked}")
    differences.none()


@pytest.mark.parametrize("path", NOTES, ids=NAMES)
def test_what_cannot_be_read_is_said_at_its_place(path):
    report = judged(path)
    assert tuple(formula.line for formula in report.unreadable) == expectation(path).unreadable


@pytest.mark.parametrize("path", NOTES, ids=NAMES)
def test_rows_that_do_not_sum_to_1_are_reported_and_no_others(path):
    warned = {(w.line, w.code) for w in judged(path).warnings if w.code == "not-a-distribution"}
    assert warned == set(expectation(path).warnings)
