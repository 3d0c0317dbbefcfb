r"""Documents to formulas: Markdown, LaTeX files and Jupyter notebooks, each with true places.

``read_document(text, format)`` and ``read_path(path)`` never raise over what a document says:
what cannot be read is a ``problem`` at its place, and the rest is read.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from xent_sym.reader.document import Declaration, Document, Formula, Located, Row
from xent_sym.reader.macros import Macros
from xent_sym.reader.notebook import NotebookError, markdown_cells
from xent_sym.reader.places import Position, Remark, Source, Traced
from xent_sym.reader.reading import SCANNERS, Reading

__all__ = [
    "Declaration",
    "Document",
    "Formula",
    "Located",
    "Position",
    "Remark",
    "Row",
    "Source",
    "Traced",
    "read_document",
    "read_path",
]

MAX_DOCUMENT = 10_000_000
FORMATS = {".tex": "latex", ".ltx": "latex", ".ipynb": "notebook"}

def read_document(text: str, format: str = "markdown") -> Document:
    r"""Every formula of the text in order, and the prose between them.

    ``format`` is ``markdown``, ``latex`` or ``notebook``; any other is a ValueError.

    >>> note = "Let\n$$\nL = -\\sum_i y\\_i \\log p_i \\\\\n= -\\log p_c\n$$\nas said."
    >>> [formula] = read_document(note).formulas
    >>> [row.text for row in formula.rows]
    ['L = -\\sum_i y_i \\log p_i', '= -\\log p_c']
    >>> print(formula.rows[1].place(0), formula.repairs[0])
    4:1 3:14: \_ is read as _ (an escape of Markdown)
    """
    if format not in SCANNERS:
        raise ValueError(f"format {format!r} is not known; use markdown, latex or notebook")
    whole = Source(text)
    if len(text) > MAX_DOCUMENT:
        message = f"{len(text)} characters; at most {MAX_DOCUMENT} are read: split the document"
        return _unread(format, whole, message)
    try:
        sources = markdown_cells(text) if format == "notebook" else [whole]
    except NotebookError as error:
        return _unread(format, whole, str(error))
    reading = Reading(format, Macros())
    for source in sources:
        reading.read(source)
    return reading.document(tuple(sources))


def read_path(path: Path) -> Document:
    """The document in a file; its name's ending tells the format, Markdown where none does.

    Bytes that are not UTF-8 are a warning at the first of them, and read as U+FFFD.  Raises
    OSError where the file cannot be opened.
    """
    with path.open("rb") as file:
        raw = file.read(4 * MAX_DOCUMENT + 1)
    warnings: tuple[Remark, ...] = ()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        text = raw.decode("utf-8", "replace")
        at = len(raw[: error.start].decode("utf-8"))
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        warnings = (Remark.at(Source(text), at, at + 1, message),)
    format = FORMATS.get(path.suffix.lower(), "markdown")
    if format == "markdown" and "\\begin{document}" in text:
        format = "latex"
    document = read_document(text, format)
    return replace(document, warnings=warnings + document.warnings)


def _unread(format: str, source: Source, message: str) -> Document:
    return Document(format, (source,), (), ("",), problems=(Remark.at(source, 0, 0, message),))
