r"""Single edits of one side of a formula: the slips that people make when they copy a line.

An edit is a piece of the LaTeX and what is to stand there instead.  Places come from the tree
that the reader makes, so what is left out is a whole term and what is swapped are arguments;
every edit is read again, and only those that still read as an expression are given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from xent_sym.reader.lexemes import ReadError, Token
from xent_sym.reader.parser import parse
from xent_sym.reader.tokens import tokenize
from xent_sym.reader.tree import (
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
    Relation,
    RelationChain,
    Script,
    Separated,
)
from xent_sym.reader.vocabulary import Kind

KINDS = (
    "sign", "index", "letter", "factor", "exponent", "base", "log", "number", "sum or product",
    "dropped term", "dropped factor", "swap",
)
NEXT = {"i": "j", "j": "k", "k": "j", "n": "m", "x": "y", "y": "x", "t": "s"}
MOST_LETTERS = 3


@dataclass(frozen=True)
class Edit:
    """``text[start:end]`` becomes ``instead``; ``kind`` is one of KINDS."""

    kind: str
    start: int
    end: int
    instead: str

    def of(self, text: str) -> str:
        """The text after the edit."""
        return text[: self.start] + self.instead + text[self.end :]


def edits(text: str, beside: str = "") -> list[Edit]:
    r"""Every edit of a formula's side that leaves an expression, in order of place.

    ``beside`` is other LaTeX (the other side) from which index letters and heads are borrowed.
    Text that is not an expression has no edits.

    >>> side = r"-\sum_i p_i \log q_i"
    >>> [edit.of(side) for edit in edits(side) if edit.kind == "log"]
    ['-\\sum_i p_i  q_i']
    >>> [edit.of(side) for edit in edits(side, "r_j") if edit.kind == "index"][:2]
    ['-\\sum_{j} p_i \\log q_i', '-\\sum_i p_{j} \\log q_i']
    """
    root = expression(text)
    if root is None:
        return []
    found: dict[str, Edit] = {}
    for edit in _Editor(text, root, beside).all():
        result = edit.of(text)
        if "".join(result.split()) != "".join(text.split()) and expression(result) is not None:
            found.setdefault(result, edit)
    return sorted(found.values(), key=lambda edit: (edit.start, edit.end, KINDS.index(edit.kind)))


def expression(text: str) -> Node | None:
    """The tree of a text that is one expression: no relation, no list."""
    try:
        root = parse(text)
    except ReadError:
        return None
    return None if isinstance(root, RelationChain | Separated | Relation) else root


class _Editor:
    def __init__(self, text: str, root: Node, beside: str) -> None:
        self.text, self.root = text, root
        self.tokens = tokenize(text)
        other = expression(beside)
        pool = [*root.walk(), *(other.walk() if other else ())]
        self.indices = _names(node for outer in pool for node in index_places(outer))
        self.arguments = _names(node for outer in pool for node in arguments(outer))
        self.heads = _names(node for outer in pool for node in heads(outer))
        self.scripted = {part for node in root.walk() for part in _unbraced(node)}

    def all(self) -> Iterator[Edit]:
        if not isinstance(self.root, Addition):
            yield self.insert("sign", self.root, "-")
            yield self.insert("factor", self.root, "2 ")
        for node in self.root.walk():
            if (make := _BY_NODE.get(type(node))) is not None:
                yield from make(self, node)
            for name in index_places(node):
                yield from self.renamed("index", name, self.indices)
            for name in arguments(node):
                yield from self.renamed("index", name, self.arguments)
            for name in heads(node):
                yield from self.renamed("letter", name, self.heads)

    # -- pieces of text ----------------------------------------------------------------

    def written(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def replaced(self, kind: str, node: Node, instead: str) -> Edit:
        """The node as something else, in braces where it stood in braces or must."""
        braced = self.written(node).startswith("{") or node in self.scripted
        return Edit(kind, node.start, node.end, f"{{{instead}}}" if braced else instead)

    def inside(self, node: Node) -> str:
        """What is written, without the braces around it."""
        written = self.written(node)
        return written[1:-1] if written.startswith("{") and written.endswith("}") else written

    def insert(self, kind: str, node: Node, before: str) -> Edit:
        return self.replaced(kind, node, before + self.inside(node))

    def sign_before(self, term: Node, since: int) -> Token | None:
        """The + or - that stands right before a term of a sum."""
        signs = [t for t in self.tokens if since <= t.start and t.end <= term.start]
        signs = [t for t in signs if t.kind is Kind.SIGN and t.text in "+-"]
        return signs[-1] if signs else None

    def renamed(self, kind: str, name: Name, pool: Collection[str]) -> Iterator[Edit]:
        written = self.inside(name)
        others = [other for other in sorted(pool) if other != written][:MOST_LETTERS]
        if not others and written in NEXT and kind == "index":
            others = [NEXT[written]]
        for other in others:
            yield self.replaced(kind, name, other + " " if other.startswith("\\") else other)

    # -- edits by what stands there ----------------------------------------------------

    def addition(self, node: Addition) -> Iterator[Edit]:
        since = node.start
        for place, term in enumerate(node.terms):
            sign = self.sign_before(term, since)
            since = term.end
            if sign is None:
                yield Edit("sign", term.start, term.start, "-")
            else:
                yield Edit("sign", sign.start, sign.end, "+" if sign.text == "-" else "-")
            yield Edit("factor", term.start, term.start, " 2 ")
            if len(node.terms) > 1:
                begin = sign.start if sign is not None else term.start
                end = term.end
                if place == 0 and node.signs[1] == "+" and (after := self._plus_after(end)):
                    end = after
                yield Edit("dropped term", begin, end, " ")
            yield from self.squared(term)

    def _plus_after(self, end: int) -> int | None:
        """Behind the + that follows a first term which is left out."""
        behind = next(token for token in self.tokens if token.start >= end)
        return behind.end if behind.text == "+" else None

    def product(self, node: Product) -> Iterator[Edit]:
        for place, factor in enumerate(node.factors):
            if place:
                yield Edit("dropped factor", node.factors[place - 1].end, factor.end, " ")
            else:
                yield Edit("dropped factor", factor.start, node.factors[1].start, " ")
            yield from self.squared(factor)

    def squared(self, node: Node) -> Iterator[Edit]:
        simple = isinstance(node, Name | Call | Bracket)
        if simple or (isinstance(node, Script) and node.sup is None and not node.primes):
            yield Edit("exponent", node.end, node.end, "^2")

    def script(self, node: Script) -> Iterator[Edit]:
        sup = node.sup
        if sup is None or self.inside(sup) in ("T", "\\top", "*", "'") or isinstance(sup, Bracket):
            return
        caret = [t for t in self.tokens if t.kind is Kind.SUP and t.end <= sup.start][-1]
        yield Edit("exponent", caret.start, sup.end, "")
        if not isinstance(sup, Addition):
            yield self.insert("exponent", sup, "2 ")
            yield self.insert("sign", sup, "-")

    def apply(self, node: Apply) -> Iterator[Edit]:
        if node.function in ("log", "ln", "lg", "exp"):
            yield Edit("log", node.start, node.argument.end, " " + self.written(node.argument))
        if node.function in ("log", "ln", "lg") and node.power is None:
            if node.base is not None:
                other = "10" if self.inside(node.base) == "2" else "2"
                yield self.replaced("base", node.base, other)
            else:
                word = next(t for t in self.tokens if t.start >= node.start)
                yield Edit("base", word.start, word.end, "\\log_2 ")
        yield self.insert("factor", node.argument, "2 ")

    def number(self, node: Number) -> Iterator[Edit]:
        whole, dot, decimals = node.text.partition(".")
        last = int(whole + decimals or "0")
        for new in (last + 1, last - 1):
            if new >= 0:
                digits = str(new).rjust(len(decimals) + 1, "0")
                cut = len(digits) - len(decimals)
                yield self.replaced("number", node, digits[:cut] + dot + digits[cut:])

    def big(self, node: BigOperator) -> Iterator[Edit]:
        if node.kind not in ("sum", "prod") or node.body is None:
            return
        word = next(t for t in self.tokens if t.start >= node.start)
        other = "\\prod" if node.kind == "sum" else "\\sum"
        space = " " if self.text[word.end : word.end + 1].isalpha() else ""
        yield Edit("sum or product", word.start, word.end, other + space)
        yield Edit("sum or product", node.start, node.body.start, " ")
        yield self.insert("factor", node.body, "2 ")

    def quotient(self, node: Quotient) -> Iterator[Edit]:
        top, bottom = self.written(node.top), self.written(node.bottom)
        between = self.text[node.top.end : node.bottom.start]
        yield Edit("swap", node.top.start, node.bottom.end, f"{bottom}{between}{top}")
        yield self.insert("factor", node.bottom, "2 ")

    def separated(self, node: Separated) -> Iterator[Edit]:
        if len(node.items) == 2 and node.separator in (",", ";", "|", "||"):
            one, two = node.items
            between = self.text[one.end : two.start]
            yield Edit(
                "swap", one.start, two.end, self.written(two) + between + self.written(one)
            )


_BY_NODE: dict[type[Node], Callable[..., Iterator[Edit]]] = {
    Addition: _Editor.addition,
    Product: _Editor.product,
    Script: _Editor.script,
    Apply: _Editor.apply,
    Number: _Editor.number,
    BigOperator: _Editor.big,
    Quotient: _Editor.quotient,
    Separated: _Editor.separated,
}


def index_places(node: Node) -> Iterator[Name]:
    """The letters that stand as an index right here: in a subscript or a sample mark."""
    places: tuple[Node | None, ...] = ()
    if isinstance(node, Script):
        places = (node.sub, node.sup if isinstance(node.sup, Bracket) else None)
    elif isinstance(node, BigOperator):
        places = (node.sub,)
    for place in places:
        if place is not None:
            yield from (part for part in place.walk() if isinstance(part, Name))


def arguments(node: Node) -> Iterator[Name]:
    """The letters that are handed over right here: x and y of p(x | y)."""
    if isinstance(node, Call) and node.bracket.body is not None:
        body = node.bracket.body
        items = body.items if isinstance(body, Separated) else (body,)
        yield from (item for item in items if isinstance(item, Name))


def heads(node: Node) -> Iterator[Name]:
    """The letter that names what is indexed or called here."""
    head = node.head if isinstance(node, Call) else node.base if isinstance(node, Script) else None
    if isinstance(head, Name) and head.text != "e":
        yield head


def _unbraced(node: Node) -> Iterator[Node]:
    """What must be put in braces when it grows: scripts and the parts of a fraction."""
    if isinstance(node, Script | BigOperator):
        yield from (part for part in (node.sub, node.sup) if part is not None)
    elif isinstance(node, Quotient):
        yield from (node.top, node.bottom)
    elif isinstance(node, Apply) and node.base is not None:
        yield node.base


def _names(nodes: Iterator[Name]) -> frozenset[str]:
    return frozenset(n.text if len(n.text) == 1 else "\\" + n.text for n in nodes)


__all__ = ["KINDS", "Edit", "arguments", "edits", "expression", "heads", "index_places"]
