"""The bench on which the edits of a refuted step are tried, each read anew in its chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import ReadChain
from xent_sym.meaning.scene import Reading
from xent_sym.reader.chains import Side, Step
from xent_sym.reader.tree import Addition, Node, Number, Script
from xent_sym.refute import Refutation, refute
from xent_sym.terms.declare import DISTRIBUTION_KINDS
from xent_sym.terms.evaluate import Ball, Point, Undefined, ball
from xent_sym.terms.term import Term, TermError
from xent_sym.verification.edits import edits, signs
from xent_sym.verification.judging import ChainReader, outcomes
from xent_sym.verification.numbers import approximately
from xent_sym.verification.numerals import (
    LARGEST,
    decimals_of,
    is_signed,
    rounded,
    signed,
    written_out,
)
from xent_sym.verification.report import StepReport
from xent_sym.verification.side_text import Edit, SideText, expression

TRIES = 6
DRAWS = 60
MOST_NUMBERS = 8
WEAKER = {"positive": "real", "positive distribution": "distribution"}


@dataclass
class Bench:
    """A refuted step, and the reading under which its edits are tried."""

    reader: ChainReader
    position: int
    reading: Reading
    text: str
    beside: str

    @staticmethod
    def of(reader: ChainReader, position: int, step: Step) -> Bench | None:
        """None where the side has no meaning, or cannot be read apart from its row."""
        text = text_of(step.right)
        root = expression(text)
        if root is None or root.show() != step.rhs.show():
            return None
        reading = _reading(reader, position)
        if reading is None:
            return None
        silent = replace(reader, made=dict(reader.made), tell=None)
        return Bench(silent, position, reading, text, text_of(step.left))

    def __post_init__(self) -> None:
        read = self.reader.under(self.reading)
        pair = read.pair(self.position)
        assert isinstance(pair, tuple)
        self.left = pair[0]
        self.point = _refuted(pair, read, DRAWS)
        self.side = SideText(self.text, SideText(self.beside))
        self.known = {node.show() for node in self.reader.sides[: self.position + 2]}
        self.seen: set[Term] = set()
        self.short = self._alone(pair)

    def _alone(self, pair: tuple[Term, Term]) -> tuple[ChainReader, int]:
        """The step without the rest of its chain, if it means the same there: quicker to read."""
        sides = self.reader.sides[self.position : self.position + 2]
        alone = replace(self.reader, sides=sides, made={})
        same = alone.under(self.reading).pair(0) == pair
        return (alone, 0) if same else (self.reader, self.position)

    # -- what is tried -----------------------------------------------------------------------------

    def edits(self) -> Iterator[Edit]:
        """Every edit, the most plausible first: those of the one term that is wrong, if it is one.

        Where the side is nothing but a numeral, the number comes first.
        """
        if any(is_signed(self.side.root, n) for n in self._numerals()):
            yield from (*self.numbers(), Edit(0, len(self.text), "0"))
        found = edits(self.side, self.numbers())
        span = self._wrong_term()
        if span is None:
            yield from found
            return
        every = list(found)
        inside = [e for e in every if span[0] <= e.start and e.end <= span[1]]
        yield from (*inside, *every)

    def numbers(self) -> Iterator[Edit]:
        """Each numeral as the one that makes the sides agree at a point, or one that is near.

        Among numbers alone each could be blamed: only one that a piece of the left gives is told.
        """
        pieces = self._pieces() if self._is_ambiguous() else None
        for node in self._numerals():
            solved = self._solved(node)
            exact = None if solved is None else written_out(solved)
            if exact is not None and (pieces is None or Fraction(exact) in pieces):
                yield self._numeral(node, exact)
            yield from (self._numeral(node, text) for text in self._near(node))

    def _numeral(self, node: Number, text: str) -> Edit:
        """The numeral as another one; an exponent 1 is not written."""
        around = self.side.parent(node)
        if text == "1" and isinstance(around, Script) and node is around.sup:
            return self.side.without_exponent(around)
        return self.side.replaced(node, text)

    def _near(self, node: Number) -> Iterator[str]:
        """The numerals of the left side, and the neighbours of a small whole number."""
        found = [n.text for n in SideText(self.beside).nodes if isinstance(n, Number)]
        if "." not in node.text and node.value < 20:
            found += [str(node.value + step) for step in (-1, 1) if node.value + step > 0]
        yield from (text for text in dict.fromkeys(found) if text != node.text)

    def _is_ambiguous(self) -> bool:
        """Several numerals, and nothing else that stands for a number."""
        return len(self._numerals()) > 1 and not any(True for _ in self.side.naming())

    def _wrong_term(self) -> tuple[int, int] | None:
        """The place of the only term whose value differs from that of its counterpart."""
        own, other = self.side.root, expression(self.beside)
        if not (isinstance(own, Addition) and isinstance(other, Addition) and self.point):
            return None
        if len(own.terms) != len(other.terms) or len(own.terms) == 1:
            return None
        values = self._values([*own.terms, *other.terms], self.point.point)
        signed = [v if v is None or s == "+" else -v
                  for v, s in zip(values, (*own.signs, *other.signs), strict=True)]
        pairs = list(zip(signed[: len(own.terms)], signed[len(own.terms) :], strict=True))
        wrong = [k for k, (one, two) in enumerate(pairs) if one != two]
        if len(wrong) != 1:
            return None
        [place] = wrong
        return (own.terms[place - 1].end if place else own.start), own.terms[place].end

    def roundings(self) -> Iterator[Edit]:
        """A lost sign, or a numeral as the left side gives it, to the digits that were written.

        Of several numerals only one that a piece of the left side gives is told.
        """
        numerals, value = self._numerals(), _value(self.left, Point({}))
        if len(numerals) == 1 and value is not None:
            yield from signs(self.side)
            if is_signed(self.side.root, numerals[0]):
                yield Edit(0, len(self.text), signed(value.middle, decimals_of(numerals[0].text)))
        pieces = None if len(numerals) == 1 else self._pieces()
        for node in numerals:
            solved, decimals = self._solved(node), decimals_of(node.text)
            if solved is None or solved < 0:
                continue
            text = rounded(solved, decimals)
            if pieces is None or any(rounded(p, decimals) == text for p in pieces):
                yield self.side.replaced(node, text)

    def _numerals(self) -> list[Number]:
        return [n for n in self.side.nodes if isinstance(n, Number)][:MOST_NUMBERS]

    def _solved(self, node: Number) -> Fraction | None:
        """The number that the numeral must be, if the side is linear in it."""
        point = Point({}) if self.point is None else self.point.point
        texts = (node.text, rounded(node.value + 1, decimals_of(node.text)))
        left, one, two = (
            None if term is None else _value(term, point)
            for term in (self.left, *(self._term(node, text) for text in texts))
        )
        if left is None or one is None or two is None or one.middle == two.middle:
            return None
        return node.value + (left.middle - one.middle) / (two.middle - one.middle)

    def _term(self, node: Number, text: str) -> Term | None:
        """What the side means with this text for the numeral."""
        tree = expression(self.side.replaced(node, text).of(self.text))
        pair = None if tree is None else self._pair(*self._with(tree, self.short))
        return None if pair is None else pair[1]

    def _pieces(self) -> list[Fraction]:
        """The sizes of the numbers that the pieces of the left side come to."""
        values = self._values(SideText(self.beside).nodes, Point({}))
        return [abs(value) for value in values if value is not None]

    def _values(self, nodes: Sequence[Node], point: Point) -> list[Fraction | None]:
        """What pieces of the step come to at a point, to a few digits where not exactly."""
        reader = replace(self.reader, sides=[*self.reader.sides, *nodes], made={})
        terms = reader.under(self.reading).sides[len(self.reader.sides) :]
        values = [_value(term, point) if isinstance(term, Term) else None for term in terms]
        return [None if v is None else v.middle.limit_denominator(10**9) for v in values]

    # -- what is said of an edit -------------------------------------------------------------------

    def holds(self, edit: Edit) -> bool:
        """The equation with the edit is proved, and its left side means what it meant."""
        tree = self._edited(edit)
        if tree is None:
            return False
        reader, position = self._with(tree, self.short)
        pair = self._pair(reader, position)
        if pair is None or pair[1] in self.seen or _letters(pair[0]) != _letters(self.left):
            return False
        self.seen.add(pair[1])
        if _refuted(pair, reader.under(self.reading), TRIES) is not None:
            return False
        whole, position = self._with(tree, (self.reader, self.position))
        return any(outcome.theorem for outcome in outcomes(whole, position, "="))

    def rounds(self, edit: Edit) -> bool:
        """The approximation with the edit is right to the digits written."""
        tree = self._edited(edit)
        if tree is None:
            return False
        reader, position = self._with(tree, (self.reader, self.position))
        told = approximately(reader, outcomes(reader, position, "="), position, _BLANK)
        return told.verdict == Verdict.PROVED

    def _edited(self, edit: Edit) -> Node | None:
        """The side after the edit; None if it cannot be read or says nothing new."""
        tree = expression(edit.of(self.text))
        if tree is None or tree.show() in self.known:
            return None
        self.known.add(tree.show())
        return tree

    def _with(self, tree: Node, chain: tuple[ChainReader, int]) -> tuple[ChainReader, int]:
        """The chain with this right side."""
        reader, position = chain
        sides = [*reader.sides[: position + 1], tree, *reader.sides[position + 2 :]]
        return replace(reader, sides=sides, made={}), position

    def _pair(self, reader: ChainReader, position: int) -> tuple[Term, Term] | None:
        """Both sides; None where they have no meaning, or speak of a distribution over nothing."""
        pair = reader.under(self.reading).pair(position)
        if not isinstance(pair, tuple):
            return None
        symbols = pair[0].symbols() | pair[1].symbols()
        no_range = any(s.kind in DISTRIBUTION_KINDS and not s.args for s in symbols)
        return None if no_range else pair


def _reading(reader: ChainReader, position: int) -> Reading | None:
    """The reading that the step was refuted in: with the note's definitions.

    The note's examples are read in only where they leave numbers alone on both sides.
    """
    plan = sorted(reader.plan(), key=lambda r: (not r.case, not r.unfold))
    pairs = {r: reader.under(r).pair(position) for r in (*plan, Reading(unfold=2))}
    known = {r: pair for r, pair in pairs.items() if isinstance(pair, tuple)}
    first = next(iter(known), None)
    if first is not None and not all(term.symbols() for term in known[first]):
        return next((r for r, (a, b) in known.items() if not a.symbols() | b.symbols()), first)
    return first


_BLANK = StepReport(0, 0, 0, 0, "", "", "", Verdict.UNKNOWN, "", "")


def _refuted(pair: tuple[Term, Term], read: ReadChain, tries: int) -> Refutation | None:
    distinct = [h for h in read.assuming if h.kind == "distinct"]
    try:
        return refute(pair[0], "=", pair[1], tries=tries, assuming=distinct)
    except TermError:
        return None


def _letters(term: Term) -> set[tuple[str, str]]:
    """The quantities of a term and what they are.

    An edit may name ranges otherwise, and ask more or less of a number: that it is positive.
    """
    ranging = ("index", "size", "domain")
    return {
        (s.name, WEAKER.get(s.kind, s.kind)) for s in term.symbols() if s.kind not in ranging
    }


def _value(term: Term, point: Point) -> Ball | None:
    """The value, if it has one that a person could write out."""
    try:
        found = ball(term, point)
    except (Undefined, TermError):
        return None
    return found if max(abs(found.low), abs(found.high)) < LARGEST else None


def text_of(side: Side) -> str:
    """The text of a side as it was read: macros expanded."""
    return side.where.text[side.node.start : side.node.end]


__all__ = ["Bench", "text_of"]
