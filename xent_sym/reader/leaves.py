"""What every node of the tree of a formula can do, and the nodes without nodes inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import ClassVar

# The fields of each kind of node, without its place: asking the dataclass is slow.
_FIELDS: dict[type, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Node:
    """Something written at [start, end) of the formula."""

    HEAD: ClassVar[str] = ""

    start: int
    end: int

    def parts(self) -> Iterator[object]:
        """The fields other than the place, in order of writing."""
        kind = type(self)
        if kind not in _FIELDS:
            _FIELDS[kind] = tuple(field.name for field in fields(self)[2:])
        for name in _FIELDS[kind]:
            yield getattr(self, name)

    def children(self) -> Iterator[Node]:
        """The nodes directly inside, left to right."""
        for part in self.parts():
            yield from _nodes(part)

    def walk(self) -> Iterator[Node]:
        """This node and every node inside it, outermost first."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(list(node.children())))

    def show(self) -> str:
        """The tree as an s-expression, for tests and eyes.

        >>> Word(0, 11, "KL", "mathrm").show()
        "'KL'"
        """
        texts = [text for part in self.parts() if (text := shown(part))]
        return f"({' '.join([self.HEAD, *texts])})"


def _nodes(part: object) -> Iterator[Node]:
    if isinstance(part, Node):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from _nodes(inner)


def shown(part: object) -> str:
    """A field of a node as it appears in ``show``."""
    if part is None:
        return "_"
    if isinstance(part, Node):
        return part.show()
    if isinstance(part, tuple):
        return " ".join(shown(inner) for inner in part)
    return str(part)


@dataclass(frozen=True, slots=True)
class Leaf(Node):
    """A node without nodes inside."""

    text: str

    def show(self) -> str:
        return self.text


class Number(Leaf):
    """A numeral without sign."""

    __slots__ = ()

    @property
    def value(self) -> Fraction:
        """The exact rational that is written.

        >>> Number(0, 4, "0.25").value
        Fraction(1, 4)
        """
        whole, _, decimals = self.text.partition(".")
        return Fraction(int(whole + decimals or "0"), 10 ** len(decimals))


class Name(Leaf):
    """One letter: ``x``, ``theta``, ``infty``."""

    __slots__ = ()


class Run(Leaf):
    """Two or more letters that touch: a product or a word."""

    __slots__ = ()


class Symbol(Leaf):
    """A sign that stands alone, where a term would: the ``*`` of ``x^*``, the dot of ``p(·)``."""

    __slots__ = ()


class Text(Leaf):
    """Prose inside the formula."""

    __slots__ = ()

    def show(self) -> str:
        return f'"{self.text}"'


class Ellipsis(Leaf):
    """Dots: terms, factors or entries left out."""

    __slots__ = ()

    def show(self) -> str:
        return "..."


class Missing(Leaf):
    """The side of a relation that another row holds; only at the edge of a row."""

    __slots__ = ()

    def show(self) -> str:
        return "_"


@dataclass(frozen=True, slots=True)
class Word(Node):
    """An upright word: ``\\mathrm{KL}``, ``\\operatorname{softmax}``, ``\\text{NLL}``."""

    text: str
    font: str

    def show(self) -> str:
        return f"'{self.text}'"
