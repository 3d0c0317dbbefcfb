"""SARIF 2.1.0, the format in which analysis tools tell code hosts and editors what they found."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from xent_sym import __version__
from xent_sym.verification.codes import Page, pages
from xent_sym.verification.formats.findings import Finding, findings, level
from xent_sym.verification.formats.style import Style
from xent_sym.verification.report import FileReport, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def at_end(report: Report, style: Style) -> str:
    """The whole log, on lines of its own."""
    return f"{json.dumps(log(report), ensure_ascii=style.ascii, indent=2)}\n"


def log(report: Report) -> dict[str, Any]:
    """One run of one tool; regions count lines and characters from 1.

    >>> run, = log(Report(()))["runs"]
    >>> run["results"], run["columnKind"]
    ([], 'unicodeCodePoints')
    """
    rules = list(pages())
    found = [(file, f) for file in report.files for f in findings(file)]
    problems = [file for file in report.files if file.problem is not None]
    run = {
        "tool": {"driver": {
            "name": "xent-sym",
            "version": __version__,
            "rules": [_rule(page) for page in pages().values()],
        }},
        "columnKind": "unicodeCodePoints",
        "invocations": [{
            "executionSuccessful": not problems,
            "toolExecutionNotifications": [_notification(file) for file in problems],
        }],
        "results": [_result(file, finding, rules) for file, finding in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(page: Page) -> dict[str, Any]:
    return {
        "id": page.code,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.means},
        "help": {"text": page.text},
        "defaultConfiguration": {"level": level(page.verdict)},
    }


def _result(file: FileReport, finding: Finding, rules: list[str]) -> dict[str, Any]:
    step = finding.step
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": finding.level,
        "message": {"text": "; ".join(finding.details)},
        "locations": [_location(file, finding)],
    }
    if finding.code in rules:
        result["ruleIndex"] = rules.index(finding.code)
    if step is not None and step.linked is not None and step.cell is None:
        related = _physical(file, {"startLine": step.linked})
        result["relatedLocations"] = [{"physicalLocation": related}]
    return result


def _location(file: FileReport, finding: Finding) -> dict[str, Any]:
    """A region of the file; in a notebook the cell is named, for its lines are not the file's."""
    if finding.cell is not None:
        return {
            "physicalLocation": _physical(file),
            "logicalLocations": [{"fullyQualifiedName": finding.place, "kind": "member"}],
        }
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    return {"physicalLocation": _physical(file, region)}


def _physical(file: FileReport, region: dict[str, int] | None = None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(file.path)}}
    return place if region is None else {**place, "region": region}


def _uri(path: str) -> str:
    """A reference as RFC 3986 has it.

    >>> _uri("my notes/a.md")
    'my%20notes/a.md'
    """
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix())


def _notification(file: FileReport) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": f"{file.path}: {file.problem}"},
        "locations": [{"physicalLocation": _physical(file)}],
    }
