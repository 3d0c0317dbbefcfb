"""A logarithm of a ratio in two steps: w/q = 2^k (1 − s)/(1 + s), then what s and k make of it.

The steps are nodes of their own, ``ratio`` and ``steps``, so that each can have its own loop.
"""

from __future__ import annotations

from functools import cache

from xent_sym.numeric.program import SLOW, Node

RATIOS = frozenset({"divergence", "log_ratio"})
SLOWER = SLOW | {"ratio", "steps"}


def reduced(node: Node) -> tuple[Node, ...]:
    """w, q, s and k of a logarithm of w/q."""
    w, q = node.args
    return w, q, *_halves(w, q)


@cache
def _halves(w: Node, q: Node) -> tuple[Node, Node]:
    axes = w.axes | q.axes
    return Node("ratio", (w, q), axes), Node("steps", (w, q), axes)
