"""``derive``: a chain for an expression that nobody wrote a file for.

The engine picks the ways itself, always in the same order: write out what has no derivative
theorem, differentiate, collapse deltas, use what is declared, and gather.  A way that does
nothing is left out.  The lines go to the same judge as an author's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import permutations

from xent_sym.kernel import Chain, Hypothesis, NotProved, Step, Theorem, prove
from xent_sym.kernel.conditions import discharge
from xent_sym.library import library
from xent_sym.tactics import calculus, ways
from xent_sym.tactics.gather import gathered
from xent_sym.tactics.naming import at_their_points, names_in, with_names
from xent_sym.tactics.rewriting import Rewriter, places
from xent_sym.tactics.tidy import size_of
from xent_sym.tactics.ways import State, Way
from xent_sym.terms.declare import DISTRIBUTION_KINDS, distinct_names
from xent_sym.terms.eta import eta
from xent_sym.terms.normal import GROUPS, Normal
from xent_sym.terms.polynomial import TooLarge
from xent_sym.terms.quantities import cross_entropy, entropy, kl
from xent_sym.terms.term import (
    App,
    Bound,
    Fn,
    Named,
    Num,
    Partial,
    Quantity,
    Scalar,
    Sym,
    Term,
    TermError,
    number,
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

    >>> from xent_sym import cross_entropy, distribution, index, partial, reals, size, softmax
    >>> K = size("K"); z = reals("z", K); y = distribution("y", K); k = index("k", K)
    >>> print(derive(partial(cross_entropy(y, softmax(z)), z[k])))
    ∂/∂z_k H(y, softmax(z)) = softmax(z)_k - y_k

    Raises Stuck where a derivative remains that no law or theorem works out; it names the line
    that was reached and the condition that was missed.
    """
    assumed = frozenset(assuming)
    start = number(expression)
    distinct_names(start)
    line, steps = start, list[Step]()
    names = _abbreviations(start)
    said = f"definition:{','.join(str(n.data) for n in names)}"
    for way in (None, *_plan(start)):
        more = [] if way is None else _taken(way, line, assumed)
        steps += more
        line = more[-1].line if more else line
        # a derivative theorem brings the long name back: fold it, or a/a would not cancel
        named = with_names(line, names)
        if named != line:
            steps.append(Step("=", named, way=said))
            line = named
    if any(isinstance(t, Partial) for t in line.walk()):
        raise Stuck(line, _what_is_missing(line, assumed))
    if not steps:
        raise TermError(f"{start} is already in its tidy form: there is nothing to derive")
    return prove(Chain(name, start, "=", line, tuple(steps), assumed))


def _abbreviations(expression: Term) -> list[Named]:
    """A letter for each softmax of something long, so that the lines stay readable."""
    opened = at_their_points(expression)
    taken = {s.name for s in opened.symbols()} | {n.data for n in names_in(expression)}
    letters = (c for c in "abcdfgh" if c not in taken)
    long = [
        t for t in opened.walk()
        if isinstance(t, Quantity) and t.data == "softmax" and t.closed
        and not isinstance(eta(without_names(t.args[0])), Sym | App)
    ]
    return [Named(letter, t) for t, letter in zip(dict.fromkeys(long), letters, strict=False)]


class Stuck(TermError):
    """No way goes on from a line that still holds a derivative."""

    def __init__(self, line: Term, missing: str) -> None:
        super().__init__(f"no way goes on from {line}: {missing}")
        self.line = line


def _what_is_missing(line: Term, assumed: frozenset[Hypothesis]) -> str:
    """The condition that kept a law of differentiation from the line."""
    rewriter = Rewriter(line, assumed)
    calculus.rules_part(rewriter, derivative_theorems())
    for _, part, depth in places(at_their_points(line)):
        if isinstance(part, Fn) and part.data == "log":
            positive = Hypothesis("positive", (part.args[0],))
            if discharge(positive, assumed, depth) is None:
                return f"log {part.args[0]} is smooth only where {part.args[0]} > 0; declare that"
    needs = [message for message in rewriter.refused if "needs" in message]
    if needs:
        return f"{needs[-1]}; declare or assume it"
    return "no law of differentiation fits; the laws are listed in docs/ways.md"


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
    differentiating = any(isinstance(t, Partial) for t in expression.walk())
    mentioned = {t.data for t in expression.walk() if isinstance(t, Quantity)}
    yield from (ways.unfold(name) for name in WRITTEN_OUT if name in mentioned)
    yield ways.change_of_base
    yield ways.sum_without_term
    if not differentiating:
        yield from _one_hot(expression)
    yield ways.log_of_quotient
    yield ways.weighted_log_of_quotient
    yield from DIFFERENTIATING if differentiating else PRODUCTS
    for _ in range(ROUNDS):
        yield ways.collapse
        yield ways.expand
        yield ways.linearity
        yield from _totals(expression)
    yield ways.push_into_sums
    yield from (ways.fold(name) for name in ("softmax", "sigmoid"))
    yield ways.linearity
    yield GATHER
    if "dot" in mentioned:
        yield ways.fold("dot")
    if not differentiating:
        yield _named(expression)
        yield SHORTEST


def _one_hot(expression: Term) -> Iterator[Way]:
    for label in _symbols(expression, {"one-hot"}):
        yield ways.one_hot_entry(label)
        yield ways.collapse


def _totals(expression: Term) -> Iterator[Way]:
    """Σ p = 1 for each distribution that stands in the expression."""
    for family in _symbols(expression, DISTRIBUTION_KINDS):
        yield ways.sums_to_one(family)
    softmaxes = {t for t in expression.walk() if isinstance(t, Quantity) and t.data == "softmax"}
    if softmaxes:
        yield ways.by(library()["softmax_sums_to_one"].theorem)


def _symbols(expression: Term, kinds: Collection[str]) -> list[Sym]:
    """The symbols of these kinds that stand in the expression."""
    found = {t for t in expression.walk() if isinstance(t, Sym) and t.kind in kinds}
    return sorted(found, key=lambda s: s.key)


def _where_derivatives_remain(way: Way) -> Way:
    def lines(state: State) -> list[Step]:
        remain = any(isinstance(t, Partial) for t in state.line.walk())
        return way(state) if remain else []

    return Way(way.name, lines)


def _named(expression: Term) -> Way:
    """A value that is the entropy, cross-entropy or divergence of what stands in it."""
    # a one-hot label collapses further than any of these names would say
    hot = _symbols(expression, {"one-hot"})
    found = set() if hot else {t for t in expression.walk() if _is_distribution(t)}
    families = sorted(found, key=lambda t: t.key)
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


def _canonical_if_shorter(state: State) -> Iterator[Step]:
    try:
        value = Normal(GROUPS, state.assumed).canonical(state.line)
    except TooLarge:
        return
    if size_of(value) < size_of(state.line):
        yield Step("=", value, groups=GROUPS, way="arithmetic:definitions")


SHORTEST = Way("shortest", _canonical_if_shorter)
DIFFERENTIATING = (
    ways.differentiate,
    ways.collapse,
    _where_derivatives_remain(ways.unfold("dot")),
    _where_derivatives_remain(ways.differentiate),
)
PRODUCTS = (ways.log_of_product, ways.weighted_log_of_product)
GATHER = Way("gather", lambda state: [Step("=", gathered(state.line), way="arithmetic")])
