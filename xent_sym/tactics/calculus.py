"""Differentiation, a layer at a time, the way it is written by hand.

Round by round: first the derivative moves inside sums and past constants; then each
function meets its rule; at last the coordinates become deltas.  A derivative theorem of the
library (softmax, sigmoid, ...) stands for the chain of rules that proved it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xent_sym.kernel.judge import Application, Theorem
from xent_sym.kernel.laws import LAWS
from xent_sym.tactics.rewriting import Finder, Rewriter, derivatives, matching
from xent_sym.terms.declare import ranges_of
from xent_sym.terms.term import (
    App,
    Lam,
    Named,
    Partial,
    Quantity,
    Space,
    Term,
    abstract,
    fresh,
    instantiate,
    without_names,
)

LINEAR = (
    "derivative_of_constant",
    "derivative_of_sum",
    "derivative_of_multiple",
    "derivative_of_finite_sum",
)
RULES = (
    "derivative_of_coordinate",
    "derivative_of_log",
    "derivative_of_exp",
    "derivative_of_tanh",
    "quotient_rule",
    "power_rule",
    "power_rule_of_positive",
    "reciprocal_rule",
    "product_rule",
)


def _by_arity(names: Iterable[str]) -> dict[int, Finder]:
    return {n: matching([LAWS[f"{name}/{n}"] for name in names]) for n in range(4)}


_LINEAR, _RULES = _by_arity(LINEAR), _by_arity(RULES)
_LEAVES = _by_arity(("derivative_of_constant", "derivative_of_coordinate"))


def _of(finders: dict[int, Finder]) -> Finder:
    def finder(term: Term, depth: int) -> Iterator[Application]:
        if isinstance(term, Partial) and len(term.args) - 3 in finders:
            yield from finders[len(term.args) - 3](term, depth)

    return finder


def linear_part(line: Rewriter) -> bool:
    """∂ goes past sums and constants."""
    return line.everywhere(_of(_LINEAR), among=derivatives)


def rules_part(line: Rewriter, theorems: Iterable[Theorem] = ()) -> bool:
    """One layer: every derivative that stands there now meets one rule."""
    known = list(theorems)
    direct, rules = matching(known), _of(_RULES)

    def finder(term: Term, depth: int) -> Iterator[Application]:
        yield from direct(term, depth)
        yield from through(term, depth, known)
        yield from rules(term, depth)

    changed = False
    for path, term, depth in reversed(list(derivatives(line.line))):
        for found in finder(term, depth):
            if line.use(Application(found.law, found.bindings, path, found.backwards)):
                changed = True
                break
    return changed


def leaves_part(line: Rewriter) -> bool:
    """∂z_i/∂z_k = δ_ik, and the derivative of what does not vary is 0."""
    return line.everywhere(_of(_LEAVES), among=derivatives)


def through(term: Term, depth: int, theorems: Iterable[Theorem]) -> Iterator[Application]:
    """The chain rule: the outer function has a derivative theorem, the inner is not bare."""
    moving = fresh(term.args[0], depth)
    body = instantiate(term.args[1], moving)
    head = body.args[0] if isinstance(body, App) else body
    while isinstance(head, Named):
        head = head.args[0]
    if not isinstance(head, Quantity) or not _has_rule(head, theorems):
        return
    inside = head.args[0]
    if inside == moving or not inside.has(moving) or any(a.has(moving) for a in head.args[1:]):
        return
    arity = len(term.args) - 3
    scalar = not ranges_of(inside)
    space = Space() if scalar else Space(*ranges_of(inside))
    hole = fresh(space, depth + 1)
    outer_body = Quantity(head.data, hole, *head.args[1:])
    outer = App.make((outer_body, *body.args[1:])) if isinstance(body, App) else outer_body
    f = Lam(space, abstract(outer, hole))
    if scalar:
        g = Lam(term.args[0], abstract(inside, moving))
        name, family = f"chain_rule/{arity}", dict[str, Term]({"F": f, "g": g})
    else:
        var = fresh(ranges_of(inside)[0], depth + 1)
        entry = Lam(term.args[0], abstract(App.make((inside, var)), moving))
        g = Lam(ranges_of(inside)[0], abstract(entry, var))
        name = f"chain_rule_through_family/{arity}"
        family = {"D": ranges_of(inside)[0], "F": f, "g": g}
    at = {f"k{n + 1}": k for n, k in enumerate(term.args[3:])}
    ranges = {f"D{n + 1}": r for n, r in enumerate(term.args[0].args)}
    yield Application(LAWS[name], {**family, **at, **ranges, "w": term.args[2]})


def _has_rule(head: Term, theorems: Iterable[Theorem]) -> bool:
    """Some derivative theorem speaks of this quantity at a bare argument."""
    for theorem in theorems:
        if isinstance(theorem.lhs, Partial):
            body = without_names(theorem.lhs.args[1])
            inner = body.args[0] if isinstance(body, App) else body
            if isinstance(inner, Quantity) and inner.data == head.data:
                return True
    return False

