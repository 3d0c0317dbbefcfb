"""What a line of a proof uses without citing it: hypotheses, and denominators that are not 0."""

from __future__ import annotations

from collections.abc import Iterator

from xent_sym.kernel import Checked, Hypothesis
from xent_sym.kernel.conditions import discharge
from xent_sym.terms.latex import latex
from xent_sym.terms.term import Num, Pow, Term


def used_by_arithmetic(checked: Checked) -> frozenset[Hypothesis]:
    """The hypotheses that no cited law accounts for; non-empty index sets go without saying."""
    cited = frozenset[Hypothesis]().union(*(c.given for c in checked.cited))
    return frozenset(h for h in checked.given - cited if h.kind != "nonempty")


def cancelled(checked: Checked) -> Iterator[str]:
    """The positive denominators that are gone, in LaTeX, if no other came in their place.

    >>> from xent_sym.library import derivation
    >>> print(*cancelled(derivation("entropy_uniform").theorem.checked[2]))
    n
    """
    before, after = _denominators(checked.before), _denominators(checked.step.line)
    if after <= before and "definitions" not in checked.step.groups:
        for term in sorted(before - after, key=latex):
            if discharge(Hypothesis("positive", (term,)), ()) is not None:
                yield latex(term)


def _denominators(term: Term) -> set[Term]:
    powers = (t for t in term.walk() if isinstance(t, Pow) and t.closed)
    return {t.args[0] for t in powers if isinstance(t.args[1], Num) and t.args[1].data < 0}
