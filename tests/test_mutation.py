"""Single edits of a formula make what they say, and a second evaluator tells true from false."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / "benchmarks"))

from independent import NoValue, value
from labels import Label, match, plain
from mutation import KINDS, edits, expression
from sampling import shown_false

from xent_sym.library import library
from xent_sym.reader.tokens import tokenize
from xent_sym.terms import distribution, index, log, real, reals, size, softmax
from xent_sym.terms.declare import one_hot, partial, summation
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.twins import twins

SIDES = (
    r"-\sum_{i=1}^K p_i \log q_i",
    r"H(p, q) - D_{KL}(p \| q)",
    r"\frac{1}{N} \prod_{i} e^{-\theta^T x^{(i)}} + \frac12",
    r"\log_2 \frac{p(x|y)}{q(x)^2} + 0.19",
    r"a_i(\delta_{ij} - a_j)",
)


def made(side: str, kind: str) -> set[str]:
    return {" ".join(edit.of(side).split()) for edit in edits(side) if edit.kind == kind}


@pytest.mark.parametrize("side", SIDES)
def test_every_edit_leaves_another_expression(side):
    found = edits(side)
    assert len(found) > 10
    for edit in found:
        assert edit.kind in KINDS
        assert expression(edit.of(side)) is not None
        assert _words(edit.of(side)) != _words(side)


def _words(text: str) -> list[str]:
    return [token.text for token in tokenize(text)]


@pytest.mark.parametrize(
    "kind, side, expected",
    [
        ("sign", "a - b", {"-a - b", "a + b"}),
        ("index", r"p_i \log q_j", {r"p_{j} \log q_j", r"p_i \log q_{i}"}),
        ("letter", r"p_i \log q_i", {r"q_i \log q_i", r"p_i \log p_i"}),
        ("factor", r"\log x", {r"2 \log x", r"\log 2 x"}),
        ("exponent", "e^{z_k}", {"e", "e^{2 z_k}"}),
        ("base", r"\log x", {r"\log_2 x"}),
        ("base", r"\log_2 x", {r"\log_{10} x"}),
        ("log", r"-\log x", {"- x"}),
        ("number", "3 x", {"4 x", "2 x"}),
        ("number", r"\frac{1}{4}", {rf"\frac{{{n}}}{{4}}" for n in (0, 2)}
         | {rf"\frac{{1}}{{{n}}}" for n in (3, 5)}),
        ("number", "0.19", {"0.20", "0.18"}),
        ("sum or product", r"\sum_i p_i", {r"\prod_i p_i", "p_i"}),
        ("dropped term", "a - b + c", {"- b + c", "a + c", "a - b"}),
        ("dropped factor", "y_i x_i", {"y_i", "x_i"}),
        ("swap", r"D(p \| q)", {r"D(q \| p)"}),
        ("swap", r"\frac{a}{b}", {r"\frac{b}{a}"}),
    ],
)
def test_an_edit_of_each_kind(kind, side, expected):
    assert made(side, kind) == expected


def test_what_cannot_be_read_has_no_edits():
    assert edits(r"\frac{a}{") == []
    assert edits("a = b") == []


def test_no_theorem_of_the_library_is_shown_false_and_its_twins_are():
    for derivation in list(library().values())[::6]:
        claim = derivation.statement
        assert shown_false(claim.lhs, claim.relation, claim.rhs, claim.assuming) is None
        for twin in twins(derivation):
            false = twin.claim
            if false.relation == claim.relation:
                at = shown_false(false.lhs, false.relation, false.rhs, false.assuming)
                assert at is not None


def test_the_derivative_of_softmax_is_told_from_its_false_twin():
    K = size("K")
    z, i, k = reals("z", K), index("i", K), index("k", K)
    apart = {Hypothesis("distinct", (i, k))}
    a = softmax(z)
    left = partial(a[i], z[k])
    assert shown_false(left, "=", -a[i] * a[k], apart) is None
    assert shown_false(left, "=", -a[i] * a[k]) is not None
    assert shown_false(left, "=", a[i] * a[k], apart) is not None


def test_points_obey_the_declarations():
    K = size("K")
    p, y, k = distribution("p", K), one_hot("y", K), index("k", K)
    assert shown_false(summation(p[k], k), "=", real("x") / real("x")) is None
    assert shown_false(summation(y[k], k), "<=", summation(p[k], k)) is None
    assert shown_false(summation(y[k], k), "<", summation(y[k] * p[k], k)) is not None


def test_a_logarithm_of_nothing_has_no_value_unless_a_zero_erases_it():
    x = real("x")
    with pytest.raises(NoValue):
        value(log(x), {x: value(x - x, {x: 1})})
    assert value(x * log(x), {x: value(x - x, {x: 1})}) == 0


class Step:
    relation = "="

    def __init__(self, line, lhs, rhs):
        self.line, self.lhs, self.rhs = line, lhs, rhs


def label(step, lhs, rhs, verdict="true"):
    return Label("note.md", 0, step, lhs, "=", rhs, verdict, "", "", 3, 5)


def test_labels_find_their_steps_in_order_whatever_the_layout():
    steps = [Step(1, "a", "b"), Step(3, r"\left( a \right)", "b"), Step(4, "b", r"\dfrac{c}{d}")]
    found = match([label(0, "(a)", "b."), label(1, "b", r"\frac cd \quad \square")], steps)
    assert [one.step for one in found] == [1, 2]


def test_a_label_with_another_formula_finds_no_step():
    [found] = match([label(0, r"\frac{\partial L}{\partial z}", "0")], [Step(3, "p_i", "q_j")])
    assert found.step is None
    assert "nearest" in found.why


def test_plain_text_keeps_what_matters():
    assert plain("p_i ") == plain("{p_i}.")
    assert plain("p_i") != plain("p_j")
