"""``build``: the book."""

from __future__ import annotations

from argparse import Namespace

from xent_sym import api
from xent_sym.cli.problems import OK, BadInput
from xent_sym.notes import LANGUAGES, BuildError
from xent_sym.notes.build import DEFAULT_FORMATS


def build(options: Namespace) -> int:
    """``build [DIR]``: write one document per derivation, and an index."""
    formats = [options.format] if options.format else DEFAULT_FORMATS
    languages = [options.language] if options.language else LANGUAGES
    try:
        report = api.build(options.dir, formats=formats, languages=languages)
    except BuildError as problem:
        raise BadInput(str(problem)) from problem
    print(report)
    return OK
