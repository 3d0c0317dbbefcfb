"""Names and indices: which part of ``\\hat y_i^{(n)}`` is the name and which are the indices.

A subscript is an index if it is a letter that a sum of the note binds, a letter from i to n (or
c, r, s, t), or a number on a name that elsewhere takes such letters.  ``^{(i)}`` is a sample
index, ``^T`` a transposition, ``^*`` part of the name, any other superscript an exponent.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xent_sym.reader.readings import letters
from xent_sym.reader.tree import (
    Accent,
    Addition,
    Bracket,
    Leaf,
    Name,
    Node,
    Number,
    Repaired,
    Run,
    Script,
    Separated,
    Styled,
    Symbol,
    Word,
)

INDEX_LETTERS = frozenset("cijklmnrst")
TRANSPOSE = frozenset({"T", "top", "intercal"})
BETWEEN_DOTS = "…"  # the index of the terms that dots leave out
SCRIPT_FONTS = frozenset({"mathcal", "mathscr"})


@dataclass(frozen=True)
class Letters:
    """What the writing of a whole note shows of its letters.

    ``bound`` are the spellings that sums bind or declarations call an index; ``indexed`` the
    names that take a letter as index somewhere, so that a number there is an index as well;
    ``sizes`` the letters that stand as bounds of sums; ``doubled`` those written in two
    alphabets; ``complemented`` the names of which 1 − y_i is taken.
    """

    bound: frozenset[str] = frozenset()
    indexed: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    doubled: frozenset[str] = frozenset()
    complemented: frozenset[str] = frozenset()

    def is_index(self, node: Node) -> bool:
        """The script stands for an index, whatever name it is on."""
        if node.show() in self.bound or node.show() == BETWEEN_DOTS:
            return True
        if isinstance(node, Script) and node.primes and node.sub is None and node.sup is None:
            return self.is_index(node.base)
        return isinstance(node, Name) and node.text in INDEX_LETTERS


@dataclass
class Written:
    """A name as written: its indices in order, an exponent, a transposition.

    ``shifted``: a script speaks of an index without being one, as in x_{i+1}.
    """

    name: str
    subs: list[Node] = field(default_factory=list)
    samples: list[Node] = field(default_factory=list)
    power: Node | None = None
    transposed: bool = False
    shifted: bool = False

    @property
    def indices(self) -> list[Node]:
        """Sample indices first, as in data: y^{(i)}_k is the k-th entry of sample i."""
        return [*self.samples, *self.subs]

    @property
    def bare(self) -> bool:
        """Nothing but a name."""
        return not (self.subs or self.samples or self.power or self.transposed)


def written(node: Node, known: Letters) -> Written | None:
    """The name, its indices and its exponent; None for what is not a name.

    >>> from xent_sym.reader.parser import parse
    >>> w = written(parse(r"\\hat y_i^{(n)}"), Letters())
    >>> w.name, [i.show() for i in w.indices]
    ('yhat', ['n', 'i'])
    >>> written(parse(r"h_\\theta"), Letters()).name
    'h_theta'
    """
    match node:
        case Name() | Word():
            return Written(node.text)
        case Accent():
            inner = written(node.body, known)
            if inner is not None:
                inner.name += node.mark
            return inner
        case Styled():
            inner = written(node.body, known)
            if inner is not None and node.font in SCRIPT_FONTS:
                inner.name += "cal"
            elif inner is not None and "b" in node.font and inner.name in known.doubled:
                inner.name += f"_{node.font}"
            return inner
        case Repaired():
            return written(node.body, known)
        case Bracket() if node.open == "{" and node.body is not None:
            return written(node.body, known)
        case Script():
            return _script(node, known)
    return None


def _script(node: Script, known: Letters) -> Written | None:
    found = written(node.base, known)
    if found is None or found.power is not None:
        return None
    found.name += "'" * node.primes
    if node.sub is not None:
        indices = indices_in(node.sub, found.name, known)
        if indices is None:
            found.shifted = found.shifted or speaks_of_indices(node.sub, known)
            found.name += f"_{plain(node.sub)}"
        else:
            found.subs += indices
    if node.sup is not None:
        _above(found, node.sup, known)
    return found


def _above(found: Written, sup: Node, known: Letters) -> None:
    inside = sup.body if isinstance(sup, Bracket) and sup.open in ("(", "[") else None
    sample = None
    if inside is not None:
        numbered = isinstance(inside, Number)
        sample = [inside] if numbered else indices_in(inside, found.name, known)
    if sample is not None:
        found.samples += sample
    elif isinstance(sup, Name | Symbol | Word) and sup.text in TRANSPOSE:
        found.transposed = True
    elif isinstance(sup, Symbol):
        found.name += f"^{sup.text}"
    elif (found.subs and is_layer(sup)) or (isinstance(sup, Run) and len(sup.text) > 2):
        found.name += f"^{plain(sup)}"
    else:
        found.power = sup


def is_layer(sup: Node) -> bool:
    """L, l, L − 1 above an indexed name: the layer of a network, not an exponent."""
    if isinstance(sup, Addition) and len(sup.terms) == 2:
        return is_layer(sup.terms[0]) and isinstance(sup.terms[1], Number)
    return isinstance(sup, Name) and sup.text in ("L", "l")


def indices_in(node: Node, name: str, known: Letters) -> list[Node] | None:
    """The indices that a script is made of; None if it is part of the name."""
    if known.is_index(node):
        return [node]
    if isinstance(node, Number):
        return [node] if name in known.indexed else None
    if isinstance(node, Run):
        each = letters(node)
        return list(each) if all(known.is_index(n) for n in each) else None
    if isinstance(node, Separated) and node.separator == ",":
        found: list[Node] = []
        for item in node.items:
            part = [item] if isinstance(item, Number) else indices_in(item, name, known)
            if part is None:
                return None
            found += part
        return found
    return None


def speaks_of_indices(node: Node, known: Letters) -> bool:
    """An index stands somewhere in a script that is no index: i + 1, (i)."""
    if isinstance(node, Run | Word):
        return False
    return any(isinstance(n, Name) and known.is_index(n) for n in node.walk())


def plain(node: Node) -> str:
    """A script that is part of a name, as one word that no other script gives."""
    if isinstance(node, Leaf | Word):
        return node.text
    if isinstance(node, Addition) and all(isinstance(t, Leaf) for t in node.terms):
        signed = zip(node.signs, node.terms, strict=True)
        shown = "".join(f"{sign}{plain(term)}" for sign, term in signed)
        return f"{{{shown.removeprefix('+')}}}"
    return "".join(c for c in node.show() if c not in " '\"") or "x"


__all__ = ["BETWEEN_DOTS", "INDEX_LETTERS", "Letters", "Written", "indices_in", "plain", "written"]
