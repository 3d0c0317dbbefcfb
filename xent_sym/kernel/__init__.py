"""The kernel: claims, chains, laws as data, and the judge that alone makes theorems."""

from xent_sym.kernel.judge import (
    Application,
    Chain,
    Checked,
    NotProved,
    Step,
    Theorem,
    prove,
    recheck,
)
from xent_sym.kernel.law import Law
from xent_sym.kernel.laws import LAWS
from xent_sym.kernel.verdict import Claim, Verdict
from xent_sym.terms.hypotheses import Hypothesis

__all__ = [
    "LAWS",
    "Application",
    "Chain",
    "Checked",
    "Claim",
    "Hypothesis",
    "Law",
    "NotProved",
    "Step",
    "Theorem",
    "Verdict",
    "prove",
    "recheck",
]
