"""The words of a language: what a reason, a law, a hypothesis, a declaration is called in it.

A sentence is plain text in which `$...$` is mathematics and a name in backquotes a theorem;
how these look is the business of the format (``formats``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xent_sym.kernel import Hypothesis
from xent_sym.notes.document import Condition, Document, Ground, Line, Section, head
from xent_sym.notes.prose import with_mathematics
from xent_sym.terms.declare import index, ranges_of, true_class
from xent_sym.terms.latex import latex
from xent_sym.terms.quantities import DEFINITIONS
from xent_sym.terms.term import App, Delta, Named, Num, Range, Sym, Term
from xent_sym.terms.wording import hypothesis_latex

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = ("en", "zh")
HAN = "[\u4e00-\u9fff]"
# The ways whose reason is told by naming the laws of arithmetic that they used.
ARITHMETIC = ("arithmetic", "rearrange")
# The letters of the indices of a family.
LETTERS = "ikl"
# The ways after which a denominator may be gone without a word.
CANCELLING = (*ARITHMETIC, "linearity", "constant_factor", "expand")
# Rules so plain that naming them beside a telling one would only be noise.
PLAIN_RULES = frozenset({
    "derivative_of_constant", "derivative_of_coordinate", "derivative_of_multiple",
    "derivative_of_sum", "derivative_of_finite_sum",
})  # fmt: skip


@cache
def words(language: str) -> Words:
    """The words of a language.

    >>> words("en").law_of("quotient_rule")
    'quotient rule'
    """
    with (TEMPLATES / f"words.{language}.toml").open("rb") as file:
        return Words(tomllib.load(file))


@dataclass(frozen=True, eq=False)
class Words:
    """One language.  What has no words in the table is said by its own name."""

    table: dict[str, Any]

    def __getattr__(self, key: str) -> str:
        """The fixed words of the page: headings, joints, stops."""
        page: dict[str, str] = self.table["page"]
        if key not in page:
            raise AttributeError(key)
        return page[key]

    # -- documents and theorems ----------------------------------------------------------------

    def title_of(self, document: Document) -> str:
        """What the document is about, in plain words: GitHub sets no formula in a link."""
        return self._paragraphs(document)[0].rstrip(".。")

    def short_title(self, document: Document) -> str:
        """The title up to its colon."""
        return re.split("[:：]", self.title_of(document))[0]

    def about_of(self, document: Document) -> list[str]:
        """What the file says about itself beyond its title, sources left out."""
        return [with_mathematics(p) for p in self._paragraphs(document)[1:]]

    def _paragraphs(self, document: Document) -> list[str]:
        text = self.table.get("documents", {}).get(document.name, document.doc)
        paragraphs = [" ".join(p.split()) for p in text.split("\n\n")]
        return [p for p in paragraphs if not p.startswith("Sources:")] or [document.name]

    def sources_of(self, document: Document) -> str:
        """The literature that the file names."""
        _, _, found = document.doc.partition("Sources:")
        return " ".join(found.split()).removesuffix(".")

    def says(self, section: Section) -> str:
        """The theorem in a sentence."""
        return with_mathematics(section.words.get(self.language, section.words["en"]))

    def figure(self, name: str) -> str:
        """What a figure shows."""
        captions: dict[str, str] = self.table["figures"]
        return captions[name]

    # -- reasons -------------------------------------------------------------------------------

    def reason(self, line: Line) -> str:
        """Why a line follows from the one before."""
        label, _, detail = line.way.partition(":")
        table: dict[str, str] = self.table["reasons"]
        said = table[label] if label in table else self.law_of(detail or label)
        plain = said.format(
            names=self.joined(self.quantity(n) for n in detail.split(",")),
            theorems=self.joined(f"`{n}`" for n in detail.split(",")),
            rules=self._rules(line.cites),
            conditions=self.joined(self.hypothesis(h) for g in line.cites for h in _met(g))
            or self.law_of(label),
            colon=self.colon,
            reason="",
            groups="",
        )
        if label == "linearity" and len(line.cites) == 1:
            plain = self.law_of(line.cites[0].name)
        if label in ARITHMETIC:
            plain = self._with(plain, "groups", (self.table["groups"][g] for g in line.groups))
            plain = self._with(plain, "because", map(self.hypothesis, line.given))
        if label in CANCELLING:
            plain = self._with(plain, "cancels", (f"${c} > 0$" for c in line.cancelled))
        return spaced(plain)

    def _with(self, reason: str, how: str, parts: Iterable[str]) -> str:
        """The reason and what else there is to say for the line, if there is."""
        said = self.joined(p for p in parts if p not in reason)
        table: dict[str, str] = self.table["reasons"]
        return table[f"with_{how}"].format(reason=reason, **{how: said}) if said else reason

    def _rules(self, grounds: Sequence[Ground]) -> str:
        telling = [g for g in grounds if g.name not in PLAIN_RULES] or list(grounds)
        return self.comma.join(self.ground(g) for g in telling)

    def quantity(self, name: str) -> str:
        """A named quantity, or an abbreviation of the author's."""
        if name in DEFINITIONS:
            return str(self.table["quantities"].get(name, name.replace("_", " ")))
        return f"${latex(Named(name, Num(0)))}$"

    def law_of(self, name: str) -> str:
        """A law, a definition or a group of laws."""
        for table in ("laws", "groups"):
            if head(name) in self.table[table]:
                return str(self.table[table][head(name)])
        if name.startswith("definition_of_"):
            quantity = name.removeprefix("definition_of_").removesuffix("_in_base")
            key = "definition_in_base" if name.endswith("_in_base") else "definition_of"
            return spaced(str(self.table["laws"][key]).format(name=self.quantity(quantity)))
        return head(name).replace("_", " ")

    def ground(self, ground: Ground) -> str:
        """The name of what a line cites."""
        return f"`{ground.name}`" if ground.theorem else self.law_of(ground.name)

    def met(self, condition: Condition) -> str:
        """A side condition, and what meets it."""
        holds = self.hypothesis(condition.holds)
        if condition.because in ((), (condition.holds,)):
            return holds
        return spaced(f"{holds}{self.comma}{self.because} {self.hypotheses(condition.because)}")

    def rests_on_of(self, section: Section, theorems: frozenset[str]) -> str:
        """The laws and theorems under a theorem, in a row."""
        names = (f"`{n}`" if n in theorems else self.law_of(n) for n in section.rests_on)
        return spaced(self.comma.join(names)) or self.rests_on_nothing

    def twin(self, kind: str) -> str:
        """What was changed to make a theorem false."""
        return str(self.table["twins"].get(kind, kind))

    # -- hypotheses and declarations -----------------------------------------------------------

    def hypothesis(self, hypothesis: Hypothesis) -> str:
        """One hypothesis."""
        said = self.table["hypotheses"].get(hypothesis.kind)
        if said is None:
            return f"${hypothesis_latex(hypothesis)}$"
        if hypothesis.kind == "one-hot":
            return str(said).format(**_one_hot(hypothesis.terms[0]))
        return str(said).format(*(latex(t) for t in hypothesis.terms))

    def hypotheses(self, hypotheses: Iterable[Hypothesis]) -> str:
        """Several, in a row."""
        return spaced(self.comma.join(self.hypothesis(h) for h in hypotheses))

    def conditions(self, law: Ground) -> str:
        """When a law holds; where it only says what is declared, that."""
        declared = [h for h in law.when if hypothesis_latex(h) == str(law.says)]
        return self.declared if declared else self.hypotheses(law.when) or self.always

    def declarations(self, section: Section) -> str:
        """What each symbol of a statement is."""
        groups: dict[tuple[str, tuple[Term, ...]], list[Sym]] = {}
        for symbol in section.symbols:
            if symbol.kind != "function":
                groups.setdefault((symbol.kind, symbol.args), []).append(symbol)
        said = (self._declared(kind, args, s) for (kind, args), s in groups.items())
        return spaced(self.semicolon.join(said))

    def _declared(self, kind: str, args: tuple[Term, ...], symbols: Sequence[Sym]) -> str:
        table: dict[str, str] = self.table["kinds"]
        spelt = ", ".join(latex(s) for s in symbols)
        key = f"{kind}s" if len(symbols) > 1 and f"{kind}s" in table else kind
        *rows, last = [_range(a) for a in args] or [""]
        power = r" \times ".join(_count(a) for a in args)
        said = table[key].format(
            symbols=spelt, range=last, power=f"^{{{power}}}" if power else "",
            hot=self.joined(f"${_one_hot(s)['hot']}$" for s in symbols if kind == "one-hot"),
        )
        whole = kind in ("real", "binary", "positive", "index") or not rows
        return said if whole else table["rows"].format(
            sentence=said,
            each=self.joined(rf"${i} \in {r}$" for i, r in zip(LETTERS, rows, strict=False)),
        )

    def joined(self, parts: Iterable[str]) -> str:
        """a, b and c."""
        *most, last = list(dict.fromkeys(parts)) or [""]
        return f"{self.list.join(most)}{self.__getattr__('and')}{last}" if most else last


def spaced(sentence: str) -> str:
    """A space between Chinese and anything that is not; one space, never two.

    >>> spaced("按$h$的定义")
    '按 $h$ 的定义'
    """
    apart = re.sub(rf"(?<={HAN})(?!{HAN})(?=[\w$`])", " ", sentence)
    apart = re.sub(rf"(?<=[\w$`])(?<!{HAN})(?={HAN})", " ", apart)
    return re.sub("  +", " ", apart).strip()


def _met(ground: Ground) -> Iterable[Hypothesis]:
    return (h for c in ground.conditions for h in (c.holds,))


def _one_hot(label: Term) -> dict[str, str]:
    """What a one-hot label says of a typical entry: y_i = δ_ic, i, c, and y_c = 1."""
    head, *fixed = label.args if isinstance(label, App) else (label,)
    assert isinstance(head, Sym)
    letters = zip(LETTERS[len(fixed) :], ranges_of(label), strict=False)
    free: list[Term] = [index(letter, over) for letter, over in letters]
    *sample, entry = [*fixed, *free]
    true = true_class(head, *sample)
    return {
        "holds": f"{latex(App.make((head, *sample, entry)))} = {latex(Delta(entry, true))}",
        "index": latex(entry),
        "true": latex(true),
        "hot": f"{latex(App.make((head, *sample, true)))} = 1",
    }


def _range(over: Term) -> str:
    if isinstance(over, Range):
        return rf"\{{{latex(over.args[0])}, \dots, {latex(over.args[1])}\}}"
    return latex(over)


def _count(over: Term) -> str:
    if isinstance(over, Range) and over.args[0] == Num(1):
        return latex(over.args[1])
    return _range(over)


__all__ = ["LANGUAGES", "TEMPLATES", "Words", "words"]
