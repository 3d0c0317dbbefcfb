"""The report as versioned JSON; docs/verify-json.md says what each key holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from xent_sym.verification.formats.style import Style
from xent_sym.verification.report import (
    ChainReport,
    Counterexample,
    FileReport,
    Report,
    StepReport,
)

VERSION = 1


def at_end(report: Report, style: Style) -> str:
    """One object, on lines of its own.

    >>> json.loads(at_end(Report(()), Style()))["summary"]["refuted"]
    0
    """
    return f"{json.dumps(data(report), ensure_ascii=style.ascii, indent=2)}\n"


def data(report: Report) -> dict[str, Any]:
    """The whole report as lists, dictionaries, text and numbers."""
    return {
        "version": VERSION,
        "files": [_file(file) for file in report.files],
        "summary": {str(verdict): count for verdict, count in report.summary.items()},
    }


def _file(file: FileReport) -> dict[str, Any]:
    return {
        "path": file.path,
        "chains": [_chain(chain) for chain in file.chains],
        "unreadable": [asdict(formula) for formula in file.unreadable],
        "warnings": [asdict(warning) for warning in file.warnings],
        "letters": [asdict(letter) for letter in file.letters],
        "problem": file.problem,
    }


def _chain(chain: ChainReport) -> dict[str, Any]:
    return {
        "line": chain.line,
        "cell": chain.cell,
        "steps": [_step(step) for step in chain.steps],
    }


def _step(step: StepReport) -> dict[str, Any]:
    return {
        **asdict(step),
        "verdict": str(step.verdict),
        "counterexample": step.counterexample and _point(step.counterexample),
    }


def _point(point: Counterexample) -> dict[str, Any]:
    return {"values": dict(point.values), "left": point.left, "right": point.right}
