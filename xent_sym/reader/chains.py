"""Rows to chains: which line follows from which, over rows and over display blocks.

A row that begins with a relation goes on with the chain above it.  ``a = b, \\quad c = d`` are
two chains; ``i = 1, \\dots, K`` is a list and states no equation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from xent_sym.reader.document import HEADING, Document, Formula, Located
from xent_sym.reader.joined import Piece, pieces
from xent_sym.reader.lexemes import ReadError
from xent_sym.reader.places import Position
from xent_sym.reader.statements import Statement, selects, statements
from xent_sym.reader.tree import Missing, Node, Relation, RelationChain


@dataclass(frozen=True)
class Side:
    """One side of a relation: its tree, and the text in which the tree's offsets count."""

    node: Node
    where: Located

    @property
    def written(self) -> str:
        """What the author wrote."""
        return self.where.written(self.node.start, self.node.end)

    @property
    def place(self) -> tuple[Position, Position]:
        """Where it begins, and the place behind it."""
        return self.where.span(self.node.start, self.node.end)


@dataclass(frozen=True)
class Step:
    """Two neighbours of a chain and the relation between them."""

    left: Side
    sign: Relation
    right: Side

    @property
    def lhs(self) -> Node:
        return self.left.node

    @property
    def relation(self) -> str:
        return self.sign.sign

    @property
    def rhs(self) -> Node:
        return self.right.node


@dataclass
class Chain:
    """Sides and the relations between them, in order of writing.

    ``relations[i]`` stands between sides i and i + 1.  A chain of one side is an expression or
    a list.  ``conditions`` are what the row says beside it (``\\quad i = j``, ``\\text{if } ...``)
    and the case that a heading row such as ``j = i:`` opens.  ``link`` is the implication by
    which the chain follows from the one before it.
    """

    sides: list[Side]
    relations: list[Relation] = field(default_factory=list)
    conditions: list[Side] = field(default_factory=list)
    link: str = ""
    formula: int = 0
    inline: bool = False

    @property
    def steps(self) -> Iterator[Step]:
        """The neighbours, first to last."""
        for k, sign in enumerate(self.relations):
            yield Step(self.sides[k], sign, self.sides[k + 1])


@dataclass(frozen=True)
class Unread:
    """A row that could not be read: where, and why."""

    where: Located
    error: ReadError

    @property
    def place(self) -> tuple[Position, Position]:
        """The place of the error, and the place behind it."""
        return self.where.span(self.error.start, self.error.end)


def chains(document: Document) -> list[Chain | Unread]:
    """The chains of a document in order, and the rows that could not be read.

    >>> from xent_sym.reader.source import read_document
    >>> note = "$$\\na = b\\n$$\\nthus\\n$$\\n= c, \\\\quad i = 1\\n$$"
    >>> [chain] = chains(read_document(note))
    >>> [(s.lhs.show(), s.relation, s.rhs.show()) for s in chain.steps]
    [('a', '=', 'b'), ('b', '=', 'c')]
    >>> [side.node.show() for side in chain.conditions]
    ['(rel i = 1)']
    """
    builder = _Builder()
    for number, formula in enumerate(document.formulas):
        if HEADING.search(document.prose[number]):
            builder.forget()
        builder.formula(formula, number)
    return builder.found


class _Builder:
    """The chains so far.  ``last`` is the one that a row may go on with; ``waiting`` is a
    relation at the end of a row, whose right side is still to come."""

    def __init__(self) -> None:
        self.found: list[Chain | Unread] = []
        self.number = 0
        self.inline = False
        self.forget()

    def forget(self) -> None:
        self.last: Chain | None = None
        self.waiting: Relation | None = None
        self.case: list[Side] = []

    def formula(self, formula: Formula, number: int) -> None:
        self.number, self.inline = number, formula.kind == "inline"
        saved = self.last, self.waiting, self.case
        self.case = []
        if self.inline:
            self.forget()
        for piece in pieces(formula.rows):
            self.row(piece)
        if self.inline:
            self.last, self.waiting, self.case = saved

    def row(self, piece: Piece) -> None:
        if piece.error is not None:
            self.found.append(Unread(piece.where, piece.error))
            self.last = self.waiting = None
            return
        assert piece.node is not None
        if piece.heading and selects(piece.node):
            self.case, self.last, self.waiting = [Side(piece.node, piece.where)], None, None
            return
        for statement in statements(piece.node):
            if statement.condition and self.last is not None:
                self.last.conditions.append(Side(statement.node, piece.where))
            else:
                self.statement(statement, piece)

    def statement(self, statement: Statement, piece: Piece) -> None:
        node = statement.node
        relations: tuple[Relation, ...] = ()
        items: tuple[Node, ...] = (node,)
        if isinstance(node, RelationChain):
            items, relations = node.items, node.relations
        sides = [Side(item, piece.where) for item in items]
        chain = self.joined(sides, list(relations), statement.link)
        self.last = chain
        if relations and isinstance(items[-1], Missing):
            self.waiting = relations[-1]
            chain.sides.pop()
            chain.relations = chain.relations[:-1]
            if not chain.sides:  # a lone relation under a row that was not read
                self.found.remove(chain)
                self.last = self.waiting = None

    def joined(self, sides: list[Side], relations: list[Relation], link: str) -> Chain:
        """The chain that goes on with these sides, or a new one."""
        leading = bool(relations) and isinstance(sides[0].node, Missing)
        last, waiting = self.last, self.waiting
        self.waiting = None
        if leading and last is not None and (waiting is None or waiting.sign == relations[0].sign):
            last.sides += sides[1:]
            last.relations += relations
            return last
        if not leading and waiting is not None and last is not None:
            last.sides += sides
            last.relations += [waiting, *relations]
            return last
        if leading:  # its left side was not read
            sides, relations = sides[1:], relations[1:]
        chain = Chain(sides, relations, list(self.case), link, self.number, self.inline)
        self.found.append(chain)
        return chain
