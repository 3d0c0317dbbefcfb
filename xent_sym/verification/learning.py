"""What a step that holds teaches of the rest of the note: ranges, and the base of H and I."""

from __future__ import annotations

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import NoteContext
from xent_sym.meaning.names import written
from xent_sym.meaning.scene import Reading
from xent_sym.meaning.writing import measure_of
from xent_sym.reader.tree import Call, Node, Number
from xent_sym.terms.term import Num
from xent_sym.verification.judging import ChainReader
from xent_sym.verification.report import StepReport


def learn(context: NoteContext, reader: ChainReader, report: StepReport) -> None:
    """The families' ranges are known now; so is the base, if H or I stands beside a logarithm.

    What holds under a condition only ("for n = 2") teaches nothing.
    """
    if report.verdict not in (Verdict.PROVED, Verdict.DEFINITION):
        return
    read = reader.under(Reading(unfold=1, case=not reader.supposed))
    context.learn(read)
    logs = read.scene.usage
    if any(_measures(side, context) for side in reader.sides) and (logs.bases or logs.plain_log):
        base = logs.bases[0] if logs.bases and not logs.plain_log else None
        context.base_known = Num(base.value) if isinstance(base, Number) else None


def _measures(side: Node, context: NoteContext) -> bool:
    """H(...), I(...) or D(...) stands in the side."""
    heads = (written(n.head, context.letters) for n in side.walk() if isinstance(n, Call))
    return any(head is not None and measure_of(head.name) is not None for head in heads)


__all__ = ["learn"]
