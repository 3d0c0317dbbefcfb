"""What other rooms say about a derivation: its false twins, its function, its worked examples."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from xent_sym.calc import Derivation
from xent_sym.numeric import ExportError, numeric_side
from xent_sym.refute import apart
from xent_sym.terms.latex import latex, latex_relation


@dataclass(frozen=True)
class TwinNote:
    """A false twin: what was changed, the claim, and the point where it fails."""

    kind: str
    claim: str
    point: str
    left: str
    right: str


@dataclass(frozen=True)
class Example:
    """Numbers put into a formula: substitution, exact value, rounded value."""

    title: dict[str, str]
    lines: tuple[tuple[str, str], ...]
    rounded: str


def _neighbour(name: str) -> Any:
    """The module, or None while it is missing."""
    return import_module(name) if find_spec(name) else None


def twins_of(derivation: Derivation) -> tuple[TwinNote, ...]:
    """The false twins of a theorem, each with the point that refutes it."""
    room = _neighbour("xent_sym.twins")
    return tuple(_twin(t) for t in room.twins(derivation)) if room else ()


def _twin(twin: Any) -> TwinNote:
    claim, found = twin.claim, twin.refutation
    left, right = apart(found.left, found.right)
    says = f"{latex(claim.lhs)} {latex_relation(claim.relation)} {latex(claim.rhs)}"
    return TwinNote(twin.kind, says, str(found.point), left, right)


def examples_of(document: str) -> tuple[Example, ...]:
    """The worked examples that belong to a document."""
    room = _neighbour("xent_sym.worked")
    found = room.examples_of(document) if room else ()
    return tuple(Example(e.title, tuple(e.lines), e.rounded) for e in found)


def signature(derivation: Derivation) -> str | None:
    """The head of the exported function; None where there is nothing to compute."""
    try:
        side = numeric_side(derivation.theorem)
    except ExportError:  # the right side still holds a derivative, say
        return None
    if side is None:
        return None
    parameters = inspect.signature(side.function.function).parameters
    return f"{side.function.name}({', '.join(parameters)})"
