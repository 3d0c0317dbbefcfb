"""Second readings: what a tree also says if a letter is no function, or a reach is another.

The parser decides by what is written.  Where notes differ, whoever knows the letters turns
one reading into the other here, and says so in the verdict.
"""

from __future__ import annotations

from dataclasses import replace

from xent_sym.reader.tree import (
    Addition,
    Apply,
    BigOperator,
    Bracket,
    Call,
    Derivative,
    Gradient,
    Name,
    Node,
    Product,
    Quotient,
    Run,
    Script,
)


def letters(run: Run) -> tuple[Name, ...]:
    """The letters of a run, each with its place.

    >>> letters(Run(4, 6, "xy"))[1]
    Name(start=5, end=6, text='y')
    """
    first = run.start + (run.end - run.start - len(run.text)) // 2  # behind a brace, if any
    return tuple(Name(first + k, first + k + 1, letter) for k, letter in enumerate(run.text))


def as_product(node: Node) -> Node:
    """The node read as a product: ``xy`` as x·y, ``a(b+c)`` as a·(b+c), ``Ce^{x}`` as C·e^x.

    A script after the bracket moves to the bracket: ``a(b)^2`` is a·b².  A node that can only
    be read in one way comes back unchanged.

    >>> from xent_sym.reader.parser import parse
    >>> as_product(parse("a(1-b)^2")).show()
    '(mul a (script ((add +1 -b)) ^2))'
    >>> as_product(parse("Ce^{x}")).show()
    '(mul C (script e ^x))'
    """
    factors = _factors(node)
    if len(factors) == 1:
        return node
    return Product(factors[0].start, factors[-1].end, factors, ("",) * (len(factors) - 1))


def _factors(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Run):
        return letters(node)
    if isinstance(node, Call):
        return (*_factors(node.head), node.bracket)
    if isinstance(node, Script) and isinstance(node.base, Run | Call):
        *before, last = _factors(node.base)
        return (*before, replace(node, start=last.start, base=last))
    return (node,)


def widen(node: Addition, position: int) -> Addition | Node:
    """The sum, product or max at the end of this term takes all the terms after it.

    Returns the addition unchanged if the term does not end in such an operator.

    >>> from xent_sym.reader.parser import parse
    >>> tree = parse(r"-\\frac{1}{n}\\sum_i a_i + b_i")
    >>> widen(tree, 0).show()
    '(add -(mul (frac 1 n) (sum _i (add +(script a _i) +(script b _i)))))'
    """
    tail = node.terms[position + 1 :]
    term = _widened(node.terms[position], node.signs[position + 1 :], tail)
    if term is None or not tail:
        return node
    signs = node.signs[: position + 1]
    if signs == ("+",):
        return term
    return Addition(node.start, node.end, signs, (*node.terms[:position], term))


def _widened(term: Node, signs: tuple[str, ...], tail: tuple[Node, ...]) -> Node | None:
    """The term with the tail inside its last operator; nothing if it has none."""
    if not tail:
        return None
    if isinstance(term, Product):
        last = _widened(term.factors[-1], signs, tail)
        if last is None:
            return None
        return replace(term, end=last.end, factors=(*term.factors[:-1], last))
    if not isinstance(term, BigOperator) or term.body is None:
        return None
    inner = _widened(term.body, signs, tail)
    if inner is None:
        inner = _sum(term.body, signs, tail)
    return replace(term, end=tail[-1].end, body=inner)


def _sum(first: Node, signs: tuple[str, ...], tail: tuple[Node, ...]) -> Addition:
    """The body with the terms that follow it."""
    if isinstance(first, Addition):
        return Addition(first.start, tail[-1].end, first.signs + signs, first.terms + tail)
    return Addition(first.start, tail[-1].end, ("+", *signs), (first, *tail))


def narrow(node: Node) -> Node:
    """The function or derivative takes only the first factor of what it was given.

    ``\\log x/y`` becomes (log x)/y, ``\\log p q`` (log p)·q, ``\\frac{d}{dx} f g`` (f′)·g; a letter
    before a bracket counts as a factor of its own, so this is also ``(\\log p)(1-y)``.

    >>> from xent_sym.reader.parser import parse
    >>> narrow(parse(r"\\log x/y")).show(), narrow(parse(r"\\log p(1-y)")).show()
    ('(/ (log x) y)', '(mul (log p) ((add +1 -y)))')
    """
    body = _body(node)
    if body is None or isinstance(body, Bracket):
        return node
    if isinstance(body, Quotient) and body.slash:
        inner = _with_body(node, body.top)
        return replace(body, start=node.start, top=narrow(inner))
    first, *rest = body.factors if isinstance(body, Product) else (body,)
    operators = body.operators if isinstance(body, Product) else ()
    split = _factors(first)
    if not rest and len(split) == 1:
        return node
    factors = (_with_body(node, split[0]), *split[1:], *rest)
    operators = ("",) * (len(split) - 1) + operators
    return Product(node.start, body.end, factors, operators)


def _body(node: Node) -> Node | None:
    if isinstance(node, Apply):
        return node.argument
    return node.body if isinstance(node, Derivative | Gradient) else None


def _with_body(node: Node, body: Node) -> Node:
    if isinstance(node, Apply):
        return replace(node, argument=body, end=body.end)
    assert isinstance(node, Derivative | Gradient)
    return replace(node, body=body, end=max(body.end, node.start))
