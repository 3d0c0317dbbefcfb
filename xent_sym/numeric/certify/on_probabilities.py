"""Regimes of probabilities: alone and in pairs."""

from __future__ import annotations

import numpy as np

from xent_sym.numeric.certify.drawing import (
    ROWS,
    Array,
    Case,
    Draw,
    Drawing,
    normalised,
    one_hot,
    set_at,
)


def dirichlet(rows: int = ROWS, classes: int = 10, concentration: float = 1.0) -> Drawing:
    """Rows from a Dirichlet distribution."""

    def draw(d: Draw) -> list[Case]:
        return d.one(d.probabilities(rows, classes, concentration))

    return draw


def _with_zeros(d: Draw) -> Array:
    p = d.probabilities()
    return normalised(np.where((d.random.random(p.shape) < 0.4) & (p < p.max(1)[:, None]), 0, p))


def _tiny(d: Draw) -> Array:
    """Half of the classes about 1e-300, and some subnormal (1e-36 and 1e-42 in float32)."""
    p = d.probabilities()
    p[:, 5:] = normalised(p[:, 5:])
    p[:, :5] *= 1e-300 if d.double else 1e-36
    p[:, :2] *= 1e-15 if d.double else 1e-6
    return np.asarray(p)


def _nearly_certain(d: Draw) -> Array:
    left = np.logspace(-3, -16, ROWS)
    others = np.repeat(left[:, None] / 9, 10, axis=1)
    return set_at(others, d.classes(others), 1 - left)


def _nan_once(d: Draw) -> Array:
    p = d.probabilities()
    p[2, 4] = np.nan
    return np.asarray(p)


def certain(d: Draw) -> list[Case]:
    """One 1, else 0."""
    p = d.probabilities()
    return d.one(one_hot(d.classes(p), p))


SINGLE: dict[str, Drawing] = {
    "ordinary": dirichlet(),
    "uniform": lambda d: d.one(np.full((ROWS, 10), 0.1)),
    "many tiny probabilities": dirichlet(concentration=0.02),
    "zeros": lambda d: d.one(_with_zeros(d)),
    "probabilities 0 and 1": certain,
    "probabilities of 1e-300": lambda d: d.one(_tiny(d)),
    "nearly certain": lambda d: d.one(_nearly_certain(d)),
    "one class": lambda d: d.one(np.ones((ROWS, 1))),
    "NaN in one row": lambda d: d.one(_nan_once(d)),
    "K = 1,000": dirichlet(rows=2, classes=1000),
    "K = 1,000,000": dirichlet(rows=1, classes=1_000_000),
}
NO_HVP = (
    "many tiny probabilities", "zeros", "probabilities 0 and 1", "probabilities of 1e-300",
    "zeros in p", "zeros in both", "q = 0 < p", "K = 1,000",
)


# -- pairs ------------------------------------------------------------------------------------


def two(rows: int = ROWS, classes: int = 10) -> Drawing:
    """Two unrelated rows."""

    def draw(d: Draw) -> list[Case]:
        return d.one(d.probabilities(rows, classes), d.probabilities(rows, classes))

    return draw


def near(apart: float, least: float) -> Drawing:
    """q = p·(1 + apart·normal), normalised; float32 takes the larger ``least``."""

    def draw(d: Draw) -> list[Case]:
        p = d.probabilities()
        step = apart if d.double else max(apart, least)
        return d.one(p, normalised(p * (1 + step * d.random.normal(size=p.shape))))

    return draw


def same(d: Draw) -> list[Case]:
    """p = q: the divergence is exactly 0."""
    p = d.probabilities()
    return d.one(p, p)


def zeros(first: bool, second: bool) -> Drawing:
    """Zeros at the same three classes of p, of q or of both."""

    def draw(d: Draw) -> list[Case]:
        p, q = d.probabilities(), d.probabilities()
        p[:, 2:5], q[:, 2:5] = 0 if first else p[:, 2:5], 0 if second else q[:, 2:5]
        return d.one(normalised(p), normalised(q))

    return draw


PAIRS: dict[str, Drawing] = {
    "ordinary": two(),
    "p and q equal": same,
    "p and q 1e-3 apart": near(1e-3, 1e-3),
    "p and q 1e-6 apart": near(1e-6, 1e-5),
    "p and q 1e-9 apart": near(1e-9, 1e-6),
    "zeros in p": zeros(True, False),
    "zeros in both": zeros(True, True),
    "q = 0 < p": zeros(False, True),
    "p of 1e-300": lambda d: d.one(_tiny(d), d.probabilities()),
    "q of 1e-300": lambda d: d.one(d.probabilities(), _tiny(d)),
    "nearly certain": lambda d: d.one(_nearly_certain(d), _nearly_certain(d)),
    "one class": lambda d: d.one(np.ones((ROWS, 1)), np.ones((ROWS, 1))),
    "NaN in one row": lambda d: d.one(_nan_once(d), d.probabilities()),
    "K = 1,000": two(rows=2, classes=1000),
    "K = 1,000,000": two(rows=1, classes=1_000_000),
}
__all__ = ["NO_HVP", "PAIRS", "SINGLE"]
