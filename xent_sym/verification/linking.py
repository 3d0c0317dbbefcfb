"""Two slips that cancel: a refuted step that ends where an earlier slip began repairs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xent_sym.kernel.verdict import Verdict
from xent_sym.terms.term import Term
from xent_sym.verification.judging import ChainReader, prove_pair
from xent_sym.verification.numbers import same_number
from xent_sym.verification.report import StepReport


def linked(
    reader: ChainReader, before: Sequence[StepReport], position: int, report: StepReport
) -> StepReport:
    """The report, told of the earlier slip that the step takes back, if there is one."""
    if report.verdict != Verdict.REFUTED:
        return report
    for earlier in reversed(range(position)):
        if before[earlier].verdict == Verdict.REFUTED and _same(reader, earlier, position + 1):
            line = before[earlier].line
            message = (
                f"{report.message}; it repairs the slip in line {line}: the left side there "
                "equals the right side here"
            )
            return replace(report, linked=line, message=message)
    return report


def _same(reader: ChainReader, one: int, two: int) -> bool:
    """Two sides of the chain are proved equal under some reading."""
    for reading in reader.plan():
        read = reader.under(reading)
        left, right = read.sides[one], read.sides[two]
        if (
            isinstance(left, Term)
            and isinstance(right, Term)
            and prove_pair((left, right), "=", read.assuming) is not None
        ):
            return True
        if same_number(reader, read, one, two):
            return True
    return False


__all__ = ["linked"]
