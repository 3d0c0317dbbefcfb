"""Numbers: approximations, judged by the digits written, and rows that should sum to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import NoteContext, ReadChain
from xent_sym.meaning.names import written
from xent_sym.meaning.scene import Reading
from xent_sym.meaning.writing import is_probability
from xent_sym.reader.chains import Step
from xent_sym.reader.tree import Bracket, Node, Number, Quotient, Script, Separated
from xent_sym.refute import apart
from xent_sym.terms.evaluate import Ball, Point, Undefined, ball
from xent_sym.terms.term import Term, TermError
from xent_sym.verification.digits import (
    HALF,
    is_arithmetic,
    is_longer,
    is_whole,
    moved,
    plain_numeral,
    rounded_numerals,
    significant,
    unit_of,
)
from xent_sym.verification.judging import ChainReader
from xent_sym.verification.outcome import Outcome
from xent_sym.verification.report import Counterexample, StepReport
from xent_sym.verification.wording import said_proved, said_unread

EXACT = 2  # a decimal of so many digits is taken as it stands: a probability, a factor
LIKE_ONE = Fraction(1, 4)  # a row of probabilities that sums to nearly 1 is meant to sum to 1


def approximately(
    reader: ChainReader, found: Sequence[Outcome], step: int, blank: StepReport
) -> StepReport:
    """≈ holds when the value rounds, or is cut off, to the digits written.

    Where the right side is computed from rounded numbers, each may be off by half a unit of its
    last digit.
    """
    proved = next((o for o in found if o.theorem is not None), None)
    if proved is not None:
        return said_proved(proved, blank)
    readable = [o for o in found if o.lhs is not None and o.rhs is not None]
    if not readable:
        return said_unread([o.unclear for o in found if o.unclear is not None], blank)
    tried = [_compared(reader, o, step, step + 1) for o in readable]
    values = [t for t in tried if t is not None]
    if not values:
        return replace(blank, verdict=Verdict.UNKNOWN, code="depends-on-data",
                       message="the value is not a number that can be computed from the note")
    if any(v.near is True for v in values):
        return replace(blank, verdict=Verdict.PROVED, code="proved-digits",
                       message="right to the digits written", rules=("digits",))
    value = next((v for v in values if v.near is None), values[0])
    shown = apart(value.left, value.right)
    told = f"the left side is {shown[0]}, the right side {shown[1]}"
    if value.near is None:
        return replace(blank, verdict=Verdict.UNKNOWN, code="not-decided",
                       message=f"{told}: no digits are written that say how close is close")
    return replace(blank, verdict=Verdict.REFUTED, code="refuted-digits", message=told,
                   counterexample=Counterexample((), *shown))


@dataclass(frozen=True)
class _Compared:
    """Two values, and whether they are one to the digits written; None if none are written."""

    left: Ball
    right: Ball
    near: bool | None


def _compared(reader: ChainReader, outcome: Outcome, one: int, two: int) -> _Compared | None:
    assert outcome.lhs is not None and outcome.rhs is not None
    left, right = _number(outcome.lhs), _number(outcome.rhs)
    if left is None or right is None:
        return None
    near = _Nearness(reader, outcome.reading.scene.reading, one, two, left, right)
    return _Compared(left, right, near.verdict())


def same_number(reader: ChainReader, read: ReadChain, one: int, two: int) -> bool:
    """Two sides are one number, to the digits that the second is written with."""
    left, right = read.sides[one], read.sides[two]
    if not (isinstance(left, Term) and isinstance(right, Term)):
        return False
    found = _compared(reader, Outcome(read, left, right), one, two)
    return found is not None and found.near is True


def _number(term: Term) -> Ball | None:
    if term.symbols():
        return None
    try:
        return ball(term, Point({}))
    except (Undefined, TermError):
        return None


@dataclass(frozen=True)
class _Nearness:
    """Two sides of a chain with their values, and what their digits say."""

    reader: ChainReader
    reading: Reading
    one: int
    two: int
    left: Ball
    right: Ball

    def verdict(self) -> bool | None:
        """The values agree to the digits written; None if neither side has any."""
        first, second = (plain_numeral(self.reader.sides[k]) for k in (self.one, self.two))
        slack = self._slack_of_left(second)
        if second is not None:
            near = self._fits(self.two, second, self.left, slack)
            longer = first is not None and is_longer(second, first)
            return near or (first is not None and longer and self._rounds(self.one, first, 0))
        spread = self._slack_of_right()
        if first is not None:
            return self._fits(self.one, first, self.right, spread)
        if slack + spread == 0:
            return None if self.left != self.right else True
        return self._distance() <= slack + spread

    def _distance(self) -> Fraction:
        """The two values are no farther apart than this."""
        return max(abs(self.left.high - self.right.low), abs(self.right.high - self.left.low))

    def _fits(self, side: int, numeral: Number, value: Ball, slack: Fraction) -> bool:
        """The value rounds to the numeral that this side is, or is cut off to it."""
        if self._rounds(side, numeral, slack):
            return True
        if is_whole(numeral):
            return False
        own = self.left if side == self.one else self.right
        step = self._moved_by(side, numeral, unit_of(numeral))
        ends = (value.low - slack, value.high + slack)
        return step != 0 and all(0 <= (end - own.middle) / step < 1 for end in ends)

    def _rounds(self, side: int, numeral: Number, slack: Fraction | int) -> bool:
        """The values are no more than half a unit of the last digit apart."""
        unit = unit_of(numeral) if side == self.two or not is_whole(numeral) else Fraction(1)
        return self._distance() <= abs(self._moved_by(side, numeral, unit * HALF)) + slack

    def _slack_of_left(self, second: Number | None) -> Fraction:
        """Numbers of three digits and more that are added and multiplied may be rounded ones."""
        side = self.reader.sides[self.one]
        if not is_arithmetic(side) or plain_numeral(side) is not None:
            return Fraction(0)
        rounded = [n for n in rounded_numerals(side) if significant(n) > EXACT]
        if second is not None and not all(is_longer(second, n) for n in rounded):
            return Fraction(0)
        return self._slack(self.one, rounded)

    def _slack_of_right(self) -> Fraction:
        """Each decimal may be off by half a unit, unless it stands on the left as well."""
        given = {n.text for n in self.reader.sides[self.one].walk() if isinstance(n, Number)}
        rounded = rounded_numerals(self.reader.sides[self.two])
        return self._slack(self.two, [n for n in rounded if n.text not in given])

    def _slack(self, side: int, numerals: Sequence[Number]) -> Fraction:
        """How far the side moves when each of these is off by half a unit of its last digit."""
        moves = (self._moved_by(side, n, unit_of(n) * HALF) for n in numerals)
        return sum((abs(m) for m in moves), Fraction(0))

    def _moved_by(self, side: int, numeral: Number, amount: Fraction) -> Fraction:
        """How far the side moves when the numeral is so much larger."""
        sides = [*self.reader.sides]
        sides[side] = moved(sides[side], numeral, amount)
        term = replace(self.reader, sides=sides, made={}).under(self.reading).sides[side]
        other = _number(term) if isinstance(term, Term) else None
        own = self.left if side == self.one else self.right
        return Fraction(0) if other is None else other.middle - own.middle


# -- rows ------------------------------------------------------------------------------------


def row_that_does_not_sum(step: Step, context: NoteContext) -> str:
    """What is wrong with p = (0.6, 0.3, 0.2): a row that is a distribution sums to 1."""
    name, row = written(step.lhs, context.letters), _row(step.rhs)
    if name is None or len(row) < 2 or not all(0 <= v <= 1 for v in row):
        return ""
    total = sum(row, Fraction(0))
    stem = name.name.partition("_")[0]
    declared = context.declarations.find(name.name)
    meant = (
        is_probability(name.name)
        or stem.endswith("hat")
        or (declared is not None and "distribution" in declared.kind)
        or abs(total - 1) < LIKE_ONE
    )
    if total == 1 or not meant:
        return ""
    return f"the entries of this row sum to {_decimal(total)}, those of a distribution to 1"


def _row(node: Node) -> list[Fraction]:
    """The numbers of a row that is written out; none if it is no such row."""
    if isinstance(node, Script):
        return _row(node.base)
    if not (isinstance(node, Bracket) and isinstance(node.body, Separated)):
        return []
    values = [_entry(item) for item in node.body.items]
    return [v for v in values if v is not None] if None not in values else []


def _entry(node: Node) -> Fraction | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Quotient):
        top, bottom = _entry(node.top), _entry(node.bottom)
        return top / bottom if top is not None and bottom else None
    return None


def _decimal(value: Fraction) -> str:
    text = f"{float(value):.6g}"
    return text if Fraction(text) == value else str(value)


__all__ = ["approximately", "row_that_does_not_sum", "same_number"]
