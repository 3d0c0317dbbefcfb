"""``check``: replay the proofs, and compare the functions with their definitions."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass

from xent_sym.calc import Derivation, DerivationError
from xent_sym.cli.data import print_json
from xent_sym.cli.problems import FINDING, OK, explain
from xent_sym.cli.progress import progress
from xent_sym.kernel import NotProved, recheck
from xent_sym.library import derivation, library
from xent_sym.numeric import CheckReport, ExportError, numeric_side


@dataclass(frozen=True)
class Result:
    """What came of checking one derivation; ``failures`` is empty if all is well."""

    name: str
    steps: int
    numeric: CheckReport | None
    failures: tuple[str, ...]

    def __str__(self) -> str:
        verdict = "ok" if not self.failures else "FAILED"
        proof = f"{self.steps} step{'s' if self.steps != 1 else ' '} replayed"
        agreement = "" if self.numeric is None else f"; {_agreement(self.numeric)}"
        line = f"{verdict:<7}{self.name:<44} {proof:>17}{agreement}"
        return "\n       ".join([line, *self.failures])


def _agreement(report: CheckReport) -> str:
    return f"{report.entries} numbers, largest error {report.max_error:.0e}"


def check(options: Namespace) -> int:
    """``check [NAME ...]``: exit code 1 if a proof or a function fails."""
    chosen = [derivation(name) for name in options.names] or list(library().values())
    results = []
    for result in progress(chosen, _checked):
        results.append(result)
        if options.format == "text":
            print(result, flush=True)
    if options.format == "json":
        print_json(checks=[_data(r) for r in results], ok=not any(r.failures for r in results))
    else:
        print(_summary(results))
    return FINDING if any(r.failures for r in results) else OK


def _checked(one: Derivation) -> Result:
    try:
        theorem = recheck(one.theorem)
    except (DerivationError, NotProved) as problem:
        return Result(one.name, 0, None, (explain(problem)[0],))
    steps = len(theorem.chain.steps)
    try:
        side = numeric_side(theorem)
    except ExportError as problem:
        return Result(one.name, steps, None, (f"no NumPy function: {problem}",))
    if side is None:
        return Result(one.name, steps, None, ())
    report = side.check()
    return Result(one.name, steps, report, () if report.ok else (str(report),))


def _summary(results: list[Result]) -> str:
    proved = sum(r.steps > 0 for r in results)
    functions = [r for r in results if r.numeric is not None]
    agree = sum(r.numeric.ok for r in functions if r.numeric)
    failed = sum(bool(r.failures) for r in results)
    return (
        f"\n{proved} of {len(results)} proofs replayed; {agree} of {len(functions)} functions "
        f"agree with their definitions; {failed or 'none'} failed"
    )


def _data(result: Result) -> dict[str, object]:
    report = result.numeric
    numeric = None if report is None else {
        "agrees": report.ok,
        "points": report.points,
        "numbers": report.entries,
        "max_error": report.max_error,
    }
    return {
        "name": result.name,
        "proved": result.steps > 0,
        "steps": result.steps,
        "numeric": numeric,
        "failures": list(result.failures),
    }
