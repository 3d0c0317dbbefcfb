"""The order of the documents: what is defined first comes first, what is cited before it is used.

Nothing is registered.  A document that bears the name of a quantity stands where the quantity
stands among the definitions; the others follow, by the quantities that their statements speak of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xent_sym.calc import Derivation
from xent_sym.kernel import Theorem
from xent_sym.terms.quantities import DEFINITIONS
from xent_sym.terms.term import Quantity

PLACES = {name: place for place, name in enumerate(DEFINITIONS)}
Place = tuple[int, list[int], str]


def in_reading_order(modules: Mapping[str, Sequence[Derivation]]) -> list[str]:
    """The names of the modules in the order in which to read them.

    >>> from xent_sym.library import derivation
    >>> found = [derivation("softmax_jacobian"), derivation("entropy_nonneg")]
    >>> in_reading_order({d.module.rpartition(".")[2]: [d] for d in found})
    ['entropy', 'softmax']
    """
    home = {d.name: module for module, found in modules.items() for d in found}
    cited = {m: {home[n] for d in found for n in _cited(d.theorem) if n in home} - {m}
             for m, found in modules.items()}
    left = sorted(modules, key=lambda m: _place(m, modules[m]))
    ordered = list[str]()
    while left:
        # where two documents cite each other, the first of them
        ready = [m for m in left if cited[m] <= set(ordered)] or left
        ordered.append(ready[0])
        left.remove(ready[0])
    return ordered


def _cited(theorem: Theorem) -> set[str]:
    """The names of the theorems that the proof cites."""
    laws = (c.application.law for checked in theorem.checked for c in checked.cited)
    return {law.name for law in laws if isinstance(law, Theorem)}


def _place(module: str, derivations: Sequence[Derivation]) -> Place:
    name = module.rpartition(".")[2]
    sides = [side for d in derivations for side in (d.theorem.lhs, d.theorem.rhs)]
    spoken_of = {PLACES[t.data] for s in sides for t in s.walk() if isinstance(t, Quantity)}
    return PLACES.get(name, len(PLACES)), sorted(spoken_of), name
