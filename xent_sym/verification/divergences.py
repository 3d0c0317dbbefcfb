"""Named divergences in a difference: Σ p log(p/q) ≥ Σ p − Σ q, whatever p and q stand for.

Written out and put in their normal form they may be past recognition: of an empirical p the
sum over the classes turns into one over the sample.
"""

from __future__ import annotations

from collections.abc import Iterator

from xent_sym.kernel.laws import LAWS
from xent_sym.terms.declare import ranges_of
from xent_sym.terms.normal import GROUPS, Normal, to_term
from xent_sym.terms.polynomial import Frac, Poly, times
from xent_sym.terms.term import Add, App, Fn, Mul, Pow, Quantity, Term, fresh
from xent_sym.verification.log_bounds import LogBound
from xent_sym.verification.log_terms import Assumed


def divergence_bounds(
    difference: Term, assumed: Assumed
) -> Iterator[tuple[list[LogBound], Poly]]:
    """Every divergence that is added in the difference, bounded; and what else is in it."""
    rest = Normal(GROUPS - {"definitions"}, assumed).frac(difference)
    bounds, plain = list[LogBound](), Poly()
    for m, c in rest.num.terms.items():
        atom = next((a for a, e in m if e == 1 and _is_divergence(a)), None)
        if atom is None or c < 0:
            plain = plain + Poly.of(m, c)
        else:
            others = to_term(Frac(Poly.of(times(m, ((atom, -1),)), c)))
            bounds.append(_bounded(atom, others))
    if bounds and not rest.den:
        yield bounds, plain


def _is_divergence(atom: Term) -> bool:
    return isinstance(atom, Quantity) and atom.data == "kl"


def _bounded(divergence: Term, factor: Term) -> LogBound:
    """D(p ‖ q) is −Σ p·log(q/p), and so at least Σ (p − q); in a base b, over log b."""
    p, q, *base = divergence.args
    (rng,) = ranges_of(p)
    var = fresh(rng, 0)
    weight, over = (App.make((family, var)) for family in (p, q))
    scale = [Pow(Fn("log", b), -1) for b in base]
    law = LAWS["weighted_log_ratio_at_most"]
    slack = Add(weight, Mul(-1, over))
    return LogBound(law, {"w": weight, "b": over}, ((var, rng),), Mul(factor, *scale), slack)


__all__ = ["divergence_bounds"]
