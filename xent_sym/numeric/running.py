"""The one place that runs text: a module that a printer has just written."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any


def run(source: str, name: str, given: Mapping[str, Any] | None = None) -> Callable[..., Any]:
    """The function of this name that the text of a module defines.

    The text is ours: printed from a closed language, and its names are checked identifiers.
    ``given`` are the names that it may use besides its own imports.  The module can be imported
    by its name from then on, for compilers that trace a function look up its globals that way.

    >>> run("def f(x): return x + 1", "f")(1)
    2
    """
    known = hashlib.sha256(source.encode()).hexdigest()[:12]
    module = ModuleType(f"xent_sym_export_{name}_{known}")
    vars(module).update(given or {})
    exec(compile(source, f"<{name}>", "exec"), vars(module))
    sys.modules[module.__name__] = module
    function: Callable[..., Any] = vars(module)[name]
    return function
