"""What the digits of a numeral say: how far the number may be from the value that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction

from xent_sym.reader.tree import (
    Addition,
    Annotated,
    Apply,
    Bracket,
    Node,
    Number,
    Postfix,
    Product,
    Quotient,
    Repaired,
    Script,
    Styled,
    Text,
    Word,
)
from xent_sym.verification.numerals import decimals_of

HALF = Fraction(1, 2)
ARITHMETIC = (Number, Addition, Product, Quotient, Bracket, Styled, Annotated, Repaired)


def plain_numeral(side: Node) -> Number | None:
    """The numeral of a side that is one number, with its sign, unit and power of ten.

    >>> plain_numeral(Number(0, 4, "0.36")).text
    '0.36'
    """
    match side:
        case Number():
            return side
        case Addition(terms=(one,)):
            return plain_numeral(one)
        case Bracket(body=Node() as inside):
            return plain_numeral(inside)
        case Styled(body=inside) | Annotated(body=inside) | Repaired(body=inside):
            return plain_numeral(inside)
        case Postfix(body=inside, mark="%"):
            return plain_numeral(inside)
        case Product(factors=(one, *others)) if all(_is_unit(f) for f in others):
            return plain_numeral(one)
    return None


def _is_unit(node: Node) -> bool:
    """nats, or a power of ten."""
    if isinstance(node, Script):
        return isinstance(node.base, Number) and node.base.text == "10"
    return isinstance(node, Word | Text)


def unit_of(numeral: Number) -> Fraction:
    """What one more in the last digit amounts to; the last zeros of 1200 are no digits.

    >>> [str(unit_of(Number(0, 0, text))) for text in ("0.50", "7", "1200", "0")]
    ['1/100', '1', '100', '1']
    """
    if is_whole(numeral):
        kept = numeral.text.rstrip("0")
        return Fraction(10 ** (len(numeral.text) - len(kept)) if kept else 1)
    return Fraction(1, 10 ** decimals_of(numeral.text))


def is_whole(numeral: Number) -> bool:
    """No point stands in it."""
    return "." not in numeral.text


def is_longer(numeral: Number, other: Number) -> bool:
    """It has more decimals."""
    return decimals_of(numeral.text) > decimals_of(other.text)


def significant(numeral: Number) -> int:
    """How many digits it has after the zeros that it begins with.

    >>> significant(Number(0, 0, "0.0125")), significant(Number(0, 0, "1.50"))
    (3, 3)
    """
    return len(numeral.text.replace(".", "").lstrip("0"))


def rounded_numerals(side: Node) -> list[Number]:
    """The decimals of a side that may have been rounded.

    None in an exponent, where a little is much; and a decimal of one digit that stands beside
    longer ones, as the 0.5 of 0.5·1.585, is what it is.
    """
    found = [n for n in _outside_exponents(side) if isinstance(n, Number) and not is_whole(n)]
    longest = max((significant(n) for n in found), default=0)
    return [n for n in found if significant(n) > 1 or longest <= 1]


def _outside_exponents(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Script):
        yield from _outside_exponents(node.base)
    elif not (isinstance(node, Apply) and node.function == "exp"):
        for child in node.children():
            yield from _outside_exponents(child)


def is_arithmetic(side: Node) -> bool:
    """Numerals that are added, multiplied and divided, and nothing else."""
    return all(isinstance(node, ARITHMETIC) for node in side.walk())


def moved(node: Node, numeral: Number, amount: Fraction) -> Node:
    """The tree with one numeral larger by so much; one digit more is enough to write it.

    >>> moved(Number(0, 3, "0.9"), Number(0, 3, "0.9"), Fraction(1, 20)).text
    '0.95'
    """
    if node == numeral:
        places = decimals_of(numeral.text) + 1
        text = str(int((numeral.value + amount) * 10**places)).rjust(places + 1, "0")
        return replace(numeral, text=f"{text[:-places]}.{text[-places:]}")
    changed = {f.name: _moved_part(getattr(node, f.name), numeral, amount)
               for f in fields(node)[2:]}
    return replace(node, **changed)  # type: ignore[arg-type]


def _moved_part(part: object, numeral: Number, amount: Fraction) -> object:
    if isinstance(part, Node):
        return moved(part, numeral, amount)
    if isinstance(part, tuple):
        return tuple(_moved_part(p, numeral, amount) for p in part)
    return part


__all__ = ["HALF", "is_arithmetic", "is_longer", "is_whole", "moved", "plain_numeral",
           "rounded_numerals", "significant", "unit_of"]
