"""What an entry has more than a mean under a softmax, and covariances: no digit is lost in them."""

from __future__ import annotations

import numpy as np
import pytest

from xent_sym.kernel.verdict import Claim, decide
from xent_sym.numeric.catalogue import CATALOGUE, built
from xent_sym.numeric.forms.decided import refined, stable_form
from xent_sym.numeric.forms.moments import LAW, moments
from xent_sym.terms import index, reals, size, softmax, summation

K = size("K")
z, f, g = reals("z", K), reals("f", K), reals("g", K)
i, k = index("i", K), index("k", K)
BOTH = pytest.mark.parametrize("target", ["numpy", "c"])


def mean(entry):
    return summation(softmax(z)[i] * entry, i)


F, G = mean(f[i]), mean(g[i])
CENTRED = mean((f[i] - F) * (g[i] - G))
UNCHANGED_BY_CONSTANTS = {
    "covariance": (mean(f[i] * g[i]) - F * G, CENTRED),
    "twice": (3 * mean(f[i] * g[i]) - 3 * F * G, 3 * CENTRED),
    "entry": (f[k] * g[k] - f[k] * G - F * g[k] + F * G, (f[k] - F) * (g[k] - G)),
    "variance": (mean(f[i] ** 2) - F**2, mean((f[i] - F) ** 2)),
    "alone": (mean(f[i] * g[i]) + f[k] * G + g[k] * F - f[k] * g[k] - 2 * F * G + g[k] - G,
              CENTRED - (f[k] - F - 1) * (g[k] - G)),
}


@pytest.mark.parametrize("name", UNCHANGED_BY_CONSTANTS)
def test_what_constants_do_not_change_is_written_about_the_means(name):
    term, about_means = UNCHANGED_BY_CONSTANTS[name]
    found, laws = refined(term, moments)
    assert laws == (LAW,) and decide(Claim(found, "=", about_means)) is not None
    assert decide(Claim(term, "=", found)) is not None


@pytest.mark.parametrize("twin", [
    mean(f[i] * g[i]) + F * G,
    mean(f[i] * g[i]) - 2 * F * G,
    f[k] * g[k] - F * G,
])
def test_the_false_twin_stays_as_it_is(twin):
    """Another sign or number, and a constant added to f is felt: no proposal is proved."""
    proposals = [form for _, form in moments(twin)]
    assert proposals and refined(twin, moments) == (twin, ())


@pytest.mark.parametrize("name", ["entropy_of_softmax", "kl_of_softmaxes"])
def test_second_derivatives_are_written_about_the_means(name):
    term = CATALOGUE[name].hvp
    found, laws = stable_form(term)
    assert LAW in laws and decide(Claim(term, "=", found)) is not None


@BOTH
@pytest.mark.parametrize("ahead", [0.0, 0.5, 1.0, 20.0, 40.0, 300.0, 700.0])
def test_the_entropy_bends_by_its_closed_form_where_one_of_two_wins(target, ahead):
    """H'' = −σ(w)·σ(−w)·(1 − w·tanh(w/2)) for the logits w and 0."""
    e = np.exp(-ahead)
    bend = -e / (1 + e) ** 2 * (1 - ahead * np.tanh(ahead / 2))
    found = built("entropy_of_softmax", "hvp", target)([ahead, 0.0], [1.0, 0.0])
    np.testing.assert_allclose(found, [bend, -bend], rtol=4e-15)


@BOTH
def test_between_equal_softmaxes_the_divergence_bends_as_log_sum_exp_does(target):
    random = np.random.default_rng(0)
    logits, direction = 3 * random.normal(size=(50, 10)), random.normal(size=(50, 10))
    found = built("kl_of_softmaxes", "hvp", target)(logits, logits, direction)
    other = built("log_sum_exp", "hvp", target)(logits, direction)
    np.testing.assert_allclose(found, other, rtol=1e-13, atol=1e-16)


@BOTH
def test_a_constant_in_the_direction_costs_no_digits(target):
    """v and v + 2²⁰ are the same direction; the mean in floats is off by more than v itself."""
    random = np.random.default_rng(1)
    logits = random.normal(size=(50, 10))
    direction = random.integers(-(2**20), 2**20, size=(50, 10)) * 2.0**-30
    bend = built("log_sum_exp", "hvp", target)
    np.testing.assert_allclose(
        bend(logits, direction + 2.0**20), bend(logits, direction), rtol=1e-12, atol=1e-18)
    moved, weights = direction + 2.0**20, built("softmax", "value", target)(logits)
    naive = weights * (moved - (weights * moved).sum(1, keepdims=True))
    assert np.abs(naive / bend(logits, direction) - 1).max() > 1e-8


@BOTH
@pytest.mark.parametrize("u", [1e-300, -1e-17, 1e-9, 0.0])
def test_near_0_the_sigmoid_bends_in_proportion(target, u):
    """σ'' = −u/8 near 0, where 1 − 2σ(u) in floats is 0."""
    found = built("sigmoid", "hvp", target)(np.array([u]), np.array([1.0]))
    np.testing.assert_allclose(found, [-u / 8], rtol=1e-15)
