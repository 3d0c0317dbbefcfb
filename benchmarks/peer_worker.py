"""One peer at work: a step per line comes in as JSON, an answer per line goes out.

Runs in an environment of its own, beside the package: it needs SymPy (with
antlr4-python3-runtime 4.11 or lark) or math-verify, and nothing of ours.  The answers are
``proved``, ``called false``, ``not read`` and ``not decided``.

    python benchmarks/peer_worker.py sympy-antlr|sympy-lark|math-verify
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module, metadata
from typing import Any

EQUAL = ("=", ":=", r"\approx", r"\equiv")
ORDER = {r"\leq": "<=", r"\le": "<=", r"\geq": ">=", r"\ge": ">=", "<": "<", ">": ">"}
PEERS = ("sympy-antlr", "sympy-lark", "math-verify")


def by_sympy(backend: str) -> Callable[[str, str, str], str]:
    """``simplify(lhs - rhs) == 0`` on what ``parse_latex`` makes of both sides."""
    import sympy
    from sympy.parsing.latex import parse_latex

    def read(text: str) -> Any:
        try:
            return parse_latex(text, backend=backend)
        except Exception:  # a peer's parser may raise anything: that is its answer
            return None

    def answer(left: str, relation: str, right: str) -> str:
        one, two = read(left), read(right)
        if not (isinstance(one, sympy.Expr) and isinstance(two, sympy.Expr)):
            return "not read"
        try:
            if relation in ORDER:
                truth = sympy.simplify(sympy.Rel(one, two, ORDER[relation]))
                return {True: "proved", False: "called false"}.get(truth, "not decided")
            difference = sympy.simplify(one - two)
            if difference == 0:
                return "proved"
            return "called false" if difference.equals(0) is False else "not decided"
        except Exception:  # as above
            return "not decided"

    return answer


def by_math_verify() -> Callable[[str, str, str], str]:
    """``verify(parse(lhs), parse(rhs))``, as for the answer to an exercise."""
    peer = import_module("math_verify")

    def answer(left: str, relation: str, right: str) -> str:
        if relation not in EQUAL:
            return "not read"
        one, two = (peer.parse(f"${side}$", raise_on_error=False) for side in (left, right))
        if not all(any(not isinstance(part, str) for part in side) for side in (one, two)):
            return "not read"
        return "proved" if peer.verify(one, two, raise_on_error=False) else "called false"

    return answer


def versions(peer: str) -> str:
    """What is at work here."""
    names = ["math-verify", "latex2sympy2_extended"] if peer == "math-verify" else []
    names += {"sympy-antlr": ["antlr4-python3-runtime"], "sympy-lark": ["lark"]}.get(peer, [])
    found = ", ".join(f"{name} {metadata.version(name)}" for name in ["sympy", *names])
    return f"Python {sys.version.split()[0]}, {found}"


def main() -> None:
    """Say what is at work, then answer until there is nothing more to read."""
    peer = sys.argv[1]
    answer = by_math_verify() if peer == "math-verify" else by_sympy(peer.partition("-")[2])
    print(json.dumps(versions(peer)), flush=True)
    for line in sys.stdin:
        left, relation, right = json.loads(line)
        known = relation in EQUAL or relation in ORDER
        print(json.dumps(answer(left, relation, right) if known else "not read"), flush=True)


if __name__ == "__main__":
    main()
