"""Expressions of Python: how tightly they bind, and how long ones are folded."""

from __future__ import annotations

import textwrap
from fractions import Fraction
from typing import TypeAlias

WIDTH = 100
SUM, PRODUCT, ATOM = range(3)
Text: TypeAlias = tuple[str, int]  # the code, and how tightly it binds


def number_text(value: Fraction) -> Text:
    """An exact number; a fraction is divided by mpmath, not as a float.

    >>> number_text(Fraction(-1, 3))
    ('-number(1) / 3', 0)
    """
    if value.denominator == 1:
        return str(value), ATOM if value >= 0 else SUM
    code = f"number({abs(value.numerator)}) / {value.denominator}"
    return (code, PRODUCT) if value > 0 else (f"-{code}", SUM)


def bracketed(text: Text, binding: int) -> str:
    """The code, in brackets where it binds less than that.

    >>> bracketed(("a + b", SUM), PRODUCT)
    '(a + b)'
    """
    return text[0] if text[1] >= binding else f"({text[0]})"


def assigned(target: str, code: str) -> list[str]:
    """The line that begins with ``target``, folded inside brackets where it is long."""
    if len(target) + len(code) + 4 <= WIDTH:
        return [target + code]
    folded = textwrap.wrap(code, WIDTH - 8, break_long_words=False, break_on_hyphens=False)
    return [f"{target}(", *(f"    {line}" for line in folded), ")"]


__all__ = ["ATOM", "PRODUCT", "SUM", "WIDTH", "Text", "assigned", "bracketed", "number_text"]
