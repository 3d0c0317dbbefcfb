"""``export``: the text of a module with the function of a theorem, or of a loss."""

from __future__ import annotations

import sys
from argparse import Namespace

from xent_sym import api
from xent_sym.cli.problems import OK


def export(options: Namespace) -> int:
    """``export NAME``: print the module, or write it whole to a file."""
    source = api.export(
        options.name, options.output, target=options.target, quantity=options.what
    )
    if options.output is None:
        sys.stdout.write(source)
    else:
        print(f"{options.output}: {options.name}, for {options.target}")
    return OK
