"""One step, under every reading that the writing leaves open: what is said of it, and why.

Proved, if some reading proves it; what that reading takes for granted is told.  Refuted, only if
every reading that has a meaning is refuted by a point.  Anything else is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from xent_sym.kernel.judge import Theorem
from xent_sym.kernel.verdict import Claim, Verdict
from xent_sym.meaning.chain import NoteContext, ReadChain, strengthened
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import Reading
from xent_sym.meaning.writing import usage
from xent_sym.reader.tree import Derivative, Gradient, Node
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Num, Quantity, Sum, Sym, Term, TermError
from xent_sym.verification.outcome import Outcome
from xent_sym.verification.proving import proof
from xent_sym.verification.refuting import apart_at, equal_somewhere, evidence, refuted
from xent_sym.verification.report import StepReport
from xent_sym.verification.sampling import consistent
from xent_sym.verification.supposed import NOTHING, Supposed
from xent_sym.verification.valueless import without_value
from xent_sym.verification.wording import said_proved, said_refuted, said_unread

RELATIONS = {
    "=": "=", ":=": "=", "triangleq": "=", "equiv": "=", "<=": "<=", ">=": ">=", "<": "<",
    ">": ">", "!=": "!=", "approx": "approx", "simeq": "approx", "coloneqq": "=",
}  # fmt: skip
WEAKER = {"positive distribution": "distribution"}
MAX_READINGS = 6

OnPair = Callable[[Term, str, Term, frozenset[Hypothesis]], None]


@dataclass
class ChainReader:
    """The readings of one chain, each made once; ``tell`` sees the terms that are judged."""

    sides: Sequence[Node]
    context: NoteContext
    supposed: Supposed = NOTHING
    made: dict[Reading, ReadChain] = field(default_factory=dict)
    tell: OnPair | None = None

    def under(self, reading: Reading) -> ReadChain:
        """The chain under this reading."""
        if reading not in self.made:
            supposed = self.supposed if reading.case else NOTHING
            self.made[reading] = supposed.read(self.sides, self.context, reading)
        return self.made[reading]

    def plan(self) -> list[Reading]:
        """The readings to try: names as they stand, with definitions, then each doubt turned."""
        first, second = Reading(unfold=0), Reading(unfold=1)
        plan = [second] if not self.under(second).scene.touched else [first, second]
        if self.supposed:
            plan = [replace(r, case=False) for r in plan] + plan
        doubts = self.under(second).scene.doubts
        plan += [_turned(second, doubt) for doubt in sorted(doubts)]
        return plan[:MAX_READINGS]


def _turned(reading: Reading, doubt: str) -> Reading:
    match doubt:
        case "wide":
            return replace(reading, wide=not reading.wide)
        case "narrow":
            return replace(reading, narrow=not reading.narrow)
        case "natural":
            return replace(reading, natural=not reading.natural)
    return replace(reading, joint=not reading.joint)


def outcomes(reader: ChainReader, step: int, relation: str) -> list[Outcome]:
    """What each reading says of this step; the first that proves it ends the search.

    The note's examples ("p = (0.9, 0.1)") are read in only where one side is a number, for no
    general line follows from an example.
    """
    found: list[Outcome] = []
    plain = not any(_differentiates(side) for side in reader.sides[step : step + 2])
    for choice in _with_data(reader, step, relation, found):
        reading = replace(choice, functions=False) if plain else choice
        read = reader.under(reading)
        pair = read.pair(step)
        if isinstance(pair, Unclear):
            found.append(Outcome(read, unclear=pair))
            continue
        same = next((k for k, o in enumerate(found) if _says_the_same(o, pair, read)), None)
        if same is not None:
            if not found[same].reading.scene.reading.case:
                found[same] = replace(found[same], reading=read)
            continue
        theorem = prove_pair(pair, relation, read.assuming, read.meant)
        if reader.tell is not None:
            reader.tell(pair[0], relation, pair[1], read.assuming)
        doubt = "" if theorem is None else _doubt(reader, step, read, pair, theorem)
        if doubt:
            found.append(Outcome(read, *pair, open=doubt, code="not-decided"))
            continue
        if theorem is not None and (why := read.why_not(theorem)):
            found.append(Outcome(read, *pair, open=why))
            continue
        found.append(Outcome(read, *pair, theorem))
        if theorem is not None:
            break
    return found


def _says_the_same(one: Outcome, pair: tuple[Term, Term], read: ReadChain) -> bool:
    """The outcome of another reading that comes to these terms, under the same conditions."""
    before = one.reading
    return (one.lhs, one.rhs, before.assuming, before.constraints) == (
        *pair, read.assuming, read.constraints
    )


def _doubt(
    reader: ChainReader, step: int, read: ReadChain, pair: tuple[Term, Term], theorem: Theorem
) -> str:
    """Why the theorem does not settle the step; empty if it does."""
    if _mixes_bases(reader, step, read):
        return "it holds if log and the log with a base are one; as written they are not"
    lost = next((part for side in pair if (part := without_value(side))), "")
    if lost:
        return f"{lost} has no value"
    return _contradicted(theorem, pair)


def _contradicted(theorem: Theorem, pair: tuple[Term, Term]) -> str:
    """From assumptions that contradict each other anything follows, so nothing is proved."""
    assumed = theorem.given | theorem.chain.assuming
    if consistent(assumed, pair):
        return ""
    told = ", ".join(str(h) for h in sorted(assumed, key=lambda h: h.key))
    return f"what is assumed holds nowhere, or one letter stands for two things here: {told}"


def _differentiates(side: Node) -> bool:
    return any(isinstance(n, Derivative | Gradient) for n in side.walk())


def _with_data(
    reader: ChainReader, step: int, relation: str, found: list[Outcome]
) -> Iterator[Reading]:
    yield from reader.plan()
    if not any(d.data for d in reader.context.definitions.found):
        return
    sides = [t for o in found for t in (o.lhs, o.rhs) if t is not None]
    if relation != "=" and Num(0) in sides:
        return  # D(p‖q) ≥ 0 speaks of all p and q, not of the example above it
    closed = any(not t.symbols() for t in sides)
    row = any(o.unclear is not None for o in found)
    if closed or row:
        yield Reading(unfold=2)


def _mixes_bases(reader: ChainReader, step: int, read: ReadChain) -> bool:
    """One side writes log, the other log_2, and the reading takes them as one."""
    if read.scene.reading.natural or not read.scene.usage.plain_log:
        return False
    own = usage(reader.sides[step : step + 2], read.scene.known)
    return bool(own.bases) and own.plain_log and reader.context.declarations.log_base is None


def prove_pair(
    pair: tuple[Term, Term], relation: str, assuming: Iterable[Hypothesis],
    meant: Iterable[Hypothesis] = (),
) -> Theorem | None:
    """The theorem, with p ≥ 0 in place of p > 0 where that is enough.

    What the author must mean (b − a > 0 under a logarithm) is assumed only if nothing else
    helps, and only if some point obeys all of it.  It lets an equation be rewritten; the sign of
    anything is not to be had from it.
    """
    assumed = frozenset(assuming)
    mentioned = {s for t in pair for s in t.symbols()}
    relevant = frozenset(h for h in assumed if _speaks_of(h, mentioned))
    if any(s.kind in WEAKER for s in mentioned):
        weak = [strengthened(t, WEAKER) for t in pair]
        theorem = proof(Claim(weak[0], relation, weak[1], _weakened(relevant)))
        if theorem is not None:
            return theorem
    theorem = proof(Claim(pair[0], relation, pair[1], relevant))
    more = frozenset(h for h in meant if relation == "=" and _speaks_of(h, mentioned))
    if theorem is not None or not more or not consistent(relevant | more):
        return theorem
    return proof(Claim(pair[0], relation, pair[1], relevant | more))


def _weakened(assumed: frozenset[Hypothesis]) -> frozenset[Hypothesis]:
    return frozenset(
        Hypothesis(h.kind, tuple(strengthened(t, WEAKER) for t in h.terms)) for h in assumed
    )


def _speaks_of(hypothesis: Hypothesis, mentioned: set[Sym]) -> bool:
    return all(s in mentioned for t in hypothesis.terms for s in t.symbols() if s.kind != "size")


def most_informed(found: Sequence[Outcome]) -> list[Outcome]:
    """Those that read in the note's definitions, and the conditions under which a step stands.

    A point that refutes must obey these; where no reading has a meaning with them, any counts.
    """
    stated = [o for o in found if o.reading.scene.reading.case] or list(found)
    return [o for o in stated if o.reading.scene.reading.unfold] or stated


def judged(
    found: list[Outcome], relation: str, blank: StepReport
) -> StepReport:
    """The verdict that the readings of a step come to."""
    proved = next((o for o in found if o.theorem is not None), None)
    if proved is not None:
        return said_proved(proved, blank)
    readable = [o for o in found if o.lhs is not None]
    if not readable:
        return said_unread([o.unclear for o in found if o.unclear is not None], blank)
    informed = most_informed(readable)
    tried = [o if o.open else refuted(o, relation) for o in informed]
    with_data = next((o for o in tried if o.refutation is not None and _is_data(o)), None)
    if with_data is not None:
        return said_refuted(with_data, blank)
    if all(o.refutation is not None for o in tried):
        return said_refuted(tried[0], blank)
    still = next(o for o in tried if o.refutation is None)
    message = still.open or f"neither proved nor refuted: {evidence(still, relation)}"
    return replace(
        blank,
        verdict=Verdict.UNKNOWN,
        code=still.code if still.open else "not-decided",
        message=message,
        assumed=tuple(still.reading.scene.assumed),
    )


def _is_data(outcome: Outcome) -> bool:
    """Both sides are numbers once the note's own numbers are put in."""
    assert outcome.lhs is not None and outcome.rhs is not None
    return outcome.reading.scene.reading.unfold > 1 and not (
        outcome.lhs.symbols() | outcome.rhs.symbols()
    )


def differing(found: list[Outcome], blank: StepReport) -> StepReport:
    """f ≠ g: false if they are always equal; a point where they differ shows that they are not.

    A point settles it for numbers, and for quantities of one family or more: H(p, q) ≠ H(q, p)
    says that they differ in general.  x² ≠ 4 says that they differ everywhere.
    """
    numbers = [o for o in found if o.lhs is not None and o.rhs is not None]
    proved = next((o for o in numbers if o.theorem is not None), None)
    if proved is not None:
        return said_proved(proved, blank)
    if not numbers:
        return said_unread([o.unclear for o in found if o.unclear is not None], blank)
    for outcome in numbers:
        assert outcome.lhs is not None and outcome.rhs is not None
        pair = (outcome.lhs, outcome.rhs)
        point = apart_at(outcome)
        if point is not None and _in_general(*pair):
            told = said_refuted(point, blank)
            return replace(told, verdict=Verdict.PROVED, code="proved", rules=("a point",),
                           message=f"they differ, for instance at {told.message}")
        if point is None and prove_pair(pair, "=", outcome.reading.assuming) is not None:
            return replace(blank, verdict=Verdict.REFUTED, code="refuted",
                           message="both sides are always equal")
    return replace(blank, verdict=Verdict.UNKNOWN, code="not-decided", message=_undecided(numbers))


def _in_general(lhs: Term, rhs: Term) -> bool:
    """Two numbers, or two quantities of the same families and of nothing else."""
    letters = lhs.symbols()
    if letters != rhs.symbols():
        return False
    loose = [s for s in letters if s.kind not in ("size", "domain")]
    families = all(s.args and s.kind != "index" for s in loose)
    measured = all(any(isinstance(part, Quantity | Sum) for part in t.walk()) for t in (lhs, rhs))
    return not letters or (families and measured)


def _undecided(found: Sequence[Outcome]) -> str:
    """Why f ≠ g is left open."""
    try:
        if any(equal_somewhere(o) for o in found):
            return "it holds for some values and not for others"
    except TermError as problem:
        return str(problem)
    return "it was not shown that they differ everywhere, nor that they agree"


__all__ = [
    "RELATIONS", "ChainReader", "differing", "judged", "most_informed", "outcomes", "prove_pair",
]
