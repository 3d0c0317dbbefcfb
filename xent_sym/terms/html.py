"""Lines of a chain as a small HTML table, for notebooks."""

from __future__ import annotations

import html
from collections.abc import Iterable

from xent_sym.terms.latex import latex, latex_relation
from xent_sym.terms.term import Term


def lines_html(first: Term, lines: Iterable[tuple[str, Term, str]]) -> str:
    """The first term, then a row for each (relation, term, reason).

    >>> from xent_sym.terms import real
    >>> print(lines_html(real("x"), [("=", real("y"), "by decree")]))
    <table><tr><td>$\\displaystyle x$</td><td></td></tr>
    <tr><td>$\\displaystyle = y$</td><td>by decree</td></tr></table>
    """
    rows = [(latex(first), "")]
    rows += [(f"{latex_relation(r)} {latex(t)}", why) for r, t, why in lines]
    shown = (
        rf"<tr><td>$\displaystyle {html.escape(formula, quote=False)}$</td>"
        f"<td>{html.escape(why, quote=False)}</td></tr>"
        for formula, why in rows
    )
    return f"<table>{chr(10).join(shown)}</table>"
