"""When a point refutes a step, and when it would prove nothing.

A letter that the note leaves open is not free to have any value: a point that gives it one may
be far from what the author means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from xent_sym.kernel.verdict import Claim
from xent_sym.meaning.names import written
from xent_sym.meaning.scene import LABELS
from xent_sym.refute import Agreement, Refutation, fails, refute, sample_points
from xent_sym.terms.evaluate import Ball, Point, TooLong, Undefined, ball
from xent_sym.terms.holding import obeys
from xent_sym.terms.term import Num, Quantity, Sym, Term, TermError, substitute
from xent_sym.terms.text import spell
from xent_sym.verification.outcome import Outcome
from xent_sym.verification.proving import proof
from xent_sym.verification.sampling import DRAWS, clashing, has_empty_range

Constraint: TypeAlias = tuple[Term, str, Term]

FEW = 20
NOT_NUMBERS = ("index", "size", "domain")


def refuted(outcome: Outcome, relation: str) -> Outcome:
    """The outcome with a point where the claim fails, or with why no point can be trusted."""
    assert outcome.lhs is not None and outcome.rhs is not None
    try:
        why = _broken(outcome) or _stale(outcome) or _in_bits(outcome)
        why = why or not_refutable(outcome.lhs, relation, outcome.rhs)
        if why:
            return replace(outcome, open=why)
        point = _point(outcome, relation)
        if point is not None and _holds_for_one_hot(outcome, relation):
            told = "it fails for a label that is spread over classes, and may hold for a one-hot " \
                   "one: declare it (y: label) if it is"
            return replace(outcome, open=told)
    except TermError as problem:
        return replace(outcome, open=str(problem))
    return replace(outcome, refutation=point)


def _point(outcome: Outcome, relation: str) -> Refutation | None:
    """A point where the claim fails, and where all that the note says of its letters holds.

    Raises ``TermError`` if every such point gives one name two values: it could not be shown.
    """
    name = ""
    for point, left, right in _points(outcome, DRAWS):
        if fails(left, relation, right):
            name = clashing(point)
            if not name:
                return Refutation(point, relation, left, right)
    if name:
        raise TermError(f"{spell(name)} stands for two things in this step")
    return None


def _points(outcome: Outcome, draws: int) -> Iterator[tuple[Point, Ball, Ball]]:
    """Points that obey what the note says, where both sides have a value and all ranges an index.

    The search ends where the values become too large to compute.
    """
    lhs, rhs = outcome.lhs, outcome.rhs
    assert lhs is not None and rhs is not None
    letters = lhs.symbols() | rhs.symbols()
    distinct = [h for h in outcome.reading.assuming if h.kind == "distinct"]
    said = [c for c in outcome.reading.constraints if (c[0].symbols() | c[2].symbols()) & letters]
    terms = [lhs, rhs, *(t for c in said for t in (c[0], c[2]))]
    for point in islice(sample_points(terms), draws):
        try:
            left, right = ball(lhs, point), ball(rhs, point)
            held = all(_holds(c, point) for c in said) and obeys(distinct, point)
            empty = has_empty_range((lhs, rhs), point)
        except TooLong:
            return
        except Undefined:
            continue
        if held and not empty:
            yield point, left, right


def _holds(constraint: Constraint, point: Point) -> bool:
    """The relation is seen to hold at the point."""
    one, sign, two = constraint
    left, right = ball(one, point), ball(two, point)
    if sign == "=":
        return left.meets(right)
    return not fails(left, sign, right)


def _holds_for_one_hot(outcome: Outcome, relation: str) -> bool:
    """No point refutes the step once its labels are one-hot."""
    assert outcome.lhs is not None and outcome.rhs is not None
    labels = {
        s: Sym(s.name, "one-hot", *s.args, label=f"class of {s.name}")
        for s in outcome.lhs.symbols() | outcome.rhs.symbols()
        if s.kind == "distribution" and s.name.partition("_")[0] in LABELS
    }
    if not labels:
        return False
    values: dict[Term, Term] = {s: label for s, label in labels.items()}  # noqa: C416
    one, two = (substitute(t, values) for t in (outcome.lhs, outcome.rhs))
    return refute(one, relation, two, tries=DRAWS) is None


def _broken(outcome: Outcome) -> str:
    """A definition that has no meaning here was left out, and the step speaks of its letters."""
    assert outcome.lhs is not None and outcome.rhs is not None
    symbols = outcome.lhs.symbols() | outcome.rhs.symbols()
    named = {s.name for s in symbols if s.kind not in NOT_NUMBERS}
    known = outcome.reading.scene.spelling
    found = [
        d for d in outcome.reading.scene.broken.values()
        if named & {w.name for n in d.body.walk() if (w := written(n, known)) is not None}
    ]
    return "; ".join(
        f"the definition of {spell(d.name)} in line {d.line} has no meaning here" for d in found
    )


def _stale(outcome: Outcome) -> str:
    """A letter was read as another section defines it, where it was written in another form."""
    scene = outcome.reading.scene
    used = (d for d in scene.used.values() if d not in scene.same_form)
    found = [d for d in used if scene.definitions.is_stale(d)]
    return "; ".join(
        f"{spell(d.name)} was defined in line {d.line}, in another section" for d in found
    )


def _in_bits(outcome: Outcome) -> str:
    """2^{H(p)} stands in a formula, so its entropies and logarithms are likely those of base 2."""
    scene = outcome.reading.scene
    if not scene.usage.power_of_two or scene.declarations.log_said or scene.base_known is not None:
        return ""
    return "2 to the power of an entropy or a logarithm means bits, which the note does not say: " \
           "declare it (units: bits) if it does"


def not_refutable(lhs: Term, relation: str, rhs: Term) -> str:
    """Why a point would prove nothing; empty if it would."""
    left, right = lhs.symbols(), rhs.symbols()
    both = left | right
    if any(s.name == "pi" for s in both):
        return "π is taken as a symbol"
    if any(s.kind == "function" for s in both):
        return "it speaks of functions that the note does not give"
    if any(s.name.startswith("phat") for s in both):
        return "p̂ may be the empirical distribution of the sample, which the note does not say"
    moments = sorted(s.name for s in left ^ right if s.name.partition("_")[0] in ("mu", "sigma"))
    if moments:
        return f"{', '.join(moments)} may be a moment of the distribution, which is not said"
    loose = _loose_sizes(both)
    if loose:
        return f"whether {loose} counts what the sums here run over is not said"
    new = sorted({_shown(s) for s in right - left if s.kind not in NOT_NUMBERS})
    if new:
        return f"the right side brings in {', '.join(new)}, which the note does not define"
    if relation == "=" and left and not right and not _constant(lhs):
        if _never_negative(lhs) and _is_negative(rhs):
            return ""
        names = sorted({_shown(s) for s in left if s.kind not in NOT_NUMBERS})
        return f"the value depends on {', '.join(names)}, for which the note gives no numbers"
    return ""


def _shown(symbol: Sym) -> str:
    """The name as people write it; of L(y^(n), ŷ^(n)), which the note leaves open, L(…)."""
    head, applied, _ = symbol.name.partition("(")
    return f"{spell(head)}(…)" if applied and "^" not in head else spell(symbol.name)


def _loose_sizes(symbols: frozenset[Sym]) -> str:
    """A size that bounds no range, while some range has no bounds."""
    ranges = {r for s in symbols for r in s.args}
    bounds = {part for r in ranges for part in r.walk()}
    sizes = sorted(s.name for s in symbols if s.kind == "size" and s not in bounds)
    unbounded = any(s.kind == "domain" for s in symbols)
    return ", ".join(sizes) if sizes and unbounded else ""


def _never_negative(term: Term) -> bool:
    """The kernel proves that it is ≥ 0, whatever its letters are."""
    if isinstance(term, Quantity):  # what D and H are taken of are distributions
        values: dict[Term, Term] = {
            s: Sym(s.name, "positive distribution", *s.args)
            for s in term.args if isinstance(s, Sym) and len(s.ranges) == 1
        }
        term = substitute(term, values)
    return proof(Claim(term, ">=", Num(0))) is not None


def _is_negative(term: Term) -> bool:
    """The closed term is seen to be below 0; one without a value (log 0) is not."""
    try:
        return ball(term, Point({})).high < 0
    except Undefined:
        return False


def _constant(term: Term) -> bool:
    """At all points that are tried the term has one value."""
    values = []
    for point in islice(sample_points((term,)), 12):
        try:
            values.append(ball(term, point))
        except Undefined:
            continue
    return bool(values) and all(v.meets(values[0]) for v in values)


def apart_at(outcome: Outcome) -> Outcome | None:
    """The outcome with a point where the sides differ, all assumptions kept."""
    assert outcome.lhs is not None and outcome.rhs is not None
    try:
        point = _point(outcome, "=")
    except TermError:
        return None
    return None if point is None else replace(outcome, refutation=point)


def equal_somewhere(outcome: Outcome) -> bool:
    """At some point that is tried both sides have one value, which is known exactly."""
    return any(fails(left, "!=", right) for _, left, right in _points(outcome, DRAWS))


def evidence(outcome: Outcome, relation: str) -> str:
    """How many sampled points agree."""
    try:
        found = [not fails(left, relation, right) for _, left, right in _points(outcome, FEW)]
    except TermError as problem:
        return str(problem)
    return str(Agreement(sum(found), len(found))) if found else "no point could be tried"


__all__ = ["apart_at", "equal_somewhere", "evidence", "not_refutable", "refuted"]
