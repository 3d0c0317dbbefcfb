"""Ways with sums: linearity, delta collapse, the term j = i apart, declared totals."""

from __future__ import annotations

from collections.abc import Iterator

from xent_sym.kernel.judge import Application
from xent_sym.kernel.laws import LAWS
from xent_sym.tactics.rewriting import Finder
from xent_sym.tactics.tidy import expand, tidy
from xent_sym.terms.parts import factors_of, product_of, sum_of
from xent_sym.terms.term import (
    Add,
    App,
    Delta,
    Fn,
    Lam,
    Num,
    Pow,
    Range,
    Sum,
    Sym,
    Term,
    abstract,
    fresh,
    instantiate,
)


def _opened(term: Term, depth: int) -> tuple[Sym, Term]:
    var = fresh(term.args[0], depth)
    return var, instantiate(term.args[1], var)


def _function(var: Sym, body: Term, term: Term) -> Lam:
    return Lam(term.args[0], abstract(body, var), term.hint)


def split(term: Term, depth: int) -> Iterator[Application]:
    """Σ (f + g) = Σ f + Σ g, the summand multiplied out first."""
    if not isinstance(term, Sum) or len(term.args) > 2:
        return
    var, body = _opened(term, depth)
    grown = expand(tidy(body, depth + 1), depth + 1)
    if isinstance(grown, Add):
        yield Application(
            LAWS["sum_of_sums"],
            {
                "D": term.args[0],
                "f": _function(var, grown.args[0], term),
                "g": _function(var, sum_of(grown.args[1:]), term),
            },
        )


def pull(term: Term, depth: int) -> Iterator[Application]:
    """Σ c·f = c·Σ f."""
    if not isinstance(term, Sum) or len(term.args) > 2:
        return
    var, body = _opened(term, depth)
    factors = factors_of(tidy(body, depth + 1))
    outside = [f for f in factors if not f.has(var)]
    inside = [f for f in factors if f.has(var)]
    if outside and inside and outside != [Num(1)]:
        yield Application(
            LAWS["constant_factor"],
            {
                "D": term.args[0],
                "c": product_of(outside),
                "f": _function(var, product_of(inside), term),
            },
        )


def push(term: Term, depth: int) -> Iterator[Application]:
    """c·Σ e^f / Σ e^g = Σ c·e^f / Σ e^g: a quotient of exponentials that may have a name."""
    factors = factors_of(term)
    outer = [f for f in factors if isinstance(f, Sum) and len(f.args) == 2 and _exponential(f)]
    divided = any(isinstance(f, Pow) and _exponential(f) for f in factors)
    if len(outer) == 1 and divided:
        rest = [f for f in factors if f is not outer[0]]
        function = Lam(outer[0].args[0], outer[0].args[1], outer[0].hint)
        bindings = {"D": outer[0].args[0], "c": product_of(rest), "f": function}
        yield Application(LAWS["constant_factor"], bindings, backwards=True)


def _exponential(term: Term) -> bool:
    return any(isinstance(t, Fn) and t.data == "exp" for t in term.walk())


def linear(term: Term, depth: int) -> Iterator[Application]:
    """Sums of sums split, constants pulled out, constants summed."""
    if isinstance(term, Sum) and isinstance(term.args[0], Range) and len(term.args) == 2:
        var, body = _opened(term, depth)
        if not body.has(var):
            yield Application(LAWS["sum_of_constant"], {"n": term.args[0].args[1], "c": body})
    yield from split(term, depth)
    yield from pull(term, depth)


def collapse(term: Term, depth: int) -> Iterator[Application]:
    """Σ_j δ_jk f(j) = f(k), parted from what has no δ first."""
    if not isinstance(term, Sum) or len(term.args) > 2:
        return
    var, body = _opened(term, depth)
    if not any(isinstance(t, Delta) and var in t.args for t in body.walk()):
        return
    yield from split(term, depth)
    factors = factors_of(tidy(body, depth + 1))
    for position, factor in enumerate(factors):
        if isinstance(factor, Delta) and var in factor.args:
            other = factor.args[0] if factor.args[1] == var else factor.args[1]
            rest = [f for n, f in enumerate(factors) if n != position]
            yield Application(
                LAWS["collapse_delta"],
                {
                    "D": term.args[0],
                    "f": _function(var, product_of(rest), term),
                    "k": other,
                },
            )
    inner = [f for f in factors if isinstance(f, Sum) and any(
        isinstance(t, Delta) and var in t.args for t in f.walk())]
    if len(inner) == 1:
        yield from _exchange(term, var, factors, inner[0], depth)


def _exchange(
    term: Term, var: Sym, factors: tuple[Term, ...], inner: Term, depth: int
) -> Iterator[Application]:
    """A δ in the outer index inside an inner sum: sum over the outer index first."""
    own, body = _opened(inner, depth + 1)
    if any(isinstance(t, Delta) and own in t.args for t in body.walk()):
        return
    rest = [f for f in factors if f != inner]
    whole = product_of([*rest, body])
    if inner.args[0].has(var):
        return
    h = Lam(term.args[0], abstract(Lam(inner.args[0], abstract(whole, own), inner.hint), var),
            term.hint)
    yield Application(
        LAWS["exchange_of_sums"], {"D": term.args[0], "E": inner.args[0], "h": h}
    )


def total_of(family: Term) -> Finder:
    """Σ p_i = 1 for this distribution, constants pulled out of its sums first."""

    def finder(term: Term, depth: int) -> Iterator[Application]:
        if not isinstance(term, Sum) or not term.has(family):
            return
        var, body = _opened(term, depth)
        entry = App.make((family, var))
        if tidy(body, depth + 1) == entry or (isinstance(body, App) and body.args[0] == family
                                   and body.args[-1] == var):
            row = App.make(body.args[:-1])
            yield Application(LAWS["sums_to_one"], {"D": term.args[0], "p": row})
        elif any(isinstance(t, App) and t.args[0] == family and var in t.args
                 for t in body.walk()):
            if isinstance(expand(tidy(body, depth + 1), depth + 1), Add):
                yield from split(term, depth)
            else:
                yield from pull(term, depth)

    return finder


def split_off(at: Term) -> Finder:
    """Σ_j f = Σ_{j≠k} f + f_k."""

    def finder(term: Term, depth: int) -> Iterator[Application]:
        if isinstance(term, Sum) and len(term.args) == 2:
            f = Lam(term.args[0], term.args[1], term.hint)
            yield Application(
                LAWS["split_off_term"], {"D": term.args[0], "f": f, "k": at}
            )

    return finder

