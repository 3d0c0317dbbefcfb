"""The ways: what an author may name as the reason for the next line.

A way looks at the last line and writes the next one or more, as kernel steps.  It may guess;
the kernel judges.  A way that finds nothing to do is an error in the derivation, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from xent_sym.kernel.judge import Application, Step, Theorem
from xent_sym.tactics import calculus, sums
from xent_sym.tactics.folding import fold as fold_term
from xent_sym.tactics.folding import quantities_in, unfolding
from xent_sym.tactics.naming import names_in, with_names
from xent_sym.tactics.rewriting import LIMIT, Finder, Rewriter, matching, named
from xent_sym.tactics.tidy import expand as expanded
from xent_sym.tactics.tidy import tidy
from xent_sym.terms.declare import true_class
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.normal import GROUPS, Normal
from xent_sym.terms.term import (
    App,
    Delta,
    Named,
    Partial,
    Quantity,
    Sym,
    Term,
    TermError,
    abstract,
    fresh,
    instantiate,
    without_names,
)


@dataclass(frozen=True)
class State:
    """Where a derivation stands: the last line, the goal, what is assumed, what is known."""

    line: Term
    goal: Term | None
    assumed: frozenset[Hypothesis] = frozenset()
    theorems: tuple[Theorem, ...] = field(default=())


@dataclass(frozen=True)
class Way:
    """A named reason and how it writes the next lines."""

    name: str
    lines: Callable[[State], Iterable[Step]]

    def __call__(self, state: State) -> list[Step]:
        """The steps from this state; a TermError if the way has nothing to do here."""
        steps = [s for s in self.lines(state) if s.line != state.line or s.before or s.after]
        if not steps:
            raise TermError(f"{self.name}: nothing to do in {state.line}")
        return steps


def _finder_way(
    name: str, finder: Finder, limit: int = LIMIT, *, inner_first: bool = False
) -> Way:
    def lines(state: State) -> Iterator[Step]:
        rewriter = Rewriter(state.line, state.assumed)
        if rewriter.everywhere(finder, limit, inner_first=inner_first):
            yield rewriter.step(name)

    return Way(name, lines)


def _law_way(name: str, *laws: str) -> Way:
    return _finder_way(name, matching(named(*(laws or (name,)))))


log_of_product = _law_way("log_of_product")
log_of_quotient = _law_way(
    "log_of_quotient", "log_of_reciprocal", "log_of_quotient", "log_of_exp", "log_of_one"
)
weighted_log_of_quotient = _law_way("weighted_log_of_quotient")
weighted_log_of_product = _law_way("weighted_log_of_product")
sum_without_term = _law_way("sum_without_term")
log_of_power = _law_way("log_of_power")
log_of_exp = _law_way("log_of_exp")
log_of_one = _law_way("log_of_one")
exp_of_log = _law_way("exp_of_log")
exp_of_sum = _law_way("exp_of_sum")
log_of_finite_product = _law_way("log_of_finite_product")
change_of_base = _law_way("change_of_base")
linearity = _finder_way("linearity", sums.linear)
push_into_sums = _finder_way("constant_factor", sums.push)
split_sums = _finder_way("sum_of_sums", sums.split)
pull_constants = _finder_way("constant_factor", sums.pull)
collapse = _finder_way("collapse_delta", sums.collapse, inner_first=True)


def split_off(at: Term) -> Way:
    """Σ_j f = Σ_{j≠k} f + f_k: the term j = k apart."""
    return _finder_way("split_off_term", sums.split_off(at), 1)


# -- definitions -------------------------------------------------------------------------------


def _name_of(what: object) -> str:
    if isinstance(what, Named | Quantity):
        return str(what.data)
    if isinstance(what, str):
        return what
    return str(getattr(what, "__name__", what))


def unfold(*what: object) -> Way:
    """By definition: the named quantities and abbreviations given are written out."""
    names = [_name_of(w) for w in what]
    own = frozenset(str(w.data) for w in what if isinstance(w, Named))
    label = f"definition:{','.join(names)}"

    def lines(state: State) -> Iterator[Step]:
        plain = without_names(state.line, own) if own else state.line
        rewriter = unfolding(plain, set(names))
        yield rewriter.step(label)

    return Way(label, lines)


def fold(*what: object) -> Way:
    """By definition, backwards: what is written out gets its name."""
    targets = [w if isinstance(w, Term) else _name_of(w) for w in what]
    label = f"fold:{','.join(_name_of(w) for w in what)}"

    def lines(state: State) -> Iterator[Step]:
        line = state.line
        for target in targets:
            folded = fold_term(line, target)
            if folded == line:
                spread = _expanded_everywhere(line)
                folded = fold_term(spread, target)
                folded = line if folded == spread else folded
            line = folded
        if line == state.line:
            return
        line = tidy(line)
        names = set().union(*(quantities_in(t) for t in targets))
        before, after = unfolding(state.line, names), unfolding(line, names)
        groups = frozenset({"exponents"})
        yield Step("=", line, tuple(before.done), tuple(after.done), groups, label)

    return Way(label, lines)


# -- calculus ----------------------------------------------------------------------------------


def _differentiated(state: State) -> Iterator[Step]:
    names = list(names_in(state.line))
    rewriter = Rewriter(state.line, state.assumed)
    if calculus.linear_part(rewriter) and _derivatives(rewriter.line):
        step = _named_again(rewriter.step("derivative_is_linear"), names)
        yield step
        rewriter = Rewriter(step.line, state.assumed)
    for _ in range(24):
        if not _derivatives(rewriter.line):
            if rewriter.done:
                yield _named_again(rewriter.step("differentiate"), names)
            return
        changed = calculus.linear_part(rewriter)
        changed = calculus.rules_part(rewriter, state.theorems) or changed
        calculus.linear_part(rewriter)
        calculus.leaves_part(rewriter)
        if not changed:
            return
        step = _named_again(rewriter.step("differentiate"), names)
        yield step
        rewriter = Rewriter(step.line, state.assumed)


def _named_again(step: Step, names: Collection[Named]) -> Step:
    """What a rule wrote out under its own name gets the author's abbreviation back."""
    return replace(step, line=tidy(with_names(step.line, names))) if names else step


def _derivatives(term: Term) -> bool:
    return any(isinstance(t, Partial) for t in term.walk())


differentiate = Way("differentiate", _differentiated)


# -- hypotheses, theorems, bounds -----------------------------------------------------------------


def sums_to_one(family: Term) -> Way:
    """Σ p_i = 1, wherever the total stands, constants pulled out first."""
    return _finder_way(f"sums_to_one:{family}", sums.total_of(family))


def binary_square(label: Term) -> Way:
    """y² = y for this label, wherever its square or that of an entry stands."""
    squares = matching(named("binary_square"))

    def finder(term: Term, depth: int) -> Iterator[Application]:
        for found in squares(term, depth):
            base = found.bindings["a"]
            if label in (base, base.args[0] if isinstance(base, App) else base):
                yield found

    return _finder_way(f"binary_square:{label}", finder)


def one_hot_entry(label: Sym) -> Way:
    """y_k = δ_kc: the label is 1 at the true class and 0 elsewhere."""
    def entry(term: Term) -> Term:
        if isinstance(term, App) and term.args[0] == label:
            *sample, k = term.args[1:]
            return Delta(k, true_class(label, *sample))
        return term.rebuild([entry(a) for a in term.args]) if term.args else term

    def lines(state: State) -> Iterator[Step]:
        yield Step("=", entry(state.line), groups=frozenset({"hypotheses"}), way="one_hot_entry")

    return Way("one_hot_entry", lines)


def by(*theorems: Theorem, backwards: bool = False) -> Way:
    """By theorems proved before, wherever they match."""
    return _finder_way(_cited(theorems), matching(theorems, backwards=backwards), 12)


def _cited(theorems: Iterable[Theorem]) -> str:
    return f"theorem:{','.join(t.name for t in theorems)}"


def reading(*theorems: Theorem) -> Way:
    """The claimed right side is the last line, read by these theorems."""
    label = _cited(theorems)

    def lines(state: State) -> Iterator[Step]:
        if state.goal is None:
            raise TermError("reading needs a claim to aim at")
        rewriter = Rewriter(state.goal, state.assumed)
        rewriter.everywhere(matching(theorems), 12)
        yield Step("=", state.goal, after=tuple(rewriter.done), way=label)

    return Way(label, lines)


def bound(law: str, *, backwards: bool = False) -> Way:
    """By an inequality of the kernel, where the place is monotone."""
    return _finder_way(f"bound:{law}", matching(named(law), backwards=backwards), 1)


def bound_by(theorem: Theorem) -> Way:
    """By a proved inequality, where the place is monotone."""
    return _finder_way(_cited([theorem]), matching([theorem]), 1)


# -- arithmetic ------------------------------------------------------------------------------------


def _expanded_everywhere(term: Term, depth: int = 0) -> Term:
    args = []
    for position, arg in enumerate(term.args):
        if position in term.BINDS:
            var = fresh(term.args[0], depth)
            inside = _expanded_everywhere(instantiate(arg, var), depth + 1)
            args.append(abstract(inside, var))
        else:
            args.append(_expanded_everywhere(arg, depth))
    return expanded(tidy(term.rebuild(args), depth), depth)


expand = Way("expand", lambda s: [Step("=", _expanded_everywhere(s.line), way="expand")])


def arithmetic(*groups: str) -> Way:
    """The rest is arithmetic: the last line becomes the claimed right side."""
    unknown = set(groups) - GROUPS
    if unknown:
        raise TermError(f"no such group of laws: {', '.join(sorted(unknown))}")

    def lines(state: State) -> Iterator[Step]:
        if state.goal is None:
            raise TermError("arithmetic needs a claim to aim at")
        label = "arithmetic" if not groups else f"arithmetic:{','.join(sorted(groups))}"
        yield Step("=", state.goal, groups=frozenset(groups), way=label)

    return Way("arithmetic", lines)


def rearrange(line: Term, *groups: str) -> Way:
    """The same value written as the author wants it next; checked, like every line."""
    label = "rearrange" if not groups else f"rearrange:{','.join(sorted(groups))}"
    return Way("rearrange", lambda s: [Step("=", line, groups=frozenset(groups), way=label)])


def evaluate() -> Way:
    """Numbers put in: the exact value by arithmetic and logarithms of primes."""
    def lines(state: State) -> Iterator[Step]:
        yield Step("=", Normal(GROUPS).canonical(state.line), groups=GROUPS, way="evaluate")

    return Way("evaluate", lines)


def differs() -> Way:
    """The two numbers differ: logarithms of primes are independent over the rationals."""
    def lines(state: State) -> Iterator[Step]:
        assert state.goal is not None
        yield Step("!=", state.goal, groups=GROUPS, way="independent_logarithms")

    return Way("differs", lines)


__all__ = [
    "State", "Way", "arithmetic", "binary_square", "bound", "bound_by", "by", "change_of_base",
    "collapse", "differentiate", "differs", "evaluate", "exp_of_log", "exp_of_sum", "expand",
    "fold", "linearity", "log_of_exp", "log_of_finite_product", "log_of_one", "log_of_power",
    "log_of_product", "log_of_quotient", "one_hot_entry", "pull_constants", "push_into_sums",
    "reading", "rearrange", "split_off", "split_sums", "sum_without_term", "sums_to_one", "unfold",
    "weighted_log_of_product", "weighted_log_of_quotient",
]
