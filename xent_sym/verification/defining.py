"""Definitions of a note: a first equation for a new name says what the name means.

A second equation for the name is a claim, if the first still holds there; in another section it
may be a new definition, which is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import NoteContext
from xent_sym.meaning.definitions import DECLARED, Definition, arguments_of, key_of
from xent_sym.meaning.names import written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import Reading
from xent_sym.meaning.spelled import spelled
from xent_sym.meaning.writing import measure_of
from xent_sym.reader.chains import Chain
from xent_sym.reader.tree import Call, Name, Node, Number
from xent_sym.refute import refute
from xent_sym.terms.term import Sym, TermError, substitute
from xent_sym.verification.definable import defined_name, definition, mentions, names_in
from xent_sym.verification.judging import ChainReader, most_informed, outcomes
from xent_sym.verification.known_calls import (
    is_quantity,
    may_be_claim,
    names_the_value,
    speaks_of_known,
)
from xent_sym.verification.outcome import Outcome
from xent_sym.verification.refuting import refuted
from xent_sym.verification.report import StepReport
from xent_sym.verification.supposed import NOTHING, Supposed, is_index_case
from xent_sym.verification.wording import said_proved, said_refuted, said_unread

DEFINES = frozenset({":=", "triangleq", "coloneqq"})


@dataclass(frozen=True)
class StepPlace:
    """A step of a note: its chain, which step of it, where that stands, and a report to fill.

    ``under`` are the conditions that its row and its sentence name.
    """

    chain: Chain
    position: int
    section: int
    number: int
    blank: StepReport
    under: Supposed = NOTHING


@dataclass
class Defining:
    """The definitions of a note while it is read."""

    context: NoteContext

    def declare(self) -> None:
        """The definitions of the declaration blocks come first."""
        for entry in self.context.declarations.definitions:
            left, right = entry.equation.items
            found = definition(left, [right], self.context, line=DECLARED)
            if found is not None:
                self.context.definitions.add(found)

    def add(self, place: StepPlace, line: int, *, assumed: bool = False) -> str:
        """From here on the left side of this step means what the chain says after it.

        Returns the name that is defined.
        """
        sides = [side.node for side in place.chain.sides[place.position :]]
        left, bodies = sides[0], sides[1:]
        if place.position:  # "... = NLL" names what stands before it
            left, bodies = sides[1], sides[:1]
        found = definition(
            left, bodies, self.context, line=line, section=place.section, chain=place.number
        )
        if found is not None:
            self.context.definitions.add(replace(found, assumed=assumed))
        return "" if found is None else found.name

    def verdict(self, reader: ChainReader, place: StepPlace) -> StepReport | None:
        """What is said of an equation that may be a definition; None if it is a claim."""
        position, blank = place.position, place.blank
        sides = place.chain.sides
        left, right = sides[position].node, sides[position + 1].node
        if position and not _is_new_name(right, left, self.context):
            return None
        node, body = (left, right) if position == 0 else (right, left)
        name = defined_name(node, self.context, body)
        if name is None or mentions(body, node, self.context) or self._is_derived(node, name):
            return None
        if self._leads_back(name, body):
            return None
        if place.chain.relations[position].sign not in DEFINES:
            unread = self._without_meaning(reader, position, node, blank)
            if unread is not None:
                return unread
        odd = _free_index(reader, position, node, blank)
        if odd is not None:
            return odd
        before = self._before(reader, node)
        if before is not None and before in reader.under(Reading()).scene.broken.values():
            before = None  # it could not be read, so this is the first that says anything
        if before is None and self._applies(node, name):
            return None
        if before is None:
            return self._first(reader, place, node)
        return self._second(reader, place, before)

    def _without_meaning(
        self, reader: ChainReader, position: int, node: Node, blank: StepReport
    ) -> StepReport | None:
        """E[X|Y] = ... where E[X|Y] cannot be read: H, I, KL and E are not the note's to define."""
        if not isinstance(node, Call) or not is_quantity(node, self.context):
            return None
        sides = [reader.under(reading).sides[position] for reading in reader.plan()]
        problems = [side for side in sides if isinstance(side, Unclear)]
        return said_unread(problems, blank) if len(problems) == len(sides) else None

    def _leads_back(self, name: str, body: Node) -> bool:
        """The body speaks of what the note has defined by this name: q = σ(z), z = log(q/(1−q))."""
        seen: set[str] = set()
        waiting = names_in(body, self.context)
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            for found in self.context.definitions.found:
                if found.name == one and not found.data:
                    waiting |= names_in(found.body, self.context)
        return name in seen

    def _is_derived(self, node: Node, name: str) -> bool:
        """f' of a function f that the note has defined: an equation for it is a claim."""
        stem = name.rstrip("'")
        known = any(d.name == stem for d in self.context.definitions.found)
        return stem != name and (known or measure_of(stem) == "H")

    def _applies(self, node: Node, name: str) -> bool:
        """f(1/2), where f(x) has been defined."""
        if not isinstance(node, Call):
            return False
        return self.context.definitions.called(name, len(arguments_of(node))) is not None

    def _before(self, reader: ChainReader, node: Node) -> Definition | None:
        """What the name means so far: by assumption, else by definition."""
        key, _ = key_of(node, self.context.letters)
        for one in reader.supposed.definitions:
            if one.key == key:
                return one
        return self.context.definitions.of(key, data=True)

    def _first(
        self, reader: ChainReader, place: StepPlace, node: Node
    ) -> StepReport | None:
        position, blank = place.position, place.blank
        if isinstance(node, Call) and may_be_claim(node, self.context):
            found = outcomes(reader, position, "=")
            proved = next((o for o in found if o.theorem is not None), None)
            if proved is not None:
                return said_proved(proved, blank)
            body = place.chain.sides[position + 1].node
            if speaks_of_known(node, position, found, self.context) and not (
                names_the_value(node, body, self.context)
            ):
                return None
        return defines(blank, self.context, node, place.under)

    def _second(
        self, reader: ChainReader, place: StepPlace, before: Definition
    ) -> StepReport | None:
        position, blank = place.position, place.blank
        found = outcomes(reader, position, "=")
        proved = next((o for o in found if o.theorem is not None), None)
        if proved is not None:
            return said_proved(proved, blank)
        if _holds_here(before, reader, place):
            point = _contradiction(found)
            if point is not None and before.assumed and before not in reader.supposed.definitions:
                return replace(
                    blank, verdict=Verdict.UNKNOWN, code="depends-on-data", linked=before.line,
                    message=f"it differs from line {before.line}, which stands under a condition",
                )
            if point is not None:
                told = said_refuted(point, blank, "contradicts-definition")
                return replace(told, linked=before.line or None)
            return None
        message = f"{before.name} meant something else in line {before.line}; now it means this"
        return replace(
            blank, verdict=Verdict.DEFINITION, code="redefinition", message=message,
            linked=before.line or None,
        )


def defines(
    blank: StepReport, context: NoteContext, node: Node, under: Supposed, *, assumed: bool = False
) -> StepReport:
    """The equation is a definition; under a condition it holds only there."""
    name = spelled(node)
    where = "under this condition" if under.selects(context) else "from here on"
    if assumed:
        where = "assumed up to the next heading:"
    return replace(
        blank, verdict=Verdict.DEFINITION, code="definition",
        message=f"{where} this is what {name} means",
    )


def _holds_here(before: Definition, reader: ChainReader, place: StepPlace) -> bool:
    """The definition still stands, so that another equation for the name is a claim."""
    if before.line == DECLARED or before in reader.supposed.definitions:
        return True
    return before.section == place.section and not before.data


def _contradiction(found: Sequence[Outcome]) -> Outcome | None:
    readable = most_informed([o for o in found if o.lhs is not None])
    informed = [o for o in readable if o.reading.scene.reading.unfold]
    tried = [refuted(o, "=") for o in informed]
    if tried and all(o.refutation is not None for o in tried):
        return tried[0]
    return None


def _free_index(
    reader: ChainReader, position: int, node: Node, blank: StepReport
) -> StepReport | None:
    """p_j = e^{a_i}/Σ: the name has the index j, the right side speaks of i instead."""
    name = written(node, reader.context.letters)
    if name is None or not name.indices or position:
        return None
    if any(is_index_case(n, reader.context) for n in reader.supposed.relations):
        return None
    read = reader.under(reader.plan()[-1])
    body = read.sides[position + 1]
    own = {i.show() for i in name.indices}
    if isinstance(body, Unclear):
        return None
    free = {s for s in body.symbols() if s.kind == "index" and s.name in read.scene.free}
    if not free or any(s.name in own for s in free) or not all(isinstance(i, Name)
                                                                for i in name.indices):
        return None
    index = min(free, key=lambda s: s.name)
    other = Sym(index.name + "'", "index", *index.args)
    try:
        point = refute(body, "=", substitute(body, {index: other}), tries=20)
    except TermError:
        return None
    if point is None:
        return None
    told = said_refuted(
        Outcome(read, body, body, refutation=point), blank, "free-index"
    )
    left = ", ".join(sorted(own))
    return replace(
        told, message=f"the right side depends on {index.name}, which the left side does not "
        f"have (it has {left}): with two values of {index.name} one name would have two values; "
        f"{told.message}",
    )


def _is_new_name(node: Node, left: Node, context: NoteContext) -> bool:
    """``... = NLL``: the right side is a name that the note has not used before."""
    name = defined_name(node, context)
    if name is None or isinstance(node, Call):
        return False
    key, _ = key_of(node, context.letters)
    return (
        defined_name(left, context) is None
        and context.definitions.of(key, data=True) is None
        and not isinstance(node, Number)
        and not mentions(left, node, context)
    )


__all__ = ["Defining", "StepPlace", "defines"]
