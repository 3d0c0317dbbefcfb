"""What is said of a claim: proved, refuted, unknown, unreadable, a definition, or no claim."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from xent_sym.kernel.judge import Chain, NotProved, Step, Theorem, prove
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.normal import GROUPS
from xent_sym.terms.term import Term


class Verdict(StrEnum):
    """The six answers.  "Could not decide" is never "wrong", and never "right"."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    DEFINITION = "definition"
    NOT_A_CLAIM = "not-a-claim"


@dataclass(frozen=True, repr=False)
class Claim:
    """``lhs relation rhs``, under what is assumed beyond the declarations of its symbols."""

    lhs: Term
    relation: str
    rhs: Term
    assuming: frozenset[Hypothesis] = frozenset()

    def _repr_latex_(self) -> str:
        from xent_sym.terms.display import statement_latex

        return statement_latex(self.lhs, self.relation, self.rhs)

    def __repr__(self) -> str:
        from xent_sym.terms.display import statement_text

        return statement_text(self.lhs, self.relation, self.rhs)


def decide(claim: Claim, name: str = "claim") -> Theorem | None:
    """The theorem, if the normal form with every group proves the claim in one step.

    >>> from xent_sym.terms import cross_entropy, distribution, entropy, kl, size
    >>> n = size("n")
    >>> p, q = distribution("p", n), distribution("q", n, full_support=True)
    >>> theorem = decide(Claim(cross_entropy(p, q), "=", entropy(p) + kl(p, q)))
    >>> sorted(str(h) for h in theorem.given)
    ['p_i ≥ 0', 'q_i > 0']
    """
    step = Step(claim.relation, claim.rhs, groups=GROUPS)
    chain = Chain(name, claim.lhs, claim.relation, claim.rhs, (step,), claim.assuming)
    try:
        return prove(chain)
    except NotProved:
        return None
