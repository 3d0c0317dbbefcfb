r"""LaTeX files: where the formulas are.  Comments, verbatim text and the preamble are not read.

What is not read is blanked in place, character for character, so every offset stays true.
"""

from __future__ import annotations

import re

from xent_sym.reader import delimiters
from xent_sym.reader.delimiters import Closed, Unclosed
from xent_sym.reader.macros import DEFINES, definition_end
from xent_sym.reader.places import Remark, Source
from xent_sym.reader.segments import DECLARES, Scan, Segment

_UNREAD = re.compile(
    r"(?P<once>\\verb\*?(?P<mark>[^A-Za-z\s*])[^\n]{0,200}?(?P=mark)"
    r"|\\(?:url|href)\s{0,9}\{[^{}\n]{0,2000}+\})"
    r"|\\begin\{(?P<verbatim>verbatim\*?|Verbatim|lstlisting|minted|comment)\}"
    r"|(?P<iffalse>\\iffalse(?![A-Za-z]))"
    r"|\\(?P<input>input|include)\s{0,9}\{[^{}\n]{0,2000}+\}"
    r"|(?P<comment>%[^\n]*+)"
    r"|\\.",
    re.DOTALL,
)
_COMMENT_LINES = re.compile(r"(?:\n[ \t]*+%[^\n]*+)*+")
_TRIGGER = re.compile(r"[\\$]")
_DOCUMENT = "\\begin{document}"
_NOT_NEWLINE = re.compile(r"[^\n]")


def scan_latex(source: Source) -> Scan:
    r"""The segments of a LaTeX text.

    >>> text = "Let $x$ % not $y$\n\\begin{align} a &= b \\end{align}"
    >>> [text[slice(*s.inner)] for s in scan_latex(Source(text)).formulas()]
    ['x', '\\begin{align} a &= b \\end{align}']
    """
    return _Latex(source).run()


class _Latex:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.scan = Scan("")
        self.missing: set[str] = set()
        self.text = self.scan.text = self._blanked(source.text)

    def run(self) -> Scan:
        begins = self.text.find(_DOCUMENT)
        body = begins + len(_DOCUMENT) if begins >= 0 else 0
        self._preamble(body)
        at, end = body, self.text.find("\\end{document}", body)
        end = len(self.text) if end < 0 else end
        while (match := _TRIGGER.search(self.text, at, end)) is not None:
            if self.scan.is_full(self.source, match.start()):
                break
            handler = self._dollar if match[0] == "$" else self._backslash
            at = handler(match.start())
        self.scan.segments.append(Segment("aside", end, len(self.text)))
        return self.scan

    def _preamble(self, body: int) -> None:
        r"""Before ``\begin{document}`` only macros are read."""
        at = 0
        while (match := DEFINES.search(self.text, at, body)) is not None:
            at = self._definition(match.start())
        self.scan.segments.append(Segment("preamble", at, max(at, body)))

    def _blanked(self, text: str) -> str:
        """The text with spaces for verbatim text; a comment keeps its ``%``, so that its line
        does not look like the end of a paragraph."""
        pieces, done, at = list[str](), 0, 0
        while (match := _UNREAD.search(text, at)) is not None:
            at = self._unread_end(text, match)
            if match.lastgroup is not None:
                keep = match.start() + (match["comment"] is not None)
                pieces += [text[done:keep], _NOT_NEWLINE.sub(" ", text[keep:at])]
                done = at
        return "".join([*pieces, text[done:]])

    def _unread_end(self, text: str, match: re.Match[str]) -> int:
        if match["comment"] is not None:
            self._declaration(text, match)
        if match["input"]:
            message = f"\\{match['input']} is not followed; give that file as well"
            self.scan.warnings.append(Remark.at(self.source, *match.span(), message))
        closing = f"\\end{{{match['verbatim']}}}" if match["verbatim"] else "\\fi"
        if not (match["verbatim"] or match["iffalse"]) or closing in self.missing:
            return match.end()
        found = text.find(closing, match.end())
        if found < 0:
            self.missing.add(closing)
            message = f"{match[0]} is not closed; expected {closing}"
            self.scan.warnings.append(Remark.at(self.source, *match.span(), message))
            return match.end()
        return found + len(closing)

    def _declaration(self, text: str, match: re.Match[str]) -> None:
        """A comment that declares goes on over the comment lines below it."""
        declared = self.scan.declared
        inside = declared and match.start() < declared[-1][1]
        if not inside and DECLARES.match(text, match.start()):
            more = _COMMENT_LINES.match(text, match.end())
            end = more.end() if more else match.end()
            declared.append((match.start(), end, "TeX comment"))

    def _definition(self, at: int) -> int:
        end = definition_end(self.text, at)
        self.scan.segments.append(Segment("definition", at, end))
        return end

    def _dollar(self, at: int) -> int:
        if self.text.startswith("$$", at):
            return self._found("display", at, "$$", delimiters.double_dollar(self.text, at))
        found = delimiters.dollar(self.text, at)
        if found is None:
            return self._found("inline", at, "$", Unclosed("$", at, "the end of the paragraph"))
        return self._found("inline", at, "$", found)

    def _backslash(self, at: int) -> int:
        opening = self.text[at : at + 2]
        if opening in {"\\(", "\\["}:
            kind = "inline" if opening == "\\(" else "display"
            return self._found(kind, at, opening, delimiters.bracket(self.text, at, opening))
        name = delimiters.environment_name(self.text, at)
        if name:
            found = delimiters.environment(self.text, at, name)
            return self._found("display", at, f"\\begin{{{name}}}", found)
        if DEFINES.match(self.text, at):
            return self._definition(at)
        return at + 2

    def _found(self, kind: str, at: int, opening: str, found: Closed | Unclosed) -> int:
        if isinstance(found, Closed):
            inner = (found.start, found.close)
            self.scan.segments.append(Segment(kind, at, found.end, inner))
            return found.end
        place = self.source.position(found.stop)
        message = f"this {opening} is not closed: {found.seen} came first, at {place}"
        self.scan.problems.append(Remark.at(self.source, at, at + len(opening), message))
        return at + len(opening)
