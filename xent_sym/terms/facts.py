"""What is known of atoms: hypotheses, declared or assumed, and whom to ask for more."""

from __future__ import annotations

from typing import Protocol

from xent_sym.terms.declare import as_range
from xent_sym.terms.hypotheses import Hypothesis, declared, nonempty
from xent_sym.terms.polynomial import Frac
from xent_sym.terms.term import App, Sym, Term

Evidence = frozenset[Hypothesis]
NOTHING: Evidence = frozenset()


class Facts(Protocol):
    """What the sign rules need of the normal form; ``signs`` keeps what was found of an atom."""

    assumed: frozenset[Hypothesis]
    signs: dict[tuple[str, Term], Evidence | None]

    def frac(self, term: Term) -> Frac: ...
    def opened(self, binder: Term) -> Frac: ...
    def unfolded(self, term: Term) -> tuple[Frac, Evidence]: ...
    def member(self, i: Term, rng: Term) -> Evidence | None: ...
    def positive(self, f: Frac) -> Evidence | None: ...
    def nonnegative(self, f: Frac) -> Evidence | None: ...


def assumption(facts: Facts, kind: str, atom: Term) -> Evidence | None:
    """The declared or stated hypothesis of this kind about the atom or its family."""
    head = atom.args[0] if isinstance(atom, App) else atom
    about = [atom, head] if head is not atom else [atom]
    for subject in about:
        hypothesis = Hypothesis(kind, (subject,))
        if hypothesis in facts.assumed:
            return frozenset({hypothesis})
        if isinstance(subject, Sym) and hypothesis in declared(subject):
            return frozenset({hypothesis})
    if kind in ("positive", "nonnegative", "nonzero") and isinstance(atom, Sym):
        return nonempty(as_range(atom)) if atom.kind == "size" else None
    return None
