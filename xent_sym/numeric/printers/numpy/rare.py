"""Choices that fall one way at about one entry of a row: the label, the largest score.

What such an entry gets is computed for it alone; no array is filled with what a row needs once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from xent_sym.numeric.graph import Graph
from xent_sym.numeric.program import ROWS, WHOLE, Node, Program


def rare_tests(nodes: Iterable[Node]) -> frozenset[Node]:
    """The tests that hold at about one entry of a row: declared so, or an index is a class."""
    return frozenset(n.args[0] for n in nodes if n.op == "where"
                     and (n.data == "rare" or class_tested(n.args[0]) is not None))


def class_tested(test: Node) -> Node | None:
    """The class c of a test k = c, where the row gives c."""
    if test.op == "eq":
        for place, other in (test.args, test.args[::-1]):
            if place.op == "place" and other.kind == WHOLE and other.axes == {ROWS}:
                return other
    return None


def choices_outside(program: Program) -> Program:
    """The program with x ± (1 at the label, else 0) as: x ± 1 at the label, else x.

    >>> from xent_sym.numeric.program import Access, Axis, Output
    >>> g, k = Graph(), Axis("k")
    >>> x, c = g.input([ROWS, k], Access("x")), g.input([ROWS], Access("c"), WHOLE)
    >>> hot = g.where(g.test("eq", g.place(k), c), g.number(1), g.number(0))
    >>> changed = choices_outside(Program((Output("y", g.sub(x, hot), (k,)),), (ROWS, k), ()))
    >>> changed.outputs[0].node.op, changed.outputs[0].node.args[2] == x
    ('where', True)
    """
    graph, nodes = Graph(), program.nodes()
    rare = rare_tests(nodes)
    new: dict[Node, Node] = {}
    tests: set[Node] = set()
    for node in nodes:
        new[node] = _rebuilt(graph, node, tuple(new[a] for a in node.args), tests)
        if node in rare:
            tests.add(new[node])
    return program.replaced(new)


def _rebuilt(graph: Graph, node: Node, args: tuple[Node, ...], tests: set[Node]) -> Node:
    if node.op in ("add", "sub") and node.kind != WHOLE:
        make = graph.add if node.op == "add" else graph.sub
        if _is_mostly_zero(args[1], tests):
            return _outside(graph, args[1], lambda choice: make(args[0], choice))
        if _is_mostly_zero(args[0], tests):
            return _outside(graph, args[0], lambda choice: make(choice, args[1]))
    same = replace(node, args=args)
    return graph.made.setdefault(same, same)


def _is_mostly_zero(node: Node, tests: set[Node]) -> bool:
    """Rare choices, and 0 where none of them holds."""
    while node.op == "where" and node.args[0] in tests:
        node = node.args[2]
        if is_zero(node):
            return True
    return False


def _outside(graph: Graph, choice: Node, use: Callable[[Node], Node]) -> Node:
    """What is made of a choice as a choice between what is made of its sides."""
    if choice.op != "where":
        return use(choice)
    test, yes, no = choice.args
    return graph.where(test, use(yes), _outside(graph, no, use), rare=True)


def is_zero(node: Node) -> bool:
    """The node is the number 0."""
    return node.op == "number" and node.data == 0
