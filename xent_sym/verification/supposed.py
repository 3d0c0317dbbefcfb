"""Under what a claim stands: cases, conditions and assumptions, in words or beside it.

``letter = value`` is read as what the letter means in this claim, ``i = 1`` puts the number for
the index, i = j and inequalities are conditions of the terms.  What cannot be used keeps the
claim from being refuted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from xent_sym.meaning.chain import NoteContext, ReadChain, read_chain
from xent_sym.meaning.conditions import ORDER
from xent_sym.meaning.definitions import Definition
from xent_sym.meaning.names import written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import Reading, taken
from xent_sym.meaning.spelled import spelled
from xent_sym.meaning.writing import is_probability, measure_of
from xent_sym.reader.tree import (
    Bracket,
    Call,
    Clause,
    Derivative,
    Ellipsis,
    Gradient,
    Name,
    Node,
    Number,
    RelationChain,
    Separated,
    Styled,
    Text,
)
from xent_sym.terms.term import Term
from xent_sym.verification.definable import definition, free_indices, is_data, is_row, mentions
from xent_sym.verification.putting_in import with_values

NOT_USED = frozenset({"unless", "otherwise", "except", "else"})


@dataclass(frozen=True)
class Supposed:
    """What holds where a claim stands.

    ``relations`` are conditions of its terms, ``definitions`` say what letters mean in it,
    ``values`` what is put for an index or a distribution: i = 1, p = q.  ``unused`` was seen and
    could not be used.
    """

    relations: tuple[Node, ...] = ()
    definitions: tuple[Definition, ...] = ()
    values: tuple[tuple[str, Node], ...] = ()
    unused: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.relations or self.definitions or self.values)

    def __add__(self, other: Supposed) -> Supposed:
        """Both; where they give one letter two values, the later one."""
        keys, letters = {d.key for d in other.definitions}, {i for i, _ in other.values}
        return Supposed(
            self.relations + other.relations,
            (*(d for d in self.definitions if d.key not in keys), *other.definitions),
            (*(v for v in self.values if v[0] not in letters), *other.values),
            self.unused + other.unused,
        )

    def read(self, sides: Sequence[Node], context: NoteContext, reading: Reading) -> ReadChain:
        """The sides as terms, where all of this holds."""
        sides = [with_values(side, dict(self.values), context.letters) for side in sides]
        if self.definitions:
            known = [*context.definitions.found, *self.definitions]
            context = replace(context, definitions=replace(context.definitions, found=known))
        read = read_chain(sides, self.relations, context, reading)
        cases = [n for n in self.relations if is_index_case(n, context) and _sign(n) == "="]
        used = {one.name for one in read.scene.used.values()}
        values = (f"{i} = {spelled(value)}" for i, value in self.values if i not in used)
        return replace(read, said=(*map(spelled, cases), *values))

    def open(
        self, context: NoteContext, sides: Sequence[Node], read: Sequence[Term | Unclear],
        chain: ReadChain,
    ) -> Iterator[str]:
        """What of this could not be used when these sides were read, so that no point refutes.

        A letter with a value may be left in no side; what has no meaning has used nothing.
        """
        yield from self.unused
        unread = any(isinstance(side, Unclear) for side in read)
        left = {s.name for side in read if isinstance(side, Term) for s in side.symbols()}
        names, used = reach(sides, context), set(chain.scene.used.values())
        meant = {one.name for one in self.definitions}
        for letter, value in self.values:
            if unread or letter in left or (used and letter not in meant):
                yield f"{letter} = {spelled(value)}"
        for one in self.definitions:
            if unread or one.name in left or (one not in used and one.name in names):
                yield told(one)
        for node in self.relations:
            said = is_index_case(node, context) or _is_read(node, context, chain)
            if unread or not said:
                yield spelled(node)

    def usable(self, sides: Sequence[Node], context: NoteContext) -> Supposed:
        """This, but for what may not be put in under a derivative: its value at one point."""
        varied = _varied(sides, context)
        if varied is None:
            return self
        known = varied | {d.name for d in context.definitions.found}
        fixed = [d for d in self.definitions if d.name in known]
        numbers = [v for v in self.values if known & {v[0], *_names(v[1], context)}]
        return Supposed(
            self.relations,
            tuple(d for d in self.definitions if d not in fixed),
            tuple(v for v in self.values if v not in numbers),
            (*self.unused, *map(told, fixed), *(f"{i} = {spelled(n)}" for i, n in numbers)),
        )

    @property
    def narrows(self) -> bool:
        """It says more than in which set a letter lives."""
        return bool(self) and any(_sign(n) not in ("in", "") for n in self.relations)

    def selects(self, context: NoteContext) -> bool:
        """What is said here is said of some values only, so it defines nothing for all."""
        return bool(self.definitions or self.values or self.unused) or any(
            is_index_case(n, context) for n in self.relations
        )


NOTHING = Supposed()


def told(found: Definition) -> str:
    """``y = 1``, as it was written."""
    return f"{spelled(found.left)} = {spelled(found.body)}"


def supposed(
    node: Node, context: NoteContext, line: int, *, section: int = -1, beside: bool = False
) -> Supposed:
    """What a condition says; ``beside``: it stands in the row of its claim, where words comment."""
    match node:
        case Clause() if node.text.strip().lower() in NOT_USED:
            return Supposed(unused=(spelled(node),))
        case Clause() | Bracket() if node.body is not None:
            return supposed(node.body, context, line, section=section, beside=beside)
        case Separated() if any(isinstance(i, Ellipsis) for i in node.items):
            return Supposed(relations=(node,))
        case Separated():
            parts = (supposed(i, context, line, section=section, beside=beside) for i in node.items)
            return sum(parts, NOTHING)
        case RelationChain():
            pairs = (_one(pair, context, line, section, beside) for pair in _pairs(node))
            return sum(pairs, NOTHING)
        case Text() if not beside:
            return Supposed(unused=(spelled(node),))
    return NOTHING


def _pairs(node: RelationChain) -> Iterator[RelationChain]:
    for one, sign, two in zip(node.items, node.relations, node.items[1:], strict=False):
        yield RelationChain(one.start, two.end, (one, two), (sign,))


def _one(
    node: RelationChain, context: NoteContext, line: int, section: int, beside: bool
) -> Supposed:
    sign, (one, two) = _sign(node), node.items
    if is_index_case(node, context):
        return Supposed(relations=(node,))
    if sign == "=":
        value = _value(one, two, context) or _value(two, one, context)
        meant = _meant(one, two, context, line, section) or _meant(two, one, context, line, section)
        counts = value is not None and isinstance(value[1], Number)
        definitions = (meant,) if meant is not None and (value is None or counts) else ()
        if value is not None or definitions:
            return Supposed(definitions=definitions, values=() if value is None else (value,))
    if sign in ORDER or (sign == "in" and (beside or _is_domain(two))):
        return Supposed(relations=(node,))
    return Supposed(unused=(spelled(node),))


def _is_domain(node: Node) -> bool:
    """ℝ, 𝒳, {0, 1}: where a letter lives.  x ∈ A is a condition."""
    return any(
        isinstance(n, Bracket) or (isinstance(n, Styled) and n.font in ("mathbb", "mathcal"))
        for n in node.walk()
    )


def _value(one: Node, two: Node, context: NoteContext) -> tuple[str, Node] | None:
    """i = 1, of an index or a size; p = q, of two distributions."""
    letters = context.letters
    if not isinstance(one, Name):
        return None
    laws = isinstance(two, Name) and is_probability(one.text) and is_probability(two.text)
    counts = isinstance(two, Number) and (letters.is_index(one) or one.text in letters.sizes)
    return (one.text, two) if laws or counts else None


def _meant(
    one: Node, two: Node, context: NoteContext, line: int, section: int
) -> Definition | None:
    """y = 1, a = b, p_i = 1/n; but y_k = 1 is said of one k, and H(X) = 1 of a quantity."""
    if mentions(two, one, context):
        return None
    name = written(one.head if isinstance(one, Call) else one, context.letters)
    if isinstance(one, Call) and name is not None and measure_of(name.name):
        return None
    whole = name is not None and name.bare and not isinstance(one, Call)
    if not whole and is_data(two) and not is_row(two):
        return None
    if name is not None and name.indices:
        own = {i.show() for i in name.indices}
        if free_indices(two, context) - own:  # z_i = z_j is said of two entries only
            return None
    return definition(one, [two], context, line=line, section=section, assumed=True)


def is_index_case(node: Node, context: NoteContext) -> bool:
    """i = j or i ≠ j, of two index letters."""
    return isinstance(node, RelationChain) and _sign(node) in ("=", "!=") and all(
        isinstance(i, Name) and context.letters.is_index(i) for i in node.items
    )


def _sign(node: Node) -> str:
    return node.relations[0].sign if isinstance(node, RelationChain) else ""


def names_of(node: Node, context: NoteContext) -> set[str]:
    """The letters that stand in a tree, but for indices and sizes."""
    letters = context.letters
    plain = {n.text for n in node.walk() if isinstance(n, Name)
             and (letters.is_index(n) or n.text in letters.sizes)}
    return _names(node, context) - plain


def _names(node: Node, context: NoteContext) -> set[str]:
    return {w.name for n in node.walk() if (w := written(n, context.letters)) is not None}


def reach(nodes: Iterable[Node], context: NoteContext) -> set[str]:
    """The names that stand in these trees, and in the definitions that they lead to."""
    seen = {name for node in nodes for name in _names(node, context)}
    waiting = set(seen)
    while waiting:
        name = waiting.pop()
        for one in context.definitions.found:
            if one.name == name:
                new = _names(one.body, context) - seen
                seen |= new
                waiting |= new
    return seen


def _varied(sides: Sequence[Node], context: NoteContext) -> set[str] | None:
    """The letters by which is differentiated in these trees; None where nothing is."""
    names = reach(sides, context)
    trees = [*sides, *(d.body for d in context.definitions.found if d.name in names)]
    found = [n for t in trees for n in t.walk() if isinstance(n, Derivative | Gradient)]
    if not found:
        return None
    if any(isinstance(n, Gradient) and n.sub is None for n in found):
        return names
    return {
        name for n in found
        for v in (n.variables if isinstance(n, Derivative) else (n.sub,)) if v is not None
        for name in _names(v, context)
    }


def _is_read(node: Node, context: NoteContext, read: ReadChain) -> bool:
    """The condition compares numbers that have a meaning, or says nothing of values."""
    if not isinstance(node, RelationChain) or _sign(node) == "in":
        return True
    sides = read_chain(node.items, (), context, read.scene.reading).sides
    return all(isinstance(s, Term) and not taken(s) for s in sides)


__all__ = [
    "NOTHING", "Supposed", "is_index_case", "names_of", "reach", "supposed", "told",
]
