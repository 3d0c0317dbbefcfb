"""Jupyter notebooks: their Markdown cells.  Positions are the cell and the line in it."""

from __future__ import annotations

import json
from typing import Any

from xent_sym.reader.places import Source


class NotebookError(ValueError):
    """The text is no notebook; the message says what was seen."""


def markdown_cells(text: str) -> list[Source]:
    r"""The Markdown cells, numbered among all cells from 1.

    Raises NotebookError where the text is not JSON, or not a notebook.

    >>> cells = '[{"cell_type": "code"}, {"cell_type": "markdown", "source": ["a\\n", "b"]}]'
    >>> [(cell.cell, cell.text) for cell in markdown_cells(f'{{"cells": {cells}}}')]
    [(2, 'a\nb')]
    >>> markdown_cells("[1, 2")
    Traceback (most recent call last):
    ...
    xent_sym.reader.notebook.NotebookError: not JSON: Expecting ',' delimiter at line 1, column 6
    """
    try:
        book = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise NotebookError(message) from error
    except (RecursionError, ValueError) as error:
        message = "not JSON that can be read: nested too deeply, or a number too long"
        raise NotebookError(message) from error
    return [
        Source(_clean(_text(cell.get("source"))), number)
        for number, cell in enumerate(_cells(book), start=1)
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown"
    ]


def _cells(book: Any) -> list[Any]:
    """The cells of format 4, or of format 3, which has them in worksheets."""
    if isinstance(book, dict):
        sheets = book.get("worksheets")
        if isinstance(book.get("cells"), list):
            return list(book["cells"])
        if isinstance(sheets, list):
            return [cell for sheet in sheets for cell in _cells(sheet)]
    raise NotebookError("no list of cells; expected a notebook of format 3 or 4")


def _text(source: Any) -> str:
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _clean(text: str) -> str:
    """JSON can spell half of a surrogate pair, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
