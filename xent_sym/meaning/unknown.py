"""Unknown functions: ∂p_k/∂o_i says that p depends on o, even if the note never says how.

Such a name becomes a function symbol at the variable, differentiable by assumption, so that the
chain rule can be checked; nothing else is known of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xent_sym.meaning.names import Written
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import taken
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import App, Lam, Named, Space, Sym, Term, abstract

if TYPE_CHECKING:
    from xent_sym.meaning.elaborate import Elaborator


def unknown_function(e: Elaborator, name: Written, arity: int) -> Term | None:
    """The name as a function of the one variable that it is differentiated by; None if of none."""
    samples = len(name.samples)
    variables = e.scene.usage.depends.get((name.name, samples), {})
    if len(variables) != 1 or arity > 1 or not e.scene.reading.functions:
        return None
    key = f"unknown {name.name} {samples}"
    if key in e.scene.meanings:
        return e.scene.meanings[key]
    (variable,) = variables.values()
    if (variable.name, len(variable.samples)) in e.scene.usage.depends:
        return None
    point = e.entry(Written(variable.name))
    if not isinstance(point, Sym) or point.kind in ("size", "index"):
        raise Unclear(f"what {name.name} depends on is not clear")
    places = [e.scene.ranges.new() for _ in range(arity)]
    function = Sym(name.name, "function", *places, Space(*taken(point)))
    indices = [Sym("k", "index", place) for place in places]
    body = App.make((function, *indices, point))
    for index in reversed(indices):
        body = Lam(index.args[-1], abstract(body, index), index.name)
    kind = "termwise differentiable" if places else "differentiable"
    e.scene.unknown.add(Hypothesis(kind, (function, point)))
    if name.name in e.scene.usage.logged:
        e.scene.unknown.add(Hypothesis("positive", (function,)))
    e.scene.meanings[key] = Named(name.name, body)
    return e.scene.meanings[key]


__all__ = ["unknown_function"]
