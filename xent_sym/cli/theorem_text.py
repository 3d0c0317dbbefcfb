"""A theorem for a terminal, and as LaTeX to paste."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from xent_sym.calc import Derivation
from xent_sym.cli.reasons import reason
from xent_sym.kernel import Chain, Hypothesis, Step, Theorem
from xent_sym.terms.latex import latex, latex_relation
from xent_sym.terms.term import Named, Term
from xent_sym.terms.text import spell, text
from xent_sym.terms.wording import hypothesis_text, relation_text

WIDEST = 76


def described(derivation: Derivation) -> str:
    """The whole theorem: statement, abbreviations, hypotheses, lines with reasons, laws."""
    theorem = derivation.theorem
    parts = [heading(derivation), *_notes(theorem), ""]
    width = min(max(len(text(step.line)) for step in theorem.chain.steps), WIDEST)
    parts += [first_line(theorem.lhs), *lines(theorem, width), ""]
    parts += wrap(f"rests on {_laws(theorem)}", 100, subsequent_indent="         ")
    return "\n".join(parts)


def heading(derivation: Derivation) -> str:
    """The name, the words, and the statement."""
    return f"{derivation.name}\n{derivation.words['en']}\n\n    {derivation.statement}\n"


def first_line(lhs: Term) -> str:
    """The left side, where the chain begins."""
    return f"       {text(lhs)}"


def line(number: int, step: Step, width: int) -> str:
    """One numbered line with its reason, in a column of its own where there is room."""
    shown = text(step.line)
    return f"{number:3}. {relation_text(step.relation)} {shown:<{width}}   {reason(step)}"


def lines(theorem: Theorem, width: int) -> Iterator[str]:
    """The numbered lines of the chain."""
    for number, step in enumerate(theorem.chain.steps, 1):
        yield line(number, step, width)


def _notes(theorem: Theorem) -> Iterator[str]:
    names = abbreviations(theorem.chain)
    if names:
        yield "where   " + ", ".join(f"{spell(n.data)} = {text(n.args[0])}" for n in names)
    if theorem.chain.assuming:
        yield f"if      {_hypotheses(theorem.chain.assuming)}"
    if theorem.given:
        yield f"given   {_hypotheses(theorem.given)}"


def abbreviations(chain: Chain) -> list[Named]:
    """The names that the chain uses for longer terms, in the order in which they come up."""
    terms = [chain.lhs, chain.rhs, *(step.line for step in chain.steps)]
    found = {t.data: t for term in terms for t in term.walk()
             if isinstance(t, Named) and t.closed}
    return list(found.values())


def ordered(hypotheses: frozenset[Hypothesis]) -> list[Hypothesis]:
    """Hypotheses in the one order in which they are always shown."""
    return sorted(hypotheses, key=lambda h: h.key)


def _hypotheses(hypotheses: frozenset[Hypothesis]) -> str:
    return ", ".join(hypothesis_text(h) for h in ordered(hypotheses))


def _laws(theorem: Theorem) -> str:
    return ", ".join(sorted(theorem.rests_on)) or "arithmetic alone"


def as_latex(theorem: Theorem) -> str:
    """The chain as an ``align*`` block, each reason at the end of its line."""
    rows = [f"  & {latex(theorem.lhs)}"]
    for step in theorem.chain.steps:
        words = _in_latex(reason(step))
        row = f"{latex_relation(step.relation)} {latex(step.line)}"
        rows.append(f"  &{row} && \\text{{{words}}}")
    return "\n".join([r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"])


def _in_latex(words: str) -> str:
    """Words for ``\\text``: signs that plain pdfLaTeX does not know become mathematics."""
    signs = {"_": r"\_", "δ": r"$\delta$", "≤": r"$\le$", "²": "$^2$"}
    return "".join(signs.get(c, c) for c in words)
