r"""Where a formula that opens here closes: ``$ $$ \( \[ \begin{align}``.

Each search stops at the next thing that opens the same kind, so a text full of openers that
nothing closes still costs one pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xent_sym.reader.rows import DISPLAYS, INNER

_BLANK_LINE = r"\n[ \t>]*+\r?\n"
_DOLLAR = re.compile(rf"\\.|\$|{_BLANK_LINE}", re.DOTALL)
_DOUBLE_DOLLAR = re.compile(
    r"\\.|\$\$?|[{}]|^ {0,3}#{1,6}[ \t]|^ {0,3}(?:```|~~~)", re.DOTALL | re.MULTILINE
)
_DIMENSION = r"(?!\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|mu)\s*\])"
_BRACKETS = {
    "\\(": re.compile(rf"\\([()])|\\.|{_BLANK_LINE}", re.DOTALL),
    "\\\\(": re.compile(rf"\\\\([()])|\\.|{_BLANK_LINE}", re.DOTALL),
    "\\[": re.compile(r"\\([\[\]])|\\.", re.DOTALL),
    "\\\\[": re.compile(rf"\\\\([\[\]]){_DIMENSION}|\\.", re.DOTALL),
}
_BEGIN = re.compile(r"\\begin\s{0,9}\{([A-Za-z]+\*?)\}")
_KEYS = {name: re.compile(rf"\\(begin|end)\s{{0,9}}\{{{re.escape(name)}\}}")
         for name in DISPLAYS | INNER | {"subequations"}}


@dataclass(frozen=True)
class Closed:
    """The formula is ``text[start:close]``; ``end`` is behind its closing delimiter."""

    start: int
    close: int
    end: int


@dataclass(frozen=True)
class Unclosed:
    """Nothing closes what opened; at ``stop`` stood what showed it (``seen``)."""

    opening: str
    stop: int
    seen: str


def dollar(text: str, at: int) -> Closed | None:
    r"""The ``$...$`` that opens at ``at``: up to the next dollar, before any blank line.

    >>> dollar(r"$a\$b$", 0)
    Closed(start=1, close=5, end=6)
    >>> dollar("$5 each\n\nand $6", 0) is None
    True
    """
    for match in _DOLLAR.finditer(text, at + 1):
        if match[0] == "$":
            return Closed(at + 1, match.start(), match.end())
        if match[0][0] == "\n":
            return None
    return None


def double_dollar(text: str, at: int) -> Closed | Unclosed:
    """The ``$$...$$`` that opens at ``at``, which no heading, code or single $ can be inside.

    >>> double_dollar("$$ a = b\\n# Next", 0)
    Unclosed(opening='$$', stop=9, seen='a heading or a code block')
    """
    depth = 0
    for match in _DOUBLE_DOLLAR.finditer(text, at + 2):
        mark = match[0].lstrip(" ")[0]
        if match[0] == "$$":
            return Closed(at + 2, match.start(), match.end())
        depth += (mark == "{") - (mark == "}")
        if mark == "$" and depth <= 0:
            return Unclosed("$$", match.start(), "a single $")
        if mark in "#`~":
            return Unclosed("$$", match.start(), "a heading or a code block")
    return Unclosed("$$", len(text), "the end of the text")


def bracket(text: str, at: int, opening: str) -> Closed | Unclosed:
    r"""What closes ``\(`` or ``\[``, or their doubled spellings, at ``at``.

    >>> bracket(r"\[ a \\[4pt] b \]", 0, "\\[")
    Closed(start=2, close=15, end=17)
    """
    start = at + len(opening)
    for match in _BRACKETS[opening].finditer(text, start):
        if match[0][0] == "\n":
            return Unclosed(opening, match.start(), "a blank line")
        if match[1] in {"(", "["}:
            return Unclosed(opening, match.start(), f"another {opening}")
        if match[1]:
            return Closed(start, match.start(), match.end())
    return Unclosed(opening, len(text), "the end of the text")


def environment_name(text: str, at: int) -> str | None:
    r"""The name behind ``\begin`` at ``at``, where its inside is mathematics."""
    begin = _BEGIN.match(text, at)
    return begin[1] if begin and begin[1] in _KEYS else None


def environment(text: str, at: int, name: str) -> Closed | Unclosed:
    r"""The whole ``\begin{name}...\end{name}`` that opens at ``at``.

    >>> environment(r"\begin{align}a\begin{align}b", 0, "align").seen
    'another \\begin{align}'
    """
    opening = f"\\begin{{{name}}}"
    stop = _KEYS[name].search(text, at + 6)
    if stop is None:
        return Unclosed(opening, len(text), "the end of the text")
    if stop[1] == "begin":
        return Unclosed(opening, stop.start(), f"another {opening}")
    return Closed(at, stop.end(), stop.end())
