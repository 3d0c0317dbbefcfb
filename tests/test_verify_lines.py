# ruff: noqa: E501 - a line of mathematics is not broken
"""One line each: what people write, in the ways that they write it, and what is said of it.

For every line that is proved stands a false twin that is not: it is refuted, or at least unknown.
"""

import pytest

from xent_sym.kernel.verdict import Verdict
from xent_sym.verification.note import judge_note


def verdicts(line, before=""):
    return [str(step.verdict) for step in judge_note(f"{before}\n\n$$\n{line}\n$$\n").steps]


# (what is proved, a twin that is false): the last step of the line is meant
TRUE_AND_FALSE = [
    # entropies and divergences, in several spellings
    (r"H(p) = -\sum_x p(x) \log p(x)", r"H(p) = \sum_x p(x) \log p(x)"),
    (r"H(p) = \sum_{x \in \mathcal{X}} p(x) \log \frac{1}{p(x)}",
     r"H(p) = \sum_{x \in \mathcal{X}} \log \frac{1}{p(x)}"),
    (r"H(p,q) = -\sum_{i=1}^n p_i \log q_i", r"H(p,q) = -\sum_{i=1}^n q_i \log p_i"),
    (r"H(p, q) = H(p) + D_{KL}(p \| q)", r"H(p, q) = H(q) + D_{KL}(p \| q)"),
    (r"\mathrm{KL}(p \parallel q) = H(p, q) - H(p)", r"\mathrm{KL}(p \parallel q) = H(p) - H(p, q)"),
    (r"D(p||q) = \sum_x p(x) \log \frac{p(x)}{q(x)}",
     r"D(p||q) = \sum_x p(x) \log \frac{q(x)}{p(x)}"),
    (r"D_{\mathrm{KL}}(P \Vert Q) = -\sum_x P(x) \log \frac{Q(x)}{P(x)}",
     r"D_{\mathrm{KL}}(P \Vert Q) = -\sum_x Q(x) \log \frac{Q(x)}{P(x)}"),
    (r"H(p) = -\sum_k p_k \log_2 p_k = \frac{-\sum_k p_k \ln p_k}{\ln 2}",
     r"H(p) = -\sum_k p_k \log_2 p_k = -\sum_k p_k \ln p_k"),
    (r"D(p\|q) \ge 0", r"D(p\|q) \le 0"),
    # expectations
    (r"\mathbb{E}_{x \sim p}[-\log q(x)] = -\sum_x p(x) \log q(x)",
     r"\mathbb{E}_{x \sim p}[-\log q(x)] = -\sum_x \log q(x)"),
    (r"H(p, q) = -\operatorname{E}_p[\log q]", r"H(p, q) = -\operatorname{E}_q[\log p]"),
    (r"\mathbb{E}_p\left[\frac{q(X)}{p(X)}\right] = \sum_x q(x) = 1",
     r"\mathbb{E}_p\left[\frac{q(X)}{p(X)}\right] = \sum_x q(x) = 0"),
    # joint and conditional laws
    (r"H(X,Y) = -\sum_x \sum_y p(x,y) \log p(x,y) = H(X) + H(Y|X)",
     r"H(X,Y) = -\sum_x \sum_y p(x,y) \log p(x,y) = H(X) + H(X|Y)"),
    (r"I(X;Y) = H(X) - H(X|Y)", r"I(X;Y) = H(Y) - H(X|Y)"),
    (r"H(Y|X) = -\sum_{x,y} p(x,y) \log p(y \mid x)",
     r"H(Y|X) = -\sum_{x,y} p(x,y) \log p(x \mid y)"),
    (r"\sum_y p(x,y) \log p(x) = p(x) \log p(x)", r"\sum_y p(x,y) \log p(x) = p(y) \log p(x)"),
    # softmax and logistic
    (r"\frac{\partial}{\partial z_k} \log \sum_{j=1}^K e^{z_j} = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}",
     r"\frac{\partial}{\partial z_k} \log \sum_{j=1}^K e^{z_j} = \frac{e^{z_j}}{\sum_{j=1}^K e^{z_j}}"),
    (r"\sigma'(z) = \sigma(z)(1 - \sigma(z))", r"\sigma'(z) = \sigma(z)(1 + \sigma(z))"),
    (r"-\log(1+e^{-t}) - t = -\log(1+e^{t})", r"-\log(1+e^{-t}) + t = -\log(1+e^{t})"),
    (r"\log \prod_{i=1}^n h_i^{y_i} = \sum_{i=1}^n y_i \log h_i",
     r"\log \prod_{i=1}^n h_i^{y_i} = \prod_{i=1}^n y_i \log h_i"),
    (r"\frac{\partial}{\partial \theta_j} \sigma(\theta^T x) = \sigma(\theta^T x)(1-\sigma(\theta^T x)) x_j",
     r"\frac{\partial}{\partial \theta_j} \sigma(\theta^T x) = \sigma(\theta^T x)(1-\sigma(\theta^T x)) x_i"),
    # sums
    (r"y_1 \log a_1 + y_2 \log a_2 + \cdots + y_m \log a_m = \sum_{i=1}^m y_i \log a_i",
     r"y_1 \log a_1 + y_2 \log a_2 + \cdots + y_m \log a_m = \sum_{i=2}^m y_i \log a_i"),
    (r"\sum_{i=1}^n a_i b + c = c + b \sum_{i=1}^n a_i",
     r"\sum_{i=1}^n a_i b + c = b \sum_{i=1}^n (a_i + c)"),
    (r"\sum_{j \ne i} y_j + y_i = \sum_j y_j", r"\sum_{j \ne i} y_j + y_j = \sum_j y_j"),
    (r"\sum_k y_k \delta_{ki} = y_i", r"\sum_k y_k \delta_{ki} = y_k"),
    # integrals are linear
    (r"\int p(x) \log \frac{p(x)}{q(x)} dx = \int p(x) \log p(x) dx - \int p(x) \log q(x) dx",
     r"\int p(x) \log \frac{p(x)}{q(x)} dx = \int p(x) \log p(x) dx + \int p(x) \log q(x) dx"),
    # numbers
    (r"-(1\log0.6 + 0\log0.3 + 0\log0.1) = -\log 0.6", r"-(1\log0.6 + 0\log0.3) = -\log 0.3"),
    (r"-\log 0.7 \approx 0.357", r"-\log 0.3 \approx 1.055"),
    (r"-\frac14 \log_2 \frac14 = \frac12", r"-\frac14 \log_2 \frac14 = \frac14"),
    (r"\frac{1}{4} \times 2 = 0.5", r"\frac{1}{4} \times 2 = 0.25"),
    # places of extremes
    (r"\arg\max_\theta \prod_{i=1}^N q_\theta(x_i) = \arg\max_\theta \frac1N \sum_{i=1}^N \log q_\theta(x_i)",
     r"\arg\max_\theta \prod_{i=1}^N q_\theta(x_i) = \arg\min_\theta \frac1N \sum_{i=1}^N \log q_\theta(x_i)"),
    # cases
    (r"\delta_{ij} = \begin{cases} 1 & i = j \\ 0 & i \neq j \end{cases}",
     r"\delta_{ij} = \begin{cases} 0 & i = j \\ 1 & i \neq j \end{cases}"),
]  # fmt: skip


@pytest.mark.parametrize(("true", "false"), TRUE_AND_FALSE)
def test_a_true_line_is_proved_and_its_twin_is_not(true, false):
    assert verdicts(true)[-1] == "proved"
    assert verdicts(false)[-1] in {"refuted", "unknown"}


DEFINED = "with $a_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}$ and $L = -\\sum_i y_i \\log a_i$"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"\frac{\partial L}{\partial z_k} = a_k - y_k", "proved"),
        (r"\frac{\partial L}{\partial z_k} = y_k - a_k", "refuted"),
        (r"\frac{\partial L}{\partial a_i} = -\frac{y_i}{a_i}", "proved"),
        (r"\frac{\partial a_i}{\partial z_j} = a_i (\delta_{ij} - a_j)", "proved"),
        (r"\frac{\partial a_i}{\partial z_j} = -a_i a_j, \quad i \ne j", "proved"),
        (r"\frac{\partial a_i}{\partial z_i} = a_i(1 - a_i)", "proved"),
        (r"\frac{\partial a_i}{\partial z_j} = a_i(1 - a_i)", "refuted"),
    ],
)
def test_what_the_note_defines_is_used(line, expected):
    assert verdicts(line, DEFINED)[-1] == expected


LOGISTIC = (
    r"$\hat y = \sigma(wx + b)$, $z = wx + b$, $L_{ce} = -y \ln \hat y - (1 - y) \ln(1 - \hat y)$ and "
    r"$R = L_{ce} + w^2$"
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"\frac{\partial \hat y}{\partial z} = \hat y (1 - \hat y)", "proved"),
        (r"\frac{\partial \hat y}{\partial z} = -\hat y (1 - \hat y)", "refuted"),
        (r"\frac{\partial L_{ce}}{\partial z} = \hat y - y", "proved"),
        (r"\frac{\partial L_{ce}}{\partial w} = \frac{\partial L}{\partial \hat y}"
         r"\frac{\partial \hat y}{\partial z} \frac{\partial z}{\partial w}", "proved"),
        (r"\frac{\partial L_{ce}}{\partial w} = \frac{\partial L}{\partial \hat y}"
         r"\frac{\partial \hat y}{\partial z} \frac{\partial z}{\partial b}", "refuted"),
        # R depends on w through z and beside it: the note does not say which is held
        (r"\frac{\partial R}{\partial z} = \hat y - y", "unreadable"),
    ],
)  # fmt: skip
def test_what_is_written_out_varies_with_the_name_of_its_part(line, expected):
    assert verdicts(line, LOGISTIC)[-1] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"\frac{\partial p_i}{\partial a_j} = p_i (\delta_{ij} - p_j)", "proved"),
        (r"\frac{\partial p_j}{\partial a_j} = p_i (\delta_{ij} - p_j)", "refuted"),
    ],
)
def test_another_name_of_the_same_family_may_be_what_varies(line, expected):
    before = r"with $p_i = \frac{e^{o_i}}{\sum_k e^{o_k}}$ and $a_i = o_i$"
    assert verdicts(line, before)[-1] == expected


SOFTMAX_LOSS = r"with $a_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $L = -\sum_{i}^{m} y_i \log a_i$"
BY_CHAIN = r"\frac{\partial L_j}{\partial a_j} \frac{\partial a_j}{\partial z_i}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (rf"\frac{{\partial L}}{{\partial z_i}} = \sum_j^m {BY_CHAIN}", "proved"),
        (rf"\frac{{\partial L}}{{\partial z_i}} = -\sum_j^m {BY_CHAIN}", "refuted"),
        # no sum binds j: which L_j is meant is open
        (r"\frac{\partial L_j}{\partial a_j} = -\frac{y_j}{a_j}", "unreadable"),
    ],
)  # fmt: skip
def test_the_term_of_the_sum_that_is_defined_has_its_letter(line, expected):
    step = judge_note(f"{SOFTMAX_LOSS}\n\n$$\n{line}\n$$\n").steps[-1]
    assert str(step.verdict) == expected
    assert expected == "unreadable" or any("is the term of the sum" in a for a in step.assumed)


def test_an_outcome_by_its_index_makes_no_vector_of_its_letter():
    note = r"$H(x) = -\sum_i P(x_i) \log P(x_i)$, and $f = \sigma(wx)$, so $$\frac{df}{dw} = f(1-f)x$$"
    assert str(judge_note(note).steps[-1].verdict) == "proved"
    assert str(judge_note(note.replace("f(1-f)x", "f(1-f)w")).steps[-1].verdict) == "refuted"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("if $i = j$", "a case"),
        ("only if $p = q$", "a condition"),
        ("for $t > 0$", "an assumption"),
        (r"$\theta_j := \theta_j - \alpha g_j$", "an assignment"),
        (r"$X \sim p$", "states no equality"),
        (r"$p = (p_1, \dots, p_n)$", "a list"),
    ],
)
def test_not_every_equation_claims_something(line, why):
    steps = judge_note(line).steps
    assert all(step.verdict == Verdict.NOT_A_CLAIM for step in steps)
    assert not steps or why in steps[-1].message


def test_a_hypothesis_that_the_note_never_states_is_shown():
    [step] = judge_note(r"$$\sum_k a\, y_k \log q_k - a \log q_1 \sum_k y_k = "
                        r"a \sum_k y_k \log q_k - a \log q_1$$").steps
    assert step.verdict == Verdict.PROVED
    assert [(g.text, g.stated) for g in step.given] == [("Σ_i y_i = 1", False)]


def test_a_letter_that_the_note_leaves_open_refutes_nothing():
    [step] = judge_note(r"$$H(p) = 1.5$$").steps
    assert (step.verdict, step.code) == (Verdict.UNKNOWN, "depends-on-data")


def test_an_example_lends_its_numbers_to_numbers_only():
    note = (
        "Take $p = (0.5, 0.5)$. Then $$H(p) = \\log 2$$ but "
        "$$\\sum_i p_i^2 = \\sum_i p_i$$"
    )
    assert [str(s.verdict) for s in judge_note(note).steps] == ["definition", "proved", "refuted"]


@pytest.mark.parametrize(
    ("before", "line", "expected"),
    [
        ("", r"2^{H(p)} = \prod_i p_i^{-p_i}", "unknown"),
        ("", r"2^x = e^x", "refuted"),
        (r"$$H(p) = -\sum_i p_i \log_2 p_i$$", r"2^{H(p)} = \prod_i p_i^{-p_i}", "proved"),
        (r"$$H(p) = -\sum_i p_i \log_2 p_i$$", r"2^{H(p)} = \prod_i p_i^{p_i}", "refuted"),
        ("<!-- xent-sym: units: nats -->", r"2^{H(p)} = \prod_i p_i^{-p_i}", "refuted"),
    ],
)
def test_two_to_the_power_of_an_entropy_may_mean_bits(before, line, expected):
    assert verdicts(line, before)[-1] == expected


def test_a_sign_is_not_proved_by_an_example():
    note = "Take $p = (0.5, 0.5)$ and $q = (0.9, 0.1)$. Then $$%s$$"
    assert str(judge_note(note % r"D(p\|q) - \frac12 \ge 0").steps[-1].verdict) != "proved"
    assert str(judge_note(note % r"D(p\|q) \ge 0").steps[-1].verdict) == "proved"
    assert str(judge_note(note % r"D(p\|q) \ge 0.5").steps[-1].verdict) == "proved"


def test_a_definition_with_another_index_than_its_name_is_refuted():
    [step] = judge_note(r"$$p_j = \frac{e^{a_i}}{\sum_{k=1}^N e^{a_k}}$$").steps
    assert (step.verdict, step.code) == (Verdict.REFUTED, "free-index")


def test_a_second_definition_that_differs_is_told():
    note = "$L = -\\sum_i y_i \\log a_i$\n\n# Later\n\n$L = \\sum_i (y_i - a_i)^2$"
    report = judge_note(note)
    assert [s.code for s in report.steps] == ["definition", "redefinition"]
    assert report.steps[1].linked == 1
    assert [w.code for w in report.warnings] == ["redefined"]


def test_a_slip_and_the_slip_that_repairs_it_are_linked():
    note = "$$\n\\begin{align}\n(a-b)^2 &= a^2 + 2ab + b^2 \\\\\n&= a^2 - 2ab + b^2\n\\end{align}\n$$"
    first, second = judge_note(note).steps
    assert (first.verdict, second.verdict) == (Verdict.REFUTED, Verdict.REFUTED)
    assert (first.linked, second.linked) == (None, first.line)


def test_a_row_that_does_not_sum_to_one_is_warned_of():
    report = judge_note(r"the prediction is $\hat{y} = (0.6, 0.3, 0.2)$")
    assert [w.code for w in report.warnings] == ["not-a-distribution"]
    assert not judge_note(r"the prediction is $\hat{y} = (0.6, 0.3, 0.1)$").warnings


def test_a_definition_that_has_no_meaning_refutes_nothing():
    note = "$p_i = \\frac{e^{a_i}}{\\sum_k e_k^a}$ and so $$p_i (1 - a_i) = 1$$"
    assert judge_note(note).steps[-1].verdict != Verdict.REFUTED


@pytest.mark.parametrize(
    "note",
    [
        r"$$H(p) = \log 0$$",
        r"$$H(p) = -e^{10^{30}}$$",
        "<!-- xent-sym:\ni: 1..4\n-->\n\n" r"$$a_i = \frac{e^{z_i}}{\sum_{k=1}^{K} e^{z_k}}$$",
        r"$$J = \sum_{i=1}^n a_i + \sum_{i=1}^{99999999999} a_i$$ $$J = \sum_{i=1}^n a_i$$",
    ],
)
def test_what_has_no_value_or_clashes_ends_no_note(note):
    assert all(str(step.verdict) not in ("proved", "refuted") for step in judge_note(note).steps)
