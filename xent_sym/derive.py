"""``derive``: a chain for an expression that nobody wrote a file for.

The engine picks the ways itself, always in the same order: write out what has no derivative
theorem, differentiate, collapse deltas, use what is declared, and gather.  A way that does
nothing is left out.  The lines go to the same judge as an author's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import permutations

from xent_sym.kernel import Chain, Hypothesis, NotProved, Step, Theorem, prove
from xent_sym.library import library
from xent_sym.tactics import ways
from xent_sym.tactics.gather import gathered
from xent_sym.tactics.ways import State, Way
from xent_sym.terms.declare import DISTRIBUTION_KINDS
from xent_sym.terms.normal import GROUPS, Normal
from xent_sym.terms.quantities import cross_entropy, entropy, kl
from xent_sym.terms.term import (
    App,
    Bound,
    Num,
    Partial,
    Quantity,
    Scalar,
    Sym,
    Term,
    TermError,
    as_term,
    without_names,
)

WRITTEN_OUT = ("cross_entropy", "kl", "entropy", "binary_cross_entropy", "binary_entropy",
               "expectation", "self_information")
ROUNDS = 4


@cache
def derivative_theorems() -> tuple[Theorem, ...]:
    """The library's theorems that differentiate a named quantity at a bare argument."""
    found = []
    for derivation in library().values():
        lhs = derivation.statement.lhs
        if isinstance(lhs, Partial) and _is_bare(lhs) and not derivation.statement.assuming:
            found.append(derivation)
    general = [d for d in found if _has_free_place(d.statement.lhs)]
    return tuple(d.theorem for d in general)


def _is_bare(derivative: Term) -> bool:
    body = without_names(derivative.args[1])
    quantity = body.args[0] if isinstance(body, App) else body
    return isinstance(quantity, Quantity) and quantity.args[0] == Bound(0)


def _has_free_place(derivative: Term) -> bool:
    """∂a_i/∂z_k for all i and k, not its corollary ∂a_i/∂z_i."""
    body = without_names(derivative.args[1])
    return not (isinstance(body, App) and body.args[-1] in derivative.args[3:])


def derive(
    expression: Scalar, *, name: str = "derived", assuming: Iterable[Hypothesis] = ()
) -> Theorem:
    """The theorem ``expression = tidy form``, its chain found by the engine.

    >>> from xent_sym.terms import *
    >>> K = size("K"); z = reals("z", K); y = distribution("y", K); k = index("k", K)
    >>> print(derive(partial(cross_entropy(y, softmax(z)), z[k])))
    ∂/∂z_k H(y, softmax(z)) = softmax(z)_k - y_k
    """
    assumed = frozenset(assuming)
    start = as_term(expression)
    line, steps = start, list[Step]()
    for way in _plan(start):
        more = _taken(way, line, assumed)
        steps += more
        line = more[-1].line if more else line
    if not steps:
        raise TermError(f"{start} is already in its tidy form: there is nothing to derive")
    return prove(Chain(name, start, "=", line, tuple(steps), assumed))


def _taken(way: Way, line: Term, assumed: frozenset[Hypothesis]) -> list[Step]:
    """The steps of a way, as far as the kernel accepts them; none if it does not apply."""
    try:
        steps = way(State(line, None, assumed, derivative_theorems()))
    except TermError:
        return []
    try:
        prove(Chain("part", line, "=", steps[-1].line, tuple(steps), assumed))
    except NotProved:
        return []
    return [] if steps[-1].line == line else steps


def _plan(expression: Term) -> Iterator[Way]:
    for name in WRITTEN_OUT:
        if any(isinstance(t, Quantity) and t.data == name for t in expression.walk()):
            yield ways.unfold(name)
    differentiating = any(isinstance(t, Partial) for t in expression.walk())
    mentioned = {t.data for t in expression.walk() if isinstance(t, Quantity)}
    yield ways.log_of_quotient
    yield ways.weighted_log_of_quotient
    if differentiating:
        yield ways.differentiate
        yield ways.unfold("dot")
        yield ways.differentiate
    else:
        yield ways.log_of_product
    for _ in range(ROUNDS):
        yield ways.collapse
        yield ways.expand
        yield ways.linearity
        yield from _totals(expression)
    for name in ("softmax", "sigmoid"):
        yield ways.fold(name)
    yield GATHER
    if "dot" in mentioned:
        yield ways.fold("dot")
    if not differentiating:
        yield _named(expression)


def _totals(expression: Term) -> Iterator[Way]:
    """Σ p = 1 for each distribution that stands in the expression."""
    families = {
        t for t in expression.walk() if isinstance(t, Sym) and t.kind in DISTRIBUTION_KINDS
    }
    for family in sorted(families, key=lambda f: f.key):
        yield ways.sums_to_one(family)
    softmaxes = {t for t in expression.walk() if isinstance(t, Quantity) and t.data == "softmax"}
    if softmaxes:
        yield ways.by(library()["softmax_sums_to_one"].theorem)


def _named(expression: Term) -> Way:
    """A value that is the entropy, cross-entropy or divergence of what stands in it."""
    families = sorted(
        {t for t in expression.walk() if _is_distribution(t)}, key=lambda t: t.key
    )
    pairs = list(permutations(families, 2))
    candidates = [Num(0), *(entropy(p) for p in families)]
    candidates += [make(p, q) for make in (kl, cross_entropy) for p, q in pairs]

    def lines(state: State) -> Iterator[Step]:
        for candidate in candidates:
            if candidate != expression and Normal(GROUPS, state.assumed).equal(
                state.line, candidate
            ):
                yield Step("=", candidate, groups=GROUPS, way="arithmetic:definitions")
                return

    return Way("named", lines)


def _is_distribution(term: Term) -> bool:
    if isinstance(term, Quantity):
        return term.data == "softmax" and term.closed
    return isinstance(term, Sym) and term.kind in DISTRIBUTION_KINDS and len(term.ranges) == 1


GATHER = Way("gather", lambda state: [Step("=", gathered(state.line), way="arithmetic")])
