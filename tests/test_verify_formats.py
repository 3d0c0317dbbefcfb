"""What a report of verified notes looks like: for a person, for a program, for a code host."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from xent_sym.kernel.verdict import Verdict
from xent_sym.verification.formats import FORMATS, Style, render
from xent_sym.verification.formats.columns import visible, width
from xent_sym.verification.report import (
    ChainReport,
    Counterexample,
    FileReport,
    Given,
    Letter,
    Report,
    StepReport,
    Unreadable,
    Warned,
)

ROOT = Path(__file__).resolve().parents[1]
NOTE = r"""# 交叉熵

交叉熵	$H(p, q) = -\sum_i p_i \log q_i$
$$
\begin{aligned}
L &= -\sum_i y_i \log a_i \\
  &= \sum_i y_i \log a_i
\end{aligned}
$$
Then $\frac{a}{b = c$.
"""


def step(line, column, end_column, verdict, code, lhs="L", rhs="R", **more):
    return StepReport(line, column, line, end_column, lhs, "=", rhs, verdict, code,
                      more.pop("message", f"about {code}"), **more)


DEFINED = step(3, 16, 36, Verdict.DEFINITION, "definition")
PROVED = step(6, 6, 25, Verdict.PROVED, "proved", "L", r"-\sum_i y_i \log a_i",
              rules=("unfold",), given=(Given("Σ_i y_i = 1", False), Given("i = j", True)))
REFUTED = step(
    7, 6, 25, Verdict.REFUTED, "refuted", r"-\sum_i y_i \log a_i", r"\sum_i y_i \log a_i",
    message="a sign is lost", suggestion=r"-\sum_i y_i \log a_i",
    counterexample=Counterexample((("n", "2"), ("a", "(1/2, 1/2)")), "0.6931", "-0.6931"),
    assumed=("log is the natural logarithm",),
)
FILE = FileReport(
    "notes/ce.md",
    chains=(ChainReport(3, (DEFINED,)), ChainReport(6, (PROVED, REFUTED))),
    unreadable=(Unreadable(10, 7, r"\frac{a}{b = c", "saw the end; expected }"),),
    warnings=(Warned(3, 6, "repaired", "read as it was meant"),),
    letters=(Letter("p", "distribution over i", "default: p with an index"),
             Letter("交", "real", "declared")),
    text=NOTE,
)
REPORT = Report((FILE,))
CELL = replace(
    FILE, path="a.ipynb", warnings=(), unreadable=(),
    chains=(ChainReport(1, (replace(REFUTED, line=1, end_line=1, column=6, end_column=8, cell=2),),
                        cell=2),),
    text=json.dumps({"cells": [{"cell_type": "code", "source": "L = 1"},
                               {"cell_type": "markdown", "source": ["$L = 2$\n", "x"]}]}),
)


def of(*steps, text="", **more):
    return Report((FileReport("a.md", (ChainReport(1, steps),), text=text, **more),))


# -- for a person ----------------------------------------------------------------------------------


def test_a_refuted_step_is_shown_as_a_compiler_shows_an_error():
    assert r"""
refuted[refuted]: a sign is lost
 --> notes/ce.md:7:6
  |
6 | L &= -\sum_i y_i \log a_i \\
  |      ------------------- left
7 |   &= \sum_i y_i \log a_i
  |      ^^^^^^^^^^^^^^^^^^^ right
  |
  = left 0.6931, right -0.6931 where n = 2, a = (1/2, 1/2)
  = help: this would hold: = -\sum_i y_i \log a_i
  = note: assumed log is the natural logarithm

""" in render(REPORT, "text")


def test_what_holds_is_counted_and_shown_on_demand_only():
    shown, verbose = render(REPORT, "text"), render(REPORT, "text", Style(verbose=True))
    assert "proved[proved]" not in shown and "definition[definition]" not in shown
    assert "1 of the proofs used a hypothesis that the note never states" in shown
    assert "proved[proved]: about proved" in verbose and "= by unfold" in verbose
    assert "= given Σ_i y_i = 1  (the note never states this)\n" in verbose
    assert "= given i = j\n" in verbose


def test_the_summary_counts_by_verdict():
    assert ("1 proved, 1 refuted, 1 unreadable, 1 definition, 1 warning in 1 file\n"
            in render(REPORT, "text"))
    assert render(Report((replace(FILE, chains=(), unreadable=(), warnings=()),)), "text") == (
        "nothing to check in 1 file\n")


def test_the_codes_of_the_findings_lead_to_explain():
    last = render(REPORT, "text").splitlines()[-1]
    assert last == (
        "xent-sym explain CODE says more; the codes here: refuted, repaired, syntax")
    assert "explain" not in render(of(PROVED), "text")


def test_findings_come_in_the_order_of_the_note():
    places = re.findall(r"--> \S+:(\d+):", render(REPORT, "text"))
    assert places == ["3", "7", "10"]


def test_the_underline_knows_wide_signs_and_tabs():
    text = "交叉熵\t$H = \\text{熵}$ x"
    shown = render(of(step(1, 10, 18, Verdict.REFUTED, "refuted"), text=text), "text")
    line, underline = shown.splitlines()[3:5]
    assert line == "1 | 交叉熵    $H = \\text{熵}$ x"
    marked = underline.index("^"), underline.rindex("^") + 1
    columns = [width(line[:i]) for i in range(len(line) + 1)]
    assert [line[columns.index(m)] for m in marked] == ["\\", "$"]


@pytest.mark.parametrize(("text", "columns"), [
    ("abc", 3), ("交叉熵", 6), ("p̂", 1), ("Ｈ", 2), ("é", 1), ("e\u0301", 1), ("", 0),
])
def test_columns(text, columns):
    assert width(text) == columns


def test_nothing_that_a_note_holds_can_steer_the_terminal():
    """The false twin of a colour: an escape sequence in the note is shown, not sent."""
    evil = "\x1b[31m\x07\u202e\x9b$a = b$\r"
    found = step(1, 3, 4, Verdict.REFUTED, "refuted", message=evil, rhs=evil, suggestion=evil,
                 assumed=(evil,), given=(Given(evil, False),))
    report = Report((FileReport(f"{evil}.md", (ChainReport(1, (found,)),), text=evil,
                                problem=evil, letters=(Letter(evil, evil, evil),)),))
    for name in ("text", "concise"):
        shown = render(report, name, Style(letters=True))
        assert not set(shown) & set("\x1b\x07\x9b\u202e\r")
    assert visible("\x1b[31m") == "␛[31m"


def test_colours_are_added_and_nothing_else():
    plain = render(REPORT, "text")
    coloured = render(REPORT, "text", Style(colour=True))
    assert "\x1b[1;31mrefuted[refuted]\x1b[0m" in coloured and "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_a_line_without_end_is_cut_around_the_place():
    text = "x" * 500_000 + "= a_i" + "y" * 500_000
    shown = render(of(step(1, 500_001, 500_006, Verdict.REFUTED, "refuted"), text=text), "text")
    line, underline = shown.splitlines()[3:5]
    assert len(line) < 130 and line.startswith("1 | …xx") and line.endswith("yy…")
    assert line[underline.index("^"): underline.rindex("^") + 1] == "= a_i"


def test_a_long_step_shows_its_beginning_and_its_end():
    text = "\n".join(f"  row {n}" for n in range(1, 31))
    long = replace(step(2, 3, 9, Verdict.UNKNOWN, "not-decided"), end_line=29)
    shown = render(of(long, text=text), "text")
    assert re.findall(r"^ *(\d+) \|", shown, re.MULTILINE) == ["2", "3", "4", "29"]
    assert shown.count("...") == 1 and shown.count("^^^^^") == 4


@pytest.mark.parametrize("place", [(1, 1), (1, 99), (99, 1), (1, 7)])
def test_a_place_outside_the_text_is_no_traceback(place):
    line, column = place
    for text in ("", "$a=b$", "\n"):
        report = of(step(line, column, column + 3, Verdict.REFUTED, "refuted"), text=text)
        assert f"a.md:{line}:{column}" in render(report, "text")


def test_a_cell_of_a_notebook_shows_its_own_line():
    shown = render(Report((CELL,)), "text")
    assert "--> a.ipynb:cell 2:1:6" in shown and "1 | $L = 2$" in shown and "  |      ^^" in shown
    broken = replace(CELL, text="{")
    assert "--> a.ipynb:cell 2:1:6" in render(Report((broken,)), "text")


@pytest.mark.parametrize(("code", "verdict", "said"), [
    ("contradicts-definition", Verdict.REFUTED, "the definition stands at line 4"),
    ("refuted", Verdict.REFUTED, "linked with line 4: this step makes up for the slip there"),
])
def test_a_linked_line_is_named(code, verdict, said):
    assert said in render(of(step(9, 1, 2, verdict, code, linked=4)), "text")


def test_a_message_that_holds_the_point_is_not_told_twice():
    point = REFUTED.counterexample
    for message, headline in ((str(point), "the two sides differ"), (f"{point}; so", "so")):
        report = of(replace(REFUTED, message=message))
        shown = render(report, "text")
        assert f"refuted[refuted]: {headline}\n" in shown and shown.count("0.6931, right") == 1
        assert render(report, "github").count("left 0.6931") == 1
        assert str(point) in render(report, "concise")


def test_what_the_message_says_is_not_said_again():
    ways = "by definitions, logarithms"
    told = replace(PROVED, message=ways, rules=("definitions", "logarithms"))
    assert render(of(told), "text", Style(verbose=True)).count(ways) == 1
    linked = replace(REFUTED, linked=4, message="repairs the slip in line 4")
    assert "linked with line 4" not in render(of(linked), "text")


def test_letters_are_aligned_with_their_reasons():
    shown = render(REPORT, "text", Style(letters=True))
    assert shown.startswith(
        "context of notes/ce.md:\n"
        "  p   distribution over i  default: p with an index\n"
        "  交  real                 declared\n\n")
    assert "distribution over i" not in render(REPORT, "text")


def test_a_problem_with_a_file_is_told_in_every_format():
    report = Report((FileReport("a.md", problem="the judge died"),))
    for name in FORMATS:
        assert "the judge died" in render(report, name)


# -- one line each ---------------------------------------------------------------------------------


def test_concise_is_one_line_for_each_finding():
    assert render(REPORT, "concise") == (
        "notes/ce.md:3:6: warning[repaired] read as it was meant\n"
        "notes/ce.md:7:6: refuted[refuted] a sign is lost\n"
        "notes/ce.md:10:7: unreadable[syntax] saw the end; expected }\n")
    assert render(Report((CELL,)), "concise").startswith("a.ipynb:cell 2:1:6: refuted[refuted] ")
    assert render(of(PROVED, DEFINED), "concise") == ""


# -- JSON ------------------------------------------------------------------------------------------


def test_json_has_the_documented_shape():
    told = json.loads(render(REPORT, "json"))
    assert told["version"] == 1
    assert told["summary"] == {"proved": 1, "refuted": 1, "unknown": 0, "unreadable": 1,
                               "definition": 1, "not-a-claim": 0}
    [file] = told["files"]
    assert {"path", "chains", "unreadable", "warnings"} <= set(file)
    assert [chain["line"] for chain in file["chains"]] == [3, 6]
    proved, refuted = file["chains"][1]["steps"]
    assert {"line", "column", "end_line", "end_column", "lhs", "relation", "rhs", "verdict",
            "code", "message", "rules", "given", "counterexample", "suggestion"} <= set(refuted)
    assert (refuted["verdict"], refuted["line"], refuted["column"]) == ("refuted", 7, 6)
    assert refuted["counterexample"] == {
        "values": {"n": "2", "a": "(1/2, 1/2)"}, "left": "0.6931", "right": "-0.6931"}
    assert proved["given"] == [{"text": "Σ_i y_i = 1", "stated": False},
                               {"text": "i = j", "stated": True}]
    assert proved["counterexample"] is None and proved["suggestion"] is None
    assert {"line", "column", "source", "message"} <= set(file["unreadable"][0])


def test_json_does_not_hold_the_note_itself():
    assert NOTE not in json.loads(render(REPORT, "json"))["files"][0].values()


def test_json_of_signs_that_the_output_lacks_is_escaped():
    plain, escaped = (render(REPORT, "json", Style(ascii=a)) for a in (False, True))
    assert "Σ" in plain and escaped.isascii() and json.loads(plain) == json.loads(escaped)


# -- SARIF -----------------------------------------------------------------------------------------


def sarif(report):
    log = json.loads(render(report, "sarif"))
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    [run] = log["runs"]
    return run


def test_sarif_has_what_the_schema_requires():
    run = sarif(REPORT)
    driver = run["tool"]["driver"]
    assert driver["name"] == "xent-sym"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids) and "helpUri" not in driver["rules"][0]
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"]
               for rule in driver["rules"])
    for result in run["results"]:
        assert result["message"]["text"] and ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")


def test_sarif_regions_count_from_one_in_characters():
    run = sarif(REPORT)
    assert run["columnKind"] == "unicodeCodePoints"
    warning, refuted, unreadable = (r["locations"][0]["physicalLocation"] for r in run["results"])
    assert refuted["region"] == {
        "startLine": 7, "startColumn": 6, "endLine": 7, "endColumn": 25}
    assert refuted["artifactLocation"] == {"uri": "notes/ce.md"}
    assert warning["region"]["startLine"] == 3 and unreadable["region"]["endColumn"] == 21


def test_sarif_tells_refuted_as_error_and_unreadable_as_note():
    assert [r["level"] for r in sarif(REPORT)["results"]] == ["warning", "error", "note"]
    levels = {rule["id"]: rule["defaultConfiguration"]["level"]
              for rule in sarif(REPORT)["tool"]["driver"]["rules"]}
    assert (levels["free-index"], levels["not-decided"], levels["clash"], levels["proved"]) == (
        "error", "warning", "note", "note")


def test_sarif_names_the_cell_instead_of_a_line_that_the_file_does_not_have():
    [result] = sarif(Report((CELL,)))["results"]
    [location] = result["locations"]
    assert "region" not in location["physicalLocation"]
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "cell 2:1:6"


def test_sarif_links_the_other_line_and_tells_our_own_errors():
    linked = replace(REFUTED, linked=3)
    [result] = sarif(of(linked))["results"]
    assert result["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    [invocation] = sarif(Report((FileReport("a.md", problem="died"),)))["invocations"]
    assert not invocation["executionSuccessful"]
    assert sarif(REPORT)["invocations"][0]["executionSuccessful"]


# -- workflow commands -----------------------------------------------------------------------------


def test_github_commands():
    lines = render(REPORT, "github").splitlines()
    assert lines[1].startswith(
        "::error file=notes/ce.md,line=7,endLine=7,col=6,endColumn=25,title=refuted[refuted]::"
        "a sign is lost%0A")
    assert [line.split()[0] for line in lines] == ["::warning", "::error", "::notice"]


def test_github_columns_stay_within_one_line():
    long = replace(REFUTED, end_line=9)
    command = render(of(long), "github")
    assert "line=7,endLine=9,title" in command and "ol" not in command.partition("title")[0]


def test_no_text_can_end_a_github_command_or_add_a_property():
    evil = "50 %, a:b\n::error file=x::y\r"
    report = Report((FileReport(evil, (ChainReport(1, (replace(REFUTED, message=evil),)),)),))
    [line] = render(report, "github").splitlines()
    assert "file=50 %25%2C a%3Ab%0A%3A%3Aerror file=x%3A%3Ay%0D," in line
    assert "::50 %25, a:b%0A::error file=x::y%0D%0A" in line


def test_github_names_the_cell_in_the_title():
    assert render(Report((CELL,)), "github").startswith(
        "::error file=a.ipynb,title=refuted[refuted] at cell 2%3A1%3A6::")


def test_the_page_on_the_json_shows_every_key_that_is_written():
    """What the page shows is what is written, key by key; and it names each verdict."""
    page = (ROOT / "docs" / "verify-json.md").read_text("utf-8")
    shown = json.loads(page.split("```json")[1].split("```")[0])
    written = json.loads(render(REPORT, "json"))

    def keys(told):
        file = told["files"][0]
        refuted = file["chains"][-1]["steps"][-1]
        point = refuted["counterexample"]
        return [list(x) for x in (told, file, file["chains"][0], file["letters"][0],
                                  told["summary"], point)] + [sorted(refuted)]

    assert keys(shown) == keys(written)
    for record in ("unreadable", "warnings"):
        assert all(f"`{key}`" in page for key in written["files"][0][record][0])
