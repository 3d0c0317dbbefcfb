"""Steps for the kernel: turned round, with no more than they need, and put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xent_sym.kernel.judge import Chain, Checked, NotProved, Step, Theorem, check, prove
from xent_sym.kernel.verdict import Claim
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Term

# Groups of laws that bring hypotheses with them: each is left out where the step holds without.
COSTLY = ("hypotheses", "logarithms", "deltas")


def proved(claim: Claim, steps: Iterable[Step]) -> Theorem | None:
    """The theorem that these steps prove, if the kernel accepts them."""
    try:
        chain = Chain(
            "step", claim.lhs, claim.relation, claim.rhs, tuple(steps), claim.assuming
        )
        return prove(chain)
    except NotProved:
        return None


def turned(line: Term, step: Step) -> Step:
    """An equation that leads from ``line``, taken the other way round."""
    return Step("=", line, step.after, step.before, step.groups, step.way)


def leanest(before: Term, step: Step, assumed: frozenset[Hypothesis]) -> Step | None:
    """The step without the groups of laws that it holds without; None if it does not hold.

    A group goes only where fewer hypotheses are needed for it.
    """
    found = _checked(before, step, assumed)
    if found is None:
        return None
    for group in COSTLY:
        if found.given and group in found.rests_on:
            fewer = replace(found.step, groups=found.step.groups - {group})
            leaner = _checked(before, fewer, assumed)
            if leaner is not None and leaner.given < found.given:
                found = leaner
    return found.step


def _checked(before: Term, step: Step, assumed: frozenset[Hypothesis]) -> Checked | None:
    try:
        return check(before, step, assumed)
    except NotProved:
        return None


__all__ = ["leanest", "proved", "turned"]
