r"""Single edits of one side of a formula: what undoes the slips that people make.

Places come from the tree; letters, factors and terms are borrowed from the line itself and from
its left side.  The most plausible slips come first: a sign, a swap, an index, and only then whole
factors and terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from xent_sym.reader.tree import (
    Accent,
    Addition,
    BigOperator,
    Bracket,
    Call,
    Name,
    Number,
    Product,
    Quotient,
    RelationChain,
    Script,
    Separated,
)
from xent_sym.verification.side_text import Edit, SideText, index_places, is_exponent, letters_of

LOGARITHMS = ("log", "ln", "lg")
MOST_LETTERS = 4


def edits(side: SideText, numerals: Iterable[Edit] = ()) -> Iterator[Edit]:
    r"""The single edits of a side, the most plausible first.

    ``numerals`` are edits of its numbers, which come after those of signs and letters.  Not every
    edit can be read, and some say the same thing twice: that is for the caller to see.

    >>> side = SideText(r"\log q_i", SideText(r"p_j \log q_j"))
    >>> results = [edit.of(side.text) for edit in edits(side)]
    >>> results[0], r"\log q_j" in results, r"p_j \log q_i" in results
    ('-\\log q_i', True, True)
    """
    if side.root is not None:
        for make in _FIRST:
            yield from make(side)
        yield from numerals
        for make in _AFTER:
            yield from make(side)


# -- signs -----------------------------------------------------------------------------------------


def signs(side: SideText) -> Iterator[Edit]:
    """A + for a -, a minus put or dropped, at a term, in an exponent, or before it all."""
    heads: list[Edit] = []
    for node in side.additions():
        for place, term in enumerate(node.terms):
            sign = side.sign_before(node, place)
            if sign is None:
                heads.append(Edit(term.start, term.start, "-"))
            elif place == 0 and node.signs[0] == "-":
                yield Edit(sign.start, sign.end, "")
            else:
                yield Edit(sign.start, sign.end, "+" if node.signs[place] == "-" else "-")
    yield from heads
    if side.root is not None and not isinstance(side.root, Addition):
        yield side.before(side.root, "-")
    for script in side.scripts():
        if is_exponent(script) and script.sup and not isinstance(script.sup, Addition):
            yield side.before(script.sup, "-")
    if isinstance(side.root, Addition) and len(side.root.terms) > 1:
        yield side.replaced(side.root, rf"-\left( {side.written(side.root)} \right)")


# -- letters and their places ----------------------------------------------------------------------


def _swaps(side: SideText) -> Iterator[Edit]:
    """H(p, q), D(p‖q), a - b in the other order; a fraction upside down."""
    for node in side.nodes:
        if isinstance(node, Separated) and len(node.items) == 2:
            one, two = node.items
        elif isinstance(node, Quotient):
            one, two = node.top, node.bottom
        elif isinstance(node, Addition) and node.signs == ("+", "-"):
            one, two = node.terms
        else:
            continue
        between = side.text[one.end : two.start]
        first, second = side.text[one.start : one.end], side.text[two.start : two.end]
        yield Edit(one.start, two.end, second + between + first)


def _indices(side: SideText) -> Iterator[Edit]:
    """i for j, also in w_ij and in p(x, y), and i for the 1 of k ≠ 1."""
    for node in side.nodes:
        for place in index_places(node):
            own = letters_of(place)
            for at, letter in enumerate(own):
                others = [i for i in side.indices if i != letter and _alike(i, letter)]
                for other in others[:MOST_LETTERS]:
                    yield side.replaced(place, "".join([*own[:at], other, *own[at + 1 :]]))
        if isinstance(node, BigOperator | Script) and node.sub is not None:
            for number in (n for n in node.sub.walk() if isinstance(n, Number)):
                yield from (side.replaced(number, i) for i in side.indices[:MOST_LETTERS])


def _alike(one: str, two: str) -> bool:
    """Both are small letters, or both are capitals: a value x is no random variable X."""
    return one.isupper() == two.isupper()


def _excluded(side: SideText) -> Iterator[Edit]:
    r"""``\sum_{k \neq i}`` for ``\sum_k``, and the other way round."""
    for node in side.operators():
        if isinstance(node.sub, Name):
            own = side.written(node.sub)
            for other in (i for i in side.indices if i != own):
                yield side.replaced(node.sub, rf"{own} \neq {other}")
        elif isinstance(node.sub, RelationChain) and node.sub.relations[0].sign == "!=":
            yield side.replaced(node.sub, side.written(node.sub.items[0]))


def _letters(side: SideText) -> Iterator[Edit]:
    """p for q, y for ŷ."""
    for node in side.naming():
        others = [other for other in side.letters if other != side.written(node)]
        yield from (side.replaced(node, other) for other in others[:MOST_LETTERS])


def _one_minus(side: SideText) -> Iterator[Edit]:
    """a for 1 - a, and 1 - a for a."""
    for node in side.additions():
        if node.signs == ("+", "-") and side.written(node.terms[0]) == "1":
            around = side.parent(node)
            whole = around if isinstance(around, Bracket) and _is_free(side, around) else node
            yield side.replaced(whole, side.written(node.terms[1]))
    for part in side.nodes:
        if not isinstance(part, Script | Call | Name | Accent):
            continue
        around = side.parent(part)
        raised = isinstance(around, Script) and part is around.sup and is_exponent(around)
        if raised or isinstance(around, Bracket):
            yield side.replaced(part, f"1 - {side.written(part)}")
        elif side.stands(part):
            yield side.replaced(part, f"(1 - {side.written(part)})")


def _is_free(side: SideText, bracket: Bracket) -> bool:
    """The bracket may go: nothing is called with it and no script stands on it."""
    return isinstance(side.parent(bracket), Addition | Product | None)


# -- functions -------------------------------------------------------------------------------------


def _sums_and_products(side: SideText) -> Iterator[Edit]:
    r"""``\sum`` for ``\prod``."""
    for node in side.operators():
        if node.kind in ("sum", "prod"):
            word = side.token_at(node.start)
            yield Edit(word.start, word.end, r"\prod" if node.kind == "sum" else r"\sum")


def _bases(side: SideText) -> Iterator[Edit]:
    """Base 2 for base e, base e for another."""
    for node in side.applications():
        if node.function not in LOGARITHMS or node.power is not None:
            continue
        word = side.token_at(node.start)
        if node.base is None:
            yield Edit(word.start, word.end, r"\log_2")
        else:
            yield Edit(word.start, side.behind(node.base), r"\ln")


def _functions(side: SideText) -> Iterator[Edit]:
    r"""``\log`` and ``\exp`` dropped, and put before a term, a factor or the body of a sum."""
    for node in side.applications():
        if node.function in (*LOGARITHMS, "exp"):
            yield Edit(node.start, node.end, side.written(node.argument))
    behind = (factor for product in side.products() for factor in product.factors[1:])
    for place in (*side.places(), *behind):
        if not isinstance(place, Number) or place.value > 1 or "." in place.text:
            yield from (side.before(place, f"{word} ") for word in side.functions)


def _missing_sums(side: SideText) -> Iterator[Edit]:
    """The sign of a sum or product, with its range, that a term lacks."""
    for head in side.heads:
        yield from (side.before(place, head + " ") for place in side.places())
        yield from (side.before(quotient.bottom, head + " ") for quotient in side.quotients())


def _exponents(side: SideText) -> Iterator[Edit]:
    """A square put, an exponent dropped or turned into its reciprocal."""
    for script in side.scripts():
        if not is_exponent(script) or script.sup is None:
            continue
        sign, body = "", script.sup
        if isinstance(body, Addition) and body.signs == ("-",):
            sign, body = "-", body.terms[0]
        yield side.replaced(script.sup, rf"{sign}\frac{{1}}{{{side.written(body)}}}")
        yield side.without_exponent(script)
    for quotient in side.quotients():
        yield from side.squared(quotient.bottom)
    parts = (part for node in (*side.products(), *side.additions()) for part in node.children())
    for part in parts:
        yield from side.squared(part)


# -- factors and terms -----------------------------------------------------------------------------


def _dropped_factors(side: SideText) -> Iterator[Edit]:
    """A factor that the line has too many, short ones first."""
    found: list[Edit] = []
    for node in side.products():
        found.append(Edit(node.factors[0].start, node.factors[1].start, ""))
        for before, factor in zip(node.factors, node.factors[1:], strict=False):
            found.append(Edit(before.end, factor.end, ""))
    yield from sorted(found, key=lambda edit: edit.end - edit.start)
    for quotient in side.quotients():
        if isinstance(quotient.bottom, Name | Number | Script):
            yield Edit(quotient.start, quotient.end, side.written(quotient.top))


def _missing_factors(side: SideText) -> Iterator[Edit]:
    """A factor of the left side, or of this one, that a term lacks."""
    places = [place for place in side.places() if side.written(place) != "1"]
    if isinstance(side.root, Addition) and len(side.root.terms) > 1:
        places.append(side.root)
    places += [quotient.bottom for quotient in side.quotients()]
    for factor in side.factors:
        yield from (side.times(place, factor) for place in places)


def _dropped_terms(side: SideText) -> Iterator[Edit]:
    """A term that the line has too many."""
    for node in side.additions():
        if len(node.terms) == 1:
            continue
        for place, term in enumerate(node.terms):
            sign = side.sign_before(node, place)
            start, end = (term.start if sign is None else sign.start), term.end
            if place == 0 and node.signs[1] == "+":
                second = side.sign_before(node, 1)
                end = second.end if second is not None else end
            yield Edit(start, end, "")


def _missing_terms(side: SideText) -> Iterator[Edit]:
    """A term of the left side that was lost, or a 1, at the end of a sum or of the line."""
    ends = [node.end for node in side.additions()] + [len(side.text.rstrip())]
    for node in side.additions():
        if node.signs[0] == "-" and side.sign_before(node, 0) is not None:
            yield Edit(node.start, node.start, "1 ")
    for quotient in side.quotients():
        yield side.before(quotient.bottom, "1 + ")
    for term in side.terms:
        yield from (Edit(end, end, " " + term) for end in dict.fromkeys(ends))


# What is tried before the numerals, and what after them.
_FIRST: tuple[Callable[[SideText], Iterator[Edit]], ...] = (
    signs, _swaps, _indices, _sums_and_products, _dropped_factors, _bases, _one_minus, _excluded,
)
_AFTER: tuple[Callable[[SideText], Iterator[Edit]], ...] = (
    _exponents, _missing_factors, _dropped_terms, _missing_sums, _letters, _functions,
    _missing_terms,
)

__all__ = ["edits", "signs"]
