"""The numeric side of a theorem: its right side as a NumPy function, checked against its left.

The right side is what the derivation was for (a_k − y_k); the left side is what it means (the
derivative of the loss).  The form that is computed is first proved equal to the right side.
"""

from __future__ import annotations

from dataclasses import dataclass

from xent_sym.kernel.judge import Theorem
from xent_sym.kernel.verdict import Claim, decide
from xent_sym.numeric.forms.decided import stable_form
from xent_sym.numeric.forms.stable import unfolded
from xent_sym.numeric.functions.check import CheckReport, check
from xent_sym.numeric.functions.export import ExportedFunction, compile_numpy
from xent_sym.numeric.plan import planned
from xent_sym.numeric.ranges import ExportError
from xent_sym.terms.hypotheses import label_of
from xent_sym.terms.quantities import DEFINITIONS
from xent_sym.terms.term import Fn, Named, Partial, Quantity, Sym, Term, TermError
from xent_sym.terms.text import text

DISCRETE = ("size", "domain", "index")
LOGARITHMS = ("log", "log_base", "log_sum_exp", "softplus")


@dataclass(frozen=True)
class NumericSide:
    """A theorem's function and the theorem that the computed form equals the stated one."""

    theorem: Theorem
    function: ExportedFunction
    stable: Theorem

    @property
    def source(self) -> str:
        """The text of a module that needs only NumPy."""
        return self.function.source

    def check(self, *, points: int = 24, seed: int = 0) -> CheckReport:
        """Compare with the theorem's left side at 50 digits, or with its right side where the
        left speaks of more symbols than the function takes."""
        lhs, rhs = self.theorem.lhs, self.theorem.rhs
        known = lhs.symbols() <= rhs.symbols()
        return check(self.function, lhs if known else rhs, points=points, seed=seed)


def numeric_side(theorem: Theorem) -> NumericSide | None:
    """The function of a theorem's right side; None where there is nothing to compute.

    Raises ``ExportError`` if the computed form cannot be proved equal to the stated one.

    >>> from xent_sym.library import derivation
    >>> side = numeric_side(derivation("softmax_cross_entropy_gradient").theorem)
    >>> print(side.function([0], [[1.0, 1.0]]))
    [[-0.5  0.5]]
    """
    if theorem.relation != "=" or theorem.chain.assuming or not _computes(theorem.rhs):
        return None
    stable = decide(
        Claim(theorem.rhs, "=", stable_form(theorem.rhs)[0]), f"{theorem.name}_computed")
    if stable is None:
        raise ExportError(f"{theorem.name}: the stable form is not proved equal to {theorem.rhs}")
    try:
        function = compile_numpy(
            theorem.name, theorem.rhs, _in_order(theorem),
            theorem=f"{theorem.name}: {theorem}{_where(theorem)}", units=_units(theorem),
        )
    except TermError as problem:
        raise ExportError(f"{theorem.name}: {problem}") from problem
    return NumericSide(theorem, function, stable)


def _computes(term: Term) -> bool:
    """There are numbers to compute with, and no derivative is left to work out."""
    if any(isinstance(t, Partial) for t in term.walk()):
        return False
    return any(isinstance(s, Sym) and s.kind not in DISCRETE for s in term.symbols())


def _in_order(theorem: Theorem) -> list[Sym]:
    """The arguments that the exporter takes, in the order in which the statement names them.

    The true class of a one-hot label is given, class number by class number, not an axis.
    """
    hot = {s for s in theorem.lhs.symbols() if s.kind == "one-hot"}
    classes = {label_of(s) for s in hot} & theorem.rhs.symbols()
    wanted = {*planned(theorem.name, {theorem.name: theorem.rhs}).arguments, *classes}
    spoken = [t for side in (theorem.lhs, theorem.rhs) for t in side.walk() if t in wanted]
    return [s for s in dict.fromkeys(spoken) if isinstance(s, Sym)]


def _where(theorem: Theorem) -> str:
    """What the author's abbreviations in the statement stand for."""
    parts = [*theorem.lhs.walk(), *theorem.rhs.walk()]
    named = {t.data: t.args[0] for t in parts if isinstance(t, Named) and t.closed}
    meanings = [f"{name} = {text(meaning)}" for name, meaning in named.items()]
    return f", where {', '.join(meanings)}" if meanings else ""


def _units(theorem: Theorem) -> str:
    """Bits where the left side has base 2; nats where no base is given; "" without logarithms."""
    if not any(_has_logarithm(t) for t in unfolded(theorem.rhs).walk()):
        return ""
    bases = {t.args[-1] for t in theorem.lhs.walk() if _is_based(t)}
    if not bases:
        return "nats"
    spelled = sorted(text(b) for b in bases)
    return "bits" if spelled == ["2"] else f"units of base {' and '.join(spelled)}"


def _has_logarithm(term: Term) -> bool:
    return isinstance(term, Fn | Quantity) and str(term.data) in LOGARITHMS


def _is_based(term: Term) -> bool:
    """A logarithm to a base, or a quantity with one: its base is the argument after all others."""
    if isinstance(term, Fn):
        return str(term.data) == "log_base"
    parameters = DEFINITIONS[term.data].parameters if isinstance(term, Quantity) else term.args
    return len(term.args) > len(parameters)
