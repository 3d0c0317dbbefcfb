"""Worked examples: numbers put into a quantity, the exact value proved, the rounding sure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from xent_sym.library import UnknownName, modules
from xent_sym.worked.example import WorkedExample, example
from xent_sym.worked.numbers import ExampleError, Words, classes, decimal_text, number
from xent_sym.worked.rounding import WrongRounding, check_rounding, rounded


@cache
def all_examples() -> dict[str, WorkedExample]:
    """Every worked example by name, in the order of the files.

    >>> "weather_excess" in all_examples()
    True
    """
    found: dict[str, WorkedExample] = {}
    for module in modules():
        for value in vars(module).values():
            if isinstance(value, WorkedExample) and found.setdefault(value.name, value) != value:
                raise ExampleError(f"{module.__name__}: two examples are called {value.name}")
    return found


def examples_of(module_name: str) -> list[WorkedExample]:
    """The examples that illustrate a derivation file, such as ``"cross_entropy"``.

    >>> [e.rounded for e in examples_of("entropy")][:1]
    ['2']
    """
    short = module_name.rpartition(".")[2]
    known = [m.__name__.rpartition(".")[2] for m in modules()]
    if short not in known:
        raise UnknownName(short, known)
    return [e for e in all_examples().values() if e.about == short]


@dataclass(frozen=True)
class Slip:
    """Something in a note that its own numbers contradict: where, and what is right."""

    example: str
    source: str
    words: Words


def slips() -> list[Slip]:
    """The slips of the notes, as the examples find them.

    >>> any("1.204" in slip.words["en"] for slip in slips())
    True
    """
    return [Slip(e.name, e.source, e.note) for e in all_examples().values() if e.note]


__all__ = [
    "ExampleError",
    "Slip",
    "WorkedExample",
    "WrongRounding",
    "all_examples",
    "check_rounding",
    "classes",
    "decimal_text",
    "example",
    "examples_of",
    "number",
    "rounded",
    "slips",
]
