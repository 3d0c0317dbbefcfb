"""Documents to formulas: what is mathematics, where it stands, and how its rows are cut."""

import json
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xent_sym.reader.source import Position, read_document, read_path

SHARED = Path(__file__).resolve().parents[2] / "shared"


def texts(document):
    return [formula.text.strip() for formula in document.formulas]


def rows(text, format="markdown"):
    return [row.text for formula in read_document(text, format).formulas for row in formula.rows]


def squeezed(text, format="markdown"):
    """The rows with single spaces, for those who do not care how wide a tab is."""
    return [" ".join(row.split()) for row in rows(text, format)]


class TestMarkdownDelimiters:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("so $a=b$.", "inline"),
            (r"so \(a=b\).", "inline"),
            (r"so \\(a=b\\).", "inline"),
            ("so $`a=b`$.", "inline"),
            ("so $ a=b $.", "inline"),
            ("so $$a=b$$, and", "inline"),
            ("$$a=b$$", "display"),
            ("i.e. $$a=b$$", "display"),
            ("$$\na=b\n$$", "display"),
            ("- item\n\t$$\n\ta=b\n\t$$", "display"),
            ("> $$\n> a=b\n> $$", "display"),
            ("\\[\na=b\n\\]", "display"),
            ("\\\\[\na=b\n\\\\]", "display"),
            ("```math\na=b\n```", "display"),
            ("```{math}\n:label: eq\na=b\n```", "display"),
            ("{% math %}a=b{% endmath %}", "display"),
            ("\\begin{align*}a=b\\end{align*}", "environment:align*"),
            ("$$\\begin{aligned}a=b\\end{aligned}$$", "environment:aligned"),
            ("$$\n\na=b\n\n$$", "display"),
        ],
    )
    def test_every_delimiter_gives_the_formula(self, text, kind):
        [formula] = read_document(text).formulas
        assert [row.text for row in formula.rows] == ["a=b"]
        assert formula.kind == kind

    @pytest.mark.parametrize(
        "text",
        [
            "It costs $5, and $6 for two.",
            "between $5 and $10",
            "US$5 or 6$",
            r"\$a=b\$",
            "`$a=b$`",
            "``a ` $a=b$``",
            "```python\nx = '$a=b$'\n```",
            "~~~\n$$a=b$$\n~~~",
            "- list\n\n  ```\n  $$a=b$$\n  ```",
            "<!-- $a=b$ -->",
            '<img alt="$a=b$" src="x">',
            "<pre>\n$$a=b$$\n</pre>",
            "[text](http://host/$a=b$)",
            "{% highlight python %}$a=b${% endhighlight %}",
            "---\ntitle: $a=b$\n---\ntext",
            "---\n\ntitle: $a=b$\n\n---\ntext",
            "+++\ntitle = '$a=b$'\n+++\ntext",
            "text\n\n    $$a=b$$\n\ntext",
            "see \\[1\\] and \\[2\\]",
            "| a | b |\n|---|---|\n| 5$ | $6 |",
            "$\n\n$",
            "$$ $$",
        ],
    )
    def test_what_only_looks_like_mathematics_is_left(self, text):
        assert read_document(text).formulas == ()

    def test_a_price_does_not_swallow_the_formula_behind_it(self):
        assert texts(read_document("It costs $5 and then $x=1$ holds.")) == ["x=1"]

    def test_code_as_math_is_not_a_missing_formula_in_silence(self):
        document = read_document("text\n\n    $$a=b$$\n")
        assert [str(w.place) for w in document.warnings] == ["3:1"]

    def test_prose_of_any_language_and_digits_touch_formulas(self):
        assert texts(read_document("当$x$取0时，$y=1$。概率은 $p$이다")) == ["x", "y=1", "p"]

    def test_a_rule_is_not_front_matter(self):
        document = read_document("---\n\n$$a=b$$\n\n---\n")
        assert texts(document) == ["a=b"]
        assert document.front_matter == ""


class TestPlaces:
    def test_line_and_column_count_from_one(self):
        text = "# Titel\n\nÜber $x$ und\n\t$$a\n\t= b$$\n"
        first, second = read_document(text).formulas
        assert first.start == Position(3, 7)
        assert second.start == Position(4, 4)
        assert second.place(second.text.index("=")) == Position(5, 2)

    def test_rows_know_their_place_behind_tabs_and_labels(self):
        text = "$$\n\\begin{align}\n  L &= a \\label{x} \\\\\n    &= b \\tag{1}\n\\end{align}\n$$"
        first, second = read_document(text).formulas[0].rows
        assert (first.place(0), second.place(0)) == (Position(3, 3), Position(4, 6))
        at = second.text.index("b")
        assert second.span(at, at + 1) == (Position(4, 8), Position(4, 9))
        assert second.written(0, at + 1) == "= b"

    def test_what_a_macro_wrote_stands_at_its_call(self):
        text = "$\\newcommand{\\KL}[2]{D(#1\\|#2)}$\n\n$x = \\KL{p}{q} + 1$"
        [formula] = read_document(text).formulas
        assert formula.text == "x = D(p\\|q) + 1"
        assert formula.place(formula.text.index("D")) == Position(3, 6)
        assert formula.place(formula.text.index("q")) == Position(3, 13)
        assert formula.place(formula.text.index("1")) == Position(3, 18)
        assert formula.written(4, 5) == "\\KL{p}{q}"

    def test_an_escape_that_was_removed_moves_nothing(self):
        [formula] = read_document(r"$a\_i = b\_j$").formulas
        assert formula.text == "a_i = b_j"
        assert formula.place(formula.text.index("j")) == Position(1, 12)

    def test_windows_line_ends_are_no_columns(self):
        [formula] = read_document("$$\r\na\r\n= b\r\n$$").formulas
        assert formula.place(formula.text.index("=")) == Position(3, 1)
        assert "\r" not in formula.text

    def test_a_notebook_counts_cells_and_lines(self):
        cells = [
            {"cell_type": "code", "source": ["x = '$a=b$'"], "outputs": [{"text": "$c=d$"}]},
            {"cell_type": "markdown", "source": ["# Title\n", "so $x=1$"]},
            {"cell_type": "markdown", "source": "$$\ny=2\n$$"},
        ]
        document = read_document(json.dumps({"cells": cells, "nbformat": 4}), "notebook")
        assert texts(document) == ["x=1", "y=2"]
        assert [f.rows[0].place(0) for f in document.formulas] == [
            Position(2, 5, cell=2),
            Position(2, 1, cell=3),
        ]
        assert document.line(Position(2, 5, cell=2)) == "so $x=1$"

    def test_an_old_notebook_has_worksheets(self):
        cell = {"cell_type": "markdown", "source": ["$x=1$"]}
        assert texts(read_document(json.dumps({"worksheets": [{"cells": [cell]}]}), "notebook"))

    def test_macros_reach_from_cell_to_cell(self):
        cells = [
            {"cell_type": "markdown", "source": ["$$\\newcommand{\\E}{\\mathbb{E}}$$"]},
            {"cell_type": "markdown", "source": ["$\\E X$"]},
        ]
        assert texts(read_document(json.dumps({"cells": cells}), "notebook")) == ["\\mathbb{E} X"]


class TestMarkdownEscapes:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            (r"$x\_i$", "x_i"),
            (r"$\theta^\*$", r"\theta^*"),
            (r"$D(p\\|q)$", r"D(p\|q)"),
            (r"$\\{0,1\\}$", r"\{0,1\}"),
            (r"$a\\,b$", r"a\,b"),
            (r"$a &lt; b$", "a < b"),
            (r"$\text{cross\_entropy}$", r"\text{cross\_entropy}"),
            (r"$D(p\|q)$", r"D(p\|q)"),
            ("$a\u3000=\u00a0b$", "a = b"),
        ],
    )
    def test_the_tex_that_was_meant_is_read(self, written, read):
        [formula] = read_document(written).formulas
        assert formula.text == read

    def test_a_repair_is_told(self):
        [formula] = read_document(r"$x\_i + x\_j$").formulas
        assert len(formula.repairs) == 1
        [untouched] = read_document("$x_i$").formulas
        assert untouched.repairs == ()

    def test_a_table_cell_escapes_its_bars(self):
        table = "| a | b |\n|---|---|\n| x | $p(y\\|x)$ |\n\n$D(p\\|q)$"
        assert texts(read_document(table)) == ["p(y|x)", "D(p\\|q)"]

    def test_a_row_break_is_no_escape(self):
        assert rows("$$a = b \\\\ {c} = d \\\\[4pt] e = f$$") == ["a = b", "{c} = d", "e = f"]

    def test_quote_marks_are_not_greater_than(self):
        assert squeezed("> $$\n> a\n> = b\n> $$") == ["a = b"]
        assert squeezed("$$\na\n> b\n$$") == ["a > b"]

    def test_a_percent_sign_that_hides_text_is_told(self):
        [formula] = read_document("$$a = 5% of b$$").formulas
        assert "comment" in formula.repairs[0].message
        assert read_document(r"$$a = 5\% + b$$").formulas[0].repairs == ()


class TestRows:
    @pytest.mark.parametrize(
        "name",
        ["align", "align*", "aligned", "split", "gather", "gathered", "multline", "eqnarray*"],
    )
    def test_environments_split_at_row_breaks(self, name):
        text = f"$$\\begin{{{name}}}a &= b \\\\ &= c\\end{{{name}}}$$"
        assert squeezed(text) == ["a = b", "= c"]

    def test_bare_dollars_split_as_well(self):
        assert rows("$$a = b \\\\\n= c$$") == ["a = b", "= c"]

    def test_wrapping_braces_and_boxes_say_nothing(self):
        assert rows("$${ a=b \\\\ c=d }$$") == ["a=b", "c=d"]
        boxed = "$$\\boxed{\n\\begin{aligned}a&=b\\\\c&=d\\end{aligned}}$$"
        assert rows(boxed) == ["a =b", "c =d"]
        assert rows("$${a} = {b}$$") == ["{a} = {b}"]

    def test_environments_inside_each_other_give_one_list(self):
        text = "$$\\begin{equation}\\label{x}\\begin{split}a&=b\\\\&=c\\end{split}\\end{equation}$$"
        [formula] = read_document(text).formulas
        assert [row.text for row in formula.rows] == ["a =b", "=c"]
        assert {row.environment for row in formula.rows} == {"split"}

    def test_what_stands_around_the_environment_belongs_to_its_first_and_last_row(self):
        text = "$$L = \\begin{aligned}[t] &a \\\\ &+ b\\end{aligned} .$$"
        assert squeezed(text) == ["L = a", "+ b ."]

    def test_a_row_before_the_environment_stands_alone(self):
        text = "$$x = y \\\\ \\begin{aligned}a &= b \\\\ &= c\\end{aligned}$$"
        assert squeezed(text) == ["x = y", "a = b", "= c"]

    def test_cases_are_one_value_and_a_system_is_many_equations(self):
        value = "$$f = \\begin{cases} 1 & i = j \\\\ 0 & i \\neq j \\end{cases}$$"
        assert len(rows(value)) == 1
        system = "$$\\begin{cases} a = b \\\\ c = d \\end{cases}$$"
        assert rows(system) == ["a = b", "c = d"]
        left = "$$\\left\\{ \\begin{aligned} a &= b \\\\ c &= d \\end{aligned} \\right.$$"
        assert squeezed(left) == ["a = b", "c = d"]
        piecewise = "$$f = \\left\\{ \\begin{aligned} 1, i=j \\\\ 0, i<j \\end{aligned} \\right.$$"
        assert len(rows(piecewise)) == 1

    def test_matrices_and_substacks_keep_their_rows(self):
        matrix = "\\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix}"
        assert rows(f"$$A = {matrix}$$") == [f"A = {matrix}"]
        assert len(rows("$$\\sum_{\\substack{i \\\\ j}} x$$")) == 1

    def test_a_second_pair_of_columns_is_another_equation(self):
        text = "\\begin{align} a &= b & c &= d \\\\ e &= f & i &= j \\end{align}"
        assert squeezed(text) == [r"a = b \qquad c = d", r"e = f \qquad i = j"]
        careless = "\\begin{align} a & = & b \\\\ & = c & + d \\end{align}"
        assert squeezed(careless) == ["a = b", "= c + d"]
        assert squeezed("\\begin{eqnarray} a & = & b = c \\end{eqnarray}") == ["a = b = c"]

    def test_a_tab_never_joins_a_command_to_a_letter(self):
        assert rows("$$\\begin{aligned}\\alpha&x\\end{aligned}$$") == ["\\alpha x"]

    def test_labels_tags_and_references_are_not_mathematics(self):
        text = "\\begin{align} a &= b \\label{eq:a_b} \\tag{1} \\\\ &= c \\nonumber \\end{align}"
        assert squeezed(text) == ["a = b", "= c"]
        assert read_document("by $\\ref{eq:a}$ and $\\eqref{eq:b}$").formulas == ()

    def test_intertext_stands_before_its_row(self):
        text = "\\begin{align} a &= b \\\\ \\intertext{where $i = j$} &= c \\end{align}"
        [formula] = read_document(text, "latex").formulas
        assert [(r.text.strip(), r.before) for r in formula.rows] == [
            ("a  = b", ""),
            ("= c", "where $i = j$"),
        ]

    def test_a_lost_brace_spoils_its_own_row_only(self):
        text = "\\begin{align} a &= b \\\\ &= \\frac{c}{d \\\\ &= e} \\\\ &= f \\end{align}"
        assert squeezed(text)[0] == "a = b"
        assert squeezed("$$a = \\frac{b}{c \\\\ = d$$") == ["a = \\frac{b}{c", "= d"]


class TestLatex:
    DOCUMENT = r"""\documentclass{article}
\newcommand{\E}{\mathbb{E}}
\DeclareMathOperator{\softmax}{softmax}
\def\half#1{\frac{#1}{2}}
\title{About $x$}
\begin{document}
Costs \$5 % and $a=b$ is a comment
Let $p = \softmax(z)$ and \(q = \half{r}\).
\begin{align}
  H &= \E[X] % why
  % a line of its own
  \\
  &= 1\% \nonumber
\end{align}
\begin{verbatim}
$no=math$
\end{verbatim}
\verb|$no$| \iffalse $no$ \fi
$$ a = b $$ \[ c = d \]
\begin{equation*} e = f \end{equation*}
\end{document}
$after$
"""

    def test_a_whole_file(self):
        document = read_document(self.DOCUMENT, "latex")
        assert [" ".join(t.split()) for t in texts(document)][:2] == [
            r"p = \operatorname{softmax}(z)",
            r"q = \frac{r}{2}",
        ]
        found = [" ".join(r.text.split()) for f in document.formulas[2:] for r in f.rows]
        assert found == [r"H = \mathbb{E}[X]", r"= 1\%", "a = b", "c = d", "e = f"]
        assert document.problems == ()
        assert document.formulas[2].rows[1].place(0) == Position(13, 4)

    def test_prose_has_no_comments_and_no_preamble(self):
        document = read_document(self.DOCUMENT, "latex")
        assert document.prose[0].split() == ["Costs", "\\$5", "Let"]
        assert document.prose[1].strip() == "and"

    def test_a_comment_line_does_not_end_the_paragraph(self):
        assert texts(read_document("$a\n% why\n= b$", "latex"))
        lost = read_document("$a\n\n= b", "latex")
        assert lost.formulas == ()
        assert len(lost.problems) == 1

    def test_an_input_is_told(self):
        assert "not followed" in read_document("\\input{other}", "latex").warnings[0].message


class TestMacros:
    @pytest.mark.parametrize(
        ("definition", "call", "read"),
        [
            (r"\newcommand{\a}{b}", r"\a c", "b c"),
            (r"\newcommand\a{b}", r"\a", "b"),
            (r"\newcommand{\a}[2]{#2#1}", r"\a{x}{y}", "yx"),
            (r"\newcommand{\a}[2][p]{#1(#2)}", r"\a{x} + \a[q]{x}", "p(x) + q(x)"),
            (r"\def\a#1{[#1]}", r"\a x", "[x]"),
            (r"\let\a=\beta", r"\a x", r"\beta x"),
            (r"\DeclareMathOperator*{\a}{arg\,max}", r"\a_x", r"\operatorname{arg\,max}_x"),
            (r"\DeclarePairedDelimiter{\a}{[}{]}", r"\a{x}", r"\left[ x \right]"),
            (r"\newcommand{\a}{\beta}", r"\a{}x", r"\beta{}x"),
            (r"\newcommand{\b}[1]{(#1)}\newcommand{\a}[1]{\b{#1}}", r"\a{\a{x}}", "((x))"),
        ],
    )
    def test_simple_definitions(self, definition, call, read):
        [formula] = read_document(f"{definition}\n\n${call}$").formulas
        assert formula.text == read

    def test_a_definition_holds_from_its_place_on(self):
        text = r"$\a$ \def\a{1} $\a$ \def\a{2} $\a$"
        assert texts(read_document(text)) == [r"\a", "1", "2"]

    def test_a_command_does_not_run_into_the_letters_behind(self):
        [formula] = read_document(r"\newcommand{\a}{\beta}" + "\n\n$\\a x \\a$").formulas
        assert formula.text == r"\beta x \beta"

    @pytest.mark.parametrize(
        "text",
        [
            r"\def\a{\a\a} $\a$",
            r"\def\a{x\a} $\a$",
            r"\newcommand{\a}[1]{#1} $\a$",
            r"\newcommand{\a}[1]{#2}",
            r"\def\a#1.{b}",
            r"\newcommand{\begin}{b}",
            r"\newcommand{\a}{b",
            "".join(rf"\def\{a}{{\{b}\{b}}}" for a, b in pairwise(ascii_lowercase)) + r"$\a$",
        ],
    )
    def test_what_cannot_be_expanded_is_a_problem_at_its_place(self, text):
        document = read_document(text)
        assert len(document.problems) == 1
        assert all(not formula.rows for formula in document.formulas)


class TestDeclarations:
    def test_front_matter_comment_and_tex_comment(self):
        front = "---\ntitle: x\nxent-sym:\n  p: distribution\nother: 1\n---\n"
        [block] = read_document(front).declarations
        assert (block.text.strip(), block.origin) == ("p: distribution", "front matter")
        assert block.place(block.text.index("p:")) == Position(4, 3)
        [block] = read_document("text\n<!-- xent-sym:\np: distribution\n-->").declarations
        assert (block.text.strip(), block.origin) == ("p: distribution", "HTML comment")
        [block] = read_document("% xent-sym:\n%   p: label\n% q: label\ntext", "latex").declarations
        assert [line.strip() for line in block.text.split("\n")] == ["", "p: label", "q: label"]
        assert block.place(block.text.index("q")) == Position(3, 3)

    def test_other_comments_declare_nothing(self):
        assert read_document("<!-- p: distribution -->").declarations == ()
        assert read_document("% xent-symbols\n", "latex").declarations == ()


class TestProse:
    def test_prose_lies_between_the_formulas(self):
        document = read_document("If $i=j$, then\n$$a=b$$\n\n$$=c$$ end")
        assert [words.strip() for words in document.prose] == ["If", ", then", "", "end"]
        assert len(document.prose) == len(document.formulas) + 1


class TestHostile:
    @pytest.mark.parametrize(
        ("text", "format"),
        [
            ("$$ a = b\n\nend", "markdown"),
            ("$$ a = b\n# Next\n", "markdown"),
            ("$$ a = b $\n\nand $x$", "markdown"),
            ("\\begin{align} a = b", "markdown"),
            ("\\[ a = b", "latex"),
            ("$$\\begin{aligned} a = b$$", "markdown"),
            ("$$a = b\\end{aligned}$$", "markdown"),
            ("$$\\begin{aligned} a \\begin{matrix} b \\end{aligned}$$", "markdown"),
            ("$$" + "{" * 10_000 + "}" * 10_000 + "$$", "markdown"),
            ("$$" + "\\begin{aligned}" * 300 + "\\end{aligned}" * 300 + "$$", "markdown"),
            ("$$" + "a" * 30_000 + "$$", "markdown"),
            ("[" * 100_000, "notebook"),
            ('{"cells": 3}', "notebook"),
            ("1" * 10_000, "notebook"),
        ],
    )
    def test_one_problem_and_no_more(self, text, format):
        document = read_document(text, format)
        assert len(document.problems) == 1
        assert all(not formula.rows for formula in document.formulas if formula.problem)

    def test_the_next_formula_is_read_after_a_lost_delimiter(self):
        document = read_document("$$ a = b\n\n# Next\n\n$$ c = d $$\n\n\\begin{align} \n\n$x=y$")
        assert [r.text for f in document.formulas for r in f.rows] == ["c = d", "x=y"]
        assert [str(p.place) for p in document.problems] == ["1:1", "7:1"]

    def test_a_formula_with_a_problem_keeps_its_place_in_the_order(self):
        document = read_document("$$a=b$$\n\n$$\\begin{aligned}c$$\n\n$$=d$$")
        assert [bool(f.problem) for f in document.formulas] == [False, True, False]

    @pytest.mark.parametrize(
        "piece",
        [
            *r"$ $$ ` ``a` \( \[ \begin{align} <a_b=' <!-- {% \def\a{ $a$_ $$a{ \verb| %".split(),
            *("](a(", "{", " ", "> ", "|", "\0", "\n"),
        ],
    )
    @pytest.mark.parametrize("format", ["markdown", "latex"])
    def test_a_long_line_takes_linear_time(self, piece, format):
        """A quadratic search would take minutes here; this takes well under a second or two."""
        piece = piece.replace("_", " ")
        read_document(piece * (100_000 // len(piece)), format)

    def test_bytes_that_are_not_utf8_are_told_and_the_rest_is_read(self, tmp_path):
        path = tmp_path / "note.md"
        path.write_bytes(b"caf\xe9\n\n$a=b$ \x00")
        document = read_path(path)
        assert texts(document) == ["a=b"]
        assert [str(w.place) for w in document.warnings] == ["1:4", "3:7"]

    def test_half_a_surrogate_pair_can_be_printed(self):
        cell = '{"cells": [{"cell_type": "markdown", "source": "$a=\\ud800$"}]}'
        [formula] = read_document(cell, "notebook").formulas
        assert formula.text.encode("utf-8")

    def test_an_unknown_format_is_a_usage_error(self):
        with pytest.raises(ValueError, match="markdown, latex or notebook"):
            read_document("", "html")

    PIECES = st.sampled_from(
        [
            *r"$ $$ \( \) \[ \] \\ { } & ` > % | # x a=b \_ &lt; <!-- --> <pre>".split(),
            *r"\a \label{a} \def\b{ \newcommand{\a}[1]{#1} \intertext{ \begin{align}".split(),
            *("\\end{align}", "\\begin{cases}", "\\end{cases}", "```\n"),
            *("|---|---|\n", "---\n", "\0", "ü"),
            *("{% raw %}", " ", "    ", "\t", "\n", "\n\n", "- "),
        ]
    )

    @settings(max_examples=150, deadline=None)
    @given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(["markdown", "latex"]))
    def test_any_text_is_read_and_every_character_has_its_place(self, text, format):
        document = read_document(text, format)
        assert len(document.prose) == len(document.formulas) + 1
        starts = [f.start for f in document.formulas]
        assert starts == sorted(starts)
        for formula in document.formulas:
            for part in (formula, *formula.rows):
                offsets = list(part.offsets)
                assert len(offsets) == len(part.text)
                assert all(0 <= offset < len(text) for offset in offsets)
                for i, char in enumerate(part.text):
                    start, end = part.span(i, i + 1)
                    assert Position(1, 1) <= start <= end
                    if part.written(i, i + 1) == char:
                        assert part.source.text[offsets[i]] == char


SEEDS = {
    "000": (7, 9), "001": (0, 0), "002": (25, 81), "003": (14, 16), "004": (7, 7),
}  # fmt: skip
NOTES = {"032": (9, 25), "050": (3, 6), "058": (14, 27)}


@pytest.mark.skipif(not SHARED.exists(), reason="the measured notes are not here")
@pytest.mark.parametrize(("name", "counted"), [*SEEDS.items(), *NOTES.items()])
def test_counted_by_eye(name, counted):
    """Display formulas and their rows, as a person counts them in the file."""
    [path] = [*SHARED.glob(f"seeds/{name}_*.txt"), *SHARED.glob(f"corpus/notes/{name}.md")]
    document = read_path(path)
    shown = [formula for formula in document.formulas if formula.kind != "inline"]
    assert (len(shown), sum(len(formula.rows) for formula in shown)) == counted
    assert document.problems == document.warnings == ()
