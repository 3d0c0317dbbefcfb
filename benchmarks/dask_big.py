"""The array API export with Dask, on an array that no worker can hold, while a worker is killed.

    python benchmarks/dask_big.py [--samples 1280] [--classes 100000] [--memory 300MB]

Softmax cross-entropy of random logits, in blocks of samples and of classes, on a local cluster of
two processes. When half of the samples are done, one of them is killed; Dask starts another and
works out anew what was lost. The gradient is as large as the logits, so that it is never held: of
each sample its square norm comes back, of each class its sum over the samples. The same numbers are
worked out by NumPy, a block of samples after the other; they have to agree.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import signal
import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from speed_cells import CROSS_ENTROPY, Array, Cell
from speed_ours import available, built
from speed_peers import by_hand

NEAR = 1e-10
"""Relative; both sides sum the same numbers, in other orders."""


@dataclass(frozen=True)
class Blocks:
    """The logits: so many samples and classes, in blocks of `rows` times `columns`."""

    samples: int
    classes: int
    rows: int
    columns: int

    @property
    def size(self) -> int:
        """The bytes of the logits."""
        return 8 * self.samples * self.classes

    def chunks(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The extents of the blocks along both axes.

        >>> Blocks(5, 3, 2, 3).chunks()
        ((2, 2, 1), (3,))
        """
        return _parts(self.samples, self.rows), _parts(self.classes, self.columns)


def _parts(whole: int, part: int) -> tuple[int, ...]:
    return (part,) * (whole // part) + ((whole % part,) if whole % part else ())


def logits(place: tuple[int, int], shape: tuple[int, int]) -> Array:
    """The block at a place: the same numbers in every process."""
    return 3 * np.random.default_rng(place).normal(size=shape)


def labels(blocks: Blocks) -> Array:
    """The class numbers of all samples."""
    return np.random.default_rng(1).integers(0, blocks.classes, size=blocks.samples)


def streamed(blocks: Blocks) -> tuple[Array, Array, Array]:
    """Loss and square norm of the gradient per sample, sum per class: NumPy, block by block."""
    function = by_hand(Cell(CROSS_ENTROPY, "value_and_gradient", "classes", (0, 0), "float64", 1))
    heights, widths = blocks.chunks()
    classes, begin = labels(blocks), 0
    values, norms, sums = [], [], np.zeros(blocks.classes)
    for i, height in enumerate(heights):
        row = np.hstack([logits((i, j), (height, width)) for j, width in enumerate(widths)])
        value, gradient = function(row, classes[begin : begin + height])
        begin += height
        values.append(value)
        norms.append(np.einsum("nk,nk->n", gradient, gradient))
        sums += gradient.sum(axis=0)
    return np.concatenate(values), np.concatenate(norms), sums


def lazy(blocks: Blocks) -> tuple[Array, Array, Array]:
    """The same as Dask arrays, through our export; nothing is computed yet."""
    da = importlib.import_module("dask.array")
    chunks = blocks.chunks()

    def block(block_info: Any = None) -> Array:
        here = block_info[None]
        return logits(here["chunk-location"], here["chunk-shape"])

    z = da.map_blocks(block, chunks=chunks, dtype=np.float64, meta=np.empty((0, 0)))
    c = da.from_array(labels(blocks), chunks=(chunks[0],))
    value, gradient = built(CROSS_ENTROPY, "value_and_gradient", "array-api")(z, c)
    return value, (gradient * gradient).sum(axis=-1), gradient.sum(axis=0)


def computed(blocks: Blocks, memory: str) -> tuple[tuple[Array, ...], str]:
    """The three results from a cluster that loses a worker half-way, and what happened."""
    distributed = importlib.import_module("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            memory_limit=memory,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        pids = sorted(client.run(os.getpid).values())
        began = time.perf_counter()
        results = client.persist(lazy(blocks))
        watched = distributed.futures_of(results[0])
        while sum(future.done() for future in watched) * 2 < len(watched):
            time.sleep(0.02)
        done = sum(future.done() for future in watched)
        os.kill(pids[0], signal.SIGKILL)
        found = client.gather(client.compute(results))
        took = time.perf_counter() - began
        client.wait_for_workers(2)
        after = client.run(os.getpid).values()
    told = (
        f"worker {pids[0]} killed when {done} of {len(watched)} blocks of samples were done; "
        f"{len(set(after) - set(pids))} started anew; {took:.1f} s"
    )
    return tuple(found), told


def main() -> None:
    """Exit code 1 if a result is wrong."""
    parser = argparse.ArgumentParser(description="The Dask export beyond a worker's memory.")
    parser.add_argument("--samples", type=int, default=1280)
    parser.add_argument("--classes", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=16, help="samples per block")
    parser.add_argument("--columns", type=int, default=10_000, help="classes per block")
    parser.add_argument("--memory", default="300MB", help="the memory limit of each worker")
    options = parser.parse_args()
    if not available():
        raise SystemExit("xent_sym.numeric.catalogue is not there: nothing to run")
    blocks = Blocks(options.samples, options.classes, options.rows, options.columns)
    print(f"logits of {blocks.size / 1e9:.2f} GB, two workers of {options.memory} each", flush=True)
    found, told = computed(blocks, options.memory)
    print(told)
    wrong = 0
    names = ("loss per sample", "square norm of the gradient", "gradient summed over samples")
    for name, ours, theirs in zip(names, found, streamed(blocks), strict=True):
        off = float(np.abs(ours - theirs).max() / np.abs(theirs).max())
        wrong += not off < NEAR
        print(f"{name:<30} differs by at most {off:.1e} of the largest")
    print("wrong" if wrong else "right")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
