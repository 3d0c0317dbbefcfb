"""What has no value: 0/0, log(−1), 1/(x − x).  An equation between such things says nothing."""

from __future__ import annotations

from itertools import islice

from xent_sym.refute import sample_points
from xent_sym.terms.evaluate import Imprecise, Point, TooLong, Undefined, ball
from xent_sym.terms.term import Fn, Pow, Term, TermError

DRAWS = 30


def without_value(side: Term) -> str:
    """The part of a side for which it has no value at any point; empty if it may have one.

    >>> from xent_sym.terms import log, real
    >>> x = real("x")
    >>> without_value(x + 1 / (x - x)), without_value(1 / x + log(x))
    ('1/(x - x)', '')
    >>> without_value(0 * log(0)), without_value(0 * log(-1))
    ('', 'log(-1)')
    """
    parts = [t for t in side.walk() if isinstance(t, Pow | Fn) and t.closed]
    negative = [t for t in parts if isinstance(t, Fn) and _is_log_of_negative(t)]
    if negative:
        return str(negative[0])
    if _has_value(side):
        return ""
    lost = [t for t in parts if not _has_value(t)]
    return str(lost[-1]) if lost else ""


def _is_log_of_negative(term: Fn) -> bool:
    """No factor of zero makes a number of it: 0·log 0 is a convention, 0·log(−1) is none."""
    argument = term.args[-1]
    if term.data not in ("log", "log_base") or argument.symbols():
        return False
    try:
        return ball(argument, Point({})).high < 0
    except (Undefined, TermError):
        return False


def _has_value(term: Term) -> bool:
    """At some point that is tried, or it cannot be said."""
    try:
        return any(_is_defined(term, point) for point in islice(sample_points([term]), DRAWS))
    except TermError:
        return True


def _is_defined(term: Term, point: Point) -> bool:
    try:
        ball(term, point)
    except (Imprecise, TooLong):
        return True
    except Undefined:
        return False
    return True


__all__ = ["without_value"]
