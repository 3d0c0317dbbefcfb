"""The library: every derivation in the folder, found by looking, in the order of the files."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from types import ModuleType

import xent_sym.derivations
from xent_sym.calc import Derivation, DerivationError


class UnknownName(KeyError):
    """No derivation has this name."""

    def __init__(self, name: str, known: list[str]) -> None:
        close = get_close_matches(name, known, 3)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        super().__init__(f"no derivation is called {name!r}{hint} (xent-sym list shows them all)")

    def __str__(self) -> str:
        return str(self.args[0])


def modules() -> Iterator[ModuleType]:
    """The files of the folder, one module each."""
    package = xent_sym.derivations
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        name = f"{package.__name__}.{found.name}"
        try:
            yield import_module(name)
        # a file may raise anything, and may try to end the program: it is named, not lost
        except (Exception, SystemExit) as problem:
            seen = f"{type(problem).__name__}: {problem}"
            raise DerivationError(f"{found.name}.py: {seen}; mend this file") from problem


@cache
def library() -> dict[str, Derivation]:
    """Every derivation by name.

    >>> "softmax_jacobian" in library()
    True
    """
    found: dict[str, Derivation] = {}
    for module in modules():
        for one in _own(module):
            if (other := found.setdefault(one.name, one)) is not one:
                raise DerivationError(
                    f"{one.file}:{one.line}: {one.name}: a derivation of this name stands at "
                    f"{other.file}:{other.line}; rename one of them"
                )
    return found


def _own(module: ModuleType) -> list[Derivation]:
    """The derivations that stand in this file, not those that it cites from others."""
    derivations = (v for v in vars(module).values() if isinstance(v, Derivation))
    return [d for d in derivations if d.module == module.__name__]


def without_derivations() -> list[str]:
    """The files of the folder that hold no derivation."""
    return [str(m.__file__) for m in modules() if not _own(m)]


def derivation(name: str) -> Derivation:
    """The derivation of this name; UnknownName with a suggestion otherwise."""
    known = library()
    if name not in known:
        raise UnknownName(name, list(known))
    return known[name]
