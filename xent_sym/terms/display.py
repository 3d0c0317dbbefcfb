"""Statements and numbered lines in plain text, and statements for notebooks."""

from __future__ import annotations

from collections.abc import Iterable

from xent_sym.terms.latex import latex, latex_relation
from xent_sym.terms.term import Term
from xent_sym.terms.text import text
from xent_sym.terms.wording import relation_text

WIDEST = 76


def statement_text(lhs: Term, relation: str, rhs: Term) -> str:
    """The statement on one line.

    >>> from xent_sym.terms import real
    >>> print(statement_text(real("x"), "<=", real("y") + 1))
    x ≤ y + 1
    """
    return f"{text(lhs)} {relation_text(relation)} {text(rhs)}"


def statement_latex(lhs: Term, relation: str, rhs: Term) -> str:
    """The statement as inline LaTeX, as a notebook wants it.

    >>> from xent_sym.terms import real
    >>> print(statement_latex(real("x"), "<=", real("y") + 1))
    $x \\le y + 1$
    """
    return f"${latex(lhs)} {latex_relation(relation)} {latex(rhs)}$"


def lines_text(first: Term, lines: Iterable[tuple[str, Term, str]]) -> str:
    """The first term, then a numbered line for each (relation, term, reason).

    >>> from xent_sym.terms import real
    >>> print(lines_text(real("x"), [("=", real("y"), "by decree")]))
           x
      1. = y   by decree
    """
    shown = [(relation_text(relation), text(term), why) for relation, term, why in lines]
    width = min(max((len(term) for _, term, _ in shown), default=0), WIDEST)
    rows = [
        f"{number:3}. {relation} {term:<{width}}   {why}"
        for number, (relation, term, why) in enumerate(shown, 1)
    ]
    return "\n".join([f"       {text(first)}", *rows])
