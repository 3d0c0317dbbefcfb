"""The normal form: when two terms are equal as arithmetic over opaque atoms.

``Normal(using).frac(t)`` is a fraction of polynomials whose atoms are canonical terms.
Field arithmetic, linear sums, constants out of sums, exchange of sums and renaming of
bound variables always hold.  What needs more is a *group* that must be named:

===========  ==========================================================================
exponents    e^{a+b} = e^a e^b, e^{−a} = 1/e^a
logarithms   log(ab) = log a + log b where positive, log e^x = x, e^{log x} = x,
             log_b x = log x / log b; a weight w ≥ 0 in front lets w > 0 be assumed
deltas       δ_ij f(i) = δ_ij f(j), Σ_j δ_jk f(j) = f(k), δ² = δ, and so Σ_{j≠k}
hypotheses   declared equations: Σ p_i = 1, y² = y, y_k = δ_kc
definitions  named quantities unfold
===========  ==========================================================================

A quotient cancels only if the divisor is shown to be nonzero; what was used for that, and
every declared equation used, is in ``given``.  Groups that did something are in ``used``.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from xent_sym.terms import sums
from xent_sym.terms.declare import ranges_of
from xent_sym.terms.facts import Evidence, assumption
from xent_sym.terms.hypotheses import Hypothesis, label_of
from xent_sym.terms.logarithms import exponential, logarithm, weighted_logarithms
from xent_sym.terms.polynomial import (
    Frac,
    Monomial,
    Poly,
    TooLarge,
    factors,
    number_power,
    raised,
)
from xent_sym.terms.quantities import unfold_quantity
from xent_sym.terms.sign import (
    atom_positive,
    frac_nonnegative,
    frac_positive,
    poly_nonzero,
)
from xent_sym.terms.term import (
    Add,
    App,
    Bound,
    Delta,
    Fn,
    Lam,
    Mul,
    Named,
    Num,
    Partial,
    Pow,
    Prod,
    Quantity,
    Range,
    Space,
    Sum,
    Sym,
    Term,
    TermError,
    Tup,
    abstract,
    fresh,
    instantiate,
)

GROUPS = frozenset({"exponents", "logarithms", "deltas", "hypotheses", "definitions"})
POWERS = frozenset({"exponents", "logarithms"})
MAX_POWER = 12


class Normal:
    """One run of the normal form: what it may use, what it assumed and used so far."""

    def __init__(
        self, using: Iterable[str] = (), assumed: Iterable[Hypothesis] = (), depth: int = 0
    ) -> None:
        self.using = frozenset(using)
        unknown = self.using - GROUPS
        if unknown:
            raise TermError(f"no such group of laws: {', '.join(sorted(unknown))}")
        self.assumed = frozenset(assumed)
        self.given: set[Hypothesis] = set()
        self.used: set[str] = set()
        self.depth = depth
        self.signs: dict[tuple[str, Term], Evidence | None] = {}
        self._cache: dict[Term, Frac] = {}

    # -- the entry points ----------------------------------------------------------------

    def equal(self, left: Term, right: Term) -> bool:
        """Both sides have one normal form."""
        try:
            return not (self.frac(left) + -self.frac(right)).num.terms
        except TooLarge:
            return False

    def canonical(self, term: Term) -> Term:
        """The canonical term of a real-valued term."""
        return to_term(self.frac(term))

    def frac(self, term: Term) -> Frac:
        """The normal form of a real-valued term."""
        found = self._cache.get(term)
        if found is None:
            found = self._cache[term] = self._frac(term)
        return found

    def accept(self, evidence: Evidence) -> None:
        """Hypotheses that were used, now part of the answer."""
        self.given |= {h for h in evidence if not mentions_fresh(h)}

    def use(self, group: str) -> bool:
        """The group is allowed; if so, it is recorded as used."""
        if group in self.using:
            self.used.add(group)
            return True
        return False

    # -- node by node ----------------------------------------------------------------------

    def _frac(self, term: Term) -> Frac:
        match term:
            case Num():
                return Frac.constant(term.data)
            case Add():
                total = Frac.constant(0)
                for arg in term.args:
                    total = total + self.frac(arg)
                return total
            case Mul():
                product = Frac.constant(1)
                for arg in term.args:
                    product = self.times(product, self.frac(arg))
                return product
            case Pow():
                return self._power(term)
            case Sym() | App():
                return self._entry(term)
            case Named():
                return self.frac(term.args[0])
            case Quantity():
                return self._quantity(term)
            case Fn():
                return self._function(term)
            case Delta():
                return self._delta(term)
            case Sum():
                return sums.normal_sum(self, term)
            case Prod() if sums.is_short(term.args[0]):
                return self._product_written_out(term)
            case Prod():
                return self._product(term)
            case Partial():
                return Frac.atom(self._binder(term))
        raise TermError(f"{type(term).__name__} is not a real number: {term.key}")

    def _product_written_out(self, term: Term) -> Frac:
        product = Frac.constant(1)
        for n in sums.literal_range(term.args[0]):
            product = self.times(product, self.frac(instantiate(term.args[1], Num(n))))
        return product

    def _product(self, term: Term) -> Frac:
        """Π f is e^{Σ log f} where f > 0, so products are compared as sums are."""
        positive = atom_positive(self, term) if self.using >= POWERS else None
        if positive is None:
            return Frac.atom(self._binder(term))
        self.accept(positive)
        self.used |= POWERS
        return self.frac(Fn("exp", Sum.make((term.args[0], Fn("log", term.args[1])))))

    def times(self, a: Frac, b: Frac) -> Frac:
        """The product, with idempotent and delta factors put right."""
        return self.reduced(a * b)

    def reduced(self, f: Frac) -> Frac:
        """Each monomial of the numerator under the laws for its atoms."""
        changed, total = False, Frac(Poly())
        untouched: dict[Monomial, Fraction] = {}
        for m, c in f.num.terms.items():
            better = self._reduce(m)
            if better is None:
                untouched[m] = c
            else:
                changed = True
                total = total + better * Frac.constant(c)
        if not changed:
            return f
        return (Frac(Poly(untouched)) + total) * Frac(Poly.constant(1), f.den)

    def _reduce(self, m: Monomial) -> Frac | None:
        if "hypotheses" in self.using:
            for position, (atom, exponent) in enumerate(m):
                if exponent > 1 and isinstance(atom, Sym | App):
                    binary = assumption(self, "binary", atom)
                    if binary is not None:
                        self.accept(binary)
                        self.use("hypotheses")
                        once = (*m[:position], (atom, 1), *m[position + 1 :])
                        return self._rest(once)
        deltas = [atom for atom, _ in m if isinstance(atom, Delta)]
        if deltas and "deltas" in self.using:
            return sums.apply_deltas(self, m)
        return weighted_logarithms(self, m) if "logarithms" in self.using else None

    def _rest(self, m: Monomial) -> Frac:
        return self.reduced(Frac(Poly.of(m)))

    def _power(self, term: Term) -> Frac:
        base, exponent = self.frac(term.args[0]), self.frac(term.args[1]).number
        if exponent is not None and exponent.denominator == 1:
            if abs(exponent) > MAX_POWER and len(base.num.terms) > 1:
                raise TooLarge(f"power {exponent}")
            return self.power(base, int(exponent))
        positive = frac_positive(self, base)
        if positive is not None and exponent is not None:
            content, m, primitive = base.num.content()
            if content == 1 and primitive.number == 1 and not base.den:
                self.accept(positive)
                return Frac(Poly.of(raised(m, exponent)))
        if positive is not None and exponent is None and self.use("logarithms"):
            self.accept(positive)
            return self.frac(Fn("exp", Mul(term.args[1], Fn("log", term.args[0]))))
        return Frac.atom(Pow(to_term(base), to_term(self.frac(term.args[1]))))

    def power(self, base: Frac, exponent: int) -> Frac:
        """A whole power; a negative one inverts."""
        if exponent < 0:
            base, exponent = self.inverse(base), -exponent
        if len(base.num.terms) == 1 and not base.den:
            ((m, c),) = base.num.terms.items()
            return self.reduced(Frac(Poly.of(raised(m, exponent), number_power(c, exponent))))
        out = Frac.constant(1)
        for _ in range(exponent):
            out = self.times(out, base)
        return out

    def inverse(self, f: Frac) -> Frac:
        """1/f where f is shown to be nonzero, else an opaque atom."""
        whole = poly_nonzero(self, f.num)
        if not f.num.terms:
            return Frac.atom(Pow(Num(0), Num(-1)))
        content, m, primitive = f.num.content()
        if whole is None:
            pieces = [Poly.of(m)] if m else []
            pieces += [] if primitive.number else [p for p, _ in factors(primitive)]
            each = [self._nonzero(p) for p in pieces]
            if None in each:
                return Frac.atom(Pow(to_term(f), Num(-1)))
            whole = frozenset[Hypothesis]().union(*(e for e in each if e is not None))
        self.accept(whole)
        top = f.denominator().shifted(raised(m, -1)).scaled(1 / content)
        return Frac(top, () if primitive.number else factors(primitive))

    def _nonzero(self, p: Poly) -> Evidence | None:
        """p ≠ 0 as it stands, or with its named quantities unfolded: 1 − σ(x) > 0."""
        found = poly_nonzero(self, p)
        if found is not None or self.using >= {"definitions", "exponents"}:
            return found
        if not any(isinstance(t, Quantity) for a in p.atoms() for t in a.walk()):
            return None
        full = Normal(GROUPS, self.assumed, self.depth)
        found = poly_nonzero(full, full.frac(_poly_term(p)).num)
        return None if found is None else found | full.given

    def _entry(self, term: Term) -> Frac:
        head = term.args[0] if isinstance(term, App) else term
        if isinstance(head, Named):
            return self.frac(App.make((head.args[0], *term.args[1:])))
        if isinstance(head, Quantity):
            if self.use("definitions"):
                return self.frac(App.make((unfold_quantity(head), *term.args[1:])))
            return Frac.atom(App.make((self.argument(head), *term.args[1:])))
        if isinstance(head, Sym) and head.kind == "one-hot" and "hypotheses" in self.using:
            self.use("hypotheses")
            label = label_of(head)
            self.accept(frozenset({Hypothesis("one-hot", (head, label))}))
            *sample, k = term.args[1:]
            return self.frac(Delta(k, App.make((label, *sample))))
        if isinstance(head, Tup):
            return Frac.atom(App.make((self.argument(head), *term.args[1:])))
        return Frac.atom(term)

    def _quantity(self, term: Term) -> Frac:
        if self.use("definitions"):
            return self.frac(unfold_quantity(term))
        return Frac.atom(self.argument(term))

    def argument(self, term: Term) -> Term:
        """An argument that may be a family or an index: canonical inside, of the same kind."""
        if isinstance(term, Sym | Num | Bound | Range | Space):
            return term
        if isinstance(term, Named):
            return self.argument(term.args[0])
        if isinstance(term, Lam):
            return self._eta(self._binder(term))
        if isinstance(term, Tup):
            return Tup(*(self.argument(a) for a in term.args))
        if isinstance(term, Quantity):
            return Quantity(term.data, *(self.argument(a) for a in term.args))
        if isinstance(term, App) and isinstance(term.args[0], Sym):
            head = term.args[0]
            return term if len(term.args) - 1 < len(head.ranges) else self.canonical(term)
        return self.canonical(term)

    def _function(self, term: Term) -> Frac:
        if term.data == "log":
            return logarithm(self, self.frac(term.args[0]))
        if term.data == "exp":
            return exponential(self, self.frac(term.args[0]))
        if term.data == "log_base" and self.use("logarithms"):
            base, x = term.args
            return self.times(self.frac(Fn("log", x)), self.inverse(self.frac(Fn("log", base))))
        return Frac.atom(Fn(term.data, *(self.canonical(a) for a in term.args)))

    def _delta(self, term: Term) -> Frac:
        i, j = sorted(term.args, key=lambda t: t.key)
        if i == j:
            return Frac.constant(1)
        distinct = isinstance(i, Num) and isinstance(j, Num)
        for pair in ((i, j), (j, i)):
            hypothesis = Hypothesis("distinct", pair)
            if hypothesis in self.assumed:
                distinct = True
                self.accept(frozenset({hypothesis}))
        if distinct:
            return Frac.constant(0)
        return Frac.atom(Delta(i, j))

    # -- binders -----------------------------------------------------------------------------

    def _binder(self, term: Term) -> Term:
        """A product, a derivative or a function with its parts canonical."""
        var = fresh(term.args[0], self.depth)
        self.depth += 1
        body = instantiate(term.args[1], var)
        body = self.argument(body) if isinstance(term, Lam) else self.canonical(body)
        self.depth -= 1
        closed = resorted(abstract(body, var))
        rest = [self.argument(a) for a in term.args[2:]]
        return term.make((self.range(term.args[0]), closed, *rest), term.data, "i")

    def _eta(self, term: Term) -> Term:
        """Lam i. f[i] is f, over the range of f itself."""
        domain, body = term.args
        if isinstance(body, App) and body.args[-1] == Bound(0):
            var = fresh(domain, self.depth)
            head = instantiate(App.make(body.args[:-1]), var)
            own = ranges_of(head)
            if own and self.range(own[0]) == domain and not head.has(var):
                return head
        return term

    def range(self, rng: Term) -> Term:
        """A range with canonical ends."""
        if isinstance(rng, Range):
            return Range(*(self.canonical(end) for end in rng.args))
        if isinstance(rng, Space):
            return Space(*(self.range(r) for r in rng.args))
        return rng

    def opened(self, binder: Term) -> Frac:
        """The body of a binder, opened."""
        var = fresh(binder.args[0], self.depth)
        self.depth += 1
        try:
            return self.frac(instantiate(binder.args[1], var))
        finally:
            self.depth -= 1

    def member(self, i: Term, rng: Term) -> Evidence | None:
        """The index lies in the range."""
        return sums.is_member(self, i, self.range(rng))

    def positive(self, f: Frac) -> Evidence | None:
        """f > 0."""
        return frac_positive(self, f)

    def nonnegative(self, f: Frac) -> Evidence | None:
        """f ≥ 0."""
        return frac_nonnegative(self, f)

    def unfolded(self, term: Term) -> tuple[Frac, Evidence]:
        """The normal form with every group, for side conditions, and what that used."""
        full = Normal(GROUPS, self.assumed, self.depth)
        found = full.frac(term)
        return found, frozenset(full.given)

    def supposing(self, more: frozenset[Hypothesis]) -> Normal:
        """The same normal form under further assumptions."""
        return Normal(self.using, self.assumed | more, self.depth)

    def term(self, f: Frac) -> Term:
        """The canonical term of a normal form."""
        return to_term(f)

    def resorted(self, term: Term) -> Term:
        """Canonical order again, after variables were renamed."""
        return resorted(term)


def to_term(f: Frac) -> Term:
    """The canonical term of a normal form."""
    top = _poly_term(f.num)
    if not f.den:
        return top
    bottom = [Pow(_poly_term(p), Num(-e)) for p, e in f.den]
    return Mul(*([] if top == Num(1) else [top]), *bottom)


def _poly_term(p: Poly) -> Term:
    rows = sorted(p.terms.items(), key=lambda row: [(a.key, Fraction(e)) for a, e in row[0]])
    terms = [_monomial_term(m, c) for m, c in rows]
    return terms[0] if len(terms) == 1 else Add(*terms) if terms else Num(0)


def _monomial_term(m: Monomial, c: Fraction) -> Term:
    parts: list[Term] = [a if e == 1 else Pow(a, Num(e)) for a, e in m]
    if c != 1 or not parts:
        parts.insert(0, Num(c))
    return parts[0] if len(parts) == 1 else Mul(*parts)


def resorted(term: Term) -> Term:
    """Sums and products inside in canonical order again, after variables were renamed."""
    if not term.args:
        return term
    args = [resorted(a) for a in term.args]
    if isinstance(term, Add | Mul):
        args.sort(key=lambda a: a.key)
    if isinstance(term, Delta):
        args.sort(key=lambda a: a.key)
    return term.rebuild(args)


def mentions_fresh(hypothesis: Hypothesis) -> bool:
    """The hypothesis speaks of a variable that was opened from a binder."""
    inside = (part for term in hypothesis.terms for part in term.walk())
    return any(isinstance(part, Sym) and part.name.startswith("#") for part in inside)

