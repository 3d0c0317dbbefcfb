"""What the regimes draw with: one source of random numbers and one floating-point format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xent_sym.numeric.certify.ulps import Format

Array: TypeAlias = NDArray[Any]
Case: TypeAlias = tuple[Array, ...]
ROWS, CLASSES = 24, 10


@dataclass(frozen=True)
class Draw:
    """Random numbers, and the format that the arguments are rounded to."""

    random: np.random.Generator
    format: Format

    @property
    def double(self) -> bool:
        """The format is float64: there is room for 1e-300."""
        return self.format.name == "float64"

    def floats(self, values: Array) -> Array:
        """The values rounded to the format."""
        return values.astype(self.format.name)

    def scores(self, scale: float = 3.0, rows: int = ROWS, classes: int = CLASSES) -> Array:
        """Normal logits; they are drawn in double precision whatever the format."""
        return self.random.normal(size=(rows, classes)) * scale

    def classes(self, z: Array) -> Array:
        """A class for each row."""
        return np.asarray(self.random.integers(0, z.shape[1], size=z.shape[0]))

    def probabilities(
        self, rows: int = ROWS, classes: int = CLASSES, concentration: float = 1.0
    ) -> Array:
        """Rows that sum to one but for rounding."""
        return self.random.dirichlet(np.full(classes, concentration), size=rows)

    def one(self, *arrays: Array) -> list[Case]:
        """A single call; class numbers stay whole."""
        return [tuple(a if a.dtype.kind == "i" else self.floats(a) for a in arrays)]


Drawing: TypeAlias = Callable[[Draw], list[Case]]


def one_hot(classes: Array, like: Array) -> Array:
    """y_k = δ_kc in the format of the logits."""
    same = np.asarray(np.arange(like.shape[-1]) == classes[..., None])
    return same.astype(like.dtype)


def set_at(values: Array, classes: Array, entries: Array | float) -> Array:
    """The rows with another entry at the class of each."""
    changed = values.copy()
    changed[np.arange(len(values)), classes] = entries
    return changed


def normalised(values: Array) -> Array:
    """The rows divided by their sums."""
    return np.asarray(values / values.sum(axis=-1, keepdims=True))


__all__ = [
    "CLASSES", "ROWS", "Array", "Case", "Draw", "Drawing", "normalised", "one_hot", "set_at",
]
