"""``export``: a module that needs only NumPy, from a theorem."""

from __future__ import annotations

import sys
from argparse import Namespace

from xent_sym import api
from xent_sym.cli.problems import OK


def export(options: Namespace) -> int:
    """``export NAME``: print the module, or write it whole to a file."""
    source = api.export(options.name, options.output)
    if options.output is None:
        sys.stdout.write(source)
    else:
        print(f"{options.output}: {options.name}, a NumPy function")
    return OK
