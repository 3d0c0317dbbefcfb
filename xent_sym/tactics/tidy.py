"""Tidying: a line as a person would write it.  Untrusted; the kernel checks every line.

Zeros, ones and double minuses go, numbers multiply out, like terms and like factors join.
Nothing is expanded and the order of writing is kept.
"""

from __future__ import annotations

from fractions import Fraction

from xent_sym.kernel.conditions import discharge
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import (
    Add,
    Delta,
    Fn,
    Mul,
    Num,
    Pow,
    Sum,
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
    order: list[Term] = []
    for arg in term.args:
        coefficient, rest = split_number(arg)
        if rest is None:
            constant += coefficient
            continue
        if rest not in collected:
            order.append(rest)
        collected[rest] = collected.get(rest, Fraction(0)) + coefficient
    parts = [with_number(collected[rest], rest) for rest in order if collected[rest]]
    if constant:
        parts.insert(0 if isinstance(term.args[0], Num) else len(parts), Num(constant))
    if not parts:
        return Num(0)
    return parts[0] if len(parts) == 1 else Add(*_lead_with_plus(parts))


def _lead_with_plus(parts: list[Term]) -> list[Term]:
    """−a + b reads better as b − a."""
    for position, part in enumerate(parts):
        if split_number(part)[0] > 0:
            return [part, *parts[:position], *parts[position + 1 :]]
    return parts


def split_number(term: Term) -> tuple[Fraction, Term | None]:
    """(coefficient, the rest); no rest for a number."""
    if isinstance(term, Num):
        return term.data, None
    if isinstance(term, Mul):
        coefficient = Fraction(1)
        rest = []
        for factor in term.args:
            if isinstance(factor, Num):
                coefficient *= factor.data
            else:
                rest.append(factor)
        return coefficient, (rest[0] if len(rest) == 1 else Mul(*rest)) if rest else None
    return Fraction(1), term


def with_number(coefficient: Fraction, rest: Term) -> Term:
    """coefficient · rest, without a written 1."""
    if coefficient == 1:
        return rest
    return Mul(Num(coefficient), rest)


def powers_of(term: Term) -> list[tuple[Term, Term]]:
    """The factors of a product as (base, exponent)."""
    found = []
    for factor in term.args if isinstance(term, Mul) else (term,):
        if isinstance(factor, Pow):
            found.append((factor.args[0], factor.args[1]))
        else:
            found.append((factor, Num(1)))
    return found


def _product(term: Term, depth: int) -> Term:
    coefficient = Fraction(1)
    collected: dict[Term, list[Fraction]] = {}
    others: list[Term] = []
    for base, exponent in powers_of(term):
        if not isinstance(exponent, Num):
            others.append(Pow(base, exponent))
        elif isinstance(base, Num) and exponent.data.denominator == 1 and base.data:
            coefficient *= base.data ** int(exponent.data)
        elif base == Num(0) and exponent.data > 0:
            return Num(0)
        else:
            collected.setdefault(base, []).append(exponent.data)
    factors = [f for base, es in collected.items() for f in _joined(base, es, depth)] + others
    if not factors:
        return Num(coefficient)
    return _signed(coefficient, factors)


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
        flipped = [with_number(-c, r) if r is not None else Num(-c)
                   for c, r in map(split_number, factors[0].args)]
        negative = sum(split_number(a)[0] < 0 for a in factors[0].args)
        if 2 * negative >= len(factors[0].args):
            return Add(*_lead_with_plus(flipped))
    rest = factors[0] if len(factors) == 1 else Mul(*factors)
    return with_number(coefficient, rest)


def _raised(base: Term, exponent: Fraction) -> Term:
    return base if exponent == 1 else Pow(base, Num(exponent))


def _power(term: Term, depth: int) -> Term:
    base, exponent = term.args
    if exponent == Num(1):
        return base
    if exponent == Num(0):
        return Num(1)
    if isinstance(base, Num) and isinstance(exponent, Num) and exponent.data.denominator == 1:
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
    return 1 + sum(size_of(a) for a in term.args if not _silent(a))


def _silent(term: Term) -> bool:
    return not term.args or type(term).__name__ in ("Range", "Space", "Sym")


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
    return tidy(Add(*(Mul(*row) for row in rows)) if len(rows) > 1 else Mul(*rows[0]), depth)

