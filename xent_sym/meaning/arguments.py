"""The arguments of a probability: ``p(x, y | z; θ)``, random variables, values, parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xent_sym.meaning.names import Letters, Written, written
from xent_sym.meaning.writing import is_probability
from xent_sym.reader.tree import (
    Accent,
    Call,
    Name,
    Node,
    Number,
    RelationChain,
    Script,
    Separated,
    Symbol,
    Word,
)

GREEK = frozenset({"theta", "phi", "lambda", "psi", "omega", "eta", "beta", "alpha", "w", "W"})
_NO_NAME = Written("")


@dataclass(frozen=True)
class Variable:
    """One argument of a probability: which variable, and the node that is its value.

    A random variable (``X``) has no value until an expectation gives it one.  ``scripted``: the
    value was written as x_i, which may be the i-th of a sample.
    """

    name: str
    value: Node | None
    scripted: bool = False
    sample: bool = False


@dataclass(frozen=True)
class Request:
    """A marginal or conditional that a chain writes: targets given others."""

    targets: tuple[str, ...]
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Arguments:
    """``targets | given; parameters``."""

    targets: tuple[Variable, ...]
    given: tuple[Variable, ...]
    parameters: str

    @property
    def request(self) -> Request:
        """Which variables are asked for."""
        return Request(tuple(v.name for v in self.targets), tuple(v.name for v in self.given))


def arguments_in(call: Call, known: Letters) -> Arguments | None:
    """The arguments of a probability; None if they are no variables (``P(model)``).

    >>> from xent_sym.reader.parser import parse
    >>> a = arguments_in(parse(r"q(y_i | x_i; \\theta)"), Letters())
    >>> a.request, a.parameters
    (Request(targets=('y',), given=('x',)), ';theta')
    """
    if call.bracket.body is None:
        return None
    targets, *given = split_bar(call.bracket.body)
    parameters: list[str] = []
    sides: list[tuple[Variable, ...]] = []
    for number, side in enumerate((targets, *given)):
        found = []
        for item in items(side):
            if number and is_parameter(item):
                parameters.append(item.show())
                continue
            one = variable(item, known)
            if one is None:
                return None
            found.append(one)
        sides.append(tuple(found))
    told = ";" + ",".join(parameters) if parameters else ""
    return Arguments(sides[0], sides[1] if len(sides) > 1 else (), told)


def sampled_variables(trees: Iterable[Node], known: Letters) -> frozenset[str]:
    """The variables of which the trees have a sample: 1[x_i = x], or p̂ beside q(x_i)."""
    found: set[str] = set()
    scripted: set[str] = set()
    empirical = False
    for node in (n for tree in trees for n in tree.walk()):
        empirical = empirical or (written(node, known) or _NO_NAME).name == "phat"
        if isinstance(node, RelationChain) and len(node.items) == 2:
            one, two = (variable(i, known) for i in node.items)
            if one is not None and two is not None and one.scripted and two.name == one.name:
                found.add(one.name)
        if isinstance(node, Call) and is_probability((written(node.head, known) or _NO_NAME).name):
            arguments = arguments_in(node, known)
            for one in () if arguments is None else (*arguments.targets, *arguments.given):
                if one.scripted:
                    scripted.add(one.name)
    return frozenset(found | (scripted if empirical else set()))


def is_parameter(node: Node) -> bool:
    """What a model depends on, not what it is the probability of: θ, w, θ*."""
    base = node.base if isinstance(node, Script) else node
    return isinstance(base, Name) and base.text in GREEK


def variable(node: Node, known: Letters) -> Variable | None:
    """``x``, ``x_i``, ``X``, ``X = x``, ``y'``, ``·``."""
    if isinstance(node, Symbol) and node.text in ("cdot", "."):
        return Variable("", None)
    if isinstance(node, RelationChain) and len(node.items) == 2:
        name = variable(node.items[0], known)
        value = node.items[1]
        if name is None or not isinstance(value, Name | Number | Script):
            return None
        return Variable(name.name, value)
    if isinstance(node, Name):
        random = random_variable(node)
        return Variable(node.text, node) if random is None else Variable(random, None)
    if isinstance(node, Word):
        return None
    if isinstance(node, Script | Accent):
        return _scripted_variable(node, known)
    return None


def _scripted_variable(node: Script | Accent, known: Letters) -> Variable | None:
    name = written(node, known)
    if name is None or name.power is not None or name.transposed:
        return None
    stem = name.name.rstrip("'")
    if node.show() in known.bound or not name.indices:
        return Variable(stem, node)
    if len(name.indices) != 1:
        return None
    return Variable(stem, name.indices[0], True, bool(name.samples))


def random_variable(node: Node) -> str | None:
    """The values' letter of a random variable: x of X; None for what is none."""
    if isinstance(node, Name) and len(node.text) == 1 and node.text.isupper():
        return node.text.lower()
    if isinstance(node, Script) and node.sup is None and isinstance(node.base, Name):
        base = random_variable(node.base)
        return None if base is None or node.sub is None else f"{base}_{node.sub.show()}"
    return None


def split_bar(body: Node) -> tuple[Node, ...]:
    """The two sides of a bar; one side if there is none."""
    if isinstance(body, Separated) and body.separator == "|":
        return body.items
    if isinstance(body, Separated) and body.separator in (";", ","):
        last = body.items[-1]
        if isinstance(last, Separated) and last.separator == "|":
            head = Separated(
                body.start, last.start, body.separator, (*body.items[:-1], last.items[0])
            )
            return (head, *last.items[1:])
        if body.separator == ";":
            return body.items
    return (body,)


def items(node: Node) -> tuple[Node, ...]:
    """The members of a list, or the one that it is."""
    if isinstance(node, Separated) and node.separator in (",", ";"):
        return tuple(i for item in node.items for i in items(item))
    return (node,)
