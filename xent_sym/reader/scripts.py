"""Scripts, primes, arguments, and the bracket that a letter is applied to."""

from __future__ import annotations

from xent_sym.reader.brackets import bracket, group
from xent_sym.reader.cursor import CLOSERS, WIDE, Cursor
from xent_sym.reader.tokens import ReadError
from xent_sym.reader.tree import (
    Accent,
    Annotated,
    Apply,
    BigOperator,
    Bracket,
    Call,
    Derivative,
    Differential,
    Evaluated,
    Gradient,
    Group,
    Integral,
    Name,
    Node,
    Postfix,
    Product,
    Quotient,
    Repaired,
    Run,
    Script,
    Styled,
    Symbol,
    Word,
)
from xent_sym.reader.vocabulary import Kind

_SIGNS = frozenset((Kind.SIGN, Kind.TIMES, Kind.RELATION, Kind.PARTIAL))
_WORDS = frozenset((Kind.BIG, Kind.FUNCTION))
_HEADS = (Name, Run, Word, Styled, Accent, Annotated)
_ENDED = (BigOperator, Integral, Derivative, Gradient)
_LOOSE = (Group, Product, Differential)
_CALLING = frozenset("([{")


def with_scripts(cursor: Cursor, node: Node) -> Node:
    """The operand with its scripts, postfix marks and the bracket that follows a letter."""
    if isinstance(node, _ENDED):
        return node
    marks = 0
    while True:
        token = cursor.token
        if token.kind in (Kind.SUB, Kind.SUP, Kind.PRIME) or _limits(cursor):
            node = _scripted(cursor, node)
        elif token.kind is Kind.POSTFIX:
            cursor.take()
            node = Postfix(node.start, token.end, node, token.text)
            marks += 1
        elif token.kind is Kind.BAR and cursor.ahead(1).kind is Kind.SUB and not cursor.bars:
            cursor.take()
            sub, sup, _ = read(cursor)
            node = Evaluated(node.start, cursor.last_end, node, sub, sup)
            marks += 1
        elif _callable(node) and token.kind is Kind.OPEN and _applied(cursor):
            inner = bracket(cursor)
            assert isinstance(inner, Bracket)
            node = Call(node.start, inner.end, node, inner)
        else:
            return node
        if marks > 3:
            raise cursor.error("at most three marks after a term")


def _limits(cursor: Cursor) -> bool:
    return cursor.kind is Kind.LIMITS and cursor.ahead(1).kind in (Kind.SUB, Kind.SUP)


def _applied(cursor: Cursor) -> bool:
    token = cursor.token
    return token.text in _CALLING and not (cursor.rowlevel and token.gap >= WIDE)


def _callable(node: Node) -> bool:
    """A letter or a word, whatever its scripts."""
    return isinstance(node.base if isinstance(node, Script) else node, _HEADS)


def _scripted(cursor: Cursor, base: Node) -> Node:
    _check_base(cursor, base)
    sub, sup, primes = read(cursor)
    if sub is not None and _is_split_kl(cursor, base, sub):
        letter = cursor.take_letter()
        run = Run(sub.start, letter.end, "KL")
        sub = Repaired(sub.start, letter.end, run, "D_KL is read as D_{KL}")
        if cursor.kind is Kind.SUP:
            sup = argument(cursor) if cursor.take() else None
    if isinstance(base, Script) and _disjoint(base, sub, sup):  # {p_i}^2
        sub, sup, primes = base.sub or sub, base.sup or sup, base.primes + primes
        return Script(base.start, cursor.last_end, base.base, sub, sup, primes)
    return Script(base.start, cursor.last_end, base, sub, sup, primes)


def _check_base(cursor: Cursor, base: Node) -> None:
    """Braces do not print: a script on ``{ab}`` stands on the b alone."""
    unclosed = isinstance(base, Apply) and not isinstance(base.argument, Bracket)
    if unclosed or isinstance(base, _LOOSE) or (isinstance(base, Quotient) and base.slash):
        expected = "round brackets: braces do not print, so the script binds to less on paper"
        raise ReadError(base.start, base.end, "a script on several terms in braces", expected)
    if isinstance(base, Script) and cursor.text[base.start] != "{":
        raise cursor.error("one subscript and one superscript (TeX refuses a second)")


def _disjoint(base: Script, sub: Node | None, sup: Node | None) -> bool:
    return not (base.sub and sub) and not (base.sup and sup)


def _is_split_kl(cursor: Cursor, base: Node, sub: Node) -> bool:
    """``D_KL``: TeX sets D_K L, its author means D_{KL}."""
    names = isinstance(base, Name) and base.text == "D" and isinstance(sub, Name)
    token = cursor.token
    beside = token.kind is Kind.LETTERS and token.text == "L" and token.start == sub.end
    return names and isinstance(sub, Name) and sub.text == "K" and beside


def read(cursor: Cursor) -> tuple[Node | None, Node | None, int]:
    """Scripts in either order, with ``\\limits`` among them: below, above, primes."""
    sub: Node | None = None
    sup: Node | None = None
    primes = 0
    while True:
        match cursor.kind:
            case Kind.LIMITS:
                cursor.take()
            case Kind.PRIME if sup is None:
                cursor.take()
                primes += 1
                if primes > 3:
                    raise cursor.error("at most three primes")
            case Kind.SUB if sub is None:
                cursor.take()
                sub = argument(cursor)
            case Kind.SUP if sup is None:
                cursor.take()
                if counted := _primes_above(cursor):
                    primes += counted
                else:
                    sup = argument(cursor)
            case Kind.SUB | Kind.SUP:
                raise cursor.error("one subscript and one superscript (TeX refuses a second)")
            case _:
                return sub, sup, primes


def _primes_above(cursor: Cursor) -> int:
    """``^\\prime`` and ``^{\\prime\\prime}``."""
    if cursor.kind is Kind.PRIME:
        cursor.take()
        return 1
    distance = 1
    while cursor.ahead(distance).kind is Kind.PRIME:
        distance += 1
    in_braces = cursor.kind is Kind.GROUP_OPEN and cursor.ahead(distance).kind is Kind.GROUP_CLOSE
    if not in_braces or distance == 1 or distance > 4:
        return 0
    cursor.at += distance + 1
    return distance - 1


def argument(cursor: Cursor) -> Node:
    """One argument: a group, or a single letter, digit, sign or command."""
    token = cursor.token
    if token.kind is Kind.GROUP_OPEN:
        return _braced_argument(cursor)
    if token.kind in _SIGNS:
        cursor.take()
        return Symbol(token.start, token.end, token.text)
    if token.kind in _WORDS:
        cursor.take()
        return Word(token.start, token.end, token.text, "")
    if token.kind in (Kind.OPEN, Kind.CLOSE, Kind.BAR, Kind.DOUBLE_BAR, Kind.ROW, Kind.CELL):
        raise cursor.error("an argument in braces, or a single letter or digit")
    return cursor.operand()


def _braced_argument(cursor: Cursor) -> Node:
    inner, close = cursor.ahead(1), cursor.ahead(2)
    if close.kind is Kind.GROUP_CLOSE and inner.kind in _SIGNS | _WORDS:
        start = cursor.take().start
        node = argument(cursor)
        cursor.take()
        return type(node)(start, close.end, *node.parts())
    node = group(cursor, leading=True)
    return node.body if isinstance(node, Group) else node


def skip_argument(cursor: Cursor) -> None:
    """Pass over an argument that is only a note."""
    closing = cursor.partner.get(cursor.at)
    if closing is not None:
        cursor.at = closing
    elif cursor.kind in CLOSERS:
        raise cursor.error("an argument in braces, or a single letter or digit")
    cursor.take()
