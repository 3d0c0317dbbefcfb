"""Probability laws: ``p(x, y)``, ``p(x)``, ``p(y|x)`` of one letter are one joint distribution.

A joint distribution is built from factors p(x)·p(y|x)·p(z|x,y), each a declared distribution in
its last variable, so that marginals are sums and conditionals quotients of the same symbols.
The order of the variables is the one that makes the most of what the chain writes a factor or
a product of factors.  Every factor is taken as positive; a proof shows if it needed that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import TYPE_CHECKING

from xent_sym.meaning.arguments import Request, arguments_in, items, random_variable, split_bar
from xent_sym.meaning.meanings import meaning
from xent_sym.meaning.names import Letters, written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import taken
from xent_sym.meaning.writing import is_probability, measure_of
from xent_sym.reader.tree import Call, Node
from xent_sym.terms.term import App, Delta, Lam, Mul, Named, Num, Pow, Sum, Sym, Term, abstract

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator

MAX_VARIABLES = 4


@dataclass
class Law:
    """All that a chain writes of one probability letter."""

    head: str
    requests: list[Request] = field(default_factory=list)

    @property
    def simple(self) -> bool:
        """One variable, unconditioned: a plain family."""
        variables = {v for r in self.requests for v in (*r.targets, *r.given)}
        alone = all(len(r.targets) == 1 and not r.given for r in self.requests)
        return alone and len(variables) <= 1

    @property
    def order(self) -> tuple[str, ...]:
        """The variables, in the order in which the joint distribution is factored."""
        seen = dict.fromkeys(v for r in self.requests for v in (*r.given, *r.targets))
        if len(seen) > MAX_VARIABLES:
            raise Unclear(f"{self.head} speaks of {len(seen)} variables; {MAX_VARIABLES} are read")
        orders = permutations(seen)
        return min(orders, key=lambda order: sum(_cost(r, order) for r in self.requests))


def _cost(request: Request, order: Sequence[str]) -> int:
    """0 for a factor or product of factors, more for a sum or a quotient."""
    given, whole = set(request.given), set(request.targets) | set(request.given)
    return _unlike(whole, order) + _unlike(given, order)


def _unlike(variables: set[str], order: Sequence[str]) -> int:
    return 0 if set(order[: len(variables)]) == variables else 1


class Laws:
    """The laws of one chain, by letter."""

    def __init__(self, trees: Iterable[Node], known: Letters) -> None:
        self.known = known
        self.found: dict[str, Law] = {}
        nodes = [n for tree in trees for n in tree.walk() if isinstance(n, Call)]
        heads = (written(n.head, known) for n in nodes)
        self.applied = {h.name for h in heads if h is not None}
        for node in nodes:
            self._probability(node)
        random = [r for node in nodes for r in self._of_measure(node)]
        if random:
            law = self.found.setdefault(self.default, Law(self.default))
            law.requests += random

    def _probability(self, node: Call) -> None:
        head = written(node.head, self.known)
        if head is None or not is_probability(head.name):
            return
        arguments = arguments_in(node, self.known)
        if arguments is not None and arguments.targets:
            name = head.name + arguments.parameters
            law = self.found.setdefault(name, Law(name))
            if "" not in arguments.request.targets:  # p(·|x) says only what it is given
                law.requests.append(arguments.request)

    def _of_measure(self, node: Call) -> list[Request]:
        """The marginals that H(X|Y) and I(X;Y) speak of."""
        head = written(node.head, self.known)
        if head is None or node.bracket.body is None:
            return []
        if head.name != "h" and measure_of(head.name) not in ("H", "I"):
            return []
        sides = split_bar(node.bracket.body)
        names = [[random_variable(i) for i in items(side)] for side in sides]
        if any(n is None for side in names for n in side):
            return []
        targets, *given = [tuple(n for n in side if n) for side in names]
        if any(self.names_law(t) for t in targets):
            return []
        if {"p", "q"} & set(targets) and not self.several:
            return []
        return [Request(targets, given[0] if given else ())]

    @property
    def default(self) -> str:
        """The letter of the law of random variables: the first of the chain, else p."""
        for name, law in self.found.items():
            if any(len(r.targets) + len(r.given) > 1 for r in law.requests):
                return name
        return next((n for n in self.found if n in ("p", "P")), next(iter(self.found), "p"))

    @property
    def variables(self) -> set[str]:
        """The letters of which the chain writes probabilities."""
        return {v for w in self.found.values() for r in w.requests for v in (*r.targets, *r.given)}

    @property
    def several(self) -> bool:
        """Some law of the chain has two variables."""
        return any(len(r.targets) + len(r.given) > 1 for w in self.found.values()
                   for r in w.requests)

    def names_law(self, variable: str) -> bool:
        """The capital letter names a distribution, not a random variable: H(P), P_A."""
        name = variable.upper()
        return name in self.applied or any(name == n.removeprefix("P_") for n in self.found)

    def is_simple(self, head: str) -> bool:
        """The letter is applied to one variable only, so it is a family of one index."""
        return head in self.found and self.found[head].simple

    def term(
        self, e: Elaborator, head: str, targets: Sequence[tuple[str, Term]],
        given: Sequence[tuple[str, Term]] = (),
    ) -> Term:
        """The probability of these values, given those."""
        for name, index in (*targets, *given):
            e.scene.run_over(index, e.scene.place(name))
        law = self.found.get(head)
        names = [name for name, _ in targets]
        if head.startswith("phat") and not given and len(names) > 1:
            if not e.scene.sampled.issuperset(names):
                raise Unclear(f"of what {head} is the empirical distribution is not said")
            return _share(e, head, dict(targets))
        if law is None or law.simple:
            if given or len(targets) != 1:
                raise Unclear(f"{head} of several variables is not known here")
            return e.at(self.family(e, head, targets[0][0]), targets[0][1])
        return _Joint(e, law).conditional(dict(targets), dict(given))

    def family(self, e: Elaborator, head: str, variable: str) -> Term:
        """The distribution of one variable, as a family."""
        known = self.defined(e, head)
        if known is not None:
            e.scene.ranges.join(taken(known)[0], e.scene.place(variable))
            return known
        if head.startswith("phat") and variable in e.scene.sampled:
            return _empirical(e, head, variable)
        law = self.found.get(head)
        if law is None or law.simple:
            found = e.scene.family(head, 0, 1, law=True)
            e.scene.ranges.join(found.ranges[0], e.scene.place(variable))
            return found
        index = Sym(f"{variable}_", "index", e.scene.place(variable))
        body = self.term(e, head, [(variable, index)])
        return Named(head, Lam(e.scene.place(variable), abstract(body, index), variable))


    def variable(self, head: str) -> str:
        """The variable of a law that has one."""
        law = self.found.get(head)
        return next((r.targets[0] for r in (law.requests if law else [])), "x")

    def defined(self, e: Elaborator, head: str) -> Term | None:
        """The note's own M(x) = ..., or p = (0.9, 0.1), as a family: the latest holds."""
        if not e.scene.reading.unfold:
            return None
        for definition in e.scene.definitions.in_force(data=e.scene.reading.unfold > 1):
            name = written(definition.left, Letters(frozenset(definition.letters)))
            if definition.name == head and not (name is not None and name.samples):
                value = meaning(e, definition)
                return value if value is not None and len(taken(value)) == 1 else None
        return None


def _empirical(e: Elaborator, head: str, variable: str) -> Term:
    """p̂(x) = (1/N) Σ_i δ(x_i, x), as a family."""
    values = e.scene.place(variable)
    x = Sym(variable, "index", values)
    share = _share(e, head, {variable: x})
    return Named(head, Lam(values, abstract(share, x), variable))


def _share(e: Elaborator, head: str, values: dict[str, Term]) -> Term:
    """(1/N) Σ_i δ(x_i, x) δ(y_i, y): the share of the sample that has these values."""
    e.scene.assume(f"{head} is the empirical distribution of the sample")
    samples = {name: e.scene.sample(name) for name in values}
    places = [sample.args[0] for sample in samples.values()]
    for other in places[1:]:
        e.scene.ranges.join(places[0], other)
    i = Sym("i", "index", places[0])
    hits = [Delta(App.make((samples[name], i)), value) for name, value in values.items()]
    count = Sum.make((places[0], Num(1)), None, "i")
    every = Sum.make((places[0], abstract(Mul(*hits), i)), None, "i")
    return Mul(Pow(count, Num(-1)), every)


class _Joint:
    """One joint distribution, by its factors."""

    def __init__(self, e: Elaborator, law: Law) -> None:
        self.e, self.law, self.order = e, law, law.order

    def factor(self, number: int, values: dict[str, Term]) -> Term:
        """p(v_k | v_1 ... v_{k-1}) at these values."""
        variables = self.order[: number + 1]
        name = self.law.head + (f"({variables[-1]}|{','.join(variables[:-1])})" if number else "")
        if not number:
            name = f"{self.law.head}({variables[0]})"
        places = [self.e.scene.place(v) for v in variables]
        symbol = Sym(name, "positive distribution", *places)
        return App.make((symbol, *(values[v] for v in variables)))

    def marginal(self, values: dict[str, Term]) -> Term:
        """The probability of these values: a product of factors, summed over the rest."""
        unknown = [v for v in values if v not in self.order]
        if unknown:
            raise Unclear(f"{self.law.head} of {', '.join(unknown)} is not known here")
        last = max((self.order.index(v) for v in values), default=-1)
        rest = [v for v in self.order[: last + 1] if v not in values]
        fresh = {v: Sym(f"{v}'", "index", self.e.scene.place(v)) for v in rest}
        everything = {**values, **fresh}
        factors = [self.factor(k, everything) for k in range(last + 1)]
        body: Term = Num(1) if not factors else factors[0] if len(factors) == 1 else Mul(*factors)
        for variable in reversed(rest):
            symbol = fresh[variable]
            body = Sum.make((symbol.args[-1], abstract(body, symbol)), None, variable)
        return body

    def conditional(self, targets: dict[str, Term], given: dict[str, Term]) -> Term:
        """p(targets | given): a product of factors where both sides begin the order."""
        whole = {**given, **targets}
        if not _unlike(set(whole), self.order) and not _unlike(set(given), self.order):
            factors = [self.factor(k, whole) for k in range(len(given), len(whole))]
            return factors[0] if len(factors) == 1 else Mul(*factors)
        top = self.marginal(whole)
        return top if not given else Mul(top, Pow(self.marginal(given), Num(-1)))
