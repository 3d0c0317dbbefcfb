"""What a language of loops must be able to say; C and Numba each say it in their own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from xent_sym.numeric.layout import Layout
from xent_sym.numeric.program import Axis, Node


@dataclass(frozen=True)
class Loop:
    """A loop over an axis: its variable, the lines in it, the totals it adds to (name, op).

    ``faults`` are the arguments whose tests stand in it; ``opening`` and ``closing`` are the lines
    before and after each block, where the loop is cut into blocks; ``near`` maps the tests of
    nearness that the lines make to what they are before the loop, so that they are made once.
    ``more`` are the lines of further loops for each block.
    """

    axis: Axis
    variable: str
    lines: Sequence[str]
    totals: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()
    opening: Sequence[str] = ()
    closing: Sequence[str] = ()
    near: Mapping[str, str] = field(default_factory=dict)
    more: Sequence[Sequence[str]] = ()


class Dialect(Protocol):
    """How a language spells what loops are made of."""

    @property
    def falls(self) -> bool:
        """There are ``exp_down``, an exponential for arguments that are not positive, and
        ``weight(z, m, near)``, e^{z − m} for z ≤ m with all its digits, and ``raised``, that times
        ``RAISED``, and ``at_most(w, z, m, near)``: is this weight 1?  And ``at_least(x, c)``, the
        larger of x and a number."""

    @property
    def careful(self) -> bool:
        """Sums of arrays go block by block, and ``loop`` heeds ``opening`` and ``closing``."""

    @property
    def asides(self) -> bool:
        """An entry may be worked out beside a loop (``aside``)."""

    @property
    def phases(self) -> bool:
        """A loop may be several, one after the other for every block."""

    @property
    def reserved(self) -> frozenset[str]:
        """Names that a loop variable must not have."""

    @property
    def lanes(self) -> str:
        """How many rows are worked on together."""

    def lane(self, row: str) -> str:
        """The place of a row among those that are worked on together."""

    def literal(self, value: object) -> str:
        """A number."""

    def number_of(self, length: str) -> str:
        """A length, as a number among the entries."""

    def call(self, op: str, arguments: Sequence[str]) -> str:
        """An operation on entries."""

    def every(self, name: str) -> str:
        """Is a test true of all rows that are worked on together?"""

    def polynomial(self, x: str, coefficients: Sequence[str]) -> str:
        """c₀ + c₁ x + c₂ x² + ... by Horner's rule."""

    def declare(self, name: str, code: str) -> str:
        """The line that gives a value a name."""

    def assign(self, place: str, value: str) -> str:
        """The line that puts a value into memory."""

    def accumulate(self, op: str, place: str, value: str) -> str:
        """The line that adds a value to a total, or takes the larger."""

    def add_careful(self, total: str, rest: str, value: str) -> str:
        """The line that adds to a total, and what that rounds away to its rest."""

    def fault(self, name: str, test: str) -> str:
        """The line that remembers that a test found a fault in an argument."""

    def start(self, op: str) -> str:
        """What a total begins with."""

    def total(self, name: str, op: str) -> str:
        """The name of a finished total."""

    def loop(self, layout: Layout, loop: Loop) -> list[str]:
        """The lines of a loop."""

    def aside(
        self, where: tuple[str, str, str], names: Sequence[str], lines: Sequence[str]
    ) -> list[str]:
        """The lines for one entry of a loop, if there is such an entry.

        ``where``: the variable of the loop, the entry, the length of the loop.  ``names`` are
        declared before; the lines give them their values.
        """

    def argument(
        self, node: Node, places: Sequence[tuple[str, int]], lengths: Sequence[str], row: str
    ) -> str:
        """An entry of an argument, each index with its offset."""

    def result(
        self, name: str, indices: Sequence[str], lengths: Sequence[str], row: str
    ) -> str:
        """An entry of a result."""

    def buffer(self, name: str, indices: Sequence[str], lengths: Sequence[str]) -> str:
        """An entry of a buffer."""
