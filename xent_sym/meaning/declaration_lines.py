"""One line of the declaration syntax to its records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from fractions import Fraction
from itertools import pairwise

from xent_sym.meaning.declaration_letters import (
    Letter,
    Piece,
    bound,
    definable,
    letter,
    letters,
    outside,
    plain_value,
    quoted,
    tree,
)
from xent_sym.meaning.declaration_records import (
    Assumed,
    Declared,
    Defined,
    Entry,
    Ignored,
    LogarithmIs,
    Place,
    RandomVariable,
    RangeOf,
    UnitsAre,
)
from xent_sym.reader.tree import Number, RelationChain

Where = Callable[[int], Place]

KINDS = (
    "distribution",
    "positive distribution",
    "joint distribution",
    "positive joint distribution",
    "label",
    "binary",
    "probability",
    "positive",
    "real",
    "function",
    "constant",
)
_ADJECTIVES_APART = {tuple(sorted(kind.split())): kind for kind in KINDS}
_MEANT = {
    "onehot": "label", "one-hot": "label", "one-hot label": "label", "one-hot vector": "label",
    "pmf": "distribution", "pdf": "distribution", "probability distribution": "distribution",
    "number": "real", "scalar": "real", "vector": "real over i", "matrix": "real over i, j",
}  # fmt: skip
_LINK = re.compile(r"(?<!\S)(over|of)(?!\S)")
_TILDE = re.compile(r"~|\\sim(?![A-Za-z])")
_RELATION = re.compile(r"[=<>≠≤≥]|\\(?:ne|neq|le|leq|ge|geq|lt|gt|in|equiv)(?![A-Za-z])")
_IN = re.compile(r"(?:in(?!\w)|\\in(?![A-Za-z])|∈)")
_BASE = re.compile(r"base\s{1,9}(\d{1,9}(?:\.\d{1,9})?|e)")
_DEFINES = frozenset(("=", ":=", "equiv"))
_ASSUMES = frozenset(("=", "!=", "<", "<=", ">", ">="))
_EXPECTED = "expected a statement such as 'p: distribution over x', 'i: 1..n', 'X ~ p' or 'i = j'"


def statement(line: Piece, where: Where) -> Iterator[Entry]:
    """The records of one line that is not empty.  Raises ``SpanError`` at the piece to mend."""
    colon = _colon(line)
    if colon is not None:
        head, rest = line.cut(0, colon), line.cut(colon + 1)
        keyword = _KEYWORDS.get(head.text.lower())
        yield from keyword(rest, where) if keyword else _declared(head, rest, where)
    elif _TILDE.search(line.text) and not _RELATION.search(line.text):
        yield _random_variable(line, where)
    else:
        yield from _relations(line, where)


def _colon(line: Piece) -> int | None:
    """The first colon outside brackets that is not that of ``:=``."""
    return next((at for at in outside(line, ":") if line.text[at : at + 2] != ":="), None)


# -- NAMES: KIND ---------------------------------------------------------------------------


def _declared(head: Piece, rest: Piece, where: Where) -> Iterator[Entry]:
    names = letters(head)
    if not rest.text:
        raise rest.error(f"what is {quoted(head.text)}? expected a kind, such as distribution")
    inside = _IN.match(rest.text)
    for name in names:
        if inside:
            yield _in_set(name, rest.cut(inside.end()), where)
        elif ".." in rest.text or "dots" in rest.text:
            yield _range(name, rest, where)
        else:
            yield _of_kind(name, head, rest, where)


def _in_set(name: Letter, values: Piece, where: Where) -> RangeOf:
    tree(values)
    at = where(name.piece.start)
    text = f"in {values.text}"
    return RangeOf(name.name, name.key, None, None, values.text, text, at=at)


def _range(name: Letter, rest: Piece, where: Where) -> RangeOf:
    dots = rest.text.find("..")
    low, high = rest.cut(0, max(dots, 0)), rest.cut(dots + 2)
    if not (low.text and high.text) or high.text.startswith("."):
        raise rest.error(f"{quoted(rest.text)} is no range; a range is written 1..n")
    first, last = bound(low), bound(high)
    if isinstance(first, Number) and isinstance(last, Number) and first.value > last.value:
        raise rest.error(f"{quoted(rest.text)} is empty; the smaller bound comes first")
    at = where(name.piece.start)
    text = f"{low.text}..{high.text}"
    return RangeOf(name.name, name.key, first, last, None, text, at=at)


def _of_kind(name: Letter, head: Piece, rest: Piece, where: Where) -> Declared:
    link = _LINK.search(rest.text)
    kind = _kind(rest.cut(0, link.start() if link else None), head)
    over = tuple(i.name for i in letters(rest.cut(link.end()))) if link else ()
    at = where(name.piece.start)
    if kind in ("function", "constant"):
        if link and (kind, link[1]) != ("function", "of"):
            expected = "'function of x'" if kind == "function" else "'constant' alone"
            raise rest.error(f"{quoted(rest.text)} is no kind; expected {expected}")
        return Declared(name.name, name.key, kind, over, at=at)
    if link and link[1] == "of":
        raise rest.error(f"a {kind} is said to be 'over' its indices: '{kind} over x'")
    if "joint" in kind and len(over) < 2:
        raise rest.error(f"a {kind} is over two letters or more: '{kind} over x, y'")
    name, over = _with_indices(name, over)
    return Declared(name.name, name.key, kind, over, at=at)


def _with_indices(name: Letter, over: tuple[str, ...]) -> tuple[Letter, tuple[str, ...]]:
    """``y_i: binary`` is y, binary over i."""
    bare, indices = name.indexed()
    if indices and over and over != indices:
        full = f"'{bare.name}: ... over {', '.join(dict.fromkeys(indices + over))}'"
        raise name.piece.error(f"{quoted(name.name)} has an index of its own; write {full}")
    return bare, indices or over


def _kind(piece: Piece, head: Piece) -> str:
    words = piece.text.lower().split()
    found = _ADJECTIVES_APART.get(tuple(sorted(words)))
    if found is None:
        raise piece.error(f"{quoted(piece.text)} is no kind; {_hint(' '.join(words), head)}")
    return found


def _hint(kind: str, head: Piece) -> str:
    if kind in _MEANT:
        return f"write {_MEANT[kind]}"
    if near := get_close_matches(kind[:60], KINDS, 1):
        return f"did you mean {near[0]}?"
    if near := get_close_matches(head.text[:60].lower(), _KEYWORDS, 1, 0.75):
        return f"did you mean '{near[0]}:'?"
    return f"expected {', '.join(KINDS[:-1])} or {KINDS[-1]}"


# -- keywords ------------------------------------------------------------------------------


def _log(rest: Piece, where: Where) -> Iterator[Entry]:
    text = " ".join(rest.text.lower().split())
    base = _BASE.fullmatch(text)
    at = where(rest.start)
    if text == "natural" or (base and base[1] == "e"):
        yield LogarithmIs(None, "natural", at=at)
        return
    if base is None or Fraction(base[1]) in (0, 1):
        expected = "expected natural, base 2, or a base that is a positive number other than 1"
        raise rest.error(f"{quoted(rest.text)} is no base of logarithms; {expected}")
    yield LogarithmIs(Fraction(base[1]), f"base {base[1]}", at=at)


def _units(rest: Piece, where: Where) -> Iterator[Entry]:
    if rest.text.lower() not in ("nats", "bits"):
        raise rest.error(f"{quoted(rest.text)} are no units of entropy; expected nats or bits")
    yield UnitsAre(rest.text.lower(), at=where(rest.start))


def _ignore(rest: Piece, where: Where) -> Iterator[Entry]:
    for name in letters(rest):
        yield Ignored(name.name, name.key, at=where(name.piece.start))


def _define(rest: Piece, where: Where) -> Iterator[Entry]:
    chain = tree(rest) if rest.text else None
    if not isinstance(chain, RelationChain) or not _is_definition(chain):
        expected = "expected one equation with a letter on its left: 'define: a_i = e^{z_i}'"
        raise rest.error(f"{quoted(rest.text)} is no definition; {expected}")
    yield Defined(chain, rest.text, at=where(rest.start))


_KEYWORDS: dict[str, Callable[[Piece, Where], Iterator[Entry]]] = {
    "define": _define,
    "log": _log,
    "units": _units,
    "ignore": _ignore,
}


# -- X ~ p and relations -------------------------------------------------------------------


def _random_variable(line: Piece, where: Where) -> RandomVariable:
    tilde = _TILDE.search(line.text)
    assert tilde is not None
    left, right = line.cut(0, tilde.start()), line.cut(tilde.end())
    if left.text.startswith("(") and left.text.endswith(")"):
        left = left.cut(1, -1)
    names, law = letters(left), letter(right)
    at = where(left.start)
    return RandomVariable(
        tuple(name.name for name in names), tuple(name.key for name in names), law.name, law.key,
        at=at,
    )  # fmt: skip


def _relations(line: Piece, where: Where) -> Iterator[Entry]:
    """An equation or inequality: a definition where the right side is worked out, else a case.

    Each relation of a chain is a statement of its own.
    """
    chain = tree(line)
    if not isinstance(chain, RelationChain):
        raise line.error(f"{quoted(line.text)} is no statement; {_EXPECTED}")
    if len(chain.relations) == 1:
        yield _relation(line, where)
        return
    for left, right in pairwise(chain.items):
        yield _relation(line.cut(left.start, right.end), where)


def _relation(piece: Piece, where: Where) -> Entry:
    pair = tree(piece) if piece.text else None
    if not isinstance(pair, RelationChain) or len(pair.items) != 2:
        raise piece.error(f"{quoted(piece.text)} is no statement; {_EXPECTED}")
    left, right = pair.items
    sign = pair.relations[0].sign
    at = where(piece.start)
    if _is_definition(pair) and not (sign == "=" and plain_value(left) and plain_value(right)):
        return Defined(pair, piece.text, at=at)
    if sign == "in":
        name, values = piece.text[: left.end], piece.text[right.start :]
        raise piece.error(f"write {quoted(f'{name.strip()}: in {values.strip()}')} for a set")
    if sign not in _ASSUMES or not (left.end > left.start and right.end > right.start):
        expected = "expected two sides and =, !=, <, <=, > or >= between them"
        raise piece.error(f"{quoted(piece.text)} is no assumption; {expected}")
    return Assumed(left, sign, right, piece.text, at=at)


def _is_definition(chain: RelationChain) -> bool:
    one = len(chain.relations) == 1 and chain.relations[0].sign in _DEFINES
    return one and definable(chain.items[0]) and chain.items[1].end > chain.items[1].start

