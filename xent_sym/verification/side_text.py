"""One side of a formula as text and tree: its places, and what can be borrowed from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from xent_sym.reader.lexemes import ReadError, Token, matching_braces
from xent_sym.reader.parser import parse
from xent_sym.reader.tokens import tokenize
from xent_sym.reader.tree import (
    Accent,
    Addition,
    Apply,
    BigOperator,
    Bracket,
    Call,
    Name,
    Node,
    Number,
    Product,
    Quotient,
    RelationChain,
    Run,
    Script,
    Separated,
)
from xent_sym.reader.vocabulary import Kind

MOST_FACTORS = 12
MOST_TERMS = 6
LONGEST_FACTOR = 40
_ONE_TOKEN = re.compile(r"[A-Za-z0-9]|\\[A-Za-z]+")


@dataclass(frozen=True)
class Edit:
    """``text[start:end]`` becomes ``instead``."""

    start: int
    end: int
    instead: str

    def of(self, text: str) -> str:
        r"""The text after the edit; no two letters or numerals run into one.

        >>> Edit(0, 0, r"\log").of("x"), Edit(2, 5, "4").of("3 (1)")
        ('\\log x', '3 4')
        """
        return joined(joined(text[: self.start], self.instead), text[self.end :])

    def least(self, text: str) -> Edit:
        """The smallest edit that gives the same text."""
        result = self.of(text)
        start = _in_common(text, result)
        rest = min(len(text), len(result)) - start
        same = min(rest, _in_common(text[::-1], result[::-1]))
        return Edit(start, len(text) - same, result[start : len(result) - same])


def _in_common(one: str, two: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, two, strict=False))
    return next((k for k, (a, b) in pairs if a != b), min(len(one), len(two)))


def joined(one: str, two: str) -> str:
    """One text behind the other, with a space where they would be read as one word."""
    if one[-1:].isalpha() and two[:1].isalpha():
        return f"{one} {two}"
    if one[-1:].isdigit() and two[:1].isdigit():
        return rf"{one} \cdot {two}"
    return one + two


def expression(text: str) -> Node | None:
    """The tree of a text that is one expression; None for a relation, a list or a broken one."""
    try:
        root = parse(text)
    except ReadError:
        return None
    return None if isinstance(root, RelationChain | Separated) else root


class SideText:
    """One side with its tree, its tokens, and what can be borrowed from it and its neighbour."""

    def __init__(self, text: str, beside: SideText | None = None) -> None:
        self.text, self.beside = text, beside
        self.root = expression(text)
        self.nodes = list(self.root.walk()) if self.root is not None else []
        self.tokens = tokenize(text) if self.root is not None else []
        self.braces = matching_braces(text) if self.root is not None else {}
        self.parents = {id(child): node for node in self.nodes for child in node.children()}

    # -- places ----------------------------------------------------------------------------------

    def parent(self, node: Node) -> Node | None:
        """The node that this one stands directly in."""
        return self.parents.get(id(node))

    def additions(self) -> Iterator[Addition]:
        """The sums, outermost first."""
        return (node for node in self.nodes if isinstance(node, Addition))

    def products(self) -> Iterator[Product]:
        """The products, outermost first."""
        return (node for node in self.nodes if isinstance(node, Product))

    def quotients(self) -> Iterator[Quotient]:
        """The fractions, outermost first."""
        return (node for node in self.nodes if isinstance(node, Quotient))

    def scripts(self) -> Iterator[Script]:
        """What has scripts, outermost first."""
        return (node for node in self.nodes if isinstance(node, Script))

    def applications(self) -> Iterator[Apply]:
        """log, exp and their kin with what they take."""
        return (node for node in self.nodes if isinstance(node, Apply))

    def operators(self) -> Iterator[BigOperator]:
        """The signs with a range: sums and products, outermost first."""
        return (node for node in self.nodes if isinstance(node, BigOperator))

    def places(self) -> Iterator[Node]:
        """Where something can be put in front: the side, each term, the body of each sum."""
        if self.root is not None and not isinstance(self.root, Addition):
            yield self.root
        for node in self.additions():
            yield from node.terms
        for operator in self.operators():
            if operator.body is not None:
                yield operator.body

    def naming(self) -> Iterator[Node]:
        """The nodes that name a quantity: of what is indexed, called, or stands alone."""
        indexing = {id(n) for node in self.nodes for n in index_places(node)}
        for node in self.nodes:
            if not isinstance(node, Name | Accent) or self.written(node) == "e":
                continue
            if id(node) not in indexing and not isinstance(self.parent(node), Accent):
                yield node

    def stands(self, node: Node) -> bool:
        """The node is a whole factor or term, not a piece of a name."""
        around = self.parent(node)
        return _is_factor(node) and isinstance(
            around, Addition | Product | Quotient | Bracket | Apply
        )

    def sign_before(self, node: Addition, place: int) -> Token | None:
        """The + or - that stands before a term of a sum."""
        since = node.terms[place - 1].end if place else node.start
        until = node.terms[place].start
        signs = [t for t in self.tokens if since <= t.start and t.end <= until]
        return next((t for t in signs if t.kind is Kind.SIGN), None)

    def token_at(self, offset: int) -> Token:
        """The first token from here on."""
        return next(t for t in self.tokens if t.start >= offset)

    # -- text ------------------------------------------------------------------------------------

    def braced(self, node: Node) -> bool:
        """The braces around the node belong to its place."""
        return self.braces.get(node.start) == node.end - 1

    def written(self, node: Node) -> str:
        """What is written, without the braces around it."""
        cut = 1 if self.braced(node) else 0
        return self.text[node.start + cut : node.end - cut].strip()

    def behind(self, node: Node) -> int:
        """The offset behind the node and the brace that closes its place."""
        if self._in_braces(node):
            return self.text.index("}", node.end) + 1
        return node.end

    def _in_braces(self, node: Node) -> bool:
        before, after = self.text[: node.start].rstrip(), self.text[node.end :].lstrip()
        return before.endswith("{") and after.startswith("}")

    def replaced(self, node: Node, instead: str) -> Edit:
        """The node as something else, in braces where its place has them or needs them."""
        around = self.parent(node)
        needed = (
            (isinstance(around, Script | BigOperator) and node in (around.sub, around.sup))
            or (isinstance(around, Quotient) and not around.slash)
            or (isinstance(around, Apply) and node is around.base)
        )
        bare = self._in_braces(node) or _ONE_TOKEN.fullmatch(instead)
        if self.braced(node) or (needed and not bare):
            instead = f"{{{instead}}}"
        return Edit(node.start, node.end, instead)

    def before(self, node: Node, what: str) -> Edit:
        """Something put in front of the node."""
        return self.replaced(node, joined(what, self.written(node)))

    def times(self, node: Node, factor: str) -> Edit:
        """The node times a factor: behind a bracket if it is a letter, else in front."""
        own = self.written(node)
        if isinstance(node, Addition) and len(node.terms) > 1:
            return self.replaced(node, rf"{factor} \left( {own} \right)")
        last = node.factors[-1] if isinstance(node, Product) else node
        if isinstance(last, Bracket) and not factor.startswith(("\\frac", *"0123456789")):
            return self.replaced(node, f"{own} {factor}")
        return self.replaced(node, joined(factor + " ", own))

    def without_exponent(self, node: Script) -> Edit:
        """The base alone."""
        assert node.sup is not None
        until = node.sup.start
        caret = [t for t in self.tokens if t.kind is Kind.SUP and t.end <= until][-1]
        return Edit(caret.start, self.behind(node.sup), "")

    def squared(self, node: Node) -> Iterator[Edit]:
        """The square of the node, if it has no exponent yet."""
        own = self.written(node)
        if isinstance(node, Name | Call | Bracket | Accent):
            yield self.replaced(node, f"{own}^2")
        elif isinstance(node, Script):
            if node.sup is None and not node.primes:
                yield self.replaced(node, f"{own}^2")
        elif isinstance(node, BigOperator | Addition | Apply):
            yield self.replaced(node, f"({own})^2")

    # -- what can be borrowed ----------------------------------------------------------------------

    def borrowed(self, own: Callable[[SideText], Iterable[str]]) -> list[str]:
        """What is found in the neighbour and then here, each once."""
        sides = [side for side in (self.beside, self) if side is not None]
        return list(dict.fromkeys(found for side in sides for found in own(side)))

    @cached_property
    def indices(self) -> list[str]:
        """The letters that stand as an index."""
        return self.borrowed(
            lambda side: (
                letter
                for node in side.nodes
                for place in index_places(node)
                for letter in letters_of(place)
            )
        )

    @cached_property
    def letters(self) -> list[str]:
        """The letters that name a quantity, with their accents."""
        return self.borrowed(lambda side: (side.written(n) for n in side.naming()))

    @cached_property
    def factors(self) -> list[str]:
        r"""What may have been left out of a product; for a size n also ``\frac{1}{n}``."""
        found = self.borrowed(SideText._sizes) + self.borrowed(SideText._own_factors)
        idle = {"1", *self.indices}
        short = [f for f in dict.fromkeys(found) if len(f) <= LONGEST_FACTOR and f not in idle]
        return short[:MOST_FACTORS]

    def _own_factors(self) -> Iterator[str]:
        for product in self.products():
            yield from (self.written(f) for f in product.factors if _is_factor(f))
        yield from (self.written(node) for node in self.nodes if self.stands(node))

    def _sizes(self) -> Iterator[str]:
        for operator in self.operators():
            if isinstance(operator.sup, Name):
                size = self.written(operator.sup)
                yield from (rf"\frac{{1}}{{{size}}}", size)
        for quotient in self.quotients():
            if isinstance(quotient.bottom, Name | Number):
                one = self.written(quotient.top) == "1"
                below = self.written(quotient.bottom)
                yield self.written(quotient) if one else rf"\frac{{1}}{{{below}}}"

    @cached_property
    def terms(self) -> list[str]:
        """The signed terms of the neighbour, which may have been left out here."""
        own = self.beside._own_terms() if self.beside is not None else ()
        return list(dict.fromkeys(own))[:MOST_TERMS]

    @cached_property
    def functions(self) -> list[str]:
        """The words of the logarithms and exponentials, with their bases."""
        return self.borrowed(
            lambda side: (
                side.text[n.start : side.behind(n.base) if n.base else side.token_at(n.start).end]
                for n in side.applications()
                if n.function in ("log", "ln", "lg", "exp")
            )
        )

    @cached_property
    def heads(self) -> list[str]:
        r"""The signs of sums and products with their ranges: ``\sum_{k=1}^{K}``."""
        return self.borrowed(
            lambda side: (
                side.text[n.start : n.body.start].strip()
                for n in side.operators()
                if n.body is not None and n.kind in ("sum", "prod")
            )
        )

    def _own_terms(self) -> Iterator[str]:
        for node in self.additions():
            for sign, term in zip(node.signs, node.terms, strict=True):
                yield f"{sign} {self.written(term)}"


def letters_of(place: Name | Run) -> list[str]:
    """The letters of an index as they are written in LaTeX: two for w_ij."""
    return list(place.text) if isinstance(place, Run) or len(place.text) == 1 else [
        "\\" + place.text
    ]


def index_places(node: Node) -> Iterator[Name | Run]:
    """The indices right here: of a subscript or a sample mark, and the x and y of p(x, y)."""
    places: tuple[Node | None, ...] = ()
    if isinstance(node, Script):
        places = (node.sub, node.sup if isinstance(node.sup, Bracket) else None)
    elif isinstance(node, BigOperator):
        places = (node.sub,)
    elif isinstance(node, Call) and isinstance(node.bracket.body, Name | Separated):
        places = (node.bracket.body,)
    for place in places:
        if place is not None:
            yield from (part for part in place.walk() if isinstance(part, Name | Run))


def is_exponent(node: Script) -> bool:
    r"""What stands above is an exponent, not a sample mark, a prime or a transpose."""
    if node.sup is None or isinstance(node.sup, Bracket):
        return False
    return not (isinstance(node.sup, Name) and node.sup.text in ("T", "top", "prime"))


def _is_factor(node: Node) -> bool:
    if isinstance(node, Script):
        return not isinstance(node.base, Number)
    return isinstance(node, Name | Call | Number | Bracket | Accent) or (
        isinstance(node, Quotient) and isinstance(node.top, Number)
    )


__all__ = ["Edit", "SideText", "expression", "index_places", "is_exponent", "joined", "letters_of"]
