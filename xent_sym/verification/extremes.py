"""argmax and argmin: the same place, if one function is an increasing image of the other.

argmax f = argmax g when g = c·f + d with c > 0, or g = c·log f + d, where c and d do not depend
on what varies; with c < 0 a maximum becomes a minimum.  The equation is proved by the kernel;
that an increasing function keeps the place of the maximum is the one thing added here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xent_sym.kernel.conditions import discharge
from xent_sym.kernel.judge import Theorem
from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import ReadChain
from xent_sym.meaning.names import Letters, written
from xent_sym.meaning.ranges import Unclear
from xent_sym.reader.tree import Addition, BigOperator, Bracket, Node
from xent_sym.terms.hypotheses import Hypothesis
from xent_sym.terms.normal import GROUPS, Normal
from xent_sym.terms.polynomial import TooLarge
from xent_sym.terms.term import Add, Fn, Mul, Num, Pow, Sym, Term, TermError
from xent_sym.verification.judging import ChainReader, prove_pair
from xent_sym.verification.outcome import Outcome
from xent_sym.verification.report import StepReport
from xent_sym.verification.wording import said_proved, said_unread

KINDS = {"argmax": 1, "argmin": -1}
RULE = "an increasing function keeps the place of the maximum"


def is_extreme(node: Node) -> bool:
    """``\\arg\\max_\\theta f``, also with terms behind it."""
    if isinstance(node, Addition) and node.signs[0] == "+":
        node = node.terms[0]
    return isinstance(node, BigOperator) and node.kind in KINDS


def extreme_verdict(reader: ChainReader, step: int, blank: StepReport) -> StepReport:
    """What is said of ``argmax f = argmax g``."""
    (one, left), (two, right) = (_parts(reader.sides[k]) for k in (step, step + 1))
    variable = _variable(one, reader.context.letters)
    if variable is None or variable != _variable(two, reader.context.letters):
        problem = Unclear("both sides must be taken over one variable")
        return said_unread([problem], blank)
    sides = [*reader.sides]
    sides[step], sides[step + 1] = left, right
    inside = replace(reader, sides=sides, made={})
    turn = KINDS[one.kind] * KINDS[two.kind]
    problems: list[Unclear] = []
    for reading in inside.plan():
        read = inside.under(reading)
        pair = read.pair(step)
        if isinstance(pair, Unclear):
            problems.append(pair)
            continue
        theorem = _same_place(pair[0], pair[1], turn, variable, read)
        if theorem is not None:
            told = said_proved(Outcome(read, *pair, theorem), blank)
            return replace(told, rules=(RULE, *told.rules), message=f"{told.message}; {RULE}")
    if problems:
        return said_unread(problems, blank)
    message = f"it was not shown that one function is an increasing image of the other ({RULE})"
    return replace(blank, verdict=Verdict.UNKNOWN, code="not-decided", message=message)


def _parts(node: Node) -> tuple[BigOperator, Node]:
    """The operator, and all that it is taken of."""
    if isinstance(node, Addition):
        first = node.terms[0]
        assert isinstance(first, BigOperator)
        body = first.body if first.body is not None else first
        return first, replace(node, terms=(body, *node.terms[1:]))
    assert isinstance(node, BigOperator)
    return node, node.body if node.body is not None else Bracket(node.start, node.end, "(", ")",
                                                                 None)


def _variable(node: BigOperator, known: Letters) -> str | None:
    name = None if node.sub is None else written(node.sub, known)
    return None if name is None else name.name


def _same_place(
    f: Term, g: Term, turn: int, variable: str, read: ReadChain
) -> Theorem | None:
    """g = c·f + d or g = c·log f + d, or the other way round."""
    moving = {s for s in f.symbols() | g.symbols() if _depends(s, variable)}
    if not (f.symbols() & moving and g.symbols() & moving):
        return None
    images = [(f, g), (g, f)]
    images += [(Fn("log", a), b) for a, b in ((f, g), (g, f)) if _is_positive(a, read)]
    for one, two in images:
        for factor in _factors(turn, f.symbols() | g.symbols()):
            image = Mul(factor, one)
            rest = _rest(two, image, read)
            if rest is None or rest.symbols() & moving:
                continue
            theorem = prove_pair((two, Add(image, rest)), "=", read.assuming)
            if theorem is not None:
                return theorem
    return None


def _is_positive(term: Term, read: ReadChain) -> bool:
    """The logarithm is an increasing image of what is positive, and of nothing else."""
    return discharge(Hypothesis("positive", (term,)), read.assuming, 0) is not None


def _depends(symbol: Sym, variable: str) -> bool:
    """q_θ and q(·;θ) depend on θ; q on q itself."""
    name = symbol.name
    return name == variable or name.endswith(f"_{variable}") or f";{variable}" in name


def _factors(turn: int, symbols: frozenset[Sym]) -> Iterator[Term]:
    """The constants of the right sign that are tried: 1, n, 1/n."""
    yield Num(turn)
    for size in sorted((s for s in symbols if s.kind == "size"), key=lambda s: s.name):
        yield Mul(Num(turn), size)
        yield Mul(Num(turn), Pow(size, Num(-1)))


def _rest(whole: Term, part: Term, read: ReadChain) -> Term | None:
    """whole − part, in its normal form."""
    try:
        return Normal(GROUPS, read.assuming).canonical(Add(whole, Mul(Num(-1), part)))
    except (TermError, TooLarge):
        return None


__all__ = ["extreme_verdict", "is_extreme"]
