"""When a point refutes a step, and when it would prove nothing.

A letter that the note leaves open is not free to have any value: a point that gives it one may
be far from what the author means.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from xent_sym.meaning.names import written
from xent_sym.refute import agrees, obeys, refute, sample_points
from xent_sym.terms.evaluate import Undefined, ball
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.term import Sym, Term, TermError
from xent_sym.terms.text import spell
from xent_sym.verification.outcome import Outcome

DRAWS = 60
NOT_NUMBERS = ("index", "size", "domain")


def refuted(outcome: Outcome, relation: str) -> Outcome:
    """The outcome with a point where the claim fails, or with why no point can be trusted."""
    assert outcome.lhs is not None and outcome.rhs is not None
    assumed = [h for h in outcome.reading.assuming if h.kind == "distinct"]
    try:
        why = _broken(outcome) or not_refutable(outcome.lhs, relation, outcome.rhs)
        if why:
            return replace(outcome, open=why)
        point = refute(outcome.lhs, relation, outcome.rhs, tries=DRAWS, assuming=assumed)
    except TermError as problem:
        return replace(outcome, open=str(problem))
    return replace(outcome, refutation=point)


def _broken(outcome: Outcome) -> str:
    """A definition that has no meaning here was left out, and the step speaks of its letters."""
    assert outcome.lhs is not None and outcome.rhs is not None
    symbols = outcome.lhs.symbols() | outcome.rhs.symbols()
    named = {s.name for s in symbols if s.kind not in NOT_NUMBERS}
    known = outcome.reading.scene.spelling
    found = [
        d for d in outcome.reading.scene.broken.values()
        if named & {w.name for n in d.body.walk() if (w := written(n, known)) is not None}
    ]
    return "; ".join(
        f"the definition of {spell(d.name)} in line {d.line} has no meaning here" for d in found
    )


def not_refutable(lhs: Term, relation: str, rhs: Term) -> str:
    """Why a point would prove nothing; empty if it would."""
    left, right = lhs.symbols(), rhs.symbols()
    both = left | right
    if any(s.name == "pi" for s in both):
        return "π is taken as a symbol"
    if any(s.kind == "function" for s in both):
        return "it speaks of functions that the note does not give"
    if any(s.name.startswith("phat") for s in both):
        return "p̂ may be the empirical distribution of the sample, which the note does not say"
    moments = sorted(s.name for s in left ^ right if s.name.partition("_")[0] in ("mu", "sigma"))
    if moments:
        return f"{', '.join(moments)} may be a moment of the distribution, which is not said"
    loose = _loose_sizes(both)
    if loose:
        return f"whether {loose} counts what the sums here run over is not said"
    new = sorted({s.name for s in right - left if s.kind not in NOT_NUMBERS})
    if new:
        return f"the right side brings in {', '.join(new)}, which the note does not define"
    if relation == "=" and left and not right and not _constant(lhs):
        names = sorted({s.name for s in left if s.kind not in NOT_NUMBERS})
        return f"the value depends on {', '.join(names)}, for which the note gives no numbers"
    return ""


def _loose_sizes(symbols: frozenset[Sym]) -> str:
    """A size that bounds no range, while some range has no bounds."""
    ranges = {r for s in symbols for r in s.args}
    bounds = {part for r in ranges for part in r.walk()}
    sizes = sorted(s.name for s in symbols if s.kind == "size" and s not in bounds)
    unbounded = any(s.kind == "domain" for s in symbols)
    return ", ".join(sizes) if sizes and unbounded else ""


def _constant(term: Term) -> bool:
    """At all points that are tried the term has one value."""
    values = []
    for point in islice(sample_points((term,)), 12):
        try:
            values.append(ball(term, point))
        except Undefined:
            continue
    return bool(values) and all(v.meets(values[0]) for v in values)


def consistent(hypotheses: frozenset[Hypothesis]) -> bool:
    """Some point that is tried obeys all of them."""
    terms = [t for h in hypotheses for t in h.terms]
    try:
        return any(obeys(hypotheses, point) for point in islice(sample_points(terms), DRAWS))
    except TermError:
        return False


def evidence(outcome: Outcome, relation: str) -> str:
    """How many sampled points agree."""
    assert outcome.lhs is not None and outcome.rhs is not None
    try:
        return str(agrees(outcome.lhs, relation, outcome.rhs, 20))
    except TermError as problem:
        return str(problem)


__all__ = ["consistent", "evidence", "not_refutable", "refuted"]
