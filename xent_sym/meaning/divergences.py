"""D(p‖q), of distributions and of densities; I(X;Y), I(X;Y|Z), I(x)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from xent_sym.meaning.arguments import Variable, arguments_in, items, random_variable
from xent_sym.meaning.distributions import (
    RandomVariables,
    distribution,
    free_variables,
    is_bound,
    summed,
    variable_index,
)
from xent_sym.meaning.entropies import quantity
from xent_sym.meaning.names import written
from xent_sym.meaning.scene import taken
from xent_sym.meaning.writing import is_probability
from xent_sym.reader.tree import Call, Node, Product, Separated
from xent_sym.terms.term import Mul, Num, Pow, Sym, Term

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator



def divergence(e: Elaborator, node: Node, body: Node) -> Term:
    """D(p‖q) = Σ p log(p/q), in the variables that p has and nothing binds."""
    if not (isinstance(body, Separated) and len(body.items) == 2):
        raise e.unclear(node, "two distributions were expected, as in D(p‖q)")
    left, right = body.items
    if isinstance(left, Call | Product) or isinstance(right, Product):
        return _divergence_of_densities(e, left, right)
    one, two = distribution(e, left), distribution(e, right)
    e.scene.ranges.join(taken(one)[0], taken(two)[0])
    return quantity(e, "kl", [one, two])


def _divergence_of_densities(e: Elaborator, left: Node, right: Node) -> Term:
    """D(p(x,y)‖p(x)p(y)); D(p(y|x)‖q(y|x)) is averaged over p(x)."""
    calls = [n for n in left.walk() if isinstance(n, Call)]
    free = free_variables(e, calls)
    symbols = {v: Sym(v, "index", e.scene.place(v)) for v in free}
    given = _unbound_given(e, calls)
    with RandomVariables(e, symbols):
        one, two = e.term(left), e.term(right)
        weight = one
        if given:
            weight = Mul(e.laws.term(e, e.laws.default, [(v, symbols[v]) for v in given]), one)
            e.scene.assume("a divergence of conditionals is averaged over what is given")
    return summed(Mul(weight, e.log(Mul(one, Pow(two, Num(-1))))), symbols.values())


def _unbound_given(e: Elaborator, calls: Iterable[Call]) -> list[str]:
    found = [arguments_in(c, e.scene.known) for c in calls]
    targets = {v.name for a in found if a is not None for v in a.targets}
    given = [v.name for a in found if a is not None for v in a.given if not is_bound(e, v)]
    return [v for v in dict.fromkeys(given) if v not in targets]


def information(e: Elaborator, node: Node, body: Node) -> Term:
    """I(X;Y) = H(X) − H(X|Y), I(X;Y|Z); I(x) = −log p(x)."""
    pieces = _information_arguments(body)
    if pieces is None:
        return _self_information(e, node, body)
    head_name = written(node.head, e.scene.known) if isinstance(node, Call) else None
    if head_name is not None and "_" in head_name.name:
        raise e.unclear(node, "what the subscript of this information means is not known")
    left, right, given = pieces
    names = [*left, *right, *given]
    symbols = {v: Sym(v, "index", e.scene.place(v)) for v in names}

    def at(variables: Sequence[str]) -> list[tuple[str, Term]]:
        return [(v, symbols[v]) for v in variables]

    law = e.laws
    head = law.default
    weight = law.term(e, head, at(names))
    top = law.term(e, head, at([*left, *right]), at(given))
    bottom = Mul(law.term(e, head, at(left), at(given)), law.term(e, head, at(right), at(given)))
    ratio = Mul(top, Pow(bottom, Num(-1)))
    return summed(Mul(weight, e.log(ratio)), symbols.values())


def _information_arguments(body: Node) -> tuple[list[str], list[str], list[str]] | None:
    if not (isinstance(body, Separated) and body.separator in (";", "|", ",")):
        return None
    given: list[str] = []
    if body.separator == "|" and len(body.items) == 2:
        given = [v for m in items(body.items[1]) if (v := random_variable(m))]
        inner = body.items[0]
    else:
        inner = body
    if not (isinstance(inner, Separated) and len(inner.items) == 2):
        return None
    last = inner.items[1]
    if isinstance(last, Separated) and last.separator == "|":
        given = [v for m in items(last.items[1]) if (v := random_variable(m))]
        last = last.items[0]
    left = [random_variable(m) for m in items(inner.items[0])]
    right = [random_variable(m) for m in items(last)]
    if None in left or None in right:
        return None
    return [v for v in left if v], [v for v in right if v], given


def _self_information(e: Elaborator, node: Node, body: Node) -> Term:
    """I(x) = −log p(x)."""
    head = e.laws.default
    sub = written(node.head, e.scene.known) if isinstance(node, Call) else None
    if sub is not None and "_" in sub.name:
        head = sub.name.partition("_")[2]
    name = written(body, e.scene.known)
    bound = name is not None and (name.name in e.scope or name.name in e.random)
    number = name is not None and name.bare and name.name in e.scene.numbers and not bound
    if name is None or name.power is not None or is_probability(name.name) or number:
        value = e.term(body)
    else:
        index = name.indices[0] if len(name.indices) == 1 else body
        shown = Variable(name.name.rstrip("'"), index)
        value = e.laws.term(e, head, [(shown.name, variable_index(e, shown))])
    return Mul(Num(-1), e.log(value))
