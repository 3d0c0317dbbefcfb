"""A worked example: a quantity, numbers for its symbols, and the chain that they give.

Substitution, exact value and rounded value are computed.  Substitution and exact value are
steps of a theorem, which the kernel checks; the rounding is read off a sure interval around
the quantity itself, by the evaluator, which knows nothing of the kernel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from xent_sym.kernel import Chain, NotProved, Step, Theorem, prove
from xent_sym.tactics.tidy import tidy
from xent_sym.tactics.ways import State, Way
from xent_sym.terms.arithmetic import Undefined
from xent_sym.terms.normal import Normal
from xent_sym.terms.term import Fn, Num, Sym, Term, as_term, substitute
from xent_sym.worked.closed import closed_form, rational, whole_logarithms, written_out
from xent_sym.worked.numbers import (
    ExampleError,
    Given,
    Remark,
    Words,
    check,
    decimal_text,
    number,
    read,
    sizes,
)
from xent_sym.worked.printing import given_lines, line_latex
from xent_sym.worked.rounding import rounded

DEFINED = frozenset({"definitions"})
LOGS = frozenset({"logarithms"})


@dataclass(frozen=True, eq=False)
class WorkedExample:
    """An example that is worked out on first use.

    ``about`` names the derivation file that it illustrates, ``title`` and ``note`` speak
    English and Chinese, ``source`` says which note the numbers come from, ``printed`` is what
    that note prints as the answer.
    """

    name: str
    about: str
    title: Words
    quantity: Term
    values: Mapping[Sym, Term]
    ways: tuple[Way, ...]
    remarks: tuple[Remark, ...]
    places: int
    printed: str | Term | None
    source: str
    decimals: int

    # -- the chain -----------------------------------------------------------------------------

    @cached_property
    def substituted(self) -> Term:
        """The quantity with the numbers in the place of its symbols."""
        place = f"example {self.name}"
        values = sizes(self.values, place)
        for symbol, value in self.values.items():
            values[symbol] = value
        return substitute(self.quantity, values)

    @cached_property
    def theorem(self) -> Theorem:
        """The quantity at these numbers equals its exact value, proved line by line."""
        steps = tuple(self._steps())
        last = steps[-1].line if steps else self.substituted
        try:
            return prove(Chain(self.name, self.substituted, "=", last, steps))
        except NotProved as problem:
            raise ExampleError(f"example {self.name}: {problem}") from problem

    def _steps(self) -> Iterator[Step]:
        """Numbers put in; then what is whole worked out; then the author's ways; then closed."""
        line = written_out(self.substituted)
        yield Step("=", line, groups=DEFINED, way="definition:numbers")
        for step in self._after(line):
            if step.line != line:
                yield step
                line = step.line

    def _after(self, line: Term) -> Iterator[Step]:
        worked = whole_logarithms(line)
        if worked != line:
            yield Step("=", worked, groups=LOGS, way="arithmetic:logarithms")
        exact = closed_form(line)
        if exact is None or (worked == line and _shows_only_more(line, exact)):
            line = tidy(worked)
            yield Step("=", line, way="arithmetic")
        for way in self.ways:
            for step in way(State(line, None)):
                line = written_out(step.line)
                yield replace(step, line=line)
        if exact is not None:
            yield Step("=", exact, groups=LOGS, way="evaluate")

    @property
    def exact(self) -> Term:
        """The exact value: r + c·log x where there is such a form, else an expression in e."""
        return self.theorem.rhs

    # -- the rounded value ---------------------------------------------------------------------

    @cached_property
    def rounded(self) -> str:
        """The value as a decimal: whole where it ends, else rounded to ``places``."""
        value = rational(self.exact)
        whole = None if value is None else decimal_text(value)
        return whole if whole is not None else self.rounded_to(self.places)

    def rounded_to(self, places: int) -> str:
        """The value to so many places, from the written-out quantity and not from the chain."""
        try:
            return rounded(written_out(self.substituted), places)
        except Undefined as problem:
            raise ExampleError(
                f"example {self.name}: {problem} has no value; a probability of 0 was given to "
                "something that happens: give it one above 0"
            ) from problem

    @property
    def unit(self) -> str:
        """bits for logarithms in base 2, nats for natural ones, else nothing."""
        for term in written_out(self.substituted).walk():
            if isinstance(term, Fn) and term.data == "log_base" and term.args[0] == Num(2):
                return "bits"
            if isinstance(term, Fn) and term.data == "log":
                return "nats"
        return ""

    # -- what is shown ---------------------------------------------------------------------------

    @cached_property
    def lines(self) -> tuple[tuple[str, str], ...]:
        r"""(relation, LaTeX): the given numbers, then from the quantity to its rounded value.

        The relation is ``=`` or ``\approx``; it is empty before the quantity, and where a long
        line goes on.
        """
        shown = [("", line) for line in given_lines(self.values, self.decimals)]
        shown += [("", line) for line in line_latex(self.quantity, self.decimals)]
        rows: list[str] = []
        for checked in self.theorem.checked:
            closed = checked.step.way == "evaluate"
            before, rows = rows, line_latex(checked.step.line, 0 if closed else self.decimals)
            if rows != before:
                shown += [("=" if n == 0 else "", row) for n, row in enumerate(rows)]
        word = "bit" if (self.rounded, self.unit) == ("1", "bits") else self.unit
        unit = rf"\ \text{{{word}}}" if word else ""
        value = rational(self.exact)
        if value is not None and shown[-1] == ("=", self.rounded):
            shown[-1] = ("=", self.rounded + unit)
        else:
            ends = value is not None and decimal_text(value) is not None
            shown.append(("=" if ends else r"\approx", self.rounded + unit))
        return tuple(shown)

    # -- against the note --------------------------------------------------------------------------

    @cached_property
    def agrees(self) -> bool | None:
        """The note prints the right answer; None if it prints none."""
        if self.printed is None:
            return None
        if isinstance(self.printed, Term):
            return Normal(LOGS).equal(self.exact, self.printed)
        if "/" in self.printed:
            return rational(self.exact) == number(self.printed)
        return self.rounded_to(len(self.printed.partition(".")[2])) == self.printed

    @property
    def note(self) -> Words | None:
        """What a reader of the original note must be told, if anything."""
        words = [r.words for r in self.remarks]
        if self.agrees is False:
            words.append(
                {
                    "en": f"The note prints {self.printed}; from its own numbers it is "
                    f"{self.rounded}.",
                    "zh": f"原文印作 {self.printed}；由其自身的数据算得 {self.rounded}。",
                }
            )
        return {lang: " ".join(w[lang] for w in words) for lang in ("en", "zh")} if words else None


def _shows_only_more(line: Term, exact: Term) -> bool:
    """Between the line and its exact value stands one that says more: −log 0.6."""
    short = tidy(line)
    return short not in (line, exact) and rational(exact) is None


def example(  # noqa: PLR0913 - each is a word of the example, and is named at the call
    name: str,
    about: str,
    quantity: Term,
    values: Mapping[Sym, Given],
    *ways: Way,
    en: str,
    zh: str,
    places: int = 3,
    printed: str | Term | None = None,
    source: str = "",
) -> WorkedExample:
    """The worked example of a quantity at these numbers; they are read and checked at once.

    >>> from xent_sym.terms import binary, binary_cross_entropy, probability
    >>> y, p = binary("y"), probability("p")
    >>> coin = example("coin", "binary_cross_entropy", binary_cross_entropy(y, p),
    ...                {y: 1, p: "0.7"}, en="A coin", zh="硬币")
    >>> print(coin.theorem.rhs, coin.rounded, coin.unit)
    log(10/7) 0.357 nats
    """
    place = f"example {name}"
    try:
        known = {s: read(v, s.name) for s, v in values.items()}
    except ExampleError as problem:
        raise ExampleError(f"{place}: {problem}") from None
    missing = _unknown(quantity, known)
    if missing:
        raise ExampleError(f"{place}: no numbers for {', '.join(missing)}; give each a value")
    found = sizes(known, place)
    remarks: list[Remark] = []
    for symbol, value in known.items():
        remarks += check(symbol, value, substitute(symbol, found), place)
    return WorkedExample(
        name, about, {"en": en, "zh": zh}, as_term(quantity), known, ways, tuple(remarks),
        places, printed, source, max(map(_decimals, values.values()), default=0),
    )  # fmt: skip


def _unknown(quantity: Term, known: Mapping[Sym, Term]) -> list[str]:
    told = {*known, *(r for s in known for r in s.symbols())}
    return sorted(s.name for s in quantity.symbols() - told)


def _decimals(given: Given) -> int:
    """The most decimal places that a number is given to."""
    if isinstance(given, str):
        return max(len(piece.strip().partition(".")[2]) for piece in given.split(","))
    return max(map(_decimals, given), default=0) if isinstance(given, Sequence) else 0


__all__ = ["WorkedExample", "example"]
