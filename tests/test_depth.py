"""Deep terms are refused where they are made; wide ones, and deep ones within bounds, work."""

from __future__ import annotations

import pickle

import pytest

from xent_sym.kernel import Claim
from xent_sym.kernel.verdict import decide
from xent_sym.tactics.tidy import tidy
from xent_sym.terms import (
    exp,
    index,
    log,
    real,
    reals,
    sigmoid,
    size,
    substitute,
    summation,
    vector,
)
from xent_sym.terms.eta import eta
from xent_sym.terms.latex import latex
from xent_sym.terms.normal import GROUPS, Normal
from xent_sym.terms.term import MAX_DEPTH, Add, Lam, Num, Pow, Range, TermError, abstract
from xent_sym.terms.text import text

x, n = real("x"), size("n")
z, w = reals("z", n), reals("w", n, n)
i, j = index("i", n), index("j", n)


def nested(step, levels):
    term = x
    for _ in range(levels):
        term = step(term)
    return term


@pytest.mark.parametrize("step", [exp, sigmoid, lambda t: log(1 + exp(t)), lambda t: 2 / (1 + t),
                                  lambda t: summation(z[i] * t, i)])
def test_a_term_that_is_too_deep_is_refused_with_the_remedy(step):
    with pytest.raises(TermError, match=r"nested 5[1-9] levels deep; 50 are allowed: give its"):
        nested(step, 2000)


def test_what_is_as_deep_as_may_be_can_be_walked():
    deepest = nested(exp, MAX_DEPTH - 1)
    assert text(deepest).count("e^") == latex(deepest).count("e^") == MAX_DEPTH - 1
    assert tidy(deepest) == Normal(GROUPS).canonical(deepest) == deepest
    assert pickle.loads(pickle.dumps(deepest)) == deepest
    assert substitute(deepest, {x: x}).key == deepest.key


def test_substitution_cannot_make_a_term_too_deep():
    deepest = nested(exp, MAX_DEPTH - 1)
    with pytest.raises(TermError, match="levels deep"):
        substitute(deepest, {x: deepest})


def test_a_sum_of_three_thousand_is_no_deeper_than_one_of_two():
    wide = Add(*(z[k] * k for k in range(1, 3001)))
    assert text(wide).count(" + ") == 2999
    assert tidy(wide).args[-1] == 3000 * z[3000]
    assert Normal().equal(wide, Add(*reversed(wide.args)))


def test_printing_a_nested_sum_takes_no_longer_for_each_level():
    """Each part is written once: twice would be a million times for twenty levels."""
    deep = nested(lambda t: 1 + exp(t), 20)
    assert text(deep).count("e^") == latex(deep).count("e^") == 20


class TestEta:
    def test_a_family_entry_by_entry_is_the_family(self):
        assert eta(vector(z[i], i)) == z
        assert eta(vector(w[i, j], i, j)) == w
        assert eta(vector(w[j, i], i)) == w[j]

    def test_over_a_part_of_the_range_it_is_not(self):
        part = Lam(Range(1, n - 1), abstract(z[i], i))
        assert eta(part) == part

    def test_transposed_or_on_the_diagonal_it_is_not(self):
        for other in (vector(w[j, i], i, j), vector(w[i, i], i)):
            assert eta(other) == other


def test_a_power_that_would_not_fit_on_a_page_is_never_multiplied_out():
    tower = Pow(Num(2), Num(10**9))
    assert decide(Claim(tower, "=", Num(3))) is None
    assert decide(Claim(tower * tower, "=", tower**2)) is None
    assert decide(Claim(Pow(Num(2), Num(10)), "=", Num(1024))) is not None
