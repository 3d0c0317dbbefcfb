"""Whether a claim is worth a proof: one that fails at a point is not provable.

A filter and no more: it spares the search that would find nothing.  What is proved holds in
every world that meets the hypotheses, also in those where log 0 and 1/0 are some numbers about
which nothing is known; so a claim that fails in one such world need not be tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from xent_sym.kernel.verdict import Claim
from xent_sym.refute import random_point
from xent_sym.tactics.rewriting import has_derivative
from xent_sym.terms.arithmetic import FloatArithmetic, Undefined
from xent_sym.terms.evaluate import Point, evaluate
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import TermError

SLACK = 1e-6  # what rounding may do to a difference
LARGEST = 1e9  # beyond this a float says too little
ZERO = 1e-9
POINTS = 5


class _AnyWorld(FloatArithmetic):
    """Floats, where log x for x ≤ 0 and 1/0 are arbitrary numbers."""

    def __init__(self, sign: int) -> None:
        self.sign = sign

    def log(self, a: float) -> float:
        """log a, or some number"""
        return math.log(a) if a > 0 else self.sign * (4.1 - 3 * a)

    def power(self, a: float, b: float) -> float:
        """a to the power b, or some number"""
        if a == 0 and b < 0:
            return float((self.sign * 1.7) ** -b) if b.is_integer() else 0.3
        if a < 0 and not b.is_integer():
            return self.sign * (a - 2 * b)
        return super().power(a, b)


def plausible(claim: Claim) -> bool:
    """No point that is tried speaks against the claim.

    >>> from xent_sym.terms import distribution, entropy, kl, size
    >>> n = size("n"); p, q = distribution("p", n), distribution("q", n)
    >>> h = entropy(p)
    >>> plausible(Claim(h, "=", -h)), plausible(Claim(h, "=", h))
    (False, True)
    >>> plausible(Claim(kl(p, q), ">=", kl(p, p)))  # where some q_i = 0 < p_i, nothing is known
    False
    """
    if claim.relation not in ("=", "<=", ">=", "<", ">"):
        return True
    derived = has_derivative(claim.lhs) or has_derivative(claim.rhs)
    return not any(
        _fails(claim, turn, FloatArithmetic() if derived else _AnyWorld((-1) ** turn))
        for turn in range(1 if claim.relation == "=" else POINTS)
    )


def _fails(claim: Claim, turn: int, arithmetic: FloatArithmetic) -> bool:
    """The claim is false at this point, beyond rounding, and the point obeys what is assumed."""
    assumed = [term for hypothesis in claim.assuming for term in hypothesis.terms]
    try:
        point = random_point((claim.lhs, claim.rhs, *assumed), turn, inside=turn == 0)
        left, right = (evaluate(side, point, arithmetic) for side in (claim.lhs, claim.rhs))
        if not (abs(left) < LARGEST and abs(right) < LARGEST):
            return False
        return _apart(left, claim.relation, right) and _obeys(claim.assuming, point)
    except (Undefined, TermError, OverflowError):
        return False


def _apart(left: float, relation: str, right: float) -> bool:
    slack = SLACK * (1 + abs(left) + abs(right))
    match relation:
        case "=":
            return abs(left - right) > slack
        case "<=" | "<":
            return left - right > slack
    return right - left > slack


def _obeys(assumed: Iterable[Hypothesis], point: Point) -> bool:
    """The point is seen to obey all of these."""
    for hypothesis in assumed:
        values = [float(evaluate(t, point, FloatArithmetic())) for t in hypothesis.terms]
        match hypothesis.kind:
            case "positive":
                holds = min(values) > ZERO
            case "nonzero":
                holds = min(map(abs, values)) > ZERO
            case "distinct":
                holds = values[0] != values[1]
            case _:
                return False
        if not holds:
            return False
    return True


__all__ = ["plausible"]
