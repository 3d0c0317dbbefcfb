"""Terms as one line of Unicode, for terminals and error messages."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from xent_sym.terms.printing import Printer
from xent_sym.terms.style import Piece, Rank
from xent_sym.terms.term import Num, Range, Scalar, Term, as_term

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "lamda": "λ", "mu": "μ",
    "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
# Sigma and Pi stay words here: their letters are the signs for sums and products.
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def text(term: Scalar) -> str:
    """The term on one line.

    >>> from xent_sym.terms import distribution, entropy, log, reals, size, index, softmax
    >>> n = size("n"); p = distribution("p", n); z = reals("z", n); k = index("k", n)
    >>> print(text(-log(softmax(z)[k])), text((p[k] + 1) / 2), text(entropy(p, base=2)))
    -log softmax(z)_k (p_k + 1)/2 H_2(p)
    """
    shown = as_term(term)
    return TextPrinter(shown).raw(shown)


def spell(name: str) -> str:
    """A name with its Greek letter and its accent.

    >>> print(spell("theta"), spell("yhat"), spell("what"), spell("loss"))
    θ ŷ ŵ loss
    """
    for word, mark in ACCENTS.items():
        stem = GREEK.get(name.removesuffix(word), name.removesuffix(word))
        if name.endswith(word) and len(stem) == 1:
            return unicodedata.normalize("NFC", stem + mark)
    return GREEK.get(name, name)


class TextPrinter(Printer):
    """Signs of one line: scripts as in TeX, with braces only where they are needed."""

    sum_sign, product_sign, maps_to = "Σ", "Π", "↦"

    def name(self, name: str, indices: Sequence[str]) -> str:
        return spell(name) + (self.sub(self.row(indices)) if indices else "")

    def row(self, indices: Sequence[str]) -> str:
        letters = all(len(i) == 1 and i.isalpha() for i in indices)
        return ("" if letters else ",").join(indices)

    def sub(self, inside: str) -> str:
        return f"_{inside}" if inside.isalnum() else f"_{{{inside}}}"

    def sup(self, inside: str) -> str:
        if inside.isdigit():
            return inside.translate(SUPERSCRIPTS)
        return f"^{inside}" if inside.isalnum() else f"^{{{inside}}}"

    def bracket(self, inside: str) -> str:
        return f"({inside})"

    def called(self, inside: str) -> str:
        return f"({inside})"

    def bar(self, over: str, under: str) -> Piece:
        return Piece(f"{over}/{under}", Rank.MUL)

    def fraction(self, over: Sequence[Piece], under: Sequence[Piece]) -> Piece:
        above = self.side_by_side(over, Rank.FRACTION)
        below = self.side_by_side(under)
        return Piece(f"{above}/{below if len(under) == 1 else self.bracket(below)}", Rank.MUL)

    def times(self, left: str, right: str) -> str:
        return "·"

    def function(self, name: str, base: Sequence[str]) -> str:
        if not base:
            return name
        head = name.removesuffix("_base")
        return head + (base[0].translate(SUBSCRIPTS) if base[0].isdigit() else self.sub(base[0]))

    def delta(self, i: str, j: str) -> str:
        return "δ" + self.sub(self.row([i, j]))

    def limits(self, i: str, over: Term, excluded: Sequence[str], known: bool) -> str:
        without = [f"{i}≠{x}" for x in excluded]
        if known:
            return self.sub(", ".join(without) or i)
        return self.sub(", ".join([self.running(i, over), *without]))

    def entries(self, i: str, over: Term, known: bool) -> str:
        return self.sub(i if known else self.running(i, over))

    def running(self, i: str, over: Term) -> str:
        return f"{i}={self.raw(over)}" if isinstance(over, Range) else f"{i}∈{self.raw(over)}"

    def by(self, coordinate: str) -> str:
        return f"∂/∂{coordinate} "

    def evaluated(self, derivative: str, where: str) -> str:
        return f"[{derivative}]_{{{where}}}"

    def template(self, latex: str, text: str) -> str:
        return text

    def based(self, template: str, base: Term) -> str:
        head, bracket, rest = template.partition("(")
        stem, _, sub = head.partition("_")
        # H_b is the binary entropy, so a base that is a letter says that it is one
        spelt = self.raw(base) if isinstance(base, Num) else f"base {self.raw(base)}"
        script = self.sub(",".join(filter(None, [sub, spelt]))).replace("{", "{{")
        return stem + script.replace("}", "}}") + bracket + rest

    def filled(self, template: str, arguments: Sequence[str]) -> str:
        if "_{0}" in template:
            template, arguments = template.replace("_{0}", "{0}"), [
                self.sub(arguments[0]), *arguments[1:]
            ]  # fmt: skip
        return template.format(*arguments)

    def loose(self, term: Term) -> Piece:
        return Piece(f"?{term.data}", Rank.ATOM)

    def range_of(self, term: Term) -> Piece:
        lo, hi = (self.at(end, Rank.ATOM) for end in term.args)
        return Piece(f"{lo}..{hi}", Rank.ADD)

    def space_of(self, term: Term) -> Piece:
        ranges = ",".join(self.raw(r) for r in term.args)
        return Piece("ℝ" + (f"^{{{ranges}}}" if ranges else ""), Rank.ATOM)
