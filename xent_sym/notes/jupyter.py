"""A theorem as a notebook shows it, with its reasons in words.

    %load_ext xent_sym.notes.jupyter

makes notebooks show every theorem so.  Without it a theorem shows itself, reasons by label.
"""

from __future__ import annotations

from typing import Any

from xent_sym.calc import Derivation
from xent_sym.kernel import Theorem
from xent_sym.notes.document import lines_of
from xent_sym.notes.formats import Html
from xent_sym.notes.words import words
from xent_sym.terms.latex import latex


def theorem_html(theorem: Theorem, language: str = "en") -> str:
    """The lines of a theorem as a table: MathML, and a reason beside each.

    >>> from xent_sym.library import derivation
    >>> print(theorem_html(derivation("kl").theorem)[:44])
    <table class="xent-sym"><tbody><tr><td></td>
    """
    said, style = words(language), Html({})
    rows = [("", style.line(latex(theorem.lhs)), "")]
    rows += [
        (f"({line.number})", style.line(f"{line.relation} {line.formula}"),
         style.say(said.reason(line)))
        for line in lines_of(theorem)
    ]
    left = 'style="text-align: left"'
    body = "".join(
        f"<tr><td>{number}</td><td {left}>{formula}</td><td {left}>{reason}</td></tr>"
        for number, formula, reason in rows
    )
    return f'<table class="xent-sym"><tbody>{body}</tbody></table>'


def load_ipython_extension(ipython: Any) -> None:
    """Register with a notebook; IPython calls this."""
    formatter = ipython.display_formatter.formatters["text/html"]
    formatter.for_type(Theorem, theorem_html)
    formatter.for_type(Derivation, lambda derivation: theorem_html(derivation.theorem))
