"""The numbers of the notes: each against an independent computation, each beside a false twin."""

from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xent_sym.kernel import NotProved, Step, prove, recheck
from xent_sym.library import UnknownName
from xent_sym.terms import (
    Tup,
    binary,
    binary_cross_entropy,
    cross_entropy,
    distribution,
    entropy,
    index,
    log,
    one_hot,
    probability,
    reals,
    size,
    softmax,
    summation,
)
from xent_sym.worked import (
    ExampleError,
    WrongRounding,
    all_examples,
    check_rounding,
    classes,
    example,
    examples_of,
    number,
    rounded,
    slips,
)
from xent_sym.worked.closed import closed_form, written_out
from xent_sym.worked.numbers import decimal_text, fixed

EXAMPLES = all_examples()
n, K = size("n"), size("K")
i = index("i", n)
p, q = distribution("p", n), distribution("q", n)
mp = mpmath.mp.clone()
mp.dps = 60


def bits(x):
    return mp.log(x) / mp.log(2)


def softplus(x):
    return mp.log(1 + mp.exp(mp.mpf(x)))


def minus_log_softmax(row, label):
    powers = [mp.exp(mp.mpf(x)) for x in row]
    return -mp.log(powers[label] / mp.fsum(powers))


# What each example comes to, computed by other means: name -> (value, decimals in the note).
INDEPENDENT = {
    "uniform_four": (mp.mpf(2), "2"),
    "cross_entropy_q1": (mp.mpf(9) / 4, "2.25"),
    "cross_entropy_q2": ((10 - bits(3)) / 4, "2.104"),
    "sunrise": (mp.mpf(0), "0"),
    "weather_entropy": (-(mp.mpf(4) / 5 * bits(mp.mpf(4) / 5) + bits(mp.mpf(1) / 5) / 5), "0.722"),
    "weather_guess": (mp.mpf(1), "1"),
    "weather_cross_entropy": (mp.mpf(1), "1"),
    "weather_excess": (1 + mp.mpf(4) / 5 * bits(mp.mpf(4) / 5) + bits(mp.mpf(1) / 5) / 5, "0.278"),
    "label_1_forecast_07": (-mp.log(mp.mpf("0.7")), "0.357"),
    "label_1_forecast_09": (-mp.log(mp.mpf("0.9")), "0.105"),
    "label_0_forecast_07": (-mp.log(mp.mpf("0.3")), "1.204"),
    "three_classes_06": (-mp.log(mp.mpf("0.6")), "0.511"),
    "three_classes_08": (-mp.log(mp.mpf("0.8")), "0.223"),
    "five_samples": (
        -mp.fsum(mp.log(mp.mpf(x)) for x in ("0.96", "0.8", "0.6", "0.7", "0.8")), "1.355",
    ),
    "pytorch_binary": (
        (softplus("0.0156") + softplus("-1.2056") + softplus("-0.2619") + softplus("1.0713")) / 4,
        "0.7249",
    ),
    "pytorch_classes": (
        (minus_log_softmax(["-0.0746", "-0.7590", "0.0181"], 2)
         + minus_log_softmax(["0.4375", "-0.5059", "-0.0632"], 0)
         + minus_log_softmax(["-0.3629", "0.2648", "-0.1849"], 1)) / 3,
        "0.7766",
    ),
}  # fmt: skip


def test_every_example_has_an_independent_value():
    assert set(EXAMPLES) == set(INDEPENDENT)


@pytest.mark.parametrize("name", EXAMPLES)
def test_value_is_right(name):
    worked, (value, text) = EXAMPLES[name], INDEPENDENT[name]
    assert worked.rounded == text
    for term in (worked.theorem.lhs, worked.exact):
        assert abs(mp.mpf(rounded(written_out(term), 30)) - value) <= mp.mpf(10) ** -30


@pytest.mark.parametrize("name", EXAMPLES)
def test_chain_can_be_rechecked(name):
    theorem = EXAMPLES[name].theorem
    assert recheck(theorem).rhs == EXAMPLES[name].exact
    assert theorem.relation == "="


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("change", [lambda t: t + 1, lambda t: -t - 1, lambda t: t * 2 + 3])
def test_twin_wrong_exact_value_is_refused(name, change):
    chain = EXAMPLES[name].theorem.chain
    wrong = change(chain.rhs)
    last = replace(chain.steps[-1], line=wrong)
    with pytest.raises(NotProved):
        prove(replace(chain, rhs=wrong, steps=(*chain.steps[:-1], last)))


@pytest.mark.parametrize("name", EXAMPLES)
def test_twin_wrong_rounding_is_refused(name):
    worked = EXAMPLES[name]
    right = worked.rounded_to(worked.places)
    wrong = fixed(number(right) + Fraction(1, 10**worked.places), worked.places)
    check_rounding(worked.exact, right)
    with pytest.raises(WrongRounding, match=f"not {wrong}"):
        check_rounding(worked.exact, wrong)


def test_twin_dropped_summand_is_refused():
    chain = EXAMPLES["cross_entropy_q2"].theorem.chain
    minus, inside = chain.steps[0].line.args
    short = minus * inside.make(inside.args[:-1])
    with pytest.raises(NotProved, match="step 1"):
        prove(replace(chain, steps=(replace(chain.steps[0], line=short), *chain.steps[1:])))


# -- exact values and how they read ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "exact"),
    [
        ("cross_entropy_q1", "9/4"),
        ("cross_entropy_q2", "(10 - log₂ 3)/4"),
        ("weather_excess", "13/5 - log₂ 5"),
        ("label_1_forecast_07", "log(10/7)"),
        ("five_samples", "log(15625/4032)"),
    ],
)
def test_exact_value_reads_as_in_a_textbook(name, exact):
    assert str(EXAMPLES[name].exact) == exact


def test_every_summand_is_shown_even_those_with_weight_zero():
    shown = [line for _, line in EXAMPLES["three_classes_06"].lines]
    row = r"-\left(1 \cdot \log 0.6 + 0 \cdot \log 0.3 + 0 \cdot \log 0.1\right)"
    assert shown == [
        r"y = \left(1, 0, 0\right),\quad q = \left(0.6, 0.3, 0.1\right)",
        "H(y, q)", row, r"-\log 0.6", r"\log \frac{5}{3}", r"0.511\ \text{nats}",
    ]  # fmt: skip


def test_relation_says_whether_the_decimal_is_exact():
    assert EXAMPLES["cross_entropy_q1"].lines[-1] == ("=", r"2.25\ \text{bits}")
    assert EXAMPLES["cross_entropy_q2"].lines[-1] == (r"\approx", r"2.104\ \text{bits}")


def test_long_sum_goes_on_below_and_keeps_its_brackets_in_pairs():
    lines = EXAMPLES["pytorch_classes"].lines
    assert sum(r"\bigl(" in line for _, line in lines) == 3
    assert sum(r"\bigr)" in line for _, line in lines) == 3


def test_closed_form_of_a_term_with_exponentials_is_none():
    assert closed_form(written_out(cross_entropy(Tup(1, 0), softmax(Tup(1, 2))))) is None


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_entropy_of_any_counts_is_worked_out(counts):
    parts = [Fraction(c, sum(counts)) for c in counts]
    worked = example("counts", "entropy", entropy(p, 2), {p: parts}, en="", zh="")
    value = -mp.fsum(mp.mpf(f.numerator) / f.denominator * bits(mp.mpf(f.numerator) / f.denominator)
                     for f in parts)  # fmt: skip
    assert abs(mp.mpf(rounded(worked.exact, 20)) - value) < mp.mpf(10) ** -19


# -- against the notes -------------------------------------------------------------------------


def test_agreement_with_the_notes_is_computed():
    agree = {name for name, e in EXAMPLES.items() if e.agrees is True}
    assert agree == {
        "uniform_four", "cross_entropy_q1", "cross_entropy_q2", "sunrise", "label_1_forecast_07",
        "label_1_forecast_09", "three_classes_06", "three_classes_08",
    }  # fmt: skip
    assert replace(EXAMPLES["cross_entropy_q2"], printed=(10 + log(3, 2)) / 4).agrees is False
    assert replace(EXAMPLES["cross_entropy_q1"], printed="9/5").agrees is False


def test_slips_of_the_notes_are_listed_with_what_is_right():
    found = {slip.example: slip.words["en"] for slip in slips()}
    assert set(found) == {"label_0_forecast_07", "five_samples", "pytorch_binary",
                          "pytorch_classes"}  # fmt: skip
    assert "prints 1.055; from its own numbers it is 1.204" in found["label_0_forecast_07"]
    assert "row 5" in found["five_samples"] and "0.91" in found["five_samples"]
    assert "prints 0.5668" in found["pytorch_binary"] and "0.7249" in found["pytorch_binary"]
    assert "prints 0.8539" in found["pytorch_classes"] and "0.7766" in found["pytorch_classes"]


def test_slip_is_told_in_both_languages():
    assert all(set(slip.words) == {"en", "zh"} and slip.source for slip in slips())


def test_weather_excess_is_cross_entropy_less_entropy():
    excess, cross, own = (number(EXAMPLES[f"weather_{k}"].rounded_to(12))
                          for k in ("excess", "cross_entropy", "entropy"))  # fmt: skip
    assert abs(excess - (cross - own)) <= Fraction(2, 10**12)


# -- reading and rounding ----------------------------------------------------------------------


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-999, max_value=999))
def test_decimal_is_read_exactly_and_printed_back(value):
    text = format(value, "f")
    exact = number(text)
    assert exact == Fraction(text)
    assert decimal_text(exact) is not None and number(decimal_text(exact)) == exact


NOT_NUMBERS = ["nan", "inf", "1e5", "0,7", "", "0.7.1", "1/2/3", "٣", "__1", "1/0", "9" * 5000]


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_is_not_a_number_is_refused(text):
    with pytest.raises(ExampleError):
        number(text)


def test_rounding_raises_its_precision_near_a_tie():
    almost = Fraction(1, 2000) + Fraction(1, 10**40)
    assert rounded(log(1 + 0) + almost, 3) == "0.001"
    assert rounded(log(2) - log(2) + Fraction(1, 3), 4) == "0.3333"


# -- bad input: the place, what was seen, what to do -------------------------------------------


def worked(values, quantity=cross_entropy(p, q)):  # noqa: B008 - a term is immutable
    return example("mine", "cross_entropy", quantity, values, en="", zh="")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({p: "0.5, nan", q: "0.5, 0.5"}, "example mine: entry 2 of p: 'nan' is not a number"),
        ({p: [], q: []}, "size 0; give at least one number"),
        ({p: "0.5, 0.5", q: "0.2, 0.3, 0.5"}, "n is 2 by p and 3 by q; give both the same length"),
        ({p: "0.5, 0.5"}, "no numbers for q"),
        ({p: "1.5, -0.5", q: "0.5, 0.5"}, "entry 1 of p is 3/2; a probability lies in 0..1"),
        ({p: "1, 0", q: [0.5, 0.5]}, "write it as text"),
        ({p: "1", q: "0.5, 0.5"}, "give rows of one length"),
        ({p: ["1, 0", "0, 1"], q: "0.5, 0.5"}, "p is one number"),
    ],
)
def test_bad_numbers_name_the_place_and_the_remedy(values, message):
    with pytest.raises(ExampleError, match=message):
        worked(values)


def test_label_out_of_range():
    with pytest.raises(ExampleError, match="label 3 of sample 2 is out of range; 3 classes"):
        classes([0, 3], count=3)
    c, z = index("c", n, K), reals("z", n, K)
    loss = summation(softmax(z[i])[c[i]], i)
    with pytest.raises(ExampleError, match=r"entry 1 of c is 4; the classes are numbered 1\.\.2"):
        worked({z: ["1, 2"], c: [4]}, loss)


def test_labels_and_probabilities_obey_their_declarations():
    y, f = binary("y"), probability("p")
    with pytest.raises(ExampleError, match="y is 2; a label is 0 or 1"):
        worked({y: 2, f: "0.5"}, binary_cross_entropy(y, f))
    with pytest.raises(ExampleError, match="strictly between 0 and 1"):
        worked({y: 1, f: 1}, binary_cross_entropy(y, f))
    hot = one_hot("y", n)
    with pytest.raises(ExampleError, match="a label is 0 or 1"):
        worked({hot: "0.5, 0.5", q: "0.5, 0.5"}, cross_entropy(hot, q))


def test_certainty_in_what_does_not_happen_has_no_cross_entropy():
    with pytest.raises(ExampleError, match="give it one above 0"):
        _ = worked({p: "0.5, 0.5", q: "1, 0"}).rounded


def test_probabilities_that_do_not_sum_to_one_are_reported_not_hidden():
    note = worked({p: "0.5, 0.4", q: "0.5, 0.5"}).note
    assert note is not None and "probabilities of p" in note["en"] and "0.9" in note["en"]
    assert worked({p: "0.5, 0.5", q: "0.5, 0.5"}).note is None


# -- where the examples are found --------------------------------------------------------------


def test_examples_are_found_by_the_file_that_they_illustrate():
    assert [e.name for e in examples_of("kl")] == ["weather_excess"]
    assert examples_of("xent_sym.derivations.kl") == examples_of("kl")
    assert examples_of("sigmoid") == []
    with pytest.raises(UnknownName, match="did you mean entropy"):
        examples_of("entrpy")


def test_every_example_speaks_both_languages():
    assert all(e.title["en"] and e.title["zh"] and e.source for e in EXAMPLES.values())


def test_a_step_of_arithmetic_cannot_close_an_example():
    """Between −log 0.7 and log(10/7) stands the law of logarithms; plain arithmetic is refused."""
    chain = EXAMPLES["label_1_forecast_07"].theorem.chain
    plain = Step("=", chain.rhs)
    with pytest.raises(NotProved):
        prove(replace(chain, steps=(*chain.steps[:-1], plain)))
