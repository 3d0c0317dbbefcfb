"""A statement as a Python function over mpmath's intervals: as it was stated, quantities unfolded.

Indices are counted from 0.  What does not depend on an index gets a line of its own.  A product
that may meet a logarithm of 0 is ``times``, in which 0·log 0 = 0; a quotient whose divisor may be
0 is ``over``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias

from xent_sym.numeric.plan import Plan, identifier
from xent_sym.numeric.printers.statements.expression import (
    ATOM,
    PRODUCT,
    SUM,
    WIDTH,
    Text,
    assigned,
    bracketed,
    number_text,
)
from xent_sym.numeric.printers.statements.singular import divides, has_logarithm, may_vanish
from xent_sym.numeric.ranges import ExportError, count_of, lowest
from xent_sym.terms.declare import ranges_of
from xent_sym.terms.eta import eta
from xent_sym.terms.parts import divisor, numbers_apart
from xent_sym.terms.quantities import unfold_quantity
from xent_sym.terms.term import (
    Add,
    App,
    Bound,
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

Index: TypeAlias = tuple[str, int]  # a variable counted from 0, and the index that its 0 stands for
Env: TypeAlias = tuple[Index, ...]  # the bound indices, innermost first


@dataclass
class Statement:
    """The function that computes one output of a plan; ``reserved`` are names that it must leave.

    >>> from xent_sym.numeric.catalogue import plan_of
    >>> print(Statement(plan_of("entropy"), "value", frozenset({"p"})).text())
    def true_value(p):
        \"""H(p)\"""
        K = len(p)
        return -sum(times(p[i], log(p[i])) for i in range(K))
    """

    plan: Plan
    output: str
    reserved: Collection[str]
    lines: list[str] = field(default_factory=list)
    known: dict[Term, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    axes: dict[Sym, Index] = field(default_factory=dict)

    def text(self) -> str:
        """The whole function; it gives a number, or nested lists of them."""
        plan, term, axes = self.plan, self.plan.outputs[self.output], self.plan.axes[self.output]
        self.taken = {*self.reserved, *plan.names.values(), *plan.sizes().values()}
        parameters = [plan.names[a] for a in plan.arguments]
        for axis in axes:
            self.axes[axis] = self.name(axis.name), lowest(axis.args[-1])
        code = self.value(term, ())[0]
        for axis in reversed(axes):
            code = f"[{code} for {self.axes[axis][0]} in {self.run(axis.args[-1])}]"
        body = [*self.sizes(" ".join([*self.lines, code])), *self.lines, *assigned("return ", code)]
        said = textwrap.wrap(str(term).replace("\\", "/"), WIDTH - 14, subsequent_indent="    ")
        said[0] = f'"""{said[0]}'
        said = [f'{said[0]}"""'] if len(said) == 1 else [*said, '"""']
        return "\n".join([f"def true_{self.output}({', '.join(parameters)}):",
                          textwrap.indent("\n".join([*said, *body]), "    ")])

    def sizes(self, used: str) -> list[str]:
        """The lines that read the sizes off the arguments."""
        told: dict[Sym, str] = {}
        for argument in self.plan.arguments:
            place = self.plan.names[argument]
            for over in argument.ranges:
                size, number = count_of(over)
                shift = f" {'-' if number > 0 else '+'} {abs(number)}" if number else ""
                if size is not None:
                    told.setdefault(size, f"len({place}){shift}")
                place += "[0]"
        names = self.plan.sizes()
        return [f"{names[s]} = {code}" for s, code in told.items()
                if s not in self.plan.arguments and f"{names[s]})" in used]

    # -- names ---------------------------------------------------------------------------------

    def name(self, wanted: str) -> str:
        """A name that is still free, like the one that is wanted."""
        tries = (identifier(wanted if n == 1 else f"{wanted}_{n}") for n in count(1))
        name = next(t for t in tries if t not in self.taken)
        self.taken.add(name)
        return name

    def inner(self, hint: str, over: Term, env: Env) -> Index:
        """The variable of a binder; two binders that are not nested may share a name."""
        used = {*self.taken, *(name for name, _ in env)}
        tries = (identifier(hint if n == 1 else f"{hint}{n}") for n in count(1))
        return next(t for t in tries if t not in used), lowest(over)

    def apart(self, term: Term) -> bool:
        """The term depends on no index that is bound around it, so it can have its own line."""
        return term.closed and not term.symbols() & self.axes.keys()

    def own_line(self, term: Term, name: str, code: str) -> str:
        if term not in self.known:
            self.known[term] = self.name(name)
            self.lines += assigned(f"{self.known[term]} = ", code)
        return self.known[term]

    # -- terms ---------------------------------------------------------------------------------

    def value(self, term: Term, env: Env) -> Text:
        """The code of a number-valued term."""
        if term in self.known:
            return self.known[term], ATOM
        match term:
            case Num():
                return number_text(term.data)
            case Bound() | Sym():
                return self.symbol(term, env)
            case App():
                return self.entry(term.args[0], term.args[1:], env), ATOM
            case Add():
                return self.addition(term.args, env)
            case Mul():
                return self.product(term.args, env)
            case Pow() if divisor(term) is not None:
                return self.product((term,), env)
            case Pow():
                return self.power(term, env)
            case Fn():
                inside = ", ".join(self.value(a, env)[0] for a in term.args)
                return f"{term.data}({inside})", ATOM
            case Delta():
                low = min(self.variable(i, env)[1] for i in term.args if not isinstance(i, Num))
                left, right = (self.place(i, low, env) for i in term.args)
                return f"int({left} == {right})", ATOM
            case Sum() | Prod():
                return self.repeated(term, env)
            case Named():
                text = self.value(term.args[0], env)
                return (self.own_line(term, term.data, text[0]), ATOM) if self.apart(term) else text
            case Quantity():
                return self.value(unfold_quantity(term), env)
        raise ExportError(
            f"{type(term).__name__} cannot be evaluated at a point: work derivatives out first, "
            "and give every family its index"
        )

    def symbol(self, term: Term, env: Env) -> Text:
        if isinstance(term, Sym) and term.kind in ("size", "domain"):
            return f"number({self.plan.size_name(term)})", ATOM
        if isinstance(term, Sym) and term.kind != "index":
            return self.plan.names[term], ATOM
        return f"number({self.place(term, 0, env)})", ATOM

    def addition(self, summands: Sequence[Term], env: Env) -> Text:
        code = ""
        for summand in summands:
            piece, binding = self.value(summand, env)
            minus = piece.startswith("-") and binding == SUM and not isinstance(summand, Add)
            code += f" - {piece[1:]}" if code and minus else f" + {piece}" if code else piece
        return code, SUM

    def product(self, factors: Sequence[Term], env: Env) -> Text:
        """Factors over divisors; a number in front shows its sign first."""
        number, others = numbers_apart(factors)
        above = [f for f in others if divisor(f) is None]
        below = [under for f in others if (under := divisor(f)) is not None]
        size = abs(number)
        erasing = len(above) > 1 and any(map(has_logarithm, above)) and not any(map(divides, above))
        pieces = [bracketed(self.value(f, env), SUM if erasing else PRODUCT) for f in above]
        top = [f"times({', '.join(pieces)})"] if erasing else pieces
        if size.numerator != 1 or not top:
            top.insert(0, str(size.numerator))
        careful = any(map(may_vanish, below))
        alone = careful and len(below) == 1 and size.denominator == 1
        bottom = [bracketed(self.value(b, env), SUM if alone else ATOM) for b in below]
        if size.denominator != 1:
            bottom.insert(0, f"number({size.denominator})")
        code, divided_by = " * ".join(top), " * ".join(bottom)
        if careful:
            code = f"over({code}, {divided_by})"
        elif bottom:
            code += f" / ({divided_by})" if len(bottom) > 1 else f" / {divided_by}"
        single = len(top) == 1 and not bottom and erasing
        binding = ATOM if single or code.startswith("over(") else PRODUCT
        return (f"-{code}", SUM) if number < 0 else (code, binding)

    def power(self, term: Pow, env: Env) -> Text:
        base, exponent = term.args
        if isinstance(exponent, Num) and exponent.data.denominator == 1:
            return f"{bracketed(self.value(base, env), ATOM)}**{exponent.data}", PRODUCT
        raised = self.product((exponent, Fn("log", base)), env)[0]
        return f"exp({raised})", ATOM

    def repeated(self, term: Term, env: Env) -> Text:
        """A sum or a product over a range."""
        own = self.apart(term) and bool(env or self.axes)
        around: Env = () if own else env
        over, body, *excluded = term.args
        variable = self.inner(term.hint or "i", over, around)
        code = self.value(body, (variable, *around))[0]
        where = [f"{variable[0]} != {self.place(e, lowest(over), around)}" for e in excluded]
        condition = f" if {' and '.join(where)}" if where else ""
        made = "sum" if isinstance(term, Sum) else "math.prod"
        code = f"{made}({code} for {variable[0]} in {self.run(over)}{condition})"
        return (self.own_line(term, "total", code) if own else code), ATOM

    # -- families and indices ------------------------------------------------------------------

    def entry(self, head: Term, indices: Sequence[Term], env: Env) -> str:
        """A family at its indices."""
        if isinstance(head, Named | Quantity):
            if not self.apart(head) or len(ranges_of(head)) != len(indices):
                meaning = head.args[0] if isinstance(head, Named) else unfold_quantity(head)
                return bracketed(self.value(App.make((meaning, *indices)), env), ATOM)
            name, ranges = self.family(head), ranges_of(head)
        elif isinstance(head, Sym) and len(head.ranges) == len(indices):
            name, ranges = self.plan.names[head], head.ranges
        elif isinstance(head, Tup):
            index, *others = indices
            entries = [self.value(App.make((e, *others)), env)[0] for e in head.args]
            return f"({', '.join(entries)})[{self.place(index, 1, env)}]"
        else:
            raise ExportError(f"{head} needs {len(ranges_of(head))} indices here")
        return name + "".join(f"[{self.place(i, lowest(r), env)}]"
                              for i, r in zip(indices, ranges, strict=True))

    def family(self, head: Term) -> str:
        """The variable that holds a named family: its entries are computed once."""
        if head not in self.known:
            wanted, named = str(head.data), head
            if isinstance(head, Quantity) and isinstance(head.args[0], Sym):
                wanted += f"_{head.args[0].name}"
            meaning = eta(head.args[0]) if isinstance(head, Named) else head
            if isinstance(meaning, Quantity):
                named, meaning = meaning, unfold_quantity(meaning)
            env: Env = ()
            for over in ranges_of(head):
                env = (self.inner("i", over, env), *env)
            places = (Bound(n) for n in reversed(range(len(env))))
            code = self.value(App.make((meaning, *places)), env)[0]
            for (variable, _), over in zip(env, reversed(ranges_of(head)), strict=True):
                code = f"[{code} for {variable} in {self.run(over)}]"
            self.known[head] = self.own_line(named, wanted, code)
        return self.known[head]

    def run(self, over: Term) -> str:
        """The places of a range."""
        size, number = count_of(over)
        shift = f" {'+' if number > 0 else '-'} {abs(number)}" if number else ""
        return f"range({number if size is None else self.plan.size_name(size) + shift})"

    def place(self, index: Term, low: int, env: Env) -> str:
        """Code for where an index stands in a list whose first entry is number ``low``."""
        if isinstance(index, Num):
            return str(index.data - low)
        variable, own = self.variable(index, env)
        return variable + (f" {'+' if own > low else '-'} {abs(own - low)}" if own != low else "")

    def variable(self, index: Term, env: Env) -> Index:
        if isinstance(index, Bound):
            return env[index.data]
        if isinstance(index, Sym) and index in self.axes:
            return self.axes[index]
        if isinstance(index, Sym) and index.kind in ("size", "domain"):
            return self.plan.size_name(index), 0
        head, *places = index.args if isinstance(index, App) else (index,)
        if isinstance(head, Sym) and head in self.plan.arguments and head.kind == "index":
            at = "".join(f"[{self.place(i, lowest(r), env)}]"
                         for i, r in zip(places, head.ranges, strict=True))
            return self.plan.names[head] + at, lowest(head.args[-1])
        raise ExportError(f"the index {index} has no place in a list: add it to the arguments")


__all__ = ["Statement"]
