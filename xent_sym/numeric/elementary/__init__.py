"""exp, log, log1p, expm1 and tanh as text, for the targets that have no fast ones of their own.

Both texts are made of parts between blank lines; a program takes the parts that it needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.resources import files

FUNCTIONS = tuple(f"{p}_{f}" for p in "df" for f in ("exp", "log", "log1p", "expm1", "tanh"))

C_SOURCES = ("elementary.h", "ratios.h", "helpers.h")
NUMBA_SOURCES = ("elementary_numba.py", "ratios_numba.py")

# A division that may raise is a branch, and a branch ends a vector: hence the error model.
# "contract" lets a*b + c round once; sums and differences stay as they are written.
NUMBA_DECORATOR = '@numba.njit(error_model="numpy", fastmath={"contract"})'

NAME = re.compile(r"\b[dfDF]_\w+")


def c_text(names: Iterable[str]) -> str:
    """The C99 text of these functions and of all that they call, with its includes.

    Names: ``d_`` (double) or ``f_`` (float) and exp, log, log1p, expm1 or tanh, or one of the
    functions in C alone, such as exp_down (for arguments that are not positive).

    >>> text = c_text(["f_exp"])
    >>> "float f_exp(float x)" in text, "d_exp" in text, "f_log" in text
    (True, False, False)
    """
    return "\n\n".join(_needed(_c_parts(), names)) + "\n"


def called(text: str) -> set[str]:
    """The functions of this folder that a C text calls.

    >>> called("y = d_exp(x) + f(x);")
    {'d_exp'}
    """
    return set().union(*map(_defined, _c_parts())).intersection(NAME.findall(text))


def numba_text(names: Iterable[str], decorator: str = NUMBA_DECORATOR) -> str:
    """Python text of these functions and of all that they call, each under the decorator.

    It expects ``import numba`` and ``import numpy as np`` above it.

    >>> text = numba_text(["d_log1p"])
    >>> text.count("@numba.njit"), "def d_log_tail" in text, "def d_exp" in text
    (3, True, False)
    """
    # the first part of each is its imports
    parts = [part for source in NUMBA_SOURCES for part in re.split("\n{3,}", _text(source))[1:]]
    chosen = "\n\n\n".join(_needed(parts, names))
    return re.sub(r"^def ", f"{decorator}\ndef ", chosen, flags=re.MULTILINE) + "\n"


def _c_parts() -> list[str]:
    return [part for source in C_SOURCES for part in re.split("\n{2,}", _text(source))]


def _text(name: str) -> str:
    """A source beside this file, without the lines that mark where coefficients are written."""
    lines = files(__name__).joinpath(name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if " coefficients: " not in line).strip("\n")


def _needed(parts: Iterable[str], names: Iterable[str]) -> list[str]:
    """The parts that define these names, those that these rest on, and those that define none."""
    parts, wanted = list(parts), set(names)
    if unknown := sorted(wanted.difference(*map(_defined, parts))):
        raise ValueError(f"no elementary function {', '.join(unknown)}: one of {FUNCTIONS}")
    chosen: set[int] = set()
    while more := [
        n for n, part in enumerate(parts) if n not in chosen and wanted & _defined(part)
    ]:
        chosen.update(more)
        wanted.update(*(NAME.findall(parts[n]) for n in more))
    return [part for n, part in enumerate(parts) if n in chosen or not _defined(part)]


def _defined(part: str) -> set[str]:
    """The names that a part defines: functions, macros, constants."""
    found: set[str] = set()
    for line in part.splitlines():
        if line.startswith(("INLINE ", "def ")):
            found.update(NAME.findall(line.partition("(")[0]))
        elif line.startswith("#define "):
            found.update(NAME.findall(line)[:1])
        elif re.match("[DF]_", line):
            found.update(NAME.findall(line.partition(" = ")[0]))
    return found
