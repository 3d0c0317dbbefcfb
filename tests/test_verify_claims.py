"""What in a note is claimed, defined, assumed or asked; and under what a claim stands.

Beside each thing stands its counterpart, which must stay what it is.
"""

import pytest

from xent_sym.cli.contexts import text
from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.declarations import parse_declarations
from xent_sym.verification.note import judge_note
from xent_sym.verification.report import Given


def verdicts(note, context=None):
    return [str(step.verdict) for step in judge_note(note, context).steps]


def last(note, context=None):
    return judge_note(note, context).steps[-1]


def stated(step):
    return [given.text for given in step.given if given.stated]


# -- definitions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        r"E[X|Y] = E[X]",
        r"H(p)^2 = H(p^2)",
        r"I(X;Y;Z) = 1",
        r"D_{KL}(p) = 3",
    ],
)
def test_a_quantity_that_cannot_be_read_is_not_defined_by_an_equation(line):
    step = last(f"$${line}$$")
    assert (step.verdict, step.code) == (Verdict.UNREADABLE, "no-meaning")


@pytest.mark.parametrize("line", [r"E[f(X)] = f(E[X])", r"\delta_{ij} = 2", r"E[X^2] = E[X]^2"])
def test_a_quantity_that_can_be_read_is_not_defined_either(line):
    assert last(f"$${line}$$").verdict in (Verdict.UNKNOWN, Verdict.REFUTED, Verdict.UNREADABLE)


def test_what_was_not_defined_proves_nothing():
    note = "$$E[f(X)] = f(E[X])$$\n\n$$E[f(X)] - f(E[X]) = 0$$"
    assert "proved" not in verdicts(note)


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"H(X) = -\sum_x p(x) \log p(x)", "proved"),
        (r"I(x_i) = -\log p(x_i)", "proved"),
        (r"H(p) = -p \log p - (1-p) \log(1-p)", "proved"),
        (r"H(x) = -x \log x + (1-x) \log(1-x)", "refuted"),
        (r"H(p_1, \dots, p_n) = -\sum_{i=1}^n p_i \log p_i", "definition"),
        (r"H(n) = \log n", "definition"),
        (r"E(w) = \frac12 \sum_n (y_n - w x_n)^2", "definition"),
        (r"D(x) = 3x", "definition"),
        (r"\mathrm{E}_\mathrm{lbc}(n, p) = n p", "definition"),
        (r"D(f \| g) := \int f(x) \log \frac{f(x)}{g(x)} dx", "definition"),
        (r"E[X] = \mu", "definition"),
    ],
)
def test_a_first_equation_is_a_claim_where_its_left_side_has_a_meaning(line, verdict):
    assert verdicts(f"$${line}$$") == [verdict]


def test_a_letter_that_the_note_declares_a_function_is_the_notes_to_define():
    assert verdicts("$$H(n) = 2n$$", "H: function\n") == ["definition"]


def test_a_declared_definition_wins_over_the_first_equation_of_the_note():
    declared = "define: p_i = \\frac{e^{a_i}}{\\sum_{k=1}^N e^{a_k}}\n"
    wrong = r"$$p_j = \frac{e^{a_i}}{\sum_{k=1}^N e^{a_k}}$$"
    use = r"$$\frac{e^{a_j}}{\sum_{k=1}^N e^{a_k}} (1 - p_j) = p_j - p_j^2$$"
    first, second = judge_note(f"{wrong}\n\n{use}", declared).steps
    assert (first.verdict, first.code) == (Verdict.REFUTED, "free-index")
    assert second.verdict == Verdict.PROVED
    right = r"$$p_j = \frac{e^{a_j}}{\sum_{k=1}^N e^{a_k}}$$"
    assert verdicts(right, declared) == ["proved"]
    other = judge_note(r"$$p_j = \frac{2 e^{a_j}}{\sum_{k=1}^N e^{a_k}}$$", declared).steps
    assert other[0].code == "contradicts-definition"


def test_the_definition_is_told_of_what_is_defined():
    note = "$y^{(1)} = (0.2, 0.8)$ and $$a_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}$$"
    first, second = (step.message for step in judge_note(note).steps)
    assert (first, second) == (
        "from here on this is what y^(1) means", "from here on this is what a_i means"
    )


# -- assumptions ---------------------------------------------------------------------------------

UNIFORM = "\n\n$$\np_i = \\frac1n\n$$\n\n"
LOG_N = "\n\n$$\n-\\sum_{i=1}^n p_i \\log p_i = \\log n\n$$\n"


@pytest.mark.parametrize("word", ["Assume", "Suppose that", "假设"])
def test_an_assumption_holds_up_to_the_next_heading(word):
    first, second = judge_note(f"{word}{UNIFORM}Then{LOG_N}").steps
    assert (first.verdict, second.verdict) == (Verdict.DEFINITION, Verdict.PROVED)
    assert first.message.startswith("assumed up to the next heading")
    assert "p_i = 1/n, assumed in line 4" in stated(second)
    assert verdicts(f"{word}{UNIFORM}# Other\n{LOG_N}")[1] == "refuted"


def test_a_definition_holds_beyond_the_next_heading():
    assert verdicts(f"We put{UNIFORM}# Other\n{LOG_N}") == ["definition", "proved"]


def test_an_assumption_is_not_claimed_twice():
    twice = "\n\n$$\np_i = \\frac2n\n$$\n"
    assert last(f"Assume{UNIFORM}Then{twice}").code == "contradicts-definition"


def test_an_assumption_in_the_text_holds_for_what_follows():
    note = "Suppose $a + b = 1$. Then $$a^2 + ab = a$$"
    assert verdicts(note)[1] in ("proved", "unknown")
    assert verdicts("$$a^2 + ab = a$$") == ["refuted"]


def test_what_does_not_speak_of_the_letters_of_an_assumption_is_refuted_all_the_same():
    assert verdicts("Suppose $a + b = 1$. Then $$c^2 = 2c^2 + 1$$")[1] == "refuted"


# -- cases ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "If $i = j$, then we have",
        "For $i = j$",
        "In the case $i = j$:",
        "**Case 1: $i = j$.**",
        "当 $i = j$ 时，有",
        "若 $i = j$，则",
    ],
)
def test_a_case_opens_the_formula_behind_it_and_is_told(words):
    step = last(f"{words}\n\n$$\na_i b_j = a_j b_i\n$$")
    assert step.verdict == Verdict.PROVED
    assert Given("i = j", stated=True) in step.given


@pytest.mark.parametrize(
    "words",
    [
        "For $i = j$ this is clear.",
        "The case $i = j$ is different. In general",
        "Unlike for $i = j$,",
        "Except for $i = j$,",
        "If not $i = j$, then",
    ],
)
def test_what_is_said_of_another_case_opens_nothing(words):
    assert verdicts(f"{words}\n\n$$\na_i b_j = a_j b_i\n$$")[-1] == "refuted"


def test_a_case_that_is_not_needed_is_not_told():
    step = last("If $i = j$,\n\n$$\na_i + b_j = b_j + a_i\n$$")
    assert (step.verdict, stated(step)) == (Verdict.PROVED, [])


def test_what_holds_in_one_case_defines_nothing():
    note = "$$W_{ij} = 0, \\quad i \\ne j$$\n\n$$\\sum_j W_{ij} = 0$$"
    assert verdicts(note) == ["definition", "unknown"]


# -- conditions ----------------------------------------------------------------------------------

LOSS = r"-y \log a - (1-y) \log(1-a)"


@pytest.mark.parametrize(
    ("note", "condition"),
    [
        (rf"$${LOSS} = -\log a, \quad y = 1$$", "y = 1, assumed in line 1"),
        (rf"If $y = 1$, $${LOSS} = -\log a$$", "y = 1, assumed in line 1"),
        (rf"If the label is $y = 1$, then $${LOSS} = -\log a$$", "y = 1, assumed in line 1"),
        (rf"当 $y = 1$ 时，$${LOSS} = -\log a$$", "y = 1, assumed in line 1"),
        (rf"$L = {LOSS}$. For $y = 1$ we get $L = -\log a$.", "y = 1, assumed in line 1"),
        (r"If $p = q$, $$H(p, q) = H(p)$$", "p = q"),
        (r"If $p_i = \frac1n$, $$-\sum_{i=1}^n p_i \log p_i = \log n$$",
         "p_i = 1/n, assumed in line 1"),
        (r"When $p = (\frac12, \frac12)$, $$H(p) = \log 2$$",
         "p = (1/2, 1/2), assumed in line 1"),
        (r"$$a_i = a_1, \quad i = 1$$", "i = 1"),
        (r"$$\sqrt{x^2} = x \quad (x > 0)$$", "x > 0"),
        (r"$$\sqrt{x^2} = x \quad \text{if } x > 0$$", "x > 0"),
    ],
)
def test_what_holds_under_a_condition_is_proved_given_it(note, condition):
    step = last(note)
    assert step.verdict == Verdict.PROVED
    assert condition in stated(step)


@pytest.mark.parametrize(
    "note",
    [
        rf"$${LOSS} = -\log(1-a), \quad y = 1$$",
        rf"If $y = 1$, $${LOSS} = -\log(1-a)$$",
        rf"$L = {LOSS}$. For $y = 1$ we get $L = -\log(1-a)$.",
        r"If $p = q$, $$H(p, q) = 2 H(p)$$",
        r"If $p_i = \frac1n$, $$-\sum_{i=1}^n p_i \log p_i = n$$",
        r"When $p = (\frac12, \frac12)$, $$H(p) = \log 3$$",
        r"$$\sqrt{x^2} = -x \quad (x > 0)$$",
    ],
)
def test_what_is_false_under_a_condition_is_refuted(note):
    assert last(note).verdict == Verdict.REFUTED


@pytest.mark.parametrize(
    "note",
    [
        r"If $X$ and $Y$ are independent, $$H(X, Y) = H(X) + H(Y)$$",
        r"If the true class is $c$, then $$-\sum_i y_i \log a_i = -\log a_c$$",
        r"If $y_k = 1$, $$-\sum_i y_i \log a_i = -\log a_k$$",
        r"For $t = 1$ we get $$\frac{d}{dt} t^2 = 2$$",
        r"If $y = 1$, $L = -\log a$; otherwise $L = -\log(1-a)$.",
        r"For $y = 1$, $L = -\log a$ and for $y = 0$, $L = -\log(1-a)$.",
    ],
)
def test_a_condition_that_cannot_be_used_keeps_a_claim_from_being_refuted(note):
    assert "refuted" not in verdicts(note)


def test_the_same_claims_without_their_condition_are_refuted():
    for line in (rf"{LOSS} = -\log a", "H(p, q) = H(p)", r"\sqrt{x^2} = x", "a_i = a_1",
                 "H(X, Y) = H(X) + H(Y)"):
        assert verdicts(f"$${line}$$") == ["refuted"], line


def test_a_condition_of_another_sentence_is_none():
    assert verdicts(f"If $y = 1$, this is easy. $${LOSS} = -\\log a$$")[1] == "refuted"


def test_a_condition_behind_a_claim_counts():
    assert verdicts("We have $H(p, q) = H(p)$ if $p = q$.")[0] == "proved"
    assert verdicts("We have $H(p, q) = 2 H(p)$ if $p = q$.")[0] == "refuted"


def test_the_value_at_a_point_is_not_put_in_under_a_derivative():
    note = "$z = wx$. If $z = 0$, $$\\frac{\\partial}{\\partial w} \\sigma(z) = 0$$"
    assert verdicts(note)[-1] != "proved"


@pytest.mark.parametrize(
    "note",
    [
        r"If $p = q$, $$\hat p_i = \hat q_i$$",
        r"If $p = q$, $$p_\theta = q_\theta$$",
        r"If $z_i = z_j$, $$\frac{e^{z_i}}{\sum_{k=1}^n e^{z_k}} = \frac1n$$",
        r"If $y_k = 1$, $$-\sum_i y_i \log a_i = -\sum_i \log a_i$$",
        r"If $x = 1$, $$f(x) = f(2)$$",
        r"For $n = 2$, $$\sum_{i=1}^n a_i = a_1$$",
        r"$L = t^2$. For $t = 0$ we get $$L = 1$$",
        r"$L = ya$. For $y = 1$, $$\frac{\partial L}{\partial y} = 0$$",
        r"$q = 1 - p$. If $q = p$, $$\frac{\partial q}{\partial p} = 1$$",
        r"Suppose $x = 0$. Then $$\frac{d}{dx} e^x = 0$$",
        r"Assume $y = 1$. $$\sum_y p(y) = p(1)$$",
    ],
)
def test_a_condition_proves_no_more_than_it_says(note):
    assert last(note).verdict != Verdict.PROVED


def test_numbers_alone_depend_on_no_condition():
    note = "如果真实标签为狗，则 $$-\\log(1 - 0.7) \\approx 1.055$$"
    assert last(note).verdict == Verdict.REFUTED


# -- what is no claim ----------------------------------------------------------------------------

SYMMETRIC = "$H(p, q) = H(q, p)$"


@pytest.mark.parametrize(
    "note",
    [
        f"It is wrong that {SYMMETRIC}.",
        f"It is not true that {SYMMETRIC}.",
        f"{SYMMETRIC} does not hold in general.",
        f"{SYMMETRIC} 不成立。",
        f"Does {SYMMETRIC} hold?",
        "Is it true that $$H(p, q) = H(q, p)?$$",
        "Solve $$p^2 = p$$",
        "Find $x$ such that $x^2 = 2$.",
        r"$$x^2 \overset{?}{=} y$$",
        r"$$a \stackrel{?}{=} b$$",
        "This is minimal if $$p_i = q_i$$",
    ],
)
def test_what_is_denied_asked_or_to_be_found_is_no_claim(note):
    assert last(note).verdict == Verdict.NOT_A_CLAIM


@pytest.mark.parametrize(
    ("note", "verdict"),
    [
        (r"It is not hard to see that $H(p, q) = H(p) + D(p \| q)$.", "proved"),
        (r"Why is $H(p, q) = H(p) + D(p \| q)$?", "proved"),
        (r"The false positive rate is $r = \frac{a}{a+b}$.", "definition"),
        (r"Compute $L = -\sum_i y_i \log a_i$.", "definition"),
        (r"Show that $$H(p, q) = H(q, p)$$", "refuted"),
        (f"Is this clear? Then {SYMMETRIC}.", "refuted"),
    ],
)
def test_what_only_looks_like_it_stays_what_it_is(note, verdict):
    assert verdicts(note) == [verdict]


# -- rows ----------------------------------------------------------------------------------------


def test_a_sign_at_the_end_of_a_row_and_at_the_start_of_the_next_is_one():
    line = "$$\\begin{{align}} c + a {0} b &= c + a {0} \\\\ & \\quad {1} b \\end{{align}}$$"
    assert verdicts(line.format("-", "-")) == ["proved"]
    assert verdicts(line.format("+", "+")) == ["proved"]
    assert verdicts(line.format("+", "-")) == ["refuted"]


def test_a_box_and_a_list_give_their_steps():
    assert verdicts(r"$$\boxed{a^2 - b^2 = (a-b)(a+b)}$$") == ["proved"]
    assert verdicts(r"$$\boxed{a^2 - b^2 = (a-b)(a-b)}$$") == ["refuted"]
    assert verdicts("$$a + a = 2a, b + b = 3b + 1$$") == ["proved", "refuted"]


# -- the letters ---------------------------------------------------------------------------------

NOTE = r"""
$$a_i = \frac{e^{z_i}}{\sum_{k=1}^K e^{z_k}}$$

$$L = -\sum_k y_k \log a_k = -\sum_k y_k \log \hat a_k$$

$$H(Y|X) = -\sum_{x,y} p(x,y) \log p(y|x)$$
"""


def test_each_letter_is_told_once_as_a_declaration():
    report = judge_note(NOTE)
    names = [letter.name for letter in report.letters]
    assert len(names) == len(set(names))
    told = {letter.name: (letter.meaning, letter.why) for letter in report.letters}
    assert told["a_i"] == (r"= \frac{e^{z_i}}{\sum_{k=1}^K e^{z_k}}", "defined in line 2")
    assert told["z"] == ("real over i", "default: nothing is said of it")
    assert told["p"][0] == "positive joint distribution over x, y"
    assert r"\hat{a}" in told
    assert not parse_declarations(text(report)).problems


def test_what_was_told_of_the_letters_gives_the_same_verdicts():
    report = judge_note(NOTE)
    again = judge_note(NOTE, text(report))
    assert {str(s.verdict) for s in again.steps} <= {"proved", "definition", "refuted", "unknown"}
    assert [s.verdict for s in again.steps[2:]] == [s.verdict for s in report.steps[2:]]
