"""The notes say what the theorems say, in every format, and the same bytes every time."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from xent_sym.kernel import LAWS
from xent_sym.library import derivation, library
from xent_sym.notes import FORMATS, LANGUAGES, BuildError, build
from xent_sym.notes.build import rendered, write_all
from xent_sym.notes.document import documents, head
from xent_sym.notes.formats import Markdown
from xent_sym.notes.golden import differences
from xent_sym.notes.jupyter import theorem_html
from xent_sym.notes.words import HAN, words

ALL = ("markdown", "latex", "html")
PICTURES = {"gradients": "<svg xmlns='http://www.w3.org/2000/svg'/>"}


@pytest.fixture(scope="module")
def book():
    return dict(rendered(ALL, LANGUAGES, PICTURES))


def test_the_committed_book_is_the_one_that_the_library_makes():
    found = differences()
    assert not found, "\n".join(
        [*found, "if this is meant, call xent_sym.notes.write_golden() and read the difference"]
    )


def test_building_twice_gives_the_same_bytes(book):
    documents.cache_clear()
    assert dict(rendered(ALL, LANGUAGES, PICTURES)) == book


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_derivation_stands_in_its_document_with_all_its_lines(book, language):
    for document in documents():
        page = book[f"{language}/{document.name}.md"]
        for section in document.sections:
            theorem = derivation(section.name).theorem
            proof = page.split(f"## `{section.name}`\n")[1].split("\n## ")[0]
            steps = re.findall(r"^\d+\. ", proof, re.MULTILINE)
            assert len(steps) == len(theorem.checked), section.name


def test_no_derivation_is_missing(book):
    told = {s.name for d in documents() for s in d.sections}
    assert told == set(library())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_law_way_and_hypothesis_has_words(language):
    table = words(language).table
    for name in {head(n) for n in LAWS}:
        if not name.startswith("definition_of_"):
            assert name in table["laws"], f"words.{language}.toml: [laws] has no {name}"
    ways = {c.step.way.partition(":")[0] for d in library().values() for c in d.theorem.checked}
    said = {*table["reasons"], *table["laws"], "bound"}
    assert ways <= said, f"words.{language}.toml: [reasons] has no {sorted(ways - said)}"
    kinds = {t.kind for d in documents() for s in d.sections for t in s.twins}
    assert kinds <= set(table["twins"])


def test_what_is_cited_is_read_before_what_cites_it():
    names = [d.name for d in documents()]
    place = {s.name: names.index(d.name) for d in documents() for s in d.sections}
    for document in documents():
        for section in document.sections:
            cited = {g.name for line in section.lines for g in line.cites if g.theorem}
            assert all(place[name] <= place[section.name] for name in cited)
    assert names[:4] == ["self_information", "entropy", "kl", "cross_entropy"]
    defined = ["softmax", "sigmoid", "binary_cross_entropy", "dot"]
    assert sorted(defined, key=names.index) == defined


def test_both_languages_speak_of_the_same_things():
    english, chinese = (words(n).table for n in ("en", "zh"))
    for name in english:
        assert english[name].keys() == chinese[name].keys(), f"[{name}]"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_well_formed_and_needs_no_network_and_no_script(book, language):
    page = book[f"{language}/book.html"]
    tree = page.replace("<!DOCTYPE html>", "").replace("&ApplyFunction;", "").replace("<wbr>", "")
    ElementTree.fromstring(re.sub(r"<meta ([^>]*)>", r"<meta \1/>", tree))
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)
    assert not re.findall(r"url\(", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_within_the_page_leads_somewhere(book, language):
    page = book[f"{language}/book.html"]
    places = re.findall(r'id="([^"]+)"', page)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(places)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_between_documents_leads_somewhere(book, language):
    for name, page in book.items():
        if name.endswith(".md") and name.startswith(language):
            for file, section in re.findall(r"\]\((\w+)\.md(?:#(\w+))?\)", page):
                assert f"{language}/{file}.md" in book
                assert not section or f"## `{section}`" in book[f"{language}/{file}.md"]


def test_github_sets_every_formula(book):
    """What GitHub is known not to set: see the class ``Markdown``."""
    for name, page in book.items():
        if name.endswith(".md"):
            assert "\\operatorname" not in page, name
            assert not re.search(r"[^\s(]\$`", page), f"{name}: a formula needs a space before it"
            assert not re.search(r"\[[^\]\n]*\$`[^\]\n]*\]\(", page), f"{name}: formula in a link"
            for row in re.findall(r"^\|.*\|$", page, re.MULTILINE):
                cells = re.sub(r"\\\|", "", row).count("|")
                assert cells in (4, 6), f"{name}: a bar inside a cell: {row}"


def test_what_is_special_in_markdown_is_escaped():
    style = Markdown({})
    assert style.text("p_i * q_i | [x]") == r"p\_i \* q\_i \| \[x\]"
    assert style.say("by $p_i$") == "by $`p_i`$"


def test_nothing_of_the_making_shows(book):
    for name, page in book.items():
        for mark in ("<<", ">>", "<%", "None", "Undefined", "?_{"):
            assert mark not in page, f"{name} shows {mark}"


def test_the_words_of_a_reason():
    theorem = derivation("softmax_cross_entropy").theorem
    lines = {s.name: s for d in documents() for s in d.sections}[theorem.name].lines
    assert words("en").reason(lines[0]) == "by definition of cross-entropy and softmax"
    assert words("zh").reason(lines[0]) == "按交叉熵和 softmax 的定义"


@pytest.mark.parametrize(("theorem", "step", "english", "chinese"), [
    ("softmax_sums_to_one", 2,
     r"a constant factor leaves the sum; $\sum_{j=1}^{K} e^{z_j} > 0$ cancels",
     r"常数因子提出和式；$\sum_{j=1}^{K} e^{z_j} > 0$ 被约去"),
    ("softmax_jacobian_other", 2, r"arithmetic, because $i \ne k$", r"算术，因为 $i \ne k$"),
    ("softmax_jacobian", 6, "arithmetic", "算术"),
    ("entropy_uniform", 3, "sum of a constant; $n > 0$ cancels", "常数之和；$n > 0$ 被约去"),
])
def test_a_reason_says_what_the_arithmetic_used(theorem, step, english, chinese):
    line = {s.name: s for d in documents() for s in d.sections}[theorem].lines[step - 1]
    assert words("en").reason(line) == english
    assert words("zh").reason(line) == chinese


def test_a_one_hot_label_is_told_in_full(book):
    page = book["en/cross_entropy.md"].split("## `cross_entropy_one_hot`")[1].split("\n## ")[0]
    assert "($`y_c = 1`$, every other entry is $`0`$)" in page
    assert r"$`y_i = \delta_{ic}`$: $`1`$ for $`i = c`$, else $`0`$" in page


def test_what_rests_on_no_law_rests_on_arithmetic(book):
    page = book["en/entropy.md"].split("## `zero_log_zero`")[1].split("\n## ")[0]
    assert "*Rests on*: arithmetic alone." in page


def test_chinese_stops_are_as_wide_as_chinese():
    """Half-width stops belong to formulas and to Latin text."""
    told = [str(said) for table in words("zh").table.values() for said in table.values()]
    for sentence in told:
        assert not re.search(f"{HAN}[,:;()]|[,:;()]{HAN}", sentence), sentence


def test_every_document_has_a_chinese_title():
    assert {d.name for d in documents()} <= set(words("zh").table["documents"])


def test_hypotheses_are_told_and_a_definition_needs_none(book):
    page = book["en/kl.md"]
    excess = page.split("## `kl_is_excess`")[1]
    assert r"The proof uses: $`p_i \ge 0`$, $`q_i > 0`$." in excess
    definition = page.split("## `kl`")[1].split("## `")[0]
    assert "nothing but the meaning of the symbols" in definition


def test_every_theorem_stands_beside_false_twins_and_a_twin_differs_from_it():
    for document in documents():
        for section in document.sections:
            assert section.twins, section.name
            for twin in section.twins:
                assert twin.claim != str(section.statement)


def test_what_is_asked_for_and_not_known_is_named(tmp_path):
    with pytest.raises(BuildError, match="no format is called 'word': choose from markdown"):
        build(tmp_path, formats=("word",))
    with pytest.raises(BuildError, match="no language is called 'fr': choose from en, zh"):
        build(tmp_path, languages=("fr",))


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_half_written(tmp_path):
    (tmp_path / "a").write_text("in the way")
    with pytest.raises(BuildError, match=r"cannot write the book to .*: .*name a folder"):
        build(tmp_path / "a")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_folder_where_a_file_should_be_leaves_no_other_file_behind(tmp_path):
    (tmp_path / "two.md").mkdir()
    with pytest.raises(BuildError, match=r"two\.md"):
        write_all(tmp_path, {"one.md": "1", "two.md": "2"})
    assert [p.name for p in tmp_path.iterdir()] == ["two.md"]


def test_without_tex_a_pdf_is_a_message_and_not_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    report = build(tmp_path, formats=("pdf",), languages=("en",))
    assert (tmp_path / "en" / "book.tex").exists()
    assert "no pdflatex was found" in str(report)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
def test_english_compiles_with_pdflatex(tmp_path, book):
    (tmp_path / "kl.tex").write_text(book["en/kl.tex"], "utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "kl.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-1500:]


def test_a_notebook_shows_the_lines_of_a_theorem():
    theorem = derivation("softmax_jacobian").theorem
    assert theorem_html(theorem).count("<tr>") == 1 + len(theorem.checked)
    assert "quotient rule" in theorem_html(theorem)
    assert theorem._repr_html_().count("<tr>") == 1 + len(theorem.checked)


def test_formats_are_those_that_are_told():
    assert set(FORMATS) == {*ALL, "pdf"}
