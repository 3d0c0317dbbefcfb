"""A theorem for a terminal, and as LaTeX to paste."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from xent_sym.kernel import Chain, Claim, Hypothesis, Step, Theorem
from xent_sym.plain.reasons import reason
from xent_sym.terms.display import lines_text
from xent_sym.terms.latex import latex, latex_relation
from xent_sym.terms.term import Named, Term
from xent_sym.terms.text import spell, text
from xent_sym.terms.wording import hypothesis_text


def described(theorem: Theorem, words: str = "") -> str:
    """The whole theorem: statement, abbreviations, hypotheses, lines with reasons, laws."""
    chain = theorem.chain
    statement = Claim(chain.lhs, chain.relation, chain.rhs, chain.assuming)
    notes = "".join(f"{note}\n" for note in _notes(theorem))
    parts = [heading(theorem.name, words, statement), *filter(None, [notes])]
    parts += [numbered(theorem.lhs, chain.steps), ""]
    parts += wrap(f"rests on {_laws(theorem)}", 100, subsequent_indent="         ")
    return "\n".join(parts)


def heading(name: str, words: str, statement: Claim) -> str:
    """The name, the words if there are any, and the statement."""
    return "\n".join([name, *filter(None, [words]), "", f"    {statement}", ""])


def numbered(first: Term, steps: Sequence[Step]) -> str:
    """The lines with their reasons in words."""
    return lines_text(first, ((step.relation, step.line, reason(step)) for step in steps))


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
