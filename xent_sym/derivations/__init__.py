"""The library: one short file per mathematical object.  The folder is the registry.

In a checkout the files stand in the top-level folder ``derivations``; the wheel carries them
here.
"""

from pathlib import Path

_here = Path(__file__).resolve().parent
_checkout = _here.parents[1] / "derivations"
if not (_here / "entropy.py").exists() and _checkout.is_dir():
    __path__ = [str(_checkout)]
