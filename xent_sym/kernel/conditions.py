"""Side conditions: when a hypothesis about given terms holds, and what that rests on.

``discharge`` returns the hypotheses that were needed, or None.  There is no third answer:
a condition that cannot be shown is refused, or was stated as an assumption beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from xent_sym.terms.declare import ranges_of
from xent_sym.terms.facts import NOTHING, Evidence
from xent_sym.terms.hypotheses import Hypothesis, declared, label_of, nonempty
from xent_sym.terms.normal import GROUPS, Normal
from xent_sym.terms.polynomial import Frac, TooLarge
from xent_sym.terms.quantities import unfold_quantity
from xent_sym.terms.sign import (
    atom_nonnegative,
    atom_positive,
    frac_nonnegative,
    frac_positive,
    poly_nonzero,
)
from xent_sym.terms.sums import is_member
from xent_sym.terms.term import (
    Add,
    App,
    Delta,
    Fn,
    Lam,
    Mul,
    Named,
    Num,
    Pow,
    Quantity,
    Sum,
    Sym,
    Term,
    abstract,
    fresh,
    instantiate,
    substitute,
)

# What varies under a derivative: the variable, its space, and the point that it stays near.
Moving = tuple[Sym, Term, Term]
# What holds near a point where it holds, of a continuous function; each implies what it stands for.
OPEN = {
    "positive": "positive", "nonnegative": "positive", "nonzero": "nonzero",
    "below one": "below one", "at most one": "below one", "above one": "above one",
}


def discharge(
    condition: Hypothesis, assumed: Iterable[Hypothesis] = (), depth: int = 0
) -> Evidence | None:
    """The hypotheses that make the condition hold, or None."""
    return _discharged(condition, frozenset(assumed), depth)


@lru_cache(maxsize=4096)
def _discharged(condition: Hypothesis, assumed: Evidence, depth: int) -> Evidence | None:
    if condition in assumed:
        return frozenset({condition})
    subject = condition.terms[0]
    if isinstance(subject, Sym) and condition in declared(subject):
        return frozenset({condition})
    try:
        return _prove(condition, assumed, depth)
    except TooLarge:
        return None


def discharge_near(
    condition: Hypothesis, moving: Sequence[Moving], assumed: Evidence = NOTHING, depth: int = 0
) -> Evidence | None:
    """The condition holds for all values near their points of what varies under a derivative.

    A derivative at a point depends on its body near that point only; and what is > 0 at the
    point is > 0 near it, where it is differentiable.  The points may vary in their turn, in a
    derivative further out.  A condition on two variables at once is not looked at so.
    """
    found = discharge(condition, assumed, depth)
    about = [one for one in moving if any(term.has(one[0]) for term in condition.terms)]
    if found is not None or len(about) != 1:
        return found
    ((var, space, point),) = about
    outer = moving[: moving.index(about[0])]
    subject, *rest = condition.terms
    at_point = condition.under({var: point})
    if condition.kind in ("differentiable", "termwise differentiable"):
        return None if subject.has(var) else discharge_near(at_point, outer, assumed, depth)
    if condition.kind not in OPEN or rest or ranges_of(subject):
        return None
    function = Lam(space, abstract(subject, var))
    holds = Hypothesis(OPEN[condition.kind], at_point.terms)
    smooth = Hypothesis("differentiable", (function, point))
    return _both(*(discharge_near(h, outer, assumed, depth) for h in (holds, smooth)))


def _prove(condition: Hypothesis, assumed: Evidence, depth: int) -> Evidence | None:
    subject = condition.terms[0]
    match condition.kind:
        case "differentiable":
            return differentiable(subject, condition.terms[1], assumed, depth)
        case "termwise differentiable":
            return _termwise(subject, condition.terms[1], assumed, depth)
        case "log weight":
            return _log_weight(subject, condition.terms[1], assumed, depth)
        case "member":
            return is_member(Normal(GROUPS, assumed, depth), subject, condition.terms[1])
        case "nonempty":
            return nonempty(subject)
        case "natural":
            whole = isinstance(subject, Num) and subject.data.denominator == 1
            return NOTHING if whole and subject.data >= 1 else None
        case "distinct":
            both = all(isinstance(t, Num) for t in condition.terms)
            return NOTHING if both and subject != condition.terms[1] else None
        case "sums to one":
            return _sums_to_one(subject, assumed, depth)
        case "one-hot":
            return _row_is_one_hot(subject, condition.terms[1])
        case "binary":
            return NOTHING if subject in (Num(0), Num(1)) else _entry(condition)
    return _sign(condition.kind, subject, assumed, depth)


def _entry(condition: Hypothesis) -> Evidence | None:
    """A condition on one entry of a family that is declared so throughout."""
    subject = condition.terms[0]
    head = subject.args[0] if isinstance(subject, App) else subject
    of_family = Hypothesis(condition.kind, (head,))
    return frozenset({of_family}) if isinstance(head, Sym) and of_family in declared(head) else None


def _row_is_one_hot(row: Term, label: Term) -> Evidence | None:
    """The row y_i of a one-hot family y, and its true class c_i."""
    head, *sample = row.args if isinstance(row, App) else (row,)
    if not (isinstance(head, Sym) and head.kind == "one-hot"):
        return None
    if App.make((label_of(head), *sample)) != label:
        return None
    return frozenset({Hypothesis("one-hot", (head, label_of(head)))})


def _opened(family: Term, keep: int, depth: int) -> tuple[Term, list[Term], int]:
    """The entry of a family at fresh indices, all but the last ``keep`` of them."""
    ranges = ranges_of(family)
    indices: list[Term] = []
    for rng in ranges[: len(ranges) - keep]:
        indices.append(fresh(rng, depth))
        depth += 1
    return App.make((family, *indices)), list(ranges[len(ranges) - keep :]), depth


def _sign(kind: str, subject: Term, assumed: Evidence, depth: int) -> Evidence | None:
    entry, _, depth = _opened(subject, 0, depth)
    if kind in ("positive", "nonnegative"):
        found = _by_parts(kind, entry, assumed, depth)
        if found is not None:
            return found
    nf = Normal(GROUPS, assumed, depth)
    f, one = nf.frac(entry), Frac.constant(1)
    match kind:
        case "positive":
            found = frac_positive(nf, f)
        case "nonnegative":
            found = frac_nonnegative(nf, f)
        case "nonzero":
            found = poly_nonzero(nf, f.num)
        case "at most one":
            found = frac_nonnegative(nf, one + -f)
        case "below one":
            found = frac_positive(nf, one + -f)
        case "above one":
            found = frac_positive(nf, f + -one)
        case _:
            return None
    if found is None:
        return None
    nf.accept(found)
    return frozenset(nf.given)


def _by_parts(kind: str, term: Term, assumed: Evidence, depth: int) -> Evidence | None:
    """A product or a sum of parts that all have the sign has it; a sum needs an index."""
    if isinstance(term, Named):
        return _by_parts(kind, term.args[0], assumed, depth)
    if isinstance(term, Mul) or (isinstance(term, Add) and kind == "nonnegative"):
        every = [discharge(Hypothesis(kind, (a,)), assumed, depth) for a in term.args]
        if None not in every:
            return NOTHING.union(*(e for e in every if e))
        product = isinstance(term, Mul) and kind == "nonnegative"
        return _product_nonnegative(term.args, every, assumed, depth) if product else None
    if isinstance(term, Pow) and kind == "nonnegative":
        exponent = term.args[1]
        return NOTHING if isinstance(exponent, Num) and exponent.data % 2 == 0 else None
    if isinstance(term, Sum) and (kind == "nonnegative" or len(term.args) == 2):
        body = instantiate(term.args[1], fresh(term.args[0], depth))
        inside = discharge(Hypothesis(kind, (body,)), assumed, depth + 1)
        return _both(inside, NOTHING if kind == "nonnegative" else nonempty(term.args[0]))
    return None


def _product_nonnegative(
    factors: Sequence[Term], signs: Sequence[Evidence | None], assumed: Evidence, depth: int
) -> Evidence | None:
    """a·b ≥ 0 where a ≥ 0, and b ≥ 0 wherever a > 0: at a = 0 the product is 0."""
    known = [(a, e) for a, e in zip(factors, signs, strict=True) if e is not None]
    weight = Mul(*(a for a, _ in known))
    supposed, used = _supposing(weight, assumed, depth)
    found = NOTHING.union(used, *(e for _, e in known))
    for factor, sign in zip(factors, signs, strict=True):
        inside = Hypothesis("nonnegative", (factor,))
        here = sign if sign is not None else discharge(inside, assumed | supposed, depth)
        if here is None:
            return None
        found |= here - supposed
    return found


def _log_weight(weight: Term, inside: Term, assumed: Evidence, depth: int) -> Evidence | None:
    """The logarithm's argument is positive wherever the weight is."""
    positive, own = Hypothesis("positive", (inside,)), Hypothesis("positive", (weight,))
    found = discharge(positive, assumed | {own}, depth)
    if found is not None:
        return found - {own}
    supposed, used = _supposing(weight, assumed, depth)
    found = discharge(positive, assumed | supposed, depth)
    return None if found is None else (found - supposed) | used


def _supposing(weight: Term, assumed: Evidence, depth: int) -> tuple[Evidence, Evidence]:
    """Where a product is positive, each factor of it that is ≥ 0 is: these, and why they are."""
    nf = Normal(GROUPS, assumed, depth)
    f = nf.frac(weight)
    atoms = [a for a, e in next(iter(f.num.terms)) if e > 0] if len(f.num.terms) == 1 else []
    signs = {a: atom_nonnegative(nf, a) for a in atoms if atom_positive(nf, a) is None}
    supposed = frozenset(Hypothesis("positive", (a,)) for a, e in signs.items() if e is not None)
    return supposed, frozenset(nf.given).union(*(e for e in signs.values() if e))


def _sums_to_one(family: Term, assumed: Evidence, depth: int) -> Evidence | None:
    if not ranges_of(family):
        return None
    row, (last,), depth = _opened(family, 1, depth)
    var = fresh(last, depth)
    nf = Normal(GROUPS, assumed, depth + 1)
    total = Sum.make((last, abstract(App.make((row, var)), var)), None, "i")
    return frozenset(nf.given) if nf.equal(total, Num(1)) else None


# -- differentiability -------------------------------------------------------------------------


def differentiable(
    function: Term, point: Term, assumed: Evidence = NOTHING, depth: int = 0
) -> Evidence | None:
    """The function is differentiable near the point: smooth pieces, off their singularities."""
    if not isinstance(function, Lam):
        return None
    moving = fresh(function.args[0], depth)
    return _smooth(instantiate(function.args[1], moving), moving, point, assumed, depth + 1)


def _termwise(family: Term, point: Term, assumed: Evidence, depth: int) -> Evidence | None:
    """Each function of a family of functions is differentiable near the point."""
    if not isinstance(family, Lam):
        return None
    each = instantiate(family.args[1], fresh(family.args[0], depth))
    return differentiable(each, point, assumed, depth + 1)


def _smooth(
    body: Term, moving: Sym, point: Term, assumed: Evidence, depth: int
) -> Evidence | None:
    def inside(*parts: Term, deeper: int = 0) -> Evidence | None:
        every = [_smooth(p, moving, point, assumed, depth + deeper) for p in parts]
        return None if None in every else NOTHING.union(*(e for e in every if e))

    def at_point(kind: str, part: Term) -> Evidence | None:
        return discharge(Hypothesis(kind, (substitute(part, {moving: point}),)), assumed, depth)

    if not body.has(moving):
        return NOTHING
    match body:
        case Sym():
            return NOTHING
        case App() if body.args[0] == moving:
            return NOTHING if not any(i.has(moving) for i in body.args[1:]) else None
        case App() if isinstance(body.args[0], Quantity | Named):
            meaning = _meaning(body.args[0])
            return inside(App.make((meaning, *body.args[1:])))
        case Quantity() | Named():
            return inside(_meaning(body))
        case Add() | Mul():
            return inside(*body.args)
        case Sum():
            var = fresh(body.args[0], depth)
            return inside(instantiate(body.args[1], var), deeper=1)
        case Fn() if body.data in ("exp", "tanh"):
            return inside(body.args[0])
        case Fn() if body.data == "log":
            return _both(inside(body.args[0]), at_point("positive", body.args[0]))
        case Pow() if isinstance(body.args[1], Num):
            base, exponent = body.args[0], body.args[1].data
            if exponent.denominator == 1 and exponent >= 0:
                return inside(base)
            kind = "nonzero" if exponent.denominator == 1 else "positive"
            return _both(inside(base), at_point(kind, base))
        case Delta():
            return None
    return None


def _meaning(term: Term) -> Term:
    return term.args[0] if isinstance(term, Named) else unfold_quantity(term)


def _both(a: Evidence | None, b: Evidence | None) -> Evidence | None:
    return a | b if a is not None and b is not None else None
