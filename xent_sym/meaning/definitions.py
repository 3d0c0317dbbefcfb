"""What a note itself says its names mean, in order of reading.

A definition is kept as it was written.  Where its name is used, its body is read again in that
place's context, so that it speaks of the ranges and families of the chain that uses it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from xent_sym.meaning.names import INDEX_LETTERS, Letters, written
from xent_sym.reader.tree import Bracket, Call, Name, Node, Number, Separated

_LETTER = re.compile(r"(?<![A-Za-z'\"])([A-Za-z])(?![A-Za-z'\"])")
LAWS = frozenset({"p", "q", "P", "Q"})
DECLARED = 0  # the line of a definition that a declaration makes
_NUMBER = re.compile(r"(_|\^\()(\d+)(?=[ )])")


@dataclass(frozen=True)
class Definition:
    """``written = body``: the name, its index letters in order, and where it stands.

    ``data`` says that the body is made of numbers only: an example, not a meaning.  ``assumed``:
    it was said under a condition or as an assumption, so it holds only there.
    """

    name: str
    key: str
    letters: tuple[str, ...]
    left: Node
    body: Node
    line: int
    section: int
    data: bool
    chain: int
    assumed: bool = False


@dataclass
class Definitions:
    """The definitions of a note so far.  The latest for a key is the one that holds."""

    found: list[Definition] = field(default_factory=list)
    section: int = 0

    def is_stale(self, definition: Definition) -> bool:
        """A bare p, q, P or Q of another section: no letters are more often used for two things."""
        other = definition.section != self.section and definition.line != DECLARED
        return other and definition.name in LAWS

    def add(self, definition: Definition) -> None:
        """From here on the name means this."""
        self.found.append(definition)

    def of(self, key: str, *, data: bool) -> Definition | None:
        """The definition that holds for this spelling."""
        return next((d for d in self.in_force(data=data) if d.key == key), None)

    def in_force(self, *, data: bool) -> list[Definition]:
        """Declared ones first, then the note's own, the latest first."""
        found = [d for d in reversed(self.found) if data or not d.data]
        return sorted(found, key=lambda d: d.line != DECLARED)

    def keeps_from_being_a_law(self, name: str, *, symbols: bool) -> bool:
        """The note defines the name, as something that need not be a distribution.

        ``symbols``: the definitions that are no examples count as well.
        """
        return any(
            d.name == name and (is_no_law(d.body) if d.data else symbols) for d in self.found
        )

    def family(
        self, name: str, samples: int, subscripts: int, *, data: bool
    ) -> Definition | None:
        """The definition of the entries of a family, all indices given or all but the samples'."""
        for definition in self.in_force(data=data):
            if definition.name == name:
                left = written(definition.left, Letters(frozenset(definition.letters)))
                if left is None or len(left.samples) != samples:
                    continue
                plain = len(left.indices) == len(definition.letters)  # not a_ii, not y^{(1)}
                if plain and (subscripts in (0, len(left.subs)) or not left.indices):
                    return definition
        return None

    def called(self, name: str, count: int) -> Definition | None:
        """The definition of a function of so many plain letters, ``f(x) = ...``."""
        for definition in self.in_force(data=True):
            left = definition.left
            if definition.name == name and isinstance(left, Call):
                given = arguments_of(left)
                if len(given) == count and all(isinstance(a, Name) for a in given):
                    return definition
        return None


def arguments_of(call: Call) -> tuple[Node, ...]:
    """What stands between the brackets, one by one."""
    body = call.bracket.body
    if body is None:
        return ()
    if isinstance(body, Separated):
        return tuple(a for item in body.items for a in _flat(item))
    return (body,)


def _flat(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Separated):
        return tuple(a for item in node.items for a in _flat(item))
    return (node,)


def is_no_law(body: Node) -> bool:
    """Numbers that are no probabilities: a row that does not sum to 1, a 2."""
    numbers = [n.value for n in body.walk() if isinstance(n, Number)]
    if any(not isinstance(n, Number | Bracket | Separated) for n in body.walk()):
        return False
    return any(v > 1 for v in numbers) or (len(numbers) > 1 and sum(numbers) != 1)


def key_of(node: Node, known: Letters) -> tuple[str, tuple[str, ...]]:
    """The spelling with its index letters taken out, and these letters in order.

    >>> from xent_sym.reader.parser import parse
    >>> key_of(parse(r"h_\\theta(x^{(i)})"), Letters())
    ('(call (script h _theta) ((script x ^(#))))', ('i',))
    """
    name = written(node, known)
    if name is not None and name.indices and name.power is None:
        letters = tuple(i.show() for i in name.indices if not isinstance(i, Number))
        shown = [i.text if isinstance(i, Number) else "#" for i in name.indices]
        return f"{name.name}{len(name.samples)}[{', '.join(shown)}]", letters
    found: list[str] = []

    def slot(match: re.Match[str]) -> str:
        letter = match.group(1)
        if (letter in INDEX_LETTERS or letter in known.bound) and not _is_head(match):
            found.append(letter)
            return "#"
        return letter

    return _LETTER.sub(slot, node.show()), tuple(found)


def _is_head(match: re.Match[str]) -> bool:
    """The letter is the name itself (``t`` in ``t_i``), not an index on one."""
    before = match.string[: match.start()]
    return before.endswith(("(script ", "(call ", "(hat ", "(bar ", "(tilde ")) or not before


def numbered_key(node: Node, known: Letters) -> tuple[str, tuple[Number, ...]]:
    """The spelling with the numbers that stand as indices taken out as well."""
    name = written(node, known)
    if name is not None and name.indices and name.power is None:
        inside = tuple(i for i in name.indices if isinstance(i, Number))
        return f"{name.name}{len(name.samples)}[{', '.join('#' * len(name.indices))}]", inside
    key, _ = key_of(node, known)
    numbers = tuple(Number(0, 0, n) for _, n in _NUMBER.findall(key))
    return _NUMBER.sub(r"\1#", key), numbers


__all__ = ["Definition", "Definitions", "arguments_of", "key_of", "numbered_key"]
