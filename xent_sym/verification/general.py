"""The library's derivative theorems, for every finite index set and not only for 1, ..., K.

The library states them for K classes.  Their proofs never count, so the same chain holds with a
domain in place of 1..K; it is judged again, and a theorem whose proof does count stays as it is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from xent_sym.derive import derivative_theorems
from xent_sym.kernel.judge import Application, Chain, NotProved, Step, Theorem, prove
from xent_sym.terms.declare import as_range, domain
from xent_sym.terms.term import Term, TermError, substitute


@cache
def general_derivatives() -> tuple[Theorem, ...]:
    """Softmax, the sigmoid, softplus, log-sum-exp and the dot product, differentiated.

    >>> any(str(t) == "∂/∂θ_k θᵀx = x_k" for t in general_derivatives())
    True
    """
    return tuple(_over_domains(theorem) for theorem in derivative_theorems())


def _over_domains(theorem: Theorem) -> Theorem:
    """The theorem with a domain for every range 1..K of it, if its chain proves that too."""
    chain = theorem.chain
    sizes = [s for s in chain.lhs.symbols() if s.kind == "size"]
    values: dict[Term, Term] = {as_range(s): domain(f"D_{s.name}") for s in sizes}
    if not values:
        return theorem
    try:
        steps = tuple(_step(step, values) for step in chain.steps)
        lhs, rhs = substitute(chain.lhs, values), substitute(chain.rhs, values)
        return prove(Chain(chain.name, lhs, chain.relation, rhs, steps, chain.assuming))
    except (NotProved, TermError):
        return theorem


def _step(step: Step, values: dict[Term, Term]) -> Step:
    return replace(
        step,
        line=substitute(step.line, values),
        before=tuple(_application(a, values) for a in step.before),
        after=tuple(_application(a, values) for a in step.after),
    )


def _application(application: Application, values: dict[Term, Term]) -> Application:
    """The same use of the law; a cited theorem is taken over domains too."""
    law = application.law
    bindings = {name: substitute(value, values) for name, value in application.bindings.items()}
    if isinstance(law, Theorem):
        law = _over_domains(law)
        known = law.law().parameters
        bindings = {name: value for name, value in bindings.items() if name in known}
    return replace(application, law=law, bindings=bindings)


__all__ = ["general_derivatives"]
