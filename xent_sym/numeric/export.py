"""From a term to a NumPy function, and to the text of a module of its own.

The function takes the declared symbols of the term as arrays: the family's own indices are the
last axes (classes last of all), everything before them is a batch axis and broadcasts.
"""

from __future__ import annotations

import inspect
import keyword
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from xent_sym.numeric import helpers
from xent_sym.numeric.arrays import LINE, ExportError, count_of
from xent_sym.numeric.numpy_printer import NumpyPrinter
from xent_sym.numeric.stable import stabilise
from xent_sym.terms.term import Sym, Term

LABEL_KINDS = ("one-hot", "distribution", "positive distribution")

# What an entry of each kind is checked for, and how that is said to a person.
CHECKS = {
    "positive": ("{0} > 0", "a number above 0"),
    "base": ("{0} > 1", "a base of logarithms, above 1"),
    "probability": ("({0} >= 0) & ({0} <= 1)", "a probability, from 0 to 1"),
    "binary": ("({0} == 0) | ({0} == 1)", "a label, 0 or 1"),
    "one-hot": ("({0} == 0) | ({0} == 1)", "a one-hot entry, 0 or 1"),
}
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
class ExportedFunction:
    """A compiled function with what it was made from; call it with arrays.

    ``source`` is the text of a module that needs only NumPy and defines ``name``.
    """

    name: str
    term: Term
    arguments: tuple[Sym, ...]
    axes: tuple[Sym, ...]
    labels: tuple[Sym, ...]
    source: str
    function: Callable[..., Any]

    def __call__(self, *arrays: Any) -> Any:
        return self.function(*arrays)


def compile_numpy(  # noqa: PLR0913
    name: str,
    term: Term,
    arguments: Sequence[Sym] | None = None,
    *,
    axes: Sequence[Sym] | None = None,
    theorem: str = "",
    units: str = "",
) -> ExportedFunction:
    """The function of arrays whose value is the term.

    ``arguments``: the declared symbols in the order of the call; all free ones by default.
    ``axes``: the free indices that become the last axes of the result; by default those that
    are not arguments.  Raises ``ExportError`` where the term has no array form.

    >>> from xent_sym.terms import index, reals, size, softmax
    >>> K = size("K"); z = reals("z", K); k = index("k", K)
    >>> f = compile_numpy("softmax", softmax(z)[k])
    >>> print(f([0.0, 10_000.0]))
    [0. 1.]
    """
    plan = _plan(name, term, arguments, axes)
    source = plan.module(theorem, units)
    # The text is ours, made above from a closed language; names are checked identifiers.
    namespace: dict[str, Any] = {"__name__": f"xent_sym_export_{name}"}
    exec(compile(source, f"<{name}>", "exec"), namespace)
    return ExportedFunction(
        name, term, plan.arguments, plan.axes, plan.labels, source, namespace[name]
    )


def export_source(  # noqa: PLR0913
    name: str,
    term: Term,
    arguments: Sequence[Sym] | None = None,
    *,
    axes: Sequence[Sym] | None = None,
    theorem: str = "",
    units: str = "",
) -> str:
    """The text of a module that needs only NumPy and defines the function ``name``.

    >>> from xent_sym.terms import real, sigmoid
    >>> print(export_source("h", sigmoid(real("s"))).splitlines()[-1])
        return _sigmoid(s)
    """
    return _plan(name, term, arguments, axes).module(theorem, units)


@dataclass(frozen=True)
class _Plan:
    """All that is decided before the text is written."""

    name: str
    term: Term
    arguments: tuple[Sym, ...]
    axes: tuple[Sym, ...]
    labels: tuple[Sym, ...]
    names: dict[Sym, str]

    def module(self, theorem: str, units: str) -> str:
        body = self.body()
        used = _helpers_for(body)
        head = f'"""{self.name}: a NumPy function written by xent_sym.  It needs only NumPy."""'
        imports = ["from __future__ import annotations", "from typing import Any",
                   "import numpy as np"]
        texts = [inspect.getsource(getattr(helpers, helper)).rstrip() for helper in used]
        parameters = ", ".join(f"{self.names[a]}: Any" for a in self.arguments)
        main = "\n".join([
            *_signature(self.name, parameters),
            textwrap.indent(self.docstring(theorem, units), "    "),
            textwrap.indent(body, "    "),
        ])
        return "\n\n".join([head, *imports, "\n" + "\n\n\n".join([*texts, main])]) + "\n"

    # -- the body ------------------------------------------------------------------------------

    def body(self) -> str:
        sizes, naming = self.sizes()
        naming |= {s: self.size_name(s) for s in _sizes_in_shapes(self.arguments)}
        printer = NumpyPrinter({**naming, **self.names}, self.axes)
        result = printer.result(stabilise(self.term))
        lines = _inlined(printer.lines, result.code)
        early = {*self.arrays(), *(a for a in self.arguments if a.kind in ("size", "domain"))}
        first = [line for a in self.arguments if a in early for line in self.reading(a)]
        then = [line for a in self.arguments if a not in early for line in self.reading(a)]
        late = self.late_sizes()
        return _without_unused([*first, *sizes, *then, *late, *self.batches(), *lines])

    def reading(self, symbol: Sym) -> list[str]:
        """The lines that turn one argument into a checked array."""
        name, axes = self.names[symbol], len(symbol.ranges)
        if symbol.kind in ("size", "domain"):
            return [f'{name} = _whole("{name}", {name})']
        if symbol.kind == "index":
            count = self.count(symbol.args[-1])
            return [f'{name} = _classes("{name}", {name}, {count}, {axes})']
        if symbol in self.labels:
            count = self.count(symbol.args[-1])
            lines = [f'{name} = _labels("{name}", {name}, {count}, {axes}, {self.batch()})']
        else:
            lines = [f'{name} = _numbers("{name}", {name}, {axes})']
            if symbol.kind in LABEL_KINDS:
                lines.append(f'_distribution("{name}", {name})')
        if symbol.kind in CHECKS:
            holds, expected = CHECKS[symbol.kind]
            lines.append(f'_require("{name}", {name}, {holds.format(name)}, "{expected}")')
        return lines

    def arrays(self) -> list[Sym]:
        """The arguments whose shape is known before the labels are read."""
        return [a for a in self.arguments
                if a not in self.labels and a.kind not in ("size", "domain", "index")]

    def batch(self) -> str:
        """Code for the number of batch axes of the arguments that are not labels."""
        counts = [f"{self.names[a]}.ndim - {len(a.ranges)}".removesuffix(" - 0")
                  for a in self.arrays()]
        return counts[0] if len(counts) == 1 else f"max({', '.join(counts)})"

    def batches(self) -> list[str]:
        """The line that checks that the leading axes fit together."""
        shapes = []
        for symbol in self.arguments:
            if symbol.kind in ("size", "domain"):
                continue
            name, axes = self.names[symbol], len(symbol.ranges)
            shapes.append(f"{name}={name}.shape[: {name}.ndim - {axes}]" if axes
                          else f"{name}={name}.shape")
        return _wrapped("_batches", shapes) if len(shapes) > 1 else []

    def count(self, over: Term) -> str:
        symbol, number = count_of(over)
        if symbol is None:
            return str(number)
        name = self.size_name(symbol)
        return name if number == 0 else f"{name} {'+' if number > 0 else '-'} {abs(number)}"

    def sizes(self) -> tuple[list[str], dict[Sym, str]]:
        """The lines that read the sizes off the shapes, and what the sizes are called."""
        seen: dict[Sym | int, dict[str, str]] = {}
        for symbol in self.arguments:
            if symbol.kind in ("size", "domain"):
                seen.setdefault(symbol, {})["argument"] = self.names[symbol]
        for symbol in self.arrays():
            for position in range(len(symbol.ranges)):
                size, length = self.length(symbol, position)
                entries = seen.setdefault(size, {})
                key = self.names[symbol]
                entries[key if key not in entries else f"{key}_axis_{position + 1}"] = length
        return self._size_lines(seen)

    def late_sizes(self) -> list[str]:
        """The lines that compare the shapes of labels with the sizes, or read sizes off them."""
        lines, known = [], {*self.sizes()[1]}
        for symbol in self.arguments:
            if symbol in self.arrays() or symbol.kind in ("size", "domain"):
                continue
            outer = symbol.ranges[:-1] if symbol in self.labels else symbol.ranges
            for position in range(len(outer)):
                size, length = self.length(symbol, position)
                name = str(size) if isinstance(size, int) else self.size_name(size)
                if isinstance(size, int) or size in known:
                    call = [f'"{name}"', f"expected={name}", f"{self.names[symbol]}={length}"]
                    lines += _wrapped("_size", call)
                else:
                    known.add(size)
                    lines.append(f"{name} = {length}")
        return lines

    def length(self, symbol: Sym, position: int) -> tuple[Sym | int, str]:
        """The size that an axis of an argument tells, and the code that reads it."""
        size, number = count_of(symbol.ranges[position])
        code = f"{self.names[symbol]}.shape[{position - len(symbol.ranges)}]"
        if size is not None and number:
            code += f" {'-' if number > 0 else '+'} {abs(number)}"
        return (number if size is None else size), code

    def size_name(self, size: Sym) -> str:
        """The variable that holds a size; never the name of an argument."""
        if size in self.names:
            return self.names[size]
        name = _identifier(size.name)
        return f"size_{name}" if name in self.names.values() else name

    def _size_lines(
        self, seen: dict[Sym | int, dict[str, str]]
    ) -> tuple[list[str], dict[Sym, str]]:
        lines: list[str] = []
        naming: dict[Sym, str] = {}
        for size, entries in seen.items():
            if isinstance(size, int):
                call = [f'"{size}"', f"declared={size}", *(f"{k}={v}" for k, v in entries.items())]
                lines += _wrapped("_size", call)
                continue
            name = naming[size] = self.size_name(size)
            if list(entries) == ["argument"]:
                continue
            if len(entries) == 1:
                lines.append(f"{name} = {next(iter(entries.values()))}")
                continue
            call = [f'"{size.name}"', *(f"{k}={v}" for k, v in entries.items())]
            lines += _wrapped(f"{name} = _size", call)
        return lines, naming

    # -- the docstring -------------------------------------------------------------------------

    def docstring(self, theorem: str, units: str) -> str:
        # long formulas are folded; backslashes and quotes cannot end the string
        formula = str(self.term).replace("\\", "/").replace('"', "'")
        lines = textwrap.wrap(formula, LINE - 10, subsequent_indent="    ")
        lines[0] = '"""' + lines[0]
        if theorem:
            lines += ["", f"Source: theorem {theorem}."]
        lines += ["", "Arguments (leading axes are batch axes and broadcast):"]
        for symbol in self.arguments:
            said = MEANINGS[symbol.kind]
            if symbol in self.labels:
                fewer = _shape(symbol.ranges[:-1])
                said += (
                    f", or integers {fewer}: class numbers counted from 0 (integers with one axis "
                    "fewer than dense labels of the same batch are class numbers; otherwise "
                    "they are read as dense)"
                )
            text = f"{self.names[symbol]}: {_shape(symbol.ranges)} {said}"
            lines += textwrap.wrap(text, LINE - 10, initial_indent="    ",
                                   subsequent_indent="        ")
        shape = _shape(tuple(a.args[-1] for a in self.axes))
        lines += [f"Result: {shape}, float64{f', in {units}' if units else ''}.",
                  "Raises ValueError for an argument that is not as described.", '"""']
        return "\n".join(lines)


def _shape(ranges: Sequence[Term]) -> str:
    spelled = []
    for over in ranges:
        symbol, number = count_of(over)
        name = "" if symbol is None else symbol.name
        spelled.append(f"{name}{number:+d}" if name and number else name or str(number))
    return f"(..., {', '.join(spelled)})" if spelled else "(...)"


def _signature(name: str, parameters: str) -> list[str]:
    line = f"def {name}({parameters}) -> Any:"
    return [line] if len(line) <= LINE else [f"def {name}(", f"    {parameters},", ") -> Any:"]


def _wrapped(call: str, texts: Sequence[str]) -> list[str]:
    line = f"{call}({', '.join(texts)})"
    if len(line) <= LINE - 4:
        return [line]
    return [f"{call}(", *(f"    {text}," for text in texts), ")"]


def _inlined(lines: Sequence[tuple[str, str]], result: str) -> list[str]:
    """The lines, those that are used once written where they are used if there is room."""
    pending = [*lines, ("return", result)]
    position = 0
    while position < len(pending) - 1:
        name, code = pending[position]
        word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
        uses = [n for n in range(position + 1, len(pending)) if word.search(pending[n][1])]
        once = len(uses) == 1 and len(word.findall(pending[uses[0]][1])) == 1
        target = pending[uses[0]] if uses else ("", "")
        fits = _is_call(code) and len(target[0] + target[1] + code) < LINE - 10
        if once and (fits or target[1] == name):
            pending[uses[0]] = (target[0], word.sub(code, target[1]))
            del pending[position]
        else:
            position += 1
    return [f"{name} {code}" if name == "return" else f"{name} = {code}" for name, code in pending]


def _without_unused(lines: Sequence[str]) -> str:
    """The text, without names for sizes that nothing uses; their checks stay."""
    text = "\n".join(lines)
    for match in re.finditer(r"(?m)^(\w+) = (.*)$", text):
        name, code = match.groups()
        if len(re.findall(rf"(?<![\w.\"]){name}(?![\w\"=])", text)) == 1:
            kept = code if code.startswith("_size(") else ""
            text = text.replace(match.group() + "\n", kept + "\n" if kept else "")
    return text


def _is_call(code: str) -> bool:
    """The code is one call, so it may stand anywhere without parentheses."""
    if not re.match(r"[\w.]+\(", code) or not code.endswith(")"):
        return False
    depth = 0
    for place, character in enumerate(code):
        depth += (character == "(") - (character == ")")
        if depth == 0 and character == ")":
            return place == len(code) - 1
    return False


def _helpers_for(code: str) -> list[str]:
    """The routines that the code calls, and those that these call, in the order of the file."""
    known = [n for n, v in vars(helpers).items() if inspect.isfunction(v)]
    needed: set[str] = set()
    texts = [code]
    while texts:
        text = texts.pop()
        for helper in known:
            if helper not in needed and re.search(rf"\b{helper}\(", text):
                needed.add(helper)
                texts.append(inspect.getsource(getattr(helpers, helper)))
    return [n for n in known if n in needed]


# -- the plan ------------------------------------------------------------------------------------


def _plan(
    name: str, term: Term, arguments: Sequence[Sym] | None, axes: Sequence[Sym] | None
) -> _Plan:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ExportError(f"{name!r} cannot be the name of a function: use letters, digits and _")
    free = sorted(term.symbols(), key=lambda s: (s.name, s.key))
    if arguments is None:
        families = [s for s in free if s.kind not in ("index", "size", "domain")]
        sizes = [s for s in free if s.kind in ("size", "domain")]
        arguments = families + [s for s in sizes if s not in _sizes_in_shapes(families)]
    if axes is None:
        axes = [s for s in free if s.kind == "index" and s not in arguments]
    _check_plan(term, arguments, axes)
    return _Plan(name, term, tuple(arguments), tuple(axes), _labels(arguments), _names(arguments))


def _sizes_in_shapes(arguments: Sequence[Sym]) -> set[Sym]:
    """The sizes that the shapes of these arguments tell."""
    counts = [count_of(r)[0] for a in arguments if a.kind != "index" for r in a.ranges]
    return {size for size in counts if size is not None}


def _check_plan(term: Term, arguments: Sequence[Sym], axes: Sequence[Sym]) -> None:
    given = {s for a in (*arguments, *axes) for s in a.symbols()}
    for symbol in sorted(term.symbols(), key=lambda s: s.name):
        if symbol not in given:
            what = "axes or arguments" if symbol.kind == "index" else "arguments"
            raise ExportError(f"{symbol.name} ({symbol.kind}) is not among the {what}: add it")
    told = _sizes_in_shapes(arguments) | set(arguments)
    for size in sorted(given, key=lambda s: s.name):
        if size.kind in ("size", "domain") and size not in told:
            raise ExportError(f"no argument has {size.name} in its shape: add {size.name} itself")


def _labels(arguments: Sequence[Sym]) -> tuple[Sym, ...]:
    """The distributions beside scores over the same classes; one-hot labels beside anything."""
    scores = {over for a in arguments if a.kind == "real" for over in a.ranges}
    others = {over for a in arguments if a.kind not in ("one-hot", "index") for over in a.ranges}
    beside = {"one-hot": others}
    return tuple(
        a for a in arguments if a.kind in LABEL_KINDS and a.ranges[-1] in beside.get(a.kind, scores)
    )


def _names(arguments: Sequence[Sym]) -> dict[Sym, str]:
    names = {a: _identifier(a.name) for a in arguments}
    if len(set(names.values())) < len(names):
        listed = ", ".join(names.values())
        raise ExportError(f"two arguments have one name in Python: {listed}; rename one symbol")
    return names


def _identifier(name: str) -> str:
    """A Python name for a symbol.

    >>> _identifier(r"\\\\hat y"), _identifier("lambda")
    ('hat_y', 'lambda_')
    """
    cleaned = re.sub(r"\W+", "_", name).strip("_") or "x"
    if cleaned[0].isdigit():
        cleaned = f"x{cleaned}"
    return f"{cleaned}_" if keyword.iskeyword(cleaned) or cleaned == "np" else cleaned


__all__ = ["ExportedFunction", "compile_numpy", "export_source"]
