"""The table: ratios to the floor and to the best peer, and which goal a cell misses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speed_floor import FRESH, floor, least
from speed_ours import IN_LIBRARY, TARGETS

Times = Mapping[str, float]
OURS = (*TARGETS, *IN_LIBRARY)
NUMPY_PEERS = ("numpy", "scipy", "scikit-learn")
"""What our `numpy` target has to be ahead of. Its own time is kept under `ours numpy`."""

MIDDLE_SHAPE = "(4096, 10)"
LEAST_CALL = 5e-6


def ours_named(target: str) -> str:
    """The name under which a target of ours races: the peers have one called numpy, too.

    >>> ours_named("numpy")
    'ours numpy'
    """
    return f"ours {target}"


def peers(times: Times) -> dict[str, float]:
    """The contestants that are neither ours nor the floor."""
    mine = {ours_named(target) for target in OURS}
    return {n: t for n, t in times.items() if n not in mine and not n.startswith("floor")}


def missed(cell: str, times: Times) -> list[str]:
    """The goals that a cell misses, each in a few words.

    >>> slow = {"floor: exp, 1": 1.0, "floor: memory, 1": 2.0, "numpy": 9.0, "ours c": 5.0}
    >>> missed("entropy value at (64, 10)", slow)
    ['c over 2x floor']
    """
    return list(_missed(cell, times))


def _missed(cell: str, times: Times) -> Iterator[str]:
    lowest, others = floor(times), peers(times)
    c, numba, plain = (times.get(ours_named(target)) for target in TARGETS)
    allowed = 4 if MIDDLE_SHAPE in cell else 2
    if c is not None and c > allowed * lowest:
        yield f"c over {allowed}x floor"
    if c is not None and others and c > min(others.values()):
        yield "c behind " + min(others, key=others.__getitem__)
    if c is not None and numba is not None and numba > 2.5 * c:
        yield "numba over 2.5x c"
    if plain is not None:
        yield from (f"numpy behind {p}" for p in NUMPY_PEERS if plain > others.get(p, plain))
    for target, by_hand in IN_LIBRARY.items():
        took = times.get(ours_named(target))
        # Eager PyTorch is shown and is no goal: the goal is with its compiler on.
        if took and by_hand != "torch" and by_hand in others and took > 1.2 * others[by_hand]:
            yield f"{target} over 1.2x"


def _ratio(above: float | None, below: float | None) -> str:
    return "" if above is None or below is None else f"{above / below:.2f}"


def _duration(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def ratios(rows: Mapping[str, Times]) -> str:
    """One line per cell: ours in units of the floor, the best peer, and the missed goals."""
    lines = [
        "| cell | floor | fresh | c / floor | numba / c | numpy / floor | best peer | / floor "
        "| c / best | numpy / best of NumPy's | missed |",
        "|---|--:|--:|--:|--:|--:|---|--:|--:|--:|---|",
    ]
    for cell, times in rows.items():
        lowest, others = floor(times), peers(times)
        best = min(others, key=others.__getitem__)
        near = min(others[peer] for peer in NUMPY_PEERS if peer in others)
        c, numba, plain = (times.get(ours_named(target)) for target in TARGETS)
        parts = (
            cell,
            _duration(lowest),
            _ratio(least(times, FRESH), lowest),
            _ratio(c, lowest),
            _ratio(numba, c),
            _ratio(plain, lowest),
            best,
            _ratio(others[best], lowest),
            _ratio(c, others[best]),
            _ratio(plain, near),
            "; ".join(f"**{goal}**" for goal in missed(cell, times)),
        )
        lines.append("| " + " | ".join(parts) + " |")
    return "\n".join(lines)


def everyone(rows: Mapping[str, Times]) -> str:
    """One line per cell: every contestant in units of the floor."""
    names = list(dict.fromkeys(name for times in rows.values() for name in times))
    lines = ["| cell | " + " | ".join(names) + " |", "|---|" + "--:|" * len(names)]
    for cell, times in rows.items():
        shown = " | ".join(_ratio(times.get(name), floor(times)) for name in names)
        lines.append(f"| {cell} | {shown} |")
    return "\n".join(lines)


def libraries(rows: Mapping[str, Times]) -> str:
    """The array API export over what is written by hand, in each library; goal 1.2."""
    lines = [
        "| cell | " + " | ".join(IN_LIBRARY.values()) + " |",
        "|---|" + "--:|" * len(IN_LIBRARY),
    ]
    for cell, times in rows.items():
        pairs = ((times.get(ours_named(t)), times.get(hand)) for t, hand in IN_LIBRARY.items())
        lines.append(f"| {cell} | " + " | ".join(_ratio(*pair) for pair in pairs) + " |")
    return "\n".join(lines)


def calls(rows: Mapping[str, Times]) -> str:
    """What a call costs at (1, 10), where there is next to nothing to compute; goal 5 µs."""
    smallest = {cell: times for cell, times in rows.items() if cell.endswith("at (1, 10)")}
    names = list(dict.fromkeys(n for times in smallest.values() for n in times))
    shown = [n for n in names if not n.startswith("floor")]
    lines = ["| µs per call | " + " | ".join(shown) + " |", "|---|" + "--:|" * len(shown)]
    for cell, times in smallest.items():
        parts = []
        for name in shown:
            took = times.get(name)
            slow = name.startswith("ours") and took is not None and took > LEAST_CALL
            text = "" if took is None else f"{took * 1e6:.1f}"
            parts.append(f"**{text}**" if slow else text)
        lines.append(f"| {cell.removesuffix(' at (1, 10)')} | " + " | ".join(parts) + " |")
    return "\n".join(lines)
