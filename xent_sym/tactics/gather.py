"""Gathering: common factors out of a sum, inside first.  Untrusted, like all tidying."""

from __future__ import annotations

from fractions import Fraction

from xent_sym.tactics.tidy import expand, size_of, tidy
from xent_sym.terms.parts import (
    factors_of,
    powers_of,
    product_of,
    split_number,
    sum_of,
    with_number,
)
from xent_sym.terms.term import Add, Mul, Num, Pow, Sum, Term, abstract, fresh, instantiate

ROUNDS = 4


def gathered(term: Term) -> Term:
    """The shortest form that taking out common factors and merging sums leads to."""
    for _ in range(ROUNDS):
        shorter = _gathered(term, 0)
        if shorter == term or size_of(shorter) > size_of(term):
            break
        term = shorter
    return _without_leading_minus(term)


def _without_leading_minus(term: Term) -> Term:
    """−b·(a − y) is b·(y − a), also where the difference stands inside a sum."""
    built = term.rebuild([_without_leading_minus(a) for a in term.args]) if term.args else term
    if not isinstance(built, Mul) or split_number(built)[0] >= 0:
        return built
    for position, factor in sorted(enumerate(built.args), key=lambda pair: not _owes(pair[1])):
        turned = _turned(factor)
        if turned is not None:
            rest = [turned if n == position else f for n, f in enumerate(built.args)]
            return tidy(Mul(Num(-1), *rest))
    return built


def _owes(term: Term) -> bool:
    """t² − 1 is turned round sooner than a − y."""
    return isinstance(term, Add) and any(isinstance(a, Num) and a.data < 0 for a in term.args)


def _turned(term: Term) -> Term | None:
    """Minus the term, by turning one difference in it round; None if there is none."""
    if isinstance(term, Add):
        parts = [split_number(a) for a in term.args]
        if not any(c < 0 for c, _ in parts):
            return None
        return Add(*(with_number(-c, r) for c, r in parts))
    if isinstance(term, Sum):
        body = _turned(term.args[1])
        return None if body is None else term.rebuild((term.args[0], body, *term.args[2:]))
    if isinstance(term, Mul):
        for position, factor in enumerate(term.args):
            turned = _turned(factor)
            if turned is not None:
                return Mul(*(turned if n == position else f for n, f in enumerate(term.args)))
    return None


def _gathered(term: Term, depth: int) -> Term:
    args = []
    for position, arg in enumerate(term.args):
        if position in term.BINDS:
            var = fresh(term.args[0], depth)
            args.append(abstract(_gathered(instantiate(arg, var), depth + 1), var))
        else:
            args.append(_gathered(arg, depth))
    built = tidy(_oriented(term.rebuild(args)), depth)
    forms = [built, _common(_merged_sums(built), depth), _common(expand(built, depth), depth)]
    return min(forms, key=size_of)


def _oriented(term: Term) -> Term:
    """Differences in a product all face one way: b·(y − a) becomes −b·(a − y)."""
    if not isinstance(term, Mul):
        return term
    sign, factors = 1, list[Term]()
    for factor in term.args:
        parts = [split_number(a) for a in factor.args] if isinstance(factor, Add) else []
        named = [(rest.key, c) for c, rest in parts if rest is not None]
        if named and min(named)[1] < 0:
            sign = -sign
            factors.append(Add(*(with_number(-c, r) for c, r in parts)))
        else:
            factors.append(factor)
    return Mul(*([Num(-1)] if sign < 0 else []), *factors)


def _merged_sums(term: Term) -> Term:
    """Σ f − Σ g over one range is Σ (f − g), when they carry the same factors outside."""
    if not isinstance(term, Add):
        return term
    groups: dict[tuple[Term, Term], list[Term]] = {}
    others: list[Term] = []
    for arg in term.args:
        coefficient, rest = split_number(arg)
        factors = [] if rest is None else factors_of(rest)
        sums = [f for f in factors if isinstance(f, Sum) and len(f.args) == 2]
        if len(sums) != 1:
            others.append(arg)
            continue
        outside = [f for f in factors if f is not sums[0]]
        key = (product_of(outside), sums[0].args[0])
        groups.setdefault(key, []).append(with_number(coefficient, sums[0].args[1]))
    merged = [
        Mul(outside, Sum.make((rng, sum_of(bodies)), None, "i"))
        for (outside, rng), bodies in groups.items()
    ]
    return tidy(Add(*merged, *others)) if merged else term


def _common(term: Term, depth: int) -> Term:
    """a·b + a·c as a·(b + c)."""
    if not isinstance(term, Add):
        return term
    rows = [_powers(arg) for arg in term.args]
    shared = {
        base: e for base, e in rows[0].items()
        if all(_same_direction(row.get(base), e) for row in rows)
    }
    least = {b: min((row[b] for row in rows), key=abs) for b in shared}
    if not least:
        return term
    rest = []
    for arg in term.args:
        coefficient, _ = split_number(arg)
        left = {b: e - least.get(b, Fraction(0)) for b, e in _powers(arg).items()}
        rest.append(with_number(coefficient, _product(left)))
    return tidy(Mul(_product(least), Add(*rest)), depth)


def _same_direction(found: Fraction | None, wanted: Fraction) -> bool:
    return found is not None and found * wanted > 0


def _powers(term: Term) -> dict[Term, Fraction]:
    _, rest = split_number(term)
    found: dict[Term, Fraction] = {}
    for base, exponent in powers_of(rest) if rest is not None else []:
        plain = isinstance(exponent, Num)
        key, value = (base, exponent.data) if plain else (Pow(base, exponent), Fraction(1))
        found[key] = found.get(key, Fraction(0)) + value
    return found


def _product(powers: dict[Term, Fraction]) -> Term:
    return product_of([b if e == 1 else Pow(b, Num(e)) for b, e in powers.items() if e])
