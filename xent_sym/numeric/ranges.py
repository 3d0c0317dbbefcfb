"""Ranges as numbers: how many indices there are, and which is the first."""

from __future__ import annotations

from fractions import Fraction

from xent_sym.terms.term import Add, Num, Range, Sym, Term, TermError

LINE = 88


class ExportError(TermError):
    """The term cannot be made into a function of arrays; the message says what is missing."""


def count_of(over: Term) -> tuple[Sym | None, int]:
    """How many indices a range has: a size symbol (or none) plus a number.

    >>> from xent_sym.terms import size
    >>> n = size("n")
    >>> count_of(Range(0, n - 1)) == (n, 0), count_of(Range(1, 3)) == (None, 3)
    (True, True)
    """
    if isinstance(over, Sym):
        return over, 0
    if isinstance(over, Range):
        low, high = over.args
        parts = high.args if isinstance(high, Add) else (high,)
        symbols = [p for p in parts if isinstance(p, Sym)]
        numbers = [p.data for p in (*parts, low) if isinstance(p, Num)]
        if len(symbols) <= 1 and len(symbols) + len(numbers) == len(parts) + 1:
            count = sum(numbers[:-1], Fraction(1)) - numbers[-1]
            return (symbols[0] if symbols else None), int(count)
    raise ExportError(
        f"the range {over} is not understood: a size, or numbers apart from one, was expected"
    )


def lowest(over: Term) -> int:
    """The first index of a range, as a number."""
    return int(over.args[0].data) if isinstance(over, Range) else 1
