"""From a term to lines of NumPy.

Every index in sight, free or bound, is an axis.  An array carries the axes it depends on as
its trailing axes, in one global order: the axes of the result first, then bound ones by
depth.  What comes before them are the batch axes.  Two arrays are combined by giving each an
axis of length one where it lacks an axis of the other, so no loop is ever written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from xent_sym.numeric.stable import log_softmax_argument, sure_to_be_nonzero
from xent_sym.terms.declare import ranges_of
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
    TermError,
    Tup,
    instantiate,
)

ADDITION, PRODUCT, NEGATIVE, POWER, ATOM = range(5)
LINE = 88
NAMES = {"softmax": "_softmax", "sigmoid": "_sigmoid", "softplus": "_softplus"}
RESULTS = {
    "_softmax": "a",
    "_log_softmax": "log_a",
    "_log_sum_exp": "lse",
    "np.einsum": "u",
    "_sigmoid": "h",
}


class ExportError(TermError):
    """The term cannot be made into a function of arrays; the message says what is missing."""


@dataclass(frozen=True)
class Array:
    """Code for an array: its trailing axes (index symbols), and how tightly it binds.

    ``plain``: a Python number, which broadcasts against everything as it is.
    """

    code: str
    axes: tuple[Sym, ...] = ()
    binding: int = ATOM
    plain: bool = False

    def within(self, binding: int) -> str:
        """The code, in parentheses if it binds less tightly than its surroundings."""
        return self.code if self.binding >= binding else f"({self.code})"


def count_of(over: Term) -> tuple[Sym | None, int]:
    """How many indices a range has: a size symbol (or none) plus a number.

    >>> from xent_sym.terms import size
    >>> n = size("n")
    >>> count_of(Range(0, n - 1)) == (n, 0), count_of(Range(1, 3)) == (None, 3)
    (True, True)
    """
    if isinstance(over, Sym):
        return over, 0
    if isinstance(over, Range):
        low, high = over.args
        parts = high.args if isinstance(high, Add) else (high,)
        symbols = [p for p in parts if isinstance(p, Sym)]
        numbers = [p.data for p in (*parts, low) if isinstance(p, Num)]
        if len(symbols) <= 1 and len(symbols) + len(numbers) == len(parts) + 1:
            count = sum(numbers[:-1], Fraction(1)) - numbers[-1]
            return (symbols[0] if symbols else None), int(count)
    raise ExportError(
        f"the range {over} is not understood: a size, or numbers apart from one, was expected"
    )


def lowest(over: Term) -> int:
    """The first index of a range, as a number."""
    return int(over.args[0].data) if isinstance(over, Range) else 1


@dataclass
class NumpyPrinter:
    """Lines that compute a term.  ``arguments`` gives each symbol the name of its variable.

    ``axes`` are the index symbols that become the trailing axes of the result, in order.
    """

    arguments: Mapping[Sym, str]
    axes: Sequence[Sym]
    lines: list[tuple[str, str]] = field(default_factory=list)
    memo: dict[Term, Array] = field(default_factory=dict)

    def result(self, term: Term) -> Array:
        """The array with all the axes of the result, in their order."""
        array = self.value(term)
        for axis in self.axes:
            if axis not in array.axes:
                # the value does not depend on this index: repeat it
                ones = Array(f"np.ones({self.count(axis.args[-1])})", (axis,))
                array = self.joined([array, ones], " * ", PRODUCT)
        return array

    def count(self, over: Term) -> str:
        """Code for the number of indices in a range."""
        symbol, number = count_of(over)
        if symbol is None:
            return str(number)
        name = self.arguments[symbol]
        return name if number == 0 else f"{name} {'+' if number > 0 else '-'} {abs(number)}"

    # -- axes ---------------------------------------------------------------------------------

    def rank(self, axis: Sym) -> tuple[int, int]:
        """The place of an axis in the global order."""
        if axis in self.axes:
            return 0, list(self.axes).index(axis)
        return 1, int(axis.name[1:])

    def union(self, arrays: Sequence[Array]) -> tuple[Sym, ...]:
        """All the axes of these arrays, in the global order."""
        return tuple(sorted({axis for a in arrays for axis in a.axes}, key=self.rank))

    def fresh(self, over: Term, *inside: Term) -> Sym:
        """An axis for a bound index, after all that are used inside."""
        names = [s.name for t in inside for s in t.symbols()]
        number = 1 + max((int(n[1:]) for n in names if re.fullmatch("#[0-9]+", n)), default=-1)
        return Sym._node((over,), (f"#{number}", "index"))

    def aligned(self, array: Array, axes: Sequence[Sym], binding: int) -> str:
        """Code for the array with an axis of length one for each that it lacks."""
        if array.plain or tuple(axes) == array.axes:
            return array.within(binding)
        places = [":" if axis in array.axes else "np.newaxis" for axis in axes]
        while places[0] == ":":
            places.pop(0)
        return f"{self.held(array).code}[..., {', '.join(places)}]"

    def joined(self, arrays: Sequence[Array], sign: str, binding: int) -> Array:
        """The arrays with an operator between them."""
        axes = self.union(arrays)
        texts = [
            self.aligned(a, axes, binding + (sign.strip() in "-/" and n > 0))
            for n, a in enumerate(arrays)
        ]
        plain = all(a.plain for a in arrays)
        return self.short(Array(sign.join(texts), axes, binding, plain))

    def moved(self, array: Array, axis: Sym) -> Array:
        """The last axis renamed, and put where the global order wants it."""
        kept = array.axes[:-1]
        if axis in kept:
            return self.diagonal(Array(array.code, (*kept, axis)))
        return self.sorted(Array(array.code, (*kept, axis)))

    def sorted(self, array: Array) -> Array:
        """The array with its axes in the global order."""
        order = self.union([array])
        if order == array.axes:
            return array
        letters = self.letters(array.axes)
        before, after = ("".join(letters[a] for a in axes) for axes in (array.axes, order))
        return Array(f'np.einsum("...{before}->...{after}", {array.code})', order)

    def diagonal(self, array: Array) -> Array:
        """The entries where an axis that stands twice has the same index twice."""
        order = self.union([array])
        letters = self.letters(order)
        before, after = ("".join(letters[a] for a in axes) for axes in (array.axes, order))
        return Array(f'np.einsum("...{before}->...{after}", {array.code})', order)

    def letters(self, axes: Sequence[Sym]) -> dict[Sym, str]:
        """A letter for each axis, its own name where that is one letter."""
        own = {a: a.name for a in axes if re.fullmatch("[a-z]", a.name)}
        free = (c for c in "ijklmnpqrstuvwxyzabcdefgh" if c not in own.values())
        return {a: own[a] if a in own else next(free) for a in dict.fromkeys(axes)}

    # -- lines --------------------------------------------------------------------------------

    def held(self, array: Array) -> Array:
        """The array under a name of its own."""
        if array.plain or array.code.isidentifier():
            return array
        stem = RESULTS.get(array.code.split("(")[0], "t")
        taken = {*self.arguments.values(), *(name for name, _ in self.lines)}
        names = (stem, *(f"{stem}{n}" for n in range(2, 1000)))
        chosen = next(n for n in names if n not in taken)
        self.lines.append((chosen, array.code))
        return Array(chosen, array.axes)

    def short(self, array: Array) -> Array:
        """The array itself while its code fits in a line, else under a name."""
        return array if len(array.code) < LINE - 28 else self.held(array)

    def call(self, name: str, arrays: Sequence[Array], axes: Sequence[Sym] | None = None) -> Array:
        """A routine that works entry by entry."""
        union = self.union(arrays) if axes is None else tuple(axes)
        texts = [self.aligned(a, union, ADDITION) for a in arrays]
        return self.short(Array(f"{name}({', '.join(texts)})", union))

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
                return _number(term.data)
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
            return self.joined([place, _number(lowest(term.args[-1]))], " + ", ADDITION)
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
        array = Array(self.arguments[head], axes)
        return self.sorted(array) if len(set(axes)) == len(axes) else self.diagonal(array)

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
        spread = Array(f"np.stack(np.broadcast_arrays({texts}), axis=-1)", (*union, axes[0]))
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
        number, others = _split_number(factors)
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
        below = [_inverse(f) for f in others if _inverse(f) is not None]
        risky = [b for b in below if b is not None and not sure_to_be_nonzero(b)]
        safe = [b for b in below if b is not None and sure_to_be_nonzero(b)]
        above = [f for f in others if _inverse(f) is None]
        top = self.scaled(None, number, above)
        if risky:
            top = self.call("_divide", [top, self.scaled(None, Fraction(1), risky)])
        for term in safe:
            top = self.joined([top, self.value(term)], " / ", PRODUCT)
        return top

    def weighted_log(self, weights: list[Term], inside: Term) -> Array:
        """w·log x; with x = w/q the summand of a relative entropy."""
        if isinstance(inside, Mul) and len(inside.args) == 2:
            above, below = inside.args[0], _inverse(inside.args[1])
            if below is not None and above in weights:
                others = [w for w in weights if w != above]
                pair = self.call("_relative_entropy", [self.value(above), self.value(below)])
                return self.scaled(pair, Fraction(1), others)
        weight = self.scaled(None, Fraction(1), weights)
        return self.call("_xlogy", [weight, self.value(inside)])

    def scaled(self, array: Array | None, number: Fraction, factors: Sequence[Term]) -> Array:
        """number · factors · array"""
        parts = [_number(number)] if number != 1 else []
        parts += [self.value(f) for f in factors]
        parts += [array] if array is not None else []
        if not parts:
            return _number(Fraction(1))
        return parts[0] if len(parts) == 1 else self.joined(parts, " * ", PRODUCT)

    def power(self, term: Pow) -> Array:
        below = _inverse(term)
        if below is not None:
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
            return _number(Fraction(1))
        lows = [lowest(i.args[-1]) if self.is_axis(i) else 1 for i in (left, right)]
        if self.is_axis(left) and self.is_axis(right) and left.args == right.args:
            axes = self.union([one, other])
            return Array(f"np.eye({self.count(left.args[-1])})", axes)
        if lows[0] != lows[1]:
            other = self.joined([other, _number(Fraction(lows[1] - lows[0]))], " + ", ADDITION)
        axes = self.union([one, other])
        texts = [self.aligned(a, axes, ADDITION + 1) for a in (one, other)]
        return self.short(Array(f"np.equal({', '.join(texts)})", axes))

    def summation(self, term: Sum) -> Array:
        over, body, *excluded = term.args
        axis = self.fresh(over, term)
        inside = instantiate(body, axis)
        if excluded:
            return self.masked_sum(axis, inside, excluded)
        factors = inside.args if isinstance(inside, Mul) else (inside,)
        outer = [f for f in factors if not f.has(axis)]
        inner = [f for f in factors if f.has(axis)]
        if not inner:
            total = Array(self.count(over), plain=True)
            total = Array(total.code, (), ATOM if total.code.isidentifier() else ADDITION, True)
        elif self.contracts(inner):
            total = self.contraction(axis, [self.operand(f) for f in inner])
        else:
            summand = self.value(Mul(*inner) if len(inner) > 1 else inner[0])
            total = self.reduced("sum", summand, axis)
        number, others = _split_number(outer)
        return self.over(total, number, others) if others or number != 1 else total

    def over(self, total: Array, number: Fraction, factors: Sequence[Term]) -> Array:
        """A sum with factors and divisors that do not depend on its index."""
        self.memo[marker := Sym._node((), ("#sum", "real"))] = total
        array = self.product((*([Num(number)] if number != 1 else []), marker, *factors))
        del self.memo[marker]
        return array

    def contracts(self, factors: Sequence[Term]) -> bool:
        """Two or more factors whose product needs no care at zero: a matrix product."""
        careful = any(_inverse(f) is not None or isinstance(f, Fn) for f in factors)
        return len(factors) > 1 and not careful and not any(isinstance(f, Delta) for f in factors)

    def operand(self, factor: Term) -> Array:
        """A factor of a contraction; its axes may stay in any order, for einsum names them."""
        if isinstance(factor, App) and factor.args[0] in self.arguments:
            head, *indices = factor.args
            axes = tuple(i for i in indices if isinstance(i, Sym) and self.is_axis(i))
            if len(set(axes)) == len(indices) and isinstance(head, Sym):
                return Array(self.arguments[head], axes)
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


def _number(value: Fraction | int) -> Array:
    value = Fraction(value)
    if value.denominator == 1:
        return Array(str(value), (), NEGATIVE if value < 0 else ATOM, True)
    if Fraction(repr(float(value))) == value:
        return Array(repr(float(value)), (), NEGATIVE if value < 0 else ATOM, True)
    return Array(f"{value.numerator} / {value.denominator}", (), PRODUCT, True)


def _negative(term: Term) -> Term | None:
    """a, where the term is −a; None where no minus sign stands in front."""
    if isinstance(term, Num) and term.data < 0:
        return Num(-term.data)
    if isinstance(term, Mul):
        number, others = _split_number(term.args)
        if number < 0 and others:
            rest = [*others] if number == -1 else [Num(-number), *others]
            return rest[0] if len(rest) == 1 else Mul(*rest)
    return None


def _log_of_what_may_be_zero(term: Term) -> bool:
    return isinstance(term, Fn) and term.data == "log" and not sure_to_be_nonzero(term.args[0])


def _split_number(factors: Sequence[Term]) -> tuple[Fraction, list[Term]]:
    number = Fraction(1)
    for factor in factors:
        if isinstance(factor, Num):
            number *= factor.data
    return number, [f for f in factors if not isinstance(f, Num)]


def _inverse(term: Term) -> Term | None:
    """The divisor, where the term is a negative power."""
    if isinstance(term, Pow) and isinstance(term.args[1], Num) and term.args[1].data < 0:
        exponent = -term.args[1].data
        return term.args[0] if exponent == 1 else Pow(term.args[0], exponent)
    return None


__all__ = ["LINE", "Array", "ExportError", "NumpyPrinter", "count_of", "lowest"]
