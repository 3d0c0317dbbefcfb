r"""What a declaration block can say of letters: one record for each statement, printable again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from xent_sym.meaning.declaration_letters import called
from xent_sym.reader.parser import parse
from xent_sym.reader.places import Position
from xent_sym.reader.tree import Node, RelationChain

CONTEXT_FILE = "context file"
_UNITS = {"nats": None, "bits": Fraction(2)}
E = TypeVar("E", bound="Entry")
Slot = tuple[str, ...]


@dataclass(frozen=True)
class Place(Position):
    """A place in a block of the note, or (its ``origin`` says so) in the context file.

    >>> print(Place(3, 7), Place(1, 2, None, "context file"), sep="; ")
    line 3, column 7; line 1, column 2 of the context file
    """

    origin: str = ""

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"cell {self.cell}, "
        where = f" of the {CONTEXT_FILE}" if self.origin == CONTEXT_FILE else ""
        return f"{cell}line {self.line}, column {self.column}{where}"


@dataclass(frozen=True)
class Problem:
    """A statement that is not used: where, what stands there, and what to write instead."""

    at: Place
    source: str
    message: str

    def __str__(self) -> str:
        return f"{self.at}: {self.message}"


@dataclass(frozen=True)
class Entry(ABC):
    """One statement.  ``str`` of it is the line that says it.

    Two entries with one ``slot`` speak of the same thing, and agree if their ``sense`` is one.
    """

    at: Place = field(compare=False, repr=False, kw_only=True)

    @property
    @abstractmethod
    def slot(self) -> Slot:
        """What the statement is about."""

    @property
    def sense(self) -> str:
        """What it says of it."""
        return str(self)


@dataclass(frozen=True)
class Declared(Entry):
    """``name: kind over ...``; ``name`` and ``over`` as written, ``key`` as the reader's tree.

    ``y_i: binary`` is short for ``y: binary over i``, and is kept so.  For a function
    ``over`` holds its arguments.
    """

    name: str
    key: str
    kind: str
    over: tuple[str, ...] = ()

    @property
    def over_keys(self) -> tuple[str, ...]:
        """The indices as the reader's tree shows them."""
        return tuple(parse(index).show() for index in self.over)

    @property
    def meaning(self) -> str:
        """The statement without the name: ``distribution over x``."""
        link = "of" if self.kind == "function" else "over"
        return f"{self.kind} {link} {', '.join(self.over)}" if self.over else self.kind

    @property
    def slot(self) -> Slot:
        return ("letter", self.key)

    def __str__(self) -> str:
        return f"{self.name}: {self.meaning}"


@dataclass(frozen=True)
class Ignored(Entry):
    """``ignore: name``: no step with this letter is to be checked."""

    name: str
    key: str

    @property
    def slot(self) -> Slot:
        return ("letter", self.key)

    def __str__(self) -> str:
        return f"ignore: {self.name}"


@dataclass(frozen=True)
class RangeOf(Entry):
    r"""``i: 1..n``, or ``x: in \mathcal{X}``: then ``set`` is the set as written, without bounds.

    ``text`` is the range as written.
    """

    index: str
    key: str
    low: Node | None
    high: Node | None
    set: str | None
    text: str

    @property
    def slot(self) -> Slot:
        return ("letter", self.key)

    def __str__(self) -> str:
        return f"{self.index}: {self.text}"


@dataclass(frozen=True)
class RandomVariable(Entry):
    """``X ~ p``, or ``X, Y ~ p`` for a joint distribution."""

    names: tuple[str, ...]
    keys: tuple[str, ...]
    distribution: str
    distribution_key: str

    @property
    def slot(self) -> Slot:
        return ("variable", *self.keys)

    def __str__(self) -> str:
        return f"{', '.join(self.names)} ~ {self.distribution}"


@dataclass(frozen=True)
class Assumed(Entry):
    """``i = j``, ``i != j``, ``a > 0``: it holds throughout the note."""

    left: Node
    relation: str
    right: Node
    text: str

    @property
    def slot(self) -> Slot:
        sort = "=" if self.relation == "!=" else self.relation
        return ("assumption", sort, self.left.show(), self.right.show())

    @property
    def sense(self) -> str:
        return self.relation

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Defined(Entry):
    """``define: left = right``: a relation chain with one relation."""

    equation: RelationChain
    text: str

    @property
    def key(self) -> str:
        """The left side as the reader's tree shows it."""
        return self.equation.items[0].show()

    @property
    def slot(self) -> Slot:
        return ("definition", self.key)

    @property
    def sense(self) -> str:
        return self.equation.items[1].show()

    def __str__(self) -> str:
        return f"define: {self.text}"


@dataclass(frozen=True)
class LogarithmIs(Entry):
    """``log: base 2``; ``base`` is None for the natural logarithm."""

    base: Fraction | None
    text: str

    @property
    def slot(self) -> Slot:
        return ("log",)

    @property
    def sense(self) -> str:
        return str(self.base)

    def __str__(self) -> str:
        return f"log: {self.text}"


@dataclass(frozen=True)
class UnitsAre(Entry):
    """``units: bits``: entropies are in bits, and log is log_2 where nothing else is said."""

    units: str

    @property
    def slot(self) -> Slot:
        return ("units",)

    def __str__(self) -> str:
        return f"units: {self.units}"


@dataclass(frozen=True)
class Declarations:
    """What one or several blocks say; ``problems`` are the lines that are not used."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()

    def _only(self, sort: type[E]) -> tuple[E, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, sort))

    @cached_property
    def letters(self) -> tuple[Declared, ...]:
        """The letters that have a kind."""
        return self._only(Declared)

    @cached_property
    def ranges(self) -> tuple[RangeOf, ...]:
        """The indices that have a range, and the letters that have a set."""
        return self._only(RangeOf)

    @cached_property
    def random_variables(self) -> tuple[RandomVariable, ...]:
        """Which random variables have which distribution."""
        return self._only(RandomVariable)

    @cached_property
    def assumptions(self) -> tuple[Assumed, ...]:
        """What holds throughout the note."""
        return self._only(Assumed)

    @cached_property
    def definitions(self) -> tuple[Defined, ...]:
        """What stands for what."""
        return self._only(Defined)

    @cached_property
    def ignored(self) -> tuple[Ignored, ...]:
        """The letters of which nothing is to be checked."""
        return self._only(Ignored)

    @property
    def units(self) -> str | None:
        """``nats``, ``bits``, or None where nothing is said."""
        said = self._only(UnitsAre)
        return said[-1].units if said else None

    @property
    def log_said(self) -> bool:
        """The base of log is said, by ``log:`` or by ``units:``."""
        return bool(self._only(LogarithmIs) or self.units)

    @property
    def log_base(self) -> Fraction | None:
        """The base of log; None for the natural logarithm, and where nothing is said."""
        said = self._only(LogarithmIs)
        return said[-1].base if said else _UNITS.get(self.units or "nats")

    @property
    def natural(self) -> bool:
        """It is said that log is the natural logarithm."""
        return self.log_said and self.log_base is None

    @cached_property
    def _letters(self) -> dict[str, Declared]:
        return _table([(letter.name, letter.key, letter) for letter in self.letters])

    @cached_property
    def _ranges(self) -> dict[str, RangeOf]:
        return _table([(found.index, found.key, found) for found in self.ranges])

    @cached_property
    def _ignored(self) -> dict[str, Ignored]:
        return _table([(letter.name, letter.key, letter) for letter in self.ignored])

    def find(self, name: str) -> Declared | None:
        """What is declared of a letter, by its key or by the name that ``names.written`` gives.

        The name does not tell alphabets apart: ``w`` finds a declared ``\\mathbf{w}``.
        """
        return self._letters.get(name)

    def range_of(self, name: str) -> RangeOf | None:
        """The range or set of an index, by its key or name."""
        return self._ranges.get(name)

    def ignores(self, name: str) -> bool:
        """Nothing is to be checked of the letter with this key or name."""
        return name in self._ignored

    def merged(self, later: Declarations) -> Declarations:
        """Both; where they speak of the same thing, ``later`` wins."""
        slots = {entry.slot for entry in later.entries}
        if ("units",) in slots:  # it says what log is
            slots.add(("log",))
        kept = tuple(entry for entry in self.entries if entry.slot not in slots)
        return Declarations(kept + later.entries, self.problems + later.problems)


def _table(letters: list[tuple[str, str, E]]) -> dict[str, E]:
    """The entries by name and by key; where two are at odds, the key counts."""
    by_name = {name: entry for text, _, entry in letters if (name := called(text))}
    return by_name | {key: entry for _, key, entry in letters}
