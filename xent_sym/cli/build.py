"""``build``: the book."""

from __future__ import annotations

from argparse import Namespace


def build(options: Namespace) -> int:
    """``build [DIR]``: write one document per derivation, and an index."""
    from xent_sym.notes import build as build_book

    build_book(options.dir, options.format, options.language)
    return 0
