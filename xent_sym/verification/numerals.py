"""Numerals: numbers as an author writes them, with so many decimals."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from xent_sym.reader.tree import Addition, Node, Number

MOST_DECIMALS = 6
LARGEST = 10**12  # nobody writes out a larger number


def decimals_of(numeral: str) -> int:
    """How many digits stand behind the point."""
    return len(numeral.partition(".")[2])


def rounded(number: Fraction, decimals: int) -> str:
    """A number of at least 0 with so many decimals; 5 behind the last one is rounded up."""
    digits = str(floor(number * 10**decimals + Fraction(1, 2))).rjust(decimals + 1, "0")
    cut = len(digits) - decimals
    return digits[:cut] + ("." + digits[cut:] if decimals else "")


def signed(number: Fraction, decimals: int) -> str:
    """A number with its sign and so many decimals.

    >>> signed(Fraction(-1, 8), 2), signed(Fraction(1, 8), 1)
    ('-0.13', '0.1')
    """
    return ("-" if number < 0 else "") + rounded(abs(number), decimals)


def is_signed(root: Node | None, numeral: Number) -> bool:
    """The side is nothing but the numeral, with or without a sign."""
    return root is numeral or (isinstance(root, Addition) and root.terms == (numeral,))


def written_out(number: Fraction) -> str | None:
    """A positive number written out, if a few decimals are enough for it.

    >>> written_out(Fraction(1, 4)), written_out(Fraction(3)), written_out(Fraction(1, 3))
    ('0.25', '3', None)
    """
    for decimals in range(MOST_DECIMALS + 1 if 0 < number < LARGEST else 0):
        text = rounded(number, decimals)
        if text.strip("0.") and abs(Fraction(text) - number) < Fraction(1, 10**12):
            return text
    return None


__all__ = ["LARGEST", "decimals_of", "is_signed", "rounded", "signed", "written_out"]
