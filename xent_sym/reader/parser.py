"""Tokens to a tree: one formula, or one row of it.

An operator-precedence parser with an explicit stack, so a long formula costs no recursion;
only a bracket, an argument or a body does, and their nesting is capped.  The readers of parts
(scripts, brackets, functions, big operators, derivatives, commands) are files of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from xent_sym.reader import (
    big_operators,
    brackets,
    commands,
    derivatives,
    functions,
    products,
    scripts,
)
from xent_sym.reader.cursor import CLOSERS, STARTS_TERM, WIDE, Cursor, Level
from xent_sym.reader.products import check_tight, plain
from xent_sym.reader.tokens import ReadError
from xent_sym.reader.tree import (
    Addition,
    Clause,
    Ellipsis,
    Missing,
    Name,
    Node,
    Number,
    Relation,
    RelationChain,
    Run,
    Separated,
    Symbol,
    Text,
    Word,
)
from xent_sym.reader.vocabulary import END_MARKS, Kind

_LEVELS = {
    Kind.ROW: Level.ROWS,
    Kind.IMPLICATION: Level.IMPLICATION,
    Kind.CONNECTIVE: Level.STATEMENTS,
    Kind.QUANTIFIER: Level.STATEMENTS,
    Kind.DOUBLE_BAR: Level.PARALLEL,
    Kind.BAR: Level.GIVEN,
    Kind.COLON: Level.GIVEN,
    Kind.SEMICOLON: Level.SEMICOLON,
    Kind.COMMA: Level.COMMA,
    Kind.RELATION: Level.RELATION,
    Kind.SIGN: Level.ADDITION,
}
_PUNCTUATION = frozenset((Kind.COMMA, Kind.SEMICOLON, Kind.DOT, Kind.COLON))
_SEPARATORS = {"mid": "|", "parallel": "||"}
_AFTER_IDLE = CLOSERS | {Kind.IMPLICATION, Kind.CONNECTIVE, Kind.QUANTIFIER}
_PLACEHOLDER_ENDS = CLOSERS | _PUNCTUATION | {Kind.BAR, Kind.DOUBLE_BAR}


def parse(text: str) -> Node:
    """The tree of one formula.  Raises ``ReadError`` at the place; never a partial tree.

    A row may begin or end with a relation: the side that stands in another row is ``Missing``.

    >>> parse(r"-\\sum_x p(x)\\log q(x) + 1").show()
    '(add -(sum _x (mul (call p (x)) (log (call q (x))))) +1)'
    >>> parse(r"D_{KL}(p \\| q) \\ge 0").show()
    '(rel (call (script D _KL) ((|| p q))) >= 0)'
    """
    parser = Parser(text)
    if parser.kind is Kind.END:
        if text.strip().removeprefix("\\") in END_MARKS:
            return Text(0, len(text), text.strip())
        raise ReadError(0, len(text), "an empty formula", "something to read")
    return parser.whole()


@dataclass
class _Pending:
    """Items of one level, waiting for the last one."""

    level: Level
    start: int
    items: list[Node]
    operators: list[str | Relation]


class Parser(Cursor):
    """The parser proper: precedence, products and terms."""

    def whole(self) -> Node:
        """Everything; nothing may be left over."""
        node = self.expression()
        if self.kind is not Kind.END:
            raise self.error("the formula to end here")
        return plain(node)

    # -- what stands between terms -----------------------------------------------------

    def expression(self, floor: Level = Level.ROWS) -> Node:
        stack: list[_Pending] = []
        node = self.first()
        while True:
            level = self.infix()
            while stack and stack[-1].level > level:
                node = self.close(stack.pop(), node)
            if level < floor or level is Level.NONE:
                for pending in reversed(stack):
                    node = self.close(pending, node)
                return node
            if not stack or stack[-1].level < level:
                stack.append(_Pending(level, node.start, [], []))
            stack[-1].items.append(node)
            stack[-1].operators.append(self.operator(level))
            node = self.after(level)

    def first(self) -> Node:
        """The first term; at the head of a row it may be missing."""
        leading, self.leading = self.leading, False
        if leading and self.kind in (Kind.RELATION, Kind.IMPLICATION):
            return Missing(self.token.start, self.token.start, "")
        return self.term()

    def infix(self) -> Level:
        """The level of what stands here, NONE if the expression ends."""
        token = self.token
        if token.kind in _PUNCTUATION and self.rowlevel and self.is_idle():
            self.at += 1
            return self.infix()
        if token.kind is Kind.DOT:
            return Level.STATEMENTS if self.rowlevel else Level.NONE
        if token.kind in (Kind.BAR, Kind.DOUBLE_BAR) and self.bars:
            return Level.NONE
        if self.rowlevel and token.kind in _PUNCTUATION and self.ahead(1).gap >= WIDE:
            return Level.STATEMENTS
        if token.kind in _LEVELS:
            return _LEVELS[token.kind]
        gap = self.rowlevel and token.gap >= WIDE and token.kind in STARTS_TERM
        return Level.STATEMENTS if gap else Level.NONE

    def is_idle(self) -> bool:
        """The punctuation here says no more than what follows it."""
        distance = 1
        while self.ahead(distance).kind in _PUNCTUATION:
            distance += 1
        return self.ahead(distance).kind in _AFTER_IDLE

    def operator(self, level: Level) -> str | Relation:
        """Take what stands between two items of this level."""
        token = self.token
        if level is Level.STATEMENTS:
            self.at += token.kind in _PUNCTUATION
            return "quad"
        self.at += 1
        if level in (Level.RELATION, Level.IMPLICATION):
            return Relation(token.start, token.end, token.text, token.note)
        return _SEPARATORS.get(token.text, token.text)

    def after(self, level: Level) -> Node:
        """The item after an operator."""
        if level is Level.ADDITION:
            return self.operator_free_product()
        edge = self.rowlevel and self.kind in CLOSERS
        if edge and level in (Level.RELATION, Level.IMPLICATION, Level.ROWS):
            return Missing(self.last_end, self.last_end, "")
        if level is Level.IMPLICATION and self.kind is Kind.RELATION:
            return Missing(self.token.start, self.token.start, "")
        if level is Level.ROWS:
            self.leading = True
            return self.first()
        return self.term()

    def operator_free_product(self) -> Node:
        return self.term() if self.kind is Kind.SIGN else self.product()

    def term(self) -> Node:
        """A product with its sign, or a clause."""
        if self.kind in (Kind.CONNECTIVE, Kind.QUANTIFIER):
            return self.clause()
        return self.signed_product()

    def clause(self) -> Node:
        token = self.take()
        if self.kind in CLOSERS | _PUNCTUATION:
            return Clause(token.start, token.end, token.text, None)
        with self.deeper():
            body = self.expression(Level.COMMA)
        return Clause(token.start, body.end, token.text, plain(body))

    def close(self, pending: _Pending, last: Node) -> Node:
        """The node of one level, now that its last item is there."""
        items = (*pending.items, last)
        if pending.level is Level.ADDITION:
            return _addition(pending, items)
        end = max(last.end, items[-1].end)
        bare = tuple(plain(item) for item in items)
        if pending.level in (Level.RELATION, Level.IMPLICATION):
            relations = tuple(op for op in pending.operators if isinstance(op, Relation))
            return RelationChain(pending.start, end, bare, relations)
        return _separated(pending, bare)

    def signed_product(self) -> Node:
        return products.signed(self)

    def product(self) -> Node:
        return products.product(self)

    # -- factors -----------------------------------------------------------------------

    def factor(self) -> Node:
        node = self.operand()
        if isinstance(node, Ellipsis):
            return node
        return scripts.with_scripts(self, node)

    def operand(self) -> Node:
        with self.deeper():
            return self.one_operand()

    def one_operand(self) -> Node:
        token = self.token
        leaf = _LEAVES.get(token.kind)
        if leaf is not None:
            self.at += 1
            return leaf(token.start, token.end, token.text)
        match token.kind:
            case Kind.LETTERS:
                self.at += 1
                kind = Name if len(token.text) == 1 else Run
                return kind(token.start, token.end, token.text)
            case Kind.WORD:
                self.at += 1
                return Word(token.start, token.end, token.text, token.note)
            case Kind.OPEN | Kind.BAR | Kind.DOUBLE_BAR:
                return brackets.bracket(self)
            case Kind.GROUP_OPEN if self.at in self.operators_in_braces:
                return big_operators.in_braces(self)
            case Kind.GROUP_OPEN:
                return brackets.group(self)
            case Kind.BEGIN:
                return brackets.environment(self)
            case Kind.FUNCTION:
                return functions.application(self)
            case Kind.BIG:
                return big_operators.big_operator(self)
            case Kind.INTEGRAL:
                return big_operators.integral(self)
            case Kind.PARTIAL:
                return derivatives.differential(self)
            case Kind.NABLA:
                return derivatives.gradient(self)
            case Kind.COMMAND | Kind.SWITCH:
                return commands.command(self)
            case Kind.TIMES | Kind.DOT if self.ahead(1).kind in _PLACEHOLDER_ENDS:
                self.at += 1
                return Symbol(token.start, token.end, token.text)
        raise self.error("a term")


_LEAVES: dict[Kind, type[Number | Name | Text | Ellipsis]] = {
    Kind.NUMBER: Number,
    Kind.NAME: Name,
    Kind.TEXT: Text,
    Kind.ELLIPSIS: Ellipsis,
}


def _addition(pending: _Pending, items: tuple[Node, ...]) -> Node:
    first, rest = items[0], items[1:]
    signs = tuple(str(operator) for operator in pending.operators)
    for sign, item in zip(signs, rest, strict=True):
        check_tight(item, sign != "+")
    bare = tuple(plain(item) for item in rest)
    if isinstance(first, Addition) and len(first.terms) == 1:
        signs, terms = (*first.signs, *signs), (*first.terms, *bare)
    else:
        signs, terms = ("+", *signs), (plain(first), *bare)
    return Addition(pending.start, rest[-1].end, signs, terms)


def _separated(pending: _Pending, items: tuple[Node, ...]) -> Node:
    """A list; rows lose an empty last one.  Where ``:`` and ``|`` meet, the first splits first."""
    if pending.level is Level.ROWS and isinstance(items[-1], Missing):
        items = items[:-1]
        if len(items) == 1:
            return items[0]
    separator = str(pending.operators[0])
    if any(operator != separator for operator in pending.operators):
        inner = _Pending(pending.level, items[1].start, list(items[1:-1]), pending.operators[1:])
        items = (items[0], _separated(inner, items[1:]))
    return Separated(pending.start, items[-1].end, separator, items)
