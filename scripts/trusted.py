"""What a proof rests on: the files that the judge imports, and how long they are.

    python scripts/trusted.py
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Only printing goes through these; the judge imports them inside the functions that print.
PRINTERS = {"text", "latex", "wording", "printing", "style", "sympy_reader", "sympy_writer"}


def imported(path: Path) -> Iterator[Path]:
    """The files of the package that this one imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("xent_sym."):
            file = ROOT.joinpath(*str(node.module).split(".")).with_suffix(".py")
            if file.exists() and file.stem not in PRINTERS:
                yield file


def trusted() -> list[Path]:
    """The judge and everything under it."""
    found: dict[Path, None] = {}
    waiting = [ROOT / "xent_sym" / "kernel" / "judge.py"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = None
            waiting.extend(imported(path))
    return sorted(found)


def lines_of_code(path: Path) -> int:
    """Lines that hold code: no blank lines, no comments, no docstrings."""
    text = path.read_text("utf-8")
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT,
                              tokenize.DEDENT, tokenize.ENDMARKER):
            lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - _docstrings(ast.parse(text)))


def _docstrings(tree: ast.AST) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


if __name__ == "__main__":
    counts = {path.relative_to(ROOT).as_posix(): lines_of_code(path) for path in trusted()}
    for name, count in counts.items():
        print(f"{count:6}  {name}")
    print(f"{sum(counts.values()):6}  lines of code in all")
