"""What a style of printing says: how each sign looks.  ``latex`` and ``text`` are two."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from xent_sym.terms.term import Term


class Rank(IntEnum):
    """How tightly a spelling holds together, loosest first."""

    MAP = 0  # z ↦ ...
    ADD = 1  # a + b
    NEGATIVE = 2  # −a; the spelling starts with the sign
    MUL = 3  # a·b
    OPEN = 4  # Σ_i a, log a, ∂/∂x a: runs on to the right
    FRACTION = 5  # a fraction with a bar
    POWER = 6  # a²
    ATOM = 7


class Piece(NamedTuple):
    """A spelling and its rank."""

    text: str
    rank: Rank


class Style(ABC):
    """The signs; the walk over the term that uses them is ``Printer``."""

    sum_sign: str
    product_sign: str
    maps_to: str

    @abstractmethod
    def name(self, name: str, indices: Sequence[str]) -> str:
        """A name, at these indices."""

    @abstractmethod
    def row(self, indices: Sequence[str]) -> str:
        """Several indices in one subscript."""

    @abstractmethod
    def sub(self, inside: str) -> str: ...

    @abstractmethod
    def sup(self, inside: str) -> str: ...

    @abstractmethod
    def bracket(self, inside: str) -> str: ...

    @abstractmethod
    def called(self, inside: str) -> str:
        """The bracketed argument of log or tanh, with the space before it."""

    @abstractmethod
    def bar(self, over: str, under: str) -> Piece:
        """A fraction of two whole numbers."""

    @abstractmethod
    def fraction(self, over: Sequence[Piece], under: Sequence[Piece]) -> Piece: ...

    @abstractmethod
    def times(self, left: str, right: str) -> str:
        """What stands between two factors."""

    @abstractmethod
    def function(self, name: str, base: Sequence[str]) -> str: ...

    @abstractmethod
    def delta(self, i: str, j: str) -> str: ...

    @abstractmethod
    def limits(self, i: str, over: Term, excluded: Sequence[str], known: bool) -> str:
        """What stands under a Σ; ``known`` says that the rest shows the range of i."""

    @abstractmethod
    def entries(self, i: str, over: Term, known: bool) -> str:
        """The index of a written-out family."""

    @abstractmethod
    def by(self, coordinate: str) -> str:
        """∂/∂ coordinate, with the space after it."""

    @abstractmethod
    def evaluated(self, derivative: str, where: str) -> str: ...

    @abstractmethod
    def template(self, latex: str, text: str) -> str: ...

    @abstractmethod
    def based(self, template: str, base: Term) -> str:
        """The template of a quantity whose logarithms have this base."""

    @abstractmethod
    def filled(self, template: str, arguments: Sequence[str]) -> str: ...

    @abstractmethod
    def loose(self, term: Term) -> Piece:
        """A bound variable outside its binder: only error messages show one."""

    @abstractmethod
    def range_of(self, term: Term) -> Piece: ...

    @abstractmethod
    def space_of(self, term: Term) -> Piece: ...
