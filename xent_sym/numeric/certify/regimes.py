"""Named regimes: the arguments at which implementations are known to lose their digits.

A regime draws the same arguments for the same seed, on any machine.  Its goal is 4 units in the
last place where the problem is well-conditioned, else 64; an entry in which the mathematics
itself cancels has its own condition number on top of that (``certificate.allowed``).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from xent_sym.numeric.certify import on_logits, on_margins, on_probabilities
from xent_sym.numeric.certify.drawing import Case, Draw, one_hot
from xent_sym.numeric.certify.signatures import Task
from xent_sym.numeric.certify.ulps import FORMATS

WELL, HARD = 4, 64
KINDS = {
    "logits": (
        "softmax_cross_entropy", "entropy_of_softmax", "softmax", "log_softmax", "log_sum_exp",
    ),
    "labels": ("softmax_cross_entropy",),
    "pairs of logits": ("kl_of_softmaxes",),
    "margins": ("binary_cross_entropy_with_logits", "sigmoid", "softplus"),
    "margins and labels": ("binary_cross_entropy_with_logits",),
    "probabilities": ("entropy",),
    "pairs of probabilities": ("kl", "cross_entropy"),
    "samples": ("logistic",),
}


@dataclass(frozen=True)
class Regime:
    """A name, what kind of arguments it draws, how it draws them, and the goal in ulp."""

    name: str
    kind: str
    draw: Callable[[Draw], list[Case]]
    goal: int
    large: bool
    whats: tuple[str, ...]

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions of the catalogue that it concerns."""
        return KINDS[self.kind]

    def concerns(self, task: Task) -> bool:
        """Whether this is to be measured for that function."""
        soft = self.kind == "labels" and task.labels == "classes"
        return task.name in self.functions and task.what in self.whats and not soft

    def arguments(self, task: Task, dtype: str = "float64", seed: int = 0) -> list[Case]:
        """The arguments of each call, as the function takes them, a direction v last for hvp.

        >>> regime = next(r for r in REGIMES if r.name == "one class")
        >>> task = Task("softmax_cross_entropy", "value", "classes")
        >>> [(z, c)] = regime.arguments(task, "float32")
        >>> z.shape, z.dtype.name, c.dtype.name
        ((24, 1), 'float32', 'int64')
        """
        number = zlib.crc32(f"{self.kind}: {self.name}".encode())
        draw = Draw(np.random.default_rng([seed, number]), FORMATS[dtype])
        cases = [_fitted(task, case) for case in self.draw(draw)]
        if task.what == "hvp":
            cases = [(*case, draw.floats(draw.random.normal(size=case[0].shape))) for case in cases]
        return cases


def _fitted(task: Task, case: Case) -> Case:
    """A drawn case as the function takes it: class numbers as they are, or one-hot; or none."""
    taken = case[: len(task.signature.arguments)]
    if len(taken) > 1 and taken[1].dtype.kind == "i" and task.labels == "dense":
        return taken[0], one_hot(taken[1], taken[0])
    return taken


def regimes_of(task: Task, large: bool = False) -> list[Regime]:
    """The regimes that concern a task; those of a million classes only where asked for.

    >>> [r.name for r in regimes_of(Task("entropy", "gradient"))][:3]
    ['ordinary', 'uniform', 'many tiny probabilities']
    """
    return [r for r in REGIMES if r.concerns(task) and (large or not r.large)]


def _regimes(kind: str, draws: dict[str, Callable[[Draw], list[Case]]]) -> list[Regime]:
    return [
        Regime(
            name, kind, draw, HARD if name in HARD_NAMES else WELL, name in LARGE,
            ("value",) if name in NO_GRADIENT
            else ("value", "gradient") if name in NO_HVP | LARGE
            else ("value", "gradient", "hvp"),
        )
        for name, draw in draws.items()
    ]


LARGE = {"K = 1,000,000"}
# the answer is small beside what it is made of: a change of the last place in p changes it by more
HARD_NAMES = {"p and q 1e-3 apart", "p and q 1e-6 apart", "p and q 1e-9 apart"}
NO_GRADIENT = {"q masked where p is not"}
NO_HVP = {*on_logits.NO_HVP, *on_margins.NO_HVP, *on_probabilities.NO_HVP}
REGIMES: list[Regime] = [
    *_regimes("logits", on_logits.LOGITS),
    *_regimes("labels", on_logits.LABELS),
    *_regimes("pairs of logits", on_logits.PAIRS),
    *_regimes("margins", on_margins.MARGINS),
    *_regimes("margins and labels", on_margins.LABELLED),
    *_regimes("probabilities", on_probabilities.SINGLE),
    *_regimes("pairs of probabilities", on_probabilities.PAIRS),
    *_regimes("samples", on_margins.SAMPLES),
]

__all__ = ["HARD", "KINDS", "REGIMES", "WELL", "Regime", "regimes_of"]
