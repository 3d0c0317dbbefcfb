"""What NumPy asks of a whole block at once: is a product not a number, is an entry too small?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from xent_sym.numeric.graph import Graph
from xent_sym.numeric.layout import uses
from xent_sym.numeric.program import ROWS, Node, Program


def guarded(program: Program, *, inner: bool = True) -> Program:
    """The program with (0 where a = 0, else a·f) as ``weighted``, and the sum of it as ``inner``:
    0·f is seldom anything else.

    >>> from xent_sym.numeric.program import Access, Output
    >>> g = Graph()
    >>> a, f = (g.input([ROWS], Access(name)) for name in "af")
    >>> changed = guarded(Program((Output("y", g.safe_mul(a, g.log(f)), ()),), (ROWS,), ()))
    >>> changed.outputs[0].node.op
    'weighted'
    """
    graph, often = Graph(), uses(program)
    new: dict[Node, Node] = {}
    for node in program.nodes():
        same = replace(node, args=tuple(new[a] for a in node.args))
        factors = _factors(same)
        if factors is not None:
            same = Node("weighted", factors, same.axes)
        elif inner and node.op == "sum" and often[node.args[0]] == 1:
            (summand,) = same.args
            if summand.op == "weighted":
                same = replace(same, op="inner", args=summand.args)
        new[node] = graph.made.setdefault(same, same)
    return program.replaced(new)


def _factors(node: Node) -> tuple[Node, ...] | None:
    """The a and f of a choice that is 0 where a is, else a·f."""
    if node.op != "where" or ROWS not in node.axes:
        return None
    test, yes, no = node.args
    if test.op != "eq" or no.op != "mul" or not (_is_zero(yes) and _is_zero(test.args[1])):
        return None
    return no.args if no.args[0] is test.args[0] else None


def _is_zero(node: Node) -> bool:
    return node.op == "number" and node.data == 0


def refused(program: Program, test: Node, code: Callable[[Node], str]) -> str | None:
    """Code for: a test x < c, c < x or x ≤ c, which nobody else reads, holds somewhere.

    The least entry tells it, or the largest; NaN passes every test.
    """
    if test.op not in ("lt", "le") or uses(program)[test]:
        return None
    (left, right), equal = test.args, "=" * (test.op == "le")
    if right.op == "number" and ROWS in left.axes:
        return f"np.fmin.reduce({code(left)}, axis=None) <{equal} {code(right)}"
    if left.op == "number" and ROWS in right.axes:
        return f"np.fmax.reduce({code(right)}, axis=None) >{equal} {code(left)}"
    return None
