"""What a term is worth at a point, in four arithmetics that must agree."""

from __future__ import annotations

import time
from fractions import Fraction as F

import pytest

from xent_sym.terms import (
    binary_entropy,
    cross_entropy,
    delta,
    distribution,
    domain,
    entropy,
    exp,
    index,
    kl,
    log,
    name,
    one_hot,
    partial,
    product,
    real,
    reals,
    sigmoid,
    size,
    softmax,
    summation,
    tanh,
    true_class,
    vector,
)
from xent_sym.terms.arithmetic import (
    BallArithmetic,
    DigitsArithmetic,
    FloatArithmetic,
    Undefined,
)
from xent_sym.terms.evaluate import Missing, Point, TooLong, ball, evaluate, evaluate_to
from xent_sym.terms.term import Num, Range, Term, TermError, Tup

K, n = size("K"), size("n")
z, y = reals("z", K), distribution("y", K)
p, q = distribution("p", K), distribution("q", K)
i, j, k = index("i", K), index("j", K), index("k", K)
x, s = real("x"), real("s")
LOSS = cross_entropy(y, softmax(z))
POINT = Point({K: 3, z: (F(1), F(-2), F(1, 2)), y: (F(0), F(1, 4), F(3, 4)), k: 2, i: 3})


def exactly(term: Term, point: Point) -> F:
    value = evaluate(term, point, BallArithmetic())
    assert isinstance(value, F)
    return value


class TestValues:
    def test_sum_leaves_the_excluded_index_out(self):
        assert exactly(summation(z[j], j, ne=k), POINT) == F(3, 2)
        assert exactly(summation(z[j], j), POINT) == F(-1, 2)

    def test_product_over_a_range(self):
        assert exactly(product(z[j], j), POINT) == -1

    def test_delta_is_one_only_on_the_diagonal(self):
        assert exactly(delta(k, k), POINT) == 1
        assert exactly(delta(i, k), POINT) == 0

    def test_range_with_another_lower_end(self):
        w = reals("w", Range(0, n - 1))
        t = index("t", Range(0, n - 1))
        point = Point({n: 3, w: (F(5), F(6), F(7))})
        assert exactly(summation(t * w[t], t), point) == 20
        assert exactly(w[0], point) == 5

    def test_domain_counts_its_elements(self):
        D = domain("D")
        f, m = reals("f", D), index("m", D)
        assert exactly(summation(f[m], m), Point({D: 2, f: (F(1), F(2))})) == 3

    def test_one_hot_follows_its_label(self):
        label = one_hot("t", n, K)
        a = index("a", n)
        classes = next(iter(true_class(label).symbols() - {n, K}))
        point = Point({n: 2, K: 3, classes: (3, 1), a: 1})
        assert [exactly(label[a, m], point) for m in (1, 2, 3)] == [0, 0, 1]

    def test_families_written_out_named_and_computed(self):
        assert exactly(entropy(Tup(0, 1, 0)), Point({})) == 0
        assert exactly(name("b", vector(2 * z[j], j))[k], POINT) == -4
        assert exactly(Tup(7, 8, 9)[k], POINT) == 8
        uniform = Tup(F(1, 2), F(1, 2))
        assert str(ball(entropy(uniform, base=2), Point({}))) in ("1", "1.0")

    def test_index_family(self):
        c = index("c", n, K)
        a = index("a", n)
        point = Point({n: 2, K: 3, z: POINT.values[z], c: (3, 1)})
        assert exactly(summation(z[c[a]], a), point) == F(3, 2)


class TestZero:
    def test_zero_times_log_zero_is_zero(self):
        point = Point({K: 2, p: (F(1), F(0)), q: (F(1), F(0))})
        for arithmetic in (BallArithmetic(), FloatArithmetic(), DigitsArithmetic(30)):
            assert evaluate(entropy(p), point, arithmetic) == 0
            assert evaluate(kl(p, q), point, arithmetic) == 0

    def test_log_zero_that_nothing_erases_has_no_value(self):
        point = Point({K: 2, p: (F(1, 2), F(1, 2)), q: (F(1), F(0))})
        with pytest.raises(Undefined):
            ball(cross_entropy(p, q), point)
        assert evaluate(kl(p, q), point, FloatArithmetic()) == float("inf")

    def test_zero_erases_a_sum_with_log_zero_inside(self):
        assert exactly(x * (1 + log(x)), Point({x: F(0)})) == 0

    def test_one_over_zero_is_erased_by_nothing(self):
        point = Point({x: F(0), s: F(2)})
        for term in (x * x**-1, x / (x * s), x * (s + 1 / x), (1 / x) * 0 * s):
            with pytest.raises(Undefined):
                ball(term, point)
        assert exactly(x * s**-1, point) == 0

    def test_zero_erases_the_logarithm_of_zero_over_zero(self):
        assert exactly(x * log(x / x), Point({x: F(0)})) == 0
        with pytest.raises(Undefined):
            ball(s * log(x / x), Point({x: F(0), s: F(1)}))

    def test_empty_power(self):
        assert exactly(x ** s, Point({x: F(0), s: F(0)})) == 1
        with pytest.raises(Undefined):
            ball(1 / x, Point({x: F(0)}))


class TestDerivatives:
    def test_softmax_cross_entropy_gradient_in_every_arithmetic(self):
        left, right = partial(LOSS, z[k]), softmax(z)[k] - y[k]
        assert ball(left, POINT).meets(ball(right, POINT))
        assert not ball(left, POINT).meets(ball(-right, POINT))
        assert evaluate(left, POINT, FloatArithmetic()) == pytest.approx(
            evaluate(right, POINT, FloatArithmetic())
        )
        difference = evaluate(left - right, POINT, DigitsArithmetic(40))
        assert abs(difference) < 1e-38

    def test_second_derivative_is_the_softmax_jacobian(self):
        twice = partial(partial(LOSS, z[k]), z[i])
        a = softmax(z)
        assert ball(twice, POINT).meets(ball(a[k] * (delta(i, k) - a[i]), POINT))
        assert not ball(twice, POINT).meets(ball(a[k] * (delta(i, k) + a[i]), POINT))

    @pytest.mark.parametrize(
        ("body", "slope", "wrong"),
        [
            (x**3, 3 * x**2, 3 * x),
            (tanh(x), 1 - tanh(x) ** 2, 1 + tanh(x) ** 2),
            (sigmoid(x), sigmoid(x) * (1 - sigmoid(x)), sigmoid(x)),
            (exp(x * s), s * exp(x * s), exp(x * s)),
            (s**x, s**x * log(s), x * s ** (x - 1)),
            (log(x, 2), 1 / (x * log(2)), 1 / x),
        ],
    )
    def test_rules(self, body, slope, wrong):
        point = Point({x: F(3, 4), s: F(5, 3)})
        derivative = ball(partial(body, x), point)
        assert derivative.meets(ball(slope, point))
        assert not derivative.meets(ball(wrong, point))

    def test_derivative_by_an_entry_under_a_sum(self):
        assert exactly(partial(summation(z[j] ** 2, j), z[k]), POINT) == -4
        assert exactly(summation(partial(z[j] ** 2, z[j]), j), POINT) == -1

    def test_label_of_zero_erases_the_derivative_of_log_zero(self):
        point = Point({K: 2, y: (F(1), F(0)), q: (F(1), F(0)), k: 1})
        assert exactly(partial(cross_entropy(y, q), q[k]), point) == -1


class TestDigits:
    def test_cancellation_does_not_spoil_the_digits(self):
        value = evaluate_to(1 - sigmoid(x), Point({x: F(700)}), 30)
        expected = evaluate_to(sigmoid(-x), Point({x: F(700)}), 30)
        assert abs(value / expected - 1) < F(1, 10**29)

    def test_balls_hold_the_truth(self):
        rough, fine = (ball(binary_entropy(x), Point({x: F(1, 7)}), b) for b in (30, 300))
        assert rough.low < fine.low <= fine.high < rough.high

    def test_tiny_and_huge(self):
        assert ball(exp(x), Point({x: F(-10**9)})).low == 0
        with pytest.raises(Undefined):
            ball(exp(x), Point({x: F(10**9)}))


class TestErrors:
    def test_missing_symbol_is_named(self):
        with pytest.raises(Missing, match="no value for x"):
            ball(x, Point({}))

    def test_family_without_index(self):
        with pytest.raises(TermError, match="z is a family"):
            ball(z, POINT)

    def test_index_outside(self):
        with pytest.raises(TermError, match="no entry 4"):
            ball(z[Num(4)], POINT)


class TestTooMuch:
    """What would take too long is given up at once; what is merely long is computed."""

    def test_a_range_of_a_million(self):
        m = index("m", Range(1, 10**6))
        with pytest.raises(TooLong):
            ball(product(Num(2) * m**0, m), Point({}))
        m = index("m", Range(1, 5000))
        assert exactly(summation(m, m), Point({})) == 5000 * 5001 // 2

    def test_sums_of_sums(self):
        a, b = index("a", Range(1, 2000)), index("b", Range(1, 2000))
        begin = time.monotonic()
        with pytest.raises(TooLong):
            ball(summation(summation(1 / (a + b), b), a), Point({}))
        assert time.monotonic() - begin < 5

    def test_a_long_fraction_becomes_a_ball(self):
        m = index("m", Range(1, 3000))
        harmonic = ball(summation(1 / m, m), Point({}))
        assert not harmonic.exact and abs(harmonic.middle - F(8584, 1000)) < F(1, 1000)
        assert exactly(x**100 - x**100, Point({x: F(3)})) == 0


def test_a_huge_number_is_told_in_scientific_form():
    huge, small = (ball(x**n, Point({x: F(10)})) for n in (5000, 3))
    assert str(small) == "1000"
    assert "e+" in str(huge) and len(str(huge)) < 20


def test_a_tower_of_powers_has_no_value_that_can_be_written_down():
    tower = x
    for _ in range(10):
        tower = exp(tower)
    with pytest.raises(Undefined, match="too large to write down"):
        ball(tower, Point({x: F(3)}))
