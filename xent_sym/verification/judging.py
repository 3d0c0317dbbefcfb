"""One step, under every reading that the writing leaves open: what is said of it, and why.

Proved, if some reading proves it; what that reading takes for granted is told.  Refuted, only if
every reading that has a meaning is refuted by a point.  Anything else is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from xent_sym.kernel.judge import Theorem
from xent_sym.kernel.verdict import Claim, Verdict
from xent_sym.meaning.chain import NoteContext, ReadChain, read_chain, strengthened
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import Reading
from xent_sym.meaning.writing import usage
from xent_sym.reader.tree import Node
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Sym, Term
from xent_sym.verification.outcome import Outcome
from xent_sym.verification.proving import proof
from xent_sym.verification.refuting import consistent, evidence, refuted
from xent_sym.verification.report import StepReport
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
    conditions: Sequence[Node]
    context: NoteContext
    cases: Sequence[Node] = ()
    made: dict[Reading, ReadChain] = field(default_factory=dict)
    tell: OnPair | None = None

    def under(self, reading: Reading) -> ReadChain:
        """The chain under this reading."""
        if reading not in self.made:
            conditions = [*self.conditions, *(self.cases if reading.case else ())]
            self.made[reading] = read_chain(self.sides, conditions, self.context, reading)
        return self.made[reading]

    def plan(self) -> list[Reading]:
        """The readings to try: names as they stand, with definitions, then each doubt turned."""
        first, second = Reading(unfold=0), Reading(unfold=1)
        plan = [second] if not self.under(second).scene.touched else [first, second]
        if self.cases:
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
    for reading in _with_data(reader, step, relation, found):
        read = reader.under(reading)
        pair = read.pair(step)
        if isinstance(pair, Unclear):
            found.append(Outcome(read, unclear=pair))
            continue
        if any((o.lhs, o.rhs, o.reading.assuming) == (*pair, read.assuming) for o in found):
            continue
        theorem = prove_pair(pair, relation, read.assuming, read.meant)
        if reader.tell is not None:
            reader.tell(pair[0], relation, pair[1], read.assuming)
        if theorem is not None and _mixes_bases(reader, step, read):
            told = "it holds if log and the log with a base are one; as written they are not"
            found.append(Outcome(read, *pair, open=told))
            continue
        found.append(Outcome(read, *pair, theorem))
        if theorem is not None:
            break
    return found


def _with_data(
    reader: ChainReader, step: int, relation: str, found: list[Outcome]
) -> Iterator[Reading]:
    yield from reader.plan()
    if not any(d.data for d in reader.context.definitions.found):
        return
    closed = any(
        t is not None and not t.symbols() for o in found for t in (o.lhs, o.rhs)
    )
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
    helps, and only if some point obeys all of it.
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
    more = frozenset(h for h in meant if _speaks_of(h, mentioned))
    if theorem is not None or not more or not consistent(relevant | more):
        return theorem
    return proof(Claim(pair[0], relation, pair[1], relevant | more))


def _weakened(assumed: frozenset[Hypothesis]) -> frozenset[Hypothesis]:
    return frozenset(
        Hypothesis(h.kind, tuple(strengthened(t, WEAKER) for t in h.terms)) for h in assumed
    )


def _speaks_of(hypothesis: Hypothesis, mentioned: set[Sym]) -> bool:
    return all(s in mentioned for t in hypothesis.terms for s in t.symbols() if s.kind != "size")


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
    informed = [o for o in readable if o.reading.scene.reading.unfold] or readable
    tried = [o if o.open else refuted(o, relation) for o in informed]
    if all(o.refutation is not None for o in tried):
        return said_refuted(tried[0], blank)
    still = next(o for o in tried if o.refutation is None)
    message = still.open or f"neither proved nor refuted: {evidence(still, relation)}"
    return replace(
        blank,
        verdict=Verdict.UNKNOWN,
        code="depends-on-data" if still.open else "not-decided",
        message=message,
        assumed=tuple(still.reading.scene.assumed),
    )


__all__ = ["RELATIONS", "ChainReader", "judged", "outcomes", "prove_pair"]
