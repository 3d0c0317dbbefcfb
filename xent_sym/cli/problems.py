"""From an exception to one message for a person, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb

import xent_sym.derivations
from xent_sym.calc import DerivationError, StepFailed
from xent_sym.kernel import NotProved
from xent_sym.library import UnknownName
from xent_sym.terms.term import TermError

OK, FINDING, BAD_INPUT, NOTHING, INTERNAL = 0, 1, 2, 3, 4


class BadInput(Exception):
    """What was asked for cannot be done; the message names the place and the remedy."""


class NothingToCheck(Exception):
    """There was nothing to find fault with; the message says where, and what would be something."""


def explain(problem: BaseException) -> tuple[str, int]:
    """The message and the exit code for whatever a command raised.

    >>> explain(BadInput("no such folder: x; name one that exists"))
    ('no such folder: x; name one that exists', 2)
    """
    if isinstance(problem, NothingToCheck):
        return str(problem), NOTHING
    failed = next((c for c in _causes(problem) if isinstance(c, StepFailed)), None)
    if failed is not None:
        return str(failed), BAD_INPUT
    place = _place(problem)
    if place is not None:
        return f"{_placed(place, problem)}; mend this line", BAD_INPUT
    if isinstance(problem, OSError) and problem.errno is not None:
        name = problem.filename or "the output"
        why = problem.strerror or problem
        return f"{name}: {why}; name a place that can be written", BAD_INPUT
    if isinstance(problem, BadInput | UnknownName | DerivationError | TermError | NotProved):
        return str(problem), BAD_INPUT
    seen = f"{type(problem).__name__}: {problem}"
    return f"an error in xent-sym itself, please report it: {seen}", INTERNAL


def _placed(place: str, problem: BaseException) -> str:
    """The place, then what was wrong there."""
    root = list(_causes(problem))[-1]
    if isinstance(root, SyntaxError):
        return f"{place}: {root.msg}"
    if isinstance(root, TermError | NotProved | DerivationError):
        return str(root) if str(root).startswith(place) else f"{place}: {root}"
    return f"{place}: {type(root).__name__}: {root}"


def _place(problem: BaseException) -> str | None:
    """FILE:LINE of the derivation that raised this, if a derivation did."""
    for cause in reversed(list(_causes(problem))):
        if isinstance(cause, SyntaxError) and cause.filename and _is_derivation(cause.filename):
            return f"{cause.filename}:{cause.lineno}"
        frames = [(f.f_code.co_filename, line) for f, line in walk_tb(cause.__traceback__)]
        for file, line in reversed(frames):
            if _is_derivation(file):
                return f"{file}:{line}"
    return None


def _causes(problem: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = problem
    while found is not None:
        yield found
        found = found.__cause__


def _is_derivation(file: str) -> bool:
    folders = [Path(folder).resolve() for folder in xent_sym.derivations.__path__]
    return Path(file).resolve().parent in folders
