"""What only says how a formula looks is taken out of it: labels, tags, colours, wrapping."""

from __future__ import annotations

import re

from xent_sym.reader.places import SpanError, Traced

MAX_NESTING = 200

# Commands that say how it looks, with how many groups they take away.
_LAYOUT = {
    **dict.fromkeys(
        "nonumber notag numberthis displaybreak allowdisplaybreaks qedhere hline noindent "
        "centering shoveleft shoveright".split(),
        0,
    ),
    **dict.fromkeys(
        "label tag vspace hspace phantom hphantom vphantom require color textcolor footnote cite "
        "ref eqref class cssId".split(),
        1,
    ),
}
_COMMAND = re.compile(r"\\(?:([A-Za-z]+)\*?|.)|[{}]", re.DOTALL)
_EQUATION_NUMBER = re.compile(r"\\l?eqno(?![A-Za-z])\s*(?:\([^()\n]*\)|\d+)?")


def check_nesting(traced: Traced) -> None:
    """Raises SpanError where braces nest more deeply than a person would read.

    >>> check_nesting(Traced.of("{" * 201, 0, 201))
    Traceback (most recent call last):
    ...
    xent_sym.reader.places.SpanError: braces nest more than 200 deep here; split the formula
    """
    depth = 0
    for match in _COMMAND.finditer(traced.text):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth > MAX_NESTING:
            message = f"braces nest more than {MAX_NESTING} deep here; split the formula"
            raise SpanError(*traced.span(*match.span()), message)


def closing_braces(text: str) -> dict[int, int]:
    r"""For each opening brace that is closed, where.

    >>> closing_braces(r"{a\{b{c}}")
    {5: 7, 0: 8}
    """
    stack: list[int] = []
    closed: dict[int, int] = {}
    for match in _COMMAND.finditer(text):
        if match[0] == "{":
            stack.append(match.start())
        elif match[0] == "}" and stack:
            closed[stack.pop()] = match.start()
    return closed


def without_layout(traced: Traced) -> Traced:
    r"""Labels, tags, spacing with a length, colours and references are spaces.

    >>> without_layout(Traced.of(r"a\tag{1}\nonumber=b", 0, 19)).text
    'a  =b'
    """
    text = traced.text
    closed = closing_braces(text)
    cuts: list[tuple[int, int]] = []
    for match in _COMMAND.finditer(text):
        end = _layout_end(match, closed)
        if end is not None and (not cuts or match.start() >= cuts[-1][1]):
            cuts.append((match.start(), end))
    return _cut(_cut(traced, cuts), None)


def _layout_end(match: re.Match[str], closed: dict[int, int]) -> int | None:
    """Behind the command and its group, where it is layout."""
    groups = _LAYOUT.get(match[1] or "")
    if not groups:
        return None if groups is None else match.end()
    behind = match.string[match.end() : match.end() + 20]
    brace = match.end() + len(behind) - len(behind.lstrip())
    return closed[brace] + 1 if brace in closed else None


def _cut(traced: Traced, cuts: list[tuple[int, int]] | None) -> Traced:
    """A space for each cut; without cuts, for each equation number set by hand."""
    if cuts is None:
        cuts = [match.span() for match in _EQUATION_NUMBER.finditer(traced.text)]
    pieces, done = list[Traced](), 0
    for start, end in cuts:
        pieces += [traced[done:start], Traced.standing_for(" ", *traced.span(start, end))]
        done = end
    return Traced.join([*pieces, traced[done:]]) if cuts else traced


def unwrapped(traced: Traced) -> Traced:
    r"""``{...}`` and ``\boxed{...}`` around several rows say nothing.

    >>> unwrapped(Traced.of(r"{ {a \\ b} }.", 0, 13)).text
    'a \\\\ b .'
    """
    while True:
        traced = traced.strip()
        lead = len("\\boxed") if traced.text.startswith("\\boxed{") else 0
        if not traced.text.startswith("{", lead) or "\\\\" not in traced.text:
            return traced
        close = closing_braces(traced.text).get(lead)
        if close is None or traced.text[close + 1 :].strip().strip(".,;"):
            return traced
        traced = Traced.join([traced[lead + 1 : close], traced[close + 1 :]])
