"""Functions of the note: f(x) at another argument, f'(x), J(θ), h(x^{(i)}), s(x, y)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xent_sym.meaning.arguments import arguments_in, is_parameter, random_variable
from xent_sym.meaning.definitions import arguments_of
from xent_sym.meaning.names import Written, written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.spelled import spelled
from xent_sym.meaning.writing import is_probability, measure_of
from xent_sym.reader.readings import as_product
from xent_sym.reader.tree import Bracket, Call, Name, Node
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
    if not applied:
        return e.value(as_product(node))
    _must_be_plain(e, name, arguments)
    if arguments and all(_is_silent(e, a) for a in arguments) and not more:
        return _at_parameters(e, name, node)
    return _opaque(e, name, arguments, more)


def _must_be_plain(e: Elaborator, name: Written, arguments: Sequence[Node]) -> None:
    """An argument is a letter, an index, or nothing that varies: f(x + 1) is another matter."""
    for argument in arguments:
        names = {w.name for n in argument.walk() if (w := written(n, e.scene.known)) is not None}
        if names & e.scene.usage.varied:
            varied = ", ".join(sorted(names & e.scene.usage.varied))
            raise Unclear(f"how {name.name} depends on {varied} is not said")
        if _argument_indices(e, argument):
            continue
        bound = {n.show() for n in argument.walk()} & (set(e.scope) | set(e.random))
        letters = [n for n in argument.walk() if e.scene.known.is_index(n)]
        collection = isinstance(argument, Bracket) and argument.open == "{"
        if (bound or letters) and not collection:
            raise Unclear(f"what {name.name} is at {spelled(argument)} is not said")


def _at_parameters(e: Elaborator, name: Written, node: Call) -> Term:
    """J(θ) is J, unless J stands with other parameters too."""
    body = node.bracket.body
    shown = "" if body is None else body.show()
    told = e.scene.usage.spoken.get(name.name, set())
    lefts = {
        d.left.bracket.body.show() for d in e.scene.definitions.found
        if d.name == name.name and isinstance(d.left, Call) and d.left.bracket.body is not None
    }
    if told | lefts <= {shown}:
        return e.entry(name)
    return e.scene.family(f"{name.name}({shown})", 0, 0)


def _opaque(
    e: Elaborator, name: Written, arguments: Sequence[Node], more: Sequence[Node]
) -> Term:
    """A function about which nothing is known, at the indices in its arguments."""
    indices: list[Term] = []
    skeleton: list[str] = []
    for argument in arguments:
        own = _argument_indices(e, argument)
        indices += own
        skeleton.append(_skeleton(e, argument) if own else argument.show())
    indices += [e.index(i) for i in more]
    told = ", ".join(skeleton)
    plain = all(part == "#" for part in skeleton)
    spelled_name = name.name if plain else f"{name.name}({told})"
    family = e.scene.family(spelled_name, 0, len(name.indices) + len(indices))
    return e.at(family, *map(e.index, name.indices), *indices)


def _skeleton(e: Elaborator, argument: Node) -> str:
    """The argument with its indices taken out: x_# of x_i."""
    name = written(argument, e.scene.known)
    if name is None or not name.indices:
        return "#"
    return f"{name.name}{'^#' * len(name.samples)}{'_#' * len(name.subs)}"


def _is_silent(e: Elaborator, argument: Node) -> bool:
    """A parameter that no index is on: the θ of J(θ)."""
    return is_parameter(argument) and argument.show() not in e.scope


def _argument_indices(e: Elaborator, argument: Node) -> list[Term]:
    """The indices in an argument: x of f(x) if x is bound, i of h(x^{(i)}).

    {y^{(n)}} is all of them, not the n-th.
    """
    if isinstance(argument, Bracket) and argument.open == "{":
        return []
    random = random_variable(argument)
    if random is not None and random in e.random:
        return [e.random[random]]
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
    if any(random_variable(p) is not None for p in parameters):
        raise Unclear(f"{name.name} is defined for a random variable, not for a number")
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


