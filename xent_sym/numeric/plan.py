"""What a function takes and gives, decided before a line of it is written."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xent_sym.numeric.forms.decided import stable_form
from xent_sym.numeric.graph import Graph
from xent_sym.numeric.layout import Layout
from xent_sym.numeric.lowering.programs import made
from xent_sym.numeric.lowering.reductions import along
from xent_sym.numeric.lowering.terms import Lowering
from xent_sym.numeric.program import ROWS, Access, Fault, Node, Place, Program
from xent_sym.numeric.ranges import ExportError, count_of
from xent_sym.terms.declare import index, vector
from xent_sym.terms.term import App, Delta, Sym, Term, substitute

LABEL_KINDS = ("one-hot", "distribution", "positive distribution")
WHOLE_KINDS = ("size", "domain")
# What the functions call things of their own, or may not call anything: an argument of such a name
# gets a line below it.
C_WORDS = (
    "auto case char const default do double enum extern float goto inline int long register "
    "restrict short signed sizeof static struct switch typedef union unsigned void volatile"
)
LOCAL = frozenset({
    *dir(builtins), *C_WORDS.split(), "INFINITY", "INLINE", "NAN", "Any", "Callable", "Iterator",
    "also", "base", "batch", "begin", "block", "by_class", "cache", "double", "dtype",
    "end", "entry", "first",
    "flat", "given", "kernel", "lane", "last", "main", "math", "memory", "next", "np", "numba",
    "number", "out", "part", "pieces", "pointer", "row", "rows", "share", "some", "status", "step",
    "stop", "sys", "test", "threading", "threads", "way", "working", "wrong", "xp",
})
# Names with a number that the printers count up, and those that they make of other names.
NUMBERED = re.compile(
    r"[a-w]\d+|[dfDF]_\w+|(part|kept_|out_|flat_|result_)\d*|fault_\w*|"
    r"\w+_(begin|count|end|lane|out|part|rest|row|rows|step|sum|total)"
)
# How far from 1 the probabilities of a row may sum, in doubles and in singles.
SLACK = (1e-6, 1e-3)


@dataclass(frozen=True)
class Plan:
    """A function: its outputs as terms, its arguments in the order of the call.

    ``labels`` are the families that may also be given as class numbers.
    """

    name: str
    outputs: Mapping[str, Term]
    arguments: tuple[Sym, ...]
    axes: Mapping[str, tuple[Sym, ...]]
    labels: tuple[Sym, ...]
    names: Mapping[Sym, str]
    theorem: str = ""
    units: str = ""

    def size_name(self, size: Sym) -> str:
        """The variable that holds a size; never the name of an argument."""
        if size in self.names:
            return self.names[size]
        name = identifier(size.name)
        return f"size_{name}" if name in self.names.values() else name

    def sizes(self) -> dict[Sym, str]:
        """Every size in sight, and the variable that holds it."""
        seen = {s for t in (*self.arguments, *self.outputs.values()) for s in t.symbols()
                if s.kind in WHOLE_KINDS}
        return {s: self.size_name(s) for s in sorted(seen, key=lambda s: s.name)}

    def layout(self, program: Program) -> Layout:
        """How the arrays of a program of this plan lie."""
        ranges = {self.names[a]: a.ranges for a in self.arguments}
        for node in program.nodes():
            if node.op == "input" and len(node.access.places) < len(ranges[node.access.name]):
                # labels that came as class numbers have one dimension less
                ranges[node.access.name] = ranges[node.access.name][:-1]
        return Layout(program, self.sizes(), ranges)

    def program(self, *, classes: bool = False, fused: bool = False) -> Program:
        """The program, with labels as class numbers if that is asked.

        ``fused``: for a target with functions of its own for log(w/q) and w·log(w/q) − w + q.
        """
        laws: dict[str, None] = {}
        stable = {}
        for name, term in self.outputs.items():
            stable[name], used = stable_form(term)
            laws.update(dict.fromkeys(used))
        arguments = list(self.arguments)
        if classes:
            as_classes = {y: class_numbers(y) for y in self.labels}
            hot: dict[Term, Term] = {y: _one_hot(y, c) for y, c in as_classes.items()}
            stable = {name: substitute(term, hot) for name, term in stable.items()}
            arguments = [as_classes.get(a, a) for a in arguments]
        names = {a: self.names[b] for a, b in zip(arguments, self.arguments, strict=True)}
        every = list(dict.fromkeys(a for own in self.axes.values() for a in own))
        lowering = Lowering(names, every, Graph(), fused=fused)
        for law in laws:
            lowering.cite(law)
        return made(lowering, stable, self.axes, _faults(lowering, arguments))


def class_numbers(label: Sym) -> Sym:
    """The class of each sample, where the label is given by class number."""
    return Sym(label.name, "index", *label.args)


def _one_hot(label: Sym, classes: Sym) -> Term:
    """y_..k = δ_kc, as a family like the label."""
    *outer, last = label.ranges
    indices = [index(f"i{n}", over) for n, over in enumerate(outer)]
    k = index("k", last)
    return vector(Delta(k, App.make((classes, *indices))), *indices, k)


def _faults(lowering: Lowering, arguments: Sequence[Sym]) -> tuple[Fault, ...]:
    """What an argument must not be, each a test on its entries or its sums; NaN is no fault."""
    faults = []
    for symbol in arguments:
        if symbol.kind in ("real", "index", *WHOLE_KINDS):
            continue
        places = tuple(Place(lowering.axis(i)) for i in _own_indices(lowering, symbol))
        name = lowering.arguments[symbol]
        x = lowering.graph.input((ROWS, *(p.axis for p in places)), Access(name, places))
        faults += [Fault(name, test) for test in _tests(lowering, symbol, x, places)]
    return tuple(faults)


def _own_indices(lowering: Lowering, symbol: Sym) -> list[Sym]:
    found: list[Sym] = []
    for over in symbol.ranges:
        found.append(lowering.fresh(over, *found))
    return found


def _tests(
    lowering: Lowering, symbol: Sym, x: Node, places: Sequence[Place]
) -> list[Node]:
    g = lowering.graph
    zero, one = g.number(0), g.number(1)
    match symbol.kind:
        case "positive":
            return [g.test("le", x, zero)]
        case "base":
            return [g.test("le", x, one)]
        case "probability":
            return [g.test("lt", x, zero), g.test("lt", one, x)]
        case "binary":
            return [g.test("lt", zero, g.abs(g.mul(x, g.sub(x, one))))]
        case "one-hot" | "distribution" | "positive distribution":
            total = along(lowering, places[-1].axis, x)
            off = g.test("lt", g.by_type(*SLACK), g.abs(g.sub(total, one)))
            return [g.test("lt", x, zero), off]
    raise ExportError(f"{symbol.name} ({symbol.kind}) cannot be an argument")


# -- making a plan ---------------------------------------------------------------------------


def planned(  # noqa: PLR0913
    name: str,
    outputs: Mapping[str, Term],
    arguments: Sequence[Sym] | None = None,
    axes: Mapping[str, Sequence[Sym]] | None = None,
    *,
    theorem: str = "",
    units: str = "",
) -> Plan:
    """The plan of a function with these outputs.

    >>> from xent_sym.terms import index, reals, size, softmax
    >>> K = size("K"); z = reals("z", K); k = index("k", K)
    >>> plan = planned("softmax", {"a": softmax(z)[k]})
    >>> plan.arguments == (z,), plan.axes["a"] == (k,)
    (True, True)
    """
    word = re.fullmatch(r"[A-Za-z]\w{,119}", name, re.ASCII)
    if not word or keyword.iskeyword(name) or name in LOCAL:
        raise ExportError(
            f"{name!r} cannot be the name of a function: use a letter, then letters, digits and _, "
            "at most 120, and no word of Python or C"
        )
    free = sorted(
        frozenset[Sym]().union(*(t.symbols() for t in outputs.values())),
        key=lambda s: (s.name, s.key),
    )
    if arguments is None:
        families = [s for s in free if s.kind not in ("index", *WHOLE_KINDS)]
        sizes = [s for s in free if s.kind in WHOLE_KINDS]
        arguments = families + [s for s in sizes if s not in _told(families)]
    own = {
        key: tuple(axes[key]) if axes is not None and key in axes
        else tuple(s for s in free if s.kind == "index" and s not in arguments
                   and s in term.symbols())
        for key, term in outputs.items()
    }
    for key, term in outputs.items():
        _check(term, arguments, own[key])
    return Plan(name, dict(outputs), tuple(arguments), own, _labels(arguments),
                _names(arguments), theorem, units)


def _told(arguments: Sequence[Sym]) -> set[Sym]:
    """The sizes that the shapes of these arguments tell."""
    counts = [count_of(r)[0] for a in arguments for r in a.ranges]
    return {size for size in counts if size is not None}


def _check(term: Term, arguments: Sequence[Sym], axes: Sequence[Sym]) -> None:
    given = {s for a in (*arguments, *axes) for s in a.symbols()}
    for symbol in sorted(term.symbols(), key=lambda s: s.name):
        if symbol not in given:
            what = "axes or arguments" if symbol.kind == "index" else "arguments"
            raise ExportError(f"{symbol.name} ({symbol.kind}) is not among the {what}: add it")
    told = _told([a for a in arguments if a.kind != "index" or a.ranges]) | set(arguments)
    for size in sorted(given, key=lambda s: s.name):
        if size.kind in WHOLE_KINDS and size not in told:
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
    names = {a: identifier(a.name) for a in arguments}
    if len(set(names.values())) < len(names):
        listed = ", ".join(names.values())
        raise ExportError(f"two arguments have one name in Python: {listed}; rename one symbol")
    return names


def identifier(name: str) -> str:
    """A Python name for a symbol.

    >>> identifier(r"\\\\hat y"), identifier("lambda")
    ('hat_y', 'lambda_')
    """
    cleaned = re.sub(r"\W+", "_", name).strip("_") or "x"
    if cleaned[0].isdigit():
        cleaned = f"x{cleaned}"
    reserved = keyword.iskeyword(cleaned) or cleaned in LOCAL or NUMBERED.fullmatch(cleaned)
    return f"{cleaned}_" if reserved else cleaned


