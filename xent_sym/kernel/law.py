"""A law: an equation or inequality between terms, and when it holds.

The free symbols of a law are its parameters.  Its conditions are hypotheses about them, so
a law, a definition and a proved theorem have one shape and are applied by one function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xent_sym.terms.declare import ranges_of
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Add, Mul, Num, Range, Sym, Term, TermError, substitute

FLIPPED = {"=": "=", "<=": ">=", ">=": "<="}


@dataclass(frozen=True)
class Law:
    """``lhs relation rhs`` for all values of its symbols that meet ``when``."""

    name: str
    lhs: Term
    relation: str
    rhs: Term
    when: tuple[Hypothesis, ...] = ()

    @property
    def parameters(self) -> dict[str, Sym]:
        """The free symbols by name."""
        found = self.lhs.symbols() | self.rhs.symbols()
        for hypothesis in self.when:
            for term in hypothesis.terms:
                found |= term.symbols()
        return {symbol.name: symbol for symbol in found}

    def at(self, bindings: Mapping[str, Term]) -> Law:
        """The instance of the law at these arguments."""
        parameters = self.parameters
        unknown = sorted(set(bindings) - set(parameters))
        if unknown:
            raise TermError(f"{self.name} has no parameter {unknown[0]}")
        values: dict[Term, Term] = {parameters[name]: value for name, value in bindings.items()}
        for name, value in bindings.items():
            self._fit(parameters[name], value, values)
        for parameter, value in values.items():
            self._fits_kind(parameter, value)
        return Law(
            self.name,
            substitute(self.lhs, values),
            self.relation,
            substitute(self.rhs, values),
            tuple(h.under(values) for h in self.when),
        )

    def _fit(self, parameter: Sym, value: Term, values: dict[Term, Term]) -> None:
        """A family stands for a family over the same ranges; unbound ranges are bound so."""
        if parameter.kind == "domain":
            return
        actual = ranges_of(value)
        if len(actual) != len(parameter.ranges):
            raise TermError(f"{self.name}: {value} does not fit the parameter {parameter.name}")
        for declared, given in zip(parameter.ranges, actual, strict=True):
            _unify(declared, given, values)
            if substitute(declared, values) != given:
                raise TermError(
                    f"{self.name}: {parameter.name} ranges over {declared}, not {given}"
                )

    def _fits_kind(self, parameter: Term, value: Term) -> None:
        """A size stands for a whole number from 1 on, an index set for a range."""
        kind = parameter.kind if isinstance(parameter, Sym) else ""
        is_range = isinstance(value, Range) or (isinstance(value, Sym) and value.kind == "domain")
        if (kind == "size" and not _is_size(value)) or (kind == "domain" and not is_range):
            raise TermError(f"{self.name}: {value} cannot stand for the {kind} {parameter}")


def _is_size(value: Term) -> bool:
    """Sizes, whole numbers from 1 on, and sums and products of such."""
    if isinstance(value, Num):
        return bool(value.data.denominator == 1 and value.data >= 1)
    if isinstance(value, Add | Mul):
        return all(_is_size(part) for part in value.args)
    return isinstance(value, Sym) and value.kind == "size"


def _unify(declared: Term, given: Term, values: dict[Term, Term]) -> None:
    if isinstance(declared, Sym):
        values.setdefault(declared, given)
    elif type(declared) is type(given) and len(declared.args) == len(given.args):
        for one, two in zip(declared.args, given.args, strict=True):
            _unify(one, two, values)
