"""The Markdown book that is kept beside the code, to be compared and not to be overwritten."""

from __future__ import annotations

from pathlib import Path

from xent_sym.notes.build import BuildError, BuildReport, build, rendered
from xent_sym.notes.figures import PLACES
from xent_sym.notes.words import LANGUAGES

GOLDEN = Path(__file__).resolve().parents[2] / "docs" / "notes"


def expected() -> dict[str, str]:
    """The golden book as it should be: each page's path and text.

    Pictures are left out: another version of matplotlib draws the same curve in other bytes.
    """
    texts = dict(rendered(("markdown",), LANGUAGES, dict.fromkeys(PLACES, "")))
    return {name: text for name, text in texts.items() if name.endswith(".md")}


def differences() -> list[str]:
    """The files of the golden book that are missing, changed or left over."""
    wanted = expected()
    kept = {p.relative_to(GOLDEN).as_posix(): p for p in GOLDEN.rglob("*.md")}
    found = [f"{name}: missing" for name in wanted if name not in kept]
    found += [f"{name}: left over" for name in sorted(kept) if name not in wanted]
    for name, path in sorted(kept.items()):
        if name in wanted and path.read_bytes() != wanted[name].encode():
            found.append(f"{name}: {_first_difference(path.read_text('utf-8'), wanted[name])}")
    return found


def _first_difference(kept: str, made: str) -> str:
    """The first line that differs, as it is kept and as it is made now."""
    pairs = zip([*kept.split("\n"), None], [*made.split("\n"), None], strict=False)
    for number, (old, new) in enumerate(pairs, 1):
        if old != new:
            return f"line {number}: kept {old!r}, made now {new!r}"
    return "line ends differ"


def write_golden() -> BuildReport:
    """Rewrite the golden book in a checkout; documents that no longer exist are removed."""
    if not (GOLDEN.parents[1] / "pyproject.toml").exists():
        raise BuildError("the golden book is kept in a checkout of the project: run this there")
    report = build(GOLDEN, formats=("markdown",))
    if report.messages:
        raise BuildError("; ".join(report.messages))
    for path in sorted(GOLDEN.rglob("*.md")):
        if path not in report.files:
            path.unlink()
    return report
