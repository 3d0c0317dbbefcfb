"""The nodes of operators: functions, sums, integrals and derivatives, with their reach."""

from __future__ import annotations

from dataclasses import dataclass

from xent_sym.reader.leaves import Node


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """log, exp, sin and their kin with what they take.

    Without a bracket they take the factors that touch: ``\\log p(x)p(y)`` is the logarithm of
    the product, ``\\log a/b`` of the quotient; ``readings.narrow`` gives the other reading.
    """

    function: str
    base: Node | None
    power: Node | None
    argument: Node

    def show(self) -> str:
        base = f"_{self.base.show()}" if self.base else ""
        power = f"^{self.power.show()}" if self.power else ""
        return f"({self.function}{base}{power} {self.argument.show()})"


@dataclass(frozen=True, slots=True)
class BigOperator(Node):
    """A sum, product, max, lim, ...  Its body ends at + and - of its own level;
    ``readings.widen`` lets it take the terms that follow."""

    kind: str
    sub: Node | None
    sup: Node | None
    body: Node | None

    def show(self) -> str:
        sub = f" _{self.sub.show()}" if self.sub else ""
        sup = f" ^{self.sup.show()}" if self.sup else ""
        body = f" {self.body.show()}" if self.body else ""
        return f"({self.kind}{sub}{sup}{body})"


@dataclass(frozen=True, slots=True)
class Integral(Node):
    """An integral; ``variables`` are those of its differentials."""

    kind: str
    sub: Node | None
    sup: Node | None
    body: Node | None
    variables: tuple[Node, ...]

    def show(self) -> str:
        sub = f" _{self.sub.show()}" if self.sub else ""
        sup = f" ^{self.sup.show()}" if self.sup else ""
        body = f" {self.body.show()}" if self.body else ""
        return f"({self.kind}{sub}{sup}{body}{''.join(f' d{v.show()}' for v in self.variables)})"


@dataclass(frozen=True, slots=True)
class Differential(Node):
    """``\\partial L`` or an upright ``dx`` outside a fraction."""

    symbol: str
    body: Node

    def show(self) -> str:
        return f"({self.symbol} {self.body.show()})"


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """``\\frac{\\partial L}{\\partial z}``, ``\\frac{d}{dx} f``, ``dL/dz``.

    ``symbol`` is ``partial`` or ``d``; ``order`` is the exponent in the numerator.  A body
    after the fraction is what touches it, up to an explicit sign.
    """

    symbol: str
    order: Node | None
    body: Node | None
    variables: tuple[Node, ...]

    def show(self) -> str:
        order = f"^{self.order.show()}" if self.order else ""
        body = self.body.show() if self.body else "_"
        return f"(D {self.symbol}{order} {body} {' '.join(v.show() for v in self.variables)})"


@dataclass(frozen=True, slots=True)
class Gradient(Node):
    """``\\nabla_\\theta J``."""

    sub: Node | None
    power: Node | None
    body: Node | None

    def show(self) -> str:
        sub = f"_{self.sub.show()}" if self.sub else ""
        power = f"^{self.power.show()}" if self.power else ""
        return f"(nabla{sub}{power} {self.body.show() if self.body else '_'})"
