"""Where a term may have no finite value: at a logarithm of 0, and at a divisor that may be 0."""

from __future__ import annotations

from xent_sym.numeric.forms.stable import sure_to_be_nonzero
from xent_sym.terms.parts import divisor
from xent_sym.terms.quantities import unfold_quantity
from xent_sym.terms.term import Add, Fn, Mul, Named, Num, Pow, Quantity, Sum, Term

LOGARITHMS = ("log", "log_base")


def written_out(term: Term) -> Term:
    """The term without abbreviations and without named quantities.

    >>> from xent_sym.terms import real, sigmoid
    >>> print(written_out(sigmoid(real("x"))))
    1/(1 + e^{-x})
    """
    if isinstance(term, Named):
        return written_out(term.args[0])
    if isinstance(term, Quantity):
        return written_out(unfold_quantity(term))
    return term.rebuild([written_out(a) for a in term.args])


def has_logarithm(term: Term) -> bool:
    """A logarithm stands somewhere inside, once the quantities are written out."""
    return any(isinstance(t, Fn) and t.data in LOGARITHMS for t in written_out(term).walk())


def divides(term: Term) -> bool:
    """Outside the logarithms, something is divided by what may be 0."""
    if isinstance(term, Fn) and term.data in LOGARITHMS:
        return False
    if isinstance(term, Quantity):
        return any(map(divides, term.args))
    under = divisor(term)
    return (under is not None and may_vanish(under)) or any(map(divides, term.args))


def may_vanish(under: Term) -> bool:
    """A divisor may be 0; sums of exponentials are not, nor are sizes.

    >>> from xent_sym.terms import exp, probability, real
    >>> may_vanish(1 + exp(real("x"))), may_vanish(probability("p"))
    (False, True)
    """
    plain = written_out(under)
    return not (sure_to_be_nonzero(plain) or _positive(plain))


def _positive(term: Term, at_least: bool = False) -> bool:
    """Above 0; or 0 or more, where that is enough."""
    match term:
        case Num():
            return bool(term.data > 0)
        case Fn():
            return bool(term.data == "exp")
        case Sum():
            # a sum that leaves an index out may have no summand
            return _positive(term.args[1]) and (at_least or len(term.args) == 2)
        case Add():
            return any(map(_positive, term.args)) and all(_positive(a, True) for a in term.args)
        case Mul():
            return all(map(_positive, term.args))
        case Pow():
            return _positive(term.args[0])
    return False
