"""For every theorem stand its false twins: refuted at a point, and proved by nothing."""

from __future__ import annotations

import dataclasses

import pytest

from xent_sym.calc import DerivationError, derive_chain
from xent_sym.kernel import NotProved, Theorem, prove
from xent_sym.kernel.verdict import decide
from xent_sym.library import library
from xent_sym.refute import fails
from xent_sym.terms import (
    TermError,
    cross_entropy,
    delta,
    distribution,
    index,
    log,
    real,
    reals,
    size,
)
from xent_sym.terms.evaluate import ball
from xent_sym.terms.polynomial import TooLarge
from xent_sym.twins import AT_LEAST, mutants, twins

NAMES = sorted(library())
K = size("K")
x = real("x")
i, j, k = index("i", K), index("j", K), index("k", K)
z = reals("z", K)


@pytest.mark.parametrize("name", NAMES)
def test_a_theorem_has_three_twins_and_each_is_false_at_its_point(name):
    found = twins(library()[name])
    assert len(found) >= AT_LEAST
    assert len({(t.claim.lhs, t.claim.relation, t.claim.rhs) for t in found}) == len(found)
    statement = library()[name].statement
    for twin in found:
        assert twin.claim != statement
        assert twin.claim.assuming == statement.assuming
        left, right = (ball(side, twin.refutation.point) for side in _sides(twin))
        assert fails(left, twin.claim.relation, right)


def _sides(twin):
    return twin.claim.lhs, twin.claim.rhs


@pytest.mark.parametrize("name", NAMES)
def test_nothing_proves_a_twin(name):
    derivation = library()[name]
    _, *ways = list(derivation.lines())
    known = tuple(used.theorem for used in derivation.uses)
    for twin in twins(derivation):
        assert decide(twin.claim) is None
        with pytest.raises((NotProved, TermError, TooLarge)):
            derive_chain(twin.claim, ways, "twin", known)


@pytest.mark.parametrize("name", NAMES)
def test_the_chain_of_a_theorem_does_not_prove_its_twin(name):
    theorem = library()[name].theorem
    assert isinstance(theorem, Theorem)
    for twin in twins(library()[name]):
        claim = {"lhs": twin.claim.lhs, "relation": twin.claim.relation, "rhs": twin.claim.rhs}
        *steps, last = theorem.chain.steps
        ends_there = (*steps, dataclasses.replace(last, line=twin.claim.rhs))
        for chain in (theorem.chain, dataclasses.replace(theorem.chain, steps=ends_there)):
            with pytest.raises(NotProved):
                prove(dataclasses.replace(chain, **claim))


def test_signs_indices_and_dropped_terms_are_covered_where_a_statement_has_them():
    kinds = {name: {twin.kind for twin in twins(library()[name])} for name in NAMES}
    assert kinds["softmax_jacobian"] >= {"sign", "index", "dropped term", "dropped factor"}
    assert kinds["logistic_gradient"] >= {"sign", "index", "dropped term"}
    assert kinds["softmax_cross_entropy_gradient"] >= {"sign", "index", "dropped term"}
    assert kinds["kl_nonneg"] >= {"relation", "constant"}
    assert kinds["cross_entropy_decomposition"] >= {"sign", "swap"}
    assert kinds["kl_not_symmetric"] == {"relation"}


def test_twins_are_the_same_every_time():
    derivation = library()["softmax_jacobian"]
    again = twins.__wrapped__(derivation)
    assert [str(t.refutation) for t in again] == [str(t.refutation) for t in twins(derivation)]


def test_a_mutant_is_one_edit_away():
    p, q = distribution("p", K), distribution("q", K)
    spelled = {(kind, str(term)) for kind, term in mutants(z[i] * (delta(i, k) - log(x)), (i, k))}
    assert {
        ("sign", "-z_i·(δ_ik - log x)"),
        ("sign", "z_i·(δ_ik + log x)"),
        ("index", "z_k·(δ_ik - log x)"),
        ("index", "z_i·(δ_kk - log x)"),
        ("dropped factor", "δ_ik - log x"),
        ("dropped term", "z_i·δ_ik"),
        ("factor", "z_i·(δ_ik - log(1/x))"),
        ("constant", "z_i·(δ_ik - log x) + 1"),
    } <= spelled
    assert ("swap", "H(q, p)") in {(kind, str(t)) for kind, t in mutants(cross_entropy(p, q))}


def test_a_theorem_whose_assumption_is_needed_is_not_refuted_where_it_fails():
    other = library()["softmax_jacobian_other"]
    for twin in twins(other):
        values = {symbol.name: value for symbol, value in twin.refutation.point.values.items()}
        assert values["i"] != values["k"]


def test_a_derivation_of_a_false_claim_names_the_file_and_the_line():
    true = library()["softmax_jacobian"]
    (twin, *_) = twins(true)

    def lines():
        first, *ways = list(true.lines())
        yield dataclasses.replace(first, rhs=twin.claim.rhs)
        yield from ways

    false = dataclasses.replace(true, lines=lines)
    with pytest.raises(DerivationError, match=r"softmax\.py:\d+: softmax_jacobian: "):
        _ = false.theorem
