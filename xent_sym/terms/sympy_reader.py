"""SymPy expressions in: a SymPy user brings a loss.

What has no exact counterpart is refused with the node's name; nothing is guessed.  SymPy
evaluates as it builds (x/x is 1 there before anyone sees x ≠ 0), so an expression is what
SymPy made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from itertools import count
from typing import Any, TypeAlias

import sympy

from xent_sym.terms.declare import family, index, partial, ranges_of, size
from xent_sym.terms.term import (
    Add,
    App,
    Delta,
    Fn,
    Mul,
    Num,
    Partial,
    Pow,
    Prod,
    Range,
    Sum,
    Sym,
    Term,
    TermError,
    abstract,
    exp,
)

# What runs over a range that is sought: a free index, or (base, place) for one of its indices.
Slot: TypeAlias = Any
BINDERS = {sympy.Sum: Sum, sympy.Product: Prod}


def from_sympy(expr: Any, declarations: Mapping[Any, Term] | None = None) -> Term:
    """The term that a SymPy expression says; ``declarations`` say what its symbols are.

    A base takes its ranges from its declaration, else from the limits of the sums over it,
    else from its shape (counted from 1, or from 0 where a sum or ``Idx`` counts so).  A
    symbol that bounds an index is a size.  Raises TermError for floats, for what is not in
    the language, and for a range that nothing tells.

    >>> import sympy as sp
    >>> n, i = sp.symbols("n i", integer=True, positive=True)
    >>> p, q = sp.IndexedBase("p"), sp.IndexedBase("q")
    >>> print(from_sympy(sp.Sum(p[i] * sp.log(p[i] / q[i]), (i, 1, n))))
    Σ_i p_i·log(p_i/q_i)

    >>> from xent_sym.terms import distribution, size
    >>> from_sympy(p[1], {p: distribution("p", size("n"))}).args[0].kind
    'distribution'
    """
    if not isinstance(expr, sympy.Basic):
        raise _refuse(expr, "a SymPy expression was expected")
    return _Reader(expr, declarations or {}).read(expr)


class _Reader:
    """Reads one SymPy expression."""

    def __init__(self, expr: Any, declarations: Mapping[Any, Term]) -> None:
        self.given: dict[Any, Term] = dict(declarations)
        self.named = _symbols_by_name(declarations.values())
        self.scope: dict[Any, Sym] = {}
        self.opened = count()
        self.known: dict[Slot, set[Term]] = {}
        self.links: list[tuple[Slot, Slot]] = []
        self.rules: dict[type, Callable[[Any], Term]] = {
            sympy.Symbol: self.symbol, sympy.Idx: self.symbol, sympy.Dummy: self.symbol,
            sympy.IndexedBase: self.base, sympy.Indexed: self.indexed,
            sympy.Sum: self.binder, sympy.Product: self.binder,
            sympy.Derivative: self.derivative, sympy.KroneckerDelta: self.delta,
            sympy.Add: self.add, sympy.Mul: self.mul, sympy.Pow: self.pow,
            sympy.exp: self.fn, sympy.log: self.fn, sympy.tanh: self.fn,
        }  # fmt: skip
        self.sizes = _sizes(expr)
        self.find_ranges(expr)
        self.spread_ranges()

    def read(self, expr: Any) -> Term:
        """The term of a node."""
        if isinstance(expr, sympy.Float):
            raise _refuse(expr, "a float is not exact; write sympy.Rational('0.7') for 0.7")
        if isinstance(expr, sympy.Rational):
            return Num(Fraction(int(expr.p), int(expr.q)))
        if expr is sympy.E:
            return exp(1)
        if type(expr) not in self.rules:
            raise _refuse(expr, "this has no counterpart in the language of terms")
        return self.rules[type(expr)](expr)

    # -- what the indices run over ---------------------------------------------------------

    def find_ranges(self, expr: Any) -> None:
        """Note every range that a limit or an Idx tells, and which places share one."""
        if type(expr) in BINDERS:
            with self.bound(expr):
                self.find_ranges(expr.function)
            return
        if isinstance(expr, sympy.Indexed):
            for place, i in enumerate(expr.indices):
                self.meet((expr.base, place), i)
        elif isinstance(expr, sympy.KroneckerDelta):
            self.meet(*expr.args[:2])
        for arg in expr.args:
            self.find_ranges(arg)

    def meet(self, *slots: Slot) -> None:
        """The two slots run over one range."""
        for slot in slots:
            if not isinstance(slot, tuple | sympy.Integer | sympy.Symbol | sympy.Idx):
                raise _refuse(slot, "an index is a symbol or a whole number")
        told = [over for over in map(self.told, slots) if over is not None]
        unbound = [s for s in slots if s not in self.scope and not isinstance(s, sympy.Integer)]
        for slot in unbound:
            self.known.setdefault(slot, set()).update(told)
        if len(unbound) == 2:
            self.links.append((unbound[0], unbound[1]))

    def told(self, slot: Slot) -> Term | None:
        """The range that the slot itself tells."""
        if slot in self.scope:
            return self.scope[slot].args[-1]
        if isinstance(slot, sympy.Idx) and slot.lower is not None:
            return self.range(slot, slot.lower, slot.upper)
        return None

    def spread_ranges(self) -> None:
        """Declarations and shapes overrule the uses; then the ranges go along the links."""
        for slot in self.known:
            if isinstance(slot, tuple):
                self.overrule(*slot)
        changed = True
        while changed:
            changed = False
            for link in self.links:
                for here, there in (link, link[::-1]):
                    if self.known[here] and not self.known[there]:
                        self.known[there] = self.known[here]
                        changed = True

    def overrule(self, base: Any, place: int) -> None:
        declared = self.declared(base)
        if declared is not None:
            self.known[base, place] = set(ranges_of(declared)[place : place + 1])
        elif base.shape is not None and place < len(base.shape):
            extent = base.shape[place]
            from_zero = self.range(base, sympy.Integer(0), extent - 1)
            if from_zero not in self.known[base, place]:
                from_zero = self.range(base, sympy.Integer(1), extent)
            self.known[base, place] = {from_zero}

    def range_of(self, slot: Slot, spelt: Any) -> Term:
        """The one range that was found for the slot."""
        over = self.known.get(slot, set())
        if len(over) != 1:
            seen = " and ".join(sorted(map(str, over)))
            why = f"it runs over {seen}" if over else "nothing tells its range"
            raise _refuse(spelt, f"{why}; give the base a shape, or declare it")
        return next(iter(over))

    def range(self, spelt: Any, lo: Any, hi: Any) -> Term:
        if lo.is_number and hi.is_number and bool(lo > hi):
            raise _refuse(spelt, f"its range {lo}..{hi} is empty; it needs at least one index")
        return Range(self.read(lo), self.read(hi))

    # -- symbols ---------------------------------------------------------------------------

    def declared(self, symbol: Any) -> Term | None:
        """What the declarations say of a symbol or base, by itself or by its name."""
        if symbol in self.given:
            return self.given[symbol]
        found = self.named.get(_name(symbol))
        takes = isinstance(symbol, sympy.IndexedBase)
        return found if found is not None and takes == bool(found.ranges) else None

    def symbol(self, symbol: Any) -> Term:
        if symbol in self.scope or symbol in self.known or isinstance(symbol, sympy.Idx):
            raise _refuse(symbol, "an index stands where a number is expected")
        declared = self.declared(symbol)
        if declared is not None:
            return declared
        if isinstance(symbol, sympy.Dummy):
            raise _refuse(symbol, "a free Dummy has no name of its own; use a Symbol")
        if symbol.is_commutative is False or symbol.is_extended_real is False:
            raise _refuse(symbol, "it is not a real number")
        if symbol in self.sizes or (symbol.is_integer and symbol.is_positive):
            return size(_name(symbol))
        return family(_name(symbol), "positive" if symbol.is_positive else "real")

    def index(self, i: Any) -> Term:
        """An index: a bound one, a whole number, or a free one with the range that was found."""
        if i in self.scope:
            return self.scope[i]
        if isinstance(i, sympy.Integer):
            return Num(int(i))
        if isinstance(i, sympy.Dummy):
            raise _refuse(i, "a free Dummy has no name of its own; use a Symbol")
        declared = self.declared(i)
        return index(_name(i), self.range_of(i, i)) if declared is None else declared

    def base(self, base: Any) -> Term:
        declared = self.declared(base)
        if declared is not None:
            return declared
        places = max([p + 1 for b, p in self.slots() if b == base], default=len(base.shape or ()))
        if not places:
            raise _refuse(base, "nothing tells its ranges; give it a shape, or declare it")
        for place, extent in enumerate(base.shape or ()):
            self.known.setdefault((base, place), {self.range(base, sympy.Integer(1), extent)})
        ranges = [self.range_of((base, place), base) for place in range(places)]
        kind = "positive" if base.assumptions0.get("positive") else "real"
        return family(_name(base), kind, *ranges)

    def slots(self) -> list[tuple[Any, int]]:
        return [slot for slot in self.known if isinstance(slot, tuple)]

    def indexed(self, entry: Any) -> Term:
        fam = self.base(entry.base)
        indices = [self.index(i) for i in entry.indices]
        ranges = ranges_of(fam)
        if len(indices) != len(ranges):
            raise _refuse(entry, f"{_name(entry.base)} takes {len(ranges)} index(es)")
        for i, over in zip(indices, ranges, strict=True):
            runs = i.args[-1] if isinstance(i, Sym) else over
            if runs.symbols() - over.symbols():
                raise _refuse(entry, f"{_name(entry.base)} has {over} there, not {runs}")
        return App.make((fam, *indices))

    # -- binders ---------------------------------------------------------------------------

    @contextmanager
    def bound(self, expr: Any) -> Iterator[list[tuple[str, Sym]]]:
        """The dummies of a sum in scope, outermost first: SymPy merges nested sums into one."""
        outside, opened = dict(self.scope), []
        for limit in reversed(expr.limits):
            if len(limit) != 3:
                raise _refuse(expr, f"{limit[0]} needs a lower and an upper bound")
            dummy, lo, hi = limit
            # '#' keeps the name out of reach of every symbol that could stand in the body
            own_name = f"#sympy{next(self.opened)}"
            variable = Sym(own_name, "index", self.range(expr, lo, hi))
            self.scope[dummy] = variable
            opened.append((_name(dummy), variable))
        yield opened
        self.scope = outside

    def binder(self, expr: Any) -> Term:
        with self.bound(expr) as opened:
            body = self.read(expr.function)
        for hint, variable in reversed(opened):
            args = (variable.args[-1], abstract(body, variable))
            body = BINDERS[type(expr)].make(args, None, hint)
        return body

    def derivative(self, expr: Any) -> Term:
        body = self.read(expr.expr)
        for variable, times in expr.variable_count:
            if not isinstance(times, sympy.Integer):
                raise _refuse(expr, f"{times} times is not a whole number of derivatives")
            for _ in range(int(times)):
                body = partial(body, self.read(variable))
        return body

    # -- arithmetic ------------------------------------------------------------------------

    def delta(self, expr: Any) -> Term:
        if len(expr.args) != 2:
            raise _refuse(expr, "a range inside a delta has no counterpart; leave it out")
        return Delta(*(self.index(a) for a in expr.args))

    def add(self, expr: Any) -> Term:
        return Add(*(self.read(a) for a in expr.as_ordered_terms()))

    def mul(self, expr: Any) -> Term:
        factors = [self.read(a) for a in expr.as_ordered_factors()]
        return Mul(*sorted(factors, key=_place))

    def pow(self, expr: Any) -> Term:
        return Pow(self.read(expr.base), self.read(expr.exp))

    def fn(self, expr: Any) -> Term:
        return Fn(type(expr).__name__, self.read(expr.args[0]))


def _refuse(expr: Any, why: str) -> TermError:
    return TermError(f"{expr} ({type(expr).__name__}): {why}")


def _name(symbol: Any) -> str:
    """The name of a symbol; '#' is kept for binders that the kernel opens."""
    name = str(getattr(symbol, "name", symbol))
    if not name or name.startswith("#"):
        raise _refuse(symbol, "a name may not be empty or begin with '#'")
    return name


def _place(factor: Term) -> int:
    """Where a factor stands in a textbook: p, then 1/n, then Σ or log, then 1/log b."""
    power = factor.args[1] if isinstance(factor, Pow) else None
    divides = isinstance(power, Num) and power.data < 0
    base = factor.args[0] if divides else factor
    runs_on = isinstance(base, Sum | Prod | Partial | Fn) and base.data != "exp"
    return 2 * runs_on + divides


def _sizes(expr: Any) -> set[Any]:
    """The symbols that bound an index: in limits, in shapes, in the ranges of an Idx."""
    ends: list[Any] = []
    for node in sympy.preorder_traversal(expr):
        if type(node) in BINDERS:
            ends += [end for limit in node.limits for end in limit[1:]]
        elif isinstance(node, sympy.Idx) and node.lower is not None:
            ends += [node.lower, node.upper]
        elif isinstance(node, sympy.IndexedBase):
            ends += node.shape or ()
    return {symbol for end in ends for symbol in end.free_symbols}


def _symbols_by_name(declared: Iterable[Term]) -> dict[str, Sym]:
    """The symbols in the declarations, so that p over 1..n says what n is too."""
    named: dict[str, Sym] = {}
    for symbol in (s for term in declared for s in term.symbols()):
        if named.setdefault(symbol.name, symbol) != symbol:
            raise TermError(f"{symbol.name} is declared in two ways; give it one kind")
        for end in (s for over in symbol.args for s in over.symbols()):
            if end.kind not in ("size", "domain", "index"):
                raise TermError(
                    f"{symbol.name} has an index up to {end.name}, which is declared as "
                    f"{end.kind}; declare it with size({end.name!r})"
                )
    return named
