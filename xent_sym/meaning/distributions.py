"""What is meant by p, p(x), p(·|x), (0.9, 0.1) where a distribution is expected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from xent_sym.meaning.arguments import Variable, arguments_in
from xent_sym.meaning.names import written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import taken
from xent_sym.meaning.writing import is_probability, measure_of
from xent_sym.reader.tree import Addition, Bracket, Call, Node, Number, Quotient, Script, Separated
from xent_sym.terms.term import Lam, Sum, Sym, Term, Tup, abstract

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator



def distribution(e: Elaborator, node: Node) -> Term:
    """A family of one index that is meant as a distribution."""
    if isinstance(node, Bracket) and node.open in "{([" and node.body is not None:
        if isinstance(node.body, Separated):
            value = e.value(node)
            assert isinstance(value, Tup)
            return value
        if node.open == "{" and indices_used_in(node.body):
            raise e.unclear(node, "a collection stands where one distribution was expected")
        return distribution(e, node.body)
    if isinstance(node, Call):
        weight, symbols = density(e, node)
        if len(symbols) != 1:
            raise e.unclear(node, "a distribution of one variable was expected")
        return Lam(symbols[0].args[-1], abstract(weight, symbols[0]), symbols[0].name)
    name = written(node, e.scene.known)
    if name is None or name.power is not None:
        raise e.unclear(node, "the name of a distribution was expected")
    name.name = _law_name(e, name.name)
    known = None if name.indices else e.laws.defined(e, name.name)
    if known is not None:
        return known
    if name.name.startswith("phat") and e.scene.sampled and not name.indices:
        return e.laws.family(e, name.name, sorted(e.scene.sampled)[0])
    if e.laws.is_simple(name.name) and not name.indices:
        return e.laws.family(e, name.name, e.laws.variable(name.name))
    value = e.entry(name)
    if not taken(value) and not name.indices and isinstance(value, Sym):
        value = e.scene.family(f"{name.name}", 0, 1, law=True)
    if len(taken(value)) != 1:
        raise e.unclear(node, "what distribution is this?")
    return value


def indices_used_in(node: Node) -> bool:
    """Some name inside carries a script: {y^{(n)}} is a collection."""
    return any(isinstance(n, Script) and (n.sub or n.sup) for n in node.walk())


def _law_name(e: Elaborator, name: str) -> str:
    """The law that a capital names: P_A of A, and p of P where only p(x) is written."""
    if f"P_{name}" in e.laws.found:
        return f"P_{name}"
    small = name[:1].lower() + name[1:]
    if name not in e.laws.found and small in e.laws.found and name[:1].isupper():
        e.scene.assume(f"{name} is the distribution with the probabilities {small}")
        return small
    return name


def density(e: Elaborator, node: Node) -> tuple[Term, list[Sym]]:
    """A probability as a function of its free targets: p(x), p(·|x), p(Y|X)."""
    if not isinstance(node, Call):
        raise e.unclear(node, "a distribution was expected")
    name, arguments = written(node.head, e.scene.known), arguments_in(node, e.scene.known)
    if name is None or arguments is None:
        raise e.unclear(node, "a distribution was expected")
    head = name.name + arguments.parameters
    targets = [v.name or _hidden(e, head, arguments.given) for v in arguments.targets]
    symbols = [Sym(v, "index", e.scene.place(v)) for v in targets]
    given = [(v.name, variable_index(e, v)) for v in arguments.given]
    pairs: list[tuple[str, Term]] = list(zip(targets, symbols, strict=True))
    return e.laws.term(e, head, pairs, given), symbols


def _hidden(e: Elaborator, head: str, given: Sequence[Variable]) -> str:
    """The variable that the dot of p(·|x) stands for: the law's other one."""
    law = e.laws.found.get(head)
    others = {v for r in (law.requests if law else []) for v in (*r.targets, *r.given)}
    others -= {v.name for v in given} | {""}
    if len(others) != 1:
        raise Unclear(f"what the dot in {head}(·) stands for is not known")
    return next(iter(others))


def variable_index(e: Elaborator, variable: Variable) -> Term:
    """The value at which a probability is taken."""
    if variable.value is None:
        if variable.name not in e.random and isinstance(e.scope.get(variable.name), Sym):
            e.scene.assume(f"{variable.name.upper()} stands for its value {variable.name}")
            return e.scope[variable.name]
        if variable.name not in e.random:
            raise Unclear(f"{variable.name.upper()} is a random variable outside an expectation")
        return e.random[variable.name]
    if variable.sample or (variable.scripted and variable.name in e.scene.sampled):
        return e.at(e.scene.sample(variable.name), e.index(variable.value))
    if variable.value.show() in e.scope:
        return e.scope[variable.value.show()]
    if variable.name in e.random and variable.value.show() == variable.name:
        return e.random[variable.name]
    return e.index(variable.value)


def is_number(e: Elaborator, node: Node) -> bool:
    """A number, or a name that the chain uses as one."""
    if isinstance(node, Number | Quotient | Addition):
        return True
    if isinstance(node, Call):
        head = written(node.head, e.scene.known)
        return head is not None and measure_of(head.name) is not None
    name = written(node, e.scene.known)
    if name is None or isinstance(node, Bracket) or name.name in e.laws.found:
        return False
    if name.name in e.scope:
        return not taken(e.scope[name.name])
    samples = len(name.samples)
    if e.scene.usage.subscripts(name.name, samples) > len(name.subs):
        return False
    return bool(name.indices) or name.name in e.scene.numbers


def free_variables(e: Elaborator, calls: Iterable[Call]) -> list[str]:
    """The variables of these probabilities that nothing binds."""
    found: dict[str, None] = {}
    for node in calls:
        head = written(node.head, e.scene.known)
        if head is None or not (is_probability(head.name) or measure_of(head.name) == "I"):
            continue
        arguments = arguments_in(node, e.scene.known)
        for variable in () if arguments is None else (*arguments.targets, *arguments.given):
            if variable.name and not is_bound(e, variable):
                found.setdefault(variable.name)
    return list(found)


def is_bound(e: Elaborator, variable: Variable) -> bool:
    if variable.value is None:
        return variable.name in e.random
    return variable.value.show() in e.scope or isinstance(variable.value, Number)


def summed(body: Term, symbols: Iterable[Term]) -> Term:
    """The sum over these indices."""
    for symbol in reversed(list(symbols)):
        assert isinstance(symbol, Sym)
        body = Sum.make((symbol.args[-1], abstract(body, symbol)), None, symbol.name)
    return body


class RandomVariables:
    """Random variables have these values inside."""

    def __init__(self, e: Elaborator, symbols: dict[str, Sym], *, pointwise: bool = False) -> None:
        self.e, self.symbols, self.pointwise = e, symbols, pointwise

    def __enter__(self) -> None:
        self.saved = self.e.random, self.e.scope, self.e.pointwise
        self.e.random = {**self.e.random, **self.symbols}
        self.e.scope = {**self.e.scope, **self.symbols}
        if self.pointwise:
            self.e.pointwise = next(iter(self.symbols.values()))

    def __exit__(self, *_: object) -> None:
        self.e.random, self.e.scope, self.e.pointwise = self.saved


