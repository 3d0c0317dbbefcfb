"""Arrays with named axes, as code: every index in sight, free or bound, is an axis.

An array carries the axes it depends on as its trailing axes, in one global order: the axes of
the result first, then bound ones by depth.  What comes before them are the batch axes.  Two
arrays are combined by giving each an axis of length one where it lacks an axis of the other,
so no loop is ever written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from xent_sym.terms.term import Add, Num, Range, Sym, Term, TermError

ADDITION, PRODUCT, NEGATIVE, POWER, ATOM = range(5)
LINE = 88
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


def literal(value: Fraction | int) -> Array:
    value = Fraction(value)
    if value.denominator == 1:
        return Array(str(value), (), NEGATIVE if value < 0 else ATOM, True)
    if Fraction(repr(float(value))) == value:
        return Array(repr(float(value)), (), NEGATIVE if value < 0 else ATOM, True)
    return Array(f"{value.numerator} / {value.denominator}", (), PRODUCT, True)


@dataclass
class ArrayWriter:
    """Lines that combine arrays.  ``arguments`` gives each symbol the name of its variable.

    ``axes`` are the index symbols that become the trailing axes of the result, in order.
    """

    arguments: Mapping[Sym, str]
    axes: Sequence[Sym]
    lines: list[tuple[str, str]] = field(default_factory=list)

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
        return Sym(f"#{number}", "index", over)

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
        """The last axis renamed, cut to its new range, and put where the global order wants it."""
        *kept, last = array.axes
        part = self.part(axis.args[-1], last.args[-1])
        if part != ":":
            array = Array(f"{self.held(array).code}[..., {part}]", array.axes)
        renamed = Array(array.code, (*kept, axis))
        return self.diagonal(renamed) if axis in kept else self.sorted(renamed)

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

    def cut(self, array: Array, ranges: Sequence[Term]) -> Array:
        """The part of an array that its axes run over, where these are the ranges of the whole."""
        parts = [self.part(a.args[-1], r) for a, r in zip(array.axes, ranges, strict=True)]
        if all(part == ":" for part in parts):
            return array
        return Array(f"{self.held(array).code}[..., {', '.join(parts)}]", array.axes)

    def part(self, over: Term, whole: Term) -> str:
        """The slice of an axis over the whole range that holds this range."""
        if over == whole:
            return ":"
        (size, number), (same_size, most) = count_of(over), count_of(whole)
        first = lowest(over) - lowest(whole)
        last = first + number
        if size != same_size or first < 0 or last > most:
            raise ExportError(f"an index over {over} is not known to stay within {whole}")
        stop = str(last) if size is None else last - most and f"-{most - last}"
        return f"{first or ''}:{stop or ''}"
