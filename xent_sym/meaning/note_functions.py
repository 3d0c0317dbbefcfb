"""Functions of the note: f(x) at another argument, f'(x), J(θ), h(x^{(i)}), s(x, y)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xent_sym.meaning.arguments import arguments_in, is_parameter
from xent_sym.meaning.definitions import arguments_of
from xent_sym.meaning.names import Written, written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.writing import is_application, is_probability, measure_of
from xent_sym.reader.readings import as_product
from xent_sym.reader.tree import Call, Name, Node
from xent_sym.terms.term import Partial, Quantity, Space, Sym, Term, abstract

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator



def of_the_note(e: Elaborator, name: Written, node: Call, more: Sequence[Node]) -> Term:
    arguments = arguments_of(node)
    if e.scene.reading.unfold and not more:
        defined = _substituted(e, name, arguments)
        if defined is None:
            defined = _derived(e, name, arguments)
        if defined is not None:
            return defined
    applied = name.name in e.scene.usage.applied or e.scene.declared_function(name.name)
    if not applied or not (is_application(name, node, e.scene.known) or applied):
        return e.value(as_product(node))
    if arguments and all(_is_silent(e, a) for a in arguments) and not more:
        return e.entry(name)  # J(θ) is J
    indices: list[Term] = []
    for argument in arguments:
        indices += _argument_indices(e, argument)
    indices += [e.index(i) for i in more]
    if not indices:
        return e.scene.family(f"{name.name}({', '.join(a.show() for a in arguments)})", 0, 0)
    silent = [a.show() for a in arguments if not _argument_indices(e, a)]
    spelled = f"{name.name}({', '.join(silent)})" if silent else name.name
    family = e.scene.family(spelled, 0, len(name.indices) + len(indices))
    return e.at(family, *map(e.index, name.indices), *indices)


def _is_silent(e: Elaborator, argument: Node) -> bool:
    """A parameter that no index is on: the θ of J(θ)."""
    return is_parameter(argument) and argument.show() not in e.scope


def _argument_indices(e: Elaborator, argument: Node) -> list[Term]:
    """The indices in an argument: x of f(x) if x is bound, i of h(x^{(i)})."""
    if argument.show() in e.scope or e.scene.known.is_index(argument):
        return [e.index(argument)]
    name = written(argument, e.scene.known)
    if name is not None and name.indices:
        return [e.index(i) for i in name.indices]
    letters = {k.rstrip("'") for k in _variables(e)} | e.laws.variables
    if isinstance(argument, Name) and argument.text in letters:
        return [e.scene.free_index(argument.text)]
    return []


def _variables(e: Elaborator) -> set[str]:
    """Letters that are summed over somewhere in the chain, primes aside."""
    return {b.removeprefix("(script ").split(" ")[0] for b in e.scene.known.bound}


def _substituted(e: Elaborator, name: Written, arguments: tuple[Node, ...]) -> Term | None:
    """The note's f(x) = ... at another argument."""
    if name.indices or name.power is not None:
        return None
    data = e.scene.reading.unfold > 1
    found = e.scene.definitions.called(name.name, len(arguments))
    if found is None or (found.data and not data) or found.key in e.scene.pending:
        return None
    assert isinstance(found.left, Call)
    parameters = arguments_of(found.left)
    values = {
        p.show(): e.index(a) if _is_index(e, found.body, p) else e.value(a)
        for p, a in zip(parameters, arguments, strict=True)
    }
    e.scene.touched = True
    e.scene.pending.append(found.key)
    try:
        with e.within(values, fresh=True):
            value = e.value(found.body)
    except Unclear:
        e.scene.broken[found.key] = found
        return None
    finally:
        e.scene.pending.remove(found.key)
    e.scene.used[found.key] = found
    return value


def _is_index(e: Elaborator, body: Node, parameter: Node) -> bool:
    """The parameter is a value of a variable: M(x) = (P(x) + Q(x))/2."""
    for node in body.walk():
        head = written(node.head, e.scene.known) if isinstance(node, Call) else None
        if head is not None and isinstance(node, Call) and is_probability(head.name):
            found = arguments_in(node, e.scene.known)
            given = () if found is None else (*found.targets, *found.given)
            if any(v.value is not None and v.value.show() == parameter.show() for v in given):
                return True
    return False


def _derived(e: Elaborator, name: Written, arguments: tuple[Node, ...]) -> Term | None:
    """f'(x), f''(x) for the note's f: the derivative of its meaning, at the argument."""
    stem = name.name.rstrip("'")
    order = len(name.name) - len(stem)
    if not order or len(arguments) != 1 or name.indices or name.power is not None:
        return None
    found = e.scene.definitions.called(stem, 1)
    if found is not None and isinstance(found.left, Call):
        (parameter,) = arguments_of(found.left)
        variable = Sym(parameter.show(), "real")
        with e.within({parameter.show(): variable}, fresh=True):
            body = e.term(found.body)
        e.scene.used[found.key] = found
    elif measure_of(stem) == "H":
        variable = Sym("t", "real")
        body = Quantity("binary_entropy", variable, *(() if e.base is None else (e.base,)))
    else:
        return None
    at: Term = variable
    for step in range(order):
        at = e.term(arguments[0]) if step == order - 1 else variable
        body = Partial.make((Space(), abstract(body, variable), at), None, variable.name)
    return body


