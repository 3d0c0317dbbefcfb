"""A logarithm of a ratio in two steps: w/q = 2^k (1 − s)/(1 + s), then what s and k make of it.

The steps are nodes of their own, ``ratio`` and ``steps``, so that each can have its own loop.
"""

from __future__ import annotations

from xent_sym.numeric.program import SLOW, Node

RATIOS = frozenset({"divergence", "log_ratio"})
SLOWER = SLOW | {"ratio", "steps"}


def reduced(node: Node) -> tuple[Node, ...]:
    """w, q, s and k of a logarithm of w/q."""
    return *node.args, *(Node(op, node.args, node.axes) for op in ("ratio", "steps"))
