"""From a term to lines of NumPy, node by node."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count

from xent_sym.numeric.arrays import (
    ADDITION,
    ATOM,
    NEGATIVE,
    POWER,
    PRODUCT,
    RESULTS,
    Array,
    ArrayWriter,
    ExportError,
    literal,
    lowest,
)
from xent_sym.numeric.stable import log_softmax_argument, sure_to_be_nonzero
from xent_sym.terms.declare import ranges_of
from xent_sym.terms.parts import divisor, factors_of, numbers_apart, product_of
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
    Range,
    Sum,
    Sym,
    Term,
    Tup,
    instantiate,
)

NAMES = {"softmax": "_softmax", "sigmoid": "_sigmoid", "softplus": "_softplus"}


@dataclass
class NumpyPrinter(ArrayWriter):
    """Lines that compute a term; ``memo`` holds the arrays of the parts that are done."""

    memo: dict[Term, Array] = field(default_factory=dict)
    sums: Iterator[int] = field(default_factory=count)

    def result(self, term: Term) -> Array:
        """The array with all the axes of the result, in their order."""
        array = self.value(term)
        for axis in self.axes:
            if axis not in array.axes:
                # the value does not depend on this index: repeat it
                ones = Array(f"np.ones({self.count(axis.args[-1])})", (axis,))
                array = self.joined([array, ones], " * ", PRODUCT)
        return array

    # -- terms --------------------------------------------------------------------------------

    def value(self, term: Term) -> Array:
        """Code for a number-valued term."""
        if term not in self.memo:
            array = self.compute(term)
            shared = array.code.startswith(tuple(RESULTS))
            self.memo[term] = self.held(array) if shared else array
        return self.memo[term]

    def compute(self, term: Term) -> Array:
        match term:
            case Num():
                return literal(term.data)
            case Sym():
                return self.symbol(term)
            case App():
                return self.entry(term.args[0], term.args[1:])
            case Add():
                return self.addition(term)
            case Mul():
                return self.product(term.args)
            case Pow():
                return self.power(term)
            case Fn():
                return self.function(term)
            case Delta():
                return self.delta(*term.args)
            case Sum():
                return self.summation(term)
            case Prod():
                return self.repeated_product(term)
            case Quantity() if term.data == "log_sum_exp":
                inside = self.family(term.args[0])
                return Array(f"_log_sum_exp({inside.code})", inside.axes[:-1])
            case Quantity() if term.data in NAMES:
                return self.call(NAMES[term.data], [self.value(term.args[0])])
            case Named():
                return self.value(term.args[0])
        raise ExportError(
            f"{type(term).__name__} has no NumPy form: work derivatives out first, "
            "and give every family its index"
        )

    def symbol(self, term: Sym) -> Array:
        if term in self.arguments:
            return Array(self.arguments[term], plain=term.kind in ("size", "domain"))
        if term.kind == "index":
            place = self.place(term)
            return self.joined([place, literal(lowest(term.args[-1]))], " + ", ADDITION)
        raise ExportError(f"{term.name} ({term.kind}) is not among the arguments: add it")

    def family(self, family: Term) -> Array:
        """The array of a family with one index, along a new last axis."""
        axis = self.fresh(ranges_of(family)[0], family)
        array = self.value(App.make((family, axis)))
        if axis not in array.axes:
            ones = Array(f"np.ones({self.count(axis.args[-1])})", (axis,))
            array = self.joined([array, ones], " * ", PRODUCT)
        return array

    def is_axis(self, index: Term) -> bool:
        return isinstance(index, Sym) and (index in self.axes or index.name.startswith("#"))

    def entry(self, head: Term, indices: Sequence[Term]) -> Array:
        """A family at its indices; any index that is not an axis is looked up in the array."""
        for position, index in enumerate(indices):
            if not self.is_axis(index):
                over = ranges_of(head)[position]
                axis = self.fresh(over, head, *indices)
                others = (*indices[:position], axis, *indices[position + 1 :])
                return self.taken(self.value(App.make((head, *others))), axis, index)
        axes = tuple(i for i in indices if isinstance(i, Sym))
        if isinstance(head, Named) and (inside := log_softmax_argument(head)) is not None:
            return self.along("_log_softmax", inside, axes[0])
        if isinstance(head, Named):
            return self.value(App.make((head.args[0], *indices)))
        if isinstance(head, Quantity) and head.data == "softmax":
            return self.along("_softmax", head.args[0], axes[0])
        if isinstance(head, Tup):
            return self.written_out(head, axes)
        if not (isinstance(head, Sym) and head in self.arguments):
            raise ExportError(f"{head} is not among the arguments: add it")
        if len(axes) != len(head.ranges):
            raise ExportError(f"{head.name} needs {len(head.ranges)} indices here")
        array = self.argument(head, axes)
        return self.sorted(array) if len(set(axes)) == len(axes) else self.diagonal(array)

    def argument(self, family: Sym, axes: Sequence[Sym]) -> Array:
        """An argument along these axes."""
        return self.cut(Array(self.arguments[family], tuple(axes)), family.ranges)

    def along(self, routine: str, family: Term, axis: Sym) -> Array:
        """A routine that sends a family to a family, at this index."""
        inside = self.family(family)
        key = Named(routine, family)
        if key not in self.memo:
            self.memo[key] = self.held(Array(f"{routine}({inside.code})", inside.axes))
        return self.moved(self.memo[key], axis)

    def written_out(self, family: Tup, axes: Sequence[Sym]) -> Array:
        """The entries side by side along a new axis."""
        entries = [self.value(App.make((entry, *axes[1:]))) for entry in family.args]
        union = self.union(entries)
        texts = ", ".join(self.aligned(e, union, ADDITION) for e in entries)
        whole = self.fresh(Range(1, len(family.args)), family, *axes)
        spread = Array(f"np.stack(np.broadcast_arrays({texts}), axis=-1)", (*union, whole))
        return self.moved(self.held(spread), axes[0])

    def taken(self, array: Array, axis: Sym, index: Term) -> Array:
        """The entry of each row at an index that is a number or comes in an argument."""
        if axis not in array.axes:
            return array
        last = tuple(a for a in array.axes if a != axis)
        if array.axes[-1] != axis:
            letters = self.letters(array.axes)
            before, after = ("".join(letters[a] for a in o) for o in (array.axes, (*last, axis)))
            array = Array(f'np.einsum("...{before}->...{after}", {array.code})', (*last, axis))
        place = self.place(index, axis.args[-1])
        if place.plain:
            return Array(f"{self.held(array).code}[..., {place.code}]", last)
        union = self.union([Array("", last), place])
        rows = self.aligned(array, (*union, axis), ADDITION)
        return Array(f"_take({rows}, {self.aligned(place, union, ADDITION)})", union)

    def place(self, index: Term, over: Term | None = None) -> Array:
        """Where an index stands in an array, counted from 0."""
        if self.is_axis(index):
            return Array(f"np.arange({self.count(index.args[-1])})", (_axis(index),))
        head = index.args[0] if isinstance(index, App) else index
        if isinstance(index, Num):
            return Array(str(int(index.data) - (1 if over is None else lowest(over))), plain=True)
        if isinstance(index, Sym) and index.kind == "size" and index in self.arguments:
            low = 1 if over is None else lowest(over)
            return Array(f"{self.arguments[index]} - {low}", binding=ADDITION, plain=True)
        if isinstance(head, Sym) and head.kind == "index" and head in self.arguments:
            return self.entry(head, index.args[1:]) if isinstance(index, App) else Array(
                self.arguments[head]
            )
        raise ExportError(f"the index {index} has no place in an array: add it to the arguments")

    def addition(self, term: Add) -> Array:
        parts = [(_negative(a), a) for a in term.args]
        arrays = [self.value(part if part is not None else a) for part, a in parts]
        axes = self.union(arrays)
        code = ""
        for (negated, _), array in zip(parts, arrays, strict=True):
            text = self.aligned(array, axes, PRODUCT if negated is not None else ADDITION)
            sign = "-" if negated is not None else "+"
            code = f"{code} {sign} {text}" if code else ("-" + text if sign == "-" else text)
        return self.short(Array(code, axes, ADDITION, all(a.plain for a in arrays)))

    def product(self, factors: Sequence[Term]) -> Array:
        """A product, its logarithms and quotients in the forms that know 0·log 0 and 0/0."""
        number, others = numbers_apart(factors)
        if number < 0 and others:
            inside = self.product((Num(-number), *others) if number != -1 else others)
            text = inside.within(PRODUCT)
            return Array(f"-{text}", inside.axes, NEGATIVE if text != inside.code else PRODUCT,
                         inside.plain)
        for n, factor in enumerate(others):
            rest = others[:n] + others[n + 1 :]
            if _log_of_what_may_be_zero(factor):
                weights = [w for w in rest if not sure_to_be_nonzero(w)]
                if weights:
                    surely = [w for w in rest if sure_to_be_nonzero(w)]
                    logged = self.weighted_log(weights, factor.args[0])
                    return self.scaled(logged, number, surely)
        below = [under for f in others if (under := divisor(f)) is not None]
        risky = [b for b in below if not sure_to_be_nonzero(b)]
        safe = [b for b in below if sure_to_be_nonzero(b)]
        above = [f for f in others if divisor(f) is None]
        top = self.scaled(None, number, above)
        if risky:
            top = self.call("_divide", [top, self.scaled(None, Fraction(1), risky)])
        for term in safe:
            top = self.joined([top, self.value(term)], " / ", PRODUCT)
        return top

    def weighted_log(self, weights: list[Term], inside: Term) -> Array:
        """w·log x; with x = w/q the summand of a relative entropy."""
        if isinstance(inside, Mul) and len(inside.args) == 2:
            above, below = inside.args[0], divisor(inside.args[1])
            if below is not None and above in weights:
                others = [w for w in weights if w != above]
                pair = self.call("_relative_entropy", [self.value(above), self.value(below)])
                return self.scaled(pair, Fraction(1), others)
        weight = self.scaled(None, Fraction(1), weights)
        return self.call("_xlogy", [weight, self.value(inside)])

    def scaled(self, array: Array | None, number: Fraction, factors: Sequence[Term]) -> Array:
        """number · factors · array"""
        parts = [literal(number)] if number != 1 else []
        parts += [self.value(f) for f in factors]
        parts += [array] if array is not None else []
        if not parts:
            return literal(Fraction(1))
        return parts[0] if len(parts) == 1 else self.joined(parts, " * ", PRODUCT)

    def power(self, term: Pow) -> Array:
        if divisor(term) is not None:
            return self.product((Num(1), term))
        arrays = [self.value(a) for a in term.args]
        if term.args[1] == Num(Fraction(1, 2)):
            return self.call("np.sqrt", arrays[:1])
        axes = self.union(arrays)
        texts = [self.aligned(a, axes, ATOM) for a in arrays]
        sign = "**" if all(re.fullmatch(r"[\w.]+", t) for t in texts) else " ** "
        return self.short(Array(sign.join(texts), axes, POWER, all(a.plain for a in arrays)))

    def function(self, term: Fn) -> Array:
        routine = {"log": "_log", "exp": "np.exp", "tanh": "np.tanh"}.get(term.data)
        if routine is None:
            raise ExportError(f"the function {term.data} has no NumPy form")
        if routine == "_log" and sure_to_be_nonzero(term.args[0]):
            routine = "np.log"
        return self.call(routine, [self.value(term.args[0])])

    def delta(self, left: Term, right: Term) -> Array:
        """Kronecker's delta: an identity mask, or a comparison with the labels."""
        one, other = self.place(left), self.place(right)
        if one == other:
            return literal(Fraction(1))
        lows = [lowest(i.args[-1]) if self.is_axis(i) else 1 for i in (left, right)]
        if self.is_axis(left) and self.is_axis(right) and left.args == right.args:
            axes = self.union([one, other])
            return Array(f"np.eye({self.count(left.args[-1])})", axes)
        if lows[0] != lows[1]:
            other = self.joined([other, literal(Fraction(lows[1] - lows[0]))], " + ", ADDITION)
        axes = self.union([one, other])
        texts = [self.aligned(a, axes, ADDITION + 1) for a in (one, other)]
        return self.short(Array(f"np.equal({', '.join(texts)})", axes))

    def summation(self, term: Sum) -> Array:
        over, body, *excluded = term.args
        axis = self.fresh(over, term)
        inside = instantiate(body, axis)
        if excluded:
            return self.masked_sum(axis, inside, excluded)
        factors = factors_of(inside)
        outer = [f for f in factors if not f.has(axis)]
        inner = [f for f in factors if f.has(axis)]
        if not inner:
            total = Array(self.count(over), plain=True)
            total = Array(total.code, (), ATOM if total.code.isidentifier() else ADDITION, True)
        elif self.contracts(inner):
            total = self.contraction(axis, [self.operand(f) for f in inner])
        else:
            summand = self.value(product_of(inner))
            total = self.reduced("sum", summand, axis)
        number, others = numbers_apart(outer)
        return self.over(total, number, others) if others or number != 1 else total

    def over(self, total: Array, number: Fraction, factors: Sequence[Term]) -> Array:
        """A sum with factors and divisors that do not depend on its index."""
        marker = Sym(f"#sum{next(self.sums)}", "real")
        self.memo[marker] = total
        return self.product((*([Num(number)] if number != 1 else []), marker, *factors))

    def contracts(self, factors: Sequence[Term]) -> bool:
        """Two or more factors whose product needs no care at zero: a matrix product."""
        careful = any(divisor(f) is not None or isinstance(f, Fn) for f in factors)
        return len(factors) > 1 and not careful and not any(isinstance(f, Delta) for f in factors)

    def operand(self, factor: Term) -> Array:
        """A factor of a contraction; its axes may stay in any order, for einsum names them."""
        if isinstance(factor, App) and factor.args[0] in self.arguments:
            head, *indices = factor.args
            axes = tuple(i for i in indices if isinstance(i, Sym) and self.is_axis(i))
            if len(set(axes)) == len(indices) and isinstance(head, Sym):
                return self.argument(head, axes)
        return self.value(factor)

    def contraction(self, axis: Sym, arrays: Sequence[Array]) -> Array:
        """Σ of a product over one axis."""
        union = self.union(arrays)
        kept = tuple(a for a in union if a != axis)
        letters = self.letters(union)
        spelled = ["..." + "".join(letters[a] for a in array.axes) for array in arrays]
        rule = f"{','.join(spelled)}->...{''.join(letters[a] for a in kept)}"
        codes = ", ".join(self.short(a).code for a in arrays)
        return Array(f'np.einsum("{rule}", {codes}, optimize=True)', kept)

    def reduced(self, how: str, summand: Array, axis: Sym) -> Array:
        """The sum or product along an axis, which is the last one."""
        kept = tuple(a for a in summand.axes if a != axis)
        assert summand.axes[-1] == axis, "a bound index is the innermost axis"
        return Array(f"{summand.within(ATOM)}.{how}(axis=-1)", kept)

    def masked_sum(self, axis: Sym, inside: Term, excluded: Sequence[Term]) -> Array:
        """A sum that leaves indices out: what they add is replaced by 0."""
        summand = self.value(inside)
        for index in excluded:
            mask = self.delta(axis, index)
            axes = self.union([mask, summand])
            texts = [self.aligned(a, axes, ADDITION + 1) for a in (mask, summand)]
            summand = self.short(Array(f"np.where({texts[0]}, 0.0, {texts[1]})", axes))
        return self.reduced("sum", summand, axis)

    def repeated_product(self, term: Prod) -> Array:
        over, body = term.args
        axis = self.fresh(over, term)
        inside = self.value(instantiate(body, axis))
        if axis not in inside.axes:
            count = Array(self.count(over), binding=ADDITION, plain=True)
            text = f"{inside.within(ATOM)}**{count.within(ATOM)}"
            return Array(text, inside.axes, POWER, inside.plain)
        return self.reduced("prod", inside, axis)


def _axis(index: Term) -> Sym:
    assert isinstance(index, Sym)
    return index


def _negative(term: Term) -> Term | None:
    """a, where the term is −a; None where no minus sign stands in front."""
    if isinstance(term, Num) and term.data < 0:
        return Num(-term.data)
    if isinstance(term, Mul):
        number, others = numbers_apart(term.args)
        if number < 0 and others:
            return product_of(others if number == -1 else [Num(-number), *others])
    return None


def _log_of_what_may_be_zero(term: Term) -> bool:
    return isinstance(term, Fn) and term.data == "log" and not sure_to_be_nonzero(term.args[0])
