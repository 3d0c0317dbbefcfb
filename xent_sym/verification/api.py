"""``xs.verify``: a note, line by line, from Python."""

from __future__ import annotations

from pathlib import Path

from xent_sym.verification.guard import verify_paths, verify_text
from xent_sym.verification.report import Report

SUFFIXES = (".md", ".markdown", ".tex", ".ipynb")


def verify(note: str | Path, context: str | Path | None = None) -> Report:
    r"""Every step of a note: proved, refuted by a point, unknown, unreadable, a definition.

    ``note`` is the text of a Markdown note, or the path of a Markdown, LaTeX or notebook file (a
    ``Path``, or a ``str`` on one line that ends in .md, .markdown, .tex or .ipynb).  ``context``
    says what the letters mean, in the syntax of ``docs/context.md``: text, or a Path.  The note
    is judged in a process of its own, under limits of time and memory for each step.

    >>> report = verify(r"$$\frac{1}{1+e^{-z}} = \frac{e^z}{1+e^z} = 1 + e^{-z}$$")
    >>> [str(step.verdict) for step in report.steps]
    ['proved', 'refuted']
    >>> print(report.steps[1].counterexample)
    z = -1: left 0.2689, right 3.718
    """
    said = context.read_text("utf-8") if isinstance(context, Path) else context
    path = _path(note)
    if path is None:
        return Report((verify_text(str(note), said, name="note"),))
    return Report(tuple(verify_paths([path], said)))


def _path(note: str | Path) -> Path | None:
    if isinstance(note, Path):
        return note
    return Path(note) if note.endswith(SUFFIXES) and "\n" not in note else None


__all__ = ["verify"]
