"""Records as one line of JSON and back: what crosses the border between two processes.

A record is the list of its fields, in their order.  Nothing but the types of our own records
says what is made of the text, so that no text can name a class or run anything.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(value: Any) -> bytes:
    """The value as one line of ASCII; records, tuples, lists, mappings, text and numbers.

    >>> from xent_sym.verification.report import Given
    >>> encode((1, Given("p_i > 0", stated=False)))
    b'[1,["p_i > 0",false]]'
    """
    return json.dumps(value, default=_fields, separators=(",", ":")).encode("ascii")


def decode(kind: type[T], line: bytes) -> T:
    """What ``encode`` made of a record of this kind.

    >>> from xent_sym.verification.report import Given
    >>> decode(Given, encode(Given("p_i > 0", stated=False)))
    Given(text='p_i > 0', stated=False)
    """
    made: T = _make(kind, json.loads(line))
    return made


def _fields(record: Any) -> list[Any]:
    if not is_dataclass(record):
        raise TypeError(f"{type(record).__name__} is not a record of ours")
    return [getattr(record, field.name) for field in fields(record)]


def _make(kind: Any, data: Any) -> Any:
    """The value of this type that the data stand for."""
    if isinstance(kind, type) and is_dataclass(kind):
        values = zip(_types(kind), data, strict=True)
        return kind(*(_make(inner, value) for inner, value in values))
    if get_origin(kind) is UnionType:  # X | None
        return None if data is None else _make(get_args(kind)[0], data)
    if get_origin(kind) is tuple:
        inner, *others = get_args(kind)
        if others == [...]:
            return tuple(_make(inner, value) for value in data)
        return tuple(map(_make, (inner, *others), data))
    if get_origin(kind) is dict:  # JSON has keys of text only
        key, inner = get_args(kind)
        return {key(name): _make(inner, value) for name, value in data.items()}
    return kind(data) if issubclass(kind, Enum) else data


@cache
def _types(kind: Any) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in fields(kind))
