"""Rounding that is right: both ends of a sure interval must round to the same digits."""

from __future__ import annotations

from xent_sym.terms.evaluate import Imprecise, Point, ball
from xent_sym.terms.term import Term
from xent_sym.worked.numbers import ExampleError, fixed

FIRST_BITS, MOST_BITS = 64, 1 << 14


class WrongRounding(ExampleError):
    """A printed decimal is not the rounding of the value."""


def rounded(term: Term, places: int = 3) -> str:
    """The value of a closed term to so many decimal places, by interval arithmetic.

    >>> from xent_sym.terms import log
    >>> rounded(log(3, 2)), rounded(-log(3, 2), 10)
    ('1.585', '-1.5849625007')
    """
    bits = FIRST_BITS
    while bits <= MOST_BITS:
        try:
            found = ball(term, Point({}), bits)
        except Imprecise:
            bits *= 4
            continue
        low, high = fixed(found.low, places), fixed(found.high, places)
        if low == high:
            return low
        bits *= 4
    raise ExampleError(f"{term} is too near a tie to round to {places} places; ask for fewer")


def check_rounding(term: Term, text: str) -> None:
    """The decimal is the rounding of the value to its own number of places, or WrongRounding.

    >>> from xent_sym.terms import log
    >>> check_rounding(-log(3), "-1.0986")
    >>> check_rounding(-log(3), "-1.0987")
    Traceback (most recent call last):
    ...
    xent_sym.worked.rounding.WrongRounding: -log 3 is -1.0986 to 4 places, not -1.0987
    """
    places = len(text.partition(".")[2])
    right = rounded(term, places)
    if text != right:
        raise WrongRounding(f"{term} is {right} to {places} places, not {text}")
