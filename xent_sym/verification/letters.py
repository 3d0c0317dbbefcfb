"""How every symbol of a note was taken, and why: each once, in the syntax of declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from xent_sym.meaning.chain import NoteContext
from xent_sym.terms.term import Sym, Term
from xent_sym.terms.text import ACCENTS, GREEK
from xent_sym.verification.judging import ChainReader
from xent_sym.verification.report import Letter

PLAIN = {"one-hot": "label", "base": "positive"}
# What says most of a letter comes first.
KINDS = (
    "one-hot", "positive distribution", "distribution", "binary", "probability", "base",
    "positive", "real",
)  # fmt: skip


@dataclass(frozen=True)
class Defined:
    """A definition as the author wrote it."""

    name: str
    left: str
    body: str
    line: int


def letters_told(
    readers: Iterable[ChainReader], context: NoteContext, defined: Sequence[Defined]
) -> Iterator[Letter]:
    """One line for each letter: its definition, else what most was taken of it."""
    told: set[str] = set()
    for one in defined:
        if one.left not in told:
            told.add(one.left)
            yield Letter(one.left, f"= {one.body}", f"defined in line {one.line}")
    known = {one.name for one in defined} | {d.name for d in context.definitions.found}
    symbols = list(_taken(readers, context))
    heads = dict.fromkeys(s.name.partition("(")[0] for s in symbols if "(" in s.name)
    for name in (h for h in heads if h.rstrip("'") not in known):
        yield _applied(name, symbols, context)
    best: dict[str, Sym] = {}
    for symbol in symbols:
        if symbol.name not in best or _says_more(symbol, best[symbol.name]):
            best[symbol.name] = symbol
    for name, symbol in best.items():
        if name not in known and name not in heads and "(" not in name:
            yield _letter(name, symbol, context)


def _taken(readers: Iterable[ChainReader], context: NoteContext) -> Iterator[Sym]:
    """The symbols of all readings that use the note's definitions, but for index letters."""
    for reader in readers:
        for reading, read in reader.made.items():
            families = read.scene.families.items() if reading.unfold else ()
            for (name, samples), symbol in families:
                if samples >= 0 and name not in context.letters.bound:
                    yield symbol
            for side in read.sides if reading.unfold else ():
                terms = side.symbols() if isinstance(side, Term) else ()
                yield from (s for s in terms if "(" in s.name)


def _says_more(one: Sym, other: Sym) -> bool:
    def rank(symbol: Sym) -> tuple[int, int]:
        place = KINDS.index(symbol.kind) if symbol.kind in KINDS else len(KINDS)
        return -len(symbol.ranges), place

    return rank(one) < rank(other)


def _letter(name: str, symbol: Sym, context: NoteContext) -> Letter:
    kind = PLAIN.get(symbol.kind, symbol.kind)
    count = len(symbol.ranges)
    over = f" over {', '.join('ijklmn'[:count])}" if count else ""
    return Letter(in_latex(name), kind + over, _source(name, context, _why(symbol)))


def _applied(name: str, symbols: Sequence[Sym], context: NoteContext) -> Letter:
    """p(x) and p(y|x) are two factors of one distribution over x and y; f(x) is a function."""
    inside = [s.name[len(name) + 1 : -1] for s in symbols if s.name.startswith(f"{name}(")]
    if not any("|" in one for one in inside):
        return Letter(in_latex(name), "function", _source(name, context, "it is applied"))
    variables = sorted({v for one in inside for part in one.split("|") for v in part.split(",")})
    over = f"positive joint distribution over {', '.join(variables)}"
    why = "a probability of several variables"
    return Letter(in_latex(name), over, _source(name, context, why))


def _source(name: str, context: NoteContext, why: str) -> str:
    return "declared" if context.declarations.find(name) is not None else f"default: {why}"


def _why(symbol: Sym) -> str:
    match symbol.kind:
        case "positive distribution" | "distribution":
            return "an indexed probability"
        case "probability":
            return "a probability without index"
        case "positive":
            return "it stands in a logarithm"
        case "base":
            return "it is the base of a logarithm"
    return "nothing is said of it"


def in_latex(name: str) -> str:
    r"""A name as a note writes it.

    >>> print(in_latex("yhat"), in_latex("theta"), in_latex("L_cee"), in_latex("Lcal"))
    \hat{y} \theta L_{cee} \mathcal{L}
    """
    stem, _, sub = name.partition("_")
    if sub:
        return f"{in_latex(stem)}_{{{sub}}}"
    for accent in (*ACCENTS, "cal"):
        inner = name.removesuffix(accent)
        if inner != name and (len(inner) == 1 or inner in GREEK):
            return f"\\{'mathcal' if accent == 'cal' else accent}{{{in_latex(inner)}}}"
    return f"\\{name}" if name in GREEK else name


__all__ = ["Defined", "in_latex", "letters_told"]
