"""The smallest pieces of a formula: tokens, the patterns that find them, and their kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from xent_sym.reader import vocabulary as words
from xent_sym.reader.vocabulary import Kind

MAX_LENGTH = 100_000
MAX_TOKENS = 20_000
MAX_DIGITS = 40
MAX_DEPTH = 60


class ReadError(ValueError):
    """A formula cannot be read: where, what stands there, and what was expected.

    ``start`` and ``end`` are offsets into the text that was read.
    """

    def __init__(self, start: int, end: int, seen: str, expected: str) -> None:
        super().__init__(f"saw {seen}; expected {expected}")
        self.start, self.end, self.seen, self.expected = start, end, seen, expected


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign at [start, end).

    ``gap`` is the width in em of the explicit space before it.  ``note`` holds what is not
    parsed: the text over a relation, the degree of a root.  ``fenced`` marks the delimiters
    of ``\\left`` and ``\\right``.
    """

    kind: Kind
    text: str
    start: int
    end: int
    gap: float = 0.0
    note: str = ""
    fenced: bool = False


COMMAND = re.compile(r"\\(?:(?:operatorname|hspace|vspace|tag)\*|[A-Za-z]+|.)", re.DOTALL)
NUMBER = re.compile(r"[0-9]+(?:\{,\}[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+")
RUN = re.compile(r"[A-Za-z]+")
FLOAT = re.compile(r"[0-9.]+[eE][+-][0-9]")
PROSE = re.compile(r"[⺀-鿿가-힣぀-ヿА-яЁё]+")
DOTS = re.compile(r"\.{3,}")
ASSIGNED = re.compile(r":\s*&?\s*=")
SIMPLE = {
    "+": (Kind.SIGN, "+"), "-": (Kind.SIGN, "-"), "−": (Kind.SIGN, "-"), "–": (Kind.SIGN, "-"),
    "*": (Kind.TIMES, "*"), "/": (Kind.SLASH, "/"), "=": (Kind.RELATION, "="),
    "<": (Kind.RELATION, "<"), ">": (Kind.RELATION, ">"), "(": (Kind.OPEN, "("),
    ")": (Kind.CLOSE, ")"), "[": (Kind.OPEN, "["), "]": (Kind.CLOSE, "]"),
    "｛": (Kind.OPEN, "{"), "｝": (Kind.CLOSE, "}"), "|": (Kind.BAR, "|"),
    ",": (Kind.COMMA, ","), ";": (Kind.SEMICOLON, ";"), ":": (Kind.COLON, ":"),
    ".": (Kind.DOT, "."), "_": (Kind.SUB, "_"), "^": (Kind.SUP, "^"), "'": (Kind.PRIME, "'"),
    "!": (Kind.POSTFIX, "!"), "&": (Kind.CELL, "&"),
}
TWO = {
    "=:": (Kind.RELATION, "=:"), "||": (Kind.DOUBLE_BAR, "||"),
    "!=": (Kind.RELATION, "!="), "<=": (Kind.RELATION, "<="), ">=": (Kind.RELATION, ">="),
    "->": (Kind.RELATION, "to"), "=>": (Kind.IMPLICATION, "implies"),
}
DELIMITERS = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", ".": ".", "/": "/", "<": "⟨", ">": "⟩",
    r"\{": "{", r"\}": "}", r"\lbrace": "{", r"\rbrace": "}", r"\|": "||", r"\Vert": "||",
    r"\Arrowvert": "||", r"\vert": "|", r"\mid": "|", r"\lvert": "|", r"\rvert": "|",
    r"\lVert": "||", r"\rVert": "||", r"\parallel": "||", r"\langle": "⟨", r"\rangle": "⟩",
    r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉", r"\lbrack": "[",
    r"\rbrack": "]", "||": "||",
}
UPRIGHT = re.compile(r"(?:[A-Za-z]|\\[,; ]|[ -])*[A-Za-z](?:[A-Za-z]|\\[,; ]|[ -])*")


def matching_braces(text: str) -> dict[int, int]:
    """Where each brace group ends; the one place that judges braces."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text):
        if found[0] == "{":
            opened.append(found.start())
        elif found[0] == "}":
            if not opened:
                raise ReadError(found.start(), found.end(), "}", "a { that it closes")
            closing[opened.pop()] = found.start()
    if opened:
        raise ReadError(opened[-1], opened[-1] + 1, "{", "a } that closes it")
    return closing


def relation(written: str) -> str | None:
    """The relation that is written so, if it is one."""
    written = written.strip().removeprefix("{").removesuffix("}").strip()
    if written.startswith("\\"):
        kind, text = words.KINDS.get(written[1:], (None, ""))
    else:
        kind, text = (TWO | SIMPLE).get(written, (None, ""))
    return text if kind is Kind.RELATION else None


def kind_of_run(piece: str, alone: bool) -> Kind:
    if piece in words.FUNCTIONS and (alone or piece in words.GLUED):
        return Kind.FUNCTION
    if piece in words.BIG_WORDS and (alone or piece in words.GLUED):
        return Kind.BIG
    if piece.lower() in ("softmax", "sigmoid"):
        return Kind.WORD
    return Kind.CONNECTIVE if alone and piece in words.BARE_CONNECTIVES else Kind.LETTERS


def kind_of_text(content: str) -> Kind:
    return Kind.CONNECTIVE if words.CONNECTIVES.match(content) else Kind.TEXT


def kind_of_delimiter(text: str, side: str) -> Kind:
    if side in "lr" and side:
        return Kind.OPEN if side == "l" else Kind.CLOSE
    if text == "/":
        return Kind.SLASH
    if text in ("|", "||"):
        return Kind.BAR if text == "|" else Kind.DOUBLE_BAR
    return Kind.OPEN if text in "([{⟨⌊⌈" else Kind.CLOSE


def suggestion(name: str) -> str:
    known = [*words.KINDS, *words.SPACES, *words.NOISE, *words.TEXT_COMMANDS]
    near = get_close_matches(name[:40], [word for word in known if len(word) > 2], 1, 0.8)
    return f" (\\{near[0]}?)" if near else ""
