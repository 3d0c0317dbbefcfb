r"""The letters of a declaration: ``\hat{y}``, ``theta``, ``p_x``, read by the reader's parser."""

from __future__ import annotations

from dataclasses import dataclass, replace

from xent_sym.meaning.names import INDEX_LETTERS, Letters, written
from xent_sym.reader.lexemes import ReadError
from xent_sym.reader.parser import parse
from xent_sym.reader.places import SpanError
from xent_sym.reader.tree import (
    Accent,
    Addition,
    Bracket,
    Call,
    Name,
    Node,
    Number,
    Product,
    Quotient,
    Run,
    Script,
    Separated,
    Styled,
    Word,
)

MAX_NAMES = 50
MAX_NAME = 60
_OPEN, _CLOSE = "([{", ")]}"
_BOUND = (Accent, Addition, Bracket, Call, Name, Number, Product, Quotient, Run, Script, Styled)
_LETTERS = (Accent, Name, Run, Script, Styled)


@dataclass(frozen=True)
class Piece:
    """A piece of a line; ``start`` is the offset of its first character in the block."""

    text: str
    start: int

    @property
    def span(self) -> tuple[int, int]:
        """Its offsets in the block."""
        return self.start, self.start + len(self.text)

    def cut(self, start: int, end: int | None = None) -> Piece:
        """The piece between two offsets into this one, without the white space around it."""
        return Piece(self.text[start:end], self.start + start).strip()

    def strip(self) -> Piece:
        """Without the white space around it."""
        lead = len(self.text) - len(self.text.lstrip())
        return Piece(self.text.strip(), self.start + lead)

    def error(self, message: str) -> SpanError:
        """This piece cannot be read."""
        return SpanError(*self.span, message)


@dataclass(frozen=True)
class Letter:
    """A letter as written and as the reader's tree shows it, with its place and its tree."""

    name: str
    key: str
    piece: Piece
    node: Node

    def indexed(self) -> tuple[Letter, tuple[str, ...]]:
        """``y_i`` as y and its index, ``W^{(n)}_{ij}`` as W with three; ``p_x`` as it is."""
        node = self.node
        if not isinstance(node, Script) or node.primes:
            return self, ()
        above, below = _sample(node.sup), _indices(node.sub)
        if (node.sup and not above) or (node.sub and not below):
            return self, ()
        base = self.piece.cut(node.base.start, node.base.end)
        return Letter(base.text, node.base.show(), base, node.base), above + below


def called(text: str) -> str:
    r"""What the elaboration calls the letter that is written so; empty if it has an index.

    >>> called(r"\hat{y}"), called("theta"), called(r"\mathbf{w}_1"), called("y^{(1)}")
    ('yhat', 'theta', 'w_1', '')
    """
    found = written(_whole(parse(text)), Letters())
    return found.name if found is not None and found.bare else ""


def quoted(text: str) -> str:
    """A piece of the author's text inside a message: short.

    >>> quoted("a" * 50)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…'"
    """
    return f"'{text}'" if len(text) <= 40 else f"'{text[:40]}…'"


def outside(piece: Piece, sign: str) -> list[int]:
    """Where the sign stands outside all brackets."""
    depth, found = 0, []
    for at, char in enumerate(piece.text):
        depth += (char in _OPEN) - (char in _CLOSE)
        if char == sign and depth == 0:
            found.append(at)
    return found


def tree(piece: Piece) -> Node:
    """What the reader's parser makes of it."""
    try:
        return parse(piece.text)
    except ReadError as error:
        at = Piece(piece.text[error.start : error.end], piece.start + error.start)
        seen = error.seen if len(error.seen) <= 40 else error.seen[:40] + "…"
        raise at.error(f"saw {seen}; expected {error.expected}") from error


def letter(piece: Piece) -> Letter:
    """One letter or word, with accents, scripts and an alphabet, but no argument."""
    if not piece.text:
        raise piece.error("a letter is missing here")
    if len(piece.text) > MAX_NAME:
        raise piece.error(f"a name of {len(piece.text)} characters; at most {MAX_NAME} are read")
    node = tree(piece)
    if isinstance(node, Call):
        head = piece.text[: node.head.end]
        raise piece.error(f"{quoted(piece.text)} is a value; declare the letter: {quoted(head)}")
    if isinstance(node, Word) and node.font == "function":
        raise piece.error(f"{quoted(piece.text)} is known and cannot be declared")
    if not _is_letter(node) or "~" in piece.text:
        raise piece.error(f"{quoted(piece.text)} is no letter or word, such as p, p_1, \\theta, CE")
    return Letter(piece.text, node.show(), piece, node)


def letters(piece: Piece) -> list[Letter]:
    """Letters with commas between them."""
    commas = outside(piece, ",")
    if len(commas) >= MAX_NAMES:
        raise piece.error(f"{len(commas) + 1} names in one line; at most {MAX_NAMES} are read")
    starts, ends = [0, *(at + 1 for at in commas)], [*commas, len(piece.text)]
    return [letter(piece.cut(start, end)) for start, end in zip(starts, ends, strict=True)]


def bound(piece: Piece) -> Node:
    """The bound of a range: a whole number, a letter, or arithmetic of such."""
    node = tree(piece)
    if not all(isinstance(inner, _BOUND) for inner in node.walk()):
        raise piece.error(f"{quoted(piece.text)} is no bound; a range is written 1..n")
    if isinstance(node, Number) and node.value.denominator != 1:
        raise piece.error(f"{quoted(piece.text)} is not a whole number")
    return node


def definable(node: Node) -> bool:
    """What a definition may have on its left: ``a``, ``\\hat{y}_i``, ``f(x)``."""
    return _is_letter(node.head if isinstance(node, Call) else node)


def plain_value(node: Node) -> bool:
    """A letter or a number, with a sign: what a case such as i = j or c = 1 is made of."""
    if isinstance(node, Addition) and len(node.terms) == 1:
        return plain_value(node.terms[0])
    return isinstance(node, Number) or _is_letter(node)


def _is_letter(node: Node) -> bool:
    """A name, whatever its indices, but neither a power nor a transpose of one."""
    if isinstance(node, Word):
        return node.font != "function"
    found = written(_whole(node), Letters()) if isinstance(node, _LETTERS) else None
    return found is not None and found.power is None and not found.transposed


def _whole(node: Node) -> Node:
    """``theta_1`` with theta as one word, not a product of five letters."""
    if isinstance(node, Run):
        return Word(node.start, node.end, node.text, "")
    if isinstance(node, Accent | Styled):
        return replace(node, body=_whole(node.body))
    return replace(node, base=_whole(node.base)) if isinstance(node, Script) else node


def _sample(sup: Node | None) -> tuple[str, ...]:
    """The index of a sample or a layer, in its brackets: ``(i)``, ``[l]``."""
    return _indices(sup.body) if isinstance(sup, Bracket) and sup.open in ("(", "[") else ()


def _indices(sub: Node | None) -> tuple[str, ...]:
    """The index letters that a subscript consists of; none if anything else stands there."""
    if isinstance(sub, Separated) and sub.separator == ",":
        apart = [_indices(item) for item in sub.items]
        return tuple(i for part in apart for i in part) if all(apart) else ()
    if isinstance(sub, Name | Run) and INDEX_LETTERS.issuperset(sub.text):
        return tuple(sub.text) if len(set(sub.text)) == len(sub.text) else ()
    return ()
