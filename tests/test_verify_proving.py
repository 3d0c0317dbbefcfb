"""The steps of hand proofs are proved, and a slip in them is not."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hand_bounds import BOUNDS
from hand_claims import ALL, LOGISTIC, NOT_FOUND, claims

from xent_sym.kernel import Claim, Hypothesis, recheck
from xent_sym.refute import refute
from xent_sym.terms import (
    cross_entropy,
    distribution,
    domain,
    entropy,
    exp,
    index,
    kl,
    log,
    partial,
    positive,
    real,
    reals,
    size,
    softmax,
    summation,
)
from xent_sym.terms.declare import base
from xent_sym.terms.enclosure import log_between
from xent_sym.terms.normal import GROUPS, Normal
from xent_sym.terms.sign import frac_nonnegative
from xent_sym.terms.term import App, Num, Space, Sym
from xent_sym.verification.differentiating import smooth
from xent_sym.verification.proving import given_of, proof, rules_of, search

n = size("n")
D = domain("D")
i = index("i", D)
p, q = distribution("p", D), distribution("q", D, full_support=True)
x, t = real("x"), real("t")
a, b, e = real("a"), real("b"), positive("e")


EVERY = ALL | BOUNDS


@pytest.mark.parametrize("label", EVERY)
def test_a_step_of_a_hand_proof_is_proved_and_its_twin_is_not(label):
    claim, twin = claims(EVERY[label])
    theorem = proof(claim)
    assert theorem is not None
    assert (theorem.lhs, theorem.relation, theorem.rhs) == (claim.lhs, claim.relation, claim.rhs)
    assert recheck(theorem).given == theorem.given
    assert search(twin) is None  # the kernel itself refuses it; no point was looked at


def _can_be_drawn(claim):
    symbols = claim.lhs.symbols() | claim.rhs.symbols()
    return not claim.assuming and all(s.kind != "function" for s in symbols)


@pytest.mark.parametrize("label", [one for one in EVERY if _can_be_drawn(claims(EVERY[one])[0])])
def test_the_twin_is_false_and_the_step_is_not(label):
    claim, twin = claims(EVERY[label])
    assert refute(claim.lhs, claim.relation, claim.rhs, tries=4) is None
    assert refute(twin.lhs, twin.relation, twin.rhs, tries=60) is not None


@pytest.mark.parametrize("label", NOT_FOUND)
def test_what_is_true_and_not_found_is_not_proved_and_nor_is_its_twin(label):
    for claim in claims(NOT_FOUND[label]):
        assert search(claim) is None


# -- what a proof says that it used ---------------------------------------------------------------


def _used(lhs, relation, rhs, *assuming):
    theorem = proof(Claim(lhs, relation, rhs, frozenset(assuming)))
    assert theorem is not None
    return [str(h) for h in given_of(theorem)], rules_of(theorem)


def test_algebra_around_logarithms_needs_no_hypothesis():
    both = summation(p[i] * log(p[i] * q[i]), i)
    assert _used(2 * both, "=", both + both) == ([], ("arithmetic",))
    assert _used(entropy(p), "=", -summation(p[i] * log(p[i]), i)) == ([], ("definitions",))


def test_only_what_a_step_needs_is_given():
    given, rules = _used(kl(p, q), "=", cross_entropy(p, q) - entropy(p))
    assert (given, rules) == (["q_i > 0", "p_i ≥ 0"], ("definitions", "logarithms"))
    given, _ = _used(summation(q[i] * 3, i), "=", Num(3))
    assert given == ["Σ_i q_i = 1"]
    given, rules = _used(kl(p, q), ">=", Num(0))
    assert given == ["Σ_i p_i = 1", "Σ_i q_i = 1", "q_i > 0", "p_i ≥ 0"]
    assert rules[0] == "weighted_log_ratio_at_most"


def test_a_hypothesis_that_another_implies_is_not_told():
    given, _ = _used(q[i] * log(q[i] / e) / q[i], "=", log(q[i]) - log(e))
    assert given == ["e > 0", "q_i > 0"]


def test_laws_come_in_order_of_use_and_groups_after_them():
    _, rules = _used(partial(t * exp(t), t), "=", (1 + t) * exp(t))
    assert rules[:2] == ("product_rule", "derivative_of_coordinate")


# -- derivatives ----------------------------------------------------------------------------------


@pytest.mark.parametrize("over", [n, D, 3])
def test_softmax_is_differentiated_over_any_index_set(over):
    z, k = reals("z", over), index("k", over)
    s = softmax(z)
    assert proof(Claim(partial(s[k], z[k]), "=", s[k] * (1 - s[k])))
    assert proof(Claim(partial(s[k], z[k]), "=", s[k] * (1 + s[k]))) is None


def test_an_unknown_function_is_differentiated_only_where_it_is_said_to_be_smooth():
    f = Sym("f", "function", Space())
    value = App.make((f, t))
    slope = partial(value, t)
    claim = Claim(partial(value**2, t), "=", 2 * value * slope)
    assert proof(claim) is None
    assert proof(Claim(claim.lhs, "=", claim.rhs, frozenset({smooth(f, t)})))
    elsewhere = frozenset({smooth(f, x)})
    assert proof(Claim(claim.lhs, "=", claim.rhs, elsewhere)) is None
    of_log = Claim(partial(log(value), t), "=", slope / value, frozenset({smooth(f, t)}))
    assert proof(of_log) is None


# -- signs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [2, 3, 7, 10, 97, 1024, 10**9 + 7])
def test_a_logarithm_lies_between_its_bounds(whole):
    low, high = log_between(whole)
    assert low <= high and high - low < Fraction(1, 10**25)
    assert abs(float(low) - math.log(whole)) < 1e-12


@pytest.mark.parametrize(
    ("term", "holds"),
    [
        (log(3) - log(2), True),
        (3 * log(2) - 2 * log(3), False),
        (1 - log(2), True),
        (log(2) - 1, False),
        (log(2) ** 2 - Fraction(12, 25), True),
        (log(2) ** 2 - Fraction(1, 2), False),
        (log(3) / log(2) - Fraction(3, 2), True),
        (log(3) / log(2) - Fraction(8, 5), False),
    ],
)
def test_the_sign_of_a_closed_number(term, holds):
    nf = Normal(GROUPS)
    assert (frac_nonnegative(nf, nf.frac(term)) is not None) == holds


def test_a_base_is_above_one():
    nf, c = Normal(GROUPS), base("c")
    assert frac_nonnegative(nf, nf.frac(c * c - 1)) == {Hypothesis("above one", (c,))}
    assert frac_nonnegative(nf, nf.frac(c - 2)) is None
    assert frac_nonnegative(nf, nf.frac(1 - c)) is None
    assert frac_nonnegative(nf, nf.frac(1 / c - 1)) is None
    assert proof(Claim(log(c) / log(c), "=", Num(1)))
    assert proof(Claim(log(e) / log(e), "=", Num(1))) is None


def test_a_difference_that_is_assumed_to_be_positive_divides():
    lhs, wider = (b - a) / (b - a), Hypothesis("positive", (b - a,))
    assert _used(lhs, "=", Num(1), wider) == (["b - a > 0"], ("arithmetic",))
    assert _used((3 * b - 3 * a) / (a - b), "=", Num(-3), wider)[0] == ["b - a > 0"]
    assert proof(Claim(lhs, "=", Num(1))) is None
    other = frozenset({Hypothesis("positive", (b + a,))})
    assert proof(Claim(lhs, "=", Num(1), other)) is None
    zero = frozenset({Hypothesis("nonnegative", (b - a,))})
    assert proof(Claim(lhs, "=", Num(1), zero)) is None


# -- what is not proved ---------------------------------------------------------------------------


def test_a_step_that_is_too_large_is_not_proved_and_does_not_raise():
    long = sum((reals(f"x{k}", n)[1] for k in range(20)), Num(0))
    assert proof(Claim(long**12, "=", long**12 + 1)) is None


def test_log_of_a_negative_number_is_not_split():
    assert proof(Claim(log(x * x), "=", 2 * log(x))) is None
    assert proof(Claim(log(-x) + log(-e), "=", log(x * e))) is None
    h = LOGISTIC["log h^y (1−h)^{1−y}"]
    assert proof(claims(h)[0])
