"""Groups of operations that one routine does at once: with fewer passes over whole arrays."""

from __future__ import annotations

from xent_sym.numeric.layout import contracts, counts, weighs
from xent_sym.numeric.program import Axis, Node


def others(node: Node) -> tuple[Node, Axis] | None:
    """The weights w ≤ 1, and the axis, of Σ (w where w < 1) + (the number of w = 1) − 1."""
    if node.op != "add" or node.args[0].op != "sum" or node.args[1].op != "sub":
        return None
    small, (ties, one) = node.args[0], node.args[1].args
    if small.args[0].op != "where" or counts(ties) is None or one.data != 1:
        return None
    top, none, weight = small.args[0].args
    if top is counts(ties) and none.data == 0 and small.axis == ties.axis and is_top(top) is weight:
        return weight, small.axis
    return None


def is_top(node: Node) -> Node | None:
    """The weight w ≤ 1 of a test w = 1."""
    if node.op == "eq" and node.args[1].op == "number" and node.args[1].data == 1:
        return node.args[0] if weighs(node.args[0]) is not None else None
    return None


def chosen_twice(node: Node) -> tuple[Node, Node, Node, Node] | None:
    """The a, b, x, y of a choice (x where a and b, else y)."""
    if node.op != "where" or node.args[1].op != "where" or node.args[1].args[2] != node.args[2]:
        return None
    outer, (inner, yes, no) = node.args[0], node.args[1].args
    return outer, inner, yes, no


def weighted(node: Node) -> tuple[Node, Node] | None:
    """The w and x of w·x that is 0 where w is, whatever x is."""
    if node.op != "where" or node.args[0].op != "eq" or node.args[2].op != "mul":
        return None
    (w, zero), none, (same, x) = node.args[0].args, node.args[1], node.args[2].args
    return (w, x) if w is same and none.data == 0 and zero.data == 0 else None


def class_of_one_hot(node: Node) -> Node | None:
    """The class number c of a row 1 if k = c else 0; None for another node."""
    if node.op != "where" or [a.data for a in node.args[1:]] != [1, 0]:
        return None
    test = node.args[0]
    if test.op != "eq" or sorted(a.op for a in test.args) != ["input", "place"]:
        return None
    return next(a for a in test.args if a.op == "input")


def read_by(node: Node) -> tuple[Node, ...]:
    """What the line of a node reads: its arguments, or those of the group that it ends."""
    rest, twice = others(node), chosen_twice(node)
    pair = weighs(node) or weighted(node)
    if pair is not None:
        return pair
    if rest is not None:
        return (rest[0],)
    if twice is not None:
        return twice
    test, factors, given = counts(node), contracts(node), class_of_one_hot(node)
    if test is not None:
        return (test,)
    if given is not None:
        return (given,)
    return node.args if factors is None else factors


def needed(roots: list[Node]) -> list[Node]:
    """The nodes that have lines of their own, each after what it reads."""
    found, stack = dict[Node, None](), [(root, False) for root in reversed(roots)]
    while stack:
        node, done = stack.pop()
        if node in found:
            continue
        read = read_by(node)
        if done or not read:
            found[node] = None
        else:
            stack += [(node, True), *((a, False) for a in reversed(read))]
    return list(found)
