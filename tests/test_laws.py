"""The laws as data: each holds where its conditions do, and each of its conditions matters."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

import pytest
from worlds import points, value

from xent_sym.kernel import LAWS, Hypothesis, Law
from xent_sym.refute import fails
from xent_sym.terms import TermError, exp, index, real, reals, summation, tanh
from xent_sym.terms.evaluate import Missing, Point
from xent_sym.terms.term import App, Lam, Num, Partial, Space, Sym, Term, abstract, substitute

ENOUGH = 20
SIGNS = {
    "positive": ">", "nonnegative": ">=", "nonzero": "!=",
    "above one": ">", "at most one": "<=", "below one": "<",
}  # fmt: skip

# Conditions that keep both sides of a law from having no value, rather than from differing.
FOR_DEFINEDNESS = {
    "differentiable": "at a corner the derivatives on one side do not exist",
    "termwise differentiable": "at a corner the derivatives on one side do not exist",
    "natural": "ζᶜ has no derivative at 0 for c < 1, and no value below 0 for a broken c",
    "nonzero": "1/ζ has no value at 0, and so no derivative there",
    "above one/change_of_base": "there is no logarithm to base 1, nor to a base below 0",
    "positive/power_rule_of_positive": "ζᶜ has no value below 0 for a broken c, nor at 0 for c < 0",
    "positive/derivative_of_log": "log ζ has no value at 0 and below, and so no derivative there",
}


# -- functions for the laws that speak of functions ------------------------------------------------


def _smooth(entries: list[Term], which: str) -> Term:
    """A smooth function of the coordinates, positive for g, another for each name."""
    first, last = entries[0], entries[-1]
    return {
        "f": first**2 * last + exp(last / 2),
        "g": 2 + tanh(first) + last**2,
        "F": exp(first / 2) * last + first**3,
        "h": first**2 + exp(last),
    }[which]


def _corner(entries: list[Term], which: str) -> Term:
    """1 + √(ζ²) = 1 + |ζ|, which has no derivative at 0."""
    return 1 + (entries[0] ** 2) ** Fraction(1, 2)


def _bare(entries: list[Term], which: str) -> Term:
    return entries[0]


def function(parameter: Sym, body: object = _smooth) -> Term:
    """A function for a parameter that stands for one, or for a family of functions."""
    *outer, space = parameter.ranges
    assert isinstance(space, Space)
    family = reals("ζ", *space.args)
    places = [index(f"k{n}", rng) if rng.name != "D" else index("j", rng)  # type: ignore[attr-defined]
              for n, rng in enumerate(space.args, 1)]
    inside = App.make((family, *places))
    made = body([inside, inside], parameter.name)  # type: ignore[operator]
    if space.args and body is _smooth:
        spread = index("s", space.args[-1])
        made = made + summation(App.make((family, *places[:-1], spread)) ** 2, spread)
    made = Lam(space, abstract(made, family), "ζ")
    return Lam(outer[0], made, "i") if outer else made


def instance(law: Law, body: object = _smooth) -> Law:
    """The law with functions put in; everything else stays free and is sampled."""
    bound = {n: function(s, body) for n, s in law.parameters.items() if s.kind == "function"}
    return law.at(bound)


# -- trying a law at a point ---------------------------------------------------------------------


def meets(hypothesis: Hypothesis, point: Point) -> bool | None:
    """The hypothesis at a point; None where that is not a matter of numbers."""
    subject, *others = hypothesis.terms
    match hypothesis.kind:
        case "log weight":
            positive = [meets(Hypothesis("positive", (t,)), point) for t in hypothesis.terms]
            return not positive[0] or positive[1]
        case "distinct":
            return point.values[subject] != point.values[others[0]]  # type: ignore[index]
        case "natural":
            here = point.values[subject]  # type: ignore[index]
            return isinstance(here, int) or (here.denominator == 1 and here >= 1)  # type: ignore[union-attr]
        case "sums to one":
            return sum(point.values[subject]) == 1  # type: ignore[index,arg-type]
        case "binary":
            return point.values[subject] in (0, 1)  # type: ignore[index]
        case "nonempty":
            return None if not others and subject.args[1] == Num(-3) else True
        case "member" | "differentiable" | "termwise differentiable":
            return None
    bound = Fraction(int(hypothesis.kind in ("above one", "at most one", "below one")))
    given = point.values[subject] if isinstance(subject, Sym) else None
    entries = given if isinstance(given, tuple) else None
    if entries is not None:
        return all(_compare(e, SIGNS[hypothesis.kind], bound) for e in entries)
    found = value(subject, point, total=False)
    return found is not None and not fails(found, SIGNS[hypothesis.kind], _exact(bound))


def _exact(number: Fraction):
    from xent_sym.terms.evaluate import Ball

    return Ball(number, number)


def _compare(entry: Fraction, relation: str, bound: Fraction) -> bool:
    return not fails(_exact(entry), relation, _exact(bound))


def worlds(law: Law, dropped: Hypothesis | None = None) -> Iterator[Point]:
    """Points that meet the conditions of the law, but for the one that is dropped."""
    kept = [h for h in law.when if h != dropped]
    for point in islice(points((law.lhs, law.rhs), kept), 300):
        if all(meets(h, point) is not False for h in kept) and (
            dropped is None or meets(dropped, point) is not True
        ):
            yield point


def outcome(law: Law, point: Point, *, total: bool = True, sign: int = 1) -> str:
    """true, false, or undefined where a side has no value."""
    try:
        left = value(law.lhs, point, total=total, sign=sign)
        right = value(law.rhs, point, total=total, sign=sign)
    except TermError as problem:
        assert not isinstance(problem, Missing)
        return "undefined"
    if left is None or right is None:
        return "undefined"
    return "false" if fails(left, law.relation, right) else "true"


# -- the tests -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LAWS)
def test_a_law_holds_wherever_its_conditions_do(name):
    law = instance(LAWS[name])
    outcomes = []
    for turn, point in enumerate(worlds(law)):
        outcomes.append((outcome(law, point, sign=(-1) ** turn), str(point)))
        if sum(seen == "true" for seen, _ in outcomes) >= ENOUGH:
            break
    assert [row for row in outcomes if row[0] == "false"] == []
    closed = not law.parameters
    assert sum(seen == "true" for seen, _ in outcomes) >= (1 if closed else ENOUGH), outcomes[:5]


CONDITIONS = [(name, place) for name, law in LAWS.items() for place in range(len(law.when))]


@pytest.mark.parametrize("name,place", CONDITIONS)
def test_each_condition_of_a_law_matters(name, place):
    law = LAWS[name]
    kind = law.when[place].kind
    broken = broken_instance(law, place)
    here = {kind, f"{kind}/{name.split('/')[0]}"}
    expected = "undefined" if here & set(FOR_DEFINEDNESS) else "false"
    seen = set()
    for turn, point in enumerate(worlds(broken, broken.when[place])):
        seen.add(outcome(broken, point, total=expected == "false", sign=(-1) ** turn))
        if expected in seen:
            return
    pytest.fail(f"{name} without {law.when[place]}: only {seen}, expected {expected}")


def broken_instance(law: Law, place: int) -> Law:
    """The law with functions, or an index, that can break the condition at this place."""
    condition = law.when[place]
    if condition.kind == "nonempty":
        below = {law.parameters["n"]: Num(-3)}
        return Law(law.name, substitute(law.lhs, below), "=", substitute(law.rhs, below),
                   tuple(h.under(below) for h in law.when))
    if condition.kind == "member":
        at = law.parameters[condition.terms[0].name]  # type: ignore[attr-defined]
        ones = {s.name: Lam(s.ranges[0], Num(1), "i") for s in law.parameters.values()
                if s.ranges and s.kind == "real"}
        return law.at({at.name: Num(9), **ones})
    bound = {}
    for parameter in law.parameters.values():
        if parameter.kind == "function":
            about = any(t.has(parameter) for t in condition.terms)
            corner = _corner if "differentiable" in condition.kind else _bare
            bound[parameter.name] = function(parameter, corner if about else _smooth)
    return law.at(bound)


def test_the_reasons_for_definedness_are_about_conditions_that_laws_have():
    kinds = {h.kind for law in LAWS.values() for h in law.when}
    stems = {name.split("/")[0] for name in LAWS}
    for row in FOR_DEFINEDNESS:
        kind, _, stem = row.partition("/")
        assert kind in kinds and (not stem or stem in stems)


def test_an_instance_is_what_substitution_makes_of_the_law():
    x = real("x")
    law = LAWS["log_of_product"].at({"a": x, "b": exp(x)})
    assert str(law.lhs) == "log(x·e^x)"
    assert {h.terms[0] for h in law.when} == {x, exp(x)}
    assert not any(isinstance(t, Partial) for t in law.lhs.walk())
