r"""Markdown: where the formulas are.  Code, HTML, comments and prices are not formulas.

One cursor walks the text once; whatever opens first wins, as in CommonMark.  Every search that
can fail is bounded by the next thing like itself, or fails once for its whole paragraph, so the
time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from xent_sym.reader import delimiters
from xent_sym.reader.delimiters import Closed, Unclosed
from xent_sym.reader.macros import DEFINES, definition_end
from xent_sym.reader.places import Remark, Source
from xent_sym.reader.segments import DECLARES, Scan, Segment

_TRIGGER = re.compile(r"[\\$`<\n{\]]")
_BLANK_LINE = re.compile(r"\n[ \t>]*+\r?\n")
_QUOTES = re.compile(r"[ \t]*+(?:>[ \t]?)*+")
_PREFIX = re.compile(r"[ \t]*+(?:>[ \t]*+)*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)*+")
_FENCE = re.compile(r"(`{3,}+|~{3,}+)[ \t]*+([^`\n]*+)(?=\n|\Z)")
_MATH_INFO = re.compile(r"\{?[.=]?math\}?\s*\Z")
_OPTIONS = re.compile(r"(?:[ \t>]*+:\w[^\n]*+\n)*+")
_CONTAINER = re.compile(
    r"[ \t]*+(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]|\[\^[^\]\n]{1,80}\]:|!!!|\?\?\?|:[ \t])"
)
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)[ \t]*+\S")
_DELIMITER_ROW = re.compile(
    r"[ \t>]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-*+:?[ \t]*+)++(?=\r?\n|\r?\Z)"
)
_FRONT = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*+\r?\n")
_KEY = re.compile(r"\s*+(?:#|[\w\"'][^:=\n]{0,80}[:=]|-[ \t]|[\[{])")
_LOOKS_LIKE_MATHS = re.compile(r"[\\_^=<>]|\A\s*[A-Za-z]\s*\Z")
_PRICE = re.compile(r"\d\S*+\s++[A-Za-z]{2}")
_TAG = re.compile(
    r"<(?:https?://[^\s<>]{0,500}+>|/?([A-Za-z][\w-]*+)"
    r"(?:\s++[\w:@.-]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++))?+)*+\s*+/?>)"
)
_RAW = frozenset({"pre", "code", "script", "style", "textarea", "svg"})
_LINK = re.compile(r"\]\((?!\$)[^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+")
_LIQUID = re.compile(r"\{%-?[ \t]*+(\w++)[^%\n]*+%\}")
_LIQUID_MATHS = frozenset({"math", "katex", "latex", "equation"})
_LIQUID_RAW = frozenset({"highlight", "comment", "codeblock", "code"})


def scan_markdown(source: Source) -> Scan:
    r"""The segments of a Markdown text.

    >>> text = "It costs $5, `$x$` is code, and $x_i$ or\n$$\na = b\n$$\nare not."
    >>> [text[slice(*s.inner)] for s in scan_markdown(Source(text)).formulas()]
    ['x_i', '\na = b\n']
    """
    return _Markdown(source).run()


class _Markdown:
    def __init__(self, source: Source) -> None:
        self.source, self.text = source, source.text
        self.scan = Scan(source.text)
        self.in_table = self.in_list = False
        self.blank_above = True
        self.quotes = self.line_began = 0
        self.paragraph_end = -1
        self.missing: set[str] = set()
        self.handlers: dict[str, Callable[[int], int]] = {
            "\n": lambda at: self._line(at + 1),
            "\\": self._backslash,
            "$": self._dollar,
            "`": self._code,
            "<": self._angle,
            "{": self._liquid,
            "]": self._link,
        }

    def run(self) -> Scan:
        at = self._line(self._front_matter())
        while (match := _TRIGGER.search(self.text, at)) is not None:
            if self.scan.is_full(self.source, match.start()):
                break
            at = self.handlers[match[0]](match.start())
        return self.scan

    def _front_matter(self) -> int:
        """``---`` on the first line, then lines that begin like YAML (or TOML), up to ``---``."""
        opening = _FRONT.match(self.text)
        if not opening or not _KEY.match(self.text, opening.end()):
            return 0
        end = r"(?:---|\.\.\.)" if opening[1] == "---" else r"\+\+\+"
        closing = re.compile(rf"^{end}[ \t]*\r?$", re.MULTILINE).search(self.text, opening.end())
        if closing is None:
            return 0
        self.scan.front_matter = (opening.end(), closing.start())
        return self._aside(0, closing.end())

    def _line(self, at: int) -> int:
        """Look at the line that begins here for what concerns whole lines."""
        end = self.text.find("\n", at)
        line = self.text[at : len(self.text) if end < 0 else end]
        self.line_began = at
        if not line.strip(" \t\r>"):
            self.in_table, self.blank_above = False, True
            return at
        quotes, prefix = _QUOTES.match(line), _PREFIX.match(line)
        self.quotes = quotes[0].count(">") if quotes else 0
        fence = _FENCE.match(self.text, at + (prefix.end() if prefix else 0))
        if fence:
            return self._fence(fence)
        if self.blank_above and not self.in_list and _INDENTED.match(line):
            return self._indented_code(at, at + len(line))
        if _CONTAINER.match(line):
            self.in_list = True
        elif self.blank_above and not line[0].isspace():
            self.in_list = False
        self.blank_above = False
        heads = end >= 0 and _DELIMITER_ROW.match(self.text, end + 1) is not None
        self.in_table = "|" in line and (self.in_table or heads)
        return at

    def _indented_code(self, start: int, end: int) -> int:
        if "$$" in self.text[start:end] or "\\begin" in self.text[start:end]:
            message = "Markdown shows lines indented by four spaces as code: not read; unindent it"
            self._warn(start, end, message)
        return self._aside(start, end)

    def _fence(self, fence: re.Match[str]) -> int:
        mark, length = fence[1][0], min(len(fence[1]), 1000)
        closing = re.compile(rf"^[ \t>]*+{mark}{{{length},}}[ \t]*\r?$", re.MULTILINE)
        close = closing.search(self.text, fence.end())
        self.blank_above = False
        if close is None:
            message = f"this code block is not closed; expected {fence[1][:10]}"
            self._warn(fence.start(), fence.end(), message)
            return self._aside(fence.start(), len(self.text))
        if not _MATH_INFO.match(fence[2]):
            return self._aside(fence.start(), close.end())
        options = _OPTIONS.match(self.text, min(fence.end() + 1, close.start()))
        start = options.end() if options else fence.end()
        return self._formula("display", fence.start(), Closed(start, close.start(), close.end()))

    # Handlers: given where their character stands, each returns where to go on.

    def _dollar(self, at: int) -> int:
        if self.text.startswith("$$", at):
            found = delimiters.double_dollar(self.text, at)
            if isinstance(found, Closed) and self._is_among_words(at, found):
                return self._formula("inline", at, found)
            return self._display(at, "$$", found)
        if self.text.startswith("$`", at):
            close = self.text.find("`$", at + 2, at + 2_000)
            if close >= 0:
                return self._formula("inline", at, Closed(at + 2, close, close + 2))
        single = delimiters.dollar(self.text, at)
        return self._formula("inline", at, single) if single and self._is_inline(single) else at + 1

    def _is_inline(self, found: Closed) -> bool:
        """Pandoc's rule: no space inside the dollars, no digit behind them; but spaces may
        stand around what is plainly mathematics.  A code span binds more tightly, and a
        number with words behind it is a price."""
        inner = self.text[found.start : found.close]
        if not inner.strip() or self.text[found.end : found.end + 1].isdecimal():
            return False
        if "`" in inner or (self.in_table and "\n" in inner):
            return False
        tight = not inner[0].isspace() and not inner[-1].isspace()
        tight = tight and not _PRICE.match(inner)
        return tight or _LOOKS_LIKE_MATHS.search(inner) is not None

    def _is_among_words(self, at: int, found: Closed) -> bool:
        """``so $$i=j$$, and``: in the middle of its line, where some writers double all dollars."""
        behind = self.text[found.end : found.end + 80].partition("\n")[0].strip()
        blank = not self.text[found.start : found.close].strip()
        if blank or "\n" in self.text[found.start : found.close]:
            return False
        return bool(behind) and (bool(self._before(at)) or any(char.isalpha() for char in behind))

    def _before(self, at: int) -> str:
        """The words before this place on its line, without the marks of quotes and lists."""
        return self.text[max(self.line_began, at - 80) : at].strip(" \t>-*+")

    def _display(self, at: int, opening: str, found: Closed | Unclosed) -> int:
        if isinstance(found, Closed):
            blank = not self.text[found.start : found.close].strip()
            return found.end if blank else self._formula("display", at, found)
        place = self.source.position(found.stop)
        message = f"this {opening} is not closed: {found.seen} came first, at {place}"
        self.scan.problems.append(Remark.at(self.source, at, at + len(opening), message))
        return at + len(opening)

    def _backslash(self, at: int) -> int:
        for opening in ("\\(", "\\\\(", "\\[", "\\\\["):
            if self.text.startswith(opening, at):
                return self._bracket(at, opening)
        name = delimiters.environment_name(self.text, at)
        if name:
            found = delimiters.environment(self.text, at, name)
            return self._display(at, f"\\begin{{{name}}}", found)
        if DEFINES.match(self.text, at):
            end = definition_end(self.text, at)
            self.scan.segments.append(Segment("definition", at, end))
            return end
        return at + 1 if self.text.startswith("\n", at + 1) else at + 2

    def _bracket(self, at: int, opening: str) -> int:
        r"""In Markdown ``\(`` and ``\[`` may be plain brackets: unclosed, or a ``\[1\]``."""
        found = delimiters.bracket(self.text, at, opening)
        alone = not self._before(at)
        if isinstance(found, Closed):
            inner = self.text[found.start : found.close]
            if inner.strip() and (alone or _LOOKS_LIKE_MATHS.search(inner)):
                return self._formula("inline" if "(" in opening else "display", at, found)
        elif opening.endswith("[") and alone:
            return self._display(at, opening, found)
        return at + len(opening)

    def _code(self, at: int) -> int:
        """A code span ends at a run of as many backticks, inside its paragraph."""
        ticks = self.text[at : at + 41]
        ticks = ticks[: len(ticks) - len(ticks.lstrip("`"))]
        start = at + len(ticks)
        if at >= self.paragraph_end:
            blank = _BLANK_LINE.search(self.text, at)
            self.paragraph_end = blank.start() if blank else len(self.text)
            self.missing = {key for key in self.missing if key[0] != "`"}
        if ticks in self.missing or len(ticks) > 40:
            return start
        closing = re.compile(rf"(?<!`){ticks}(?!`)").search(self.text, start, self.paragraph_end)
        if closing is None:
            self.missing.add(ticks)
            return start
        return self._aside(at, closing.end())

    def _angle(self, at: int) -> int:
        if self.text.startswith("<!--", at):
            return self._comment(at)
        tag = _TAG.match(self.text, at)
        if tag is None:
            return at + 1
        name = (tag[1] or "").lower()
        if name in _RAW and self.text[at + 1] != "/" and not tag[0].endswith("/>"):
            return self._aside(at, self._behind(f"</{name}", tag.end()))
        return self._aside(at, tag.end())

    def _comment(self, at: int) -> int:
        end = self._behind("-->", at + 4)
        if end == at + 4:
            self._warn(at, end, "this comment is not closed; expected -->")
        elif DECLARES.match(self.text, at + 4):
            self.scan.declared.append((at + 4, end - 3, "HTML comment"))
        return self._aside(at, end)

    def _behind(self, closing: str, at: int) -> int:
        """Behind the next ``closing``; where there is none, right here."""
        found = -1 if closing in self.missing else self.text.find(closing, at)
        if found < 0:
            self.missing.add(closing)
            return at
        return found + len(closing)

    def _liquid(self, at: int) -> int:
        tag = _LIQUID.match(self.text, at)
        if tag is None:
            return at + 1
        name, key = tag[1], f"{{%{tag[1]}"
        if name not in _LIQUID_MATHS | _LIQUID_RAW or key in self.missing:
            return self._aside(at, tag.end())
        close = re.compile(rf"\{{%-?[ \t]*+end{name}[ \t]*+-?%\}}").search(self.text, tag.end())
        if close is None:
            self.missing.add(key)
            unclosed = Unclosed(tag[0], len(self.text), "the end of the text")
            return self._display(at, tag[0], unclosed)
        if name in _LIQUID_MATHS:
            return self._formula("display", at, Closed(tag.end(), close.start(), close.end()))
        return self._aside(at, close.end())

    def _link(self, at: int) -> int:
        link = _LINK.match(self.text, at)
        return link.end() if link else at + 1

    def _formula(self, kind: str, start: int, found: Closed) -> int:
        self.blank_above = False
        inner = (found.start, found.close)
        segment = Segment(kind, start, found.end, inner, self.quotes, self.in_table)
        self.scan.segments.append(segment)
        return found.end

    def _aside(self, start: int, end: int) -> int:
        self.scan.segments.append(Segment("aside", start, end))
        return end

    def _warn(self, start: int, end: int, message: str) -> None:
        self.scan.warnings.append(Remark.at(self.source, start, end, message))
