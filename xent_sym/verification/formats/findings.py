"""What a report shows: steps, formulas that were not read, and warnings, in the note's order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xent_sym.kernel.verdict import Verdict
from xent_sym.verification.report import ChainReport, FileReport, StepReport, Unreadable, Warned

SHOWN = frozenset((Verdict.REFUTED, Verdict.UNKNOWN, Verdict.UNREADABLE))
LEVELS = {"refuted": "error", "unknown": "warning", "warning": "warning"}


def level(label: str) -> str:
    """``error``, ``warning`` or ``note``: how much a verdict matters, in the words of SARIF.

    >>> level("refuted"), level("unreadable")
    ('error', 'note')
    """
    return LEVELS.get(label, "note")


SIGNS = {"approx": "≈", "<=": "≤", ">=": "≥", "!=": "≠"}


def relation_sign(relation: str) -> str:
    """The sign of a relation, for the eye.

    >>> relation_sign("approx"), relation_sign("=")
    ('≈', '=')
    """
    return SIGNS.get(relation, relation)


@dataclass(frozen=True)
class Finding:
    """One thing to tell, at its place.  ``label`` is the verdict, or ``warning``.

    ``before`` is the step whose right-hand side is the left-hand side of ``step``.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None
    label: str
    code: str
    message: str
    step: StepReport | None = None
    before: StepReport | None = None

    @property
    def level(self) -> str:
        """How much it matters."""
        return level(self.label)

    @property
    def point(self) -> str:
        """The counterexample in words; empty where there is none."""
        point = None if self.step is None else self.step.counterexample
        return "" if point is None else str(point)

    @property
    def headline(self) -> str:
        """The message without the counterexample, which is shown apart from it."""
        if not self.point or self.point not in self.message:
            return self.message
        return self.message.replace(self.point, "").strip(" ;:,") or "the two sides differ"

    @property
    def details(self) -> list[str]:
        """The message, and what makes it checkable: the point, and the line as it would hold."""
        told = [self.message]
        if self.point and self.point not in self.message:
            told.append(self.point)
        if self.step is not None and self.step.suggestion is not None:
            sign = relation_sign(self.step.relation)
            told.append(f"this would hold: {sign} {self.step.suggestion}")
        return told

    @property
    def place(self) -> str:
        """``line:column``, after the cell of a notebook."""
        return f"{'' if self.cell is None else f'cell {self.cell}:'}{self.line}:{self.column}"


def findings(file: FileReport, verbose: bool = False) -> list[Finding]:
    """What asks for attention in this file; with ``verbose`` every step."""
    found = [finding for chain in file.chains for finding in _of_chain(chain, verbose)]
    found += [_not_read(formula) for formula in file.unreadable]
    found += [_warning(warning) for warning in file.warnings]
    return sorted(found, key=lambda f: (f.cell or 0, f.line, f.column))


def _of_chain(chain: ChainReport, verbose: bool) -> Iterator[Finding]:
    before = None
    for step in chain.steps:
        if verbose or step.verdict in SHOWN:
            yield Finding(
                step.line, step.column, step.end_line, step.end_column, step.cell,
                step.verdict, step.code, step.message, step,
                before if before is not None and before.rhs == step.lhs else None,
            )
        before = step


def _not_read(formula: Unreadable) -> Finding:
    """It ends where its source does."""
    first, *rest = formula.source.split("\n")
    last = len(rest[-1]) + 1 if rest else formula.column + max(1, len(first))
    return Finding(
        formula.line, formula.column, formula.line + len(rest), last, formula.cell,
        "unreadable", "syntax", formula.message,
    )


def _warning(warning: Warned) -> Finding:
    return Finding(
        warning.line, warning.column, warning.line, warning.column + 1, warning.cell,
        "warning", warning.code, warning.message,
    )
