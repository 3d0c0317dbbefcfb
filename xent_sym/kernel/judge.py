"""The judge: the only code that makes a theorem.

A step is accepted when, after the cited laws have been applied to the line before and to
the line after, both sides agree as arithmetic over opaque atoms.  A law is applied only at
a stated place, with stated arguments, and only when every condition is discharged.  There
is no search here and no simplification: finding is the business of the tactics.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from xent_sym.kernel.conditions import Moving, discharge, discharge_near
from xent_sym.kernel.law import FLIPPED, Law
from xent_sym.kernel.laws import LAWS
from xent_sym.terms.facts import NOTHING, Evidence
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.logarithms import is_prime
from xent_sym.terms.normal import Normal, mentions_fresh
from xent_sym.terms.polynomial import TooLarge
from xent_sym.terms.sign import frac_positive, poly_nonzero
from xent_sym.terms.term import (
    Add,
    Fn,
    Mul,
    Partial,
    Sum,
    Sym,
    Term,
    TermError,
    abstract,
    fresh,
    instantiate,
    without_names,
)

STRICT = {"<": "<=", ">": ">="}
_SEAL = object()


class NotProved(Exception):
    """A step does not follow.  ``step`` counts from 1; 0 is the chain as a whole."""

    def __init__(self, message: str, step: int = 0) -> None:
        super().__init__(message)
        self.step = step


@dataclass(frozen=True)
class Application:
    """One use of a law: which, with what arguments, where, and in which direction.

    ``path`` leads from the root of the line by argument positions; a binder on the way is
    opened with the symbol that ``fresh`` gives at its depth, and ``bindings`` may name it.
    """

    law: Law | Theorem
    bindings: Mapping[str, Term]
    path: tuple[int, ...] = ()
    backwards: bool = False


@dataclass(frozen=True)
class Step:
    """A line, how it stands to the line before, and what is cited for it.

    ``before`` lists laws applied to the line before, ``after`` laws applied to this line;
    where they meet, the normal form with these ``groups`` must agree.
    """

    relation: str
    line: Term
    before: tuple[Application, ...] = ()
    after: tuple[Application, ...] = ()
    groups: frozenset[str] = frozenset()
    way: str = "arithmetic"


@dataclass(frozen=True, repr=False)
class Chain:
    """A claim and the lines that lead from its left side to its right side."""

    name: str
    lhs: Term
    relation: str
    rhs: Term
    steps: tuple[Step, ...]
    assuming: frozenset[Hypothesis] = frozenset()

    def _repr_html_(self) -> str:
        from xent_sym.terms.html import lines_html

        return lines_html(self.lhs, ((s.relation, s.line, s.way) for s in self.steps))

    def __repr__(self) -> str:
        from xent_sym.terms.display import lines_text

        return lines_text(self.lhs, ((s.relation, s.line, s.way) for s in self.steps))


@dataclass(frozen=True)
class Discharged:
    """A side condition of a cited law, at its arguments, and the hypotheses that meet it."""

    condition: Hypothesis
    by: Evidence


@dataclass(frozen=True)
class Cited:
    """An application that was checked: its instance, its side conditions, and the hypotheses
    that were used to see that it fits its place."""

    application: Application
    instance: Law
    conditions: tuple[Discharged, ...]
    fits: Evidence = NOTHING

    @property
    def given(self) -> Evidence:
        """Every hypothesis used, but for those about variables that are bound."""
        used = self.fits.union(*(c.by for c in self.conditions))
        return frozenset(h for h in used if not mentions_fresh(h))


@dataclass(frozen=True)
class Checked:
    """A step that was checked, with everything an independent checker needs to replay it."""

    before: Term
    step: Step
    cited: tuple[Cited, ...]
    given: Evidence
    rests_on: frozenset[str]


@dataclass(frozen=True, eq=False, repr=False)
class Theorem:
    """A chain whose every step was checked.  Only the judge makes one; ``recheck`` replays it."""

    chain: Chain
    checked: tuple[Checked, ...]
    given: Evidence
    rests_on: frozenset[str]
    seal: InitVar[Any] = None

    def __post_init__(self, seal: Any) -> None:
        if seal is not _SEAL:
            raise NotProved("a theorem is made by xent_sym.kernel.prove, from a chain")

    @property
    def name(self) -> str:
        """The name under which the theorem is cited."""
        return self.chain.name

    @property
    def lhs(self) -> Term:
        """The left side."""
        return self.chain.lhs

    @property
    def relation(self) -> str:
        """How the sides are related."""
        return self.chain.relation

    @property
    def rhs(self) -> Term:
        """The right side."""
        return self.chain.rhs

    def law(self) -> Law:
        """The theorem as a law: its hypotheses are the conditions; abbreviations stay at home."""
        when = tuple(sorted(self.given, key=lambda h: h.key))
        lhs, rhs = without_names(self.lhs), without_names(self.rhs)
        return Law(self.name, lhs, self.relation, rhs, when)

    def _repr_latex_(self) -> str:
        from xent_sym.terms.display import statement_latex

        return statement_latex(self.lhs, self.relation, self.rhs)

    def _repr_html_(self) -> str:
        return self.chain._repr_html_()

    def __repr__(self) -> str:
        from xent_sym.terms.display import statement_text

        return statement_text(self.lhs, self.relation, self.rhs)


def prove(chain: Chain) -> Theorem:
    """The theorem that the chain proves; raises NotProved at the first step that fails."""
    _well_formed(chain)
    line, checked, relations = chain.lhs, list[Checked](), list[str]()
    for number, step in enumerate(chain.steps, 1):
        try:
            done = check(line, step, chain.assuming)
        except (TermError, TooLarge) as problem:
            raise NotProved(f"step {number}: {problem}", number) from problem
        except NotProved as problem:
            raise NotProved(f"step {number} ({step.way}): {problem}", number) from problem
        checked.append(done)
        relations.append(step.relation)
        line = step.line
    if line != chain.rhs:
        raise NotProved(f"the chain ends at {line}; the claim ends at {chain.rhs}")
    if not _composes(relations, chain.relation):
        raise NotProved(f"steps with {' '.join(relations)} do not give {chain.relation}")
    given = NOTHING.union(*(c.given for c in checked))
    rests_on = frozenset[str]().union(*(c.rests_on for c in checked))
    return Theorem(chain, tuple(checked), given, rests_on, _SEAL)


def _well_formed(chain: Chain) -> None:
    """No line speaks of a variable that no binder of its own has opened."""
    assumed = [term for hypothesis in chain.assuming for term in hypothesis.terms]
    for term in (chain.lhs, chain.rhs, *(step.line for step in chain.steps), *assumed):
        own = all(rng.closed for symbol in term.symbols() for rng in symbol.args)
        if not (term.closed and own) or opened_in(term):
            raise NotProved(f"{chain.name}: a bound variable stands outside its binder in {term}")


def opened_in(term: Term) -> frozenset[Sym]:
    """The symbols inside that were opened from binders."""
    return frozenset(s for s in term.symbols() if s.name.startswith("#"))


def recheck(theorem: Theorem) -> Theorem:
    """Replay a theorem from its chain, and every theorem that it cites, from nothing."""
    for cited in _cited_theorems(theorem):
        recheck(cited)
    again = prove(theorem.chain)
    if again.given != theorem.given or again.rests_on != theorem.rests_on:
        raise NotProved(f"{theorem.name} rests on other grounds than it says")
    return again


def _cited_theorems(theorem: Theorem) -> list[Theorem]:
    laws = {
        id(application.law): application.law
        for step in theorem.chain.steps
        for application in (*step.before, *step.after)
    }
    return [law for law in laws.values() if isinstance(law, Theorem)]


def _composes(relations: list[str], claimed: str) -> bool:
    """Equations and the claimed relation compose; ≠ only once; < needs at least one <."""
    if claimed == "!=":
        return relations.count("!=") == 1 and set(relations) <= {"!=", "="}
    if claimed in STRICT:
        return claimed in relations and set(relations) <= {"=", STRICT[claimed], claimed}
    return claimed in ("=", "<=", ">=") and set(relations) <= {"=", claimed}


# -- one step ----------------------------------------------------------------------------------


def check(before: Term, step: Step, assumed: Iterable[Hypothesis] = ()) -> Checked:
    """Judge one step, or raise NotProved."""
    assumed = frozenset(assumed)
    cited: list[Cited] = []
    left = before
    for application in step.before:
        left, relation, use = apply(left, application, assumed)
        if relation not in ("=", step.relation, STRICT.get(step.relation)):
            raise NotProved(f"{application.law.name} gives {relation}, not {step.relation}")
        cited.append(use)
    right = step.line
    for application in step.after:
        right, relation, use = apply(right, application, assumed)
        if relation != "=":
            raise NotProved(f"{application.law.name} is not an equation")
        cited.append(use)
    met = _met(left, step.relation, right, step.groups, assumed)
    if met is None:
        raise NotProved(f"after the cited laws one side is {left}, the other {right}")
    given, rests_on = met[0].union(*(c.given for c in cited)), met[1].union(*map(_grounds, cited))
    return Checked(before, step, tuple(cited), given, rests_on)


@lru_cache(maxsize=1024)
def _met(
    left: Term, relation: str, right: Term, groups: frozenset[str], assumed: Evidence
) -> tuple[Evidence, frozenset[str]] | None:
    """What makes ``left relation right`` hold as arithmetic: hypotheses, and groups of laws.

    For ≤ and ≥ the cited laws have to do what is to be done: both sides are equal after them.
    """
    nf = Normal(groups, assumed)
    match relation:
        case "!=":
            holds = _differ(nf, left, right)
        case "<":
            holds = _below(nf, left, right)
        case ">":
            holds = _below(nf, right, left)
        case _:
            holds = left == right or nf.equal(left, right)
    return (frozenset(nf.given), frozenset(nf.used)) if holds else None


def _grounds(cited: Cited) -> frozenset[str]:
    """The law's name, and what a cited theorem rests on in its turn."""
    law = cited.application.law
    return frozenset({law.name}) | (law.rests_on if isinstance(law, Theorem) else frozenset())


def _differ(nf: Normal, left: Term, right: Term) -> bool:
    """Both sides differ by their signs; or by r₀ + Σ r_i log(prime_i) with some r ≠ 0, which is
    never 0 (Lindemann; Euclid)."""
    difference = nf.frac(left) + -nf.frac(right)
    found = poly_nonzero(nf, difference.num)
    if found is not None:
        nf.accept(found)
        return True
    atoms = difference.num.atoms()
    logs = all(isinstance(a, Fn) and a.data == "log" and is_prime(a.args[0]) for a in atoms)
    linear = all(sum(Fraction(e) for _, e in m) <= 1 for m in difference.num.terms)
    single = all(e == 1 for m in difference.num.terms for _, e in m)
    return bool(not difference.den and logs and linear and single and difference.num.terms)


def _below(nf: Normal, small: Term, large: Term) -> bool:
    """large − small > 0, as the signs of its parts show."""
    found = frac_positive(nf, nf.frac(large) + -nf.frac(small))
    nf.accept(found or NOTHING)
    return found is not None


# -- one application -----------------------------------------------------------------------------


def apply(
    line: Term, application: Application, assumed: Evidence = NOTHING
) -> tuple[Term, str, Cited]:
    """The line with the law applied at its place, the relation that gives, and the record."""
    law = _known(application.law)
    instance = law.at(application.bindings)
    if application.backwards:
        turned = FLIPPED[instance.relation]
        instance = Law(law.name, instance.rhs, turned, instance.lhs, instance.when)
    place = _Place(instance, assumed)
    result, relation = place.rewrite(line, application.path, 0)
    _in_scope(instance, place.opened)
    conditions: list[Discharged] = []
    for condition in instance.when:
        by = discharge_near(condition, place.moving, assumed, place.depth)
        if by is None:
            raise NotProved(f"{law.name} needs {condition}, which was not shown")
        conditions.append(Discharged(condition, by))
    return result, relation, Cited(application, instance, tuple(conditions), frozenset(place.used))


def _in_scope(instance: Law, opened: set[Sym]) -> None:
    """The instance speaks of the variables opened on the way, and of symbols free of them."""
    terms = [instance.lhs, instance.rhs, *(t for h in instance.when for t in h.terms)]
    for term in terms:
        free = term.symbols() - opened
        if not term.closed or any(opened_in(symbol) for symbol in free):
            raise NotProved(f"{instance.name} at {term}: a variable outside its binder")


def _known(cited: Law | Theorem) -> Law:
    """The law that is cited: the kernel's own row of this name, or what a theorem says."""
    law = LAWS.get(cited.name)
    if type(cited) is Theorem:
        law = cited.law()
    elif type(cited) is not Law or cited != law:
        raise NotProved(f"{cited.name} is not a law of the kernel")
    if law is None or law.relation not in FLIPPED:
        raise NotProved(f"{cited.name} cannot be applied: it is neither an equation nor a bound")
    return law


class _Place:
    """The way to where a law applies, and the hypotheses used on that way."""

    def __init__(self, instance: Law, assumed: Evidence) -> None:
        self.instance, self.assumed = instance, assumed
        self.depth = 0
        self.opened: set[Sym] = set()
        self.moving: list[Moving] = []
        self.used: set[Hypothesis] = set()

    def rewrite(self, line: Term, path: tuple[int, ...], depth: int) -> tuple[Term, str]:
        """Replace the law's left side by its right at the path."""
        if not path:
            self.depth = depth
            self._same(line, depth)
            return self.instance.rhs, self.instance.relation
        position, rest = path[0], path[1:]
        if not 0 <= position < len(line.args) or isinstance(line, Sym):
            raise NotProved(f"{line} has no argument {position} to rewrite")
        args = list(line.args)
        if position in line.BINDS:
            var = fresh(line.args[0], depth)
            self.opened.add(var)
            if isinstance(line, Partial):
                self.moving.append((var, line.args[0], line.args[2]))
            opened = instantiate(args[position], var)
            inside, relation = self.rewrite(opened, rest, depth + 1)
            args[position] = abstract(inside, var)
        else:
            args[position], relation = self.rewrite(args[position], rest, depth)
        if relation != "=":
            relation = self._carried(line, position, relation, depth)
        return line.rebuild(args), relation

    def _same(self, line: Term, depth: int) -> None:
        nf = Normal((), self.assumed, depth)
        if line != self.instance.lhs and not nf.equal(line, self.instance.lhs):
            raise NotProved(f"the law speaks of {self.instance.lhs}; at this place stands {line}")
        self.used |= nf.given

    def _carried(self, line: Term, position: int, relation: str, depth: int) -> str:
        """How an inequality between arguments becomes one between the whole terms."""
        if isinstance(line, Add) or (isinstance(line, Sum) and position == 1):
            return relation
        if isinstance(line, Fn) and line.data == "exp":
            return relation
        if isinstance(line, Mul):
            others = [a for n, a in enumerate(line.args) if n != position]
            for sign, result in ((1, relation), (-1, FLIPPED[relation])):
                condition = Hypothesis("nonnegative", (Mul(sign, *others),))
                by = discharge(condition, self.assumed, depth)
                if by is not None:
                    self.used |= by
                    return result
        raise NotProved(f"an inequality cannot be carried through {line}")
