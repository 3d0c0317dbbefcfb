"""The function that a theorem exports: its right side, to be checked against its left side."""

from __future__ import annotations

from xent_sym.kernel import Theorem
from xent_sym.numeric.export import ExportedFunction, compile_numpy
from xent_sym.terms.declare import true_class
from xent_sym.terms.quantities import DEFINITIONS
from xent_sym.terms.term import Partial, Quantity, Sym, Term
from xent_sym.terms.text import spell

INFORMATION = frozenset(
    {"entropy", "cross_entropy", "kl", "self_information", "binary_entropy",
     "binary_cross_entropy"}
)  # fmt: skip


def function_of(theorem: Theorem) -> ExportedFunction | None:
    """The function of arrays that computes the right side; None where there is none to compute.

    An inequality has none, nor has an equation under a further assumption (i ≠ k), nor one
    whose right side forgets an argument of the left side, such as D(p ‖ p) = 0.

    >>> from xent_sym.library import derivation
    >>> function_of(derivation("softmax_cross_entropy_gradient").theorem)([[2.0, 0.0]], [0])
    array([[-0.11920292,  0.11920292]])
    >>> function_of(derivation("kl_self").theorem) is None
    True
    """
    labels = _labels(theorem)
    if theorem.relation != "=" or theorem.chain.assuming or _forgets(theorem, labels):
        return None
    free = sorted(theorem.rhs.symbols(), key=lambda s: (s.name, s.key))
    families = [s for s in free if s.kind not in ("index", "size", "domain")]
    arguments = [*families, *(s for s in free if s in labels)]
    return compile_numpy(
        theorem.name, theorem.rhs, arguments or None, theorem=theorem.name, units=units_of(theorem)
    )


def _labels(theorem: Theorem) -> frozenset[Sym]:
    """The true classes of the one-hot labels on the left: arguments, not axes."""
    hot = [s for s in theorem.lhs.symbols() if s.kind == "one-hot" and len(s.ranges) == 1]
    return frozenset(c for c in map(true_class, hot) if isinstance(c, Sym))


def _forgets(theorem: Theorem, labels: frozenset[Sym]) -> bool:
    """The right side is a constant, or lacks an argument on which the left side depends."""
    right = theorem.rhs.symbols()
    known = right | {s for s in theorem.lhs.symbols() if _true_class(s) in labels & right}
    sizes = {size for s in known for size in s.symbols()}
    return not right or not theorem.lhs.symbols() <= known | sizes


def _true_class(symbol: Sym) -> Term | None:
    return true_class(symbol) if symbol.kind == "one-hot" else None


def units_of(theorem: Theorem) -> str:
    """Nats for what measures information, per unit of the coordinate for its derivative.

    >>> from xent_sym.library import derivation
    >>> [units_of(derivation(n).theorem) for n in ("kl", "softmax", "logistic_gradient")]
    ['nats', '', 'nats per unit of θ']
    """
    sides = (theorem.lhs, theorem.rhs)
    measures = [t for side in sides for t in side.walk() if _measures(t)]
    if not measures:
        return ""
    extra = [m.args[-1] for m in measures if len(m.args) > len(DEFINITIONS[m.data].parameters)]
    unit = f"units of log {extra[0]}" if extra else "nats"
    if isinstance(theorem.lhs, Partial):
        return f"{unit} per unit of {spell(str(theorem.lhs.args[2]))}"
    return unit


def _measures(term: Term) -> bool:
    return isinstance(term, Quantity) and term.data in INFORMATION


__all__ = ["function_of", "units_of"]
