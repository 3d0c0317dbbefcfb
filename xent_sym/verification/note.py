"""A note, line by line: every step of every chain with its verdict, in order of reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import NoteContext
from xent_sym.meaning.declarations import Declarations, parse_declarations
from xent_sym.meaning.definitions import Definitions
from xent_sym.meaning.scene import Reading
from xent_sym.meaning.writing import letters_of
from xent_sym.reader.chains import Chain, Step, Unread, chains
from xent_sym.reader.document import Document
from xent_sym.reader.source import read_document, read_path
from xent_sym.reader.tree import Node
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Term
from xent_sym.verification.claims import (
    conditions,
    gives_a_value,
    is_assumption,
    not_a_claim,
    relation,
    says_of_letters,
    words_of,
)
from xent_sym.verification.defining import Defining, StepPlace, defines
from xent_sym.verification.extremes import extreme_verdict, is_extreme
from xent_sym.verification.judging import RELATIONS, ChainReader, differing, judged, outcomes
from xent_sym.verification.learning import learn
from xent_sym.verification.letters import Defined, letters_told
from xent_sym.verification.linking import linked
from xent_sym.verification.numbers import approximately, row_that_does_not_sum
from xent_sym.verification.report import (
    ChainReport,
    FileReport,
    StepReport,
    Unreadable,
    Warned,
)
from xent_sym.verification.sentences import opens_with_if
from xent_sym.verification.suggesting import with_suggestion
from xent_sym.verification.supposed import NOTHING, Supposed, names_of, reach, supposed

OnStep = Callable[[int, StepReport | None], None]
OnTerms = Callable[[int, Term, str, Term, frozenset[Hypothesis]], None]


@dataclass(frozen=True)
class Hooks:
    """Who is told what while a note is judged."""

    on_step: OnStep | None = None
    on_terms: OnTerms | None = None


def judge_note(  # noqa: PLR0913 - the doors that a report, a guard and a benchmark need
    note: Path | str,
    context: str | None = None,
    *,
    name: str = "",
    known: Mapping[int, StepReport] | None = None,
    on_step: OnStep | None = None,
    on_terms: OnTerms | None = None,
) -> FileReport:
    r"""Every step of a note with its verdict; a ``str`` is the text of a Markdown note.

    ``context`` is the text of a sidecar.  ``on_step(k, blank)`` is called before step k is judged
    and ``on_step(k, report)`` after; a step in ``known`` is not judged again.  ``on_terms`` sees
    the terms that a step was read as.

    >>> report = judge_note("$$H(p,q) = -\\sum_i p_i \\log q_i = \\sum_i p_i \\log q_i$$")
    >>> [str(step.verdict) for step in report.steps]
    ['proved', 'refuted']
    """
    if on_step is not None:
        on_step(-1, None)
    document = read_path(note) if isinstance(note, Path) else read_document(note)
    judge = _NoteJudge(document, context, dict(known or {}), Hooks(on_step, on_terms))
    found = tuple(judge.chains())
    return FileReport(
        name or (str(note) if isinstance(note, Path) else "note"),
        found,
        tuple(judge.unreadable),
        tuple(judge.warnings),
        tuple(letters_told(judge.readers, judge.context, judge.defined)),
        text=_text(note, document),
    )


def _text(note: Path | str, document: Document) -> str:
    """The file as it was read; a notebook as its JSON."""
    if isinstance(note, Path) and note.suffix == ".ipynb":
        return note.read_text("utf-8", errors="replace")
    return "".join(source.text for source in document.sources)


@dataclass
class _NoteJudge:
    """One document, chain by chain; definitions are gathered on the way."""

    document: Document
    sidecar: str | None
    known: dict[int, StepReport]
    hooks: Hooks
    unreadable: list[Unreadable] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    readers: list[ChainReader] = field(default_factory=list)
    suppositions: list[tuple[Supposed, int, set[str]]] = field(default_factory=list)
    defined: list[Defined] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        self.found = chains(self.document)
        self.read = [c for c in self.found if isinstance(c, Chain)]
        declarations = self._declarations()
        trees = [s.node for c in self.read for s in c.sides]
        declared = frozenset(r.key for r in declarations.ranges if r.low is not None)
        self.context = NoteContext(letters_of(trees, declared), Definitions(), declarations)
        self.defining = Defining(self.context)
        self.defining.declare()
        self._remarks()

    def _declarations(self) -> Declarations:
        """The blocks of the note in order, then the sidecar, which wins."""
        found = Declarations()
        for block in self.document.declarations:
            found = found.merged(parse_declarations(block))
        if self.sidecar is not None:
            found = found.merged(parse_declarations(self.sidecar))
        for problem in found.problems:
            at = problem.at
            message = problem.message if at.origin != "context file" else str(problem)
            line, column = (1, 1) if at.origin == "context file" else (at.line, at.column)
            self.warnings.append(Warned(line, column, "declaration", message, at.cell))
        return found

    def _remarks(self) -> None:
        """What the reader could not read, or read otherwise than it was written."""
        for remark in self.document.problems:
            at = remark.place
            self.unreadable.append(
                Unreadable(at.line, at.column, remark.source, remark.message, at.cell)
            )
        repairs = [r for formula in self.document.formulas for r in formula.repairs]
        for remark in (*self.document.warnings, *repairs):
            at = remark.place
            self.warnings.append(Warned(at.line, at.column, "repaired", remark.message, at.cell))

    # -- chains --------------------------------------------------------------------------------

    def chains(self) -> Iterator[ChainReport]:
        """The reports of all chains that claim something."""
        for number, chain in enumerate(self.found):
            if isinstance(chain, Unread):
                start, _ = chain.place
                source = chain.where.text.strip()
                self.unreadable.append(
                    Unreadable(start.line, start.column, source, str(chain.error), start.cell)
                )
            elif chain.relations:
                start, _ = chain.sides[0].place
                steps = tuple(self._steps(chain, number))
                yield ChainReport(start.line, steps, start.cell)

    def _steps(self, chain: Chain, number: int) -> Iterator[StepReport]:
        section = self.document.sections[chain.formula]
        self.context.definitions.section = section
        sides = [s.node for s in chain.sides]
        own = conditions(chain, self.read, self.document, self.context, section)
        reader = ChainReader(sides, self.context, self._assumed(sides, section) + own)
        self.readers.append(reader)
        judged_steps: list[StepReport] = []
        for position, step in enumerate(chain.steps):
            report = self.known.get(self.number)
            place = StepPlace(chain, position, section, number, _blank(step), own)
            if report is None:
                self._tell(place.blank)
                report = linked(reader, judged_steps, position, self._judge(reader, place, step))
                report = with_suggestion(report, reader, position, step)
            self._keep(reader, place, step, report)
            judged_steps.append(report)
            self._tell(report)
            self.number += 1
        yield from judged_steps

    def _assumed(self, sides: list[Node], section: int) -> Supposed:
        """What the section assumes of the letters of these sides."""
        names = reach(sides, self.context)
        found = (s for s, where, about in self.suppositions if where == section and about & names)
        return sum(found, NOTHING).usable(sides, self.context)

    def _tell(self, report: StepReport) -> None:
        if self.hooks.on_step is not None:
            self.hooks.on_step(self.number, report)

    def _keep(
        self, reader: ChainReader, place: StepPlace, step: Step, report: StepReport
    ) -> None:
        """What a step teaches holds from here on, whether it was judged now or before."""
        learn(self.context, reader, report)
        node = relation(step)
        if says_of_letters(step, report, self.context):
            self.context.assumptions.append((node, place.section))
        elif is_assumption(place.chain, self.document):
            said = supposed(node, self.context, report.line, section=place.section)
            self.suppositions.append((said, place.section, names_of(node, self.context)))
        elif report.verdict == Verdict.DEFINITION and not place.under.selects(self.context):
            words = words_of(place.chain, self.read, self.document)
            assumed = opens_with_if(words) or place.under.narrows
            name = self.defining.add(place, report.line, assumed=assumed)
            left, body = report.lhs, report.rhs
            if place.position:  # "... = NLL" names what stands before it
                left, body = body, left
            self.defined.append(Defined(name, left, body, report.line))
        if report.code == "redefinition":
            self._warn(report, "redefined", report.message)
        row = row_that_does_not_sum(step, self.context)
        if row:
            self._warn(report, "not-a-distribution", row)

    def _warn(self, report: StepReport, code: str, message: str) -> None:
        self.warnings.append(Warned(report.line, report.column, code, message, report.cell))

    def _judge(self, reader: ChainReader, place: StepPlace, step: Step) -> StepReport:
        reader.tell = self._terms
        report = self._decided(reader, place, step)
        point = report.counterexample
        if report.verdict != Verdict.REFUTED or report.code == "free-index" or (
            point is not None and not point.values  # numbers alone depend on nothing
        ):
            return report
        return self._under_conditions(reader, place, report)

    def _decided(self, reader: ChainReader, place: StepPlace, step: Step) -> StepReport:
        """The verdict, whatever the note says of when the step holds and could not be used."""
        if not place.chain.inline and is_assumption(place.chain, self.document):
            said = supposed(relation(step), self.context, place.blank.line)
            if said.definitions:
                node = said.definitions[0].left
                return defines(place.blank, self.context, node, NOTHING, assumed=True)
        silent = not_a_claim(place.chain, step, self.document, self.context)
        if silent:
            return replace(
                place.blank, verdict=Verdict.NOT_A_CLAIM, code="not-a-claim", message=silent
            )
        sign = RELATIONS[step.relation]
        if sign == "=":
            defined = self.defining.verdict(reader, place)
            if defined is not None:
                return defined
        if sign == "=" and is_extreme(step.lhs) and is_extreme(step.rhs):
            return extreme_verdict(reader, place.position, place.blank)
        found = outcomes(reader, place.position, "=" if sign == "approx" else sign)
        if sign == "!=":
            return differing(found, place.blank)
        if sign == "approx":
            return approximately(reader, found, place.position, place.blank)
        return self._example(place, step, judged(found, sign, place.blank))

    def _under_conditions(
        self, reader: ChainReader, place: StepPlace, report: StepReport
    ) -> StepReport:
        """Under a condition that could not be used, or stands in words only, no point refutes."""
        read, step = reader.under(Reading()), slice(place.position, place.position + 2)
        unused = list(
            reader.supposed.open(self.context, reader.sides[step], read.sides[step], read)
        )
        words = words_of(place.chain, self.read, self.document)
        if unused:
            message = f"it stands under the condition {', '.join(unused)}"
        elif words:
            message = f"it stands under a condition in words ({words})"
        else:
            return report
        message += f", which could not be used; without it: {report.message}"
        return replace(
            report, verdict=Verdict.UNKNOWN, code="depends-on-data", message=message,
            counterexample=None,
        )

    def _example(self, place: StepPlace, step: Step, report: StepReport) -> StepReport:
        """n = 3 in running text gives a letter a value, unless its value is known already."""
        alone = place.chain.inline and len(place.chain.relations) == 1
        if report.verdict != Verdict.UNKNOWN or not alone or not gives_a_value(step, self.context):
            return report
        return replace(
            place.blank, verdict=Verdict.NOT_A_CLAIM, code="not-a-claim",
            message="an example: it gives a letter a value",
        )

    def _terms(
        self, lhs: Term, relation: str, rhs: Term, assuming: frozenset[Hypothesis]
    ) -> None:
        if self.hooks.on_terms is not None:
            self.hooks.on_terms(self.number, lhs, relation, rhs, assuming)


def _blank(step: Step) -> StepReport:
    """The report of a step that is not judged yet: its place and its sides."""
    start, end = step.right.place
    return StepReport(
        start.line, start.column, end.line, end.column, step.left.written, step.sign.sign,
        step.right.written, Verdict.UNKNOWN, "timed-out", "", cell=start.cell,
    )


__all__ = ["judge_note"]
