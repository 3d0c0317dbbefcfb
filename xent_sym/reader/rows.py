r"""A formula's rows: split at ``\\`` outside braces and matrices, alignment and labels removed.

``align``, ``aligned``, ``split`` and the like inside each other, inside ``$$``, in ``{...}``
or in ``\boxed{...}`` give one list of rows.  What stands before ``\begin{aligned}`` belongs to
its first row, what stands behind ``\end{aligned}`` to its last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xent_sym.reader.layout import (
    MAX_NESTING,
    check_nesting,
    closing_braces,
    unwrapped,
    without_layout,
)
from xent_sym.reader.places import SpanError, Traced

# Environments that are mathematics by themselves, and those that stand inside mathematics.
DISPLAYS = frozenset(
    name + star
    for name in (
        "equation align alignat xalignat flalign gather multline eqnarray displaymath math "
        "dmath dgroup IEEEeqnarray"
    ).split()
    for star in ("", "*")
)
INNER = frozenset({"aligned", "alignedat", "split", "gathered", "multlined"})
ROWED = DISPLAYS | INNER | {"subequations", "empheq"}
# A system of equations when they are the whole formula; otherwise a value by cases.
SYSTEMS = frozenset({"cases", "dcases", "rcases", "array"})
# In these, the columns come in pairs: right-aligned, left-aligned, and then the next equation.
PAIRED = frozenset(
    f"{name}{star}"
    for name in ("align", "aligned", "alignat", "alignedat", "flalign", "split", "xalignat")
    for star in ("", "*")
)
_WITH_ARGUMENT = frozenset(
    "alignat alignat* alignedat xalignat xalignat* IEEEeqnarray IEEEeqnarray* array empheq".split()
)

RELATION = re.compile(
    r"[=<>]|\\(?:leq?|geq?|neq?|leqslant|geqslant|approx|equiv|simeq|sim|cong|propto|to|in|lt|gt"
    r"|triangleq|coloneqq|ll|gg|iff|Rightarrow|implies|xrightarrow|doteq)(?![A-Za-z])"
)
_TOKEN = re.compile(
    r"\\begin\s*\{(?P<begin>[^{}\n]{0,40})\}|\\end\s*\{(?P<end>[^{}\n]{0,40})\}"
    r"|(?P<break>\\\\\*?(?:\[\s*-?[\d.]+\s*\\?[a-z]+\s*\])?"
    r"|\\(?:cr|newline|tabularnewline)(?![A-Za-z]))"
    r"|(?P<intertext>\\(?:short)?intertext\s*(?=\{))"
    r"|\\.|(?P<open>\{)|(?P<close>\})|(?P<tab>&)",
    re.DOTALL,
)
_OPENING = re.compile(r"\s*(\\left\s*(?:\\\{|\\lbrace)\s*)?\\begin\s*\{([A-Za-z]+\*?)\}")
_CLOSING = re.compile(r"\\end\s*\{([A-Za-z]+\*?)\}(\s*\\right\s*\.)?[\s.,;]*\Z")
_AFTER_LEFT = re.compile(r"\\left\s*(?:\\[{|]|\\[a-zA-Z]{1,20}|[(\[|.])\s*\Z")
_OPTION = re.compile(r"\s{0,20}\[[^\]\n]{0,40}\]")


@dataclass(frozen=True)
class RowText:
    """One row, not yet bound to its source."""

    traced: Traced
    environment: str
    before: str


def rows(traced: Traced) -> list[RowText]:
    r"""The rows that are not empty.

    Raises SpanError where an environment is not closed, or braces nest too deeply.

    >>> text = r"\begin{aligned} L &= a \\ &= b \label{eq:b} \end{aligned}."
    >>> [row.traced.text for row in rows(Traced.of(text, 0, len(text)))]
    ['L  = a', '= b   .']
    """
    check_nesting(traced)
    traced = unwrapped(without_layout(traced))
    opening, closing = _ends(traced.text)
    if opening and closing and opening[2] == closing[1] and _once(traced.text, opening[2]):
        if opening[1] and closing[2]:
            bare = [traced[: opening.start(1)], traced[opening.end(1) : closing.start(2)]]
            traced = Traced.join([*bare, traced[closing.end(2) :]])
        found = _Splitter(traced, ROWED | (SYSTEMS & {opening[2]})).run()
        if opening[2] not in SYSTEMS or all(RELATION.search(row.traced.text) for row in found):
            return found
    return _Splitter(traced, ROWED).run()


def whole_environment(text: str) -> str | None:
    r"""The name of the environment that is all of the formula, if there is one.

    >>> whole_environment(r" \begin{align*}a\end{align*}.")
    'align*'
    """
    opening, closing = _ends(text)
    if not opening or not closing or opening[1] or opening[2] != closing[1]:
        return None
    return opening[2] if opening[2] in ROWED and _once(text, opening[2]) else None


def _ends(text: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    return _OPENING.match(text), _CLOSING.match(text, max(0, text.rfind("\\end")))


def _once(text: str, name: str) -> bool:
    return text.count(f"{{{name}}}") == 2


@dataclass(frozen=True)
class _Open:
    """An environment that is open; ``rowed`` where its rows are the formula's rows."""

    name: str
    at: int
    end: int
    rowed: bool


class _Splitter:
    """One walk over the text, with a stack of what is open; no recursion, no way back."""

    def __init__(self, traced: Traced, rowed: frozenset[str]) -> None:
        self.traced, self.rowed = traced, rowed
        # A brace without its partner is its own row's error, not that of the rows below.
        self.closed = closing_braces(traced.text)
        self.closing = frozenset(self.closed.values())
        self.stack: list[_Open] = []
        self.depth = 0
        self.found: list[RowText] = []
        self.cells: list[list[Traced]] = [[]]
        self.tabs: list[tuple[int, int]] = []
        self.done = 0
        self.left: str | None = None
        self.before = ""

    def run(self) -> list[RowText]:
        for match in _TOKEN.finditer(self.traced.text):
            if match.start() >= self.done:
                self._token(match)
        if self.stack:
            top = self.stack[-1]
            message = f"\\begin{{{top.name}}} is not closed; expected \\end{{{top.name}}}"
            raise SpanError(*self.traced.span(top.at, top.end), message)
        self._finish(len(self.traced.text), len(self.traced.text))
        return self.found

    def _token(self, match: re.Match[str]) -> None:
        if match["begin"] is not None:
            self._begin(match)
        elif match["end"] is not None:
            self._end(match)
        elif match["open"] or match["close"]:
            self.depth += (match.start() in self.closed) - (match.start() in self.closing)
        elif not self._at_rows():
            return
        elif match["break"]:
            self._finish(match.start(), match.end())
        elif match["tab"]:
            self._take(match.start(), match.end())
            self.tabs.append(self.traced.span(*match.span()))
            self.cells.append([])
        elif match["intertext"] and match.end() in self.closed:
            close = self.closed[match.end()]
            self._finish(match.start(), close + 1)
            self.before = self.traced.text[match.end() + 1 : close].strip()

    def _at_rows(self) -> bool:
        return self.depth == 0 and (not self.stack or self.stack[-1].rowed)

    def _begin(self, match: re.Match[str]) -> None:
        name, at = match["begin"].strip(), match.start()
        behind_left = _AFTER_LEFT.search(self.traced.text, max(0, at - 40), at)
        rowed = name in self.rowed and self._at_rows() and not behind_left
        if rowed:
            if self.left is not None:
                self._finish(at, at)
            self._take(at, self._arguments(match.end(), name))
        if len(self.stack) >= MAX_NESTING:
            message = f"environments nest more than {MAX_NESTING} deep here"
            raise SpanError(*self.traced.span(*match.span()), message)
        self.stack.append(_Open(name, at, match.end(), rowed))

    def _end(self, match: re.Match[str]) -> None:
        name = match["end"].strip()
        top = self.stack.pop() if self.stack else None
        if top is None or top.name != name:
            wanted = f"expected \\end{{{top.name}}}" if top else "no environment is open"
            message = f"\\end{{{name}}} closes nothing here; {wanted}"
            raise SpanError(*self.traced.span(*match.span()), message)
        if top.rowed:
            self._take(match.start(), match.end())
            self.left = self.left or name

    def _arguments(self, end: int, name: str) -> int:
        r"""Behind ``[t]`` and ``{rcl}``, which only say how it looks."""
        text = self.traced.text
        option = _OPTION.match(text, end)
        if option and (name in INNER or name == "array"):
            end = option.end()
        if name in _WITH_ARGUMENT and end in self.closed:
            end = self.closed[end] + 1
        return end

    def _take(self, start: int, end: int) -> None:
        """What was passed since the last cut, up to here, belongs to the cell."""
        if start > self.done:
            self.cells[-1].append(self.traced[self.done : start])
        self.done = max(self.done, end)

    def _finish(self, start: int, end: int) -> None:
        self._take(start, end)
        inner = self.left or (self.stack[-1].name if self.stack else "")
        row = _joined([Traced.join(cell) for cell in self.cells], self.tabs, inner).strip()
        if row.text:
            self.found.append(RowText(row, inner, self.before))
            self.before = ""
        self.cells, self.tabs, self.left = [[]], [], None


def _joined(cells: list[Traced], tabs: list[tuple[int, int]], environment: str) -> Traced:
    """One text: a tab is a space, and a wide one where it parts two equations of a row."""
    pieces, text = [cells[0]], cells[0].text
    for number, (cell, tab) in enumerate(zip(cells[1:], tabs, strict=True), start=1):
        parts = number % 2 == 0 and environment in PAIRED
        right = cell.text + (cells[number + 1].text if number + 1 < len(cells) else "")
        wide = parts and _is_apart(text, right)
        pieces += [Traced.standing_for(r" \qquad " if wide else " ", *tab), cell]
        text = cell.text if cell.text.strip() else text
    return Traced.join(pieces)


def _is_apart(left: str, right: str) -> bool:
    """Whether the right side is an equation, or words, of its own: not the end of the left."""
    ends_open = [m.end() for m in RELATION.finditer(left)][-1:] == [len(left.rstrip())]
    begins = right.lstrip()
    words = begins.startswith(("\\text", "(\\text", "\\mbox"))
    related = RELATION.match(begins)
    return bool(left.strip()) and not ends_open and not related and (
        words or (RELATION.search(begins) is not None and not begins.startswith(("+", "-")))
    )
