"""A loss as a term, and the functions that are made of it: value, gradient, Hessian times vector.

The gradient and the Hessian-vector product are not written by hand: ``derive`` finds them and the
kernel proves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count

from xent_sym.derive import derive
from xent_sym.numeric.functions.export import ExportedFunction, compile_function, module
from xent_sym.numeric.plan import Plan, planned
from xent_sym.numeric.ranges import ExportError
from xent_sym.terms.declare import index, partial, summation
from xent_sym.terms.term import Sym, Term, TermError, substitute

WHATS = ("value", "gradient", "value_and_gradient", "hvp")


@dataclass(frozen=True)
class Loss:
    """A number that depends on arguments; the gradient is by the first of them.

    ``arguments``: declared symbols in the order of the call.  ``at`` is the free index of a value
    that is a family itself; such a thing has no gradient here.  ``units`` is for the docstring.

    >>> import xent_sym as xs
    >>> K = xs.size("K"); z, c = xs.reals("z", K), xs.index("c", K); j = xs.index("j", K)
    >>> naive = -xs.log(xs.exp(z[c]) / xs.summation(xs.exp(z[j]), j))
    >>> value, slope = Loss("mine", naive, (z, c)).function("value_and_gradient")([1e4, 0.0], 0)
    >>> print(value, slope)
    0.0 [0. 0.]
    """

    name: str
    value: Term
    arguments: tuple[Sym, ...]
    at: Sym | None = None
    units: str = ""

    @property
    def direction(self) -> Sym:
        """The direction of a Hessian-vector product: like the first argument."""
        return Sym(next(self.unused("direction")), "real", *self.arguments[0].ranges)

    def unused(self, letter: str) -> Iterator[str]:
        """The letter, and the letter with numbers, without what the loss has names for."""
        taken = {s.name for s in (*self.value.symbols(), *self.arguments)}
        names = chain([letter], (f"{letter}{n}" for n in count(1)))
        return (name for name in names if name not in taken)

    @cached_property
    def place(self) -> tuple[Sym, ...]:
        """The indices of the gradient."""
        names = self.unused("k")
        return tuple(index(next(names), over) for over in self.arguments[0].ranges)

    @cached_property
    def gradient(self) -> Term:
        """∂L/∂x_k, x the first argument, as ``derive`` leaves it."""
        if self.at is not None:
            raise ExportError(f"{self.name} is a family: only its value can be exported")
        return self.derived(self.value, self.place)

    @cached_property
    def hvp(self) -> Term:
        """Σ_j v_j ∂²L/∂x_j∂x_k"""
        other = tuple(Sym(f"{i.name}'", "index", *i.args) for i in self.place)
        moved: dict[Term, Term] = dict(zip(self.place, other, strict=True))
        along = _entry(self.direction, other) * substitute(self.gradient, moved)
        for i in other:
            along = summation(along, i)
        return self.derived(along, self.place)

    def derived(self, value: Term, place: tuple[Sym, ...]) -> Term:
        try:
            return derive(partial(value, _entry(self.arguments[0], place))).rhs
        except TermError as problem:
            raise ExportError(f"{self.name}: {problem}") from problem

    def outputs(self, what: str) -> dict[str, Term]:
        """The terms that a function of this kind computes."""
        if what not in WHATS:
            raise ExportError(f"{what!r} is not to be had; there are {', '.join(WHATS)}")
        if what == "hvp":
            return {"hvp": self.hvp}
        chosen = {} if what == "gradient" else {"value": self.value}
        return chosen if what == "value" else {**chosen, "gradient": self.gradient}

    def plan(self, what: str = "value") -> Plan:
        """What the function takes and gives."""
        place = self.place if self.at is None else (self.at,)
        outputs = self.outputs(what)
        axes = {key: () if key == "value" and self.at is None else place for key in outputs}
        arguments = (*self.arguments, self.direction) if what == "hvp" else self.arguments
        name = self.name if what == "value" else f"{self.name}_{what}"
        return planned(name, outputs, arguments, axes, units=self.units)

    def function(self, what: str = "value", target: str = "numpy") -> ExportedFunction:
        """The function, ready to be called."""
        return compile_function(self.plan(what), target)

    def source(self, what: str = "value", target: str = "numpy") -> str:
        """The text of a module, or of a C file, with the function."""
        return module(self.plan(what), target)


def _entry(family: Sym, indices: tuple[Sym, ...]) -> Term:
    return family[indices] if indices else family
