"""Numbers: approximations, judged by the digits written, and rows that should sum to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from fractions import Fraction

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import NoteContext
from xent_sym.meaning.names import written
from xent_sym.meaning.writing import is_probability
from xent_sym.reader.chains import Step
from xent_sym.reader.tree import Bracket, Node, Number, Quotient, Script, Separated
from xent_sym.refute import apart
from xent_sym.terms.evaluate import Ball, Point, Undefined, ball
from xent_sym.terms.term import Term, TermError
from xent_sym.verification.judging import ChainReader
from xent_sym.verification.outcome import Outcome
from xent_sym.verification.report import Counterexample, StepReport
from xent_sym.verification.wording import said_unread

LIKE_ONE = Fraction(1, 4)  # a row of probabilities that sums to nearly 1 is meant to sum to 1


def approximately(
    reader: ChainReader, found: Sequence[Outcome], step: int, blank: StepReport
) -> StepReport:
    """≈ holds when the value rounds, or is cut off, to the digits written.

    Where the right side is computed from rounded numbers, each may be off by one in its last
    digit.
    """
    readable = [o for o in found if o.lhs is not None and o.rhs is not None]
    if not readable:
        return said_unread([o.unclear for o in found if o.unclear is not None], blank)
    tried = [_close(reader, o, step) for o in readable]
    values = [t for t in tried if t is not None]
    if not values:
        return replace(blank, verdict=Verdict.UNKNOWN, code="depends-on-data",
                       message="the value is not a number that can be computed from the note")
    if any(close for close, _, _ in values):
        return replace(blank, verdict=Verdict.PROVED, code="proved-digits",
                       message="right to the digits written", rules=("digits",))
    _, left, right = values[0]
    shown = apart(left, right)
    point = Counterexample((), *shown)
    return replace(blank, verdict=Verdict.REFUTED, code="refuted-digits",
                   message=f"the left side is {shown[0]}, the right side {shown[1]}",
                   counterexample=point)


def _close(reader: ChainReader, outcome: Outcome, step: int) -> tuple[bool, Ball, Ball] | None:
    lhs, rhs = outcome.lhs, outcome.rhs
    assert lhs is not None and rhs is not None
    left, right = _number(lhs), _number(rhs)
    if left is None or right is None:
        return None
    allowed = _tolerance(reader, outcome, step, right)
    distance = max(abs(left.high - right.low), abs(right.high - left.low))
    return distance < allowed, left, right


def _number(term: Term) -> Ball | None:
    if term.symbols():
        return None
    try:
        return ball(term, Point({}))
    except (Undefined, TermError):
        return None


def _tolerance(reader: ChainReader, outcome: Outcome, step: int, value: Ball) -> Fraction:
    """How far the right side moves when each decimal in it is off by one in its last digit."""
    side = reader.sides[step + 1]
    decimals = [n for n in side.walk() if isinstance(n, Number) and "." in n.text]
    if not decimals:
        whole = next((n for n in side.walk() if isinstance(n, Number)), None)
        return Fraction(1) if whole is not None and _is_alone(side) else Fraction(0)
    total = Fraction(0)
    for literal in decimals:
        sides = [*reader.sides[: step + 1], _moved(side, literal), *reader.sides[step + 2 :]]
        moved = replace(reader, sides=sides, made={}).under(outcome.reading.scene.reading)
        term = moved.sides[step + 1]
        other = _number(term) if isinstance(term, Term) else None
        if other is not None:
            total += abs(other.middle - value.middle)
    return total


def _is_alone(node: Node) -> bool:
    """One number, with its sign and unit."""
    return sum(1 for n in node.walk() if isinstance(n, Number)) == 1


def _moved(node: Node, literal: Number) -> Node:
    """The tree with one decimal a unit of its last digit larger."""
    if node is literal:
        places = len(literal.text.partition(".")[2])
        value = literal.value + Fraction(1, 10**places)
        text = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
        return replace(literal, text=f"{text[:-places]}.{text[-places:]}")
    changed = {f.name: _moved_part(getattr(node, f.name), literal) for f in fields(node)[2:]}
    return replace(node, **changed)  # type: ignore[arg-type]


def _moved_part(part: object, literal: Number) -> object:
    if isinstance(part, Node):
        return _moved(part, literal)
    if isinstance(part, tuple):
        return tuple(_moved_part(p, literal) for p in part)
    return part


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


__all__ = ["approximately", "row_that_does_not_sum"]
