"""Stable forms: equations whose right side can be computed where the left one overflows.

Each is an equation of terms, so it can be proved; here it is only applied, left to right.
What is computed fast or safely is the choice of this list, never of the mathematics.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import TypeAlias

from xent_sym.terms.declare import (
    base,
    domain,
    index,
    name,
    positive,
    ranges_of,
    real,
    reals,
    summation,
    vector,
)
from xent_sym.terms.eta import eta
from xent_sym.terms.parts import numbers_apart, product_of
from xent_sym.terms.quantities import (
    log_sum_exp,
    sigmoid,
    softmax,
    softplus,
    unfold_quantity,
)
from xent_sym.terms.term import (
    Add,
    App,
    Bound,
    Fn,
    Lam,
    Mul,
    Named,
    Num,
    Pow,
    Quantity,
    Sym,
    Term,
    exp,
    instantiate,
    log,
    substitute,
)

Bindings: TypeAlias = dict[Term, Term]

# What the printers have a stable routine for; every other quantity is unfolded.
PRIMITIVES = frozenset({"softmax", "log_sum_exp", "sigmoid", "softplus"})
LOG_SOFTMAX = "log_softmax"


@dataclass(frozen=True)
class StableForm:
    """lhs = rhs, for all values of the symbols that obey their declarations.

    >>> print(next(form.name for form in STABLE_FORMS))
    log_of_softmax
    """

    name: str
    lhs: Term
    rhs: Term


def log_softmax(z: Term) -> Term:
    """log_softmax(z)_k = z_k − lse(z), an abbreviation that the printers know by name."""
    place = index("k", ranges_of(z)[0])
    return name(LOG_SOFTMAX, vector(z[place] - log_sum_exp(z), place))


def log_softmax_argument(family: Term) -> Term | None:
    """The z of a ``log_softmax(z)``; None for any other family."""
    if not (isinstance(family, Named) and family.data == LOG_SOFTMAX):
        return None
    body = family.args[0].args[1]
    found = next(t for t in body.walk() if isinstance(t, Quantity) and t.data == "log_sum_exp")
    return instantiate(found.args[0], Num(1))  # z does not mention k: this only lowers levels


_D = domain("D")
_z, _s, _t = reals("z", _D), real("s"), positive("t")
_w, _b = positive("w"), base("b")
_j, _k, _m = index("j", _D), index("k", _D), index("m", _D)
_v = reals("v", _D)
_others = summation(exp(_z[_j] - _z[_m]), _j, ne=_m)  # of the softmax, beside e^{z_m − z_m} = 1

STABLE_FORMS: tuple[StableForm, ...] = (
    StableForm("log_of_softmax", log(softmax(_z)[_k]), log_softmax(_z)[_k]),
    StableForm(
        "log_of_ratio_to_softmax",
        _w * log(_w / softmax(_z)[_k]),
        _w * log(_w) - _w * log_softmax(_z)[_k],
    ),
    StableForm("log_of_sigmoid", log(sigmoid(_s)), -softplus(-_s)),
    StableForm("log_of_one_minus_sigmoid", log(1 - sigmoid(_s)), -softplus(_s)),
    StableForm("one_minus_sigmoid", 1 - sigmoid(_s), sigmoid(-_s)),
    StableForm("log_of_one_plus_exp", log(1 + exp(_s)), softplus(_s)),
    StableForm("log_of_sum_of_exp", log(summation(exp(_z[_j]), _j)), log_sum_exp(_z)),
    StableForm(
        "softmax_written_out",
        exp(_z[_k]) / summation(exp(_z[_j]), _j),
        softmax(_z)[_k],
    ),
    StableForm("sigmoid_written_out", exp(_s) / (1 + exp(_s)), sigmoid(_s)),
    StableForm("sigmoid_of_negative", 1 / (1 + exp(_s)), sigmoid(-_s)),
    # the same taken back where a caller has chosen the pivot: m need not be where z is largest
    StableForm("log_sum_exp_pivot", _z[_m] + log(1 + _others), log_sum_exp(_z)),
    StableForm("softmax_pivot", exp(_z[_k] - _z[_m]) / (1 + _others), softmax(_z)[_k]),
    StableForm("one_minus_softmax", _others / (1 + _others), 1 - softmax(_z)[_m]),
    StableForm(
        "log_ratio_of_softmaxes",
        _z[_k] - _v[_k] - log(summation(softmax(_v)[_j] * exp(_z[_j] - _v[_j]), _j)),
        log_softmax(_z)[_k] - log_softmax(_v)[_k],
    ),
    StableForm("change_of_base", log(_t, _b), log(_t) / log(_b)),
)


def stabilise(term: Term) -> Term:
    """The same value in stable forms: quantities unfolded, then the equations applied.

    >>> from xent_sym.terms import binary_cross_entropy, binary
    >>> stable = stabilise(binary_cross_entropy(binary("y"), sigmoid(_s)))
    >>> sorted({t.data for t in stable.walk() if isinstance(t, Quantity)})
    ['softplus']
    """
    return rewritten(unfolded(term))[0]


def unfolded(term: Term) -> Term:
    """The term with abbreviations and all quantities but the primitives written out."""
    if isinstance(term, Named):
        return unfolded(term.args[0])
    if isinstance(term, Quantity) and term.data not in PRIMITIVES:
        return unfolded(unfold_quantity(term))
    return term.rebuild([unfolded(a) for a in term.args])


def rewritten(term: Term) -> tuple[Term, tuple[str, ...]]:
    """The term with the equations applied wherever they fit, and the names of those that did."""
    used: dict[str, None] = {}
    return _rewrite(term, {}, used), tuple(used)


def _rewrite(term: Term, memo: dict[Term, Term], used: dict[str, None]) -> Term:
    """Outermost first, then inside, then once more where the inside has changed."""
    if isinstance(term, Named):
        return term  # an abbreviation that the printers know: it is computed as a whole
    if term not in memo:
        memo[term] = _rewritten_once(term, memo, used)
    return memo[term]


def _rewritten_once(term: Term, memo: dict[Term, Term], used: dict[str, None]) -> Term:
    for form in STABLE_FORMS:
        replaced = _apply(form, term)
        if replaced is not None:
            used.setdefault(form.name)
            return _rewrite(_tidy(replaced), memo, used)
    inside = _tidy(term.rebuild([_rewrite(a, memo, used) for a in term.args]))
    return inside if inside == term else _rewrite(inside, memo, used)


def _apply(form: StableForm, term: Term) -> Term | None:
    """The term with the form applied at its root, or to some factors or summands of it."""
    if type(term) is not type(form.lhs) or term.data != form.lhs.data:
        return None
    if not isinstance(term, Add | Mul):
        found = next(_match(form.lhs, term, {}, _variables(form.lhs)), None)
        return None if found is None else _instance(form, found)
    for chosen in permutations(range(len(term.args)), len(form.lhs.args)):
        some = [term.args[n] for n in chosen]
        found = next(_match_all(form.lhs.args, some, {}, _variables(form.lhs)), None)
        if found is not None:
            rest = [a for n, a in enumerate(term.args) if n not in chosen]
            return term.make((_instance(form, found), *rest))
    return None


def _instance(form: StableForm, found: Bindings) -> Term:
    if _z in found:
        found = {**found, _D: ranges_of(found[_z])[0]}
    return substitute(form.rhs, found)


def _variables(lhs: Term) -> frozenset[Term]:
    return frozenset(lhs.symbols())


# -- matching -----------------------------------------------------------------------------------


def _match(
    pattern: Term, term: Term, found: Bindings, variables: frozenset[Term]
) -> Iterator[Bindings]:
    """The ways to read ``term`` as ``pattern``; sums and products match in any order.

    A family applied to the bound index, z_j, matches any summand: z is then that function of j.
    """
    if pattern in variables:
        if pattern not in found:
            yield {**found, pattern: term}
        elif found[pattern] == term:
            yield found
    elif isinstance(pattern, App) and pattern.args[0] in variables:
        yield from _match_entry(pattern, term, found, variables)
    elif type(pattern) is not type(term) or pattern.data != term.data:
        return
    elif len(pattern.args) == len(term.args):
        if isinstance(pattern, Add | Mul):
            for order in permutations(term.args):
                yield from _match_all(pattern.args, list(order), found, variables)
        else:
            yield from _match_all(pattern.args, list(term.args), found, variables)


def _match_all(
    patterns: tuple[Term, ...], terms: list[Term], found: Bindings, variables: frozenset[Term]
) -> Iterator[Bindings]:
    """Each pattern with its term; those with a binder first, for they say what a family is."""
    if not patterns:
        yield found
        return
    first = next((n for n, p in enumerate(patterns) if any(t.BINDS for t in p.walk())), 0)
    others = patterns[:first] + patterns[first + 1 :]
    for binding in _match(patterns[first], terms[first], found, variables):
        yield from _match_all(others, terms[:first] + terms[first + 1 :], binding, variables)


def _match_entry(
    pattern: Term, term: Term, found: Bindings, variables: frozenset[Term]
) -> Iterator[Bindings]:
    family, place = pattern.args
    if place == Bound(0):
        over = found[_D]
        yield from _match(family, eta(Lam(over, term)), found, variables)
    elif family in found:
        entry = App.make((found[family], place))
        yield from _match(entry, term, found, frozenset({place}))
    elif isinstance(term, App):
        yield {**found, family: App.make(term.args[:-1]), place: term.args[-1]}


def _tidy(term: Term) -> Term:
    """Numbers in a product multiplied out, −(a + b) = −a − b: so that −(−s) is s again."""
    if isinstance(term, Add) and len(term.args) == 1:
        return term.args[0]
    if not isinstance(term, Mul):
        return term
    number, others = numbers_apart(term.args)
    if number == -1 and len(others) == 1 and isinstance(others[0], Add):
        return Add(*(_tidy(-a) for a in others[0].args))
    return product_of(others if number == 1 else [Num(number), *others])


def sure_to_be_nonzero(term: Term) -> bool:
    """The term cannot be zero, to be seen from its shape and its declarations alone."""
    match term:
        case Num():
            return bool(term.data != 0)
        case Sym() | App():
            head = term.args[0] if isinstance(term, App) else term
            kinds = ("size", "positive", "base")
            return isinstance(head, Sym) and head.kind in kinds
        case Fn() if term.data == "log":
            inside = term.args[0]
            literal = isinstance(inside, Num) and inside.data > 1
            return literal or (isinstance(inside, Sym) and inside.kind == "base")
        case Add():
            return all(_positive(a) for a in term.args)
        case Mul():
            return all(sure_to_be_nonzero(a) for a in term.args)
        case Pow():
            return sure_to_be_nonzero(term.args[0])
    return _positive(term)


def _positive(term: Term) -> bool:
    if isinstance(term, Num):
        return bool(term.data > 0)
    return isinstance(term, Fn) and term.data == "exp"


__all__ = [
    "LOG_SOFTMAX",
    "PRIMITIVES",
    "STABLE_FORMS",
    "StableForm",
    "log_softmax",
    "log_softmax_argument",
    "rewritten",
    "stabilise",
    "sure_to_be_nonzero",
    "unfolded",
]
