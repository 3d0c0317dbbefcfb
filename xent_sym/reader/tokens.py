"""Text to tokens: the words and signs of one formula, each with its place.

TeX's own rules hold where people forget them: a script or an argument without braces is
*one* letter or digit, so ``\\log_23`` is log₂ 3 and ``\\frac12`` is a half.
"""

from __future__ import annotations

import re

from xent_sym.reader import vocabulary as words
from xent_sym.reader.lexemes import (
    ASSIGNED,
    COMMAND,
    DELIMITERS,
    DOTS,
    FLOAT,
    MAX_DIGITS,
    MAX_LENGTH,
    MAX_TOKENS,
    NUMBER,
    PROSE,
    RUN,
    SIMPLE,
    TWO,
    UPRIGHT,
    ReadError,
    Token,
    kind_of_delimiter,
    kind_of_run,
    kind_of_text,
    matching_braces,
    relation,
    suggestion,
)
from xent_sym.reader.vocabulary import Kind

__all__ = ["ReadError", "Token", "tokenize"]


def tokenize(text: str) -> list[Token]:
    """The tokens of a formula, closed by an END token.

    Raises ``ReadError`` at an unknown command or character, and beyond the caps.

    >>> [token.text for token in tokenize(r"-ylog_2p_i")]
    ['-', 'y', 'log', '_', '2', 'p', '_', 'i', '']
    >>> tokenize(r"a \\nabbla b")
    Traceback (most recent call last):
        ...
    xent_sym.reader.lexemes.ReadError: saw \\nabbla; expected a known command (\\nabla?)
    """
    if len(text) > MAX_LENGTH:
        seen = f"a formula of {len(text):,} characters"
        raise ReadError(0, len(text), seen, f"at most {MAX_LENGTH:,}")
    return _Lexer(text).run()


class _Lexer:
    """One pass over the text.  ``single`` counts the arguments that are still to come."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.gap = 0.0
        self.single = 0
        self.outer: list[int] = []
        self.tokens: list[Token] = []
        self.closing = matching_braces(text)

    def run(self) -> list[Token]:
        while self.at < len(self.text):
            self.step()
            if len(self.tokens) > MAX_TOKENS:
                expected = f"a formula of at most {MAX_TOKENS:,} tokens"
                raise ReadError(self.at, self.at, "one token too many", expected)
        self.emit(Kind.END, "", self.at)
        return self.tokens

    def emit(self, kind: Kind, text: str, end: int, note: str = "", fenced: bool = False) -> None:
        self.tokens.append(Token(kind, text, self.at, end, max(self.gap, 0.0), note, fenced))
        self.at, self.gap = end, 0.0

    def argument_done(self, further: int = 0) -> None:
        """An argument was met, which itself takes so many further ones."""
        self.single = max(self.single - 1, 0) + further

    def step(self) -> None:
        char = self.text[self.at]
        if char.isspace():
            self.at += 1
        elif char == "~":
            self.space(0.33, self.at + 1)
        elif char == "\\":
            self.command()
        elif char == "{":
            self.open_group()
        elif char == "}":
            self.emit(Kind.GROUP_CLOSE, "}", self.at + 1)
            self.single = self.outer.pop()
        elif "0" <= char <= "9" or (char == "." and NUMBER.match(self.text, self.at)):
            self.number()
        elif "a" <= char.lower() <= "z":
            self.letters()
        elif char == "%":
            raise self.error(self.at + 1, "a formula without comments (a percent sign is \\%)")
        else:
            self.sign(char)

    def space(self, width: float, end: int) -> None:
        self.gap += width
        self.at = end

    def error(self, end: int, expected: str) -> ReadError:
        seen = self.text[self.at : end]
        return ReadError(self.at, end, seen if seen.isprintable() else ascii(seen), expected)

    # -- groups, numbers, letters ------------------------------------------------------

    def open_group(self) -> None:
        close = self.closing[self.at]
        if self.single == 0 and not self.text[self.at + 1 : close].strip():
            self.at = close + 1  # {} alone is a spacer
            return
        self.outer.append(max(self.single - 1, 0))
        self.single = 0
        self.emit(Kind.GROUP_OPEN, "{", self.at + 1)

    def number(self) -> None:
        found = NUMBER.match(self.text, self.at)
        assert found is not None
        end = found.end()
        if self.single:
            end = self.at + 1
        elif scientific := FLOAT.match(self.text, self.at):
            raise self.error(scientific.end(), "a power of ten written out (10^{-8})")
        if end - self.at > MAX_DIGITS:
            raise self.error(end, f"a number of at most {MAX_DIGITS} digits")
        self.argument_done()
        self.emit(Kind.NUMBER, self.text[self.at : end].replace("{,}", ""), end)

    def letters(self) -> None:
        if self.single:
            self.argument_done()
            self.emit(Kind.LETTERS, self.text[self.at], self.at + 1)
            return
        found = RUN.match(self.text, self.at)
        assert found is not None
        for piece in words.segment(found[0]):
            self.emit(kind_of_run(piece, piece == found[0]), piece, self.at + len(piece))

    # -- signs and characters ----------------------------------------------------------

    def sign(self, char: str) -> None:
        if dots := DOTS.match(self.text, self.at):
            self.emit(Kind.ELLIPSIS, "dots", dots.end())
            return
        if char in words.CHARACTERS:
            kind, text = words.KINDS[words.CHARACTERS[char]]
            self.argument_done()
            self.emit(kind, text, self.at + 1)
            return
        if prose := PROSE.match(self.text, self.at):
            self.emit(kind_of_text(prose[0]), prose[0], prose.end())
            return
        if char == ":" and (assigned := ASSIGNED.match(self.text, self.at)):
            self.emit(Kind.RELATION, ":=", assigned.end())
            return
        pair = self.text[self.at : self.at + 2]
        plain = char.translate(words.PLAIN_TWINS)
        if pair in TWO and not self.single:
            self.emit(*TWO[pair], self.at + 2)
        elif plain in SIMPLE:
            kind, text = SIMPLE[plain]
            self.argument_done(1 if kind in (Kind.SUB, Kind.SUP) else 0)
            self.emit(kind, text, self.at + 1)
            self.double_bar()
        elif plain.isspace():
            self.at += 1
        else:
            raise self.error(self.at + 1, "a sign of mathematics")

    def double_bar(self) -> None:
        """Two bars with at most a thin space between them are one sign."""
        if len(self.tokens) < 2 or self.tokens[-1].kind is not Kind.BAR:
            return
        first, second = self.tokens[-2:]
        if first.kind is Kind.BAR and second.gap < 0.3 and not first.fenced and not second.fenced:
            merged = Token(Kind.DOUBLE_BAR, "||", first.start, second.end, first.gap)
            self.tokens[-2:] = [merged]

    # -- commands ----------------------------------------------------------------------

    def command(self) -> None:
        found = COMMAND.match(self.text, self.at)
        if found is None:
            raise self.error(self.at + 1, "a command after the backslash")
        name, end = found[0][1:], found.end()
        if name in words.SPACES:
            self.space(words.SPACES[name], end)
        elif name in words.NOISE | words.END_MARKS:
            self.at = end
        elif name in words.NOISE_WITH_ARGUMENT:
            self.at = self.raw(end)[1]
        elif name in ("left", "right", "middle") or name in words.SIZES:
            self.delimiter(name, end)
        elif name == "\\":
            self.row(end)
        elif name in ("begin", "end"):
            self.environment(name, end)
        elif name == "not":
            self.negation(end)
        elif not (self.words_in_braces(name, end) or self.relation_with_note(name, end)):
            self.known(name, end)

    def known(self, name: str, end: int) -> None:
        if name not in words.KINDS:
            raise self.error(end, "a known command" + suggestion(name))
        kind, text = words.KINDS[name]
        self.argument_done(words.ARITY.get(name, 0))
        note = ""
        if name == "sqrt" and (degree := re.compile(r"\s*\[(\w+)\]").match(self.text, end)):
            note, end = degree[1], degree.end()
        self.emit(kind, text, end, note)
        self.double_bar()

    def raw(self, at: int) -> tuple[str, int]:
        """The argument that begins at ``at``, unparsed, and where it ends."""
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        if at < len(self.text) and self.text[at] == "{":
            close = self.closing[at]
            return self.text[at + 1 : close], close + 1
        found = re.compile(r"\\[A-Za-z]+|\\.|[^{}]", re.DOTALL).match(self.text, at)
        if found is None:
            raise ReadError(self.at, at, self.text[self.at : at], "an argument in braces")
        return found[0], found.end()

    def row(self, end: int) -> None:
        found = re.compile(r"\*?(?:[ \t]*\[[ \t]*-?[0-9.]+[ \t]*[a-z]+[ \t]*\])?").match(
            self.text, end
        )
        self.emit(Kind.ROW, "\\\\", found.end() if found else end)

    def environment(self, side: str, end: int) -> None:
        name, end = self.raw(end)
        if name not in words.MATRIX_LIKE | words.ROWS_LIKE:
            raise self.error(end, "an environment such as cases, pmatrix or aligned")
        if side == "end":
            self.emit(Kind.END_ENVIRONMENT, name, end)
            return
        if found := re.compile(r"\s*\[[a-z]\]").match(self.text, end):
            end = found.end()
        if name in ("array", "alignedat", "alignat", "alignat*"):
            end = self.raw(end)[1]
        self.emit(Kind.BEGIN, name, end)

    def negation(self, end: int) -> None:
        written, end = self.raw(end)
        sign = relation(written)
        if sign not in ("=", "in"):
            raise self.error(end, "\\not= or \\not\\in")
        self.emit(Kind.RELATION, "!=" if sign == "=" else "notin", end)

    def delimiter(self, name: str, end: int) -> None:
        found = re.compile(r"\s*(\\[A-Za-z]+|\\.|\|\||[^\s\\])").match(self.text, end)
        text = DELIMITERS.get(found[1]) if found else None
        if found is None or text is None:
            raise self.error(end, f"a delimiter after \\{name}")
        side = {"left": "l", "right": "r", "middle": "m"}.get(name, words.SIZES.get(name, ""))
        self.emit(kind_of_delimiter(text, side), text, found.end(), "", name in ("left", "right"))

    def words_in_braces(self, name: str, end: int) -> bool:
        """``\\text{...}``, ``\\operatorname{...}``, ``\\mathrm{KL}``: a word, not letters."""
        if name not in words.TEXT_COMMANDS | words.WORD_COMMANDS:
            return False
        if name == "rm":
            found = re.compile(r"\s*([A-Za-z]+)\s*(?=\})").match(self.text, end)
            if found is None:
                return False
            raw, end = found[1], found.end()
        else:
            raw, end = self.raw(end)
        upright = UPRIGHT.fullmatch(raw)
        if name in words.WORD_COMMANDS and not upright and not name.startswith("operatorname"):
            return False
        self.argument_done()
        self.word(name, raw, end)
        return True

    def word(self, name: str, raw: str, end: int) -> None:
        content = re.sub(r"\\[,;:! ]|\\quad|\\qquad|~|\$", " ", raw).strip()
        joined = content.replace(" ", "")
        if content == "d":
            self.emit(Kind.PARTIAL, "d", end)
        elif joined in words.FUNCTIONS:
            self.emit(Kind.FUNCTION, joined, end)
        elif joined in words.BIG_WORDS:
            self.emit(Kind.BIG, joined, end)
        elif not content or not re.search(r"\w", content):
            self.at = end  # \text{,} is punctuation, \text{ } a space
        elif name in words.TEXT_COMMANDS and (" " in content or not content.isascii()):
            self.emit(kind_of_text(content), content, end, name)
        elif name in words.TEXT_COMMANDS and words.CONNECTIVES.fullmatch(content):
            self.emit(Kind.CONNECTIVE, content, end, name)
        else:
            self.emit(Kind.WORD, joined, end, name)

    def relation_with_note(self, name: str, end: int) -> bool:
        """``\\overset{(a)}{=}`` and ``\\xrightarrow{p}``: a relation with a note on it."""
        if name in words.ARROWS:
            under = re.compile(r"\s*\[[^\[\]]*\]").match(self.text, end)
            note, end = self.raw(under.end() if under else end)
            self.emit(Kind.RELATION, words.ARROWS[name], end, note.strip())
            return True
        if name not in words.OVER_RELATIONS:
            return False
        note, middle = self.raw(end)
        written, end = self.raw(middle)
        sign = relation(written)
        if sign is None:
            return False
        self.emit(Kind.RELATION, sign, end, note.strip())
        return True
