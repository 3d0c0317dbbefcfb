"""The formats of a report: what is written as each file is done, and what at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xent_sym.verification.formats import concise, data, github, sarif, terminal
from xent_sym.verification.formats.style import Style
from xent_sym.verification.report import FileReport, Report


@dataclass(frozen=True)
class Format:
    """Two functions to text, either of which may be left out; each line ends with its end."""

    of_file: Callable[[FileReport, Style], str] | None = None
    at_end: Callable[[Report, Style], str] | None = None


FORMATS = {
    "text": Format(terminal.of_file, terminal.at_end),
    "concise": Format(concise.of_file),
    "json": Format(at_end=data.at_end),
    "sarif": Format(at_end=sarif.at_end),
    "github": Format(github.of_file),
}


PLAIN = Style()


def render(report: Report, name: str, style: Style = PLAIN) -> str:
    """The whole report in the format of that name, one of ``FORMATS``.

    >>> print(render(Report(()), "text"), end="")
    nothing to check in 0 files
    """
    form = FORMATS[name]
    parts = [form.of_file(file, style) for file in report.files] if form.of_file else []
    return "".join([*parts, form.at_end(report, style) if form.at_end else ""])


__all__ = ["FORMATS", "Format", "Style", "render"]
