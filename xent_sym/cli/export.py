"""``export``: a module that needs only NumPy, from a theorem."""

from __future__ import annotations

import sys
from argparse import Namespace

from xent_sym.cli.files import write_whole
from xent_sym.cli.problems import OK, BadInput
from xent_sym.library import derivation
from xent_sym.numeric import ExportError, numeric_side


def export(options: Namespace) -> int:
    """``export NAME``: print the module, or write it whole to a file."""
    found = derivation(options.name)
    try:
        side = numeric_side(found.theorem)
    except ExportError as problem:
        raise BadInput(str(problem)) from problem
    if side is None:
        raise BadInput(
            f"{found.name}: {found.theorem} has no function of arrays to export; "
            "name an equation whose right side is to be computed (xent-sym list)"
        )
    if options.output is None:
        sys.stdout.write(side.source)
    else:
        write_whole(options.output, side.source)
        print(f"{options.output}: {side.function.name}, a NumPy function")
    return OK
