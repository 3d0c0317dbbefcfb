"""A name before a bracket: a known function, a probability, a function of the note, a product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from xent_sym.meaning import measures
from xent_sym.meaning.arguments import arguments_in, items, random_variable, variable
from xent_sym.meaning.cases import binary_indicator
from xent_sym.meaning.distributions import variable_index
from xent_sym.meaning.names import Written, written
from xent_sym.meaning.note_functions import of_the_note
from xent_sym.meaning.scene import taken
from xent_sym.meaning.writing import is_application, is_probability, known_function, measure_of
from xent_sym.reader.readings import as_product
from xent_sym.reader.tree import Call, Name, Node, Number, RelationChain, Styled
from xent_sym.terms import quantities
from xent_sym.terms.term import Bound, Delta, Fn, Partial, Quantity, Space, Sym, Term

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator

SCALAR: dict[str, Callable[[Term], Term]] = {
    "sigma": quantities.sigmoid,
    "sigmoid": quantities.sigmoid,
    "softplus": quantities.softplus,
    "exp": lambda t: Fn("exp", t),
    "tanh": lambda t: Fn("tanh", t),
    "sigma'": lambda t: Partial.make((Space(), Quantity("sigmoid", Bound(0)), t), None, "z"),
}


def call(e: Elaborator, node: Call, more: Sequence[Node] = ()) -> Term:
    """What ``f(...)`` stands for; ``more`` are indices behind the bracket, as in f(x)_y."""
    name = written(node.head, e.scene.known)
    if _is_indicator(node):
        return _indicator(e, node)
    if name is None:
        return e.value(as_product(node))
    if name.name == "delta":
        raise e.unclear(node, "Dirac's delta is not read")
    if name.name == "d":
        raise e.unclear(node, "a differential is not read")
    if is_measure(e, name, node) and not more:
        return measures.measure(e, name, node)
    if is_probability(name.name) and not more and not name.indices:
        found = _probability(e, name, node)
        if found is not None:
            return found
    if name.name in SCALAR and name.power is None:
        return _scalar(e, name.name, node)
    if name.name in ("softmax", "Softmax"):
        return _softmax(e, node)
    if name.name in ("log", "ln") and node.bracket.body is not None:
        argument = e.term(node.bracket.body)
        return e.log(argument) if name.name == "log" else Fn("log", argument)
    return of_the_note(e, name, node, more)


def is_measure(e: Elaborator, name: Written, node: Call) -> bool:
    """H, D, I, E, and h of random variables, unless the note declares the letter a function."""
    if e.scene.declared_function(name.name):
        return False
    if name.name == "h" and node.bracket.body is not None:
        return all(random_variable(i) is not None for i in items(node.bracket.body))
    return measure_of(name.name) is not None


def is_function(e: Elaborator, node: Call) -> bool:
    """The head is applied, so a power behind the bracket is a power of the value."""
    name = written(node.head, e.scene.known)
    if name is None:
        return False
    return known_function(name.name) or is_application(name, node, e.scene.known)


def family_call(e: Elaborator, node: Call) -> Term | None:
    """softmax(z) as a family, when z is a vector."""
    name = written(node.head, e.scene.known)
    if name is None or name.name not in ("softmax", "Softmax") or node.bracket.body is None:
        return None
    inside = written(node.bracket.body, e.scene.known)
    return None if inside is None else Quantity("softmax", e.vector(inside))


def _scalar(e: Elaborator, name: str, node: Call) -> Term:
    body = node.bracket.body
    if body is None:
        raise e.unclear(node, "nothing stands between the brackets")
    return SCALAR[name](e.term(body))


def _softmax(e: Elaborator, node: Call) -> Term:
    """softmax(z) of a vector; softmax(z_i) is its entry i."""
    body = node.bracket.body
    name = None if body is None else written(body, e.scene.known)
    if name is None or name.power is not None:
        raise e.unclear(node, "softmax of what: softmax(z)_i or softmax(z_i) is read")
    family = e.entry(Written(name.name, name.subs[:-1], name.samples)) if name.subs else None
    if family is not None and len(taken(family)) == 1:
        return e.at(Quantity("softmax", family), e.index(name.subs[-1]))
    whole = Quantity("softmax", e.vector(name))
    return whole if e.pointwise is None else e.at(whole, e.pointwise)


def _is_indicator(node: Call) -> bool:
    head, body = node.head, node.bracket.body
    one = isinstance(head, Styled) and head.font in ("mathbb", "mathbf") and head.body.show() == "1"
    named = isinstance(head, Name) and head.text in ("I", "1") and node.bracket.open in "{["
    return (one or named) and isinstance(body, RelationChain)


def _indicator(e: Elaborator, node: Call) -> Term:
    """1[i = j] is Kronecker's delta."""
    body = node.bracket.body
    assert isinstance(body, RelationChain)
    if len(body.items) != 2 or body.relations[0].sign != "=":
        raise e.unclear(node, "an indicator of i = j was expected")
    value = binary_indicator(e, body)
    if value is not None:
        return value
    one, two = (_index_in(e, node, i) for i in body.items)
    for index, other in ((one, two), (two, one)):
        if isinstance(other, Sym) and other.kind == "index":
            e.scene.run_over(index, other.args[-1])
    return Delta(one, two)


def _index_in(e: Elaborator, node: Call, item: Node) -> Term:
    """An index, or the value x_i of a sample."""
    known = variable(item, e.scene.known)
    if known is not None and known.name in e.scene.sampled:
        return variable_index(e, known)
    if not (isinstance(item, Number) or e.scene.known.is_index(item)):
        raise e.unclear(node, "an indicator of two indices was expected")
    return e.index(item)


def _probability(e: Elaborator, name: Written, node: Call) -> Term | None:
    arguments = arguments_in(node, e.scene.known)
    if arguments is None or not arguments.targets:
        return None
    targets = [(v.name, variable_index(e, v)) for v in arguments.targets]
    given = [(v.name, variable_index(e, v)) for v in arguments.given]
    value = e.laws.term(e, name.name + arguments.parameters, targets, given)
    return value if name.power is None else value ** e.term(name.power)
