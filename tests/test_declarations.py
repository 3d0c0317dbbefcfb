"""What a declaration block says is what is taken; a slip in it is told at its place."""

import json
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xent_sym.meaning.declaration_lines import KINDS
from xent_sym.meaning.declarations import (
    MAX_LINE,
    MAX_PROBLEMS,
    MAX_STATEMENTS,
    MAX_TEXT,
    declaration_text,
    parse_declarations,
)
from xent_sym.reader.parser import parse
from xent_sym.reader.source import read_document

PAGE = Path(__file__).resolve().parents[1] / "docs" / "context.md"


def read(text):
    """The declarations of a text in which nothing is wrong."""
    said = parse_declarations(text)
    assert said.problems == ()
    return said


def lines(text):
    return declaration_text(read(text)).splitlines()


def problem(text):
    [only] = parse_declarations(text).problems
    return only


class TestKinds:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_is_read_as_it_is_called(self, kind):
        over = " over x, y" if "joint" in kind else ""
        assert read(f"p: {kind}{over}").find("p").kind == kind

    def test_several_letters_are_declared_at_once(self):
        said = read("p, q: distribution over x")
        assert [(s.name, s.kind, s.over) for s in said.letters] == [
            ("p", "distribution", ("x",)),
            ("q", "distribution", ("x",)),
        ]

    def test_the_order_of_adjectives_is_free(self):
        assert read("p: joint positive distribution over x, y").find("p").kind == (
            "positive joint distribution"
        )

    def test_a_function_has_arguments_and_no_indices(self):
        assert read("h: function of x, y").find("h").meaning == "function of x, y"
        assert "'function of x'" in problem("h: function over x").message

    def test_a_joint_distribution_is_over_two(self):
        assert read("p: joint distribution over x, y").find("p").over_keys == ("x", "y")
        assert "over two letters or more" in problem("p: joint distribution over x").message


class TestNames:
    @pytest.mark.parametrize(
        ("written", "looked_for"),
        [
            (r"\hat{y}", r"\hat y"),
            ("theta", r"\theta"),
            (r"\theta", "θ"),
            ("sigma_1", r"\sigma_1"),
            ("p_x", "p_{x}"),
            (r"\mathcal{L}_{CE}", r"\mathcal L_{CE}"),
            ("W^{[1]}", "W^{[1]}"),
            (r"\theta^*", r"\theta^*"),
            ("q'", "q'"),
        ],
    )
    def test_a_letter_is_found_however_it_is_written(self, written, looked_for):
        found = read(f"{written}: real").find(parse(looked_for).show())
        assert found.name == written

    @pytest.mark.parametrize(
        ("written", "called"),
        [
            (r"\hat{y}", "yhat"),
            ("theta", "theta"),
            (r"\mathrm{CE}", "CE"),
            ("CE", "CE"),
            (r"\mathbf{w}", "w"),
            (r"h_\theta", "h_theta"),
        ],
    )
    def test_a_letter_is_found_by_the_name_of_the_elaboration(self, written, called):
        assert read(f"{written}: real").find(called).name == written

    @pytest.mark.parametrize(
        ("declared", "other"), [("p", "q"), (r"\hat{y}", "y"), ("p_x", "p"), ("W^{[1]}", "W")]
    )
    def test_another_letter_is_not_found(self, declared, other):
        assert read(f"{declared}: real").find(parse(other).show()) is None

    @pytest.mark.parametrize(
        ("short", "long"),
        [
            ("y_i: binary", "y: binary over i"),
            ("W_{ij}: real", "W: real over i, j"),
            ("W_{i,j}: real", "W: real over i, j"),
            ("y^{(i)}_k: label", "y: label over i, k"),
            ("y_i: binary over i", "y: binary over i"),
            ("p_x: distribution", "p_x: distribution"),
            ("\\sigma_1: positive", "\\sigma_1: positive"),
        ],
    )
    def test_an_index_in_the_name_is_an_index(self, short, long):
        assert lines(short) == [long]

    def test_two_lists_of_indices_must_agree(self):
        assert "over i, k" in problem("y_i: binary over k").message

    @pytest.mark.parametrize("name", ["p(x)", "x^2", "a b", "2", "x+y", "exp", "", "a,", "W^T"])
    def test_what_is_no_letter_is_refused(self, name):
        assert problem(f"{name}: real").at.line == 1


class TestRanges:
    def test_bounds_are_trees(self):
        found = read("k: 1 .. K-1").range_of("k")
        assert (found.low.show(), found.high.show(), found.set) == ("1", "(add +K -1)", None)

    def test_a_set_has_no_bounds(self):
        found = read(r"x: in \mathcal{X}").range_of("x")
        assert (found.low, found.high, found.set) == (None, None, r"\mathcal{X}")

    @pytest.mark.parametrize(
        "text", ["1...n", "1,\\dots,n", "1..", "..n", "2..1", "0.5..n", "1..n=2", "1..\\frac"]
    )
    def test_what_is_no_range_is_refused(self, text):
        assert problem(f"i: {text}").at.line == 1


class TestLogarithm:
    @pytest.mark.parametrize(
        ("text", "base", "said"),
        [
            ("log: base 2", Fraction(2), True),
            ("log:  Base  10", Fraction(10), True),
            ("log: base 1.5", Fraction(3, 2), True),
            ("log: natural", None, True),
            ("log: base e", None, True),
            ("units: bits", Fraction(2), True),
            ("units: nats", None, True),
            ("units: bits\nlog: natural", None, True),
            ("", None, False),
        ],
    )
    def test_the_base_is_said_or_not(self, text, base, said):
        found = read(text)
        assert (found.log_base, found.log_said) == (base, said)
        assert found.natural == (said and base is None)

    @pytest.mark.parametrize("base", ["base 1", "base 0", "base -2", "2", "base b", "base 1/2", ""])
    def test_a_base_is_positive_and_not_one(self, base):
        assert "no base of logarithms" in problem(f"log: {base}").message


class TestRelations:
    def test_a_case_is_an_assumption(self):
        [first, second] = read("i = j\nk \\neq 1").assumptions
        assert (first.left.show(), first.relation, first.right.show()) == ("i", "=", "j")
        assert (second.left.show(), second.relation) == ("k", "!=")

    def test_a_chain_is_one_assumption_for_each_relation(self):
        assert lines("0 < a < 1") == ["0 < a", "a < 1"]

    @pytest.mark.parametrize("text", ["p = (0.9, 0.1)", "a_i = e^{z_i}", "q := p", "f(x) = x^2"])
    def test_a_letter_equal_to_more_than_a_letter_is_defined(self, text):
        said = read(text)
        assert lines(text) == [f"define: {text}"]
        assert said == read(f"define: {text}")
        assert said.assumptions == ()

    @pytest.mark.parametrize("text", ["i = j", "y_c = 1", "c = -1", r"\sum_k y_k = 1", "i != j"])
    def test_other_relations_define_nothing(self, text):
        assert read(text).definitions == ()
        assert lines(text) == [text]

    @pytest.mark.parametrize("text", ["x+1 = 2", "a < b", "a = b = c", "a", "a =", "= 2", ""])
    def test_a_definition_is_one_equation_for_one_letter(self, text):
        assert "no definition" in problem(f"define: {text}").message

    @pytest.mark.parametrize(
        "text", ["= b", "a =", "a \\approx b", "i = 1, j = 2", "foo", "a \\to b"]
    )
    def test_what_says_nothing_is_refused(self, text):
        assert problem(text).source == text

    def test_a_set_wants_a_colon(self):
        assert "'x: in S'" in problem(r"x \in S").message


class TestRandomVariables:
    @pytest.mark.parametrize("text", ["X, Y ~ p", r"X,Y \sim p", "(X, Y) ∼ p"])
    def test_both_have_the_joint_distribution(self, text):
        [found] = read(text).random_variables
        assert (found.keys, found.distribution_key) == (("X", "Y"), "p")

    def test_a_distribution_is_a_letter(self):
        assert problem("X ~ N(0,1)").at.column == 5


class TestPlaces:
    """Every problem stands at the piece to mend, in the document's own lines and columns."""

    def test_the_word_and_what_was_meant(self):
        found = problem("# note\n\n  p: distrubution over x")
        assert (found.at.line, found.at.column, found.source) == (3, 6, "distrubution")
        assert str(found) == (
            "line 3, column 6 of the context file: "
            "'distrubution' is no kind; did you mean distribution?"
        )

    @pytest.mark.parametrize(
        ("text", "format", "place"),
        [
            ("---\nxent-sym: |\n  X ~ p\n  z: foo\n---\n", "markdown", (4, 6, None)),
            ("---\nxent-sym:\n  log: base 2\n  z: foo\nt: 1\n---\n", "markdown", (4, 6, None)),
            ("a\n<!-- xent-sym:\np: real\n\nq: foo\n-->\n", "markdown", (5, 4, None)),
            ("a\n<!-- xent-sym: q: foo -->\n", "markdown", (2, 19, None)),
            ("% xent-sym: p: real\n%  q: label # c\n  % z: foo\n\n% not\n", "latex", (3, 8, None)),
            (
                json.dumps({"cells": [
                    {"cell_type": "markdown", "source": ["a"]},
                    {"cell_type": "markdown", "source": ["<!-- xent-sym:\n", "q: foo\n", "-->"]},
                ], "metadata": {}, "nbformat": 4}),
                "notebook",
                (2, 4, 2),
            ),
        ],
    )  # fmt: skip
    def test_a_block_in_a_document_knows_where_it_stands(self, text, format, place):
        [block] = read_document(text, format).declarations
        [found] = parse_declarations(block).problems
        assert (found.at.line, found.at.column, found.at.cell) == place
        assert found.source == "foo"
        assert found.at.origin == block.origin

    def test_a_bad_line_spoils_no_other(self):
        said = parse_declarations("p: real\nfoo bar\nq: binary\n")
        assert [letter.name for letter in said.letters] == ["p", "q"]
        assert len(said.problems) == 1

    def test_a_comment_ends_a_line_and_windows_ends_it_too(self):
        assert lines("p: real # q: binary\r\n# r: real\r\nX ~ p\r\n") == ["p: real", "X ~ p"]

    def test_full_width_signs_are_read(self):
        assert lines("p，q：distribution　over x") == [
            "p: distribution over x",
            "q: distribution over x",
        ]

    @pytest.mark.parametrize(
        ("text", "hint"),
        [
            ("y: one-hot", "write label"),
            ("y: lable over k", "did you mean label?"),
            ("defin: a = b", "did you mean 'define:'?"),
            ("units: bans", "expected nats or bits"),
            ("y: real of x", "'real over x'"),
            ("y:", "expected a kind"),
        ],
    )
    def test_a_slip_is_told_with_what_to_write(self, text, hint):
        assert hint in problem(text).message


class TestConflicts:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("p: real", "p: binary"),
            (r"\hat y: real", r"\hat{y}: binary"),
            ("i: 1..n", "i: 0..n"),
            ("i: 1..n", "i: real"),
            ("ignore: a", "a: real"),
            ("X ~ p", "X ~ q"),
            ("i = j", "i != j"),
            ("p = (0.9, 0.1)", "p = (0.5, 0.5)"),
            ("log: base 2", "log: natural"),
            ("units: nats", "units: bits"),
        ],
    )
    def test_the_first_is_kept_and_the_second_is_a_problem(self, first, second):
        said = parse_declarations(f"{first}\n{second}")
        assert said.entries == read(first).entries
        assert [p.at.line for p in said.problems] == [2]
        assert "of line 1" in said.problems[0].message

    def test_the_other_letters_of_the_line_count(self):
        said = parse_declarations("p: real\np, q: binary")
        assert [(letter.name, letter.kind) for letter in said.letters] == [
            ("p", "real"),
            ("q", "binary"),
        ]
        assert len(said.problems) == 1

    def test_a_line_that_cannot_be_read_counts_for_none_of_its_letters(self):
        assert parse_declarations("a, b_i: binary over k").letters == ()

    @pytest.mark.parametrize(
        ("first", "second"),
        [("p: real", "p: real"), ("X ~ p", "Y ~ p"), ("a < b", "a != b"), ("i: 1..n", "j: 1..n")],
    )
    def test_what_agrees_is_no_conflict(self, first, second):
        read(f"{first}\n{second}")

    @pytest.mark.parametrize(
        ("note", "sidecar", "both"),
        [
            ("p: real\nq: real", "p: binary", ["q: real", "p: binary"]),
            ("i: 1..n", "i: real", ["i: real"]),
            ("ignore: a", "a: real", ["a: real"]),
            ("i = j", "i != j", ["i != j"]),
            ("log: base 2", "units: nats", ["units: nats"]),
            ("a = (1, 2)", "a = (2, 1)", ["define: a = (2, 1)"]),
            ("X ~ p", "Y ~ q", ["X ~ p", "Y ~ q"]),
        ],
    )
    def test_of_two_blocks_the_later_wins(self, note, sidecar, both):
        merged = read(note).merged(read(sidecar))
        assert declaration_text(merged).splitlines() == both

    def test_problems_of_both_are_kept(self):
        merged = parse_declarations("foo").merged(parse_declarations("bar"))
        assert [p.source for p in merged.problems] == ["foo", "bar"]


class TestHostile:
    @pytest.mark.parametrize(
        "text",
        [
            "p: real\n" * 100_000,
            "a:" * (MAX_TEXT // 2),
            "(" * MAX_TEXT,
            "{" * 1_900 + "}" * 50,
            ",".join("a" * 900) + ": real",
            "define: a = " + "(" * 900 + "b" + ")" * 900,
            "define: a = 9^{9^{9^{9}}}" + "+1" * 900,
            "\n".join(f"p_{{{k}}}: fooo" for k in range(1_000, 3_000)),
            "i: 1.." + "9" * 1_900,
            "log: base " + "9" * 1_900,
            " " * (MAX_TEXT - 1) + "x",
            "p: " + "over " * 390,
            "\0: \0",
            "\ud800: real",
            "p: real\u2028q: real",
            "X ~ ~ ~ p",
            "a < " * 499 + "a",
            "\n".join(f"define: a_{{{k}}} = \\frac{{1}}{{{k}}}" for k in range(1_000, 1_990)),
        ],
    )
    def test_nothing_takes_long_or_raises(self, text):
        began = time.process_time()
        said = parse_declarations(text)
        assert said.problems or said.entries
        assert len(said.problems) <= MAX_PROBLEMS + 1
        assert len(said.entries) <= MAX_STATEMENTS
        assert all(len(p.message) < 500 and p.message.isprintable() for p in said.problems)
        assert time.process_time() - began < 5

    @given(st.text(max_size=200) | st.text(r"pqxy:=,~.()\{}_^# \n1overin-<|", max_size=80))
    def test_any_text_is_read_and_what_is_read_can_be_written(self, text):
        said = parse_declarations(text)
        assert read(declaration_text(said)).entries == said.entries

    def test_a_line_at_the_limit_is_read(self):
        text = "p = " + "1+" * ((MAX_LINE - 5) // 2) + "1"
        assert read(text).definitions
        assert "at most" in problem(text + "+" * 10 + "1").message


GREEK = ["\\theta", "\\hat{y}", "\\bar x", "p_x", "\\mathcal{L}", "\\mathrm{CE}", "\\sigma_1", "q'"]
NAMES = st.sampled_from([*"abpqwxyzCXY", *GREEK])
INDICES = st.lists(st.sampled_from("ijkxy"), max_size=3, unique=True).map(", ".join)
PLAIN_KINDS = [k for k in KINDS if "joint" not in k and k not in ("function", "constant")]
STATEMENTS = st.one_of(
    st.builds(
        lambda name, kind, over: f"{name}: {kind}{' over ' * bool(over)}{over}",
        NAMES, st.sampled_from(PLAIN_KINDS), INDICES,
    ),
    st.builds("{}: function of {}".format, NAMES, NAMES),
    st.builds("{}: joint distribution over x, y".format, NAMES),
    st.builds("{}: 1..{}".format, NAMES, st.sampled_from(["n", "K-1", "9"])),
    st.builds("{}: in \\mathcal{{X}}".format, NAMES),
    st.builds("{}, {} ~ {}".format, NAMES, NAMES, NAMES),
    st.builds("{} ~ {}".format, NAMES, NAMES),
    st.builds("{} {} {}".format, NAMES, st.sampled_from(["=", "!=", "<", "\\ge"]), NAMES),
    st.builds("{} = \\frac{{1}}{{{} + 1}}".format, NAMES, NAMES),
    st.builds("define: {} = {}".format, NAMES, NAMES),
    st.builds("ignore: {}".format, NAMES),
    st.sampled_from(["log: natural", "log: base 2", "log: base 10", "units: nats", "units: bits"]),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(STATEMENTS, max_size=8), st.lists(STATEMENTS, max_size=8))
def test_what_is_written_back_is_read_as_the_same(note, sidecar):
    """print, then parse, is the identity; also after a merge."""
    first, second = (parse_declarations("\n".join(block)) for block in (note, sidecar))
    for said in (first, first.merged(second)):
        assert read(declaration_text(said)).entries == said.entries
    assert first.merged(first).entries == first.entries
    assert all(p.message.count("contradicts") == 1 for p in first.problems)


def test_every_statement_of_the_page_is_read():
    blocks = [b for b in PAGE.read_text("utf-8").split("```")[1::2] if b.startswith("text\n")]
    assert len(blocks) >= 7
    for block in blocks:
        read(block.removeprefix("text\n"))
    read("".join(block.removeprefix("text\n") for block in blocks))


def test_every_example_of_the_table_is_read_and_every_kind_is_there():
    rows = [row for row in PAGE.read_text("utf-8").splitlines() if row.startswith("| `")]
    assert [row.split("`")[1] for row in rows] != []
    assert {row.split("`")[1] for row in rows} == set(KINDS)
    for row in rows:
        assert read(row.split("`")[-2]).letters[0].kind == row.split("`")[1]


@pytest.mark.parametrize("language", ["markdown", "latex"])
def test_the_frames_of_the_page_are_found_by_the_reader(language):
    blocks = PAGE.read_text("utf-8").split("```")[1::2]
    framed = [b.partition("\n")[2] for b in blocks if b.startswith(f"{language}\n")]
    assert framed
    for text in framed:
        [block] = read_document(text, language).declarations
        assert parse_declarations(block).problems == ()
        assert len(parse_declarations(block).entries) >= 2
