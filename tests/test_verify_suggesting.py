r"""A refuted line comes with the line as it would hold: one edit of the author's own text.

For each slip that is mended stands its false twin: a line that is wrong in two places, or that
cannot be mended without a guess, for which nothing is said.
"""

import pytest

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import NoteContext
from xent_sym.meaning.declarations import parse_declarations
from xent_sym.meaning.definitions import Definitions
from xent_sym.meaning.writing import letters_of
from xent_sym.reader.chains import chains
from xent_sym.reader.source import read_document
from xent_sym.reader.tree import Node
from xent_sym.verification.edits import edits
from xent_sym.verification.judging import ChainReader, outcomes
from xent_sym.verification.note import judge_note
from xent_sym.verification.refuting import refuted
from xent_sym.verification.side_text import Edit, SideText
from xent_sym.verification.suggesting import suggestion, with_suggestion

TWO = "p, q: positive distribution over x\nt: positive"


def last_step(line, declared=TWO, before=""):
    """The last step of a chain, and a reader of the chain."""
    document = read_document(f"{before}\n$$\n{line}\n$$\n")
    chain = chains(document)[-1]
    said = parse_declarations(declared)
    context = NoteContext(letters_of([s.node for s in chain.sides]), Definitions(), said)
    reader = ChainReader([s.node for s in chain.sides], context)
    return reader, len(chain.relations) - 1, list(chain.steps)[-1]


def mended(line, declared=TWO, before=""):
    return suggestion(*last_step(line, declared, before), seconds=20)


# -- one edit mends it -----------------------------------------------------------------------------

SLIPS = {
    "a sign inside": (r"-(\log p_i - \log q_i)", r"-\log p_i - \log q_i", r"-\log p_i + \log q_i"),
    "a leading minus": (
        r"H(p)", r"\sum_x p(x) \log p(x)", r"-\sum_x p(x) \log p(x)"
    ),
    "a minus too many": (r"-\log \frac{1}{t}", r"-\log t", r"\log t"),
    "a sign in an exponent": (r"\frac{1}{e^{t}}", r"e^{t}", r"e^{-t}"),
    "a difference turned round": (r"c - 2 (a - b)", r"c + 2 (a - b)", r"c + 2 (b - a)"),
    "the sign of it all": (r"-a - b - c", r"a + b + c", r"-\left( a + b + c \right)"),
    "an index": (r"a_i + a_j - a_i", r"a_i", r"a_j"),
    "an excluded index": (
        r"\sum_{k=1}^{K} a_k - a_i", r"\sum_{k \neq 1} a_k", r"\sum_{k \neq i} a_k"
    ),
    "swapped arguments": (r"D(q \| p)", r"H(p, q) - H(q)", r"H(q, p) - H(q)"),
    "a sum for a product": (
        r"\sum_{i=1}^{n} (a_i + 1)", r"n + \prod_{i=1}^{n} a_i", r"n + \sum_{i=1}^{n} a_i"
    ),
    "a dropped factor": (
        r"-\frac{1}{3} \log (0.7 \times 0.4)", r"-\log 0.28", r"-\frac{1}{3} \log 0.28"
    ),
    "a factor lost in a sum": (
        r"\sum_x p(x) \log \frac{1}{q(x)}", r"-\sum_x \log q(x)", r"-\sum_x p(x) \log q(x)"
    ),
    "a factor of a bracket": (r"y a - y b", r"a - b", r"y \left( a - b \right)"),
    "a factor too many": (r"\frac{1}{n} \sum_{i=1}^n n a_i", r"n \sum_{i=1}^n a_i",
                          r"\sum_{i=1}^n a_i"),
    "an exponent": (
        r"\frac{1}{(1 + e^t)(1 + e^t)}", r"\frac{1}{1 + e^t}", r"\frac{1}{(1 + e^t)^2}"
    ),
    "a reciprocal exponent": (r"\sqrt[3]{t}", r"t^3", r"t^{\frac{1}{3}}"),
    "a base": (r"\log_2 t", r"\frac{\ln t}{\ln 10}", r"\frac{\ln t}{\ln 2}"),
    "1 - a for a": (r"1 - (1 - t)", r"1 - t", r"t"),
    "a for 1 - a": (r"s - s t", r"s t", r"s (1 - t)"),
    "a one": (r"s - s t", r"s (-t)", r"s (1 -t)"),
    "a logarithm too many": (r"\log e^{t}", r"\log t", r"t"),
    "a dropped term": (r"(s - t) + u", r"s - t", r"s - t + u"),
    "a sum that was forgotten": (
        r"b + \sum_{k=1}^{K} (a_k - 1)", r"b + a_k - K", r"b + \sum_{k=1}^{K} a_k - K"
    ),
    "an index of two": (r"\delta_{ij} + 0", r"\delta_{jk}", r"\delta_{ji}"),
    "a number": (r"3 t + 4 t", r"8 t", r"7 t"),
    "a last number": (r"0.25 \cdot (-1) + 0.25 \cdot 2", r"0.5", r"0.25"),
}  # fmt: skip


@pytest.mark.parametrize(("left", "right", "holds"), SLIPS.values(), ids=SLIPS)
def test_one_edit_mends_it(left, right, holds):
    found = mended(f"{left} = {right}")
    assert found == holds
    if found is not None:
        reader, position, _ = last_step(f"{left} = {found}")
        assert any(o.theorem for o in outcomes(reader, position, "="))


@pytest.mark.parametrize(("left", "right", "holds"), SLIPS.values(), ids=SLIPS)
def test_each_slip_is_false_as_it_stands(left, right, holds):
    reader, position, _ = last_step(f"{left} = {right}")
    found = [o for o in outcomes(reader, position, "=") if o.lhs is not None]
    assert found and not any(o.theorem for o in found)
    assert all(refuted(o, "=").refutation for o in found)


ROUNDED = {
    "digits swapped": (r"-\log 0.9", "0.150", "0.105"),
    "a sign": (r"\log_2 0.5 + 0.001", "0.999", "-0.999"),
    "a sign and the digits": (r"\log 0.9", "0.15", "-0.11"),
    "rounded up at a half": (r"\frac{1}{8}", "0.15", "0.13"),
    "no decimals": (r"e^{3}", "21", "20"),
    "one of several": (
        r"-\log_2 0.2 - \log_2 0.1", r"2.322 + 3.222", r"2.322 + 3.322"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("left", "right", "holds"), ROUNDED.values(), ids=ROUNDED)
def test_an_approximation_gets_the_digits_that_the_left_side_has(left, right, holds):
    assert mended(rf"{left} \approx {right}") == holds


# -- nothing is said -------------------------------------------------------------------------------

SILENT = {
    "two slips": (r"-(\log p_i - \log q_i)", r"\log p_i - 2 \log q_i"),
    "the left side itself": (r"D(p \| q)", r"D(q \| p)"),
    "an irrational number after =": (r"\log 2", "0.7"),
    "no edit is near": (r"\sum_{k=1}^{K} e^{a_k}", r"b^2"),
}


@pytest.mark.parametrize(("left", "right"), SILENT.values(), ids=SILENT)
def test_where_one_edit_is_not_enough_nothing_is_said(left, right):
    assert mended(f"{left} = {right}") is None


@pytest.mark.parametrize("relation", [r"\le", r"\ge", r"\neq", "<"])
def test_a_bound_is_not_mended_since_many_edits_would_do(relation):
    assert mended(rf"t^2 + 1 {relation} -t^2 - 2") is None


def test_an_approximation_with_several_numerals_is_not_guessed_at():
    assert mended(r"0.9 + 0.7 \approx 0.5 + 0.4") is None


def test_no_time_no_suggestion():
    reader, position, step = last_step(r"-(a - b) = -a - b")
    assert suggestion(reader, position, step, seconds=-1) is None
    assert suggestion(reader, position, step) == "-a + b"


# -- the author's own text -------------------------------------------------------------------------


def test_spacing_and_macros_stay_as_they_were_written():
    macros = r"$$\newcommand{\ya}{y_{a}}$$"
    found = mended(r"-(\ya - b) = -\ya  -\,  b", before=macros)
    assert found == r"-\ya  +\,  b"


def test_a_macro_is_written_out_where_the_edit_falls_into_it():
    macros = r"$$\newcommand{\lost}[1]{a - #1}$$"
    assert mended(r"a^3 b = \lost{b}", before=macros) is None
    assert mended(r"3 a + 3 b = 3 (\lost{b})", before=macros) == "3 (a + b)"


def test_a_chain_over_rows_is_mended_in_its_row():
    line = "\\begin{aligned}\nf &= -(a - b) \\\\\n&= -a - b\n\\end{aligned}"
    assert mended(line) == "-a + b"


# -- in a report -----------------------------------------------------------------------------------


def told(line):
    reader, position, step = last_step(line)
    report = judge_note(f"$$\n{line}\n$$").steps[-1]
    return report, with_suggestion(report, reader, position, step)


def test_only_a_refuted_step_gets_a_suggestion():
    before, after = told(r"-(a - b) = -a + b")
    assert before.verdict == Verdict.PROVED
    assert after == before


def test_a_step_that_repairs_a_slip_gets_none():
    before, after = told(r"-(a - b) = -a - b = -a + b")
    assert (before.verdict, before.linked) == (Verdict.REFUTED, 2)
    assert after.suggestion is None


# -- edits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "edit", "result"),
    [
        ("x", Edit(0, 0, r"\log"), r"\log x"),
        ("x y", Edit(2, 3, "2"), "x 2"),
        ("2 x", Edit(1, 3, "3"), r"2 \cdot 3"),
        ("a - b", Edit(2, 3, "+"), "a + b"),
    ],
)
def test_no_two_words_run_into_one(text, edit, result):
    assert edit.of(text) == result


@pytest.mark.parametrize("side", [r"-\sum_i p_i \log q_i", r"\frac{a - b}{c^2}", r"e^{-t} (1 - y)"])
def test_the_smallest_edit_gives_the_same_text(side):
    for edit in edits(SideText(side, SideText(r"p_j + a_k"))):
        assert edit.least(side).of(side) == edit.of(side)


def test_edits_of_what_is_no_expression_there_are_none():
    assert list(edits(SideText("a = b"))) == []
    assert list(edits(SideText("a +"))) == []


def test_what_can_be_borrowed_stands_in_the_left_side_first():
    side = SideText(r"\sum_{k=1}^{K} y_k \log a_j", SideText(r"\frac{1}{n} \sum_i p_i + 3"))
    assert side.indices == ["i", "k", "j"]
    assert {r"\frac{1}{n}", r"\frac{1}{K}", "K", "y_k"} <= set(side.factors)
    assert side.terms[-1] == "+ 3"
    assert isinstance(side.root, Node)
