"""The theorem for one step of a hand proof, if it can be found at once.

First the normal form, which settles most steps in a few milliseconds; then the derivatives on
both sides are worked out; an inequality needs a reason of its own.  Nothing here is trusted: the
kernel judges every line.
"""

from __future__ import annotations

from xent_sym.kernel.judge import Step, Theorem
from xent_sym.kernel.verdict import Claim
from xent_sym.tactics.rewriting import has_derivative
from xent_sym.terms.declare import ranges_of
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.normal import GROUPS
from xent_sym.terms.polynomial import TooLarge
from xent_sym.terms.term import TermError
from xent_sym.verification.bounds import bounded
from xent_sym.verification.differentiating import worked_out
from xent_sym.verification.plausible import plausible
from xent_sym.verification.steps import leanest, proved, turned

# What a hypothesis makes it needless to say of the same terms.
IMPLIED = {
    "positive": ("nonnegative", "nonzero"),
    "below one": ("at most one",),
    "above one": ("positive", "nonnegative", "nonzero"),
    "sums to one": ("at most one",),
    "binary": ("nonnegative", "at most one"),
    "one-hot": ("nonnegative", "at most one", "sums to one", "binary"),
}
ORDER = (
    "sums to one", "one-hot", "binary", "positive", "nonnegative", "nonzero", "below one",
    "at most one", "above one", "distinct", "member", "nonempty",
)
GROUPS_IN_ORDER = ("definitions", "logarithms", "exponents", "deltas", "hypotheses")


def proof(claim: Claim) -> Theorem | None:
    """The theorem that says what the claim says, or None where it is not found.

    Never raises for what a term holds: a step that is too large is not proved.  A claim that a
    point speaks against is not tried at all.

    >>> from xent_sym.terms import cross_entropy, distribution, entropy, kl, size
    >>> n = size("n")
    >>> p, q = distribution("p", n), distribution("q", n, full_support=True)
    >>> theorem = proof(Claim(kl(p, q), "=", cross_entropy(p, q) - entropy(p)))
    >>> print(*given_of(theorem), *rules_of(theorem), sep="; ")
    q_i > 0; p_i ≥ 0; definitions; logarithms
    >>> proof(Claim(kl(p, q), "=", cross_entropy(p, q) + entropy(p))) is None
    True
    """
    return search(claim) if plausible(claim) else None


def search(claim: Claim) -> Theorem | None:
    """The same without a look at any point: what the kernel itself lets pass."""
    try:
        return _at_once(claim) or _calculus(claim)
    except (TermError, TooLarge):
        return None


def _at_once(claim: Claim) -> Theorem | None:
    """Both sides have one normal form, or differ by what has a sign."""
    if claim.relation in ("<=", ">=", "<", ">"):
        return bounded(claim)
    if claim.relation not in ("=", "!="):
        return None
    step = leanest(claim.lhs, Step(claim.relation, claim.rhs, groups=GROUPS), claim.assuming)
    return None if step is None else proved(claim, [step])


def _calculus(claim: Claim) -> Theorem | None:
    """The same once the derivatives on both sides are worked out."""
    if not (has_derivative(claim.lhs) or has_derivative(claim.rhs)):
        return None
    forward = [step for _, step in worked_out(claim.lhs, claim.assuming)]
    backward = worked_out(claim.rhs, claim.assuming)
    before = forward[-1].line if forward else claim.lhs
    after = backward[-1][1].line if backward else claim.rhs
    if not (forward or backward):
        return None
    middle = _at_once(Claim(before, claim.relation, after, claim.assuming))
    if middle is None:
        return None
    steps = [*forward, *middle.chain.steps, *(turned(*one) for one in reversed(backward))]
    return proved(claim, steps)


# -- what a proof rests on ------------------------------------------------------------------------


def given_of(theorem: Theorem) -> tuple[Hypothesis, ...]:
    """The hypotheses that were used, without those that others of them imply, in stable order."""
    implied = {
        Hypothesis(kind, (h.terms[0],)) for h in theorem.given for kind in IMPLIED.get(h.kind, ())
    }
    ranges = {
        Hypothesis("nonempty", ranges_of(h.terms[0])[-1:])
        for h in theorem.given if h.kind == "sums to one"
    }
    kept = theorem.given - implied - ranges
    return tuple(sorted(kept, key=lambda h: (_place(h.kind), h.key)))


def _place(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def rules_of(theorem: Theorem) -> tuple[str, ...]:
    """The theorems and laws that were cited, in order of use, and then the groups of laws."""
    cited = [c.application.law.name for step in theorem.checked for c in step.cited]
    laws = [name.split("/")[0] for name in cited]
    groups = [group for group in GROUPS_IN_ORDER if group in theorem.rests_on]
    return tuple(dict.fromkeys([*laws, *groups])) or ("arithmetic",)


__all__ = ["given_of", "proof", "rules_of", "search"]
