r"""Terms as LaTeX, in the spelling of a textbook: ``\frac{1}{n} \sum_{i=1}^{n} p_i \log q_i``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xent_sym.terms.printing import Printer
from xent_sym.terms.quantities import DEFINITIONS
from xent_sym.terms.style import Piece, Rank
from xent_sym.terms.term import Num, Range, Scalar, Term, TermError, as_term
from xent_sym.terms.text import GREEK

RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "!=": r"\ne"}
LETTERS = {letter: word for word, letter in GREEK.items() if word != "lamda"}
CAPITALS = {"Sigma": r"\Sigma", "Pi": r"\Pi"}
ESCAPES = {c: "\\" + c for c in "_{}%&#$"} | {"\\": r"\backslash ", "^": r"\wedge ", "~": r"\sim "}
NAME = re.compile(r"(?P<stem>[^\W\d_]+)(?P<number>\d*)(?:_(?P<sub>\w+))?(?P<primes>'*)")
TALL = re.compile(r"\\(frac|sum|prod|left)\b")
# A symbol spelt like one of these and followed by a bracket would read as the function.
HEADS = frozenset(d.latex.format("", "").partition("(")[0] for d in DEFINITIONS.values())


def latex(term: Scalar) -> str:
    r"""The term as LaTeX mathematics, without dollars.

    >>> from xent_sym.terms import index, kl, log, reals, size, softmax, summation
    >>> K = size("K"); z = reals("z", K); k = index("k", K)
    >>> print(latex(-summation(z[k] * log(softmax(z)[k]), k)))
    -\sum_{k=1}^{K} z_k \log \operatorname{softmax}(z)_k
    """
    shown = as_term(term)
    return LatexPrinter(shown).raw(shown)


def latex_relation(relation: str) -> str:
    r"""The sign of a relation between two lines.

    >>> print(latex_relation("<="))
    \le
    """
    if relation not in RELATIONS:
        raise TermError(f"{relation!r} is not a relation; use one of {', '.join(RELATIONS)}")
    return RELATIONS[relation]


def letter(stem: str) -> str:
    """One letter, Greek or not, an accented letter, or a word in italics."""
    stem = LETTERS.get(stem, stem)
    if stem in CAPITALS:
        return CAPITALS[stem]
    if stem in GREEK:
        return rf"\{'lambda' if stem == 'lamda' else stem}"
    for accent in ("hat", "bar", "tilde"):
        base = stem.removesuffix(accent)
        if stem != base and (len(base) == 1 or base in GREEK):
            return rf"\{accent}{{{letter(base)}}}"
    return stem if len(stem) == 1 else rf"\mathit{{{escaped(stem)}}}"


def escaped(word: str) -> str:
    """A word in which no character is a command."""
    return "".join(ESCAPES.get(c, c) for c in word)


class LatexPrinter(Printer):
    """Signs of LaTeX: bars for quotients, limits on sums."""

    sum_sign, product_sign, maps_to = r"\sum", r"\prod", r"\mapsto"

    def name(self, name: str, indices: Sequence[str]) -> str:
        parts = NAME.fullmatch(name)
        subs: list[str] = []
        if parts is None:
            core = rf"\mathit{{{escaped(name)}}}"
        elif parts["stem"] in self.taken and parts["number"]:
            # beside a family a, the name a1 must not look like its first entry
            core = rf"\mathit{{{escaped(name)}}}"
        else:
            word = rf"\mathrm{{{escaped(parts['sub'])}}}" if parts["sub"] else ""
            core, subs = letter(parts["stem"]) + parts["primes"], [parts["number"], word]
        script = ",".join(filter(None, [*subs, self.row(indices)]))
        if script and core.endswith("'"):
            core = f"{{{core}}}"  # x'_i^2 would be two superscripts
        return core + (self.sub(script) if script else "")

    def row(self, indices: Sequence[str]) -> str:
        return (" " if all(is_letter(i) for i in indices) else ",").join(indices)

    def sub(self, inside: str) -> str:
        return f"_{inside}" if len(inside) == 1 else f"_{{{inside}}}"

    def sup(self, inside: str) -> str:
        return f"^{{{inside}}}"

    def bracket(self, inside: str) -> str:
        return rf"\left({inside}\right)"

    def called(self, inside: str) -> str:
        return " " + self.bracket(inside)

    def bar(self, over: str, under: str) -> Piece:
        return Piece(rf"\frac{{{over}}}{{{under}}}", Rank.FRACTION)

    def fraction(self, over: Sequence[Piece], under: Sequence[Piece]) -> Piece:
        above, below = (
            side[0].text if len(side) == 1 else self.side_by_side(side) for side in (over, under)
        )
        return self.bar(above, below)

    def times(self, left: str, right: str) -> str:
        digit = re.match(r"(\\frac\{|\\left\(-)?\d", right) is not None
        mixed = left.isdigit() and (left in ("0", "1") or right.startswith(r"\frac"))
        call = left in HEADS and right.startswith(r"\left(")
        return r" \cdot " if digit or mixed or call else " "

    def function(self, name: str, base: Sequence[str]) -> str:
        head = "\\" + name.removesuffix("_base")
        return head + (f"_{{{base[0]}}}" if base else "")

    def delta(self, i: str, j: str) -> str:
        short = len(i) == len(j) == 1 and (i + j).isalpha()
        return rf"\delta_{{{i + j if short else self.row([i, j])}}}"

    def limits(self, i: str, over: Term, excluded: Sequence[str], known: bool) -> str:
        without = [rf"{i} \ne {x}" for x in excluded]
        if not isinstance(over, Range):
            return self.sub(r",\ ".join([rf"{i} \in {self.raw(over)}", *without]))
        lo, hi = (self.raw(end) for end in over.args)
        if not excluded:
            return f"_{{{i}={lo}}}^{{{hi}}}"
        between = [] if known else [rf"{lo} \le {i} \le {hi}"]
        return self.sub(r",\ ".join(between + without))

    def entries(self, i: str, over: Term, known: bool) -> str:
        return self.sub(i) if known else self.limits(i, over, [], known)

    def by(self, coordinate: str) -> str:
        return rf"\frac{{\partial}}{{\partial {coordinate}}} "

    def evaluated(self, derivative: str, where: str) -> str:
        return rf"\left.{derivative}\right|_{{{where}}}"

    def template(self, latex: str, text: str) -> str:
        return latex

    def based(self, template: str, base: Term) -> str:
        head, bracket, rest = template.partition("(")
        # H_b is the binary entropy, so a base that is a letter says that it is one
        spelt = self.raw(base) if isinstance(base, Num) else rf"\mathrm{{base}}\ {self.raw(base)}"
        spelt = spelt.replace("{", "{{").replace("}", "}}")
        if head.endswith("}}") and "_{{" in head:
            return f"{head.removesuffix('}}')},{spelt}}}}}{bracket}{rest}"
        return f"{head}_{{{{{spelt}}}}}{bracket}{rest}"

    def filled(self, template: str, arguments: Sequence[str]) -> str:
        if any(TALL.search(a) for a in arguments):
            template = template.replace("(", r"\left(").replace(")", r"\right)")
        return template.format(*arguments)

    def loose(self, term: Term) -> Piece:
        return Piece(f"?_{{{term.data}}}", Rank.ATOM)

    def range_of(self, term: Term) -> Piece:
        lo, hi = (self.raw(end) for end in term.args)
        return Piece(rf"\{{{lo}, \dots, {hi}\}}", Rank.ATOM)

    def space_of(self, term: Term) -> Piece:
        ranges = r" \times ".join(self.raw(r) for r in term.args)
        return Piece(r"\mathbb{R}" + (f"^{{{ranges}}}" if ranges else ""), Rank.ATOM)


def is_letter(index: str) -> bool:
    """One letter or one Greek command: safe to set beside another."""
    return (len(index) == 1 and index.isalpha()) or index[1:] in GREEK
