"""A first look at the writing, before anything gets a meaning: of a note, and of one chain.

What is an index, what is applied to what, how many indices a name takes, where logarithms and
denominators stand: these can be seen from the trees alone, and every meaning rests on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from xent_sym.meaning.names import INDEX_LETTERS, Letters, Written, written
from xent_sym.reader.tree import (
    Accent,
    Addition,
    Apply,
    BigOperator,
    Bracket,
    Call,
    Derivative,
    Integral,
    Name,
    Node,
    Number,
    Product,
    Quotient,
    RelationChain,
    Run,
    Script,
    Separated,
    Styled,
    Symbol,
    Word,
)

BOLD = frozenset({"mathbf", "boldsymbol", "bm"})
_NO_NAME = Written("")
PROBABILITIES = frozenset({"p", "q", "P", "Q", "Pr", "phat", "qhat", "pi", "pihat", "r"})
FUNCTIONS = frozenset(
    {"sigma", "sigmoid", "softmax", "Softmax", "tanh", "exp", "log", "ln", "softplus", "sign"}
)
MEASURES = frozenset({"H", "I", "E", "D", "KL", "Hcal", "h", "CE", "BCE", "Icat", "DKL"})


def letters_of(trees: Iterable[Node], declared: frozenset[str] = frozenset()) -> Letters:
    """The index letters, indexed names and sizes of a note."""
    bound, sizes, numbered = set(declared), set[str](), set[str]()
    found = list(trees)
    for tree in found:
        for node in tree.walk():
            if isinstance(node, BigOperator) and node.kind in ("sum", "prod"):
                bound |= set(_bound_by(node))
                sizes |= set(_ends(node))
    first = Letters(frozenset(bound))
    for tree in found:
        for node in tree.walk():
            if isinstance(node, Script) and node.sub is not None:
                name = written(node, first)
                if name is not None and name.subs:
                    numbered.add(name.name.rstrip("'"))
    return Letters(
        frozenset(bound), frozenset(numbered), frozenset(sizes), _doubled(found),
        frozenset(n for tree in found for n in _complemented(tree, first)),
    )


def _doubled(trees: list[Node]) -> frozenset[str]:
    """Letters that stand both in an alphabet of their own and plain: \\mathbf{x} beside x."""
    styled = {
        n.body.text for t in trees for n in t.walk()
        if isinstance(n, Styled) and isinstance(n.body, Name) and n.font in BOLD
    }
    return frozenset(n for t in trees for n in _plain_names(t) if n in styled)


def _plain_names(node: Node) -> Iterator[str]:
    if isinstance(node, Styled):
        return
    if isinstance(node, Name):
        yield node.text
    for child in node.children():
        yield from _plain_names(child)


def form(name: str, samples: int, subscripts: int) -> str:
    """A name with how many indices of each sort it has: y_i and y^{(i)} are two."""
    return f"{name.removesuffix('hat')} {samples} {subscripts}"


def _complemented(tree: Node, known: Letters) -> Iterator[str]:
    """The form of y in 1 − y_i."""
    for node in tree.walk():
        if isinstance(node, Addition) and node.signs == ("+", "-") and len(node.terms) == 2:
            one, other = node.terms
            name = written(other, known)
            if isinstance(one, Number) and one.value == 1 and name is not None and name.indices:
                yield form(name.name, len(name.samples), len(name.subs))


def _ends(node: BigOperator) -> Iterator[str]:
    """The letters that stand as ends of a sum, but for indices."""
    low = node.sub.items[-1] if isinstance(node.sub, RelationChain) else None
    if isinstance(node.sup, Addition):
        yield from (n.text for n in node.sup.terms if isinstance(n, Name))
    for end in (low, node.sup):
        if isinstance(end, Name) and end.text != "infty":
            is_set = isinstance(node.sub, RelationChain) and node.sub.relations[0].sign != "="
            if end is node.sup or not (is_set or end.text in INDEX_LETTERS):
                yield end.text


def _bound_by(node: BigOperator) -> Iterator[str]:
    """The spellings of the indices that a sum binds."""
    for index in indices_of(node.sub):
        yield index.show()


def indices_of(sub: Node | None) -> tuple[Node, ...]:
    """The indices under a sum: ``i = 1``, ``i``, ``x, y``, ``x \\in X``, ``j \\ne i``."""
    if isinstance(sub, RelationChain):
        return indices_of(sub.items[0])
    if isinstance(sub, Separated) and sub.separator in (",", ":", "|"):
        items = sub.items if sub.separator == "," else sub.items[:1]
        return tuple(index for item in items for index in indices_of(item))
    if isinstance(sub, Run):
        return ()
    if isinstance(sub, Name | Script | Accent | Styled):
        return (sub,)
    return ()


@dataclass
class Usage:
    """How one chain uses its names.

    ``arity`` maps (name, number of sample indices) to the most subscripts seen; ``vectors``
    are names that stand at a transposition.  ``applied`` names take arguments; ``logged`` stand
    directly in a logarithm, ``divisors`` in a denominator.  ``power_of_two``: 2^{H(p)}.
    """

    arity: dict[tuple[str, int], int] = field(default_factory=dict)
    vectors: set[tuple[str, int]] = field(default_factory=set)
    applied: set[str] = field(default_factory=set)
    logged: set[str] = field(default_factory=set)
    divisors: set[str] = field(default_factory=set)
    bases: list[Node] = field(default_factory=list)
    plain_log: bool = False
    excluded: set[str] = field(default_factory=set)
    depends: dict[tuple[str, int], dict[str, Written]] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    measured: set[str] = field(default_factory=set)
    units: frozenset[str] = frozenset()
    power_of_two: bool = False
    varied: set[str] = field(default_factory=set)
    integrated: set[str] = field(default_factory=set)
    spoken: dict[str, set[str]] = field(default_factory=dict)

    def subscripts(self, name: str, samples: int) -> int:
        """How many subscripts the name takes when it carries so many sample indices."""
        return self.arity.get((name, samples), 0)


def usage(trees: Iterable[Node], known: Letters) -> Usage:
    """How these trees use their names."""
    found = Usage()
    for tree in trees:
        for node in tree.walk():
            _look(found, node, known)
        _names(found, tree, known)
    return found


def _look(found: Usage, node: Node, known: Letters) -> None:
    match node:
        case Call():
            head = written(node.head, known)
            if head is not None and is_application(head, node, known):
                found.applied.add(head.name)
                if node.bracket.body is not None:
                    found.spoken.setdefault(head.name, set()).add(node.bracket.body.show())
        case Word() if node.text in ("nats", "nat", "bits", "bit"):
            found.units |= {node.text}
        case Integral():
            found.integrated |= {v.show() for v in node.variables}
        case Apply() if node.function in ("log", "ln", "lg"):
            if node.base is not None:
                found.bases.append(node.base)
            elif node.function != "ln":
                found.plain_log = True
            found.logged |= _directly(node.argument, known)
        case Quotient():
            found.divisors |= _directly(node.bottom, known)
        case Product():
            _transposed(found, node, known)
        case Script(base=Number(value=2), sup=Node() as power):
            found.power_of_two |= any(_measures_in_logs(n, known) for n in power.walk())
        case Derivative():
            _dependence(found, node, known)
        case BigOperator() if isinstance(node.sub, RelationChain):
            if node.sub.relations[0].sign == "!=":
                found.excluded.add(node.sub.items[0].show())
        case _:
            pass


def _measures_in_logs(node: Node, known: Letters) -> bool:
    """A logarithm whose base is not written: log p, or the one in H(p)."""
    if isinstance(node, Call):
        head = written(node.head, known)
        return head is not None and measure_of(head.name) not in (None, "E")
    return isinstance(node, Apply) and node.function == "log" and node.base is None


def _dependence(found: Usage, node: Derivative, known: Letters) -> None:
    """∂p_k/∂o_i: p depends on o, in some way that the note may not say."""
    for variable in node.variables:
        varied = written(variable, known)
        if varied is not None:
            found.varied.add(varied.name)
    if node.body is None or len(node.variables) != 1:
        return
    name, by = written(node.body, known), written(node.variables[0], known)
    if name is None or by is None or name.name == by.name or name.power is not None:
        return
    found.depends.setdefault((name.name, len(name.samples)), {}).setdefault(by.name, by)


def _directly(node: Node, known: Letters) -> set[str]:
    """The names of the factors of a product or quotient, or the name that the node is."""
    if isinstance(node, Bracket) and node.body is not None:
        return _directly(node.body, known)
    if isinstance(node, Product):
        return set().union(*(_directly(f, known) for f in node.factors))
    if isinstance(node, Quotient):
        return _directly(node.top, known) | _directly(node.bottom, known)
    if isinstance(node, Call):
        node = node.head
    name = written(node, known)
    return set() if name is None else {name.name}


def _transposed(found: Usage, node: Product, known: Letters) -> None:
    for left, right in zip(node.factors, node.factors[1:], strict=False):
        one, two = written(left, known), written(right, known)
        if one is not None and two is not None and one.transposed:
            for name in (one, two):
                found.vectors.add((name.name, len(name.samples)))
                key = (name.name, len(name.samples))
                found.arity[key] = max(found.arity.get(key, 0), len(name.subs) + 1)


def _names(found: Usage, node: Node, known: Letters, *, number: bool = True) -> None:
    """Count the indices of every name; what stands in the script of a name is not counted.

    A name that stands bare outside H(...), D(...) and E[...] is used as a number.
    """
    is_name = isinstance(node, Script | Accent | Styled | Name | Word)
    name = written(node, known) if is_name else None
    if name is not None:
        key = (name.name, len(name.samples))
        found.arity[key] = max(found.arity.get(key, 0), len(name.subs))
        if name.bare:
            (found.numbers if number else found.measured).add(name.name)
        if name.power is not None:
            _names(found, name.power, known, number=number)
        return
    if isinstance(node, Call):
        head = written(node.head, known)
        if head is not None and measure_of(head.name):
            _measured(found, node, known)
            return
        outcome = False
        if head is not None and is_probability(head.name):
            number = False
            outcome = _is_value(node.bracket.body, known)
        if head is not None and head.bare:  # f(x) does not use f as a number
            if node.bracket.body is not None and not outcome:
                _names(found, node.bracket.body, known, number=number)
            found.arity.setdefault((head.name, 0), 0)
            return
    if isinstance(node, BigOperator) and node.sub is None and not _has_index(node, known):
        number = False  # Σ p log(p/q): the names are families
    for child in node.children():
        _names(found, child, known, number=number)


def _is_value(body: Node | None, known: Letters) -> bool:
    """An outcome by its index, the x_i of P(x_i): x is no vector elsewhere for that."""
    name = None if body is None else written(body, known)
    return name is not None and len(name.subs) == 1 and name.power is None


def _has_index(node: Node, known: Letters) -> bool:
    """Some name inside carries an index, or is applied."""
    return any(
        isinstance(n, Call) or (isinstance(n, Script) and (written(n, known) or _NO_NAME).indices)
        for n in node.walk()
    )


def _measured(found: Usage, node: Call, known: Letters) -> None:
    """H(p, q), E_p[log q]: what stands in here bare may be a family."""
    if isinstance(node.head, Script) and node.head.sub is not None:
        _names(found, node.head.sub, known, number=False)
    if node.bracket.body is not None:
        _names(found, node.bracket.body, known, number=False)


def is_application(head: Written, call: Call, known: Letters) -> bool:
    """``p(x)``, ``h(x^{(i)})``, ``f(x; w)`` apply; ``y(1 - y)`` and ``a(b + c)`` multiply."""
    name, body = head.name, call.bracket.body
    if known_function(name):
        return True
    if body is None or head.indices or head.power is not None:
        return False
    if is_probability(name):
        return isinstance(body, Name | Script | Accent | Separated | RelationChain | Symbol | Word)
    if isinstance(body, Separated):
        return True
    inner = written(body, known)
    return inner is not None and inner.power is None and not inner.transposed


def known_function(name: str) -> bool:
    """A function or quantity whose name needs no declaration."""
    return name in FUNCTIONS or measure_of(name) is not None


def is_probability(name: str) -> bool:
    """The name of a probability: p, q, P, Q, with hat, subscript or prime."""
    return name.partition(";")[0].partition("_")[0].rstrip("'*^") in PROBABILITIES - {"r"}


def measure_of(name: str) -> str | None:
    """Which quantity of information theory the name is: H, KL, I, E; None if it is another."""
    stem, _, sub = name.partition("_")
    if stem in ("KL", "DKL") or (stem == "D" and sub in ("", "KL", "kl", "Kl")):
        return "KL"
    if stem in ("H", "Hcal") and sub in ("", "b", "2"):
        return "H"
    if stem in ("I", "E", "Ecal"):
        return stem[0]
    if stem == "CE" or (stem, sub) == ("L", "CE"):
        return "CE" if stem == "CE" else None
    return "BCE" if stem == "BCE" else None


__all__ = [
    "FUNCTIONS",
    "INDEX_LETTERS",
    "Number",
    "Symbol",
    "Usage",
    "indices_of",
    "is_application",
    "is_probability",
    "known_function",
    "letters_of",
    "measure_of",
    "usage",
]
