"""The tree of a formula as written: what stands next to, under and over what.

A node says nothing about meaning.  ``p(x)`` is a ``Call`` whether p is a probability or a
factor; ``xy`` is a ``Run`` whether it is a product or a name.  ``readings`` holds the second
readings.  Every node knows the [start, end) offsets of its text.
"""

from __future__ import annotations

from dataclasses import dataclass

from xent_sym.reader.leaves import (
    Ellipsis,
    Leaf,
    Missing,
    Name,
    Node,
    Number,
    Run,
    Symbol,
    Text,
    Word,
    shown,
)
from xent_sym.reader.operators import (
    Apply,
    BigOperator,
    Derivative,
    Differential,
    Gradient,
    Integral,
)

__all__ = [
    "Accent",
    "Addition",
    "Annotated",
    "Apply",
    "BigOperator",
    "Binomial",
    "Bracket",
    "Call",
    "Clause",
    "Derivative",
    "Differential",
    "Ellipsis",
    "Evaluated",
    "Gradient",
    "Group",
    "Integral",
    "Leaf",
    "Missing",
    "Name",
    "Node",
    "Number",
    "Postfix",
    "Product",
    "Quotient",
    "Relation",
    "RelationChain",
    "Repaired",
    "Root",
    "Rows",
    "Run",
    "Script",
    "Separated",
    "Styled",
    "Symbol",
    "Text",
    "Word",
]


@dataclass(frozen=True, slots=True)
class Accent(Node):
    """``\\hat{y}``."""

    mark: str
    body: Node

    def show(self) -> str:
        return f"({self.mark} {self.body.show()})"


@dataclass(frozen=True, slots=True)
class Styled(Node):
    """``\\mathbb{E}``: another alphabet."""

    font: str
    body: Node

    def show(self) -> str:
        return f"({self.font} {self.body.show()})"


@dataclass(frozen=True, slots=True)
class Script(Node):
    """Scripts and primes on a base; ``y^{(i)}`` has a Bracket above."""

    base: Node
    sub: Node | None
    sup: Node | None
    primes: int

    def show(self) -> str:
        sub = f" _{self.sub.show()}" if self.sub else ""
        sup = f" ^{self.sup.show()}" if self.sup else ""
        primes = f" {chr(39) * self.primes}" if self.primes else ""
        return f"(script {self.base.show()}{sub}{sup}{primes})"


@dataclass(frozen=True, slots=True)
class Bracket(Node):
    """A pair of delimiters and what is between them: ``( ) [ ] { } | | ⟨ ⟩``."""

    open: str
    close: str
    body: Node | None

    def show(self) -> str:
        return f"{self.open}{self.body.show() if self.body else ''}{self.close}"


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A letter or word directly before a bracket: an application, or a product.

    A script after the bracket stands around the Call: ``f(x)^2`` is the square of f(x).  If
    the head turns out not to be a function, ``readings.as_product`` moves it to the bracket.
    """

    HEAD = "call"
    head: Node
    bracket: Bracket


@dataclass(frozen=True, slots=True)
class Separated(Node):
    """A list.  ``separator`` is one of ``,`` ``;`` ``|`` ``||`` ``:``, ``\\\\`` between rows, or
    ``quad`` between statements that stand side by side."""

    separator: str
    items: tuple[Node, ...]

    def show(self) -> str:
        return f"({self.separator} {' '.join(item.show() for item in self.items)})"


@dataclass(frozen=True, slots=True)
class Addition(Node):
    """Signed terms in order; ``-x`` is one term with the sign ``-``."""

    signs: tuple[str, ...]
    terms: tuple[Node, ...]

    def show(self) -> str:
        pairs = zip(self.signs, self.terms, strict=True)
        return f"(add {' '.join(f'{sign}{term.show()}' for sign, term in pairs)})"


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Factors in order; ``operators[i]`` stands after factor i, empty where factors touch."""

    factors: tuple[Node, ...]
    operators: tuple[str, ...]

    def show(self) -> str:
        shown = [self.factors[0].show()]
        for operator, factor in zip(self.operators, self.factors[1:], strict=True):
            shown += [operator, factor.show()] if operator else [factor.show()]
        return f"(mul {' '.join(shown)})"


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    """A fraction.  With ``slash`` it was written in one line, so its reach can be doubted:
    ``1/2x`` comes as the product of 1/2 and x."""

    top: Node
    bottom: Node
    slash: bool

    def show(self) -> str:
        return f"({'/' if self.slash else 'frac'} {self.top.show()} {self.bottom.show()})"


@dataclass(frozen=True, slots=True)
class Binomial(Node):
    """``\\binom{n}{k}``, ``{n \\choose k}``."""

    HEAD = "choose"
    top: Node
    bottom: Node


@dataclass(frozen=True, slots=True)
class Root(Node):
    """``\\sqrt[degree]{body}``."""

    HEAD = "root"
    body: Node
    degree: str


@dataclass(frozen=True, slots=True)
class Relation(Node):
    """A relation sign; ``note`` is the text that stands over or under it."""

    sign: str
    note: str

    def show(self) -> str:
        return f"{self.sign}[{self.note}]" if self.note else self.sign


@dataclass(frozen=True, slots=True)
class RelationChain(Node):
    """``a = b \\le c``: items and the relations between them."""

    items: tuple[Node, ...]
    relations: tuple[Relation, ...]

    def show(self) -> str:
        shown = [self.items[0].show()]
        for relation, item in zip(self.relations, self.items[1:], strict=True):
            shown += [relation.show(), item.show()]
        return f"(rel {' '.join(shown)})"


@dataclass(frozen=True, slots=True)
class Clause(Node):
    """A word that connects, and what it governs: ``\\text{if } i = j``, ``\\forall i``."""

    text: str
    body: Node | None

    def show(self) -> str:
        return f"(clause \"{self.text}\" {self.body.show() if self.body else '_'})"


@dataclass(frozen=True, slots=True)
class Annotated(Node):
    """Something underbraced, boxed or struck out; ``note`` is not parsed."""

    kind: str
    body: Node
    note: str

    def show(self) -> str:
        return f"({self.kind} {self.body.show()}{f' [{self.note}]' if self.note else ''})"


@dataclass(frozen=True, slots=True)
class Postfix(Node):
    """``n!``, ``50\\%``."""

    body: Node
    mark: str

    def show(self) -> str:
        return f"({self.mark} {self.body.show()})"


@dataclass(frozen=True, slots=True)
class Evaluated(Node):
    """``f|_{x=0}``."""

    HEAD = "at"
    body: Node
    sub: Node | None
    sup: Node | None


@dataclass(frozen=True, slots=True)
class Rows(Node):
    """An environment in the middle of a formula: cases, a matrix, aligned rows."""

    environment: str
    rows: tuple[tuple[Node | None, ...], ...]

    def show(self) -> str:
        rows = " ".join(f"[{shown(row)}]" for row in self.rows)
        return f"({self.environment} {rows})"


@dataclass(frozen=True, slots=True)
class Repaired(Node):
    """A slip of TeX that was read as its author must have meant; ``why`` goes in the verdict."""

    HEAD = "repaired"
    body: Node
    why: str

    def show(self) -> str:
        return f"(repaired {self.body.show()})"


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Braces around a sum, relation or list; they print as nothing, so nothing may lean on
    them.  Never in a finished tree."""

    body: Node



