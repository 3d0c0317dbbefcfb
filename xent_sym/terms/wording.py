"""How relations and hypotheses are written, in text and in LaTeX."""

from __future__ import annotations

from collections.abc import Callable

from xent_sym.terms.declare import ranges_of
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.latex import latex
from xent_sym.terms.term import App, Num, Range, Sym, Term
from xent_sym.terms.text import text

RELATIONS = {
    "=": ("=", "="),
    "<=": ("≤", r"\le"),
    ">=": ("≥", r"\ge"),
    "<": ("<", "<"),
    ">": (">", ">"),
    "!=": ("≠", r"\ne"),
}
_COMPARED = {
    "positive": (">", 0),
    "nonnegative": (">=", 0),
    "nonzero": ("!=", 0),
    "at most one": ("<=", 1),
    "below one": ("<", 1),
    "above one": (">", 1),
}


def relation_text(relation: str) -> str:
    """The sign of a relation.

    >>> relation_text("<=")
    '≤'
    """
    return RELATIONS[relation][0]


def _entry(family: Term) -> Term:
    """A typical entry: p_i for a family p."""
    return App.make((family, *_indices(family)))


def _indices(family: Term) -> list[Term]:
    """A letter for each index that the family takes."""
    named = zip(ranges_of(family), "ikl", strict=False)
    return [Sym(name, "index", rng) for rng, name in named]


def hypothesis_text(hypothesis: Hypothesis) -> str:
    """A hypothesis in signs.

    >>> from xent_sym.terms import distribution, size
    >>> print(Hypothesis("sums to one", (distribution("p", size("n")),)))
    Σ_i p_i = 1
    """
    return _worded(hypothesis, text, 0)


def hypothesis_latex(hypothesis: Hypothesis) -> str:
    """A hypothesis in LaTeX."""
    return _worded(hypothesis, latex, 1)


def _worded(hypothesis: Hypothesis, show: Callable[[Term], str], style: int) -> str:
    subject, *others = hypothesis.terms
    if hypothesis.kind in _COMPARED:
        relation, bound = _COMPARED[hypothesis.kind]
        return f"{show(_entry(subject))} {RELATIONS[relation][style]} {bound}"
    member = (" ∈ ", r" \in ")[style]
    match hypothesis.kind:
        case "sums to one":
            return f"{show(_total(subject))} = 1"
        case "binary":
            return show(_entry(subject)) + member + ("{0, 1}", r"\{0, 1\}")[style]
        case "one-hot" if isinstance(subject, Sym):
            return _one_hot(subject, show)
        case "member":
            return show(_entry(subject)) + member + _range(others[0], show, style)
        case "distinct":
            return f"{show(subject)} {RELATIONS['!='][style]} {show(others[0])}"
        case "nonempty":
            return _nonempty(subject, show, style)
        case "differentiable" | "termwise differentiable":
            words = " is differentiable at "
            joint = words if not style else rf"\text{{{words}}}"
            return f"{show(subject)}{joint}{show(others[0])}"
        case "log weight":
            joint = (" wherever ", r" \text{ wherever } ")[style]
            return f"{show(others[0])} > 0{joint}{show(subject)} > 0"
        case "natural":
            return show(subject) + member + ("{1, 2, …}", r"\{1, 2, \dots\}")[style]
    shown = ", ".join(show(t) for t in hypothesis.terms)
    return f"{hypothesis.kind}: {shown}" if not style else rf"\text{{{hypothesis.kind}: }} {shown}"


def _total(family: Term) -> Term:
    from xent_sym.terms.term import Sum, abstract

    last = _indices(family)[-1]
    return Sum.make((last.args[-1], abstract(_entry(family), last)), None, str(last.data[0]))


def _one_hot(label: Sym, show: Callable[[Term], str]) -> str:
    from xent_sym.terms.declare import true_class
    from xent_sym.terms.term import Delta

    entry = _entry(label)
    *sample, k = entry.args[1:]
    return f"{show(entry)} = {show(Delta(k, true_class(label, *sample)))}"


def _range(rng: Term, show: Callable[[Term], str], style: int) -> str:
    if not isinstance(rng, Range):
        return show(rng)
    lo, hi = (show(end) for end in rng.args)
    return f"{{{lo}, …, {hi}}}" if not style else rf"\{{{lo}, \dots, {hi}\}}"


def _nonempty(rng: Term, show: Callable[[Term], str], style: int) -> str:
    if isinstance(rng, Range) and rng.args[0] == Num(1):
        return f"{show(rng.args[1])} {RELATIONS['>='][style]} 1"
    return f"{show(rng)} {RELATIONS['!='][style]} " + ("∅", r"\varnothing")[style]
