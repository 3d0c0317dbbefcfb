"""The lines of an example in LaTeX: decimals as the note printed them, long sums on many lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from xent_sym.terms.latex import LatexPrinter
from xent_sym.terms.parts import divisor
from xent_sym.terms.quantities import DEFINITIONS
from xent_sym.terms.style import Piece, Rank
from xent_sym.terms.term import Add, App, Mul, Num, Sym, Term, Tup
from xent_sym.worked.numbers import decimal_text

# About as many signs as fit on a line of a page.
LONGEST = 84
COMMAND = re.compile(r"\\(left|right)|\\[a-zA-Z]+|[{}^_\\ ]")


class NumbersPrinter(LatexPrinter):
    """LaTeX in which a number with no more decimals than the note uses is a decimal."""

    def __init__(self, term: Term, decimals: int) -> None:
        super().__init__(term)
        self.decimals = decimals

    def num(self, term: Term) -> Piece:
        """7/10 is 0.7 in a note with one decimal."""
        if term.data >= 0 and (10**self.decimals * term.data).denominator == 1:
            spelt = decimal_text(term.data)
            return Piece(str(spelt), Rank.ATOM)
        return super().num(term)

    def mul(self, term: Term) -> Piece:
        """A quotient of two given numbers keeps both: 0.8/0.5."""
        under = divisor(term.args[1]) if len(term.args) == 2 else None
        if isinstance(under, Num) and isinstance(term.args[0], Num) and term.args[0].data >= 0:
            return self.fraction([self.write(term.args[0])], [self.write(under)])
        return super().mul(term)

    def quantity(self, term: Term) -> Piece:
        """softmax(0.1, 0.2), without a second pair of brackets around the row."""
        row = term.args[0]
        if len(term.args) == 1 and isinstance(row, Tup) and len(row.args) > 1:
            entries = ", ".join(self.raw(entry) for entry in row.args)
            return Piece(DEFINITIONS[term.data].latex.format(entries), Rank.ATOM)
        return super().quantity(term)


def line_latex(term: Term, decimals: int) -> list[str]:
    r"""The line, or its pieces where it is too long for one: a sum breaks before its signs.

    >>> from fractions import Fraction
    >>> from xent_sym.terms import log
    >>> line_latex(-log(Fraction(7, 10)), 1)
    ['-\\log 0.7']
    """
    whole = NumbersPrinter(term, decimals).raw(term)
    factors, terms = _factors_of_a_sum(term)
    if seen(whole) <= LONGEST or not terms:
        return [whole]
    head, tail = "", ""
    if factors:
        sign = factors == [Num(-1)]
        head = "-" if sign else NumbersPrinter(term, decimals).raw(Mul(*factors)) + " "
        head, tail = head + r"\bigl(", r"\bigr)"
    pieces = list(_signed(terms, decimals))
    return [head + pieces[0], *(rf"\quad {p}" for p in pieces[1:-1]), rf"\quad {pieces[-1]}{tail}"]


def _factors_of_a_sum(term: Term) -> tuple[list[Term], tuple[Term, ...]]:
    if isinstance(term, Mul) and isinstance(term.args[-1], Add):
        return list(term.args[:-1]), term.args[-1].args
    return [], term.args if isinstance(term, Add) else ()


def _signed(terms: tuple[Term, ...], decimals: int) -> Iterator[str]:
    for n, part in enumerate(terms):
        piece = NumbersPrinter(part, decimals).write(part)
        if n == 0:
            yield piece.text
        elif piece.rank is Rank.NEGATIVE:
            yield "{} - " + piece.text[1:]
        else:
            yield "{} + " + piece.text


def given_lines(values: Mapping[Sym, Term], decimals: int) -> list[str]:
    """p = (0.8, 0.2), a matrix row by row; as many on a line as fit."""
    rows: list[tuple[Term, Term]] = []
    for symbol, value in values.items():
        if len(symbol.ranges) > 1:
            rows += [(App.make((symbol, Num(n))), row) for n, row in enumerate(value.args, 1)]
        else:
            rows.append((symbol, value))
    lines: list[str] = []
    for left, right in rows:
        names, numbers = NumbersPrinter(left, decimals), NumbersPrinter(right, decimals)
        row = f"{names.raw(left)} = {numbers.raw(right)}"
        if lines and seen(lines[-1]) + seen(row) < LONGEST:
            lines[-1] += rf",\quad {row}"
        else:
            lines.append(row)
    return lines


def seen(latex: str) -> int:
    """About how many signs a reader sees."""
    return len(COMMAND.sub("", latex))


__all__ = ["given_lines", "line_latex"]
