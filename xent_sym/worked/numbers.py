"""The numbers of a note, read exactly: ``0.7`` is 7/10, never a float.

A number is text (``"0.7"``, ``"-1.2056"``, ``"1/4"``), an int or a Fraction; a vector is text
with commas or a list; a matrix is a list of vectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from xent_sym.terms.declare import DISTRIBUTION_KINDS, POSITIVE_KINDS
from xent_sym.terms.term import Num, Range, Sym, Term, TermError, Tup

Given: TypeAlias = "str | int | Fraction | Tup | Sequence[Given]"
Words: TypeAlias = dict[str, str]

# More digits than any note prints; it bounds the work that a hostile text can ask for.
DIGITS = 60
NUMBER = re.compile(
    rf"(?P<sign>-?)(?P<whole>[0-9]{{1,{DIGITS}}})"
    rf"(?:\.(?P<decimals>[0-9]{{1,{DIGITS}}})|/(?P<under>[0-9]{{1,{DIGITS}}}))?"
)


class ExampleError(TermError):
    """An example's numbers are not usable: the place, what was seen, what to write."""


def number(text: str) -> Fraction:
    """The exact value of a decimal or a fraction as printed.

    >>> number("0.7"), number("-1.2056"), number("3/8")
    (Fraction(7, 10), Fraction(-1507, 1250), Fraction(3, 8))
    >>> number("nan")
    Traceback (most recent call last):
    ...
    xent_sym.worked.numbers.ExampleError: 'nan' is not a number; write a decimal such as 0.7 \
or a fraction such as 1/4
    """
    text = text.strip()
    parts = NUMBER.fullmatch(text.replace("−", "-"))
    if parts is None:
        seen = text if len(text) < DIGITS else f"{text[:DIGITS]}..."
        raise ExampleError(
            f"{seen!r} is not a number; write a decimal such as 0.7 or a fraction such as 1/4"
        )
    decimals, under = parts["decimals"] or "", int(parts["under"] or 1)
    if under == 0:
        raise ExampleError(f"{text!r} divides by zero; write a fraction with a divisor")
    value = Fraction(int(parts["whole"] + decimals), under * 10 ** len(decimals))
    return -value if parts["sign"] else value


def decimal_text(value: Fraction) -> str | None:
    """The finite decimal that the number is, or None where its digits do not end.

    >>> decimal_text(Fraction(91, 100)), decimal_text(Fraction(-2)), decimal_text(Fraction(1, 3))
    ('0.91', '-2', None)
    """
    places = 0
    while 10**places % value.denominator:
        places += 1
        if places > 2 * DIGITS:
            return None
    return fixed(value, places)


def fixed(value: Fraction, places: int) -> str:
    """The number to so many decimal places, a tie to the even digit.

    >>> fixed(Fraction(-1, 3), 4), fixed(Fraction(-1, 10**6), 2)
    ('-0.3333', '0.00')
    """
    units = round(value * 10**places)
    digits = str(abs(units)).rjust(places + 1, "0")
    sign = "-" if units < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def read(given: Given, place: str) -> Term:
    """The term that the given numbers are: a number, or a family written out.

    >>> print(read("1/2, 1/4, 1/4", "p"))
    (1/2, 1/4, 1/4)
    """
    if isinstance(given, Tup):
        return given
    if isinstance(given, bool | float):
        raise ExampleError(f"{place} is {given!r}; an exact number was expected: write it as text")
    if isinstance(given, int | Fraction):
        return Num(given)
    if isinstance(given, str) and "," not in given:
        try:
            return Num(number(given))
        except ExampleError as problem:
            raise ExampleError(f"{place}: {problem}") from None
    pieces = given.split(",") if isinstance(given, str) else list(given)
    if not pieces:
        raise ExampleError(f"{place} has size 0; give at least one number")
    return Tup(*(read(p, f"entry {n} of {place}") for n, p in enumerate(pieces, 1)))


def classes(labels: Iterable[int], count: int, first: int = 0) -> Tup:
    """The class numbers of a note, counted from 1 as an index is; ``first`` is its first class.

    >>> print(classes([2, 0, 1], count=3))
    (3, 1, 2)
    >>> classes([2, 0, 3], count=3)
    Traceback (most recent call last):
    ...
    xent_sym.worked.numbers.ExampleError: label 3 of sample 3 is out of range; 3 classes are \
numbered 0..2
    """
    places = []
    for sample, label in enumerate(labels, 1):
        if not first <= label < first + count:
            raise ExampleError(
                f"label {label} of sample {sample} is out of range; "
                f"{count} classes are numbered {first}..{first + count - 1}"
            )
        places.append(label - first + 1)
    return Tup(*places)


# -- do the numbers fit the symbols? -----------------------------------------------------------


@dataclass(frozen=True)
class Remark:
    """Something about the given numbers that a reader must be told."""

    words: Words


def sizes(values: Mapping[Sym, Term], place: str) -> dict[Term, Term]:
    """The sizes that the shapes of the families tell; every family must tell the same.

    >>> from xent_sym.terms import reals, size
    >>> n = size("n"); p, q = reals("p", n), reals("q", n)
    >>> sizes({p: Tup(1, 2), q: Tup(1, 2, 3)}, "example")
    Traceback (most recent call last):
    ...
    xent_sym.worked.numbers.ExampleError: example: n is 2 by p and 3 by q; give both the same length
    """
    found: dict[Term, tuple[int, str]] = {}
    for symbol, value in values.items():
        for rng, length in zip(symbol.ranges, _shape(symbol, value, place), strict=True):
            end = rng.args[1] if isinstance(rng, Range) else rng
            known, by = found.setdefault(end, (length, symbol.name))
            if isinstance(end, Num):
                known, by = int(end.data), "its declaration"
            if known != length:
                raise ExampleError(
                    f"{place}: {end} is {known} by {by} and {length} by {symbol.name}; "
                    "give both the same length"
                )
    return {end: Num(length) for end, (length, _) in found.items() if isinstance(end, Sym)}


def _shape(symbol: Sym, value: Term, place: str) -> list[int]:
    rows, shape = [value], []
    for _ in symbol.ranges:
        lengths = {len(r.args) for r in rows if isinstance(r, Tup)}
        if len(lengths) != 1 or not all(isinstance(r, Tup) for r in rows):
            raise ExampleError(
                f"{place}: {symbol.name} takes {len(symbol.ranges)} index(es); "
                f"{value} was given: give rows of one length"
            )
        shape.append(lengths.pop())
        rows = [entry for row in rows for entry in row.args]
    if not all(isinstance(r, Num) for r in rows):
        raise ExampleError(f"{place}: {symbol.name} is one number; {value} was given")
    return shape


def check(symbol: Sym, value: Term, sized: Term, place: str) -> list[Remark]:
    """The given numbers obey the symbol's declaration, or an error; slips are remarked on.

    ``sized`` is the symbol with its sizes put in.  Probabilities that do not sum to one are
    remarked on, not refused: the example still says what follows from the numbers printed.
    """
    last = sized.args[-1] if symbol.kind == "index" else None
    top = last.args[1] if isinstance(last, Range) else None
    for where, entry in _entries(symbol.name, value):
        fault = _fault(symbol.kind, entry, top)
        if fault:
            raise ExampleError(f"{place}: {where} is {entry}; {fault}")
    if symbol.kind not in DISTRIBUTION_KINDS:
        return []
    rows = value.args if len(symbol.ranges) > 1 else (value,)
    return [r for n, row in enumerate(rows, 1) if (r := _total(symbol, row, n, len(rows)))]


def _entries(name: str, value: Term) -> Iterator[tuple[str, Fraction]]:
    if isinstance(value, Num):
        yield name, value.data
    for n, entry in enumerate(value.args, 1):
        yield from _entries(f"entry {n} of {name}", entry)


def _fault(kind: str, entry: Fraction, top: Term | None) -> str:
    if kind in DISTRIBUTION_KINDS and not 0 <= entry <= 1:
        return "a probability lies in 0..1"
    if kind == "probability" and not 0 < entry < 1:
        return "a probability strictly between 0 and 1 was declared"
    if kind in POSITIVE_KINDS and entry <= 0:
        return "a number above 0 was declared"
    if kind in ("binary", "one-hot") and entry not in (0, 1):
        return "a label is 0 or 1"
    if kind == "index" and isinstance(top, Num) and not 1 <= entry <= top.data:
        return f"the classes are numbered 1..{top.data}: give a label in that range"
    return ""


def _total(symbol: Sym, row: Term, n: int, rows: int) -> Remark | None:
    total = sum((entry for _, entry in _entries("", row)), Fraction(0))
    if total == 1:
        return None
    spelt = decimal_text(total) or str(total)
    which, welche = f" {symbol.name}", f" {symbol.name} "
    if rows > 1:
        which, welche = f"{which}, row {n}", f"{welche}的第 {n} 行"
    return Remark(
        {
            "en": f"The probabilities of{which}, as the note prints them, sum to {spelt}, "
            "not to 1.",
            "zh": f"原文给出的概率{welche}之和为 {spelt}，而不是 1。",
        }
    )
