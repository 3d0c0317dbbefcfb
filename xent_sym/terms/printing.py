"""The walk that both printers share: which part needs brackets, and what is called what.

A term becomes a piece: its spelling and its rank, which says how tightly it holds together.
A part whose rank is lower than its place asks for is bracketed, so two different readings
never share a spelling.  What a sign looks like is left to the style (``latex``, ``text``).

Conventions: the body of Σ, Π, log and ∂ runs to the right until the next + or − (so an Add
inside it is bracketed, and such a factor is bracketed when another factor follows); bound
variables avoid every free name of the whole term and those of the binders around them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import NamedTuple

from xent_sym.terms.declare import body_of, names_in, ranges_of
from xent_sym.terms.eta import entry_of, eta
from xent_sym.terms.parts import divisor
from xent_sym.terms.quantities import DEFINITIONS
from xent_sym.terms.style import Piece, Rank, Style
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
    Tup,
)

# What kernel-opened binders ("#0", "#1", ...) are called on paper.
FRESH_INDICES, FRESH_REALS = "ijklmn", "xyzuvw"


def visible(term: Term) -> Iterator[Term]:
    """The parts of a term that are printed: nothing inside an abbreviation."""
    yield term
    if not isinstance(term, Named):
        for arg in term.args:
            yield from visible(arg)


def shows_range(variable: Sym, body: Term) -> bool:
    """Some printed entry has ``variable`` in a place with that very range."""
    return any(
        a == variable and r == variable.args[-1]
        for t in visible(body)
        if isinstance(t, App)
        for a, r in zip(t.args[1:], ranges_of(t.args[0]), strict=False)
    )


def pointwise(body: Term, variable: Sym) -> Term | None:
    """The entries z_i/T read as z/T: sums, multiples, log and tanh of entries at i; else None.

    A product or quotient of two families stays written out: z·w would read as a dot product.
    """
    if not body.has(variable):
        return body
    fam = entry_of(body, variable, variable.args[-1])
    if fam is not None:
        return fam
    plain = isinstance(body, Fn) and body.data in ("log", "log_base", "tanh")
    if isinstance(body, Mul):
        plain = sum(arg.has(variable) for arg in body.args) == 1
    if not (plain or isinstance(body, Add)):
        return None
    parts = [pointwise(arg, variable) for arg in body.args]
    whole = [p for p in parts if p is not None]
    return body.rebuild(whole) if len(whole) == len(parts) else None


def sign_and_factors(factors: Sequence[Term]) -> tuple[str, list[Term]]:
    """A negative number in front becomes a sign; −1 then needs no digit, but 1 is never dropped."""
    first, *rest = factors
    if isinstance(first, Num) and first.data < 0:
        return "-", rest if first.data == -1 and rest else [Num(-first.data), *rest]
    return "", list(factors)


class Quotient(NamedTuple):
    """Factors over divisors; without divisors, one plain factor."""

    over: list[Term]
    under: list[Term]


def quotients(factors: Sequence[Term]) -> list[Quotient]:
    """A product as a row of fractions: each divisor goes under the plain factors before it."""
    row: list[Quotient] = []
    for factor in factors:
        under = divisor(factor)
        if under is None:
            row.append(Quotient([factor], []))
        elif row and row[-1].under:
            row[-1].under.append(under)
        else:
            over: list[Term] = []
            # a broken number keeps its own bar: ½·(1/n), not (½)/n
            while row and not row[-1].under and not is_broken(row[-1].over[0]):
                over = row.pop().over + over
            row.append(Quotient(over, [under]))
    return row


def is_broken(term: Term) -> bool:
    """A number that is not whole."""
    return isinstance(term, Num) and term.data.denominator != 1


class Printer(Style):
    """One printing of one term.  A style says how the signs look."""

    def __init__(self, term: Term) -> None:
        self.taken = {"e"} | names_in(term)  # e is Euler's
        self.rules: dict[type[Term], Callable[[Term], Piece]] = {
            Num: self.num, Sym: self.sym, Named: self.sym, Bound: self.loose, App: self.app,
            Add: self.add, Mul: self.mul, Pow: self.pow, Fn: self.fn, Delta: self.delta_of,
            Sum: self.big, Prod: self.big, Lam: self.lam, Tup: self.tup, Range: self.range_of,
            Space: self.space_of, Partial: self.partial, Quantity: self.quantity,
        }  # fmt: skip

    def write(self, term: Term) -> Piece:
        """The spelling of ``term`` and its rank."""
        return self.rules[type(term)](term)

    def raw(self, term: Term) -> str:
        """The spelling, where the surroundings already enclose it."""
        return self.write(term).text

    def at(self, term: Term, rank: Rank) -> str:
        """The spelling, bracketed unless it holds at least as tightly as ``rank``."""
        return self.held(self.write(term), rank)

    def held(self, piece: Piece, rank: Rank) -> str:
        """The piece, bracketed unless it holds at least as tightly as ``rank``."""
        return piece.text if piece.rank >= rank else self.bracket(piece.text)

    @contextmanager
    def opened(self, binder: Term) -> Iterator[tuple[Sym, Term]]:
        """The binder's variable under a free name, and its body; the name is taken inside."""
        variable, body = body_of(binder, self.taken.__contains__)
        added = {variable.name} - self.taken
        self.taken |= added
        try:
            yield variable, body
        finally:
            self.taken -= added

    # -- leaves ----------------------------------------------------------------------------

    def num(self, term: Term) -> Piece:
        value: Fraction = term.data
        if value < 0:
            return Piece("-" + self.num(Num(-value)).text, Rank.NEGATIVE)
        if value.denominator == 1:
            return Piece(str(value), Rank.ATOM)
        return self.bar(str(value.numerator), str(value.denominator))

    def sym(self, term: Term) -> Piece:
        return Piece(self.name(name_of(term), ()), Rank.ATOM)

    def app(self, term: Term) -> Piece:
        head, *indices = term.args
        if isinstance(head, Sym) and head.kind == "function":
            return self.value_of(head, indices)
        spelt = [self.raw(i) for i in indices]
        if isinstance(head, Sym | Named):
            return Piece(self.name(name_of(head), spelt), Rank.ATOM)
        return Piece(self.at(head, Rank.ATOM) + self.sub(self.row(spelt)), Rank.ATOM)

    def value_of(self, function: Sym, places: Sequence[Term]) -> Piece:
        """h_i(w): a law's function of a point, with the indices that it has besides."""
        over = list(zip(places, function.ranges, strict=False))
        indices = [self.raw(p) for p, r in over if not isinstance(r, Space)]
        points = [self.raw(p) for p, r in over if isinstance(r, Space)]
        spelt = self.name(name_of(function), indices)
        return Piece(spelt + (self.bracket(", ".join(points)) if points else ""), Rank.ATOM)

    def delta_of(self, term: Term) -> Piece:
        i, j = (self.raw(a) for a in term.args)
        # a family of the author's may be called delta too
        return Piece(f"[{i} = {j}]" if "delta" in self.taken else self.delta(i, j), Rank.ATOM)

    def tup(self, term: Term) -> Piece:
        inside = ", ".join(self.raw(v) for v in term.args)
        return Piece(self.bracket(inside + "," * (len(term.args) == 1)), Rank.ATOM)

    # -- arithmetic ------------------------------------------------------------------------

    def add(self, term: Term) -> Piece:
        if len(term.args) < 2:
            return self.write(term.args[0]) if term.args else Piece("0", Rank.ATOM)
        spelt = self.at(term.args[0], Rank.NEGATIVE)
        for part in term.args[1:]:
            piece = self.write(part)
            if piece.rank is Rank.NEGATIVE:
                spelt += f" - {piece.text[1:]}"
            else:
                spelt += f" + {self.held(piece, Rank.MUL)}"
        return Piece(spelt, Rank.ADD)

    def mul(self, term: Term) -> Piece:
        if not term.args:
            return Piece("1", Rank.ATOM)
        sign, factors = sign_and_factors(term.args)
        row = quotients(factors)
        if len(row) == 1:
            inside = self.quotient(row[0])
            if sign and inside.rank < Rank.MUL:
                inside = Piece(self.bracket(inside.text), Rank.ATOM)
        else:
            inside = Piece(self.side_by_side([self.quotient(q) for q in row]), Rank.MUL)
        return Piece(sign + inside.text, Rank.NEGATIVE) if sign else inside

    def quotient(self, parts: Quotient) -> Piece:
        if not parts.under:
            return self.write(parts.over[0])
        over = [self.write(t) for t in parts.over] or [Piece("1", Rank.ATOM)]
        return self.fraction(over, [self.write(t) for t in parts.under])

    def side_by_side(self, factors: Sequence[Piece], last: Rank = Rank.OPEN) -> str:
        """Factors in a row; only the last may run on to the right, and only where it may."""
        ranks = [Rank.FRACTION] * (len(factors) - 1) + [last]
        held = [self.held(p, rank) for p, rank in zip(factors, ranks, strict=True)]
        row = left = held[0]
        for right in held[1:]:
            row += self.times(left, right) + right
            left = right
        return row

    def pow(self, term: Term) -> Piece:
        base, exponent = term.args
        if divisor(term) is not None:
            return self.mul(Mul(term))
        # a symbol named e is not Euler's
        euler = isinstance(base, Sym) and base.name == "e"
        below = self.bracket(self.raw(base)) if euler else self.at(base, Rank.ATOM)
        above = str(exponent.data) if isinstance(exponent, Num) else self.raw(exponent)
        return Piece(below + self.sup(above), Rank.POWER)

    def fn(self, term: Term) -> Piece:
        *base, argument = term.args
        if term.data == "exp":
            return Piece("e" + self.sup(self.raw(argument)), Rank.POWER)
        head = self.function(term.data, [self.raw(b) for b in base])
        piece = self.write(argument)
        bare = piece.rank >= Rank.FRACTION or isinstance(argument, Sum | Prod)
        return Piece(head + (f" {piece.text}" if bare else self.called(piece.text)), Rank.OPEN)

    # -- binders ---------------------------------------------------------------------------

    def big(self, term: Term) -> Piece:
        excluded = term.args[2:]
        spelt = [self.raw(x) for x in excluded]
        with self.opened(term) as (variable, body):
            if excluded:
                known = all(isinstance(x, Sym) and x.args[-1:] == term.args[:1] for x in excluded)
            else:
                known = shows_range(variable, body)
            under = self.limits(self.raw(variable), term.args[0], spelt, known)
            sign = self.sum_sign if isinstance(term, Sum) else self.product_sign
            return Piece(f"{sign}{under} {self.at(body, Rank.MUL)}", Rank.OPEN)

    def lam(self, term: Term) -> Piece:
        # a map of points shows its point: w ↦ h(w)
        reduced = term if isinstance(term.args[0], Space) else eta(term)
        if not isinstance(reduced, Lam):
            return self.write(reduced)
        with self.opened(term) as (variable, body):
            if isinstance(term.args[0], Space):
                return Piece(f"{self.raw(variable)} {self.maps_to} {self.raw(body)}", Rank.MAP)
            whole = pointwise(body, variable)
            if whole is not None and body.has(variable):
                return self.write(whole)
            known = shows_range(variable, body)
            where = self.entries(self.raw(variable), term.args[0], known)
            return Piece(self.bracket(self.raw(body)) + where, Rank.ATOM)

    def partial(self, term: Term) -> Piece:
        _, _, point, *indices = term.args
        with self.opened(term) as (variable, body):
            spelt = self.by(self.raw(App.make((variable, *indices)))) + self.at(body, Rank.OPEN)
            if not (isinstance(point, Sym) and point.name == variable.name):
                spelt = self.evaluated(spelt, f"{self.raw(variable)} = {self.raw(point)}")
            return Piece(spelt, Rank.OPEN)

    # -- named quantities ------------------------------------------------------------------

    def quantity(self, term: Term) -> Piece:
        definition = DEFINITIONS[term.data]
        count = len(definition.parameters)
        template = self.template(definition.latex, definition.text)
        encloses = "(" in template or "[" in template
        rank = Rank.MAP if encloses else Rank.ATOM
        spelt = [self.at(a, rank) for a in term.args[:count]]
        if len(term.args) > count:
            template = self.based(template, term.args[count])
        return Piece(self.filled(template, spelt), Rank.ATOM if encloses else Rank.OPEN)


def name_of(term: Term) -> str:
    """The name of a symbol or abbreviation; what the kernel opened gets a primed letter."""
    if isinstance(term, Named):
        return str(term.data)
    assert isinstance(term, Sym)
    if not (term.name.startswith("#") and term.name[1:].isdigit()):
        return term.name
    letters = FRESH_INDICES if term.kind == "index" else FRESH_REALS
    turn, place = divmod(int(term.name[1:]), len(letters))
    return letters[place] + "'" * (turn + 1)
