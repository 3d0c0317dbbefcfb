"""Which delimiter closes which, and which differential closes which integral.

One pass over the tokens, before they are parsed: what is unbalanced is found here, at its
place, and nesting is capped here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from xent_sym.reader.lexemes import MAX_DEPTH, ReadError, Token
from xent_sym.reader.vocabulary import MATRIX_LIKE, Kind

_CLOSED_BY = {
    Kind.OPEN: Kind.CLOSE,
    Kind.GROUP_OPEN: Kind.GROUP_CLOSE,
    Kind.BEGIN: Kind.END_ENVIRONMENT,
}
_CLOSERS = frozenset(_CLOSED_BY.values())
_TWINS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉", "|": "|", "||": "||"}
_NESTS = {"int": 1, "iint": 2, "iiint": 3, "oint": 1}
_ENDS_INTEGRALS = frozenset(
    (Kind.ROW, Kind.CELL, Kind.RELATION, Kind.IMPLICATION, Kind.COMMA, Kind.OVER)
)
_PAIRED_BARS = frozenset(("|", "||"))
_INTERVAL = frozenset("()[]")


@dataclass
class Layout:
    """The tokens without alignment marks, and what was found about them: for every opening
    token its closing one; the differentials, and the integrals that they close; the braces that
    hold nothing but an operator."""

    tokens: list[Token] = field(default_factory=list)
    partner: dict[int, int] = field(default_factory=dict)
    differentials: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    operators: set[int] = field(default_factory=set)


def paired(tokens: list[Token]) -> Layout:
    """Match the delimiters, or raise ``ReadError`` at the one that has no partner."""
    layout = Layout()
    opened: list[int] = []
    waiting: list[list[int]] = [[]]
    bars: list[dict[Kind, list[int]]] = [{}]
    for token, following in pairwise([*tokens, tokens[-1]]):
        if token.kind is Kind.CELL and not _in_matrix(layout.tokens, opened):
            continue
        here = len(layout.tokens)
        layout.tokens.append(token)
        if token.kind in (Kind.BAR, Kind.DOUBLE_BAR) and token.text in _PAIRED_BARS:
            _bar(bars[-1], layout, following)
        if token.kind in _CLOSED_BY:
            opened.append(here)
            waiting.append([])
            bars.append({})
            if len(opened) > MAX_DEPTH:
                expected = f"at most {MAX_DEPTH} brackets inside each other"
                raise ReadError(token.start, token.end, token.text, expected)
        elif token.kind in _CLOSERS:
            opener = _opener(layout.tokens, opened, token)
            layout.partner[opener] = here
            inner = waiting.pop()
            _pair_bars(layout, bars.pop())
            if _is_upright_d(layout.tokens, opener):
                layout.tokens[-3:] = [layout.tokens[-2]]
                del layout.partner[opener]
                _integrals(layout, layout.tokens[-1], following, waiting[-1])
            elif _is_operator(layout, opener, here):
                layout.operators.add(opener)
                waiting[-1].extend(inner)
        else:
            _integrals(layout, token, following, waiting[-1])
    if opened:
        token = layout.tokens[opened[-1]]
        raise ReadError(token.start, token.end, _written(token), f"{_twin(token)} that closes it")
    _pair_bars(layout, bars.pop())
    return layout


def _bar(level: dict[Kind, list[int]], layout: Layout, following: Token) -> None:
    """Note the bar; ``f|_{x=0}`` opens nothing."""
    here = len(layout.tokens) - 1
    places = level.setdefault(layout.tokens[here].kind, [])
    if len(places) % 2 or following.kind is not Kind.SUB:
        places.append(here)


def _pair_bars(layout: Layout, level: dict[Kind, list[int]]) -> None:
    """Bars of one level in even number come in pairs; an odd one stands between two things."""
    for places in level.values():
        if len(places) % 2 or (len(level) > 1 and len(places) > 2):
            continue
        for opener, closer in zip(places[::2], places[1::2], strict=True):
            layout.tokens[opener] = replace(layout.tokens[opener], kind=Kind.OPEN)
            layout.tokens[closer] = replace(layout.tokens[closer], kind=Kind.CLOSE)
            layout.partner[opener] = closer


def _is_upright_d(tokens: list[Token], opener: int) -> bool:
    """``{\\rm d}``, not as an argument."""
    inner = tokens[opener + 1 :]
    upright = len(inner) == 2 and inner[0].kind is Kind.PARTIAL
    before = tokens[opener - 1].kind if opener else None
    return upright and before not in (Kind.SUB, Kind.SUP, Kind.COMMAND)


def _is_operator(layout: Layout, opener: int, closer: int) -> bool:
    """``{\\int_a^b}``, not as an argument: the braces only stand in the way."""
    tokens, at = layout.tokens, opener + 2
    before, kind = tokens[opener - 1].kind if opener else None, tokens[opener + 1].kind
    if before in (Kind.SUB, Kind.SUP, Kind.COMMAND) or kind not in (Kind.INTEGRAL, Kind.BIG):
        return False
    if kind is Kind.BIG and before is Kind.GROUP_CLOSE:
        return False
    while at < closer and tokens[at].kind in (Kind.SUB, Kind.SUP):
        at = layout.partner.get(at + 1, at + 1) + 1
    return at == closer


def _in_matrix(tokens: list[Token], opened: list[int]) -> bool:
    """The innermost environment here has cells."""
    inner = (tokens[i] for i in reversed(opened) if tokens[i].kind is Kind.BEGIN)
    first = next(inner, None)
    return first is not None and first.text in MATRIX_LIKE


def _opener(tokens: list[Token], opened: list[int], token: Token) -> int:
    """The opening token that this one closes."""
    if not opened:
        expected = "nothing to close here: no bracket is open"
        raise ReadError(token.start, token.end, _written(token), expected)
    opener = tokens[opened[-1]]
    fits = _CLOSED_BY[opener.kind] is token.kind and opener.fenced == token.fenced
    if token.kind is Kind.CLOSE and fits and not token.fenced:
        interval = opener.text in _INTERVAL and token.text in _INTERVAL
        fits = interval or _TWINS.get(opener.text) == token.text
    elif token.kind is Kind.END_ENVIRONMENT and fits:
        fits = opener.text == token.text
    if not fits:
        expected = f"{_twin(opener)} to close the {_written(opener)} at offset {opener.start}"
        raise ReadError(token.start, token.end, _written(token), expected)
    return opened.pop()


def _written(token: Token) -> str:
    if token.kind is Kind.BEGIN:
        return f"\\begin{{{token.text}}}"
    if token.kind is Kind.END_ENVIRONMENT:
        return f"\\end{{{token.text}}}"
    left = "\\left" if token.kind is Kind.OPEN else "\\right"
    return left + token.text if token.fenced else token.text


def _twin(token: Token) -> str:
    if token.kind is Kind.BEGIN:
        return f"\\end{{{token.text}}}"
    if token.fenced:
        return "a \\right"
    return "a }" if token.kind is Kind.GROUP_OPEN else f"a {_TWINS.get(token.text, 'bracket')}"


def _integrals(layout: Layout, token: Token, following: Token, waiting: list[int]) -> None:
    """Keep ``waiting``: the integrals of this level that have not met their differential."""
    here = len(layout.tokens) - 1
    if token.kind is Kind.INTEGRAL:
        waiting += [here] * _NESTS[token.text]
    elif token.kind in _ENDS_INTEGRALS:
        waiting.clear()
    elif waiting and token.kind is Kind.PARTIAL and token.text == "d":
        _close(layout, here, waiting)
    elif waiting and token.kind is Kind.LETTERS and not _is_script(layout.tokens):
        if token.text == "d" and following.kind in (Kind.LETTERS, Kind.NAME, Kind.COMMAND):
            _close(layout, here, waiting)
        else:
            _split_differentials(layout, token, waiting)


def _is_script(tokens: list[Token]) -> bool:
    return len(tokens) > 1 and tokens[-2].kind in (Kind.SUB, Kind.SUP)


def _close(layout: Layout, here: int, waiting: list[int]) -> None:
    layout.differentials.add(here)
    layout.closed.add(waiting.pop())


def _split_differentials(layout: Layout, token: Token, waiting: list[int]) -> None:
    """``dx``, ``xdx`` and ``dxdy`` in the scope of an integral become tokens of their own."""
    text = token.text
    while len(token.text) - len(text) < 2 * len(waiting) and len(text) > 1 and text[-2] == "d":
        text = text[:-2]
    if text == token.text:
        return
    layout.tokens.pop()
    start = token.start + len(text)
    if text:
        layout.tokens.append(replace(token, text=text, end=start))
    for at in range(start, token.end, 2):
        _close(layout, len(layout.tokens), waiting)
        letters = token.text[at - token.start :][:2]
        gap = token.gap if at == token.start else 0.0
        layout.tokens.append(replace(token, text=letters, start=at, end=at + 2, gap=gap))
