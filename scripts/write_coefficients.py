"""Write the fitted coefficients into elementary.h and elementary_numba.py (--check: compare only).

Run from the root of the repository:  python scripts/write_coefficients.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from xent_sym.numeric.elementary.coefficients import c_block, numba_block

FOLDER = Path(__file__).parents[1] / "xent_sym" / "numeric" / "elementary"
BEGIN, END = "coefficients: begin", "coefficients: end"


def replaced(text: str, block: str) -> str:
    """The text with the block between its two marking lines.

    >>> replaced("a\\n# coefficients: begin\\nold\\n# coefficients: end\\n", "new")
    'a\\n# coefficients: begin\\nnew\\n# coefficients: end\\n'
    """
    lines = text.split("\n")
    places = [[n for n, line in enumerate(lines) if mark in line] for mark in (BEGIN, END)]
    if [len(found) for found in places] != [1, 1]:
        raise ValueError(f"one line with {BEGIN!r} and one with {END!r} were expected")
    begin, end = places[0][0], places[1][0]
    return "\n".join([*lines[: begin + 1], block, *lines[end:]])


def written() -> dict[Path, str]:
    """What each source must hold."""
    blocks = {"elementary.h": c_block(), "elementary_numba.py": numba_block()}
    return {
        FOLDER / name: replaced((FOLDER / name).read_text(encoding="utf-8"), block)
        for name, block in blocks.items()
    }


def main(arguments: list[str]) -> int:
    stale = [path for path, text in written().items() if path.read_text(encoding="utf-8") != text]
    if "--check" not in arguments:
        for path, text in written().items():
            path.write_text(text, encoding="utf-8")
        return 0
    for path in stale:
        print(f"{path.name} is not what the script writes; run it without --check")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
