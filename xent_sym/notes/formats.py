"""How a sentence and a formula look in each format."""

from __future__ import annotations

import html
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cache

from markupsafe import Markup
from math_core import LatexError, LatexToMathML

from xent_sym.notes.prose import SIGNS

BAR = r"\vert "
PIECES = re.compile(r"\$([^$]*)\$|`([^`]*)`")
TEX_SPECIAL = {c: f"\\{c}" for c in "&%#_{}$"} | {
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
# Signs that pdfLaTeX knows only as mathematics.
TEX_SIGNS = {c: f"${said.strip()}$" for c, said in SIGNS.items()} | {
    "Σ": r"$\Sigma$", "≥": r"$\ge$", "≤": r"$\le$", "≠": r"$\ne$", "²": "$^2$", "→": r"$\to$",
    "∈": r"$\in$", "∞": r"$\infty$", "×": r"$\times$", "ᵀ": r"$^{\top}$", "‖": r"$\|$",
    "∂": r"$\partial$", "ˣ": "$^x$", "±": r"$\pm$", "≈": r"$\approx$", "½": r"$\frac12$",
    "ₖ": "$_k$", "√": r"$\surd$", "⁻": "$^{-}$",
}  # fmt: skip


class Format(ABC):
    """A format: ``home`` says in which document each theorem stands."""

    suffix: str

    def __init__(self, home: Mapping[str, str]) -> None:
        self.home = home

    @abstractmethod
    def text(self, plain: str) -> str:
        """Plain text, with what is special in this format escaped."""

    @abstractmethod
    def math(self, latex: str) -> str:
        """A formula within a sentence."""

    @abstractmethod
    def line(self, latex: str) -> str:
        """A formula within a line, at full size."""

    @abstractmethod
    def display(self, latex: str) -> str:
        """A formula on lines of its own."""

    @abstractmethod
    def code(self, plain: str) -> str:
        """What is typed, letter for letter."""

    @abstractmethod
    def name(self, theorem: str) -> str:
        """The name of a theorem, with a link where there are links."""

    def say(self, sentence: str) -> str:
        """A sentence of ``words``."""
        parts, last = [], 0
        for match in PIECES.finditer(sentence):
            parts.append(self.text(sentence[last : match.start()]))
            formula, theorem = match.groups()
            parts.append(self.name(theorem) if formula is None else self.math(formula))
            last = match.end()
        return self.joined([*parts, self.text(sentence[last:])])

    def joined(self, parts: list[str]) -> str:
        return "".join(parts)

    def finished(self, page: str) -> str:
        """The whole page, once it is rendered."""
        return page

    @property
    def filters(self) -> dict[str, Callable[[str], str]]:
        """What the templates call."""
        return {
            "text": self.text, "math": self.math, "line": self.line, "display": self.display,
            "code": self.code, "name": self.name, "say": self.say,
        }  # fmt: skip


class Markdown(Format):
    """GitHub's Markdown: formulas in code spans and fences, where no sign has another meaning.

    GitHub sets no formula within a link, or right after a letter, a digit or a Chinese stop, and
    does not allow \\operatorname.
    """

    suffix = "md"

    def text(self, plain: str) -> str:
        return re.sub(r"([\\*_<>\[\]`|~])", r"\\\1", plain)

    def math(self, latex: str) -> str:
        # a bar would end the cell of a table, even within a code span
        return f"$`{_allowed(latex).replace('|', BAR).strip()}`$"

    def line(self, latex: str) -> str:
        return self.math(rf"\displaystyle {latex}")

    def display(self, latex: str) -> str:
        return f"```math\n{_allowed(latex)}\n```"

    def name(self, theorem: str) -> str:
        if theorem not in self.home:
            return self.code(theorem)
        return f"[{self.code(theorem)}]({self.home[theorem]}.md#{theorem})"

    def code(self, plain: str) -> str:
        return f"`{plain}`"

    def finished(self, page: str) -> str:
        spaced = re.sub(r"(?<=[^\s(])(?=\$`)", " ", page)
        return re.sub(r"(?<=`\$)(?=\w)", " ", spaced)


def _allowed(latex: str) -> str:
    """The formula without the one macro that GitHub forbids."""
    plain = re.sub(r"\\operatorname\{(\w+)\}(?=_)", r"\\mathrm{\1}", latex)
    return re.sub(r"\\operatorname\{(\w+)\}", r"\\mathop{\\mathrm{\1}}", plain)


class Latex(Format):
    """LaTeX that pdflatex reads, and xelatex with ctex for Chinese."""

    suffix = "tex"

    def text(self, plain: str) -> str:
        return "".join(TEX_SPECIAL.get(c) or TEX_SIGNS.get(c, c) for c in plain)

    def math(self, latex: str) -> str:
        return f"${latex}$"

    def line(self, latex: str) -> str:
        return rf"$\displaystyle {latex}$"

    def display(self, latex: str) -> str:
        return f"\\[\n{latex}\n\\]"

    def name(self, theorem: str) -> str:
        return self.code(theorem)

    def code(self, plain: str) -> str:
        return rf"\texttt{{{self.text(plain)}}}".replace(r"\_", r"\_\allowbreak{}")


class Html(Format):
    """HTML with MathML: nothing to load, nothing to run."""

    suffix = "html"

    def text(self, plain: str) -> str:
        return Markup(html.escape(plain, quote=False))

    def math(self, latex: str) -> str:
        return Markup(mathml(latex, False))

    def line(self, latex: str) -> str:
        return Markup(mathml(rf"\displaystyle {latex}", False))

    def display(self, latex: str) -> str:
        return Markup(mathml(latex, True))

    def name(self, theorem: str) -> str:
        known = theorem in self.home
        spelt = self.code(theorem)
        return Markup(f'<a href="#{html.escape(theorem)}">{spelt}</a>') if known else spelt

    def code(self, plain: str) -> str:
        # a long name may be broken after its underscores
        return Markup(f"<code>{html.escape(plain, quote=False)}</code>".replace("_", "_<wbr>"))

    def joined(self, parts: list[str]) -> str:
        return Markup("").join(parts)


class Unprintable(Exception):
    """A formula that MathML has no form for."""


@cache
def mathml(latex: str, display: bool) -> str:
    """A formula as MathML.

    >>> mathml("x", False)
    '<math><mi>x</mi></math>'
    """
    converter = LatexToMathML(fancy_error=False)
    try:
        return str(converter.convert_with_local_state(latex, displaystyle=display))
    except LatexError as problem:
        raise Unprintable(f"this formula cannot be set as MathML: {latex} ({problem})") from problem


FORMATS: dict[str, type[Format]] = {"markdown": Markdown, "latex": Latex, "html": Html}
