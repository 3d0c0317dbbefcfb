"""Regimes of logits: alone, with soft labels, and in pairs."""

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


def normal(scale: float = 3.0, rows: int = ROWS, classes: int = 10, offset: float = 0) -> Drawing:
    """Normal logits about an offset; every other row about minus the offset."""

    def draw(d: Draw) -> list[Case]:
        sign = np.where(np.arange(rows) % 2, -1.0, 1.0)[:, None]
        z = d.scores(scale, rows, classes) + sign * offset
        return d.one(z, d.classes(z))

    return draw


def uniform(most: float) -> Drawing:
    """Logits anywhere in ±most."""

    def draw(d: Draw) -> list[Case]:
        z = d.random.uniform(-most, most, size=(ROWS, 10))
        return d.one(z, d.classes(z))

    return draw


def _winning(d: Draw, low: float, high: float) -> tuple[Array, Array]:
    z = d.scores(1.0)
    c = d.classes(z)
    others = set_at(z, c, -np.inf).max(axis=1)
    return set_at(z, c, others + d.random.uniform(low, high, size=ROWS)), c


def wins(low: float, high: float, least: float, most: float) -> Drawing:
    """The label is ahead of all others by low to high; other bounds for float32."""

    def draw(d: Draw) -> list[Case]:
        return d.one(*(_winning(d, low, high) if d.double else _winning(d, least, most)))

    return draw


def ties(d: Draw) -> list[Case]:
    """Logits that are small whole numbers; in a third of the rows all the same."""
    z = d.random.integers(-1, 2, size=(ROWS, 10)).astype(float)
    z[: ROWS // 3] = z[: ROWS // 3, :1] * 100.5
    return d.one(z, d.classes(z))


def masked(d: Draw) -> list[Case]:
    """−∞ at up to nine classes, never at the label."""
    z = d.scores()
    c = d.classes(z)
    share = np.linspace(0.1, 1.1, ROWS)[:, None]
    hidden = np.where(d.random.random(z.shape) < share, -np.inf, z)
    return d.one(set_at(hidden, c, z[np.arange(ROWS), c]), c)


def masked_label(d: Draw) -> list[Case]:
    """−∞ at the label: the loss is infinite, its gradient is not."""
    z = d.scores()
    c = d.classes(z)
    return d.one(set_at(z, c, -np.inf), c)


def extreme(d: Draw) -> list[Case]:
    """Entries at the largest float and at minus it, and halves of them."""
    most = float(d.format.largest)
    z = d.random.choice([most, -most, most / 2, -most / 2, 0.0, 1.0], size=(ROWS, 10))
    return d.one(z, d.classes(z))


def one_infinite(d: Draw) -> list[Case]:
    """One logit of +∞ in each row, at the label in every other: it has all the weight."""
    z = d.scores()
    c = d.classes(z)
    return d.one(set_at(z, np.where(np.arange(ROWS) % 2, c, (c + 1) % 10), np.inf), c)


def nan_in_one_row(d: Draw) -> list[Case]:
    """NaN once, in the third row: the others are ordinary."""
    z = d.scores()
    z[2, 4] = np.nan
    return d.one(z, d.classes(z))


LOGITS: dict[str, Drawing] = {
    "ordinary": normal(),
    "logits within ±1e3": uniform(1e3),
    "logits within ±1e4": uniform(1e4),
    "common offset 1e6": normal(offset=1e6),
    "label wins by 20–36": wins(20, 36, 20, 36),
    "label wins by 38–700": wins(38, 700, 38, 85),
    "subnormal results": wins(709, 744, 88, 102),
    "ties": ties,
    "one class": normal(classes=1),
    "two classes": normal(classes=2),
    "−inf masks": masked,
    "label masked": masked_label,
    "±max float": extreme,
    "one +inf": one_infinite,
    "NaN in one row": nan_in_one_row,
    "K = 1,000": normal(rows=2, classes=1000),
    "K = 1,000,000": normal(rows=1, classes=1_000_000),
}
NO_HVP = ("one +inf", "±max float", "K = 1,000")


# -- soft labels ------------------------------------------------------------------------------


def dense(d: Draw) -> list[Case]:
    """Labels spread over all classes."""
    return d.one(d.scores(), d.probabilities())


def smoothed(d: Draw) -> list[Case]:
    """0.91 at the label and 0.01 elsewhere."""
    z = d.scores()
    return d.one(z, 0.9 * one_hot(d.classes(z), z) + 0.01)


def smoothed_and_won(d: Draw) -> list[Case]:
    """Smoothed labels where the label wins by 20 to 36."""
    z, c = _winning(d, 20, 36)
    return d.one(z, 0.9 * one_hot(c, z) + 0.01)


def nearly_exact(d: Draw) -> list[Case]:
    """1 − ε at the label, for ε from 1e-3 to 1e-15, where it wins by 1 to 36."""
    z, c = _winning(d, 1, 36)
    left = np.logspace(-3, -15, ROWS)
    return d.one(z, set_at(np.repeat(left[:, None] / 9, 10, axis=1), c, 1 - left))


def zeros_under_masks(d: Draw) -> list[Case]:
    """Dense labels that are 0 where the logit is −∞."""
    z, y = d.scores(), d.probabilities()
    hidden = d.random.random(z.shape) < 0.4
    hidden[:, 0] = False
    return d.one(np.where(hidden, -np.inf, z), normalised(np.where(hidden, 0, y)))


def equal_to_softmax(d: Draw) -> list[Case]:
    """y = softmax(z) to the last bits: a − y is what the rounding left, and ill-conditioned."""
    z = d.floats(d.scores())
    weights = np.exp(z.astype(float) - z.astype(float).max(axis=1, keepdims=True))
    return d.one(z, normalised(weights))


LABELS: dict[str, Drawing] = {
    "dense labels": dense,
    "smoothed labels": smoothed,
    "smoothed labels, label wins by 20–36": smoothed_and_won,
    "nearly exact labels": nearly_exact,
    "zero labels under −inf masks": zeros_under_masks,
    "labels equal to the softmax": equal_to_softmax,
}


# -- pairs ------------------------------------------------------------------------------------


def pair(scale: float = 3.0, rows: int = ROWS, classes: int = 10, offset: float = 0) -> Drawing:
    """Two unrelated rows of logits, with offsets of opposite sign."""

    def draw(d: Draw) -> list[Case]:
        u, v = d.scores(scale, rows, classes), d.scores(scale, rows, classes)
        return d.one(u + offset, v - offset)

    return draw


def near(apart: float, least: float) -> Drawing:
    """v = u + apart·normal; float32 takes the larger ``least`` where it is needed."""

    def draw(d: Draw) -> list[Case]:
        u = d.scores()
        return d.one(u, u + d.scores(apart if d.double else max(apart, least)))

    return draw


def same(d: Draw) -> list[Case]:
    """u = v: the divergence and its gradient are exactly 0."""
    u = d.scores()
    return d.one(u, u)


def both_won(d: Draw) -> list[Case]:
    """One class is ahead by 20 to 36 in both."""
    u, c = _winning(d, 20, 36)
    return d.one(u, set_at(u + d.scores(1.0), c, u.max(axis=1) + d.random.random(ROWS)))


def masks(first: bool, second: bool) -> Drawing:
    """−∞ at the same three classes, in one of the two or in both."""

    def draw(d: Draw) -> list[Case]:
        u, v = d.scores(), d.scores()
        u[:, 2:5], v[:, 2:5] = -np.inf if first else u[:, 2:5], -np.inf if second else v[:, 2:5]
        return d.one(u, v)

    return draw


def nan_in_one_pair(d: Draw) -> list[Case]:
    """NaN once in v: the other rows are ordinary."""
    u, v = d.scores(), d.scores()
    v[2, 4] = np.nan
    return d.one(u, v)


PAIRS: dict[str, Drawing] = {
    "ordinary": pair(),
    "logits within ±1e3": pair(400.0),
    "common offset 1e6": pair(offset=1e6),
    "one class wins by 20–36 in both": both_won,
    "p and q equal": same,
    "p and q 1e-3 apart": near(1e-3, 1e-3),
    "p and q 1e-6 apart": near(1e-6, 1e-5),
    "p and q 1e-9 apart": near(1e-9, 1e-6),
    "p and q masked alike": masks(True, True),
    "p masked where q is not": masks(True, False),
    "q masked where p is not": masks(False, True),
    "one class": pair(classes=1),
    "NaN in one row": nan_in_one_pair,
    "K = 1,000": pair(rows=2, classes=1000),
    "K = 1,000,000": pair(rows=1, classes=1_000_000),
}

__all__ = ["LABELS", "LOGITS", "NO_HVP", "PAIRS"]
