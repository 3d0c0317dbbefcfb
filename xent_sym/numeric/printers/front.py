"""The head of an exported function: its arguments read and checked, its results laid out.

The same for every target that works on NumPy arrays; what differs is the kernel that is called.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType

from xent_sym.numeric.plan import WHOLE_KINDS, Plan
from xent_sym.numeric.program import Program
from xent_sym.numeric.ranges import LINE, count_of
from xent_sym.terms.term import Sym, Term

MEANINGS = {
    "real": "real numbers",
    "positive": "positive numbers",
    "base": "base of the logarithm, above 1",
    "probability": "probabilities",
    "binary": "labels, 0 or 1",
    "distribution": "probabilities; they sum to 1 along the last axis",
    "positive distribution": "probabilities; they sum to 1 along the last axis",
    "one-hot": "one-hot labels",
    "index": "class numbers, counted from 0",
    "size": "whole number, 1 or more",
    "domain": "whole number, 1 or more",
}


@dataclass(frozen=True)
class Front:
    """Writes the function that a caller sees, with ``extra`` parameters for how it is to run.

    ``guarded``: class numbers are checked here, not by the kernel.
    """

    plan: Plan
    program: Program
    extra: Sequence[str] = ()
    guarded: bool = True

    @property
    def labels(self) -> tuple[Sym, ...]:
        return self.plan.labels

    def arrays(self) -> list[Sym]:
        """The arguments whose shape is known before the labels are read."""
        return [a for a in self.plan.arguments
                if a not in self.labels and a.kind not in (*WHOLE_KINDS, "index")]

    def floats(self) -> list[Sym]:
        return [a for a in self.plan.arguments if a.kind not in (*WHOLE_KINDS, "index")]

    def text(self, call: Sequence[str]) -> str:
        """The function: head, docstring, arguments, results, the call of the kernel, the end."""
        names = [self.plan.names[a] for a in self.plan.arguments]
        parameters = [*(f"{name}: Any" for name in names), "*", "out: Any = None", *self.extra]
        body = [*self.reading(), *self.rows(), *self.results(), *call, *self.returned()]
        if any(extra.startswith("threads") for extra in self.extra):
            body.insert(0, 'threads = min(_whole("threads", threads), 256)')
        return "\n".join([
            *signature(self.plan.name, parameters),
            textwrap.indent(self.docstring(), "    "),
            *(f"    {line}" for line in body),
        ])

    # -- arguments -----------------------------------------------------------------------------

    def reading(self) -> list[str]:
        """The lines that turn the arguments into checked arrays, and read the sizes off them."""
        plan, lines = self.plan, list[str]()
        for symbol in plan.arguments:
            name = plan.names[symbol]
            if symbol.kind in WHOLE_KINDS:
                lines.append(f'{name} = _whole("{name}", {name})')
            elif symbol in self.arrays():
                lines.append(f'{name} = _floats("{name}", {name}, {len(symbol.ranges)})')
        lines += self.sizes()
        for symbol in plan.arguments:
            if symbol in self.labels or symbol.kind == "index":
                lines += self.late(symbol)
        return lines

    def sizes(self) -> list[str]:
        """The lines that read the sizes off the shapes of the arrays."""
        seen: dict[Sym | int, dict[str, str]] = {}
        for symbol in self.plan.arguments:
            if symbol.kind in WHOLE_KINDS:
                seen.setdefault(symbol, {})["argument"] = self.plan.names[symbol]
        for symbol in self.arrays():
            for position in range(len(symbol.ranges)):
                size, length = self.length(symbol, position)
                entries = seen.setdefault(size, {})
                key = self.plan.names[symbol]
                entries[key if key not in entries else f"{key}_axis_{position + 1}"] = length
        lines = []
        for known, entries in seen.items():
            told = [f"{k}={v}" for k, v in entries.items()]
            if isinstance(known, int):
                lines += _wrapped("_size", [f'"{known}"', f"declared={known}", *told])
            elif len(told) == 1:
                name, code = self.plan.size_name(known), next(iter(entries.values()))
                lines += [f"{name} = {code}"] if name != code else []
            else:
                name = self.plan.size_name(known)
                lines += _wrapped(f"{name} = _size", [f'"{known.name}"', *told])
        return lines

    def known(self) -> set[Sym]:
        return {size for s in self.arrays() for n in range(len(s.ranges))
                if isinstance(size := self.length(s, n)[0], Sym)} | {*self.plan.arguments}

    def length(self, symbol: Sym, position: int) -> tuple[Sym | int, str]:
        """The size that an axis of an argument tells, and the code that reads it."""
        size, number = count_of(symbol.ranges[position])
        code = f"{self.plan.names[symbol]}.shape[{position - len(symbol.ranges)}]"
        if size is not None and number:
            code += f" {'-' if number > 0 else '+'} {abs(number)}"
        return (number if size is None else size), code

    def late(self, symbol: Sym) -> list[str]:
        """The lines for labels and class numbers: they need to know how many classes there are."""
        name, axes = self.plan.names[symbol], len(symbol.ranges)
        count = self.count(symbol.args[-1])
        if symbol in self.labels:
            first = symbol == self.labels[0]
            form = "by_class" if first else "also"
            lines = [f'{name}, {form} = _labels("{name}", {name}, {count}, {axes}, {self.batch()})']
            if not first:
                said = f"{self.plan.names[self.labels[0]]} and {name}: labels in two forms"
                lines += ["if also != by_class:", f'    raise ValueError("{said}; give all of them '
                          'dense, or all by class number")']
            outer, shift = symbol.ranges[:-1], "- by_class"
            if self.guarded:
                lines += ["if by_class:", f'    _within("{name}", {name}, {count})']
        else:
            lines = [f'{name} = _integers("{name}", {name}, {axes})']
            if self.guarded:
                lines.append(f'_within("{name}", {name}, {count})')
            outer, shift = symbol.ranges, ""
        for position, over in enumerate(outer):
            size, number = count_of(over)
            at = f"{name}.ndim - {axes - position}" + (" + by_class" if shift else "")
            length = f"{name}.shape[{at}]" if shift else f"{name}.shape[{position - axes}]"
            if size is not None and size not in self.known():
                lines.append(f"{self.plan.size_name(size)} = {length}")
            else:
                wanted = self.count(over) if size is not None else str(number)
                lines += _wrapped("_size", [f'"{wanted}"', f"expected={wanted}",
                                            f"{name}={length}"])
        return lines

    def batch(self) -> str:
        """Code for the number of batch axes of the arguments that are not labels."""
        counts = [f"{self.plan.names[a]}.ndim - {len(a.ranges)}".removesuffix(" - 0")
                  for a in self.arrays()]
        return counts[0] if len(counts) == 1 else f"max({', '.join(counts)})"

    def count(self, over: Term) -> str:
        symbol, number = count_of(over)
        if symbol is None:
            return str(number)
        name = self.plan.size_name(symbol)
        return name if number == 0 else f"{name} {'+' if number > 0 else '-'} {abs(number)}"

    # -- rows ----------------------------------------------------------------------------------

    def rows(self) -> list[str]:
        """The lines that bring the arguments to one format and one batch axis."""
        shapes, lines = [], list[str]()
        floats = [self.plan.names[a] for a in self.floats() if a not in self.labels]
        for symbol in self.plan.arguments:
            if symbol.kind in WHOLE_KINDS:
                continue
            name, axes = self.plan.names[symbol], self.own(symbol)
            shapes.append(f"{name}={name}.shape[: {name}.ndim - {axes}]" if axes != "0"
                          else f"{name}={name}.shape")
        labels = [self.plan.names[a] for a in self.labels]
        given = ", ".join(floats) if floats else ""
        if labels:
            dense = ", ".join([*floats, *labels])
            lines.append(f"dtype = _format({given}) if by_class else _format({dense})")
        else:
            lines.append(f"dtype = _format({given})")
        lines += _wrapped("batch = _batch", shapes) if shapes else ["batch = ()"]
        for symbol in self.plan.arguments:
            if symbol.kind in WHOLE_KINDS:
                continue
            name, axes = self.plan.names[symbol], self.own(symbol)
            kind = "np.int64" if symbol.kind == "index" else "dtype"
            if symbol in self.labels:
                kind = "np.int64 if by_class else dtype"
            lines.append(f"{name} = _rows({name}, batch, {axes.strip('()')}, {kind})")
        return lines

    def own(self, symbol: Sym) -> str:
        """Code for how many axes of its own an argument has."""
        axes = len(symbol.ranges)
        return f"({axes} - by_class)" if symbol in self.labels else str(axes)

    def results(self) -> list[str]:
        """The lines that lay out the results."""
        lines = ["rows = math.prod(batch)"]
        arrays = ", ".join(self.plan.names[a] for a in self.plan.arguments
                           if a.kind not in WHOLE_KINDS)
        outputs = self.program.outputs
        if len(outputs) > 1:
            lines.append(f"given = _given(out, {len(outputs)})")
        for n, output in enumerate(outputs):
            own = "".join(f", {self.count(a.over)}" for a in output.axes if a.over is not None)
            shape = f"(*batch{own})" if own else "batch"
            given = "out" if len(outputs) == 1 else f"given[{n}]"
            others = [*([arrays] if arrays else []), *(result(m) for m in range(n))]
            lines += _wrapped(f"{result(n)} = _result", [
                f'"{output.name}"', given, shape, "dtype", *others])
        return lines

    def returned(self) -> list[str]:
        """The line that gives the results back; a result without axes as a number."""
        names = [result(n) for n in range(len(self.program.outputs))]
        if len(names) == 1:
            return [f"return {names[0]} if {names[0]}.ndim or out is not None else {names[0]}[()]"]
        return [f"return {', '.join(names)}"]

    # -- the docstring -------------------------------------------------------------------------

    def docstring(self) -> str:
        plan, lines = self.plan, list[str]()
        for n, (name, term) in enumerate(plan.outputs.items()):
            formula = str(term).replace("\\", "/").replace('"', "'")
            said = formula if len(plan.outputs) == 1 else f"{name}: {formula}"
            folded = textwrap.wrap(said, LINE - 10, subsequent_indent="    ")
            lines += [('"""' if n == 0 else "") + folded[0], *folded[1:]]
        if plan.theorem:
            lines += ["", *textwrap.wrap(f"Source: theorem {plan.theorem}.", LINE - 4,
                                         subsequent_indent="    ")]
        if self.program.laws:
            laws = f"Computed by the laws {', '.join(self.program.laws)}."
            lines += ["", *textwrap.wrap(laws, LINE - 4, subsequent_indent="    ")]
        lines += ["", "Arguments (leading axes are batch axes and broadcast):"]
        for symbol in plan.arguments:
            lines += textwrap.wrap(self.said(symbol), LINE - 10, initial_indent="    ",
                                   subsequent_indent="        ")
        for output in self.program.outputs:
            own = shape_text([a.over for a in output.axes if a.over is not None])
            units = f", in {plan.units}" if plan.units else ""
            which = "Result" if len(plan.outputs) == 1 else output.name
            lines.append(f"{which}: {own}{units}; singles for singles, else doubles.")
        return "\n".join([*lines, "Raises ValueError for an argument that is not as described.",
                          '"""'])

    def said(self, symbol: Sym) -> str:
        """One argument: its shape, and what its entries are."""
        said = MEANINGS[symbol.kind]
        if symbol in self.labels:
            said += (
                f", or integers {shape_text(symbol.ranges[:-1])}: class numbers counted from 0 "
                "(integers with one axis fewer than dense labels of the same batch are class "
                "numbers; otherwise they are read as dense)"
            )
        return f"{self.plan.names[symbol]}: {shape_text(symbol.ranges)} {said}"


def result(n: int) -> str:
    """The variable that holds the n-th result."""
    return f"result_{n + 1}"


def shape_text(ranges: Sequence[Term]) -> str:
    """(..., K): a shape for a person."""
    spelled = []
    for over in ranges:
        symbol, number = count_of(over)
        name = "" if symbol is None else symbol.name
        spelled.append(f"{name}{number:+d}" if name and number else name or str(number))
    return f"(..., {', '.join(spelled)})" if spelled else "(...)"


def signature(name: str, parameters: Sequence[str], gives: str = "Any") -> list[str]:
    """The first lines of a function."""
    line = f"def {name}({', '.join(parameters)}) -> {gives}:"
    if len(line) <= LINE:
        return [line]
    listed = textwrap.wrap(f"{', '.join(parameters)},", LINE - 4)
    return [f"def {name}(", *(f"    {part}" for part in listed), f") -> {gives}:"]


def _wrapped(call: str, texts: Sequence[str]) -> list[str]:
    line = f"{call}({', '.join(texts)})"
    if len(line) <= LINE - 4:
        return [line]
    return [f"{call}(", *(f"    {text}," for text in texts), ")"]


def routines(code: str, *modules: ModuleType) -> list[str]:
    """The source of the routines that the code calls, and of those that these call."""
    known = {n: v for m in modules for n, v in vars(m).items()
             if inspect.isfunction(v) and v.__module__ == m.__name__}
    needed: set[str] = set()
    texts = [code]
    while texts:
        for name in _called(texts.pop(), known):
            if name not in needed:
                needed.add(name)
                texts.append(inspect.getsource(known[name]))
    return [inspect.getsource(known[n]).rstrip() for n in known if n in needed]


def _called(text: str, known: Iterable[str]) -> list[str]:
    return [name for name in known if re.search(rf"\b{name}\(", text)]
