"""Derivatives: by a number, by an entry, by a name that the note has defined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xent_sym.meaning.names import written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import taken
from xent_sym.meaning.spelled import spelled
from xent_sym.reader.tree import Derivative, Node, Number, Script
from xent_sym.terms.term import (
    App,
    Bound,
    Lam,
    Named,
    Partial,
    Space,
    Sym,
    Term,
    abstract,
    substitute,
)

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator

MAX_ORDER = 3


def derivative(e: Elaborator, node: Derivative) -> Term:
    """∂f/∂x, d²f/dx², ∂²f/∂x∂y: each variable binds what it varies."""
    if node.body is None:
        raise e.unclear(node, "a derivative of something was expected")
    value = e.term(node.body)
    for variable in reversed(_variables(e, node)):
        value = _partial(e, node, value, variable)
    return value


def _variables(e: Elaborator, node: Derivative) -> list[Node]:
    """The variables in order, each as often as it is differentiated by."""
    found: list[Node] = []
    for variable in node.variables:
        name = written(variable, e.scene.known)
        power = None if name is None else name.power
        if isinstance(power, Number) and isinstance(variable, Script) and node.order:
            base = replace(variable, sup=None) if variable.sub is not None else variable.base
            found += [base] * int(power.value)
        else:
            found.append(variable)
    order = node.order.value if isinstance(node.order, Number) else 1 if not node.order else 0
    if len(found) != order or order > MAX_ORDER:
        raise e.unclear(node, "the order of this derivative is not clear")
    return found


def _partial(e: Elaborator, node: Derivative, body: Term, by: Node) -> Term:
    variable = e.value(by)
    if e.pointwise is not None and len(taken(variable)) == 1:
        variable = e.at(variable, e.pointwise)
    head, *indices = variable.args if isinstance(variable, App) else (variable,)
    if not isinstance(head, Sym | Named) or (isinstance(head, Sym) and head.kind == "size"):
        raise e.unclear(by, "differentiate by a named number or entry")
    _must_not_forget(e, node, by)
    body = _through(body, head)
    if not body.has(head):
        assert node.body is not None
        raise Unclear(f"how {spelled(node.body)} depends on {spelled(by)} is not said")
    space = Space(*taken(head))
    hint = head.name if isinstance(head, Sym) else str(head.data)
    return Partial.make((space, abstract(body, head), head, *indices), None, hint)


def _through(body: Term, head: Term) -> Term:
    """ŷ = σ(wx + b) by z = wx + b is σ(z): what was written out is the name again.

    Only when nothing of z's meaning is left outside z, for then the name is all that varies.
    """
    if body.has(head) or not isinstance(head, Named):
        return body
    value = _eta(head.args[0])
    if isinstance(value, Lam):
        return body
    shorter = substitute(body, {value: head})
    own = value.symbols()
    return body if not own or abstract(shorter, head).symbols() & own else shorter


def _eta(value: Term) -> Term:
    """The family o of its entries, i ↦ o_i."""
    if isinstance(value, Lam) and isinstance(value.args[1], App):
        family, *indices = value.args[1].args
        if indices == [Bound(0)] and isinstance(family, Sym):
            return family
    return value


def _must_not_forget(e: Elaborator, node: Derivative, by: Node) -> None:
    """Where names stand for themselves, what the note defines may depend on the variable."""
    if e.scene.reading.unfold or node.body is None:
        return
    own = written(by, e.scene.known)
    spoken = {w.name for n in node.body.walk() if (w := written(n, e.scene.known)) is not None}
    for definition in e.scene.definitions.found:
        other = own is None or definition.name != own.name
        if definition.name in spoken and other and not definition.data:
            raise Unclear(f"{definition.name} is defined, so it may depend on {spelled(by)}")
