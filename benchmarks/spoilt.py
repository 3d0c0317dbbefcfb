"""A proved step of a note, spoilt by one edit of its LaTeX, and what the judge says of it then."""

from __future__ import annotations

import re
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

from independent import NotKnown, told
from judging import judge, sidecar
from labels import plain
from mutation import edits
from sampling import shown_false

from xent_sym.kernel.verdict import Verdict
from xent_sym.reader.chains import Chain, Side, chains
from xent_sym.reader.source import read_path
from xent_sym.verification.report import FileReport, StepReport

SECONDS = 30
TRUTHS = ("false", "not shown false", "not evaluated")
UNTOLD = (TRUTHS[2], "")

Claim: TypeAlias = "tuple[Any, ...]"  # left, relation, right, what is assumed


@dataclass(frozen=True)
class Mutant:
    """An edit of a note's text, [start, end) -> instead, and the proved steps that it touches.

    ``before`` and ``after`` are the side of the formula without and with the edit.
    """

    note: str
    steps: tuple[int, ...]
    kind: str
    start: int
    end: int
    instead: str
    before: str
    after: str

    @property
    def key(self) -> str:
        """What names the mutant from run to run."""
        return f"{self.note}:{self.start}:{self.end}:{self.instead}"


@dataclass(frozen=True)
class Outcome:
    """What became of one step of a mutant.

    ``verdict`` is the judge's, or ``gone`` where the edited text has no such step, ``late`` or
    ``error``.  ``truth`` is ``false``, ``not shown false`` or ``not evaluated``, under the reading
    by which the step was proved before the edit: that is what its author means.  What is still
    proved is false if the claim that was proved is.  ``remark`` asks for a look at it:

    - ``same terms``: the edit is not seen in the terms that were proved;
    - ``another reading``: one was tried that the step before the edit did not need;
    - ``no terms``: the judge did not tell the terms.
    """

    key: str
    note: str
    step: int
    line: int
    kind: str
    before: str
    after: str
    verdict: str
    code: str
    truth: str
    message: str
    remark: str = ""


# -- making ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Note:
    """A note with its report as it stands, and the terms of each step in the readings tried."""

    path: Path
    context: str | None
    text: str
    report: FileReport
    terms: dict[int, list[Claim]]


def load(path: Path, context_folder: Path | None) -> Note | None:
    """The note and its report; None for a notebook, whose text is in cells, and on an error."""
    document = read_path(path)
    if len(document.sources) != 1 or document.sources[0].cell is not None:
        return None
    terms: dict[int, list[Claim]] = {}

    def on_terms(number: int, *claim: Any) -> None:
        terms.setdefault(number, []).append(claim)

    report = judge(path, context_folder, on_terms).report
    if report.problem is not None:
        return None
    context = sidecar(path, context_folder)
    return Note(path, context, document.sources[0].text, report, terms)


def mutants(note: Note) -> Iterator[Mutant]:
    """Every single edit of a side that a proved step has."""
    found = [c for c in chains(read_path(note.path)) if isinstance(c, Chain)]
    number = {_place(step): k for k, step in enumerate(note.report.steps)}
    for chain in found:
        steps = [number.get(_at(right), -1) for right in chain.sides[1:]]
        proved = [k >= 0 and note.report.steps[k].verdict is Verdict.PROVED for k in steps]
        for place, side in enumerate(chain.sides):
            touched = [n for n in (place - 1, place) if 0 <= n < len(steps) and proved[n]]
            if touched:
                beside = chain.sides[place - 1 if place else place + 1]
                yield from _of_side(note, side, beside, tuple(steps[n] for n in touched))


def _at(side: Side) -> tuple[int, int]:
    begin, _ = side.place
    return begin.line, begin.column


def _place(step: StepReport) -> tuple[int, int]:
    return step.line, step.column


def _of_side(note: Note, side: Side, beside: Side, steps: tuple[int, ...]) -> Iterator[Mutant]:
    offset, where = side.node.start, side.where
    text = where.text[offset : side.node.end]
    for edit in edits(text, beside.where.text[beside.node.start : beside.node.end]):
        begin, end = offset + edit.start, offset + edit.end
        if where.written(begin, end) != where.text[begin:end]:
            continue  # the text was not written so: a macro, or a sign that Markdown escapes
        first, last = where.traced.span(begin, end)
        yield Mutant(
            note.path.name, steps, edit.kind, first, last, edit.instead, text, edit.of(text)
        )


# -- judging -----------------------------------------------------------------------------------


class OutOfTime(Exception):
    """A mutant took longer than its limit."""


def ring(signum: int, frame: FrameType | None) -> None:
    """What the alarm does."""
    raise OutOfTime


class Judge:
    """Judges mutants of the notes that it was given.  ``seed`` is that of the random points."""

    def __init__(self, found: Iterable[Note], seed: int) -> None:
        self.notes = {note.path.name: note for note in found}
        self.seed = seed
        self.folder = tempfile.TemporaryDirectory()
        signal.signal(signal.SIGALRM, ring)

    def __call__(self, mutant: Mutant) -> list[Outcome]:
        note, claims = self.notes[mutant.note], dict[int, list[Claim]]()

        def on_terms(number: int, *claim: Any) -> None:
            claims.setdefault(number, []).append(claim)

        signal.alarm(SECONDS)
        try:
            report = self.report(note, mutant, on_terms)
            return [self.outcome(mutant, k, report, claims.get(k, [])) for k in mutant.steps]
        except OutOfTime:
            return [_outcome(mutant, k, note.report, "late") for k in mutant.steps]
        except Exception as problem:  # a judge that raises is what we are here to find
            said = (TRUTHS[2], f"{type(problem).__name__}: {problem}")
            return [_outcome(mutant, k, note.report, "error", said) for k in mutant.steps]
        finally:
            signal.alarm(0)

    def report(self, note: Note, mutant: Mutant, on_terms: Callable[..., None]) -> FileReport:
        """The note with the edit in it, judged; what the edit does not touch is taken over."""
        judge_note = _bare_judge()

        text = note.text[: mutant.start] + mutant.instead + note.text[mutant.end :]
        path = Path(self.folder.name) / note.path.name
        path.write_text(text, encoding="utf-8", newline="")
        steps = enumerate(note.report.steps)
        known = {k: step for k, step in steps if k not in mutant.steps}
        found: FileReport = judge_note(path, note.context, known=known, on_terms=on_terms)
        return found

    def outcome(
        self, mutant: Mutant, number: int, report: FileReport, claims: Sequence[Claim]
    ) -> Outcome:
        """The verdict on one step, beside the truth."""
        original = self.notes[mutant.note].report
        step = report.steps[number] if len(report.steps) == len(original.steps) else None
        if step is None or plain(mutant.after) not in (plain(step.lhs), plain(step.rhs)):
            return _outcome(mutant, number, original, "gone")
        before = self.notes[mutant.note].terms.get(number, [])
        verdict = str(step.verdict)
        if step.verdict is not Verdict.PROVED:
            return _outcome(mutant, number, report, verdict, self.meant(claims, before))
        if not claims:
            return replace(_outcome(mutant, number, report, verdict), remark="no terms")
        # the search for a reading ends with the one that proves
        claim = claims[-1]
        if step.code == "proved-digits":  # what was proved is the rounding, not the equality
            claim = (claim[0], f"within {rounding(step.rhs)}", *claim[2:])
        truth, remark = self.truth(claim), ""
        if before and claims[-1] == before[-1]:
            remark = "same terms"
        elif truth[0] != "false" and len(claims) > len(before) > 0:
            truth, remark = self.meant(claims, before), "another reading"
        proved = f"proved {claims[-1][0]} {claims[-1][1]} {claims[-1][2]}"
        outcome = _outcome(mutant, number, report, verdict, truth)
        return replace(outcome, remark=remark, message=f"{truth[1]}; {proved}".strip("; "))

    def meant(self, claims: Sequence[Claim], before: Sequence[Claim]) -> tuple[str, str]:
        """The truth under the reading that proved the step before; if it is not known, under that
        reading of all which is the least false."""
        if claims and before:
            return self.truth(claims[min(len(before), len(claims)) - 1])
        found = map(self.truth, claims)
        return max(found, key=lambda one: TRUTHS.index(one[0]), default=UNTOLD)

    def truth(self, claim: Claim) -> tuple[str, str]:
        """Whether a claim is shown false, and at which point."""
        left, relation, right, assuming = claim
        try:
            point = shown_false(left, relation, right, assuming, self.seed)
        except NotKnown as problem:
            return TRUTHS[2], str(problem)
        if point is None:
            return TRUTHS[1], ""
        values = ", ".join(f"{symbol.name} = {told(value)}" for symbol, value in point.items())
        return TRUTHS[0], f"false: {left} {relation} {right} where {values}"


def rounding(text: str) -> float:
    """How far the numerals of a side may be off, together: each by one unit of its last digit.

    A whole number is exact beside decimals; where there are none, it is what was rounded to.

    >>> rounding("0.137 + 30.33"), rounding("2 · 0.5"), rounding("14 bits")
    (0.011, 0.1, 1)
    """
    decimals = re.findall(r"\d*\.(\d+)", text)
    return sum(10.0 ** -len(digits) for digits in decimals) or 1


def _outcome(
    mutant: Mutant, number: int, report: FileReport, verdict: str, truth: tuple[str, str] = UNTOLD
) -> Outcome:
    step = report.steps[number]
    return Outcome(
        mutant.key, mutant.note, number, step.line, mutant.kind, mutant.before, mutant.after,
        verdict, step.code, *truth,
    )


def _bare_judge() -> Callable[..., FileReport]:
    """The judge without suggestions, which change no verdict, and with the kernel asked always.

    (In daily use a float at a random point spares the kernel claims that are plainly false; here
    the kernel itself is to be tried.)
    """
    from xent_sym.verification import judging, note, proving, refuting

    def as_it_is(report: StepReport, *_: object) -> StepReport:
        return report

    for module, name, instead in (
        (note, "with_suggestion", as_it_is),
        (judging, "proof", proving.search),
        (refuting, "proof", proving.search),
    ):
        setattr(module, name, instead)
    return note.judge_note
