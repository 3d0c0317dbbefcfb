r"""The line as it would hold: one edit of the author's own text that makes a refuted step provable.

Every edit is read anew in its chain.  One that a few points refute is passed over; of the rest
the first that is proved is told.  Nothing is guessed: what cannot be proved is not suggested.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import accumulate, islice

from xent_sym.kernel.verdict import Verdict
from xent_sym.reader.chains import Side, Step
from xent_sym.reader.places import Traced
from xent_sym.verification.judging import RELATIONS, ChainReader
from xent_sym.verification.report import StepReport
from xent_sym.verification.side_text import Edit
from xent_sym.verification.trying import Bench

MOST_EDITS = 120  # the same note gets the same help on a slow machine
SECONDS = 5.0  # and none is waited for longer than this


def with_suggestion(
    report: StepReport, reader: ChainReader, position: int, step: Step
) -> StepReport:
    """The report of a refuted step with the line as it would hold, where one edit mends it.

    A step that only takes an earlier slip back is left alone: it is the slip that needs mending.
    """
    repairs = report.code == "refuted" and report.linked is not None
    if report.verdict != Verdict.REFUTED or repairs:
        return report
    return replace(report, suggestion=suggestion(reader, position, step))


def suggestion(
    reader: ChainReader, position: int, step: Step, *, seconds: float = SECONDS
) -> str | None:
    """The right side of a refuted step with one edit, such that the step is proved; or None.

    Only for equations and approximations.  The search ends after ``MOST_EDITS``, or so many
    seconds.
    """
    relation = RELATIONS.get(step.relation)
    bench = Bench.of(reader, position, step)
    if bench is None or relation not in ("=", "approx"):
        return None
    until = time.monotonic() + seconds
    for edit in islice(bench.roundings() if relation == "approx" else bench.edits(), MOST_EDITS):
        if time.monotonic() > until:
            return None
        if bench.rounds(edit) if relation == "approx" else bench.holds(edit):
            return _as_written(edit, step.right)
    return None


# -- the author's text ---------------------------------------------------------------------------


def _as_written(edit: Edit, side: Side) -> str:
    """The author's own text with the edit; a macro that it falls into is written out."""
    traced = side.where.traced[side.node.start : side.node.end]
    least = edit.least(traced.text)
    cuts = _cuts(traced)
    first = max(at for at in cuts if at <= least.start)
    last = min(at for at in cuts if at >= least.end)
    instead = traced.text[first : least.start] + least.instead + traced.text[least.end : last]
    source = side.where.source.text
    before = source[min(traced.starts) : min(traced.starts[first:], default=max(traced.ends))]
    after = source[max(traced.ends[:last], default=min(traced.starts)) : max(traced.ends)]
    return before + instead + after


def _cuts(traced: Traced) -> list[int]:
    """The places across which no macro was expanded."""
    ends = [0, *accumulate(traced.ends, max)]
    starts = [*accumulate((traced.end, *reversed(traced.starts)), min)][::-1]
    return [at for at, (one, two) in enumerate(zip(ends, starts, strict=True)) if one <= two]


__all__ = ["suggestion", "with_suggestion"]
