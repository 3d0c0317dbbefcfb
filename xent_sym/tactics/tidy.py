"""Tidying: a line as a person would write it.  Untrusted; the kernel checks every line.

Zeros, ones and double minuses go, numbers multiply out, like terms and like factors join.
Nothing is expanded and the order of writing is kept.
"""

from __future__ import annotations

from fractions import Fraction

from xent_sym.kernel.conditions import discharge
from xent_sym.terms.eta import eta
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.parts import powers_of, product_of, split_number, sum_of, with_number
from xent_sym.terms.polynomial import TooLarge, number_power
from xent_sym.terms.term import (
    Add,
    Delta,
    Fn,
    Lam,
    Mul,
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
)


def tidy(term: Term, depth: int = 0) -> Term:
    """The term with its arithmetic debris cleared, from the inside out.

    >>> from xent_sym.terms import real
    >>> x = real("x")
    >>> print(tidy(0 * x + 1 * x - (-x)))
    2·x
    """
    if not term.args:
        return term
    built = term.rebuild([_inside(term, n, depth) for n in range(len(term.args))])
    match built:
        case Add():
            return _sum(built)
        case Mul():
            return _product(built, depth)
        case Pow():
            return _power(built, depth)
        case Lam():
            return eta(built)
        case Sum() if built.args[1] == Num(0):
            return Num(0)
        case Sum():
            return _minus_out(built)
        case Fn() if built.data == "exp" and built.args[0] == Num(0):
            return Num(1)
        case Delta() if built.args[0] == built.args[1]:
            return Num(1)
    return built


def _inside(term: Term, position: int, depth: int) -> Term:
    arg = term.args[position]
    if position not in term.BINDS:
        return tidy(arg, depth)
    var = fresh(term.args[0], depth)
    return abstract(tidy(instantiate(arg, var), depth + 1), var)


def _sum(term: Term) -> Term:
    collected: dict[Term, Fraction] = {}
    constant = Fraction(0)
    for arg in term.args:
        coefficient, rest = split_number(arg)
        if rest is None:
            constant += coefficient
        else:
            collected[rest] = collected.get(rest, Fraction(0)) + coefficient
    parts = [with_number(c, rest) for rest, c in collected.items() if c]
    if constant:
        parts.insert(0 if isinstance(term.args[0], Num) else len(parts), Num(constant))
    return sum_of(_lead_with_plus(parts))


def _lead_with_plus(parts: list[Term]) -> list[Term]:
    """−a + b reads better as b − a."""
    for position, part in enumerate(parts):
        if split_number(part)[0] > 0:
            return [part, *parts[:position], *parts[position + 1 :]]
    return parts


def _product(term: Term, depth: int) -> Term:
    coefficient = Fraction(1)
    collected: dict[Term, list[Fraction]] = {}
    others: list[Term] = []
    for base, exponent in powers_of(term):
        if not isinstance(exponent, Num):
            others.append(Pow(base, exponent))
        elif isinstance(base, Num) and base.data and _is_written_out(base, exponent):
            coefficient *= base.data ** int(exponent.data)
        elif base == Num(0) and exponent.data > 0:
            return Num(0)
        else:
            collected.setdefault(base, []).append(exponent.data)
    factors = [f for base, es in collected.items() for f in _joined(base, es, depth)] + others
    if not factors:
        return Num(coefficient)
    return _signed(coefficient, factors)


def _is_written_out(base: Num, exponent: Num) -> bool:
    """A whole power of a number that is short enough to write down."""
    if exponent.data.denominator != 1:
        return False
    try:
        number_power(base.data or Fraction(1), int(exponent.data))
    except TooLarge:
        return False
    return True


def _joined(base: Term, exponents: list[Fraction], depth: int) -> list[Term]:
    """Powers of one base; x and 1/x cancel only where x is known not to be 0."""
    ups = sum((e for e in exponents if e > 0), Fraction(0))
    downs = sum((e for e in exponents if e < 0), Fraction(0))
    if ups and downs and discharge(Hypothesis("nonzero", (base,)), (), depth) is None:
        return [_raised(base, ups), _raised(base, downs)]
    return [_raised(base, ups + downs)] if ups + downs else []


def _signed(coefficient: Fraction, factors: list[Term]) -> Term:
    """A minus goes into a difference that begins with a minus: −(−a + b) is a − b."""
    if coefficient == -1 and len(factors) == 1 and isinstance(factors[0], Add):
        flipped = [with_number(-c, r) for c, r in map(split_number, factors[0].args)]
        negative = sum(split_number(a)[0] < 0 for a in factors[0].args)
        if 2 * negative >= len(factors[0].args):
            return Add(*_lead_with_plus(flipped))
    return with_number(coefficient, product_of(factors))


def _raised(base: Term, exponent: Fraction) -> Term:
    return base if exponent == 1 else Pow(base, Num(exponent))


def _power(term: Term, depth: int) -> Term:
    base, exponent = term.args
    if exponent == Num(1):
        return base
    if exponent == Num(0):
        return Num(1)
    if isinstance(base, Num) and isinstance(exponent, Num) and _is_written_out(base, exponent):
        return Num(base.data ** int(exponent.data)) if base.data else term
    if isinstance(base, Pow) and all(isinstance(e, Num) for e in (base.args[1], exponent)):
        return _power(Pow(base.args[0], Num(base.args[1].data * exponent.data)), depth)
    if isinstance(base, Mul) and isinstance(exponent, Num) and exponent.data.denominator == 1:
        known = (discharge(Hypothesis("nonzero", (f,)), (), depth) for f in base.args)
        if exponent.data > 0 or None not in known:
            return _product(Mul(*(Pow(f, exponent) for f in base.args)), depth)
    return term


def _minus_out(term: Term) -> Term:
    """Σ −f is −Σ f."""
    coefficient, rest = split_number(term.args[1])
    if coefficient < 0 and rest is not None:
        inner = term.rebuild((term.args[0], with_number(-coefficient, rest), *term.args[2:]))
        return Mul(Num(-1), inner)
    return term


def size_of(term: Term) -> int:
    """How much there is to read."""
    read = (a for a in term.args if a.args and not isinstance(a, Range | Space | Sym))
    return 1 + sum(map(size_of, read))


def expand(term: Term, depth: int = 0) -> Term:
    """Products of sums multiplied out, at the top level."""
    if isinstance(term, Add):
        return tidy(Add(*(expand(a, depth) for a in term.args)), depth)
    if not isinstance(term, Mul):
        return term
    rows: list[list[Term]] = [[]]
    for factor in term.args:
        grown = expand(factor, depth)
        options = grown.args if isinstance(grown, Add) else (grown,)
        rows = [[*row, option] for row in rows for option in options]
    return tidy(sum_of([product_of(row) for row in rows]), depth)

