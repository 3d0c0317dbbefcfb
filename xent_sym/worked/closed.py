"""Writing out, and closed forms: r + c·log_b x for a sum of logarithms of numbers.

Nothing here is trusted: each line that is found is a step for the kernel to check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

from xent_sym.terms.quantities import unfold_quantity
from xent_sym.terms.term import (
    Add,
    Fn,
    Lam,
    Mul,
    Num,
    Pow,
    Prod,
    Quantity,
    Range,
    Sum,
    Term,
    instantiate,
    log,
)

# What a model puts out keeps its name while numbers are put in; the next line writes it out.
KEPT = frozenset({"softmax", "sigmoid", "softplus", "log_sum_exp"})
LARGEST_ARGUMENT = 10**6
LARGEST_FACTORED = 10**10


def written_out(term: Term) -> Term:
    """The definitions and finite sums of a closed term written out, every summand shown.

    >>> from xent_sym.terms import Tup, cross_entropy
    >>> print(written_out(cross_entropy(Tup(1, 0), Tup(Fraction(1, 3), Fraction(2, 3)))))
    -(1·log(1/3) + 0·log(2/3))
    """
    match term:
        case Quantity() if term.data not in KEPT:
            return written_out(unfold_quantity(term))
        case Sum() | Prod() if _literal(term.args[0]):
            lo, hi = (int(end.data) for end in term.args[0].args)
            parts = [written_out(instantiate(term.args[1], Num(i))) for i in range(lo, hi + 1)]
            join = Add if isinstance(term, Sum) else Mul
            return parts[0] if len(parts) == 1 else join(*parts)
        case Lam():
            return term
    built = term.rebuild([written_out(a) for a in term.args]) if term.args else term
    return _weights(built) if isinstance(built, Mul) else built


def _literal(rng: Term) -> bool:
    return isinstance(rng, Range) and all(isinstance(end, Num) for end in rng.args)


def _weights(product: Mul) -> Term:
    """(1 − 1)·log x is 0·log x: a weight that is plain arithmetic is worked out."""
    values = [rational(a) for a in product.args]
    if None not in values:
        return product
    return Mul(
        *(
            Num(v) if v is not None and isinstance(a, Add) else a
            for a, v in zip(product.args, values, strict=True)
        )
    )


def rational(term: Term) -> Fraction | None:
    """The value of plain arithmetic on numbers; None where there is anything else.

    >>> rational(Num(1) - Num(Fraction(7, 10)))
    Fraction(3, 10)
    """
    match term:
        case Num():
            return Fraction(term.data)
        case Add() | Mul():
            values = [rational(a) for a in term.args]
            if isinstance(term, Mul) and Fraction(0) in values:
                return Fraction(0)
            whole = [v for v in values if v is not None]
            if len(whole) < len(values):
                return None
            total = Fraction(isinstance(term, Mul))
            for value in whole:
                total = total * value if isinstance(term, Mul) else total + value
            return total
        case Pow():
            base, exponent = (rational(a) for a in term.args)
            if base is None or exponent is None or exponent.denominator != 1:
                return None
            return base ** int(exponent) if base or exponent > 0 else None
    return None


def whole_logarithms(term: Term) -> Term:
    """log₂(1/8) is −3: the logarithms that come out whole, worked out where they stand.

    >>> print(whole_logarithms(log(Fraction(1, 8), 2) + log(3, 2)))
    -3 + log₂ 3
    """
    if isinstance(term, Fn) and term.data in ("log", "log_base"):
        found = _logarithms(term)
        if found is not None and not found.logs:
            return Num(found.rational)
    return term.rebuild([whole_logarithms(a) for a in term.args]) if term.args else term


# -- r + Σ c_p log_b p -------------------------------------------------------------------------


@dataclass
class _Logs:
    """rational + Σ logs[p]·log_base(p) over primes p; base None is the natural logarithm."""

    rational: Fraction = Fraction(0)
    logs: dict[int, Fraction] = field(default_factory=dict)
    base: Term | None = None


def closed_form(term: Term) -> Term | None:
    """r + c·log x for rational combinations of logarithms of numbers; None for anything else.

    >>> quarter = Fraction(1, 4)
    >>> print(closed_form(-(quarter * log(Fraction(1, 2), 2) + quarter * log(Fraction(3, 8), 2))))
    (4 - log₂ 3)/4
    """
    found = _logarithms(term)
    return None if found is None else _spelt(found)


def _logarithms(term: Term) -> _Logs | None:
    value = rational(term)
    if value is not None:
        return _Logs(value)
    match term:
        case Add():
            return _total(_logarithms(a) for a in term.args)
        case Mul():
            return _multiple(term)
        case Fn() if term.data == "log":
            return _of_number(None, rational(term.args[0]))
        case Fn() if term.data == "log_base":
            return _of_number(term.args[0], rational(term.args[1]))
    return None


def _total(parts: Iterable[_Logs | None]) -> _Logs | None:
    whole = _Logs()
    for part in parts:
        if part is None or (part.logs and whole.logs and part.base != whole.base):
            return None
        whole.base = part.base if part.logs else whole.base
        whole.rational += part.rational
        for prime, c in part.logs.items():
            whole.logs[prime] = whole.logs.get(prime, Fraction(0)) + c
    whole.logs = {p: c for p, c in whole.logs.items() if c}
    return whole


def _multiple(term: Term) -> _Logs | None:
    factor = Fraction(1)
    others: list[Term] = []
    for part in term.args:
        value = rational(part)
        if value is None:
            others.append(part)
        else:
            factor *= value
    inside = _logarithms(others[0]) if len(others) == 1 else None
    if inside is None:
        return None
    logs = {p: c * factor for p, c in inside.logs.items()}
    return _Logs(inside.rational * factor, logs, inside.base)


def _of_number(base: Term | None, value: Fraction | None) -> _Logs | None:
    if value is None or value <= 0 or max(value.numerator, value.denominator) > LARGEST_FACTORED:
        return None
    found = _Logs(base=base)
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime in _primes(part):
            found.logs[prime] = found.logs.get(prime, Fraction(0)) + sign
    if isinstance(base, Num) and base.data in found.logs:
        found.rational = found.logs.pop(int(base.data))
    return found


def _primes(n: int) -> Iterable[int]:
    p = 2
    while p * p <= n:
        while n % p == 0:
            yield p
            n //= p
        p += 1
    if n > 1:
        yield n


def _spelt(found: _Logs) -> Term:
    """One logarithm where its argument stays readable: (10 − log₂ 3)/4, log₂ 5 − 8/5."""
    if not found.logs:
        return Num(found.rational)
    under = lcm(*(c.denominator for c in found.logs.values()))
    powers = {p: int(c * under) for p, c in found.logs.items()}
    common = gcd(*powers.values())
    over, below = 1, 1
    for prime, power in powers.items():
        over *= prime ** max(power // common, 0)
        below *= prime ** max(-power // common, 0)
    if max(over, below) > LARGEST_ARGUMENT:
        rows = [_times(c, log(p, found.base)) for p, c in sorted(found.logs.items())]
        return _signed_sum([*([Num(found.rational)] if found.rational else []), *rows])
    sign = 1 if over > below else -1
    argument = Fraction(over, below) ** sign
    return _one(found.rational, Fraction(sign * common, under), log(argument, found.base))


def _one(constant: Fraction, c: Fraction, logarithm: Term) -> Term:
    """constant + c·logarithm, over one denominator where c is broken."""
    if not constant:
        return _times(c, logarithm)
    if c.denominator == 1:
        return _signed_sum([_times(c, logarithm), Num(constant)])
    under = lcm(c.denominator, constant.denominator)
    top = _signed_sum([Num(constant * under), _times(c * under, logarithm)])
    return Mul(top, Pow(Num(under), Num(-1)))


def _times(c: Fraction, logarithm: Term) -> Term:
    if c == 1:
        return logarithm
    if abs(c.numerator) == 1 and c.denominator != 1:
        quotient = Mul(logarithm, Pow(Num(c.denominator), Num(-1)))
        return quotient if c > 0 else Mul(Num(-1), quotient)
    return Mul(Num(c), logarithm)


def _signed_sum(parts: list[Term]) -> Term:
    """What is added first, what is taken away after."""
    taken = [p for p in parts if _negative(p)]
    row = [p for p in parts if not _negative(p)] + taken
    return row[0] if len(row) == 1 else Add(*row)


def _negative(term: Term) -> bool:
    first = term.args[0] if isinstance(term, Mul) else term
    return isinstance(first, Num) and first.data < 0


__all__ = ["closed_form", "rational", "whole_logarithms", "written_out"]
