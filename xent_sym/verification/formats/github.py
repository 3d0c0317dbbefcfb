"""Workflow commands, which GitHub shows at the line of the pull request."""

from __future__ import annotations

from xent_sym.verification.formats.findings import Finding, findings
from xent_sym.verification.formats.style import Style
from xent_sym.verification.report import FileReport

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def of_file(file: FileReport, style: Style) -> str:
    """One command for each finding; a runner knows no colours, so ``style`` changes nothing."""
    lines = [_command(f.level, _properties(f, file.path), "\n".join(f.details))
             for f in findings(file)]
    if file.problem is not None:
        properties = {"file": file.path, "title": "xent-sym"}
        lines.append(_command("error", properties, file.problem))
    return "".join(f"{line}\n" for line in lines)


def _command(level: str, properties: dict[str, str], message: str) -> str:
    """A command as the runner reads it.

    >>> _command("note", {"file": "a,b.md", "title": "x"}, "50 %")
    '::notice file=a%2Cb.md,title=x::50 %25'
    """
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{COMMANDS[level]} {told}::{_data(message)}"


def _properties(finding: Finding, path: str) -> dict[str, str]:
    """Where, and the title.  A cell of a notebook has no lines that GitHub would know."""
    title = f"{finding.label}[{finding.code}]"
    if finding.cell is not None:
        return {"file": path, "title": f"{title} at {finding.place}"}
    lines = {"file": path, "line": str(finding.line), "endLine": str(finding.end_line)}
    if finding.line == finding.end_line:  # columns are taken within one line only
        lines |= {"col": str(finding.column), "endColumn": str(finding.end_column)}
    return {**lines, "title": title}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
