"""``xent-sym verify`` and ``xent-sym explain``: which notes, which exit code, which pages."""

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from xent_sym.cli import main
from xent_sym.kernel.verdict import Verdict
from xent_sym.verification import guard
from xent_sym.verification.codes import pages
from xent_sym.verification.report import (
    ChainReport,
    FileReport,
    Letter,
    StepReport,
    Unreadable,
)

ROOT = Path(__file__).resolve().parents[1]
CODES = """
    proved proved-digits refuted refuted-digits free-index contradicts-definition not-decided
    depends-on-data timed-out out-of-memory syntax no-meaning clash definition redefinition
    not-a-claim not-a-distribution redefined declaration repaired
""".split()
LETTERS = (
    Letter("p", "distribution over i", "default: p with an index"),
    Letter("L", "= -\\sum_i p_i", "defined at line 3"),
    Letter("X", "~ p", "declared"),
    Letter("f", "whatever", "not known"),
)


def file(name, *verdicts, **more):
    steps = [StepReport(1, 1, 1, 2, "a", "=", "b", verdict, str(verdict), "said")
             for verdict in verdicts]
    return FileReport(name, (ChainReport(1, tuple(steps)),), letters=LETTERS, text="$a=b$", **more)


@pytest.fixture
def judge(monkeypatch):
    """A judge that finds the words of the note to be its verdicts; what it was asked."""
    asked = []

    def report(name, text):
        return file(name, *(Verdict(word) for word in text.split()))

    def verify_paths(paths, context=None):
        asked.append((list(map(str, paths)), context))
        return (report(str(path), path.read_text("utf-8")) for path in paths)

    monkeypatch.setattr(guard, "verify_paths", verify_paths)
    monkeypatch.setattr(
        guard, "verify_text",
        lambda text, context=None, *, name="": report(name, text))
    return asked


@pytest.fixture
def note(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(name, words="proved"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, "utf-8")
        return name

    return write


def verify(*words):
    return main(["verify", *map(str, words)])


# -- exit codes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "refuted", "unknown", "unreadable"), [
    ("proved", 0, 0, 0),
    ("proved definition not-a-claim", 0, 0, 0),
    ("proved refuted", 1, 1, 1),
    ("proved unknown", 0, 1, 1),
    ("proved unreadable", 0, 0, 1),
    ("unreadable", 3, 3, 1),
    ("definition not-a-claim", 3, 3, 3),
    ("", 3, 3, 3),
])
def test_each_level_takes_in_those_before_it(judge, note, words, refuted, unknown, unreadable):
    name = note("a.md", words)
    codes = [verify(name, "--fail-on", level) for level in ("refuted", "unknown", "unreadable")]
    assert codes == [refuted, unknown, unreadable] and verify(name) == refuted


def test_a_formula_that_was_not_read_counts_as_unreadable(note, monkeypatch):
    formula = Unreadable(1, 1, "$", "saw nothing")
    monkeypatch.setattr(guard, "verify_paths", lambda paths, context=None: iter(
        [replace(file("a.md", Verdict.PROVED), unreadable=(formula,))]))
    name = note("a.md")
    assert (verify(name), verify(name, "--fail-on", "unreadable")) == (0, 1)


def test_nothing_to_check_is_never_a_silent_pass(judge, note, capsys):
    assert verify(note("a.md", "definition")) == 3
    said = capsys.readouterr()
    assert "1 definition in 1 file" in said.out
    assert "no step that can be checked was found in a.md" in said.err
    assert verify("--format", "json", "a.md") == 3
    said = capsys.readouterr()
    assert json.loads(said.out)["summary"]["proved"] == 0
    assert json.loads(said.err)["exit_code"] == 3


@pytest.mark.parametrize(("problem", "code"), [
    (f"{guard.INTERNAL_ERROR}: the judge died", 4), ("6.0 MB; at most 5 MB are read", 2),
])
def test_a_note_that_is_not_judged_outweighs_the_findings(note, monkeypatch, capsys, problem, code):
    reports = [FileReport("a.md", problem=problem), file("b.md", Verdict.REFUTED)]
    monkeypatch.setattr(guard, "verify_paths", lambda paths, context=None: iter(reports))
    assert verify(note("a.md"), note("b.md")) == code
    shown = capsys.readouterr().out
    assert problem in shown and "refuted[refuted]" in shown


@pytest.mark.parametrize(("words", "place", "remedy"), [
    (["nonesuch.md"], "nonesuch.md: no such file", "name a note"),
    (["a.md", "nonesuch"], "nonesuch: no such file", "a folder of notes"),
    (["a.md", "--context", "no.context"], "--context no.context", "--write-context"),
    (["a.md", "--context", "binary"], "--context binary", "as UTF-8"),
    (["a.md", "--html", "no/such/a.html"], "--html no/such/a.html", "in one that exists"),
    (["a.md", "--format", "xml"], "'xml'", "choose from"),
    (["a.md", "--fail-on", "proved"], "'proved'", "choose from"),
    (["a.md", "--show-context", "--format", "sarif"], "--show-context", "text or json"),
    ([], "PATH", "--help"),
    (["-", "--write-context"], "--write-context", "name a file"),
], ids=" ".join)
def test_bad_input_is_one_message_before_anything_is_judged(
    judge, note, capsys, words, place, remedy
):
    note("a.md")
    Path("binary").write_bytes(b"\xff\xfe")
    assert verify(*words) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and not judge
    assert place in said.err and remedy in said.err


# -- which notes -----------------------------------------------------------------------------------


def test_a_folder_gives_its_notes_sorted_and_those_of_its_folders(judge, note):
    for name in ("d/b.md", "d/a.tex", "d/c/z.ipynb", "d/c/y.markdown", "d/U.MD",
                 "d/x.txt", "d/b.md.context", "d/.hidden/h.md", "d/.h.md"):
        note(name)
    assert verify("d") == 0
    [(paths, _)] = judge
    assert [Path(path).as_posix() for path in paths] == [
        "d/U.MD", "d/a.tex", "d/b.md", "d/c/y.markdown", "d/c/z.ipynb"]


def test_a_file_is_taken_whatever_its_name_and_none_twice(judge, note):
    assert verify(note("x.txt"), "x.txt", ".", note("a.md"), "./a.md") == 0
    assert judge == [(["x.txt", "a.md"], None)]


def test_a_folder_without_notes_is_nothing_to_check(judge, note, capsys):
    note("d/x.txt")
    assert verify("d") == 3
    assert "found in d;" in capsys.readouterr().err


def test_a_dash_is_standard_input(judge, note, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"refuted \xff"[:8])))
    assert verify("-", note("a.md"), "--format", "concise") == 1
    assert capsys.readouterr().out.startswith("<standard input>:1:1: refuted[refuted]")
    assert judge[0][0] == ["a.md"]


# -- what is written -------------------------------------------------------------------------------


def test_the_context_file_is_handed_on(judge, note):
    Path("k.context").write_text("p: distribution over x\n", "utf-8")
    verify(note("a.md"), "--context", "k.context")
    assert judge[0][1] == "p: distribution over x\n"


def test_contexts_are_written_beside_the_notes_and_can_be_read_back(judge, note, capsys):
    from xent_sym.meaning.declarations import parse_declarations

    assert verify(note("d/a.md"), note("b.tex"), "--write-context") == 0
    assert "wrote d/a.md.context" in capsys.readouterr().err.replace(os.sep, "/")
    text = Path("d/a.md.context").read_text("utf-8")
    assert text == Path("b.tex.context").read_text("utf-8").replace("b.tex", "a.md")
    assert "p: distribution over i  # default: p with an index\n" in text
    assert "# f: whatever  # not known\n" in text
    declared = parse_declarations(text)
    assert not declared.problems
    assert [str(entry) for entry in declared.entries] == [
        "p: distribution over i", r"define: L = -\sum_i p_i", "X ~ p"]


def test_a_context_that_exists_is_left_as_it_is(judge, note, capsys):
    note("a.md")
    note("b.md")
    Path("b.md.context").write_text("mine", "utf-8")
    assert verify("a.md", "b.md", "--write-context") == 2
    assert "b.md.context: it exists" in capsys.readouterr().err
    assert Path("b.md.context").read_text("utf-8") == "mine"
    assert not Path("a.md.context").exists() and not judge


def test_show_context_tells_name_meaning_and_reason(judge, note, capsys):
    verify(note("a.md"), "--show-context")
    assert "  p  distribution over i  default: p with an index\n" in capsys.readouterr().out


def test_html_is_one_page_beside_the_report(judge, note, capsys):
    verify(note("a.md"), "--html", "a.html")
    page = Path("a.html").read_text("utf-8")
    assert "<html" in page and "a.md" in page
    assert "1 proved in 1 file" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "concise", "json", "sarif", "github"])
def test_every_format_can_be_asked_for(judge, note, capsys, form):
    assert verify(note("a.md", "refuted"), "--format", form) == 1
    assert "refuted" in capsys.readouterr().out


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.mark.parametrize(("settings", "coloured"), [
    ({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False),
])
def test_colours_are_for_terminals_that_want_them(judge, note, monkeypatch, settings, coloured):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", shown := Terminal())
    assert verify(note("a.md", "refuted")) == 1
    assert ("\x1b[" in shown.getvalue()) == coloured


def test_nothing_is_coloured_in_a_pipe(judge, note, capsys):
    verify(note("a.md", "refuted"))
    assert "\x1b" not in capsys.readouterr().out


# -- explain ---------------------------------------------------------------------------------------


def test_every_code_has_a_page_and_no_other():
    assert list(pages()) == CODES


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_it_means_with_an_example_and_what_to_do(code, capsys):
    page = pages()[code]
    assert page.verdict in {*map(str, Verdict), "warning"}
    assert page.means.strip() and page.remedy.strip() and "$" in page.example
    assert main(["explain", code]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{code} ({page.verdict}): {page.title}\n")
    assert all(f"    {line}".rstrip() in shown for line in page.example.strip().splitlines())
    assert "What to do: " in shown and max(map(len, shown.splitlines())) <= 120


@pytest.mark.parametrize("code", [c for c in CODES if c not in ("timed-out", "out-of-memory")])
def test_the_example_of_a_page_gives_its_code(code):
    judge = pytest.importorskip("xent_sym.verification.note")
    report = judge.judge_note(pages()[code].example)
    codes = {step.code for step in report.steps} | {w.code for w in report.warnings}
    assert code in codes or (code == "syntax" and report.unreadable)


def test_explain_lists_all_codes(capsys):
    assert main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == CODES


def test_a_code_that_does_not_exist_is_bad_input(capsys):
    assert main(["explain", "free-indx"]) == 2
    assert "'free-indx' is not a code; did you mean free-index?" in capsys.readouterr().err
    assert main(["explain", "E0308"]) == 2
    assert "xent-sym explain lists them all" in capsys.readouterr().err


def test_help_loads_neither_the_verifier_nor_sympy():
    program = (
        "import sys; from xent_sym.cli import main; main(['verify', '--help']); "
        "print([m for m in sys.modules if m.startswith(('sympy', 'xent_sym.verification'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          cwd=ROOT, check=True)
    assert done.stdout.startswith("usage: xent-sym verify") and done.stdout.endswith("\n[]\n")
