"""One line for each finding: ``path:line:column: verdict[code] message``."""

from __future__ import annotations

from xent_sym.verification.formats.columns import one_line
from xent_sym.verification.formats.findings import findings
from xent_sym.verification.formats.style import Style
from xent_sym.verification.report import FileReport


def of_file(file: FileReport, style: Style) -> str:
    """The findings of one file.

    >>> from xent_sym.verification.report import Warned
    >>> note = FileReport("a.md", warnings=(Warned(3, 7, "redefined", "p is defined twice"),))
    >>> print(of_file(note, Style()), end="")
    a.md:3:7: warning[redefined] p is defined twice
    """
    lines = [
        f"{file.path}:{f.place}: {f.label}[{f.code}] {f.message}"
        for f in findings(file, style.verbose)
    ]
    if file.problem is not None:
        lines.append(f"{file.path}: error: {file.problem}")
    return "".join(f"{one_line(line)}\n" for line in lines)
