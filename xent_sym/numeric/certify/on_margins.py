"""Regimes of single logits, of their labels, and of whole logistic problems."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xent_sym.numeric.certify.drawing import Array, Case, Draw, Drawing

COUNT = 120


def _signs(d: Draw) -> Array:
    return d.random.choice([-1.0, 1.0], size=COUNT)


def margins(
    low: float, high: float, least: float = 0, most: float = 0, *, wins: bool | None = None
) -> Drawing:
    """|u| from low to high (least to most in float32), and a hard label.

    The label goes with the sign of u where it ``wins``, against it where not, else either way.
    """

    def draw(d: Draw) -> list[Case]:
        bounds = (low, high) if d.double or not most else (least, most)
        u = _signs(d) * d.random.uniform(*bounds, size=COUNT)
        y = d.random.integers(0, 2, size=COUNT).astype(float)
        return d.one(u, y if wins is None else (u > 0) * 1.0 if wins else (u < 0) * 1.0)

    return draw


def tiny(d: Draw) -> list[Case]:
    """u near 0, from 1e-1 down to 1e-300 (1e-37 in float32), and 0 itself."""
    u = _signs(d) * np.logspace(-1, -300 if d.double else -37, COUNT)
    u[:4] = 0.0
    return d.one(u, d.random.integers(0, 2, size=COUNT).astype(float))


def infinite(d: Draw) -> list[Case]:
    """u = ±∞ with hard labels: 0 where the label is right, ∞ where it is wrong."""
    return d.one(_signs(d) * np.inf, d.random.integers(0, 2, size=COUNT).astype(float))


def extreme(d: Draw) -> list[Case]:
    """u = ± the largest float."""
    u = _signs(d) * float(d.format.largest)
    return d.one(u, d.random.integers(0, 2, size=COUNT).astype(float))


def nan_once(d: Draw) -> list[Case]:
    """NaN once: the other rows are ordinary."""
    u = d.random.normal(size=COUNT) * 3
    u[7] = np.nan
    return d.one(u, (u > 0) * 1.0)


MARGINS: dict[str, Drawing] = {
    "ordinary": margins(0, 12),
    "label wins by 20–36": margins(20, 36, wins=True),
    "label wins by 38–700": margins(38, 700, 38, 85, wins=True),
    "label loses by 20–700": margins(20, 700, 20, 85, wins=False),
    "subnormal results": margins(709, 744, 88, 102, wins=True),
    "±800": margins(799, 801),
    "within ±1e4": margins(0, 1e4),
    "near 0": tiny,
    "±inf": infinite,
    "±max float": extreme,
    "NaN in one row": nan_once,
}
NO_HVP = ("±inf", "±max float", "±inf, soft labels")


# -- soft labels ------------------------------------------------------------------------------


def soft(draw_u: Callable[[Draw], Array]) -> Drawing:
    """Labels anywhere between 0 and 1."""

    def draw(d: Draw) -> list[Case]:
        return d.one(draw_u(d), d.random.random(COUNT))

    return draw


def nearly_exact(d: Draw) -> list[Case]:
    """Labels ε and 1 − ε, for ε from 1e-3 to 1e-15, where they win by up to 36."""
    u = _signs(d) * d.random.uniform(1, 36, size=COUNT)
    left = np.logspace(-3, -15, COUNT)
    return d.one(u, np.where(u > 0, 1 - left, left))


def equal_to_sigmoid(d: Draw) -> list[Case]:
    """y = σ(u) to the last bits: σ(u) − y is what the rounding left, and ill-conditioned."""
    u = d.floats(d.random.normal(size=COUNT) * 3)
    return d.one(u, 1 / (1 + np.exp(-u.astype(float))))


LABELLED: dict[str, Drawing] = {
    "soft labels": soft(lambda d: d.random.normal(size=COUNT) * 3),
    "±800, soft labels": soft(lambda d: _signs(d) * d.random.uniform(799, 801, size=COUNT)),
    "±inf, soft labels": soft(lambda d: _signs(d) * np.inf),
    "nearly exact labels": nearly_exact,
    "labels equal to the sigmoid": equal_to_sigmoid,
}


# -- logistic problems ------------------------------------------------------------------------


def problems(samples: int, features: int, scale: float, labels: str = "hard") -> Drawing:
    """Problems (θ, x, y) with margins of about this scale; labels hard, soft or separable."""

    def draw(d: Draw) -> list[Case]:
        cases = []
        for _ in range(6 if samples < 1000 else 1):
            theta = d.random.normal(size=features) * scale / np.sqrt(features)
            x = d.random.normal(size=(samples, features))
            y = d.random.random(samples)
            hard = np.round(y) if labels == "hard" else (x @ theta > 0) * 1.0
            cases += d.one(theta, x, y if labels == "soft" else hard)
        return cases

    return draw


SAMPLES: dict[str, Drawing] = {
    "ordinary": problems(50, 5, 2.0),
    "soft labels": problems(50, 5, 2.0, "soft"),
    "margins of ±100": problems(50, 5, 100.0),
    "separable, margins of ±100": problems(50, 5, 100.0, "separable"),
    "few samples": problems(5, 3, 2.0, "soft"),
    "one sample": problems(1, 5, 2.0),
    "1,000 samples": problems(1000, 10, 2.0),
}

__all__ = ["LABELLED", "MARGINS", "NO_HVP", "SAMPLES"]
