"""The pytest target: a module of tests for somebody else's function.

It needs pytest, NumPy and mpmath, and holds the statement, the points and the arithmetic; the
user names the function in one line at its top.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from xent_sym.numeric.plan import WHOLE_KINDS, Plan
from xent_sym.numeric.printers.front import MEANINGS, routines, shape_text
from xent_sym.numeric.printers.statements import templates
from xent_sym.numeric.printers.statements.expression import WIDTH
from xent_sym.numeric.printers.statements.singular import written_out
from xent_sym.numeric.printers.statements.statement import Statement
from xent_sym.numeric.ranges import ExportError, count_of
from xent_sym.numeric.runtime import of_pytest
from xent_sym.terms.declare import DISTRIBUTION_KINDS
from xent_sym.terms.parts import divisor
from xent_sym.terms.term import App, Fn, Mul, Sym, Term

RESERVED = frozenset({
    "exp", "log", "log_base", "tanh", "times", "over", "number", "sum", "range", "len", "int",
    "math", "np", "iv", "mp", "mpf", "pytest", "function", "random", "regime", "dtype", "hard",
})
CLASSES, OTHERS = 5, 3  # how long the axes are
OF_LOGITS = (
    "logits within 1000", "common offset of 1e6", "ties", "one class wins by 30",
    "one class wins by far", "one class loses by far", "one class",
)
OF_TWO = ("both equal", "both nearly equal")
OF_SHARES = ("nearly certain", "certain", "one class")
OF_TWO_SHARES = ("zeros in the first", "zeros in the second", "zeros in both", *OF_TWO)
OF_MARGINS = ("margins of 30", "margins of 800", "near 0")
OF_FRACTIONS = ("near 0 and 1", "0 and 1")


def pytest_module(plan: Plan) -> str:
    """The text of a module of tests that compare a function of the user's with what is stated.

    Raises ``ExportError`` where the statement cannot be evaluated, or no argument is an array.

    >>> from xent_sym.numeric.plan import planned
    >>> from xent_sym.terms import real, sigmoid
    >>> print(pytest_module(planned("h", {"h": sigmoid(real("s"))})).splitlines()[0])
    \"""Tests of a function of yours: is it what is stated?
    """
    if all(a.kind in WHOLE_KINDS for a in plan.arguments):
        raise ExportError(f"{plan.name}: no argument is an array, so there are no points to draw")
    clash = sorted(RESERVED & set(plan.names.values()))
    if clash:
        raise ExportError(f"{plan.name}: {clash[0]} has a meaning of its own in tests; rename it")
    return _Tests(plan, _Points(plan)).text()


@dataclass(frozen=True)
class _Points:
    """What is drawn for each argument, and the kinds of points that concern the function."""

    plan: Plan

    @cached_property
    def terms(self) -> list[Term]:
        return [written_out(term) for term in self.plan.outputs.values()]

    @cached_property
    def labels(self) -> list[Sym]:
        """The labels that may also be given as class numbers, or are one-hot."""
        return [a for a in self.plan.labels if a.kind != "positive distribution"]

    @cached_property
    def soft(self) -> list[Sym]:
        return [a for a in self.labels if a.kind == "distribution"]

    @cached_property
    def products(self) -> list[frozenset[Sym]]:
        """Real arguments that are multiplied: the product is rounded before it is used."""
        found = (
            frozenset(_arguments(t))
            for term in self.terms for t in term.walk() if isinstance(t, Mul)
        )
        return [symbols for symbols in found if len(symbols) > 1]

    @cached_property
    def nudged(self) -> dict[int, str]:
        """The places of the arguments that the results may cancel with, soft labels and numbers;
        and of scales: a product with them is rounded before it is used."""
        scales = {s for symbols in self.products for s in symbols if s.kind != "real"}
        kinds = {n: self.nudge(a, scales) for n, a in enumerate(self.plan.arguments)}
        return {n: kind for n, kind in kinds.items() if kind}

    def nudge(self, symbol: Sym, scales: set[Sym]) -> str:
        if symbol in self.soft:
            return "shares of 1"
        if symbol.kind == "probability" and self.margins:
            return "probability"
        number = symbol.kind == "real" and symbol not in self.exponents
        return "real" if number or symbol in scales else ""

    @cached_property
    def exponents(self) -> list[Sym]:
        """The real arguments of which an exponential is taken, and that nothing multiplies."""
        inside = {s for term in self.terms for t in term.walk()
                  if isinstance(t, Fn) and t.data == "exp" for s in t.symbols()}
        multiplied = {s for symbols in self.products for s in symbols
                      if all(other.kind == "real" for other in symbols)}
        return [a for a in self.plan.arguments
                if a.kind == "real" and a in inside and a not in multiplied]

    @cached_property
    def logits(self) -> list[Sym]:
        return [a for a in self.exponents if a.ranges]

    @cached_property
    def margins(self) -> list[Sym]:
        return [a for a in self.exponents if not a.ranges and not self.logits]

    @cached_property
    def shares(self) -> list[Sym]:
        return [a for a in self.plan.arguments
                if a.kind in DISTRIBUTION_KINDS and a not in self.labels]

    def regimes(self) -> list[str]:
        """The kinds of points."""
        found = ["ordinary"]
        if self.logits:
            found += [*OF_LOGITS, *(OF_TWO if len(self.logits) > 1 else ())]
        if self.shares:
            zeros = ("zeros",) if len(self.shares) == 1 else OF_TWO_SHARES
            found += [*zeros, *OF_SHARES]
        if self.margins:
            found += OF_MARGINS
        elif any(a.kind == "probability" and not a.ranges for a in self.plan.arguments):
            found += OF_FRACTIONS
        if any(s.kind == "real" for symbols in self.products for s in symbols):
            found.append("large numbers")
        return list(dict.fromkeys(found))

    def text(self) -> str:
        """The function that draws the arguments."""
        names = [self.plan.names[a] for a in self.plan.arguments]
        hard = ", hard: bool" if self.soft else ""
        lines = [
            f"def points(regime: str, dtype: str{hard}) -> list[Any]:",
            '    """Arguments for ROWS calls at once, the rows first."""',
            "    random = generator(regime)", *(f"    {line}" for line in self.sizes()),
        ]
        lines += [f"    {self.plan.names[a]} = {self.draw(a)}" for a in self.plan.arguments]
        return "\n".join([*lines, f"    return cast(dtype, [{', '.join(names)}])"])

    def sizes(self) -> Iterator[str]:
        """The lines that set the sizes: the classes are one for one kind of points."""
        classes = {count_of(a.args[-1])[0] for a in self.plan.arguments
                   if a in (*self.logits, *self.shares, *self.labels) or a.kind == "index"}
        for size, name in self.plan.sizes().items():
            if size in self.plan.arguments:
                continue
            several = size in classes and "one class" in self.regimes()
            one = '1 if regime == "one class" else ' if several else ""
            yield f"{name} = {one}{CLASSES if size in classes else OTHERS}"

    def shape(self, symbol: Sym) -> str:
        """Code for the shape of an argument; of class numbers, with the classes last."""
        axes = ["ROWS"]
        for over in symbol.args:
            size, number = count_of(over)
            shift = f" {'+' if number > 0 else '-'} {abs(number)}" if number else ""
            axes.append(str(number) if size is None else self.plan.size_name(size) + shift)
        return f"({', '.join(axes)}{',' * (len(axes) == 1)})"

    def draw(self, symbol: Sym) -> str:
        """Code that draws an argument."""
        shape, kind = self.shape(symbol), symbol.kind
        if kind in WHOLE_KINDS:
            return str(OTHERS)
        if kind == "index":
            return f"classes({shape})"
        if symbol in self.labels:
            return f"labels(random, regime, {shape}, {'hard' if symbol in self.soft else True})"
        for family, first, second in ((self.shares, "shares", "other_shares"),
                                      (self.logits, "logits", "beside")):
            if symbol in family:
                like = family[0]
                if symbol == like or symbol.args != like.args:
                    return f"{first}(random, regime, dtype, {shape})"
                return f"{second}({self.plan.names[like]}, random, regime, dtype)"
        match kind:
            case "real" if symbol in self.margins:
                return f"margins(random, regime, {shape})"
            case "positive":
                return f"2.0 ** random.integers(-2, 3, size={shape})"
            case "base":
                return f"random.uniform(2, 10, size={shape})"
            case "probability":
                return f"fractions(random, regime, {shape})"
            case "binary":
                return f"random.integers(0, 2, size={shape}).astype(float)"
        return f"numbers(random, regime, {shape})"


def _arguments(product: Term) -> Iterator[Sym]:
    """The real arguments among the factors of a product and among what it is divided by."""
    for factor in product.args:
        under = divisor(factor)
        part = factor if under is None else under
        head = part.args[0] if isinstance(part, App) else part
        if isinstance(head, Sym) and head.kind in ("real", "positive", "base"):
            yield head


@dataclass(frozen=True)
class _Tests:
    """The module around the points."""

    plan: Plan
    points: _Points

    def text(self) -> str:
        stated = [Statement(self.plan, output, RESERVED).text() for output in self.plan.outputs]
        outputs = "".join(f'\n    "{o}": true_{o},' for o in self.plan.outputs)
        arguments = ", ".join(f'"{self.plan.names[a]}"' for a in self.plan.arguments)
        names = f"STATED = {{{outputs}\n}}\nARGUMENTS = [{arguments}]"
        if self.points.nudged:
            kinds = ", ".join(f'{n}: "{kind}"' for n, kind in self.points.nudged.items())
            names += f"\nNUDGED = {{{kinds}}}"
        tests = [self.filled(t) for t in (templates.CALL, templates.TEST, templates.BATCH)]
        if self.points.soft:
            places = tuple(n for n, a in enumerate(self.plan.arguments) if a in self.points.soft)
            tests[0] += templates.BY_CLASS.format(places=places)
        body = [*stated, names, self.points.text(), *tests]
        used = routines("\n".join(body), of_pytest)
        imports = "".join(f"import {m}\n" for m in ("math", "zlib")
                          if any(f"{m}." in part for part in (*body, *used)))
        parts = [self.settings(), *body, *used]
        return "\n".join([self.head(), imports + templates.IMPORTS, "\n\n\n".join(parts), ""])

    def head(self) -> str:
        """The docstring: what is stated, and how the function is called."""
        plan = self.plan
        stated = [f"{key}: {term}" if len(plan.outputs) > 1 else str(term)
                  for key, term in plan.outputs.items()]
        if plan.theorem:
            stated = [f"The theorem is {plan.theorem}."]
        arguments = [f"{plan.names[a]}: {shape_text(a.ranges)} {MEANINGS[a.kind]}"
                     + (", or class numbers" if a in self.points.soft else "")
                     for a in plan.arguments]
        results = [f"{key}: {shape_text([a.args[-1] for a in axes])}"
                   for key, axes in plan.axes.items()]
        return templates.HEAD.format(
            name=plan.name, statement=_listed(stated), arguments=_listed(arguments),
            results=" and ".join(results), nudged=self.allowance(),
        )

    def allowance(self) -> str:
        """What the docstring says of arguments that the results cancel with."""
        names = [self.plan.names[self.plan.arguments[n]] for n in self.points.nudged]
        return templates.NUDGED.format(names=", ".join(names)) if names else ""

    def settings(self) -> str:
        labels = 'LABELS = ("dense", "classes")  # strike what your function does not take\n'
        # no space inside a name is a place to fold at
        listed = ", ".join(f'"{r}"'.replace(" ", "\0") for r in self.points.regimes())
        regimes = textwrap.fill(f"{listed},", WIDTH, break_on_hyphens=False,
                                initial_indent="    ", subsequent_indent="    ")
        return templates.SETTINGS.format(
            name=self.plan.name, labels=labels if self.points.soft else "",
            regimes="REGIMES = (\n" + regimes.replace("\0", " ") + "\n)",
        )

    def filled(self, template: str) -> str:
        """A test, with its labels as a parameter where they may be class numbers."""
        soft, nudged = bool(self.points.soft), bool(self.points.nudged)
        return template.format(
            by_label='@pytest.mark.parametrize("labels", LABELS)\n' if soft else "",
            label=", labels: str" if soft else "",
            hard=', labels == "classes"' if soft else "",
            row="by_class(row, labels)" if soft else "row",
            batch="by_class(arrays, labels)" if soft else "arrays",
            moved=templates.MOVED if nudged else "",
            most=templates.ALLOWED if nudged else "TOLERANCE",
            atol="rtol * np.abs(each[np.isfinite(each)]).max(initial=0)" if nudged
            else "np.finfo(dtype).tiny",
        )


def _listed(lines: list[str]) -> str:
    """Indented lines, safe inside a docstring."""
    return "\n".join(
        textwrap.fill(line.replace("\\", "/").replace('"', "'"), WIDTH - 4, initial_indent="    ",
                      subsequent_indent="        ", break_on_hyphens=False)
        for line in lines
    )
