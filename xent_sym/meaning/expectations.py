"""E[·], with or without its subscript: Σ_x p(x) f(x)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xent_sym.meaning.arguments import arguments_in, random_variable
from xent_sym.meaning.distributions import RandomVariables, free_variables, summed, variable_index
from xent_sym.meaning.names import TRANSPOSE, written
from xent_sym.meaning.sums import indices_used
from xent_sym.meaning.writing import is_probability
from xent_sym.reader.tree import Bracket, Call, Name, Node, RelationChain, Script, Separated
from xent_sym.terms.term import Mul, Sym, Term

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator



VARIABLES = frozenset({"y", "z", "u", "v"})  # beside x they may be random as well


def is_expectation(name: str) -> bool:
    """E, or E with a subscript."""
    return name.partition("_")[0] == "E"


def expectation(e: Elaborator, sub: Node | None, body: Node) -> Term:
    """E_p[f(X)] = Σ_x p(x) f(x): over the variables of the subscript, or all random ones."""
    if isinstance(body, Bracket) and body.body is not None and body.open in "[({":
        body = body.body
    if isinstance(body, Separated):
        raise e.unclear(body, "one expression was expected under an expectation")
    head, names, given = _average(e, sub, body)
    symbols = {v: Sym(v, "index", e.scene.place(v)) for v in names}
    with RandomVariables(e, symbols, pointwise=len(names) == 1):
        weight = e.laws.term(e, head, list(symbols.items()), given)
        inside = e.term(body)
    if any(inside.has(s) for s in symbols.values()):
        e.scene.averaged = names
    elif names != e.scene.averaged:
        raise e.unclear(body, "what is averaged does not speak of what it is averaged over")
    return summed(Mul(weight, inside), symbols.values())


def _average(
    e: Elaborator, sub: Node | None, body: Node
) -> tuple[str, list[str], list[tuple[str, Term]]]:
    """The law and the variables over which an expectation is taken."""
    calls = [n for n in body.walk() if isinstance(n, Call)]
    if sub is None:
        names = _random_in(e, body) or free_variables(e, calls)
        if not names:  # a constant, beside averages that say over what they are
            names = e.scene.averaged
            if not names or any(i.show() not in e.scope for i in indices_used(e, body)):
                raise e.unclear(body, "over what this expectation is taken is not said")
        e.scene.assume(f"E is the expectation over {', '.join(names)}")
        return e.laws.default, names, []
    if isinstance(sub, RelationChain) and sub.relations[0].sign == "sim":
        variable, law = sub.items
        head, _, given = _law_of(e, law)
        return head, [_variable_name(e, variable)], given
    if isinstance(sub, Call):
        return _law_of(e, sub)
    single = random_variable(sub)
    if single is not None and not e.laws.names_law(single) and not is_probability(sub.show()):
        return e.laws.default, [single], []
    if isinstance(sub, Name) and sub.text.islower() and not is_probability(sub.text):
        return e.laws.default, [sub.text], []
    name = written(sub, e.scene.known)
    if name is None:
        raise e.unclear(sub, "a distribution was expected under E")
    names = _random_in(e, body) or free_variables(e, calls)
    known = e.laws.found.get(name.name)
    if known is not None and not known.simple and not names:
        raise e.unclear(sub, "over which variables this expectation is taken is not said")
    return name.name, names or ["x"], []


def _law_of(e: Elaborator, node: Node) -> tuple[str, list[str], list[tuple[str, Term]]]:
    """p, p(x), p(x, y), p(y|x) as the law of an expectation."""
    if isinstance(node, Call):
        name = written(node.head, e.scene.known)
        arguments = arguments_in(node, e.scene.known)
        if name is None or arguments is None:
            raise e.unclear(node, "a distribution was expected")
        given = [(v.name, variable_index(e, v)) for v in arguments.given]
        return name.name + arguments.parameters, [v.name for v in arguments.targets], given
    name = written(node, e.scene.known)
    if name is None:
        raise e.unclear(node, "a distribution was expected")
    head = name.name
    if head not in e.laws.found and head.rpartition("_")[0] in e.laws.found:
        head = head.rpartition("_")[0]  # X ~ p_X is the law p of X
    return head, [], []


def _variable_name(e: Elaborator, node: Node) -> str:
    name = random_variable(node)
    if name is not None:
        return name
    known = written(node, e.scene.known)
    if known is None:
        raise e.unclear(node, "a random variable was expected")
    return known.name.rstrip("'")


def _random_in(e: Elaborator, body: Node) -> list[str]:
    """The random variables in the body: X in p(X) and in (X − μ)², also where x is written."""
    found: dict[str, None] = {}
    heads = {c.head.show() for c in body.walk() if isinstance(c, Call)}
    for part in _without_transposition(body):
        name = random_variable(part) if isinstance(part, Name) else None
        free = name is not None and part.show() not in heads
        if name is not None and free and part.show() not in e.scene.known.sizes:
            found.setdefault(name)
    if not found:
        names = {p.text for p in body.walk() if isinstance(p, Name)}
        alone = not names & VARIABLES
        found.update(dict.fromkeys(n for n in ("x",) if alone and n in names and n not in e.scope))
    return list(found)


def _without_transposition(node: Node) -> Iterator[Node]:
    """The nodes inside, but for the T of wᵀx."""
    yield node
    for child in node.children():
        if isinstance(node, Script) and child is node.sup and child.show() in TRANSPOSE:
            continue
        yield from _without_transposition(child)
