"""The page shows the author's document as written, with a verdict at the place of each step."""

import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xent_sym.kernel.verdict import Verdict
from xent_sym.verification.mathml import mathml
from xent_sym.verification.page import page
from xent_sym.verification.report import (
    ChainReport,
    Counterexample,
    FileReport,
    Given,
    Letter,
    StepReport,
    Unreadable,
    Warned,
)

MATHML = set(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover "
    "munderover mtable mtr mtd mstyle mpadded mphantom merror mmultiscripts menclose".split()
)
VOID = {"meta", "br", "wbr", "mspace"}
GLYPHS = {
    "proved": "✓", "refuted": "✗", "unknown": "?", "unreadable": "⊘", "definition": "≔",
    "not-a-claim": "·", "warning": "⚠",
}  # fmt: skip
HOSTILE = """<script>alert(1)</script> </div></mark> "'><img src=x onerror=a(1)> &lt; {{ 7*7 }}"""


class Reader(HTMLParser):
    """Reads a page as a browser does, and insists that every element is closed in its turn."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.tags = []
        self.ids = []
        self.links = []
        self.lines = []
        self.marks = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        had = dict(attrs)
        self.tags.append((tag, had))
        self.ids += [had["id"]] if "id" in had else []
        self.links += [had["href"]] if "href" in had else []
        if tag in VOID:
            return
        self.open.append((tag, had.get("class", "")))
        if (tag, had.get("class")) == ("div", "source"):
            self.lines.append("")
        if tag == "mark":
            self.marks.append([had["class"], ""])

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.text += data
        if ("div", "source") in self.open and not any(c.startswith("glyph") for _, c in self.open):
            self.lines[-1] += data
        if any(tag == "mark" for tag, _ in self.open):
            self.marks[-1][1] += data


def step(verdict="proved", line=1, column=1, end_line=None, end_column=1, **more):
    said = {"lhs": "a", "relation": "=", "rhs": "b", "code": verdict, "message": "", **more}
    return StepReport(line, column, end_line or line, end_column, verdict=Verdict(verdict), **said)


def report(text, *steps, path="note.md", **more):
    return FileReport(path, (ChainReport(1, steps),), text=text, **more)


def read(*files):
    return Reader(page(files, "Report"))


def test_the_document_is_shown_letter_for_letter():
    text = "# 交叉熵\n\n$$a = b$$\r\n\tindented,  two spaces \n"
    assert read(report(text)).lines == ["# 交叉熵", "", "$$a = b$$", "\tindented,  two spaces ", ""]


def test_the_mark_is_around_the_right_hand_side():
    [mark] = read(report("so $a = b$.", step(column=9, end_column=10))).marks
    assert mark == ["proved", "b"]
    [wrong] = read(report("so $a = b$.", step(column=8, end_column=9))).marks
    assert wrong != mark


@pytest.mark.parametrize("verdict", [str(v) for v in Verdict])
def test_no_verdict_is_told_by_colour_alone(verdict):
    html = page([report("a = b", step(verdict, column=5, end_column=6))], "Report")
    sign = re.escape(GLYPHS[verdict])
    assert re.search(rf'<a class="glyph {verdict}"[^>]*>{sign}</a><mark class="{verdict}">b', html)
    others = set(GLYPHS) - {verdict}
    assert not any(re.search(rf'class="glyph {other}"', html) for other in others)


def test_each_glyph_opens_its_own_why():
    seen = read(report("a = b = c", step(column=5, end_column=6), step(column=9, end_column=10)))
    glyphs = [had["href"] for tag, had in seen.tags if had.get("class", "").startswith("glyph")]
    assert len(set(glyphs)) == 2
    inside = [had["id"] for tag, had in seen.tags if had.get("class") == "because"]
    assert glyphs == [f"#{ident}" for ident in inside]


def test_every_link_leads_to_one_place_on_the_page():
    steps = [step("refuted", line=n, column=1, end_column=2, linked=n - 1) for n in range(1, 5)]
    text = "a\nb\nc\nd"
    seen = read(report(text, *steps), report(text, *steps, path="other.md"))
    assert len(set(seen.ids)) == len(seen.ids)
    assert {link.removeprefix("#") for link in seen.links} <= set(seen.ids)
    assert all(link.startswith("#") for link in seen.links)


def test_the_why_of_a_refutation():
    point = Counterexample((("K", "2"), ("p", "(1/2, 1/2)")), "0.693", "-0.693")
    bad = step("refuted", counterexample=point, suggestion="-b", message="a sign is lost", linked=2)
    seen = read(report("b\nc", bad))
    assert all(said in seen.text for said in ("a sign is lost", "(1/2, 1/2)", "0.693", "-0.693"))
    assert all(said in seen.text for said in ("This would hold", "See line 2"))
    assert "It fails here" not in read(report("b", step("proved"))).text


def test_a_hypothesis_that_the_note_never_states_is_shown_as_such():
    def said(stated):
        good = step(rules=("linearity of sums",), given=(Given("Σ_k y_k = 1", stated),))
        return read(report("b", good)).text

    assert "Σ_k y_k = 1" in said(True)
    assert "linearity of sums" in said(True)
    assert "the note never states this" in said(False)
    assert "the note never states this" not in said(True)


def test_what_was_taken_for_granted_is_told():
    file = report(
        "b", step(assumed=("log is the natural logarithm",)),
        letters=(Letter("p", "distribution over x", "defined at line 12"),),
    )  # fmt: skip
    text = read(file).text
    assert "log is the natural logarithm" in text
    assert "distribution over x" in text


def test_the_refuted_come_first_and_the_proved_are_no_findings():
    text = "a\nb\nc\nd"
    file = report(
        text, step("proved", 1, message="fine"), step("unknown", 2, message="who knows"),
        step("refuted", 3, message="wrong"), warnings=(Warned(4, 1, "redefined", "twice"),),
        unreadable=(Unreadable(4, 1, "d", "what is d?"),),
    )  # fmt: skip
    html = page([file], "Report")
    top = html[: html.index("<main>")]
    assert top.index("wrong") < top.index("what is d?") < top.index("who knows")
    assert top.index("who knows") < top.index("twice")
    assert "fine" not in top


def test_the_summary_counts_steps_and_unread_formulas():
    files = [report("a", step("proved"), step("refuted"), unreadable=(Unreadable(1, 1, "a", ""),))]
    counted = re.findall(r"<b>(\d+)</b> ([\w ]+)</li>", page(files, "Report"))
    found = {"proved": "1", "refuted": "1", "unknown": "0", "unreadable": "1"}
    assert {word: n for n, word in counted} == {**found, "definition": "0", "not a claim": "0"}


def test_nothing_checked_is_not_told_as_nothing_wrong():
    assert "No step to check was found" in read(report("only words")).text
    assert "Nothing was refuted" not in read(report("only words")).text
    assert "Nothing was refuted" in read(report("b", step("proved"))).text


def test_the_text_of_a_formula_that_was_not_read_is_marked():
    text = "say $x \\\\\n& y$"
    [*marks] = read(report(text, unreadable=(Unreadable(1, 6, "x \\\\\n& y", "why"),))).marks
    assert marks == [["unreadable", "x \\\\"], ["unreadable", "& y"]]
    assert not read(report(text, unreadable=(Unreadable(1, 6, "elsewhere", "why"),))).marks


def test_a_problem_with_the_file_is_told():
    assert "not a text" in read(FileReport("a.md", problem="not a text")).text


# -- marks that are hard to draw -----------------------------------------------------------------


def test_a_mark_over_several_lines_leaves_out_the_indentation():
    seen = read(report("a = b\n    + c\nend", step(column=5, end_line=2, end_column=8)))
    assert seen.marks == [["proved", "b"], ["proved", "+ c"]]
    assert seen.lines == ["a = b", "    + c", "end"]


def test_the_innermost_of_nested_marks_is_seen():
    outer, inner = step(column=1, end_column=6), step("refuted", column=3, end_column=4)
    assert read(report("abcde", outer, inner)).marks == [
        ["proved", "ab"], ["refuted", "c"], ["proved", "de"],
    ]  # fmt: skip


def test_a_mark_of_no_width_is_a_glyph_alone():
    html = page([report("a = ", step("unreadable", column=5, end_column=5))], "Report")
    assert "<mark" not in html
    assert 'class="glyph unreadable"' in html


places = st.integers(min_value=-1, max_value=9)
spans = st.builds(step, st.sampled_from([str(v) for v in Verdict]), places, places, places, places)
texts = st.text(st.sampled_from("ab<>&\"'\n\t {}熵"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(texts, st.lists(spans, max_size=6))
def test_no_marks_whatever_change_the_document_or_break_the_page(text, steps):
    seen = read(report(text, *steps))
    assert seen.lines == (text.split("\n") if text else [])
    assert sum(had.get("class") == "because" for _, had in seen.tags) == len(steps)


def test_what_stands_outside_the_text_is_still_said():
    text = read(report("one line", step("refuted", line=7, message="far away"))).text
    assert "Places that are not in the text" in text
    assert "far away" in text


# -- hostile documents ---------------------------------------------------------------------------


def test_nothing_of_a_document_becomes_markup():
    bad = step(
        "refuted", column=2, end_column=9, lhs=HOSTILE, relation=HOSTILE, rhs=HOSTILE,
        message=HOSTILE, code=HOSTILE, rules=(HOSTILE,), given=(Given(HOSTILE, False),),
        assumed=(HOSTILE,), counterexample=Counterexample(((HOSTILE, HOSTILE),), HOSTILE, HOSTILE),
        suggestion=HOSTILE,
    )  # fmt: skip
    file = report(
        HOSTILE, bad, path=HOSTILE, unreadable=(Unreadable(1, 1, HOSTILE, HOSTILE),),
        warnings=(Warned(1, 1, HOSTILE, HOSTILE),), letters=(Letter(HOSTILE, HOSTILE, HOSTILE),),
        problem=HOSTILE,
    )  # fmt: skip
    seen = Reader(page([file, file], HOSTILE))
    assert seen.lines[0] == HOSTILE
    assert not {"script", "img", "iframe", "object", "link"} & {tag for tag, _ in seen.tags}
    assert not any(name.startswith("on") for _, had in seen.tags for name in had)
    assert "49" not in seen.text


def test_the_page_loads_nothing():
    html = page([report("![](http://a.example/x.png)", step())], "Report")
    assert not re.search(r'(?:src|href|action)="(?!#)|url\(|@import', html)
    assert "default-src 'none'" in html


def test_characters_that_no_page_may_hold_become_visible():
    html = page([report("nul \0, half \ud800, turned \u202e, bell \a")], "Report")
    assert "nul ␀, half \ufffd, turned \ufffd, bell ␇" in html
    html.encode("utf-8")


@pytest.mark.parametrize(
    "formula",
    [
        "{" * 20_000 + "}" * 20_000,
        r"\sqrt" * 300 + " x",
        r"\left(" * 100 + r"\right)" * 100,
        r"\begin{matrix}" * 80,
        r"\def\a{xx}\a",
        r"\newcommand{\a}{b}\a",
        r"\left( x",
        r"\unknown{x}",
        r"\href{javascript:alert(1)}{x}",
        "\0",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_formula_that_cannot_be_set_safely_is_shown_as_source(formula):
    assert mathml(formula) is None
    assert "<math" not in page([report("b", step(lhs=formula, rhs=formula))], "Report")


PIECES = ["a", "1", "<b>", "&", "_", "^", "{", "}", "[", "]", "(", "'", '"', "%", "#", "$", "~"]
PIECES += [*r"\\ \frac \sum \sqrt \left( \right) \text{ \mathrm{ \color{red} \over \hat".split()]
PIECES += [*r"\begin{cases} \end{cases} \begin{aligned} \end{aligned} \operatorname* \tag{".split()]
PIECES += ["交", " ", "\n", "\u202e", "\x1b", "\x0c", "|", r"\|", r"\,", r"\hspace{1em}", r"\prime"]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_is_set_as_mathml_is_well_formed(formula):
    found = mathml(formula)
    if found is not None:
        seen = Reader(found)
        assert {tag for tag, _ in seen.tags} <= MATHML
        names = {name for _, had in seen.tags for name in had}
        assert not any(name in {"href", "src"} or name.startswith("on") for name in names)


@pytest.mark.parametrize(
    "formula",
    [r"\frac{a}{b}", r"p \Arrowvert q", r"a &= b \\ &= c", r"y\_i", r"\text{<b>}", "a < b > c"],
)
def test_an_authors_formula_is_set_as_mathml(formula):
    found = mathml(formula)
    assert found is not None
    assert found.startswith("<math>")
    assert "<b>" not in found


def test_a_line_of_a_million_letters_with_many_steps_takes_seconds():
    steps = [step(column=300 * n + 1, end_column=300 * n + 200) for n in range(3_000)]
    began = time.process_time()
    page([report("x" * 1_000_000, *steps)], "Report")
    assert time.process_time() - began < 10


# -- notebooks -----------------------------------------------------------------------------------


def notebook(*cells):
    return json.dumps({"cells": [{"cell_type": kind, "source": text} for kind, text in cells]})


def test_a_notebook_is_shown_cell_by_cell():
    text = notebook(("code", "print()"), ("markdown", "$a = b$\nwords"), ("markdown", "$c$"))
    seen = read(report(text, step(column=6, end_column=7, cell=2), path="a.ipynb"))
    assert seen.lines == ["$a = b$", "words", "$c$"]
    assert seen.marks == [["proved", "b"]]
    assert "Cell 2" in seen.text and "Cell 1" not in seen.text


def test_a_broken_notebook_is_shown_as_it_stands():
    assert read(report('{"cells": [', path="a.ipynb")).lines == ['{"cells": [']


# -- a real note ---------------------------------------------------------------------------------


def test_a_whole_note_of_ours_is_shown_without_loss():
    text = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    assert read(report(text)).lines == text.split("\n")
