"""H(p), H(p, q), H(X), H(X, Y), H(Y|X), H(Y|X = x), H(p, q|X)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from xent_sym.meaning.arguments import items, random_variable, split_bar
from xent_sym.meaning.distributions import density, distribution, is_number, summed
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import taken
from xent_sym.reader.tree import Call, Name, Node, Number, Quotient, RelationChain
from xent_sym.terms.term import Mul, Num, Quantity, Sym, Term, Tup

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator



def quantity(e: Elaborator, name: str, arguments: Sequence[Term]) -> Term:
    """The named quantity, in the base of the chain's logarithms."""
    return Quantity(name, *arguments, *(() if e.base is None else (e.base,)))


def entropy(e: Elaborator, node: Node, body: Node, *, cross: bool) -> Term:
    sides = split_bar(body)
    if len(sides) == 2:
        return _conditional_entropy(e, node, sides[0], sides[1])
    members = items(body)
    variables = [random_variable(m) for m in members]
    if all(variables) and _are_random(e, members) and not cross:
        return entropy_of(e, [v for v in variables if v is not None])
    row = _row(members)
    if row is not None:
        return quantity(e, "entropy", [row])
    if len(members) == 2:
        return _cross_entropy(e, node, members)
    if len(members) != 1:
        raise e.unclear(node, "H of one or two things was expected")
    if is_number(e, members[0]):
        return quantity(e, "binary_entropy", [e.term(members[0])])
    if isinstance(members[0], Call):
        return _entropy_of_call(e, members[0])
    return quantity(e, "entropy", [distribution(e, members[0])])


def _row(members: Sequence[Node]) -> Tup | None:
    """H(1/3, 2/3): numbers that sum to 1 are a distribution."""
    values = [number_in(m) for m in members]
    if len(values) < 2 or None in values or sum(v for v in values if v is not None) != 1:
        return None
    return Tup(*(Num(v) for v in values if v is not None))


def number_in(node: Node) -> Fraction | None:
    """The rational that is written, as 0.5 or as 1/2."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Quotient):
        top, bottom = number_in(node.top), number_in(node.bottom)
        return top / bottom if top is not None and bottom else None
    return None


def _are_random(e: Elaborator, members: Sequence[Node]) -> bool:
    """Capital letters are random variables; P and Q are only where the chain has a p(x, y)."""
    names = {m.text for m in members if isinstance(m, Name)}
    if any(e.laws.names_law(n) for n in names):
        return False
    if names & {"P", "Q"}:
        if not e.laws.several:
            return False
        e.scene.doubts.add("joint")
        return e.scene.reading.joint
    return True


def entropy_of(e: Elaborator, targets: Sequence[str], given: Sequence[str] = ()) -> Term:
    """H(targets | given) = −Σ p(all) log p(targets | given)."""
    names = _renamed(e, [*targets, *given])
    targets, given = names[: len(targets)], names[len(targets) :]
    head = e.laws.default
    if len(targets) == 1 and not given:
        return quantity(e, "entropy", [e.laws.family(e, head, targets[0])])
    symbols = {v: Sym(v, "index", e.scene.place(v)) for v in names}
    weight = e.laws.term(e, head, list(symbols.items()))
    inside = e.laws.term(e, head, [(v, symbols[v]) for v in targets],
                         [(v, symbols[v]) for v in given])
    return Mul(Num(-1), summed(Mul(weight, e.log(inside)), symbols.values()))


def _renamed(e: Elaborator, names: Sequence[str]) -> list[str]:
    """H(P, Q) of a joint p(x, y): the letters stand for x and y in order."""
    law = e.laws.found.get(e.laws.default)
    known = [] if law is None else [v for r in law.requests for v in (*r.targets, *r.given)]
    if not e.scene.reading.joint or all(n in known and n not in "pq" for n in names):
        return list(names)
    others = [v for v in dict.fromkeys(known) if v not in ("p", "q")]
    letters = dict(zip(("p", "q"), others, strict=False))
    if any(n not in letters for n in names):
        raise Unclear("which variables these letters stand for is not known")
    e.scene.assume("the capital letters in H are random variables, not distributions")
    return [letters[n] for n in names]


def _conditional_entropy(e: Elaborator, node: Node, left: Node, right: Node) -> Term:
    """H(Y|X), H(Y|X = x), H(p, q | X)."""
    if _are_laws(e, items(left)):
        return _conditional_cross_entropy(e, items(left), items(right))
    targets = [random_variable(m) for m in items(left)]
    if None in targets:
        raise e.unclear(node, "H of random variables given others was expected")
    names = [t for t in targets if t is not None]
    given = items(right)
    if any(isinstance(g, RelationChain) for g in given):
        return _at_value(e, node, names, given)
    others = [random_variable(g) for g in given]
    if None in others:
        raise e.unclear(node, "a random variable was expected behind the bar")
    if set(names) & {"p", "q"}:
        e.scene.doubts.add("joint")
    return entropy_of(e, names, [o for o in others if o is not None])


def _are_laws(e: Elaborator, members: Sequence[Node]) -> bool:
    """p, q of H(p, q | X): two names that the chain applies."""
    names = [m.text for m in members if isinstance(m, Name)]
    return len(names) == len(members) == 2 and all(n in e.laws.found for n in names)


def _conditional_cross_entropy(
    e: Elaborator, laws: Sequence[Node], given: Sequence[Node]
) -> Term:
    """H(p, q | X) = −Σ_x p(x) Σ_y p(y|x) log q(y|x)."""
    true, believed = (m.text for m in laws if isinstance(m, Name))
    others = [v for g in given if (v := random_variable(g))]
    shown = e.laws.found[true].requests + e.laws.found[believed].requests
    targets = list(dict.fromkeys(v for r in shown for v in r.targets if v not in others))
    symbols = {v: Sym(v, "index", e.scene.place(v)) for v in (*others, *targets)}
    at = [(v, symbols[v]) for v in targets]
    condition = [(v, symbols[v]) for v in others]
    weight = e.laws.term(e, true, [*condition, *at])
    inside = e.laws.term(e, believed, at, condition)
    return Mul(Num(-1), summed(Mul(weight, e.log(inside)), symbols.values()))


def _at_value(e: Elaborator, node: Node, targets: Sequence[str], given: Sequence[Node]) -> Term:
    """H(Y | X = x): the entropy of one row of the conditional distribution."""
    values: list[tuple[str, Term]] = []
    for one in given:
        if not (isinstance(one, RelationChain) and len(one.items) == 2):
            raise e.unclear(node, "X = x was expected behind the bar")
        name = random_variable(one.items[0])
        if name is None:
            raise e.unclear(node, "X = x was expected behind the bar")
        values.append((name, e.index(one.items[1])))
    symbols = {v: Sym(v, "index", e.scene.place(v)) for v in targets}
    inside = e.laws.term(e, e.laws.default, list(symbols.items()), values)
    return Mul(Num(-1), summed(Mul(inside, e.log(inside)), symbols.values()))


def _entropy_of_call(e: Elaborator, node: Call) -> Term:
    """H(p(x)), H(p(Y|x)): the entropy in the variables that are not bound."""
    weight, symbols = density(e, node)
    return Mul(Num(-1), summed(Mul(weight, e.log(weight)), symbols))


def _cross_entropy(e: Elaborator, node: Node, members: Sequence[Node]) -> Term:
    if all(is_number(e, m) for m in members):
        return quantity(e, "binary_cross_entropy", [e.term(m) for m in members])
    if all(isinstance(m, Call) for m in members):
        return _cross_entropy_of_calls(e, members)
    families = [distribution(e, m) for m in members]
    e.scene.ranges.join(taken(families[0])[0], taken(families[1])[0])
    return quantity(e, "cross_entropy", families)


def _cross_entropy_of_calls(e: Elaborator, members: Sequence[Node]) -> Term:
    """H(p(·|x), q(·|x))."""
    weight, symbols = density(e, members[0])
    other, fresh = density(e, members[1])
    if [s.name for s in symbols] != [s.name for s in fresh]:
        raise e.unclear(members[1], "a distribution of the same variable was expected")
    return Mul(Num(-1), summed(Mul(weight, e.log(other)), symbols))
