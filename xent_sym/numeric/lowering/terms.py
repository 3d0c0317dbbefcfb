"""From a term to a program: every index in sight is an axis, every sum a reduction.

The term comes in stable forms (``stable``, ``decided``); what has a routine of its own, softmax,
log-sum-exp, sigmoid, softplus, relative entropy, goes through ``pivots`` and ``divergence``.
A bound index shares the axis of any other index over its range that its summand does not use:
so the softmax of a row and the sum in it run along one axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import count

from xent_sym.numeric.forms.divergences import relative_entropy_arguments
from xent_sym.numeric.forms.stable import log_softmax_argument, sure_to_be_nonzero
from xent_sym.numeric.graph import Graph
from xent_sym.numeric.lowering.centred import logits, together
from xent_sym.numeric.lowering.divergence import relative_entropy_term
from xent_sym.numeric.lowering.patterns import (
    is_model,
    may_be_infinite,
    offset,
    one_plus,
    power_less_one,
    slopes,
)
from xent_sym.numeric.lowering.pivots import (
    Pivots,
    sigmoid,
    sigmoid_beside,
    sigmoid_slope,
    softplus,
)
from xent_sym.numeric.lowering.sums import repeated_product, summation
from xent_sym.numeric.program import (
    REAL,
    ROWS,
    WHOLE,
    Access,
    Axis,
    Node,
    Place,
)
from xent_sym.numeric.ranges import ExportError, lowest
from xent_sym.terms.declare import ranges_of
from xent_sym.terms.parts import divisor, factors_of, numbers_apart, product_of, sum_of
from xent_sym.terms.term import (
    Add,
    App,
    Delta,
    Fn,
    Mul,
    Named,
    Num,
    Pow,
    Prod,
    Quantity,
    Sum,
    Sym,
    Term,
    Tup,
)


class Lowering:
    """Makes nodes of terms; ``arguments`` names the symbols that the caller gives.

    ``fused``: the target has functions of its own for log(w/q) and w·log(w/q) − w + q.
    """

    def __init__(
        self, arguments: Mapping[Sym, str], axes: Sequence[Sym], graph: Graph, *,
        fused: bool = False,
    ) -> None:
        self.arguments, self.axes, self.graph, self.fused = arguments, list(axes), graph, fused
        self.memo: dict[Term, Node] = {}
        self.pivots: dict[Term, Pivots] = {}
        self.laws: dict[str, None] = {}

    def cite(self, law: str) -> None:
        """Remember that the program rests on a law."""
        self.laws.setdefault(law)

    # -- terms ---------------------------------------------------------------------------------

    def value(self, term: Term) -> Node:
        """The node of a number-valued term."""
        if term not in self.memo:
            self.memo[term] = self.compute(term)
        return self.memo[term]

    def compute(self, term: Term) -> Node:
        g = self.graph
        match term:
            case Num():
                return g.number(term.data)
            case Sym():
                return self.symbol(term)
            case App():
                return self.entry(term.args[0], term.args[1:])
            case Add():
                return self.addition(term.args)
            case Mul():
                return self.product(term.args)
            case Pow():
                return self.power(term)
            case Fn():
                return self.function(term)
            case Delta():
                return g.where(self.same(*term.args), g.number(1), g.number(0))
            case Sum():
                return summation(self, term)
            case Prod():
                return repeated_product(self, term)
            case Quantity() if term.data == "log_sum_exp":
                return self.pivot(term.args[0]).log_sum_exp()
            case Quantity() if term.data == "sigmoid":
                return sigmoid(self, self.value(term.args[0]))
            case Quantity() if term.data == "softplus":
                return softplus(self, self.value(term.args[0]))
            case Named():
                pair = relative_entropy_arguments(term)
                return relative_entropy_term(self, *pair) if pair else self.value(term.args[0])
        raise ExportError(
            f"{type(term).__name__} has no form as a program: work derivatives out first, "
            "and give every family its index"
        )

    def symbol(self, term: Sym) -> Node:
        if term in self.arguments:
            if term.kind in ("size", "domain"):
                return self.graph.size(term)
            kind = WHOLE if term.kind == "index" else REAL
            return self.graph.input((ROWS,), Access(self.arguments[term]), kind)
        if term.kind in ("size", "domain"):
            return self.graph.size(term)
        if term.kind == "index":
            return self.shifted(self.graph.place(self.axis(term)), lowest(term.args[-1]))
        raise ExportError(f"{term.name} ({term.kind}) is not among the arguments: add it")

    # -- families and indices ------------------------------------------------------------------

    def axis(self, index: Term) -> Axis:
        assert isinstance(index, Sym)
        return Axis(index.name, index.args[-1])

    def is_axis(self, index: Term) -> bool:
        return isinstance(index, Sym) and (index in self.axes or index.name.startswith("#"))

    def fresh(self, over: Term, *inside: Term) -> Sym:
        """An index for a binder: one in use over the same range, if nothing inside mentions it."""
        used = frozenset[Sym]().union(*(t.symbols() for t in inside))
        taken = {s.name for s in used}
        for symbol in self.axes:
            if symbol.args == (over,) and symbol.name not in taken:
                return symbol
        name = next(name for n in count() if (name := f"#{n}") not in taken)
        return Sym(name, "index", over)

    def entry(self, head: Term, indices: Sequence[Term]) -> Node:
        """A family at its indices, each an axis, a number, or a class number that is given."""
        if isinstance(head, Named) and (inside := log_softmax_argument(head)) is not None:
            self.cite("log_of_softmax")
            return self.pivot(inside).log_softmax(indices[0])
        if isinstance(head, Named):
            return self.value(App.make((head.args[0], *indices)))
        if isinstance(head, Quantity) and head.data == "softmax":
            return self.pivot(head.args[0]).softmax(indices[0])
        if isinstance(head, Tup):
            return self.written_out(head, indices)
        if not (isinstance(head, Sym) and head in self.arguments):
            raise ExportError(f"{head} is not among the arguments: add it")
        if len(indices) != len(head.ranges):
            raise ExportError(f"{head.name} needs {len(head.ranges)} indices here")
        return self.argument(head, indices)

    def argument(self, family: Sym, indices: Sequence[Term]) -> Node:
        """An argument at its indices: read along axes first, then looked up at the others."""
        places: list[Place] = []
        looked_up: list[tuple[Axis, Node]] = []
        for over, index in zip(family.ranges, indices, strict=True):
            if self.is_axis(index):
                begins = offset(index.args[-1], over)
                places.append(Place(self.axis(index), begins, index.args[-1] == over))
            else:
                used = (Sym(p.axis.name, "index") for p in places)
                axis = self.axis(self.fresh(over, *indices, *used))
                places.append(Place(axis))
                looked_up.append((axis, self.place(index, over)))
        kind = WHOLE if family.kind == "index" else REAL
        reach = (ROWS, *(place.axis for place in places))
        node = self.graph.input(reach, Access(self.arguments[family], tuple(places)), kind)
        for axis, place in looked_up:
            node = self.graph.take(node, axis, place)
        return node

    def place(self, index: Term, over: Term) -> Node:
        """Where an index stands in an array over this range, counted from 0."""
        low = lowest(over)
        head = index.args[0] if isinstance(index, App) else index
        if self.is_axis(index):
            return self.shifted(self.graph.place(self.axis(index)), lowest(index.args[-1]) - low)
        if isinstance(index, Num):
            return self.graph.whole(index.data - low)
        if isinstance(index, Sym) and index.kind == "size":
            return self.shifted(self.graph.size(index, WHOLE), -low)
        if isinstance(head, Sym) and head.kind == "index" and head in self.arguments:
            given = self.argument(head, index.args[1:] if isinstance(index, App) else ())
            return self.shifted(given, lowest(head.args[-1]) - low)
        raise ExportError(f"the index {index} has no place in an array: add it to the arguments")

    def shifted(self, node: Node, by: int) -> Node:
        return self.graph.add(node, self.graph.whole(by))

    def same(self, left: Term, right: Term) -> Node:
        """The test that two indices agree; both are counted from the bottom of the left range."""
        over = next(i.args[-1] for i in (left, right) if isinstance(i, Sym))
        return self.graph.test("eq", self.place(left, over), self.place(right, over))

    def written_out(self, family: Tup, indices: Sequence[Term]) -> Node:
        """A family whose entries are listed, at an index: a choice between them."""
        index, *others = indices
        low = Num(1)
        entries = [self.value(App.make((entry, *others))) for entry in family.args]
        chosen = entries[-1]
        over = index.args[-1] if isinstance(index, Sym) else None
        for n, entry in reversed(list(enumerate(entries[:-1]))):
            at = self.place(index, over) if over is not None else self.value(index - low)
            chosen = self.graph.where(
                self.graph.test("eq", at, self.graph.whole(n)), entry, chosen)
        return chosen

    def pivot(self, family: Term) -> Pivots:
        """The largest entry of a family and what is said relative to it."""
        if family not in self.pivots:
            self.pivots[family] = Pivots(self, family, self.fresh(ranges_of(family)[0], family))
        return self.pivots[family]

    # -- arithmetic ----------------------------------------------------------------------------

    def addition(self, summands: Sequence[Term]) -> Node:
        """A sum; what cancels in it is computed together, a model's probability beside other
        summands through its complement."""
        group = together(self, summands) if len(summands) > 1 else None
        if group is not None:
            return self.graph.add(group.node, self.value(sum_of(group.rest)))
        power = power_less_one(summands)
        if power is not None:
            number, exponent, rest = power
            node = self.graph.mul(self.graph.number(number),
                                  self.graph.expm1(self.value(exponent)))
            return self.graph.add(node, self.value(sum_of(rest)))
        beside = self.beside_a_probability(summands) if len(summands) > 1 else None
        if beside is not None:
            return beside
        total = self.value(summands[0])
        for summand in summands[1:]:
            total = self.graph.add(total, self.value(summand))
        return total

    def beside_a_probability(self, summands: Sequence[Term]) -> Node | None:
        """c·a + r, with a an entry of a softmax or a sigmoid, through what a leaves to one."""
        models = dict.fromkeys(f for s in summands for f in factors_of(s) if is_model(f))
        for model in models:
            cofactors, rest = list[Term](), list[Term]()
            for summand in summands:
                others = list(factors_of(summand))
                if others.count(model) == 1:
                    others.remove(model)
                    cofactors.append(product_of(others))
                else:
                    rest.append(summand)
            if not rest or any(t.has(model) for t in (*cofactors, *rest)):
                continue
            factor, other = self.value(sum_of(cofactors)), self.value(sum_of(rest))
            if isinstance(model, App):
                self.cite("one_minus_softmax")
                pivot = self.pivot(model.args[0].args[0])
                return pivot.softmax_beside(model.args[1], factor, other)
            self.cite("one_minus_sigmoid")
            return sigmoid_beside(self, self.value(model.args[0]), factor, other)
        return None

    def product(self, factors: Sequence[Term]) -> Node:
        """A product in which 0·log 0 and 0/0 are 0."""
        g = self.graph
        number, others = numbers_apart(factors)
        above = [f for f in others if divisor(f) is None]
        below = [under for f in others if (under := divisor(f)) is not None]
        unbounded = [f for f in above if may_be_infinite(f)]
        weights = [f for f in above if f not in unbounded]
        models = [w for w in weights if logits(w) is not None]
        if unbounded and len(models) == 1:
            z = models[0].args[0].args[0]
            times = self.pivot(z).times(models[0].args[1], self.multiplied(unbounded))
            top = g.mul(self.multiplied([w for w in weights if w is not models[0]]), times)
        elif unbounded:
            top = g.safe_mul(self.multiplied(weights), self.multiplied(unbounded))
        else:
            top = self.multiplied(weights)
        for under in below:
            bottom = self.value(under)
            if sure_to_be_nonzero(under):
                top = g.div(top, bottom)
            else:
                nothing = g.test("eq", top, g.number(0))
                top = g.where(nothing, g.number(0), g.div(top, bottom))
        return g.mul(g.number(number), top)

    def multiplied(self, factors: Sequence[Term]) -> Node:
        total = self.graph.number(1)
        for factor, slope in slopes(factors):
            node = sigmoid_slope(self, self.value(factor.args[0])) if slope else self.value(factor)
            total = self.graph.mul(total, node)
        return total

    def power(self, term: Pow) -> Node:
        if divisor(term) is not None:
            return self.product((Num(1), term))
        base, exponent = term.args
        if exponent == Num(Fraction(1, 2)):
            return self.graph.sqrt(self.value(base))
        if exponent == Num(2):
            return self.graph.mul(self.value(base), self.value(base))
        return self.graph.power(self.value(base), self.value(exponent))

    def function(self, term: Fn) -> Node:
        inside = one_plus(term.args[0]) if term.data == "log" else None
        if inside is not None:
            return self.graph.log1p(self.value(inside))
        make = {"log": self.graph.log, "exp": self.graph.exp, "tanh": self.graph.tanh}
        if term.data not in make:
            raise ExportError(f"the function {term.data} has no form as a program")
        return make[term.data](self.value(term.args[0]))
