"""Every derivation of the library is proved, at symbolic size, from what it says."""

from __future__ import annotations

import pytest
from worlds import counterexample

import xent_sym as xs
from xent_sym.calc import Derivation
from xent_sym.kernel import LAWS, recheck
from xent_sym.library import library
from xent_sym.refute import agrees
from xent_sym.terms.normal import GROUPS
from xent_sym.terms.term import Sym

NAMES = sorted(library())

# The issue's list: each line is a theorem that must be there.
ASKED_FOR = """
    self_information_additive self_information_of_certainty entropy_is_expected_information
    entropy_uniform entropy_change_of_base self_information_change_of_base zero_log_zero
    zero_log_zero_from_below zero_log_zero_from_above cross_entropy_is_expectation
    cross_entropy_decomposition kl_self kl_not_symmetric cross_entropy_not_symmetric
    cross_entropy_one_hot negative_log_likelihood mean_negative_log_likelihood sigmoid_derivative
    log_sigmoid log_one_minus_sigmoid logistic_cost logistic_gradient softmax_jacobian
    softmax_jacobian_same softmax_jacobian_other softmax_shift_invariance
    softmax_cross_entropy_gradient softmax_cross_entropy_gradient_by_jacobian
    softmax_linear_layer_gradient squared_error_gradient binary_cross_entropy_gradient
""".split()


@pytest.mark.parametrize("name", NAMES)
def test_a_derivation_is_proved_and_rechecks(name):
    derivation = library()[name]
    assert isinstance(derivation, Derivation)
    theorem, claim = derivation.theorem, derivation.statement
    assert (theorem.lhs, theorem.relation, theorem.rhs) == (claim.lhs, claim.relation, claim.rhs)
    again = recheck(theorem)
    assert (again.given, again.rests_on) == (theorem.given, theorem.rests_on)


@pytest.mark.parametrize("name", NAMES)
def test_a_theorem_holds_wherever_its_hypotheses_do(name):
    """Not only where the declarations hold: a theorem is cited under its hypotheses alone."""
    theorem = library()[name].theorem
    sides = theorem.lhs, theorem.relation, theorem.rhs
    if not theorem.chain.assuming:
        assert counterexample(*sides, theorem.given, tries=12) is None
        evidence = agrees(*sides, draws=6)
        assert evidence.agreeing == evidence.tried


@pytest.mark.parametrize("name", NAMES)
def test_a_theorem_says_what_it_rests_on(name):
    theorem = library()[name].theorem
    known = set(LAWS) | set(library()) | set(GROUPS)
    assert theorem.rests_on <= known | {"claim"}
    for hypothesis in theorem.given:
        symbols = [s for term in hypothesis.terms for s in term.symbols()]
        assert not any(s.name.startswith("#") for s in symbols)
        assert str(hypothesis)


@pytest.mark.parametrize("name", ASKED_FOR)
def test_what_the_issue_asks_for_is_there(name):
    assert name in library()


@pytest.mark.parametrize("name", NAMES)
def test_a_derivation_has_words_in_both_languages_and_a_place(name):
    derivation = library()[name]
    assert {"en", "zh"} <= set(derivation.words)
    assert derivation.doc and derivation.line > 0


def test_sizes_are_symbols_not_numbers():
    """No theorem about softmax or cross-entropy is for a fixed number of classes."""
    for name in ASKED_FOR:
        if not name.startswith(("softmax", "entropy", "logistic")):
            continue
        theorem = library()[name].theorem
        sizes = {s for s in theorem.lhs.symbols() if isinstance(s, Sym) and s.kind == "size"}
        assert sizes


def test_the_square_of_a_label_is_the_label_and_of_nothing_else() -> None:
    y, x = xs.binary("y"), xs.real("x")
    theorem = xs.derive_chain(xs.claim(y**2 + x, "=", y + x), [xs.binary_square(y)])
    assert {h.kind for h in theorem.given} == {"binary"}
    with pytest.raises(xs.TermError, match="nothing to do"):
        xs.derive_chain(xs.claim(x**2 + y, "=", x + y), [xs.binary_square(x)])
    t = xs.binary("t")
    with pytest.raises(xs.TermError, match="nothing to do"):
        xs.derive_chain(xs.claim(y**2, "=", y), [xs.binary_square(t)])
