"""What is said to have a sign has it, in every world that meets what it was said to rest on."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from strategies import (
    CLASSES,
    SAMPLES,
    Grammar,
    K,
    c,
    e,
    entry,
    h,
    k,
    m,
    n,
    p,
    q,
    seeded,
    t,
    u,
    x,
    z,
)
from worlds import counterexample

from xent_sym.kernel.conditions import discharge
from xent_sym.terms import delta, exp, index, log, positive, real, reals, summation
from xent_sym.terms.enclosure import between
from xent_sym.terms.evaluate import Point, evaluate_to
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.normal import GROUPS, Normal
from xent_sym.terms.sign import frac_nonnegative, frac_positive
from xent_sym.terms.term import Num, Range, Sum, TermError, abstract, instantiate

i, j = index("i", K), index("j", K)


class Signed(Grammar):
    """Terms that often have a sign: differences, squares, and sums with an entry taken off."""

    def difference(self, d, env):
        return self.real(d, env) - self.real(d, env)

    def square(self, d, env):
        return self.real(d, env) ** self.pick([2, 2, -2, -1, 4])

    def without_entry(self, d, env):
        """c·Σ_i f_i − f_j·g"""
        over = self.pick([CLASSES, CLASSES, SAMPLES])
        bound = self.bound(over)
        body = self.real(d, (*env, bound))
        one = instantiate(abstract(body, bound), self.place(over, env))
        return self.pick([1, 1, 2]) * summation(body, bound) - one * self.pick(
            [1, 1, 1, 2, self.leaf(env)]
        )

    def ratio(self, d, env):
        """An entry, its sum, and the logarithm of their quotient."""
        bound = self.bound(CLASSES)
        body = self.sure(d, (*env, bound)) * self.pick([self.leaf((*env, bound)), Num(1)])
        one = instantiate(abstract(body, bound), self.place(CLASSES, env))
        total = summation(body, bound)
        return self.pick([
            one * log(one / total), one * log(total), total - one, one * (1 - one / total),
            total * log(total / one),
        ])

    def share(self, d, env):
        """How often a class stands in a sample, as a weight."""
        bound = self.bound(SAMPLES)
        total = summation(delta(entry(c, bound), self.place(CLASSES, env)), bound)
        other = self.real(max(d - 1, 0), env)
        return self.pick([total, total * log(total / other), total * log(other / total)])

    def sure(self, d, env):
        of = self.place(CLASSES, env)
        return self.pick([
            entry(q, of), entry(p, of), t, h, 1 - h, entry(e, of), exp(x), K, u, 1 - entry(p, of),
            K - 1, log(n),
        ])


KINDS = (
    "difference difference square without_entry without_entry ratio ratio share sure sure sure "
    "mul add quotient sum sum weighted exp leaf log"
)


def _said(kind, term):
    """What the sign rules say it rests on, each in its own way; nothing where they cannot tell."""
    nf = Normal(GROUPS)
    rule = frac_positive if kind == "positive" else frac_nonnegative
    found = rule(nf, nf.frac(term))
    if found is not None:
        nf.accept(found)
        yield frozenset(nf.given)
    condition = discharge(Hypothesis(kind, (term,)))
    if condition is not None:
        yield condition


@pytest.mark.parametrize("kind, relation", [("positive", ">"), ("nonnegative", ">=")])
def test_what_is_said_to_have_a_sign_has_it(kind, relation):
    seen = Counter()
    for seed in range(250):
        pick = seeded(40_000 + seed)
        try:
            term = Signed(pick, KINDS).real(pick([1, 2, 2]))
            found = list(_said(kind, term))
        except TermError:
            continue
        seen[bool(found)] += 1
        for given in found:
            assert counterexample(term, relation, Num(0), given, tries=6) is None, term
    assert min(seen.values()) > 30, seen


def test_a_normal_form_under_a_weight_that_is_a_sum_is_the_term():
    for seed in range(150):
        pick = seeded(50_000 + seed)
        term = Signed(pick, "share ratio ratio without_entry weighted mul sum").real(2)
        nf = Normal(GROUPS)
        try:
            other = nf.canonical(term)
        except TermError:
            continue
        assert counterexample(term, "=", other, nf.given, tries=5) is None, term


# -- one by one ------------------------------------------------------------------------------------


def holds(kind, term, *assumed):
    return discharge(Hypothesis(kind, (term,)), assumed)


def test_a_sum_is_positive_where_one_entry_is_and_none_is_negative():
    entries = summation(p[i] * e[i], i)
    assert holds("positive", entries) is None
    assert holds("positive", entries, Hypothesis("positive", (p[k],)))
    signed = summation(p[i] * z[i], i)
    assert holds("positive", signed, Hypothesis("positive", (p[k],)),
                 Hypothesis("positive", (z[k],))) is None
    other = index("o", n)
    assert holds("positive", entries, Hypothesis("positive", (reals("w", n)[other],))) is None


def test_a_sum_outweighs_its_entries_if_none_is_negative():
    assert holds("nonnegative", summation(e[i], i) - e[k])
    assert holds("nonnegative", t * summation(e[i], i) - t * e[k])
    assert holds("nonnegative", 2 * summation(e[i], i) - e[k] - e[m])
    assert holds("nonnegative", summation(e[i], i) - e[k] - e[m]) is None  # k may be m
    assert holds("nonnegative", summation(e[i], i) - 2 * e[k]) is None
    assert holds("nonnegative", summation(z[i], i) - z[k]) is None
    assert holds("nonnegative", x * summation(e[i], i) - x * e[k]) is None
    w = positive("w", K)
    table = summation(summation(e[i] * w[j] ** 2, j), i)
    assert holds("nonnegative", table - e[k] * w[m] ** 2)
    assert holds("nonnegative", table - e[k] * w[m]) is None


def test_a_factor_counts_only_where_the_others_are_positive():
    # p_k(1 − p_k/Σ p) ≥ 0, whatever 1/Σ p is where the sum is 0: there p_k is 0 too
    w = positive("w")
    total = summation(p[i], i)
    assert holds("nonnegative", p[k] * (1 - p[k] / total))
    assert holds("nonnegative", x * (1 - p[k] / total)) is None
    assert holds("nonnegative", w * (1 - z[k])) is None


def test_an_even_power_is_not_negative_and_may_be_0():
    assert holds("nonnegative", (x - z[k]) ** 2) == frozenset()
    assert holds("nonnegative", (x - z[k]) ** 3) is None
    assert holds("positive", (x - z[k]) ** 2) is None
    assert holds("nonnegative", summation(p[i] * (z[i] - x) ** 2, i))
    assert holds("nonnegative", summation(z[i] * (z[i] - x) ** 2, i)) is None


def test_a_size_is_at_least_one_and_may_be_one():
    assert holds("nonnegative", n - 1) and holds("nonnegative", K * n - 1)
    assert holds("nonnegative", log(n)) and holds("nonnegative", 2 * n - h - 1)
    assert holds("positive", n - 1) is None
    assert holds("positive", log(n)) is None
    assert holds("nonnegative", n - 2) is None
    assert holds("nonnegative", 1 / n - 1) is None
    assert holds("nonnegative", t - 1) is None
    assert holds("positive", n + 1 - p[k])


def test_a_range_has_as_many_indices_as_its_ends_say_where_it_is_not_reversed():
    def count(lo, hi):
        return Sum.make((Range(lo, hi), Num(1)), None, "i")

    order = Hypothesis("nonnegative", (K - n + 1,))
    for assumed, holds_then in [((), False), ((order,), True)]:
        nf = Normal(GROUPS, assumed)
        assert nf.equal(count(n, K), K - n + 1) == holds_then
        assert nf.given == set(assumed)
    assert Normal(GROUPS).equal(count(n, n + K), K + 1)
    assert Normal(GROUPS).equal(count(1, K - 1), K - 1)
    assert not Normal(GROUPS).equal(count(1, K - 2), K - 2)
    assert not Normal(GROUPS).equal(count(t, t + n), n + 1)  # t may be no whole number


def test_a_quotient_has_the_sign_of_its_factors():
    assert holds("positive", 1 / (h * (1 - h)))
    assert holds("positive", 1 / (h - 1) ** 2)
    assert holds("positive", 1 / (h - 1)) is None
    assert holds("positive", -1 / (h - 1) ** 3)


@pytest.mark.parametrize(
    "term",
    [exp(Num(1)), log(1 + exp(Num(1))), Num(2) / 3, exp(Num(-20)), log(Num(3)) / log(Num(2)),
     Num(2) ** Fraction(3, 2), Num(10) ** 29 + exp(Num(-1)), exp(exp(Num(Fraction(5, 2)))),
     (log(Num(2)) - 1) * exp(Num(3)), log(Num(10) ** -20), exp(Num(1)) - exp(Num(Fraction(1, 3)))],
    ids=str,
)  # fmt: skip
def test_a_closed_number_lies_between_two_others(term):
    found = between(term)
    assert found is not None
    low, high = found
    middle = evaluate_to(term, Point({}), 25)
    assert low - abs(low) / 10**24 <= middle <= high + abs(high) / 10**24
    assert high - low <= abs(high) / 10**20


@pytest.mark.parametrize(
    "term", [real("x"), log(Num(0)), log(Num(-2)), exp(Num(10) ** 9), log(Num(1) - exp(Num(1)))],
    ids=str,
)
def test_what_has_no_number_is_not_bounded(term):
    assert between(term) is None
