"""What loops are to do: with which node, along which axes, and where the result goes."""

from __future__ import annotations

from dataclasses import dataclass

from xent_sym.numeric.program import Axis, Node


@dataclass(frozen=True)
class Stored:
    """A node in memory: the name of the array and the axes of its dimensions, in order.

    A ``result`` is the caller's memory and has a batch axis besides.  An array for one block of a
    loop begins where the block begins: ``since`` is the index there.
    """

    name: str
    axes: tuple[Axis, ...]
    result: bool = False
    since: str = ""


@dataclass(frozen=True)
class Root:
    """Something to be done with a node: where it goes, and the axes along which it goes there.

    ``way``: output, keep, into (an accumulator), fault, or value (it is only to be computed).
    """

    way: str
    node: Node
    axes: frozenset[Axis]
    target: str | Stored = ""
    reduction: Node | None = None
