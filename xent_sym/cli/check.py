"""``check``: replay the proofs, and compare the functions with their definitions."""

from __future__ import annotations

from argparse import Namespace

from xent_sym.checking import Checked, LibraryReport, checked_each
from xent_sym.cli.data import print_json
from xent_sym.cli.problems import FINDING, OK
from xent_sym.cli.progress import progress
from xent_sym.library import derivation, library


def check(options: Namespace) -> int:
    """``check [NAME ...]``: exit code 1 if a proof or a function fails."""
    chosen = [derivation(name) for name in options.names] or list(library().values())
    results = []
    for result in progress(checked_each(chosen), len(chosen)):
        results.append(result)
        if options.format == "text":
            print(result, flush=True)
    report = LibraryReport(tuple(results))
    if options.format == "json":
        print_json(checks=[_data(r) for r in results], ok=report.ok)
    else:
        print(f"\n{report.summary}")
    return OK if report.ok else FINDING


def _data(result: Checked) -> dict[str, object]:
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
