"""Text in the columns of a terminal: wide signs, signs without width, and signs not to print."""

from __future__ import annotations

import unicodedata

TAB = "    "
UNSEEN = "\N{REPLACEMENT CHARACTER}"
# these reorder or hide what stands around them, so that a line would not be what is read
_REORDER = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str) -> str:
    r"""The text with tabs as spaces, and every sign that would steer a terminal made a picture.

    >>> visible("a\tb\x1b[31m\u202e\r")
    'a    b␛[31m�␍'
    """
    return "".join(map(_picture, text))


def one_line(text: str) -> str:
    r"""The text on one line, fit to be printed.

    >>> one_line("left\n  and right\x07")
    'left and right␇'
    """
    return visible(" ".join(text.split()))


def width(text: str) -> int:
    """How many columns the text takes; it is ``visible`` already.

    >>> width("交叉熵 H"), width("p̂"), width("ＫＬ")
    (8, 1, 4)
    """
    return sum(map(_width, text))


def _picture(char: str) -> str:
    if char == "\t":
        return TAB
    if char < " ":
        return chr(0x2400 + ord(char))
    if char == "\x7f":
        return "\N{SYMBOL FOR DELETE}"
    hidden = char in _REORDER or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
    return UNSEEN if hidden else char


def _width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
