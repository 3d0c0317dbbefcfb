"""A derivation file as a document: what is to be said, before anyone says it in a language.

A document is one mathematical object; each of its theorems is a section.  Formulas are LaTeX
already, reasons are still the labels of the ways: the words come later (``words``).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from xent_sym.calc import Derivation
from xent_sym.kernel import LAWS, Checked, Hypothesis, Law, Theorem
from xent_sym.kernel.judge import Cited
from xent_sym.library import library, modules
from xent_sym.notes.neighbours import Example, TwinNote, examples_of, signature, twins_of
from xent_sym.notes.order import in_reading_order
from xent_sym.notes.unsaid import cancelled, used_by_arithmetic
from xent_sym.terms.declare import body_of
from xent_sym.terms.latex import latex, latex_relation
from xent_sym.terms.normal import mentions_fresh
from xent_sym.terms.term import BINDERS, App, Lam, Mul, Named, Num, Sym, Term, substitute

# Conditions that every function written here meets; to list them would bury the others.
SMOOTHNESS = ("differentiable", "termwise differentiable")
LETTERS = {"k_": "k", "k1": "k", "i1": "i"}


@dataclass(frozen=True)
class Formula:
    """``lhs relation rhs`` in LaTeX."""

    lhs: str
    relation: str
    rhs: str

    def __str__(self) -> str:
        return f"{self.lhs} {self.relation} {self.rhs}"


@dataclass(frozen=True)
class Condition:
    """A side condition at the place where a law was used, and the hypotheses that meet it."""

    holds: Hypothesis
    because: tuple[Hypothesis, ...]


@dataclass(frozen=True)
class Ground:
    """A law or a theorem: its name, what it says, and when."""

    name: str
    says: Formula
    when: tuple[Hypothesis, ...]
    conditions: tuple[Condition, ...] = ()
    theorem: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a proof: how it stands to the line before, and what it cites.

    ``given`` are hypotheses that the arithmetic used, ``cancelled`` the positive denominators of
    the line before that are gone.
    """

    number: int
    relation: str
    formula: str
    way: str
    cites: tuple[Ground, ...]
    groups: tuple[str, ...]
    given: tuple[Hypothesis, ...] = ()
    cancelled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One theorem."""

    name: str
    doc: str
    words: dict[str, str]
    statement: Formula
    where: tuple[Formula, ...]
    symbols: tuple[Sym, ...]
    given: tuple[Hypothesis, ...]
    lines: tuple[Line, ...]
    rests_on: tuple[str, ...]
    twins: tuple[TwinNote, ...]
    signature: str | None


@dataclass(frozen=True)
class Document:
    """One file of the library."""

    name: str
    doc: str
    sections: tuple[Section, ...]
    laws: tuple[Ground, ...]
    examples: tuple[Example, ...]


@cache
def documents() -> tuple[Document, ...]:
    """One document for each file of the library, what is cited before what cites it.

    >>> [d.name for d in documents()][:4]
    ['self_information', 'entropy', 'kl', 'cross_entropy']
    """
    by_module: dict[str, list[Derivation]] = {}
    for derivation in library().values():
        by_module.setdefault(derivation.module, []).append(derivation)
    docs = {module.__name__: inspect.getdoc(module) or "" for module in modules()}
    return tuple(
        document(name, docs.get(name, ""), by_module[name]) for name in in_reading_order(by_module)
    )


def document(module: str, doc: str, derivations: Iterable[Derivation]) -> Document:
    """The document of one file."""
    name = module.rpartition(".")[2]
    sections = tuple(section(d) for d in derivations)
    named = {n for s in sections for n in s.rests_on if n in GROUND_NAMES}
    laws = tuple(ground_of(GROUND_NAMES[n]) for n in GROUND_NAMES if n in named)
    return Document(name, doc, sections, laws, examples_of(name))


def section(derivation: Derivation) -> Section:
    """What there is to say about one theorem."""
    theorem = derivation.theorem
    terms = [theorem.lhs, theorem.rhs]
    return Section(
        derivation.name,
        derivation.doc,
        derivation.words,
        formula(theorem.lhs, theorem.relation, theorem.rhs),
        tuple(_abbreviations([*terms, *(c.step.line for c in theorem.checked)])),
        tuple(sorted(set().union(*(t.symbols() for t in terms)), key=_reading_order)),
        in_order(theorem.given),
        lines_of(theorem),
        tuple(sorted({head(name) for name in theorem.rests_on})),
        twins_of(derivation),
        signature(derivation),
    )


def _reading_order(symbol: Sym) -> tuple[int, str, str]:
    """Sizes, then what is measured in them, then indices."""
    rank = {"size": 0, "domain": 0, "index": 2}
    return rank.get(symbol.kind, 1), symbol.name, symbol.key


def formula(lhs: Term, relation: str, rhs: Term) -> Formula:
    """A claim in LaTeX."""
    return Formula(latex(lhs), latex_relation(relation), latex(rhs))


def in_order(hypotheses: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Hypotheses in one order always."""
    return tuple(sorted(hypotheses, key=lambda h: h.key))


# -- lines -------------------------------------------------------------------------------------


def lines_of(theorem: Theorem) -> tuple[Line, ...]:
    """The lines of a proof, numbered from 1."""
    return tuple(_line(n, c) for n, c in enumerate(theorem.checked, 1))


def _line(number: int, checked: Checked) -> Line:
    step = checked.step
    cites: dict[str, Ground] = {}
    for cited in checked.cited:
        ground = _cited(cited)
        cites.setdefault(ground.name, ground)
    groups = tuple(sorted(step.groups & checked.rests_on))
    return Line(
        number,
        latex_relation(step.relation),
        latex(step.line),
        step.way,
        tuple(cites.values()),
        groups,
        in_order(used_by_arithmetic(checked)),
        tuple(cancelled(checked)),
    )


def _cited(cited: Cited) -> Ground:
    """A law where it was used: what it says in general, what had to hold here, and why it does."""
    law = cited.application.law
    conditions = [
        Condition(c.condition, tuple(h for h in in_order(c.by) if not mentions_fresh(h)))
        for c in cited.conditions
        if c.condition.kind not in SMOOTHNESS
    ]
    general = ground_of(law)
    kept = tuple(dict.fromkeys(conditions))
    return Ground(general.name, general.says, general.when, kept, general.theorem)


def ground_of(law: Law | Theorem) -> Ground:
    """A law of the kernel, or a theorem, as it is printed."""
    if isinstance(law, Theorem):
        says = formula(law.lhs, law.relation, law.rhs)
        return Ground(law.name, says, in_order(law.given), theorem=True)
    says = formula(_readable(law.lhs), law.relation, _readable(law.rhs))
    when = tuple(
        Hypothesis(h.kind, tuple(_readable(t) for t in h.terms)) for h in law.when
    )
    return Ground(head(law.name), says, when)


def head(name: str) -> str:
    """The name of a law without the number of indices it is for.

    >>> head("quotient_rule/1")
    'quotient_rule'
    """
    return name.partition("/")[0]


def _readable(term: Term) -> Term:
    """Parameters under the letters that a reader expects; no factor 1 in front."""
    letters: dict[Term, Term] = {
        s: s.make(s.args, (LETTERS[s.name], *s.data[1:]))
        for s in term.symbols()
        if s.name in LETTERS and "k2" not in {t.name for t in term.symbols()}
    }
    return _without_ones(substitute(term, letters))


def _without_ones(term: Term) -> Term:
    if isinstance(term, Mul) and len(term.args) > 1 and term.args[0] == Num(1):
        rest = term.args[1:]
        return rest[0] if len(rest) == 1 else Mul(*rest)
    return term


def _one_law_for_each_head() -> dict[str, Law]:
    """For a law that is stated for every number of indices, the one with one index."""
    found: dict[str, Law] = {}
    for name, law in LAWS.items():
        if name == head(name) or name.endswith("/1"):
            found[head(name)] = law
    return found


GROUND_NAMES = _one_law_for_each_head()


# -- abbreviations -----------------------------------------------------------------------------


def _abbreviations(terms: Iterable[Term]) -> Iterator[Formula]:
    """What the author's names stand for, each once, a name before what it is made of."""
    seen: dict[str, Formula] = {}
    for term in terms:
        for part in _opened(term):
            if isinstance(part, Named) and part.data not in seen:
                seen[part.data] = _meaning(part)
    yield from seen.values()


def _opened(term: Term) -> Iterator[Term]:
    """The parts of a term, with a readable letter for each variable that is bound."""
    yield term
    if isinstance(term, BINDERS):
        _, body = body_of(term)
        yield from _opened(body)
    for position, arg in enumerate(term.args):
        if position not in term.BINDS:
            yield from _opened(arg)


def _meaning(named: Named) -> Formula:
    meaning = named.args[0]
    if isinstance(meaning, Lam):
        variable, body = body_of(meaning)
        return formula(App.make((named, variable)), "=", body)
    return formula(named, "=", meaning)
