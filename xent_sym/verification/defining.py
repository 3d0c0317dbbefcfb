"""Definitions of a note: a first equation for a new name says what the name means.

A second equation for the name is a claim, if the first still holds there; in another section it
may be a new definition, which is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.arguments import arguments_in
from xent_sym.meaning.chain import NoteContext
from xent_sym.meaning.definitions import DECLARED, Definition, arguments_of, key_of
from xent_sym.meaning.names import Written, written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import Reading
from xent_sym.meaning.writing import FUNCTIONS, indices_of, is_probability, measure_of
from xent_sym.reader.chains import Chain
from xent_sym.reader.tree import (
    BigOperator,
    Bracket,
    Call,
    Name,
    Node,
    Number,
    Script,
    Separated,
    Text,
    Word,
)
from xent_sym.refute import refute
from xent_sym.terms.term import Sym, Term, TermError, substitute
from xent_sym.verification.judging import ChainReader, outcomes
from xent_sym.verification.outcome import Outcome
from xent_sym.verification.refuting import refuted
from xent_sym.verification.report import StepReport
from xent_sym.verification.wording import said_proved, said_refuted


@dataclass(frozen=True)
class StepPlace:
    """A step of a note: its chain, which step of it, where that stands, and a report to fill."""

    chain: Chain
    position: int
    section: int
    number: int
    blank: StepReport


@dataclass
class Defining:
    """The definitions of a note while it is read."""

    context: NoteContext

    def declare(self) -> None:
        """The definitions of the declaration blocks come first."""
        for entry in self.context.declarations.definitions:
            left, right = entry.equation.items
            self._record(left, [right], DECLARED, None)

    def add(self, place: StepPlace, line: int) -> None:
        """From here on the left side of this step means what the chain says after it."""
        sides = [side.node for side in place.chain.sides[place.position :]]
        left, bodies = sides[0], sides[1:]
        if place.position:  # "... = NLL" names what stands before it
            left, bodies = sides[1], sides[:1]
        self._record(left, bodies, line, place)

    def _record(
        self, left: Node, bodies: Sequence[Node], line: int, place: StepPlace | None
    ) -> None:
        name = defined_name(left, self.context, bodies[0])
        body = next((b for b in bodies if not isinstance(b, Word | Text)), None)
        if name is None or body is None:
            return
        left = _with_missing_index(left, name, body, self.context)
        key, letters = key_of(left, self.context.letters)
        name_of = written(left, self.context.letters)
        if name_of is not None and name_of.indices:
            letters = tuple(i.show() for i in name_of.indices if not isinstance(i, Number))
        distinct = tuple(dict.fromkeys(letters))
        self.context.definitions.add(
            Definition(
                name, key, distinct, left, body, line, -1 if place is None else place.section,
                is_data(body), -1 if place is None else place.number,
            )
        )

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
        before = self._before(node)
        if before is not None and before in reader.under(Reading()).scene.broken.values():
            before = None  # it could not be read, so this is the first that says anything
        if before is None and self._applies(node, name):
            return None
        if before is None:
            return self._first(reader, position, node, blank)
        return self._second(reader, place, before)

    def _leads_back(self, name: str, body: Node) -> bool:
        """The body speaks of what the note has defined by this name: q = σ(z), z = log(q/(1−q))."""
        seen: set[str] = set()
        waiting = names_in(body, self.context)
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            for definition in self.context.definitions.found:
                if definition.name == one and not definition.data:
                    waiting |= names_in(definition.body, self.context)
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

    def _before(self, node: Node) -> Definition | None:
        key, _ = key_of(node, self.context.letters)
        return self.context.definitions.of(key, data=True)

    def _first(
        self, reader: ChainReader, position: int, node: Node, blank: StepReport
    ) -> StepReport | None:
        if isinstance(node, Call) and _may_be_claim(node, self.context):
            found = outcomes(reader, position, "=")
            proved = next((o for o in found if o.theorem is not None), None)
            if proved is not None:
                return said_proved(proved, blank)
            if _speaks_of_known(node, position, found, self.context):
                return None
        odd = _free_index(reader, position, node, blank)
        if odd is not None:
            return odd
        name = defined_name(node, self.context)
        return replace(
            blank, verdict=Verdict.DEFINITION, code="definition",
            message=f"from here on this is what {name} means",
        )

    def _second(
        self, reader: ChainReader, place: StepPlace, before: Definition
    ) -> StepReport | None:
        position, blank, section = place.position, place.blank, place.section
        found = outcomes(reader, position, "=")
        proved = next((o for o in found if o.theorem is not None), None)
        if proved is not None:
            return said_proved(proved, blank)
        if before.section == section and not before.data:
            point = _contradiction(found)
            if point is not None:
                told = said_refuted(point, blank, "contradicts-definition")
                return replace(told, linked=before.line or None)
            return None
        message = f"{before.name} meant something else in line {before.line}; now it means this"
        return replace(
            blank, verdict=Verdict.DEFINITION, code="redefinition", message=message,
            linked=before.line or None,
        )


def _speaks_of_known(
    node: Call, position: int, found: Sequence[Outcome], context: NoteContext
) -> bool:
    """H(p) has a meaning of its own; p(x, y) = ... brings nothing in that is not p."""
    head = written(node.head, context.letters)
    if head is not None and measure_of(head.name):
        for outcome in found:
            if outcome.lhs is not None and outcome.rhs is not None:
                left, right = (
                    {s for s in t.symbols() if s.kind not in ("index", "size", "domain")}
                    for t in (outcome.lhs, outcome.rhs)
                )
                if left and right and not left & right:
                    return False
        return any(isinstance(o.reading.sides[position], Term) for o in found)
    for outcome in found:
        if outcome.lhs is not None and outcome.rhs is not None:
            new = outcome.rhs.symbols() - outcome.lhs.symbols()
            return not any(s.kind not in ("index", "size", "domain") for s in new)
    return False


def _contradiction(found: Sequence[Outcome]) -> Outcome | None:
    informed = [o for o in found if o.lhs is not None and o.reading.scene.reading.unfold]
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


def _with_missing_index(left: Node, name: str, body: Node, context: NoteContext) -> Node:
    """ŷ = e^{z_i}/Σ_k e^{z_k} defines ŷ_i, if ŷ has an index elsewhere."""
    found = written(left, context.letters)
    if found is None or not found.bare or name not in context.letters.indexed:
        return left
    free = free_indices(body, context)
    if len(free) != 1:
        return left
    return Script(left.start, left.end, left, Name(left.end, left.end, free.pop()), None, 0)


def free_indices(body: Node, context: NoteContext, bound: frozenset[str] = frozenset()) -> set[str]:
    """The index letters that stand free in a tree."""
    if isinstance(body, BigOperator):
        bound |= {i.show() for i in indices_of(body.sub)}
        return set() if body.body is None else free_indices(body.body, context, bound)
    name = written(body, context.letters) if isinstance(body, Script) else None
    if name is not None:
        own = {i.show() for i in name.indices if isinstance(i, Name)} - bound
        return own | (free_indices(name.power, context, bound) if name.power else set())
    return {i for child in body.children() for i in free_indices(child, context, bound)}


# -- what can be defined -----------------------------------------------------------------------


def defined_name(node: Node, context: NoteContext, body: Node | None = None) -> str | None:
    """The name that an equation for this node defines; None if it is no name.

    A number as index is allowed where the body is a row of numbers: y^{(1)} = (0, 1, 0).
    """
    if isinstance(node, Call):
        head = written(node.head, context.letters)
        if head is None or head.name in FUNCTIONS or head.power is not None:
            return None
        return head.name if _formal(node, context) else None
    if isinstance(node, Script) and isinstance(node.base, Call):
        return defined_name(node.base, context)
    name = written(node, context.letters)
    if name is None or name.power is not None or name.transposed:
        return None
    if name.name in ("e", "pi", "infty", "1") or (name.bare and name.name in context.letters.sizes):
        return None
    if name.bare and isinstance(node, Name) and node.text in context.letters.bound:
        return None
    numbered = any(isinstance(i, Number) for i in name.indices)
    row = body is not None and is_data(body) and is_row(body)
    return None if numbered and not row else name.name


def _formal(node: Call, context: NoteContext) -> bool:
    """The arguments are letters, as in f(x), h(x^{(i)}), H(X|Y), P(y=1|x)."""
    body = node.bracket.body
    if body is None:
        return False
    head = written(node.head, context.letters)
    if head is not None and (measure_of(head.name) or is_probability(head.name)):
        return True
    parts = body.items if isinstance(body, Separated) else (body,)
    return all(
        written(p, context.letters) is not None or isinstance(p, Bracket | Separated)
        for p in parts
    )


def _may_be_claim(node: Call, context: NoteContext) -> bool:
    """H(p, q) and p(x, y) have a meaning of their own, so an equation for them is a claim."""
    head = written(node.head, context.letters)
    if head is None:
        return False
    if measure_of(head.name):
        return True
    arguments = arguments_in(node, context.letters) if is_probability(head.name) else None
    return arguments is not None and len(arguments.targets) + len(arguments.given) > 1


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


def mentions(body: Node, node: Node, context: NoteContext) -> bool:
    """The name that the node is stands in the body."""
    return defined_name(node, context) in names_in(body, context)


def names_in(body: Node, context: NoteContext) -> set[str]:
    """The names that stand in a tree; the H of H(p) is no name."""
    heads = {
        n.head for n in body.walk() if isinstance(n, Call)
        and measure_of((written(n.head, context.letters) or Written("")).name)
    }
    return {
        found.name for n in body.walk()
        if n not in heads and (found := written(n, context.letters)) is not None
    }


def is_row(body: Node) -> bool:
    """(0, 1, 0), [0.2, 0.8], (1, 0)^T."""
    if isinstance(body, Script):
        return is_row(body.base)
    return isinstance(body, Bracket) and isinstance(body.body, Separated)


def is_data(body: Node) -> bool:
    """Numbers only: an example, not a meaning."""
    return not any(isinstance(n, Name | Word | Call) and n.show() not in ("e", "T", "top")
                   for n in body.walk())


__all__ = ["Defining", "StepPlace", "defined_name", "mentions"]
