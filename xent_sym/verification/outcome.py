"""What one reading says of a step: a theorem, a point, agreement, or no meaning."""

from __future__ import annotations

from dataclasses import dataclass

from xent_sym.kernel.judge import Theorem
from xent_sym.meaning.chain import ReadChain
from xent_sym.meaning.ranges import Unclear
from xent_sym.refute import Refutation
from xent_sym.terms.term import Term


@dataclass(frozen=True)
class Outcome:
    """One reading's answer.  ``open`` is why it is left open, ``code`` the same in short."""

    reading: ReadChain
    lhs: Term | None = None
    rhs: Term | None = None
    theorem: Theorem | None = None
    refutation: Refutation | None = None
    unclear: Unclear | None = None
    open: str = ""
    code: str = "depends-on-data"


__all__ = ["Outcome"]
