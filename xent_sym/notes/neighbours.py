"""What other rooms say about a derivation: its false twins, its function, its worked examples."""

from __future__ import annotations

from dataclasses import dataclass

from xent_sym import worked
from xent_sym.calc import Derivation
from xent_sym.numeric import ExportError, numeric_side
from xent_sym.refute import apart
from xent_sym.terms.latex import latex, latex_relation
from xent_sym.twins import Twin, twins


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
    """Numbers put into a formula: substitution, exact value, rounded value, one below the other.

    ``note`` is what a reader of the source must be told, in each language.
    """

    title: dict[str, str]
    lines: tuple[tuple[str, str], ...]
    note: dict[str, str]
    source: str

    @property
    def aligned(self) -> str:
        """The lines as one formula."""
        # a space of its own: what stands before & has none at its right
        rows = (rf"{relation}\; & {line}" for relation, line in self.lines)
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def twins_of(derivation: Derivation) -> tuple[TwinNote, ...]:
    """The false twins of a theorem, each with the point that refutes it."""
    return tuple(_twin(t) for t in twins(derivation))


def _twin(twin: Twin) -> TwinNote:
    claim, found = twin.claim, twin.refutation
    left, right = apart(found.left, found.right)
    says = f"{latex(claim.lhs)} {latex_relation(claim.relation)} {latex(claim.rhs)}"
    point, left, right = (t.replace("-", "−") for t in (str(found.point), left, right))
    return TwinNote(twin.kind, says, point, left, right)


def examples_of(document: str) -> tuple[Example, ...]:
    """The worked examples that belong to a document."""
    found = worked.examples_of(document)
    return tuple(Example(e.title, e.lines, e.note or {}, e.source) for e in found)


def signature(derivation: Derivation) -> str | None:
    """The head of the exported function; None where there is nothing to compute."""
    try:
        side = numeric_side(derivation.theorem)
    except ExportError:  # the right side still holds a derivative, say
        return None
    if side is None:
        return None
    return f"{side.function.name}({', '.join(side.function.plan.names.values())})"
