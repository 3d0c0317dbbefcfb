r"""Macros: ``\newcommand``, ``\def``, ``\DeclareMathOperator`` with no or simple arguments.

Expansion is iterative and counted: a macro that calls itself, or that doubles itself, is an
error at its call, not a hang.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from xent_sym.reader.places import SpanError, Traced

Char: TypeAlias = tuple[str, int, int]

MAX_EXPANSIONS = 2_000
MAX_EXPANDED = 100_000
MAX_DEFINITION = 5_000
COMMANDS = frozenset({"newcommand", "renewcommand", "providecommand"})
DEFINES = re.compile(
    r"\\(?:(?:new|renew|provide)command|DeclareMathOperator|DeclarePairedDelimiter|def|let)"
    r"(?![A-Za-z])"
)
PARAMETER = re.compile(r"#([1-9])")
# What ``\newcommand`` must not be given, so that the reading of rows stays true.
RESERVED = frozenset({"begin", "end", "left", "right", "label", "tag"})


@dataclass(frozen=True)
class Macro:
    """``body`` with ``#1`` … for the arguments; the first may have a ``default``."""

    arity: int
    body: str
    default: str | None = None


@dataclass
class _Stream:
    """Characters with their places; what was expanded is pushed back in front."""

    base: Traced
    at: int = 0
    pushed: list[Char] = field(default_factory=list)
    read: int = 0
    behind: int = 0

    def pop(self) -> Char | None:
        self.read += 1
        if self.pushed:
            return self.pushed.pop()
        if self.at >= len(self.base.text):
            return None
        i = self.at
        self.at += 1
        return self.base.text[i], self.base.starts[i], self.base.ends[i]

    def push(self, chars: Iterable[Char]) -> None:
        self.pushed.extend(reversed(list(chars)))

    def peek(self) -> str:
        char = self.pop()
        if char is None:
            return ""
        self.pushed.append(char)
        return char[0]

    def skip_space(self) -> None:
        while (char := self.pop()) is not None:
            if not char[0].isspace():
                self.pushed.append(char)
                return

    def name(self) -> list[Char]:
        r"""The command behind a backslash that was read: letters, or one other character."""
        letters: list[Char] = []
        while (char := self.pop()) is not None:
            if char[0].isascii() and char[0].isalpha():
                letters.append(char)
                continue
            if letters:
                self.pushed.append(char)
            else:
                letters.append(char)
            break
        return letters

    def argument(self) -> list[Char] | None:
        r"""The next group without its braces, or the next command or character."""
        self.skip_space()
        first = self.pop()
        if first is None or first[0] == "}":
            return None
        if first[0] == "{":
            return self._until("}", self.read)
        whole = [first, *self.name()] if first[0] == "\\" else [first]
        self.behind = whole[-1][2]
        return whole

    def option(self) -> list[Char] | None:
        """The next ``[...]``, if there is one."""
        self.skip_space()
        if self.peek() != "[":
            return None
        self.pop()
        return self._until("]", self.read)

    def _until(self, closing: str, began: int) -> list[Char] | None:
        depth, chars = 0, list[Char]()
        while (char := self.pop()) is not None and self.read - began < MAX_EXPANDED:
            if char[0] == closing and depth == 0:
                self.behind = char[2]
                return chars
            chars.append(char)
            if char[0] == "\\" and (escaped := self.pop()) is not None:
                chars.append(escaped)
            depth += (char[0] == "{") - (char[0] == "}")
        return None


def _text(chars: Iterable[Char]) -> str:
    return "".join(char[0] for char in chars)


class Macros:
    r"""The macros that are known at this place of the document.

    >>> macros = Macros()
    >>> source = r"\newcommand{\E}[1]{\mathbb{E}[#1]} \E{X}=0"
    >>> macros.expand(Traced.of(source, 0, len(source))).text.strip()
    '\\mathbb{E}[X]=0'
    >>> macros.expand(Traced.of(r"\E", 0, 2))
    Traceback (most recent call last):
    ...
    xent_sym.reader.places.SpanError: \E needs 1 argument; none was found
    """

    def __init__(self) -> None:
        self._known: dict[str, Macro] = {}

    def expand(self, traced: Traced) -> Traced:
        r"""The text with every known macro written out, and definitions taken out of it.

        Raises SpanError at the call or definition that cannot be read.
        """
        if not self._known and not DEFINES.search(traced.text):
            return traced
        stream, out, calls = _Stream(traced), list[Char](), 0
        while (char := stream.pop()) is not None:
            if stream.read > MAX_EXPANDED or calls > MAX_EXPANSIONS:
                raise SpanError(char[1], char[2], "this macro expands without end, or nearly so")
            if char[0] != "\\":
                out.append(char)
                continue
            command = stream.name()
            name = _text(command)
            if DEFINES.fullmatch(f"\\{name}"):
                self._define(name, stream, char[1])
            elif name in self._known:
                calls += 1
                self._call(name, stream, (char, *command), out)
            else:
                out += [char, *command]
        return Traced(
            _text(out), tuple(char[1] for char in out), tuple(char[2] for char in out)
        )

    def define_at(self, text: str, start: int) -> int:
        """Read the definition that starts here in running text; the offset behind it.

        Raises SpanError, whose ``end`` tells where to go on.
        """
        end = min(len(text), start + MAX_DEFINITION)
        stream = _Stream(Traced.of(text, start, end))
        stream.pop()
        self._define(_text(stream.name()), stream, start)
        return start + stream.at - len(stream.pushed)

    def _call(self, name: str, stream: _Stream, call: tuple[Char, ...], out: list[Char]) -> None:
        macro, start, end = self._known[name], call[0][1], call[-1][2]
        arguments: list[list[Char]] = []
        if macro.default is not None:
            given = stream.option()
            default = [(char, start, end) for char in macro.default]
            arguments.append(default if given is None else given)
        while len(arguments) < macro.arity:
            argument = stream.argument()
            if argument is None:
                plural = "" if macro.arity == 1 else "s"
                seen = len(arguments) or "none"
                verb = "was" if len(arguments) < 2 else "were"
                raise SpanError(
                    start,
                    end,
                    f"\\{name} needs {macro.arity} argument{plural}; {seen} {verb} found",
                )
            arguments.append(argument)
        end = max(end, stream.behind)
        self._keep_apart(macro.body, stream, out)
        stream.push(_filled(macro.body, arguments, start, end))

    @staticmethod
    def _keep_apart(body: str, stream: _Stream, out: list[Char]) -> None:
        r"""``\a b`` where ``\a`` is ``\beta``: the letters behind do not join the command."""
        follows = stream.peek()
        if re.search(r"\\[A-Za-z]+\Z", body) and follows.isascii() and follows.isalpha():
            following = stream.pop()
            if following is not None:
                stream.push([(" ", following[1], following[1]), following])

    def _define(self, command: str, stream: _Stream, start: int) -> None:
        stream.skip_space()
        if stream.peek() == "*":
            stream.pop()
        target = stream.argument()
        name = _text(target or []).strip().removeprefix("\\").strip()
        try:
            if not name or name in RESERVED:
                raise ValueError(f"\\{command} needs the name of a new command")
            self._known[name] = _DEFINITIONS[command](stream)
        except ValueError as error:
            end = stream.base.starts[min(stream.at, len(stream.base.text)) - 1] + 1
            raise SpanError(start, max(end, start + 1), str(error)) from error


def definition_end(text: str, start: int) -> int:
    r"""Behind the definition that starts here, whether it can be read or not.

    >>> definition_end(r"\def\a#1{b#1} c", 0)
    13
    """
    try:
        return Macros().define_at(text, start)
    except SpanError as error:
        return error.end


def _filled(body: str, arguments: list[list[Char]], start: int, end: int) -> list[Char]:
    """The body with the arguments in it, which keep their own places."""
    chars: list[Char] = []
    done = 0
    for match in PARAMETER.finditer(body):
        chars += [(char, start, end) for char in body[done : match.start()]]
        chars += arguments[int(match[1]) - 1]
        done = match.end()
        if len(chars) > MAX_EXPANDED:
            raise SpanError(start, end, "this macro expands to more than can be read")
    return [*chars, *((char, start, end) for char in body[done:])]


def _body(stream: _Stream, arity: int) -> str:
    body = stream.argument()
    if body is None:
        raise ValueError("the body of this definition does not end; close its brace")
    text = _text(body)
    if any(int(match[1]) > arity for match in PARAMETER.finditer(text)):
        raise ValueError(f"the body uses an argument beyond the {arity} that were declared")
    return text


def _newcommand(stream: _Stream) -> Macro:
    count = _text(stream.option() or [("0", 0, 0)]).strip()
    if len(count) != 1 or not count.isdecimal():
        raise ValueError(f"[{count[:20]}] is not a number of arguments from 0 to 9")
    default = stream.option() if int(count) else None
    body = _body(stream, int(count))
    return Macro(int(count), body, None if default is None else _text(default))


def _def(stream: _Stream) -> Macro:
    arity = 0
    while (char := stream.peek()) != "{":
        if char == "":
            raise ValueError("this \\def has no body; expected {...}")
        stream.pop()
        if char.isspace():
            continue
        arity += 1
        number = stream.pop()
        if char != "#" or number is None or number[0] != str(arity):
            raise ValueError("only \\def with plain arguments #1#2... can be read")
    return Macro(arity, _body(stream, arity))


def _let(stream: _Stream) -> Macro:
    stream.skip_space()
    if stream.peek() == "=":
        stream.pop()
    return Macro(0, _body(stream, 0))


def _operator(stream: _Stream) -> Macro:
    return Macro(0, f"\\operatorname{{{_body(stream, 0)}}}")


def _delimiter(stream: _Stream) -> Macro:
    left, right = _body(stream, 0), _body(stream, 0)
    return Macro(1, f"\\left{left} #1 \\right{right}")


_DEFINITIONS = {
    **dict.fromkeys(COMMANDS, _newcommand),
    "def": _def,
    "let": _let,
    "DeclareMathOperator": _operator,
    "DeclarePairedDelimiter": _delimiter,
}
