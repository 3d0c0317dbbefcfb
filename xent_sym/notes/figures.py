"""The figures of the book, drawn from theorems and worked examples: no formula is typed in here.

Matplotlib is an extra.  The SVG files are the same bytes on every run: a fixed salt for the
ids, no date, text kept as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

from xent_sym.files import write_whole
from xent_sym.library import derivation
from xent_sym.terms.evaluate import FloatArithmetic, Point, Value, evaluate
from xent_sym.terms.term import Num, Quantity, Term, Tup, log, substitute
from xent_sym.worked import all_examples

# Colours that stay apart for a colour-blind reader and in grey print.
BLUE, ORANGE, PALE, INK = "#0072b2", "#d55e00", "#a6cee3", "#333333"
STYLE = {
    "svg.hashsalt": "xent-sym",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#999999",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 2.2,
}


class MissingExtra(ImportError):
    """Matplotlib is not there; the message says how to get it."""


def figures(target_dir: str | Path) -> list[Path]:
    """Every figure as an SVG file in the folder; returns the files.

    Raises MissingExtra without matplotlib, OSError where the folder cannot be written.
    """
    folder = Path(target_dir)
    texts = {folder / f"{name}.svg": svg for name, svg in drawn().items()}
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(texts)
    return list(texts)


def drawn() -> dict[str, str]:
    """Every figure by name, as the text of an SVG file; MissingExtra without matplotlib."""
    matplotlib = _matplotlib()
    texts = {}
    with matplotlib.rc_context(STYLE):
        for name, draw in FIGURES.items():
            figure = matplotlib.figure.Figure(figsize=(7.2, 4.2), layout="constrained")
            draw(figure)
            texts[name] = _svg(figure)
    return texts


def _matplotlib() -> Any:
    try:
        import matplotlib
        import matplotlib.figure
    except ImportError as problem:
        raise MissingExtra(
            "figures are drawn with matplotlib, which is not installed; "
            "install the extra: pip install 'xent-sym[figures]'"
        ) from problem
    return matplotlib


def _svg(figure: Any) -> str:
    written = StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": "xent-sym"})
    return written.getvalue()


# -- what the curves are -----------------------------------------------------------------------


def curve(term: Term, at: Sequence[Fraction], **values: Value) -> list[float]:
    """The values of a term along a line: the one symbol without a value takes each in turn.

    >>> from xent_sym.terms import real
    >>> curve(real("x") * real("y"), [Fraction(1), Fraction(2)], x=3)
    [3.0, 6.0]
    """
    known = {s: values[s.name] for s in term.symbols() if s.name in values}
    (along,) = term.symbols() - set(known)
    floats = FloatArithmetic()
    return [evaluate(term, Point({**known, along: t}), floats) for t in at]


def spaced(low: int | Fraction, high: int | Fraction, count: int) -> list[Fraction]:
    """Evenly spaced rational numbers, both ends included.

    >>> spaced(0, 1, 2)
    [Fraction(0, 1), Fraction(1, 2), Fraction(1, 1)]
    """
    return [low + Fraction(i, count) * (Fraction(high) - low) for i in range(count + 1)]


def gradient_curve(theorem: str, at: Sequence[Fraction]) -> list[float]:
    """The theorem's right side, ∂L/∂w, for label 1 with x = 1 and b = 0: the logit z is w."""
    return curve(derivation(theorem).theorem.rhs, at, x=1, b=0, y=1)


def coin_entropy(at: Sequence[Fraction]) -> list[float]:
    """The entropy of a coin in bits: the right side of ``binary_entropy`` over log 2."""
    return curve(derivation("binary_entropy").theorem.rhs / log(2), at)


def decomposed(p: Term, q: Term) -> tuple[float, float]:
    """H(p) and D_KL(p‖q) in bits, the two terms that ``cross_entropy_decomposition`` adds.

    >>> half = Tup(Fraction(1, 2), Fraction(1, 2))
    >>> decomposed(half, half)
    (1.0, 0.0)
    """
    entropy, divergence = derivation("cross_entropy_decomposition").theorem.lhs.args
    assert isinstance(divergence, Quantity)
    values = dict(zip(divergence.args, (p, q), strict=True))
    first, second = (
        evaluate(substitute(term, values) / log(2), Point({}), FloatArithmetic())
        for term in (entropy, divergence)
    )
    return first, second


# -- how they are drawn ------------------------------------------------------------------------


def gradients(figure: Any) -> None:
    """The gradient of squared error vanishes where the model is sure and wrong."""
    axes = figure.subplots()
    z = spaced(-8, 8, 320)
    at = [float(t) for t in z]
    cross = gradient_curve("binary_cross_entropy_gradient", z)
    square = gradient_curve("squared_error_gradient", z)
    axes.axvspan(-8, -4, color="#f2f2f2", linewidth=0)
    axes.axhline(0, color="#cccccc", linewidth=0.8, zorder=0)
    axes.plot(at, cross, color=BLUE)
    axes.plot(at, square, color=ORANGE, linestyle=(0, (5, 1.5)))
    axes.text(-0.4, -0.74, "cross-entropy: (ŷ − y) x", color=BLUE)
    axes.text(1.9, 0.045, "½ squared error: (ŷ − y) σ′(z) x", color=ORANGE)
    axes.text(-7.8, -0.42, "sure and wrong:\nsquared error\nhas almost\nno slope left", fontsize=10)
    axes.set(
        xlabel="logit z = w x + b   (label y = 1, input x = 1)",
        ylabel="gradient ∂L/∂w  [loss per unit of w]",
        xlim=(-8, 8),
        ylim=(-1.05, 0.16),
    )
    axes.set_title("Behind a sigmoid, squared error stops teaching; cross-entropy does not")


def coin(figure: Any) -> None:
    """The entropy of a coin, in bits."""
    axes = figure.subplots()
    p = spaced(0, 1, 400)
    axes.plot([float(t) for t in p], coin_entropy(p), color=BLUE)
    rain = all_examples()["weather_entropy"]
    fair = all_examples()["weather_guess"]
    for worked, words, x_off, y_off, align in (
        (fair, "a fair coin", 0.0, 0.035, "center"),
        (rain, "forecast of rain", -0.025, -0.06, "right"),
    ):
        (belief,) = worked.values.values()
        x, y = float(belief.args[0].data), float(worked.rounded)
        axes.plot(x, y, "o", color=ORANGE, markersize=6)
        label = f"{words}, p = {x}: {worked.rounded} {'bit' if y == 1 else 'bits'}"
        axes.text(x + x_off, y + y_off, label, ha=align, color=ORANGE)
    axes.set(
        xlabel="probability p of heads",
        ylabel="binary entropy H(p) [bits]",
        xlim=(0, 1),
        ylim=(0, 1.12),
    )
    axes.set_title("A coin is most uncertain when it is fair")


def stacked(figure: Any) -> None:
    """Cross-entropy is entropy plus divergence: three codes for P, and a belief that sweeps."""
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.35))
    _bars(left)
    _sweep(right)
    figure.suptitle("Cross-entropy = entropy + divergence", x=0.02, ha="left", fontsize=13)


def _bars(axes: Any) -> None:
    known = all_examples()
    rows = {"P": "uniform_four", "Q1": "cross_entropy_q1", "Q2": "cross_entropy_q2"}
    for x, name in enumerate(rows.values()):
        worked = known[name]
        p, *q = worked.values.values()
        entropy, divergence = decomposed(p, q[0] if q else p)
        axes.bar(x, entropy, 0.62, color=PALE)
        axes.bar(x, divergence, 0.62, bottom=entropy, color=ORANGE)
        axes.text(x, entropy + divergence + 0.04, worked.rounded, ha="center")
    for x in range(len(rows)):
        axes.text(x, 1.0, "entropy\nH(P)", ha="center", va="center", fontsize=9.5)
    axes.annotate(
        "divergence", (1.31, 2.13), (1.5, 2.62), color=ORANGE, ha="center",
        arrowprops={"arrowstyle": "-", "color": ORANGE},
    )  # fmt: skip
    axes.set_xticks(range(len(rows)), [f"code\nfor {q}" for q in rows])
    axes.set(ylabel="H(P, Q) [bits]", ylim=(0, 3))
    axes.set_title(f"P = {p}", fontsize=11)


def _sweep(axes: Any) -> None:
    worked = all_examples()["weather_excess"]
    p, q = worked.values.values()
    beliefs = spaced(Fraction(1, 50), Fraction(49, 50), 192)
    split = [decomposed(p, Tup(t, 1 - t)) for t in beliefs]
    at = [float(t) for t in beliefs]
    bottom, total = [h for h, _ in split], [h + d for h, d in split]
    axes.fill_between(at, 0, bottom, color=PALE, linewidth=0)
    axes.fill_between(at, bottom, total, color=ORANGE, linewidth=0)
    axes.plot(at, total, color=INK, linewidth=1.6)
    axes.text(0.5, bottom[0] / 2, "entropy H(p)", ha="center", va="center")
    axes.text(0.175, 1.0, "divergence", ha="center", color="white")
    guess = q.args[0]
    assert isinstance(guess, Num)
    x, y = float(guess.data), sum(decomposed(p, q))
    axes.plot(x, y, "o", color=INK, markersize=5)
    axes.annotate(
        f"guessing {x}: {y:g} bit,\n{worked.rounded} of it in excess", (x, y), (0.46, 1.75),
        arrowprops={"arrowstyle": "-", "color": INK},
    )  # fmt: skip
    axes.set(
        xlabel="believed chance of rain t, q = (t, 1 − t)",
        ylabel="H(p, q) [bits]",
        xlim=(0, 1),
        ylim=(0, 3),
    )
    rain, dry = (float(entry.data) for entry in p.args if isinstance(entry, Num))
    axes.set_title(f"p = ({rain}, {dry}): least where q = p", fontsize=11)


FIGURES = {"gradients": gradients, "binary_entropy": coin, "cross_entropy_parts": stacked}

# The document in which each figure stands.
PLACES = {
    "gradients": "squared_error",
    "binary_entropy": "binary_cross_entropy",
    "cross_entropy_parts": "cross_entropy",
}


__all__ = ["FIGURES", "PLACES", "MissingExtra", "drawn", "figures"]
