"""What is timed: a function, at a shape, in a type; its arguments, and the least work it has to do.

A cell is one row of the table of `speed.py`. Its floor is made of two numbers: how many
exponentials or logarithms there have to be, and how many bytes have to be read and written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
"""An array of whichever library: the peers share no type."""

SHAPES = ((1, 10), (64, 10), (4096, 10), (256, 1000), (64, 50257), (8, 1_000_000))
QUICK_SHAPES = ((1, 10), (64, 10), (4096, 10), (256, 1000))
LOGISTIC_SHAPE = (100_000, 100)
CROSS_ENTROPY = "softmax_cross_entropy"
BINARY = "binary_cross_entropy_with_logits"
LABEL_BYTES = 8


@dataclass(frozen=True)
class Cell:
    """One function (`name`, `what`, `labels`) at one shape, in one type, with so many threads.

    >>> print(Cell(CROSS_ENTROPY, "value", "classes", (64, 10), "float64", 1))
    softmax_cross_entropy value (classes) at (64, 10)
    """

    name: str
    what: str
    labels: str
    shape: tuple[int, int]
    dtype: str
    threads: int

    def __str__(self) -> str:
        kind = f" ({self.labels})" if self.name == CROSS_ENTROPY else ""
        return f"{self.name} {self.what}{kind} at {self.shape}"

    @property
    def function(self) -> tuple[str, str, str]:
        """What is computed, without where."""
        return (self.name, self.what, self.labels)

    @property
    def wants_value(self) -> bool:
        """Is the value among the results?"""
        return self.what in ("value", "value_and_gradient")

    @property
    def wants_gradient(self) -> bool:
        """Is the gradient among the results?"""
        return self.what in ("gradient", "value_and_gradient")

    @property
    def compiled(self) -> bool:
        """Are compilers that take a second per function asked? Not for each part by itself."""
        return self.what == "value_and_gradient" or self.name in ("entropy", "kl")

    @property
    def input_bytes(self) -> int:
        """The size of one array of the cell's shape."""
        return self.shape[0] * self.shape[1] * np.dtype(self.dtype).itemsize

    @property
    def exponentials(self) -> int:
        """How many exponentials (or logarithms) no implementation can do without."""
        rows, classes = self.shape
        return rows if self.name == "logistic" else rows * classes

    @property
    def traffic(self) -> tuple[int, int]:
        """The bytes that must be read and the bytes that must be written.

        >>> Cell(CROSS_ENTROPY, "value", "classes", (64, 10), "float64", 1).traffic
        (5632, 512)
        """
        rows, classes = self.shape
        real = np.dtype(self.dtype).itemsize
        if self.name == "logistic":
            return (self.input_bytes + rows * real, classes * real)
        reads = self.input_bytes
        if self.name in (BINARY, "kl") or self.labels == "dense":
            reads += self.input_bytes
        elif self.labels == "classes":
            reads += rows * LABEL_BYTES
        value = self.input_bytes if self.name == BINARY else rows * real
        return (reads, value * self.wants_value + self.input_bytes * self.wants_gradient)


def functions() -> Iterator[tuple[str, str, str]]:
    """Name, what and labels of every function that is timed."""
    for labels in ("classes", "dense"):
        for what in ("value", "gradient", "value_and_gradient"):
            yield (CROSS_ENTROPY, what, labels)
    yield (BINARY, "value", "")
    yield (BINARY, "value_and_gradient", "")
    yield ("entropy", "value", "")
    yield ("kl", "value", "")
    for what in ("value", "gradient", "value_and_gradient"):
        yield ("logistic", what, "")


def cells(dtype: str, threads: int, quick: bool, only: str) -> list[Cell]:
    """The cells of one type and number of threads whose description holds every word of `only`.

    >>> [str(cell) for cell in cells("float64", 1, quick=True, only="kl (64,")]
    ['kl value at (64, 10)']
    """
    shapes = QUICK_SHAPES if quick else SHAPES
    every = [
        Cell(name, what, labels, shape, dtype, threads)
        for name, what, labels in functions()
        for shape in ((LOGISTIC_SHAPE,) if name == "logistic" else shapes)
    ]
    return [cell for cell in every if all(word in str(cell) for word in only.split())]


def _distribution(draw: np.random.Generator, shape: tuple[int, int]) -> Array:
    weights = np.exp(draw.normal(size=shape))
    return weights / weights.sum(axis=-1, keepdims=True)


def arguments(cell: Cell) -> tuple[Array, ...]:
    """The cell's arguments as NumPy arrays; the same ones each time."""
    draw = np.random.default_rng(20240229)
    rows, classes = cell.shape

    def real(values: Array) -> Array:
        return np.ascontiguousarray(values, dtype=cell.dtype)

    if cell.name == "logistic":
        truth = (draw.random(rows) < 0.5).astype(cell.dtype)
        points = draw.normal(size=cell.shape)
        return real(draw.normal(size=classes) / classes**0.5), real(points), truth
    if cell.name == "entropy":
        return (real(_distribution(draw, cell.shape)),)
    if cell.name == "kl":
        return real(_distribution(draw, cell.shape)), real(_distribution(draw, cell.shape))
    logits = real(3 * draw.normal(size=cell.shape))
    if cell.name == BINARY:
        return logits, real(draw.random(cell.shape))
    if cell.labels == "classes":
        return logits, draw.integers(0, classes, size=rows)
    return logits, real(_distribution(draw, cell.shape))
