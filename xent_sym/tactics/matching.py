"""Matching: the arguments at which a law fits a term.  Untrusted; the kernel checks the fit.

A parameter stands for any term; a family or function parameter applied to bound variables
stands for any term in them (Miller's patterns).  Products match up to order, and the last
plain parameter of a product takes what is left.
"""

from __future__ import annotations

from collections.abc import Mapping

from xent_sym.terms.eta import eta
from xent_sym.terms.parts import factors_of, product_of, sum_of
from xent_sym.terms.term import (
    BINDERS,
    Add,
    App,
    Lam,
    Mul,
    Named,
    Num,
    Pow,
    Range,
    Space,
    Sum,
    Sym,
    Term,
    abstract,
    fresh,
    instantiate,
    without_names,
)

Bindings = dict[str, Term]


def match(
    pattern: Term, subject: Term, parameters: Mapping[str, Sym], depth: int = 0
) -> Bindings | None:
    """Bindings under which ``pattern`` is ``subject`` up to arithmetic, or None."""
    matcher = Matcher(parameters, depth)
    found = matcher.match(pattern, subject, {}, depth)
    plain = subject if found is not None else without_names(subject)
    return found if plain is subject else matcher.match(pattern, plain, {}, depth)


class Matcher:
    def __init__(self, parameters: Mapping[str, Sym], depth: int) -> None:
        self.parameters = parameters
        self.outside = depth

    def match(self, pattern: Term, subject: Term, found: Bindings, depth: int) -> Bindings | None:
        if self._is_parameter(pattern):
            return self._bind(pattern, subject, found)
        if isinstance(pattern, App) and self._is_parameter(pattern.args[0]):
            return self._apply(pattern, subject, found, depth)
        while isinstance(subject, Named):
            subject = subject.args[0]
        while isinstance(pattern, Named):
            pattern = pattern.args[0]
        if isinstance(pattern, Mul):
            return self._product(pattern, subject, found, depth)
        if type(pattern) is not type(subject) or pattern.data != subject.data:
            return None
        if isinstance(pattern, Add):
            return self._sum(pattern, subject, found, depth)
        if len(pattern.args) != len(subject.args):
            return None
        if isinstance(pattern, Sym):
            return found if pattern == subject else None
        return self._parts(pattern, subject, found, depth)

    def _is_parameter(self, term: Term) -> bool:
        return isinstance(term, Sym) and self.parameters.get(term.name) == term

    def _parts(self, pattern: Term, subject: Term, found: Bindings, depth: int) -> Bindings | None:
        now: Bindings | None = found
        for position in self._order(pattern):
            if now is None:
                return None
            one, two = pattern.args[position], subject.args[position]
            if position in pattern.BINDS:
                var = fresh(subject.args[0], depth)
                one, two = instantiate(one, var), instantiate(two, var)
                now = self.match(one, two, now, depth + 1)
            else:
                now = self.match(one, two, now, depth)
        return now

    @staticmethod
    def _order(pattern: Term) -> list[int]:
        """A binder's point and indices before its body."""
        positions = list(range(len(pattern.args)))
        return [n for n in positions if n not in pattern.BINDS] + sorted(pattern.BINDS) \
            if isinstance(pattern, BINDERS) else positions

    def _bind(self, parameter: Term, subject: Term, found: Bindings) -> Bindings | None:
        assert isinstance(parameter, Sym)
        if not subject.closed or self._captures(subject):
            return None
        is_range = isinstance(subject, Range | Space) or (
            isinstance(subject, Sym) and subject.kind == "domain"
        )
        if (parameter.kind == "domain") != is_range:
            return None
        known = found.get(parameter.name)
        if known is not None:
            return found if known == subject else None
        return {**found, parameter.name: subject}

    def _captures(self, subject: Term) -> bool:
        """A variable opened on the way in must not get out."""
        names = (s.name for s in subject.symbols())
        return any(n.startswith("#") and int(n[1:]) >= self.outside for n in names)

    def _apply(self, pattern: Term, subject: Term, found: Bindings, depth: int) -> Bindings | None:
        head, *args = pattern.args
        assert isinstance(head, Sym)
        known = found.get(head.name)
        if known is not None:
            return self._at_known(known, args, subject, found)
        if not all(self._is_opened(a) for a in args) or len(set(args)) != len(args):
            return self._rigid(pattern, subject, found, depth)
        body = subject
        for var in reversed(args):
            assert isinstance(var, Sym)
            domain = Space(*var.args) if var.kind == "real" else var.args[0]
            body = Lam(domain, abstract(body, var), "i")
        return None if self._captures(body) else {**found, head.name: eta(body)}

    def _at_known(
        self, known: Term, args: list[Term], subject: Term, found: Bindings
    ) -> Bindings | None:
        """f[k] with f known and k a parameter still free: some index in the subject is k."""
        free = [a for a in args if self._is_parameter(a) and isinstance(a, Sym)
                and a.name not in found]
        values = [found.get(a.name, a) if isinstance(a, Sym) else a for a in args]
        if not free:
            return found if App.make((known, *values)) == subject else None
        here = [t for t in subject.walk() if isinstance(t, Sym) and t.kind == "index"]
        for candidate in dict.fromkeys(here):
            at = [candidate if v == free[0] else v for v in values]
            if App.make((known, *at)) == subject:
                return {**found, free[0].name: candidate}
        return None

    def _rigid(self, pattern: Term, subject: Term, found: Bindings, depth: int) -> Bindings | None:
        """f[k] with k a parameter: the subject is an entry, take it apart."""
        if not isinstance(subject, App) or len(subject.args) != len(pattern.args):
            return None
        now: Bindings | None = found
        for one, two in zip(pattern.args, subject.args, strict=True):
            now = self.match(one, two, now, depth) if now is not None else None
        return now

    def _is_opened(self, term: Term) -> bool:
        return isinstance(term, Sym) and term.name.startswith("#") and (
            int(term.name[1:]) >= self.outside
        )

    def _sum(self, pattern: Term, subject: Term, found: Bindings, depth: int) -> Bindings | None:
        """a + b + ... in order; the last term of the pattern takes the rest."""
        wanted, there = pattern.args, subject.args
        if len(there) < len(wanted):
            return None
        tail = there[len(wanted) - 1 :]
        grouped = [*there[: len(wanted) - 1], sum_of(tail)]
        now: Bindings | None = found
        for one, two in zip(wanted, grouped, strict=True):
            now = self.match(one, two, now, depth) if now is not None else None
        return now

    def _product(
        self, pattern: Term, subject: Term, found: Bindings, depth: int
    ) -> Bindings | None:
        factors = list(factors_of(subject))
        greedy = [a for a in pattern.args if self._takes_all(a)]
        fixed = [a for a in pattern.args if not self._takes_all(a)]
        for now, rest in self.pick(fixed, factors, found, depth):
            result = self._share(greedy, rest, now, depth) if rest or fixed or not greedy else None
            if result is not None:
                return result
        return None

    def _takes_all(self, term: Term) -> bool:
        head = term.args[0] if isinstance(term, App) else term
        return self._is_parameter(head)

    def _share(
        self, greedy: list[Term], rest: list[Term], found: Bindings, depth: int
    ) -> Bindings | None:
        """Plain parameters take one factor each, the last one all that is left."""
        if not greedy:
            return found if not rest else None
        for parameter in [g for g in greedy if self._known(g, found)]:
            left = [r for r in rest if self.match(parameter, r, found, depth) is None]
            if len(left) == len(rest):
                return None
            rest = left
        free = [g for g in greedy if not self._known(g, found)]
        if not free:
            return found if not rest else None
        constants = [g for g in free if not isinstance(g, App)]
        functions: list[Term] = [g for g in free if isinstance(g, App)]
        if len(free) > max(1, len(rest)):
            return None
        shares: list[tuple[Term, list[Term]]] = []
        if constants and functions:
            fixed = [r for r in rest if not self._captures(r)]
            if not fixed:
                return None
            shares += _dealt(constants, fixed)
            rest = [r for r in rest if self._captures(r)]
        shares += _dealt(functions or constants, rest)
        now: Bindings | None = found
        for parameter, mine in shares:
            now = self.match(parameter, product_of(mine), now, depth) if now is not None else None
        return now

    def _known(self, term: Term, found: Bindings) -> bool:
        head = term.args[0] if isinstance(term, App) else term
        return isinstance(head, Sym) and head.name in found

    def pick(
        self, fixed: list[Term], factors: list[Term], found: Bindings, depth: int
    ) -> list[tuple[Bindings, list[Term]]]:
        """Each way to find the fixed factors among those there, with what remains."""
        if not fixed:
            return [(found, factors)]
        # a sum tells its family; an entry alone does not
        fixed = sorted(fixed, key=lambda f: not any(isinstance(t, Sum) for t in f.walk()))
        options = []
        for position, factor in enumerate(factors):
            remaining = factors[:position] + factors[position + 1 :]
            for part, left in _portions(fixed[0], factor):
                now = self.match(fixed[0], part, found, depth)
                if now is not None:
                    options += self.pick(fixed[1:], remaining + left, now, depth)
        return options


def _dealt(parameters: list[Term], factors: list[Term]) -> list[tuple[Term, list[Term]]]:
    """One factor each, all that is left to the last."""
    last = len(parameters) - 1
    return [(p, factors[n:] if n == last else factors[n : n + 1]) for n, p in enumerate(parameters)]


def _portions(wanted: Term, factor: Term) -> list[tuple[Term, list[Term]]]:
    """The factor itself, or a part of a power: Z⁻² is Z⁻¹ · Z⁻¹."""
    options: list[tuple[Term, list[Term]]] = [(factor, [])]
    if not (isinstance(factor, Pow) and isinstance(factor.args[1], Num)):
        return options
    base, exponent = factor.args[0], factor.args[1].data
    unit = Num(1)
    if isinstance(wanted, Pow) and isinstance(wanted.args[1], Num):
        unit = wanted.args[1]
    if exponent * unit.data > 0 and abs(exponent) > abs(unit.data):
        part = base if unit == Num(1) else Pow(base, unit)
        left = exponent - unit.data
        options.append((part, [base if left == 1 else Pow(base, Num(left))]))
    return options
