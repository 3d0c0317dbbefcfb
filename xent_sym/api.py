"""What the commands do, for Python: show, export, build, check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from xent_sym import notes
from xent_sym.calc import Derivation
from xent_sym.checking import LibraryReport, checked_each
from xent_sym.files import write_whole
from xent_sym.kernel import Theorem
from xent_sym.library import derivation, library
from xent_sym.notes.build import DEFAULT_FORMATS
from xent_sym.numeric import ExportError, Loss, module, numeric_side
from xent_sym.numeric.catalogue import plan_of
from xent_sym.numeric.plan import Plan
from xent_sym.plain.theorem import as_latex, described

Provable: TypeAlias = str | Derivation | Theorem


def show(what: Provable, *, latex: bool = False) -> str:
    """The statement, the hypotheses, the numbered lines with reasons, and the laws, as text.

    ``what`` is the name of a derivation in the library, a derivation, or a theorem.  ``latex``
    gives the lines as an ``align*`` block.  Raises UnknownName, which suggests another name.

    >>> print(show("sigmoid_reflection"))  # doctest: +ELLIPSIS
    sigmoid_reflection
    ...
        σ(-x) = 1 - σ(x)
    ...
      1. = ...
    """
    found = _found(what)
    if latex:
        return as_latex(_theorem(found))
    return described(_theorem(found), found.words["en"] if isinstance(found, Derivation) else "")


def export(
    what: Provable | Loss, path: str | Path | None = None, *, target: str = "numpy",
    quantity: str | None = None,
) -> str:
    """The text of a module with the function; if there is a path, it is written there whole.

    ``target``: numpy, array-api, numba, c (a C99 file), or pytest (tests for a function of your
    own).  ``quantity``: value, gradient, value_and_gradient or hvp; ``what`` then names a loss of
    the catalogue, or is a ``Loss``.  Raises ExportError where there is no function of arrays,
    OSError where the path cannot be written.

    >>> "def sigmoid_derivative(x: Any" in export("sigmoid_derivative")
    True
    >>> "int softplus_gradient_d(" in export("softplus", target="c", quantity="gradient")
    True
    """
    plan = (_plan_of_theorem(what) if quantity is None and not isinstance(what, Loss)
            else _plan_of_loss(what, quantity or "value"))
    source = module(plan, target)
    if path is not None:
        write_whole({Path(path): source})
    return source


def _plan_of_loss(what: Provable | Loss, quantity: str) -> Plan:
    if isinstance(what, Loss):
        return what.plan(quantity)
    return plan_of(str(what), quantity)


def _plan_of_theorem(what: Provable) -> Plan:
    theorem = _theorem(_found(what))
    side = numeric_side(theorem)
    if side is None:
        raise ExportError(
            f"{theorem.name}: {theorem} has no function of arrays to export; "
            "name an equation whose right side is to be computed (xent-sym list)"
        )
    return side.function.plan


def build(
    target: str | Path = "book", *, formats: Sequence[str] = DEFAULT_FORMATS,
    languages: Sequence[str] = notes.LANGUAGES,
) -> notes.BuildReport:
    """Write the book: one document per derivation file and an index, in each format and language.

    Raises BuildError for a format or language that does not exist, and for a place that cannot
    be written.
    """
    return notes.build(Path(target), formats=formats, languages=languages)


def check(*what: Provable) -> LibraryReport:
    """Replay the proofs and compare the functions with their definitions; by default all.

    >>> report = check("sigmoid_reflection", "kl_nonneg")
    >>> report.ok, report.summary.partition(";")[0]
    (True, '2 of 2 proofs replayed')
    """
    chosen = [_found(one) for one in what]
    return LibraryReport(tuple(checked_each(chosen or [*library().values()])))


def _found(what: Provable) -> Derivation | Theorem:
    found = derivation(what) if isinstance(what, str) else what
    if not isinstance(found, Derivation | Theorem):
        raise TypeError(
            f"a {type(found).__name__} was given; a name, a derivation or a theorem is needed: "
            "xs.derive(term) and xs.decide(claim) make theorems"
        )
    return found


def _theorem(found: Derivation | Theorem) -> Theorem:
    return found.theorem if isinstance(found, Derivation) else found


__all__ = ["build", "check", "export", "show"]
