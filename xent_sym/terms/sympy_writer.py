"""SymPy expressions out: a SymPy user takes a result home.

What SymPy cannot say is refused with the term; nothing is guessed.  SymPy evaluates as it
builds, so a term that goes out and comes back is equal up to SymPy's reordering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sympy

from xent_sym.terms.declare import body_of, names_in
from xent_sym.terms.quantities import unfold_quantity
from xent_sym.terms.term import (
    Add,
    App,
    Delta,
    Fn,
    Mul,
    Named,
    Num,
    Partial,
    Pow,
    Prod,
    Quantity,
    Range,
    Sum,
    Sym,
    Term,
    TermError,
    Tup,
    instantiate,
)

ASSUMPTIONS: dict[str, dict[str, bool]] = {
    "size": {"integer": True, "positive": True},
    "index": {"integer": True},
    "positive": {"positive": True},
    "positive distribution": {"positive": True},
    "probability": {"positive": True},
    "base": {"positive": True},
    "distribution": {"nonnegative": True},
}
FUNCTIONS = {"log": sympy.log, "exp": sympy.exp, "tanh": sympy.tanh}


def to_sympy(term: Term) -> Any:
    """The SymPy expression of a term, named quantities and abbreviations unfolded.

    A bound index becomes a plain integer symbol, a free one an ``Idx`` with its range, a
    condition j ≠ k a factor 1 − δ_jk.  Raises TermError for what SymPy cannot say: a sum
    over a bare domain, a family that is not at an index, the logarithm of 0.

    >>> from xent_sym.terms import entropy, distribution, size
    >>> to_sympy(entropy(distribution("p", size("n"))))
    -Sum(log(p[i])*p[i], (i, 1, n))
    """
    expr = _Writer(term).write(term)
    if expr.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I):
        raise TermError(f"{term} has no real value in SymPy, which made {expr} of it")
    return expr


class _Writer:
    """Writes one term as a SymPy expression."""

    def __init__(self, term: Term) -> None:
        self.taken = names_in(term)
        self.bound: dict[Sym, Any] = {}
        self.rules: dict[type[Term], Callable[[Term], Any]] = {
            Num: self.num, Sym: self.sym, App: self.app, Add: self.add, Mul: self.mul,
            Pow: self.pow, Fn: self.fn, Delta: self.delta, Sum: self.sum, Prod: self.prod,
            Partial: self.partial, Named: self.named, Quantity: self.quantity,
        }  # fmt: skip

    def write(self, term: Term) -> Any:
        """The expression of a node."""
        if type(term) not in self.rules:
            raise TermError(f"{term}: SymPy has no number for a {type(term).__name__}")
        return self.rules[type(term)](term)

    def all(self, terms: Iterable[Term]) -> list[Any]:
        return [self.write(t) for t in terms]

    def num(self, term: Term) -> Any:
        return sympy.Rational(term.data.numerator, term.data.denominator)

    def sym(self, term: Term) -> Any:
        assert isinstance(term, Sym)
        if term in self.bound:
            return self.bound[term]
        if term.ranges or term.kind == "domain":
            raise TermError(f"{term} is a family; SymPy needs it at an index")
        if term.kind == "index" and isinstance(term.args[0], Range):
            return sympy.Idx(term.name, tuple(self.all(term.args[0].args)))
        return sympy.Symbol(term.name, **_assumed(term))

    def app(self, term: Term) -> Any:
        head, *indices = term.args
        if isinstance(head, Named | Quantity):
            meaning = head.args[0] if isinstance(head, Named) else unfold_quantity(head)
            return self.write(App.make((meaning, *indices)))
        if not isinstance(head, Sym) or len(indices) != len(head.ranges):
            raise TermError(f"{term}: SymPy needs a declared family at all its indices")
        return self.family(head)[tuple(self.all(indices))]

    def family(self, symbol: Sym) -> Any:
        """The indexed base; its shape is kept where every range begins at 1."""
        from_one = all(isinstance(r, Range) and r.args[0] == Num(1) for r in symbol.ranges)
        shape = tuple(self.write(r.args[1]) for r in symbol.ranges) if from_one else None
        return sympy.IndexedBase(symbol.name, shape=shape, **_assumed(symbol))

    def add(self, term: Term) -> Any:
        return sympy.Add(*self.all(term.args))

    def mul(self, term: Term) -> Any:
        return sympy.Mul(*self.all(term.args))

    def pow(self, term: Term) -> Any:
        return sympy.Pow(*self.all(term.args))

    def fn(self, term: Term) -> Any:
        *base, argument = self.all(term.args)
        if term.data == "log_base":
            return sympy.log(argument) / sympy.log(base[0])
        return FUNCTIONS[term.data](argument)

    def delta(self, term: Term) -> Any:
        return sympy.KroneckerDelta(*self.all(term.args))

    def named(self, term: Term) -> Any:
        return self.write(term.args[0])

    def quantity(self, term: Term) -> Any:
        return self.write(unfold_quantity(term))

    def sum(self, term: Term) -> Any:
        return self.big(term, sympy.Sum, sympy.Add)

    def prod(self, term: Term) -> Any:
        return self.big(term, sympy.Product, sympy.Mul)

    def big(self, term: Term, symbolic: Any, written_out: Any) -> Any:
        over, inside, *excluded = term.args
        if not isinstance(over, Range):
            raise TermError(f"{term}: SymPy needs bounds; {over} has none, use a range 1..n")
        lo, hi = over.args
        # SymPy has no written-out families, so a sum over one is written out as well
        if isinstance(lo, Num) and isinstance(hi, Num) and _has_tuple(inside):
            places = [Num(k) for k in range(int(lo.data), int(hi.data) + 1)]
            kept = [k for k in places if k not in excluded]
            if any(not isinstance(x, Num) for x in excluded):
                raise TermError(f"{term}: a sum that leaves out an unknown index cannot be listed")
            return written_out(*(self.write(instantiate(inside, k)) for k in kept))
        variable, body = body_of(term, self.taken.__contains__)
        dummy = self.bound[variable] = sympy.Symbol(variable.name, integer=True)
        self.taken.add(variable.name)
        spelt = self.write(body)
        self.taken.remove(variable.name)
        kept_out = [1 - sympy.KroneckerDelta(dummy, x) for x in self.all(excluded)]
        return symbolic(sympy.Mul(spelt, *kept_out), (dummy, *self.all(over.args)))

    def partial(self, term: Term) -> Any:
        _, inside, point, *indices = term.args
        variable, _ = body_of(term, self.taken.__contains__)
        if not isinstance(point, Sym) or variable.name != point.name:
            raise TermError(f"{term}: SymPy needs a derivative by a symbol that stands in the body")
        body = self.write(instantiate(inside, point))
        return sympy.Derivative(body, self.write(App.make((point, *indices))), evaluate=False)


def _assumed(symbol: Sym) -> dict[str, bool]:
    return ASSUMPTIONS.get(symbol.kind, {"real": True})


def _has_tuple(term: Term) -> bool:
    return any(isinstance(t, Tup) for t in term.walk())
