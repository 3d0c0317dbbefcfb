"""A PDF of the book, where there is a TeX to make it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from xent_sym.notes.words import Words

ENGINES = {"en": "pdflatex", "zh": "xelatex"}
RUNS = 2  # the second run knows the page numbers
MINUTES = 3


def compile_book(folder: Path, words: Words) -> list[str]:
    """Make ``book.pdf`` of ``book.tex``; what went wrong is said, never raised."""
    engine = ENGINES[words.language]
    found = shutil.which(engine)
    said = words.table["messages"]
    pdf = folder / "book.pdf"
    if found is None:
        return [said["no_tex"].format(name=pdf, engine=engine)]
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copy(folder / "book.tex", scratch)
        for _ in range(RUNS):
            error = _run(found, Path(scratch))
            if error:
                return [said["tex_failed"].format(name=pdf, engine=engine, error=error)]
        beside = folder / ".book.pdf"
        shutil.copy(Path(scratch) / "book.pdf", beside)
        beside.replace(pdf)
    return []


def _run(engine: str, scratch: Path) -> str:
    """One run; the first error, or nothing."""
    # a fixed date, and no commands from within TeX
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"}
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "book.tex"]
    try:
        done = subprocess.run(
            command, cwd=scratch, env=environment, capture_output=True, timeout=60 * MINUTES,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {MINUTES} minutes"
    if done.returncode == 0:
        return ""
    log = done.stdout.decode("utf-8", "replace").splitlines()
    return next((line for line in log if line.startswith("!")), "an unknown error")
