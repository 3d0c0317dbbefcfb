"""How cost grows with the classes and with the samples: a plot and the fitted exponents.

    python benchmarks/growth.py [--out growth.png] [--what value_and_gradient] [--dtype float64]

Softmax cross-entropy with class numbers: K from 10 to 10⁶ for eight samples, N from 1 to 10⁶ for
ten classes. Every size is a race of its own (`speed_race.py`), on one thread. The exponent is the
slope of log time over log size, fitted where the arrays have 10⁴ components and more: below, a
call costs what it costs whatever the size.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from speed import contestants
from speed_cells import CROSS_ENTROPY, Cell, arguments
from speed_race import Effort, environment, keep_to, library, race, restarted

EFFORT = Effort(seconds=0.1, most_rounds=9)
FITTED_FROM = 10_000
Curves = dict[str, list[tuple[int, float]]]
"""For each contestant the sizes and the seconds per call."""

CLASSES = tuple((8, round(10 ** (half / 2))) for half in range(2, 13))
SAMPLES = tuple((round(10 ** (half / 2)), 10) for half in range(13))


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the least-squares line through log size and log time.

    >>> round(exponent([(1, 3.0), (10, 300.0), (100, 30000.0)]), 12)
    2.0
    """
    xs = [math.log(size) for size, _ in points]
    ys = [math.log(seconds) for _, seconds in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((a - x) ** 2 for a in xs)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / over


def curves(shapes: Sequence[tuple[int, int]], axis: int, what: str, dtype: str) -> Curves:
    """The times of every contestant over one axis of the shape."""
    found: Curves = {}
    for shape in shapes:
        cell = Cell(CROSS_ENTROPY, what, "classes", shape, dtype, 1)
        calls = dict(contestants(cell, arguments(cell)))
        for call in calls.values():
            call()
        for name, seconds in race(calls, EFFORT).items():
            found.setdefault(name, []).append((shape[axis], seconds))
    return found


def table(by_axis: Mapping[str, Curves], others: Mapping[str, int]) -> str:
    """Markdown: for each contestant and axis the exponent and the time at the largest size."""
    heads = [part for axis in by_axis for part in (f"exponent in {axis}", "ms at 10⁶")]
    lines = ["| | " + " | ".join(heads) + " |", "|---|" + "--:|" * len(heads)]
    for name in next(iter(by_axis.values())):
        parts = []
        for axis, found in by_axis.items():
            least = FITTED_FROM // others[axis]
            large = [point for point in found.get(name, ()) if point[0] >= least]
            parts += [f"{exponent(large):.2f}", f"{large[-1][1] * 1e3:.2f}"] if large else ["", ""]
        lines.append(f"| {name} | " + " | ".join(parts) + " |")
    return "\n".join(lines)


def plot(by_axis: Mapping[str, Curves], others: Mapping[str, int], out: Path) -> None:
    """Log-log, one panel per axis; ours drawn through, the peers dashed."""
    figures: Any = library("matplotlib.figure")
    if figures is None:
        raise SystemExit("matplotlib is not installed: leave --out away, or install it")
    figure = figures.Figure(figsize=(13, 6), layout="constrained")
    panels = figure.subplots(1, len(by_axis), sharey=True)
    for panel, (axis, found) in zip(panels, by_axis.items(), strict=True):
        for number, (name, points) in enumerate(found.items()):
            mine = name.startswith("ours")
            style = {"linestyle": "-" if mine else "--", "linewidth": 2 if mine else 1}
            sizes, seconds = zip(*points, strict=True)
            panel.loglog(sizes, seconds, label=name, color=f"C{number % 10}", **style)
        fixed = "N" if axis == "K" else "K"
        panel.set(xlabel=axis, title=f"{fixed} = {others[axis]}")
        panel.grid(True, which="major", linewidth=0.3)
    panels[0].set_ylabel("seconds per call")
    panels[-1].legend(fontsize="small", ncols=2)
    figure.savefig(out)


def main() -> None:
    """Both axes, the plot and the table."""
    parser = argparse.ArgumentParser(description="How cost grows with classes and samples.")
    parser.add_argument("--out", type=Path, help="write the plot here (png, svg, pdf)")
    parser.add_argument("--what", default="value_and_gradient", choices=_WHATS)
    parser.add_argument("--dtype", default="float64", choices=("float32", "float64"))
    options = parser.parse_args()
    restarted(**{k: v for k, v in environment(1).items() if k.endswith("THREADS")})
    keep_to(1)
    chosen = (options.what, options.dtype)
    by_axis = {"K": curves(CLASSES, 1, *chosen), "N": curves(SAMPLES, 0, *chosen)}
    others = {"K": CLASSES[0][0], "N": SAMPLES[0][1]}
    print(table(by_axis, others))
    if options.out:
        plot(by_axis, others, options.out)


_WHATS = ("value", "gradient", "value_and_gradient")

if __name__ == "__main__":
    main()
