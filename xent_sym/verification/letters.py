"""How every symbol of a note was taken, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xent_sym.meaning.chain import NoteContext
from xent_sym.terms.term import Sym
from xent_sym.terms.text import spell
from xent_sym.verification.judging import ChainReader
from xent_sym.verification.report import Letter

PLAIN = {"one-hot": "label"}


def letters_told(readers: Iterable[ChainReader], context: NoteContext) -> Iterator[Letter]:
    """One line for each letter and each way it was taken."""
    seen: set[tuple[str, str]] = set()
    for definition in context.definitions.found:
        if definition.line:
            yield Letter(definition.name, "defined", f"defined in line {definition.line}")
    for reader in readers:
        for read in reader.made.values():
            for (name, _), symbol in read.scene.families.items():
                found = _letter(name, symbol, context)
                if (found.name, found.meaning) not in seen:
                    seen.add((found.name, found.meaning))
                    yield found


def _letter(name: str, symbol: Sym, context: NoteContext) -> Letter:
    kind = PLAIN.get(symbol.kind, symbol.kind)
    count = len(symbol.ranges)
    over = f" over {', '.join('ijklmn'[:count])}" if count else ""
    declared = context.declarations.find(name) is not None
    return Letter(spell(name), kind + over, "declared" if declared else f"default: {_why(symbol)}")


def _why(symbol: Sym) -> str:
    match symbol.kind:
        case "positive distribution" | "distribution":
            return "an indexed probability"
        case "probability":
            return "a probability without index"
        case "positive":
            return "it stands in a logarithm"
    return "nothing is said of it"


__all__ = ["letters_told"]
