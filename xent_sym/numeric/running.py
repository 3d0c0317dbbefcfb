"""The one place that runs text: a module that a printer has just written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def run(source: str, name: str, given: Mapping[str, Any] | None = None) -> Callable[..., Any]:
    """The function of this name that the text of a module defines.

    The text is ours: printed from a closed language, and its names are checked identifiers.
    ``given`` are the names that it may use besides its own imports.

    >>> run("def f(x): return x + 1", "f")(1)
    2
    """
    namespace: dict[str, Any] = {"__name__": f"xent_sym_export_{name}", **(given or {})}
    exec(compile(source, f"<{name}>", "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    return function
