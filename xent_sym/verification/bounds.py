"""Inequalities: the difference has its sign by its parts, or by log x ≤ x − 1 in a sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from xent_sym.kernel.conditions import discharge
from xent_sym.kernel.judge import STRICT, Application, Step, Theorem
from xent_sym.kernel.laws import LAWS
from xent_sym.kernel.verdict import Claim
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.normal import GROUPS, Normal, to_term
from xent_sym.terms.polynomial import Frac, Poly, factors
from xent_sym.terms.term import Add, Mul, Named, Num, Pow, Term
from xent_sym.verification.divergences import divergence_bounds
from xent_sym.verification.log_bounds import LogBound, closed, log_bounds
from xent_sym.verification.log_terms import MOST_TERMS
from xent_sym.verification.steps import leanest, proved


def bounded(claim: Claim) -> Theorem | None:
    """The theorem lhs ≤ rhs or lhs < rhs, or turned round, if the difference is seen to be so.

    >>> from xent_sym.terms import distribution, kl, size
    >>> from xent_sym.terms.term import Num
    >>> n = size("n")
    >>> p, q = distribution("p", n), distribution("q", n, full_support=True)
    >>> print(bounded(Claim(kl(p, q), ">=", Num(0))))
    D_KL(p ‖ q) ≥ 0
    """
    if claim.relation in STRICT:
        step = leanest(claim.lhs, Step(claim.relation, claim.rhs, groups=GROUPS), claim.assuming)
        if step is not None:
            return proved(claim, [step])
    small, large = (claim.rhs, claim.lhs) if _up(claim) else (claim.lhs, claim.rhs)
    difference = Add(large, Mul(-1, small))
    rest = Normal(GROUPS, claim.assuming).frac(difference)
    if not rest.num.terms:
        return None if claim.relation in STRICT else _proved(claim, claim.rhs, [])
    if claim.relation not in STRICT:
        for part in _written(small, large, rest):
            end = _by_sign(claim, part)
            if end is not None:
                return _proved(claim, _with(claim, part), [end])
    ways = divergence_bounds(difference, claim.assuming), log_bounds(rest, claim.assuming)
    for bounds, plain in chain(*ways):
        line, steps = _by_logarithms(claim, bounds, plain)
        theorem = _proved(claim, line, steps) if steps else None
        if theorem is not None:
            return theorem
    return None


def _proved(claim: Claim, line: Term, steps: Sequence[Step]) -> Theorem | None:
    """The left side equals the line by its normal form, and from there the steps lead on."""
    apart = leanest(claim.lhs, Step("=", line, groups=GROUPS), claim.assuming)
    return None if apart is None else proved(claim, [apart, *steps])


# -- by sign --------------------------------------------------------------------------------------


def _written(small: Term, large: Term, rest: Frac) -> Iterator[Term]:
    """The difference in its normal form, as it was written, and as a product of factors."""
    yield to_term(rest)
    yield large if small == Num(0) else Add(large, Mul(-1, small))
    content, common, primitive = rest.num.content()
    if 1 < len(primitive.terms) <= MOST_TERMS:
        powers = [Pow(to_term(Frac(q)), Num(e)) for q, e in factors(primitive)]
        outside = to_term(Frac(Poly.of(common, content), rest.den))
        yield Mul(outside, *powers)


def _by_sign(claim: Claim, part: Term) -> Step | None:
    """From rhs ± d to rhs, where d ≥ 0 as the signs of its parts show."""
    if discharge(Hypothesis("nonnegative", (part,)), claim.assuming) is None:
        return None
    law = LAWS["nonnegative" if _up(claim) else "minus_nonnegative"]
    path = (len(_with(claim, part).args) - 1,)
    use = Application(law, {"a": part}, path, backwards=_up(claim))
    return Step(claim.relation, claim.rhs, (use,), way="sign")


def _with(claim: Claim, part: Term) -> Term:
    """rhs + d over the right side, rhs − d under it; the d is kept from melting into it."""
    return Add(claim.rhs, Mul(_sign(claim), Named("d", part)))


def _up(claim: Claim) -> bool:
    return claim.relation in (">=", ">")


def _sign(claim: Claim) -> int:
    return 1 if _up(claim) else -1


# -- by log x ≤ x − 1 -----------------------------------------------------------------------------


def _by_logarithms(
    claim: Claim, bounds: Sequence[LogBound], plain: Poly
) -> tuple[Term, list[Step]]:
    """rhs ± d with the logarithms in d apart, and the steps from there to rhs, if they are found.

    d is plain − Σ factor·(what the law bounds), so d ≥ plain + Σ factor·slack.
    """
    sign = _sign(claim)
    parts, uses = [to_term(Frac(plain.scaled(sign)))], list[Application]()
    after = [to_term(Frac(plain))]
    first = len(Add(claim.rhs, *parts).args)
    for one in bounds:
        inside = closed(one.law.at(one.bindings).lhs, one.binders)
        parts.append(Mul(-sign, one.factor, inside))
        path = (first + len(uses), len(parts[-1].args) - 1, *(1 for _ in one.binders))
        uses.append(Application(one.law, one.bindings, path))
        after.append(Mul(one.factor, closed(one.slack, one.binders)))
    return Add(claim.rhs, *parts), _finished(claim, tuple(uses), Add(*after))


def _finished(claim: Claim, uses: tuple[Application, ...], after: Term) -> list[Step]:
    """From the line with its logarithms bounded to the right side; empty if no way is seen."""
    left = Normal(GROUPS, claim.assuming).frac(after)
    if not left.num.terms or claim.relation in STRICT:
        return [Step(claim.relation, claim.rhs, uses, groups=GROUPS, way="bound")]
    for part in (after, to_term(left)):
        end = _by_sign(claim, part)
        if end is not None:
            line = _with(claim, part)
            return [Step(claim.relation, line, uses, groups=GROUPS, way="bound"), end]
    return []


__all__ = ["bounded"]
