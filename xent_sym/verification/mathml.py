"""An author's formula set as MathML, where that can be done safely."""

from __future__ import annotations

import re

from markupsafe import Markup
from math_core import LatexError, LatexToMathML

# The converter is recursive native code: without a limit, depth would end the whole process.
MAX_LENGTH = 2_000
MAX_DEPTH = 50
_NESTS = re.compile(r"\\[{}]|\\(?:left|begin|right|end)(?![A-Za-z])|[{}\[\]()]")
_OPENS = frozenset(["{", "[", "(", r"\left", r"\begin"])
_CLOSES = frozenset(["}", "]", ")", r"\right", r"\end"])
_DEFINES = re.compile(r"\\(?:[egx]?def|(?:re)?newcommand|providecommand|let|DeclareMathOperator)\b")
_RUN_OF_COMMANDS = re.compile(rf"(?:\\[A-Za-z]+\s*){{{MAX_DEPTH}}}")
_SIGNS = {
    "<=": r"\le", ">=": r"\ge", "!=": r"\ne", "<<": r"\ll", ">>": r"\gg", "=:": "=:",
    ":=": r"\coloneqq", "~": r"\sim", "->": r"\to", "=>": r"\Rightarrow", "from": r"\gets",
    "implies": r"\Rightarrow", "iff": r"\iff", "==": "==",
}  # fmt: skip


def mathml(latex: str) -> Markup | None:
    r"""The formula as one ``<math>`` element; None where it cannot, or had better not, be set.

    >>> str(mathml("a < 1")).count("<mi>a</mi><mo>&lt;</mo><mn>1</mn>")
    1
    >>> mathml(r"\left( half a bracket") is None
    True
    """
    if not latex.strip() or not _is_tame(latex):
        return None
    # ``\_`` is Markdown's spelling of a subscript; the other sign the converter does not know
    plain = latex.replace(r"\_", "_").replace(r"\Arrowvert", r"\Vert")
    wrapped = rf"\begin{{aligned}}{plain}\end{{aligned}}"
    return _converted(wrapped if re.search(r"(?<!\\)&|\\\\", plain) else plain)


def sign(relation: str) -> str:
    r"""The LaTeX of a relation, as the reader names it or as the author wrote it.

    >>> [sign(r) for r in ("=", "<=", "approx", r"\leq")]
    ['=', '\\le', '\\approx', '\\leq']
    """
    return _SIGNS.get(relation) or (f"\\{relation}" if relation.isalpha() else relation)


def _converted(latex: str) -> Markup | None:
    converter = LatexToMathML(fancy_error=False)
    large = rf"\displaystyle {latex}"
    try:
        # Safe as markup: the converter escapes all text, and knows no command for links.
        return Markup(converter.convert_with_local_state(large, displaystyle=False))
    except LatexError:
        return None


def _is_tame(latex: str) -> bool:
    """Short and shallow, and it defines nothing."""
    if len(latex) > MAX_LENGTH or _DEFINES.search(latex) or _RUN_OF_COMMANDS.search(latex):
        return False
    depth = 0
    for found in _NESTS.finditer(latex):
        depth += (found[0] in _OPENS) - (found[0] in _CLOSES)
        if depth > MAX_DEPTH:
            return False
    return True


__all__ = ["mathml", "sign"]
