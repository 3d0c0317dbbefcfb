"""Declarations: what a symbol is, and so what may be assumed of it.

A declaration puts the symbol's kind into the symbol.  The kind is what ``hypotheses``
reads; the kernel shows those that a proof used, and only those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, count

from xent_sym.terms.term import (
    BINDERS,
    App,
    Bound,
    Delta,
    Lam,
    Named,
    Num,
    Partial,
    Prod,
    Quantity,
    Range,
    Scalar,
    Space,
    Sum,
    Sym,
    Term,
    TermError,
    Tup,
    abstract,
    as_term,
    check_literal_index,
    instantiate,
    number,
)

POSITIVE_KINDS = frozenset({"positive", "positive distribution", "probability", "base"})
NONNEGATIVE_KINDS = frozenset({"distribution", "one-hot", "binary"})
DISTRIBUTION_KINDS = frozenset({"distribution", "positive distribution", "one-hot"})


def size(name: str = "K") -> Sym:
    """K is a whole number, K ≥ 1: how many classes, samples or features there are."""
    checked_name(name)
    return Sym(name, "size")


def domain(name: str = "D") -> Sym:
    """A finite index set about which nothing more is said."""
    return Sym(name, "domain")


def as_range(over: Scalar) -> Term:
    """1..n for a size n; a range, a domain or a written-out family's range as it is.

    >>> print(as_range(size("n")))
    1..n
    >>> as_range(0)
    Traceback (most recent call last):
    ...
    xent_sym.terms.term.TermError: a size of 0 leaves no index; give a size of 1 or more
    """
    term = as_term(over)
    if isinstance(term, Range) or (isinstance(term, Sym) and term.kind == "domain"):
        return term
    if isinstance(term, Num) and (term.data < 1 or term.data.denominator != 1):
        raise TermError(
            f"a size of {term.data} leaves no index; give a size of 1 or more"
        )
    return Range(1, term)


def index(name: str, *over: Scalar) -> Sym:
    """k ∈ 1..K.  With more than one range: a family of indices, one for each of the first ones.

    >>> K = size("K")
    >>> index("k", K).kind
    'index'
    """
    checked_name(name)
    return Sym(name, "index", *map(as_range, over))


def checked_name(name: str) -> str:
    """A name that printing can show and that no opened binder bears."""
    if not isinstance(name, str):
        raise TermError(
            f"{name!r} cannot name a symbol: a name such as 'K' is needed (a literal size is "
            "written where it is used: reals('z', 3))"
        )
    if not name or name.startswith("#"):
        raise TermError(f"{name!r} cannot name a symbol; begin it with a letter")
    return name


def entry(fam: Term, indices: Sequence[Term]) -> Term:
    """The family at these indices, which must be indices and lie in its ranges.

    >>> K = size("K"); z = reals("z", K)
    >>> entry(z, [real("t")])
    Traceback (most recent call last):
    ...
    xent_sym.terms.term.TermError: t is not an index: z takes index(name, ...) over 1..K
    """
    ranges = ranges_of(fam)
    if fam.closed and len(indices) > len(ranges):
        taken = f"{len(ranges)} index(es)" if ranges else "no index"
        raise TermError(f"{fam} takes {taken}; {len(indices)} were given")
    for place, (i, rng) in enumerate(zip(indices, ranges, strict=False), 1):
        check_literal_index(str(fam), place, i, rng)
        _check_index(fam, i, rng)
    return App.make((fam, *indices))


def _check_index(fam: Term, i: Term, rng: Term) -> None:
    """An index runs over the range in which it is used; a size or a number is one as it stands."""
    head = i.args[0] if isinstance(i, App) else i
    if isinstance(i, Num | Bound) or (isinstance(head, Sym) and head.kind == "size"):
        return
    if not (isinstance(head, Sym) and head.kind == "index"):
        raise TermError(f"{i} is not an index: {fam} takes index(name, ...) over {rng}")
    if _two_sets(head.args[-1], rng):
        raise TermError(f"{i} runs over {head.args[-1]}; {fam} takes an index over {rng}")


def _two_sets(own: Term, rng: Term) -> bool:
    """Two sizes or domains of different names: 1..n against 1..K, but not 2..K or 1..K−1."""
    one, two = (r.args[1] if isinstance(r, Range) else r for r in (own, rng))
    return isinstance(one, Sym) and isinstance(two, Sym) and one != two


def distinct_names(*terms: Term) -> None:
    """One name stands for one symbol throughout; otherwise what prints alike would differ."""
    seen: dict[str, Sym] = {}
    for symbol in sorted(frozenset().union(*(t.symbols() for t in terms)), key=lambda s: s.key):
        other = seen.setdefault(symbol.name, symbol)
        if other != symbol and not symbol.name.startswith("#"):
            raise TermError(
                f"{symbol.name} is declared twice: {_declaration(other)} and "
                f"{_declaration(symbol)}; give one of them another name"
            )


def _declaration(symbol: Sym) -> str:
    over = f" over {', '.join(map(str, symbol.args))}" if symbol.args else ""
    return f"{symbol.kind}{over}"


def family(name: str, kind: str, *over: Scalar) -> Sym:
    """A symbol of this kind with these index ranges."""
    checked_name(name)
    return Sym(name, kind, *map(as_range, over))


def real(name: str) -> Sym:
    """x is a real number."""
    return family(name, "real")


def reals(name: str, *over: Scalar) -> Sym:
    """A vector, matrix, ... of real numbers: nothing is assumed of them."""
    return family(name, "real", *over)


def positive(name: str, *over: Scalar) -> Sym:
    """x > 0, or every entry of the family is."""
    return family(name, "positive", *over)


def probability(name: str, *over: Scalar) -> Sym:
    """0 < p < 1."""
    return family(name, "probability", *over)


def distribution(name: str, *over: Scalar, full_support: bool = False) -> Sym:
    """p_k ≥ 0 (p_k > 0 with full support) and the p_k sum to one along the last index."""
    return family(name, "positive distribution" if full_support else "distribution", *over)


def one_hot(name: str, *over: Scalar, at: str = "c") -> Sym:
    """y_k = 1 for the true class k = c, else 0; ``at`` is the name of the true class."""
    checked_name(name)
    return Sym(name, "one-hot", *map(as_range, over), label=at)


def true_class(label: Sym, *sample: Term) -> Term:
    """The c of y_k = δ_kc, for a one-hot label, at a sample where there are several."""
    if not (isinstance(label, Sym) and label.kind == "one-hot"):
        raise TermError(
            f"{label} has no true class: give a symbol declared with one_hot(name, ...), and its "
            "samples after it: true_class(y, i)"
        )
    return App.make((Sym(label.data[2], "index", *label.args), *sample))


def binary(name: str, *over: Scalar) -> Sym:
    """y ∈ {0, 1}, or every entry of the family is."""
    return family(name, "binary", *over)


def base(name: str = "b") -> Sym:
    """A base of logarithms: b > 1."""
    return family(name, "base")


def name(symbol: str, meaning: Term) -> Named:
    """An abbreviation: prints as ``symbol`` and means ``meaning``."""
    return Named(symbol, meaning)


# -- binding by name -----------------------------------------------------------------------


def ranges_of(fam: Term) -> tuple[Term, ...]:
    """The ranges of the indices that a family still takes; none for a number."""
    if isinstance(fam, Sym):
        return fam.ranges
    if isinstance(fam, Lam):
        inner = ranges_of(fam.args[1])
        return (fam.args[0], *inner)
    if isinstance(fam, Tup):
        return (Range(1, len(fam.args)), *ranges_of(fam.args[0]))
    if isinstance(fam, Named):
        return ranges_of(fam.args[0])
    if isinstance(fam, App):
        return ranges_of(fam.args[0])[len(fam.args) - 1 :]
    if isinstance(fam, Quantity):
        from xent_sym.terms.quantities import DEFINITIONS

        return DEFINITIONS[fam.data].ranges(fam)
    return ()


def _bound_index(i: Term, over: Scalar | None) -> tuple[Term, str]:
    if not (isinstance(i, Sym) and i.kind == "index"):
        raise TermError(f"{i} is not an index; declare it with index(name, size)")
    return (as_range(over) if over is not None else i.args[-1]), i.name


def summation(
    body: Scalar, i: Term, over: Scalar | None = None, *, ne: Scalar | None = None
) -> Term:
    """Σ_i body over the range of i (or ``over``), leaving out the index ``ne`` if given.

    >>> K = size("K"); z = reals("z", K); j, k = index("j", K), index("k", K)
    >>> print(summation(z[j], j, ne=k))
    Σ_{j≠k} z_j
    """
    rng, hint = _bound_index(i, over)
    excluded = () if ne is None else (as_term(ne),)
    return Sum.make((rng, abstract(number(body), i), *excluded), None, hint)


def product(body: Scalar, i: Term, over: Scalar | None = None) -> Term:
    """Π_i body over the range of i (or ``over``)."""
    rng, hint = _bound_index(i, over)
    return Prod.make((rng, abstract(number(body), i)), None, hint)


def vector(body: Scalar, *indices: Term) -> Term:
    """The family whose entry at these indices is ``body``."""
    term = as_term(body)
    for i in reversed(indices):
        rng, hint = _bound_index(i, None)
        term = Lam(rng, abstract(term, i), hint)
    return term


def partial(body: Scalar, coordinate: Term) -> Term:
    """∂ body / ∂ coordinate, where the coordinate is an entry z[k] or a declared real.

    >>> K = size("K"); z = reals("z", K); k = index("k", K)
    >>> print(partial(z[k] ** 2, z[k]))
    ∂/∂z_k z_k²
    """
    point, *indices = coordinate.args if isinstance(coordinate, App) else (coordinate,)
    if not isinstance(point, Sym) or point.kind in ("index", "size", "domain"):
        raise TermError(f"cannot differentiate by {coordinate}: a real symbol or entry is needed")
    if len(indices) != len(point.ranges):
        raise TermError(f"cannot differentiate by {coordinate}: name one entry, with all indices")
    distinct_names(as_term(body), coordinate)
    space = Space(*point.ranges)
    return Partial.make((space, abstract(number(body), point), point, *indices), None, point.name)


def body_of(binder: Term, name_taken: Callable[[str], bool] | None = None) -> tuple[Sym, Term]:
    """Open a binder for reading: a symbol with a free, readable name, and the body with it.

    The author's name is kept where it is free.  A derivative whose point is a plain symbol
    that the body does not mention otherwise is opened under that symbol's own name.

    >>> n = size("n"); p = reals("p", n); i = index("i", n)
    >>> variable, body = body_of(summation(p[i], i))
    >>> print(variable, body)
    i p_i
    """
    assert isinstance(binder, BINDERS)
    domain, body, *point = binder.args
    taken = names_in(binder) | {"e"}
    space = isinstance(domain, Space)
    letters = "uvwxyz" if space else "ijklmnrst"
    hint = binder.hint or letters[0]
    at = point[0] if isinstance(binder, Partial) else None
    if isinstance(at, Sym) and at.name not in names_in(body):
        opened = Sym(at.name, "real", *domain.args)
        return opened, instantiate(body, opened)
    candidates = chain([hint], letters, (f"{hint}{n}" for n in count(1)))
    free = next(c for c in candidates if not (c in taken or (name_taken and name_taken(c))))
    ranges, kind = (domain.args, "real") if space else ((domain,), "index")
    opened = Sym(free, kind, *ranges)
    return opened, instantiate(body, opened)


def names_in(term: Term) -> set[str]:
    """The names of the free symbols and abbreviations: what a bound variable must avoid."""
    abbreviations = {t.data for t in term.walk() if isinstance(t, Named)}
    return abbreviations | {s.name for s in term.symbols()}


__all__ = [
    "Delta",
    "as_range",
    "base",
    "binary",
    "body_of",
    "distribution",
    "domain",
    "family",
    "index",
    "name",
    "names_in",
    "one_hot",
    "partial",
    "positive",
    "probability",
    "product",
    "ranges_of",
    "real",
    "reals",
    "size",
    "summation",
    "true_class",
    "vector",
]
