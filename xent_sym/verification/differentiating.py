"""Working out the derivatives of one side of a step, so that only arithmetic is left.

Every line goes to the kernel.  A derivative that no rule works out is left as it stands: of an
unknown function ∂p_k/∂o_i is the answer, and a claim may hold on both sides of what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from xent_sym.kernel.judge import Application, Step
from xent_sym.kernel.laws import LAWS
from xent_sym.tactics import calculus
from xent_sym.tactics.rewriting import Rewriter, derivatives, has_derivative
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.normal import GROUPS, Normal
from xent_sym.terms.polynomial import TooLarge
from xent_sym.terms.quantities import unfold_quantity
from xent_sym.terms.term import (
    App,
    Fn,
    Lam,
    Mul,
    Partial,
    Pow,
    Prod,
    Quantity,
    Space,
    Sym,
    Term,
    abstract,
    fresh,
    instantiate,
    without_names,
)
from xent_sym.verification.general import general_derivatives

ROUNDS = 24
Assumed = frozenset[Hypothesis]
# These have derivative theorems of their own.
KEPT = frozenset({"softmax", "sigmoid", "softplus", "log_sum_exp", "dot"})


def smooth(function: Sym, point: Term) -> Hypothesis:
    """An unknown function, or each of a family of them, is differentiable near the point.

    ``function`` is Sym(name, "function", index ranges..., Space(...)), with at most one index
    range; its entry k at the point o is App.make((function, k, o)).  With this and, say,
    Hypothesis("positive", (function,)) assumed, ∂/∂o_i log p_k(o) = (∂p_k(o)/∂o_i) / p_k(o).

    >>> from xent_sym.terms.term import Space, Sym
    >>> from xent_sym.terms import real
    >>> smooth(Sym("f", "function", Space()), real("x")).kind
    'differentiable'
    """
    kind = "differentiable" if len(function.ranges) == 1 else "termwise differentiable"
    return Hypothesis(kind, (function, point))


@lru_cache(maxsize=256)
def worked_out(term: Term, assumed: Assumed) -> tuple[tuple[Term, Step], ...]:
    """(line before, step) for each step of working out the derivatives of the term."""
    if not has_derivative(term):
        return ()
    done = list(_opened(term))
    line = done[-1][1].line if done else term
    for _ in range(ROUNDS):
        step = _round(line, assumed)
        if step is None:
            break
        done.append((line, step))
        simpler = _simplified(line, step.line, assumed)
        if simpler != step.line:
            done.append((step.line, Step("=", simpler, groups=GROUPS, way="arithmetic")))
        line = simpler
    return tuple(done)


def _simplified(before: Term, line: Term, assumed: Assumed) -> Term:
    """Once the inner of two derivatives is worked out, what it came to in its normal form."""
    if not _is_nested(before) or _is_nested(line):
        return line
    return _in_derivatives(line, lambda body, _, depth: _canonical(body, depth, assumed))


def _is_nested(line: Term) -> bool:
    return any(has_derivative(term.args[1]) for _, term, _ in derivatives(line))


def _round(line: Term, assumed: Assumed) -> Step | None:
    """One layer of every derivative that stands in the line."""
    if not has_derivative(line):
        return None
    rewriter = Rewriter(line, assumed)
    _unknown_part(rewriter)
    calculus.linear_part(rewriter)
    calculus.rules_part(rewriter, general_derivatives())
    calculus.linear_part(rewriter)
    calculus.leaves_part(rewriter)
    return rewriter.step("differentiate") if rewriter.done else None


# -- the body of a derivative in a form that the rules know -------------------------------------


def _opened(term: Term) -> Iterator[tuple[Term, Step]]:
    """Abbreviations and named quantities under a derivative are written out."""
    line = _in_derivatives(without_names(term), _written_out)
    if line != term:
        yield term, Step("=", line, groups=GROUPS, way="definitions")


def _in_derivatives(term: Term, change: Callable[[Term, Sym, int], Term], depth: int = 0) -> Term:
    """The term with the body of every derivative changed, innermost first."""
    args = list(term.args)
    for position, arg in enumerate(args):
        if not has_derivative(arg) and not isinstance(term, Partial):
            continue
        if position in term.BINDS:
            var = fresh(term.args[0], depth)
            inside = _in_derivatives(instantiate(arg, var), change, depth + 1)
            if isinstance(term, Partial):
                inside = change(inside, var, depth + 1)
            args[position] = abstract(inside, var)
        else:
            args[position] = _in_derivatives(arg, change, depth)
    return term.rebuild(args)


def _written_out(body: Term, moving: Sym, depth: int) -> Term:
    """Quantities that have no derivative theorem unfold; log_b is log / log b; Π under log.

    What stands under a derivative of its own has been written out for what varies there.
    """
    if isinstance(body, Partial):
        return body
    if any(isinstance(t, Prod) for t in body.walk()):
        body = _canonical(body, depth, frozenset())
    if isinstance(body, Quantity) and body.data == "dot" and not body.args[0].has(moving):
        return Quantity("dot", *reversed(body.args))
    if isinstance(body, Quantity) and body.data not in KEPT:
        return _written_out(unfold_quantity(body), moving, depth)
    if isinstance(body, Fn) and body.data == "log_base":
        base, x = (_written_out(a, moving, depth) for a in body.args)
        return Mul(Fn("log", x), Pow(Fn("log", base), -1))
    args = list(body.args)
    for position, arg in enumerate(args):
        if position in body.BINDS:
            var = fresh(body.args[0], depth)
            opened = _written_out(instantiate(arg, var), moving, depth + 1)
            args[position] = abstract(opened, var)
        else:
            args[position] = _written_out(arg, moving, depth)
    return body.rebuild(args)


def _canonical(body: Term, depth: int, assumed: Assumed) -> Term:
    try:
        return Normal(GROUPS, assumed, depth).canonical(body)
    except TooLarge:
        return body


# -- unknown functions --------------------------------------------------------------------------


def _unknown_part(line: Rewriter) -> None:
    """The chain rule through an unknown function or family of functions of what varies."""
    for path, term, depth in reversed(list(derivatives(line.line))):
        found = _through_unknown(term, depth)
        if found is not None:
            line.use(Application(found.law, found.bindings, path))


def _through_unknown(term: Term, depth: int) -> Application | None:
    """∂ F(p(o)) = Σ_j (∂F/∂p_j) ∂p_j(o), where o stands nowhere in the body but in p(o)."""
    moving = fresh(term.args[0], depth)
    body = instantiate(term.args[1], moving)
    heads = {t.args[0] for t in body.walk() if _is_unknown(t, moving)}
    if len(heads) != 1 or _is_unknown(body, moving):
        return None
    (head,) = heads
    assert isinstance(head, Sym)
    family = head.ranges[:-1]
    if len(family) > 1:
        return None
    hole = fresh(Space(*family), depth + 1)
    outer = _with_hole(body, head, hole)
    if outer.has(moving):
        return None
    arity = len(term.args) - 3
    law = f"chain_rule_through_family/{arity}" if family else f"chain_rule/{arity}"
    bindings: dict[str, Term] = {"F": Lam(Space(*family), abstract(outer, hole)), "g": head}
    bindings |= {"D": family[0]} if family else {}
    bindings |= {f"k{n + 1}": k for n, k in enumerate(term.args[3:])}
    bindings |= {f"D{n + 1}": r for n, r in enumerate(term.args[0].args)}
    return Application(LAWS[law], {**bindings, "w": term.args[2]})


def _is_unknown(term: Term, moving: Term) -> bool:
    """f(o), or p_k(o), for an unknown function and what varies."""
    if not (isinstance(term, App) and isinstance(term.args[0], Sym)):
        return False
    head = term.args[0]
    full = len(term.args) - 1 == len(head.ranges)
    return head.kind == "function" and full and term.args[-1] == moving


def _with_hole(body: Term, head: Term, hole: Term) -> Term:
    """The body with p_k(o) replaced by u_k."""
    if isinstance(body, App) and body.args[0] == head:
        return App.make((hole, *body.args[1:-1]))
    return body.rebuild([_with_hole(a, head, hole) for a in body.args]) if body.args else body
