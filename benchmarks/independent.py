"""A second opinion: the value of a term, worked out without the package's own evaluator.

It knows the nodes of the language and nothing else of the package: not ``terms.evaluate``, not
the definitions of the named quantities, not the normal form, not the kernel, not the search for
counterexamples.  Numbers are mpmath's at 60 digits; a partial derivative is a difference
quotient.  Slow, and plain.  ``sampling`` draws the points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from mpmath import mp, mpf

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
    Sum,
    Sym,
    Term,
    Tup,
)

mp.dps = 60
STEP = mpf(10) ** -20
LARGEST = 10**5

Value: TypeAlias = "Any"  # an mpf, or a Family of values
Point: TypeAlias = "dict[Sym, Value]"


class NoValue(Exception):
    """The term has no value at this point: log 0, 1/0, an index outside its range."""


class NotKnown(Exception):
    """A node or a kind of symbol that this evaluator does not know."""


@dataclass(frozen=True)
class Family:
    """Entries by whole-number index, ``low`` the index of the first."""

    low: int
    entries: tuple[Value, ...]

    def __str__(self) -> str:
        return f"({', '.join(map(told, self.entries))})"

    def at(self, place: int) -> Value:
        """The entry with this index."""
        if not 0 <= place - self.low < len(self.entries):
            raise NoValue(f"no entry {place}")
        return self.entries[place - self.low]

    def moved(self, place: Sequence[int], by: Any) -> Family:
        """This family with one entry changed by so much."""
        first, *rest = place
        old = self.at(first)
        new = old.moved(rest, by) if rest else old + by
        at = first - self.low
        return Family(self.low, (*self.entries[:at], new, *self.entries[at + 1 :]))


def told(found: Value) -> str:
    """A value to four digits, for reading."""
    return str(found) if isinstance(found, Family) else str(mp.nstr(found, 4))


# -- values ------------------------------------------------------------------------------------


def value(term: Term, point: Point, bound: tuple[Value, ...] = ()) -> Value:
    """The value of a term; ``bound`` are the values of the bound variables, innermost first.

    >>> from xent_sym.terms import entropy, distribution, size
    >>> p = distribution("p", size("K"))
    >>> print(mp.nstr(value(entropy(p), {p: Family(1, (mpf(1) / 2, mpf(1) / 2))}), 6))
    0.693147
    """
    match term:
        case Num():
            return mpf(term.data.numerator) / term.data.denominator
        case Bound():
            return bound[term.data]
        case Sym():
            return point[term]
        case Named():
            return value(term.args[0], point, bound)
        case Add():
            return sum((number(a, point, bound) for a in term.args), mpf(0))
        case Mul():
            return _times(((a, bound) for a in term.args), point)
        case Pow():
            return _power(*(number(a, point, bound) for a in term.args))
        case Fn():
            return _function(term.data, [number(a, point, bound) for a in term.args])
        case Delta():
            one, two = (whole(a, point, bound) for a in term.args)
            return mpf(one == two)
        case Sum():
            left_out = {whole(a, point, bound) for a in term.args[2:]}
            each = [i for i in places(term.args[0], point, bound) if i not in left_out]
            return sum((number(term.args[1], point, (mpf(i), *bound)) for i in each), mpf(0))
        case Prod():
            each = list(places(term.args[0], point, bound))
            return _times(((term.args[1], (mpf(i), *bound)) for i in each), point)
        case Lam():
            each = list(places(term.args[0], point, bound))
            entries = tuple(value(term.args[1], point, (mpf(i), *bound)) for i in each)
            return Family(each[0] if each else 1, entries)
        case Tup():
            return Family(1, tuple(value(a, point, bound) for a in term.args))
        case App():
            family = value(term.args[0], point, bound)
            for index in term.args[1:]:
                family = family.at(whole(index, point, bound))
            return family
        case Partial():
            return _slope(term, point, bound)
        case Quantity() if term.data in QUANTITIES:
            return QUANTITIES[term.data](*(value(a, point, bound) for a in term.args))
    raise NotKnown(f"{type(term).__name__} {term.data or ''}")


def number(term: Term, point: Point, bound: tuple[Value, ...] = ()) -> Any:
    """The value of a term that must be a number."""
    found = value(term, point, bound)
    if isinstance(found, Family):
        raise NotKnown("arithmetic with a whole family")
    return found


def whole(term: Term, point: Point, bound: tuple[Value, ...] = ()) -> int:
    """The value of an index or a size."""
    found = value(term, point, bound)
    if isinstance(found, Family) or found != int(found):
        raise NoValue("an index that is not whole")
    return int(found)


def places(over: Term, point: Point, bound: tuple[Value, ...] = ()) -> range:
    """The indices of a range or a domain."""
    if isinstance(over, Range):
        return range(whole(over.args[0], point, bound), whole(over.args[1], point, bound) + 1)
    if isinstance(over, Sym) and over.kind == "domain":
        return range(1, int(point[over]) + 1)
    raise NotKnown(f"a range that is a {type(over).__name__}")


def _times(factors: Iterable[tuple[Term, tuple[Value, ...]]], point: Point) -> Value:
    """The product, by the convention that an exact 0 erases a factor that has no value."""
    product, missing = mpf(1), False
    for factor, bound in factors:
        try:
            found = number(factor, point, bound)
        except NoValue:
            missing = True
            continue
        if found == 0:
            return mpf(0)
        product *= found
    if missing:
        raise NoValue("a factor without a value")
    return product


def _power(base: Any, exponent: Any) -> Any:
    if abs(exponent) > LARGEST:
        raise NoValue("too large")
    if base == 0 and exponent < 0:
        raise NoValue("1/0")
    if base < 0 and exponent != int(exponent):
        raise NoValue("a root of a negative number")
    return mp.power(base, exponent)


def _log(x: Any, base: Any = None) -> Any:
    if x <= 0 or (base is not None and (base <= 0 or base == 1)):
        raise NoValue("log 0")
    return mp.log(x) if base is None else mp.log(x) / mp.log(base)


def _exp(x: Any) -> Any:
    if abs(x) > LARGEST:
        raise NoValue("too large")
    return mp.exp(x)


def _function(name: str, args: list[Any]) -> Any:
    match name:
        case "log":
            return _log(args[0])
        case "log_base":
            return _log(args[1], args[0])
        case "exp":
            return _exp(args[0])
        case "tanh":
            return mp.tanh(args[0])
    raise NotKnown(f"the function {name}")


def _slope(term: Term, point: Point, bound: tuple[Value, ...]) -> Any:
    """(f(t + h) - f(t - h)) / 2h, in the one coordinate named."""
    _, body, at, *indices = term.args
    here = value(at, point, bound)
    place = [whole(i, point, bound) for i in indices]

    def moved(by: Any) -> Any:
        there = here.moved(place, by) if place else here + by
        return value(body, point, (there, *bound))

    return (moved(STEP) - moved(-STEP)) / (2 * STEP)


# -- the named quantities, from the textbook ---------------------------------------------------


def _weighted(weights: Family, terms: Callable[[int], Any]) -> Any:
    """The sum of weight times term, where a weight of 0 asks for no term."""
    pairs = enumerate(weights.entries)
    return sum((w * terms(k) for k, w in pairs if w != 0), mpf(0))


def _entropy(p: Family, base: Any = None) -> Any:
    return -_weighted(p, lambda k: _log(p.entries[k], base))


def _cross_entropy(p: Family, q: Family, base: Any = None) -> Any:
    return -_weighted(p, lambda k: _log(q.entries[k], base))


def _kl(p: Family, q: Family, base: Any = None) -> Any:
    if any(b == 0 and a != 0 for a, b in zip(p.entries, q.entries, strict=True)):
        raise NoValue("an infinite divergence")
    return _weighted(p, lambda k: _log(p.entries[k] / q.entries[k], base))


def _two(y: Any, h: Any, base: Any = None) -> Any:
    parts = Family(1, (y, 1 - y))
    return -_weighted(parts, lambda k: _log((h, 1 - h)[k], base))


def _softmax(z: Family) -> Family:
    parts = [_exp(x) for x in z.entries]
    return Family(z.low, tuple(part / sum(parts) for part in parts))


QUANTITIES: dict[str, Callable[..., Value]] = {
    "self_information": lambda s, base=None: -_log(s, base),
    "entropy": _entropy,
    "cross_entropy": _cross_entropy,
    "kl": _kl,
    "expectation": lambda p, f: _weighted(p, lambda k: f.entries[k]),
    "softmax": _softmax,
    "log_sum_exp": lambda z: _log(sum(_exp(x) for x in z.entries)),
    "sigmoid": lambda s: 1 / (1 + _exp(-s)),
    "softplus": lambda s: _log(1 + _exp(s)),
    "binary_cross_entropy": _two,
    "binary_entropy": lambda h, base=None: _two(h, h, base),
    "dot": lambda a, b: sum(x * y for x, y in zip(a.entries, b.entries, strict=True)),
}


def entries(found: Value) -> Iterator[Any]:
    """All numbers of a family, or the number itself."""
    if isinstance(found, Family):
        for entry in found.entries:
            yield from entries(entry)
    else:
        yield found


__all__ = [
    "Family", "NoValue", "NotKnown", "Point", "Value", "entries", "places", "told", "value",
    "whole",
]
