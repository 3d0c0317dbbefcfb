"""``python -m xent_sym`` is ``xent-sym``."""

import sys

from xent_sym.cli import main

if __name__ == "__main__":
    sys.exit(main())
