r"""What Markdown puts into mathematics, taken out again: ``\_``, ``\*``, ``&lt;``, ``> ``.

Each repair that TeX itself would not make is remarked upon, so that a verdict can tell.
"""

from __future__ import annotations

import re

from xent_sym.reader.places import Remark, Source, Traced

# One character for one: white space of every kind is a space, and breaks no row.
SPACES = str.maketrans(dict.fromkeys("\r\u00a0\u2002\u2003\u2009\u200b\u2060\u3000\ufeff", " "))
ENTITIES = {
    "lt": "<",
    "gt": ">",
    "amp": "&",
    "nbsp": " ",
    "quot": '"',
    "#39": "'",
    "le": r"\le ",
    "ge": r"\ge ",
}
_WORDS = r"\\(?:text\w*|mbox|mathrm|mathsf|mathtt|operatorname\*?|label|tag\*?|(?:eq)?ref)"
_COMMENT = re.compile(r"\\.|%[^\n]*", re.DOTALL)
_LIQUID = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
# Words keep their escapes.  A backslash pair before these characters is no row break: no row
# begins with ``_``, a comma or ``|`` that touches the break.
_ESCAPES = re.compile(
    rf"(?P<keep>{_WORDS}\s*\{{[^{{}}]*\}})"
    r"|\\\\(?P<doubled>[_|,;!])"
    r"|\\(?P<single>[_*])"
    r"|&(?P<entity>lt|gt|amp|nbsp|quot|\#39|le|ge);"
    r"|\\\\(?P<brace>[{}])"
    r"|\\.",
    re.DOTALL,
)


def plain_spaces(traced: Traced) -> Traced:
    r"""Every kind of white space and every NUL-width character is a space.

    >>> plain_spaces(Traced.of("a\u3000b\r\n", 0, 5)).text
    'a b \n'
    """
    return Traced(traced.text.translate(SPACES), traced.starts, traced.ends)


def without_comments(traced: Traced, source: Source) -> tuple[Traced, list[Remark]]:
    r"""``%`` starts a comment in TeX, and so in Markdown; ``\%`` is the sign.

    >>> written = "a = 5\\% % of b\n+ c"
    >>> without_comments(Traced.of(written, 0, len(written)), Source(written))[0].text
    'a = 5\\% \n+ c'
    """
    found = [m for m in _COMMENT.finditer(traced.text) if m[0].startswith("%")]
    remarks = [
        Remark.at(
            source,
            *traced.span(*m.span()),
            "% starts a comment in TeX: the rest of this line is not read; write \\% for the sign",
        )
        for m in found
    ]
    return _replaced(traced, [(m.start(), m.end(), "") for m in found]), remarks


def without_containers(traced: Traced, quotes: int) -> Traced:
    r"""Inside a block quote each line begins with ``>``, and inside Liquid with ``{% raw %}``.

    >>> without_containers(Traced.of("a\n> > 1", 0, 7), 1).text
    'a\n > 1'
    """
    edits = [(m.start(), m.end(), " ") for m in _LIQUID.finditer(traced.text)]
    if quotes:
        mark = re.compile(rf"(?<=\n)[ \t]*(?:>[ \t]?){{1,{quotes}}}")
        edits += [(m.start(), m.end(), " ") for m in mark.finditer(traced.text)]
    return _replaced(traced, sorted(edits))


def without_escapes(
    traced: Traced, source: Source, *, inline: bool, in_table: bool
) -> tuple[Traced, list[Remark]]:
    r"""The TeX that the author meant, where Markdown asked for a backslash more.

    >>> text = r"D(p\\|q) = x\_i"
    >>> whole = Traced.of(text, 0, len(text))
    >>> fixed, remarks = without_escapes(whole, Source(text), inline=True, in_table=False)
    >>> fixed.text, len(remarks)
    ('D(p\\|q) = x_i', 2)
    """
    if in_table:
        bars = [(m.start(), m.end(), "|") for m in re.finditer(r"\\\|", traced.text)]
        traced = _replaced(traced, bars)
    pairs = inline or _braces_doubled(traced.text)
    edits: list[tuple[int, int, str]] = []
    remarks: dict[str, Remark] = {}
    for match in _ESCAPES.finditer(traced.text):
        meant = _meant(match, pairs)
        if meant is None:
            continue
        edits.append((match.start(), match.end(), meant))
        message = f"{match[0]} is read as {meant.strip() or 'a space'} (an escape of Markdown)"
        first, last = traced.span(*match.span())
        remarks.setdefault(match[0], Remark.at(source, first, last, message))
    return _replaced(traced, edits), list(remarks.values())


def _meant(match: re.Match[str], pairs: bool) -> str | None:
    if match["entity"]:
        return ENTITIES[match["entity"]]
    if match["single"]:
        return match["single"]
    if match["doubled"]:
        return "_" if match["doubled"] == "_" else f"\\{match['doubled']}"
    return f"\\{match['brace']}" if match["brace"] and pairs else None


def _braces_doubled(text: str) -> bool:
    r"""``\\{0,1\\}`` came in pairs: no row break, but an escaped backslash."""
    opened = text.count("\\\\{")
    return opened > 0 and opened == text.count("\\\\}")


def _replaced(traced: Traced, edits: list[tuple[int, int, str]]) -> Traced:
    if not edits:
        return traced
    pieces, done = list[Traced](), 0
    for start, end, new in edits:
        pieces += [traced[done:start], Traced.standing_for(new, *traced.span(start, end))]
        done = end
    return Traced.join([*pieces, traced[done:]])
