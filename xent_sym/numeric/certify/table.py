"""Certificates as tables: Markdown for the documentation, columns of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xent_sym.numeric.certify.certificate import Certificate, Line
from xent_sym.numeric.certify.ulps import Wrong

SHORT = {
    Wrong.ZERO: "false 0",
    Wrong.NAN: "NaN",
    Wrong.INFINITY: "false inf",
    Wrong.NUMBER: "a number for inf or NaN",
}
LEGEND = """\
Errors are in units in the last place (ulp) of the true value: the largest, then the median. The \
goal is 4 where the problem is well-conditioned (median at most 1) and 64 elsewhere. κ is the \
largest condition number of an entry in which the mathematics itself cancels; such an entry may \
stray by 2κ. "Checked" counts the entries whose truth was asked of the definition itself, by ball \
arithmetic."""


def units(ulp: float) -> str:
    """An error to two digits.

    >>> units(0.0), units(0.5), units(3.14), units(63.7), units(12345.0)
    ('0', '0.50', '3.1', '64', '1.2e+04')
    """
    if ulp == 0:
        return "0"
    if ulp < 0.995:
        return f"{ulp:.2f}"
    return f"{ulp:.1f}" if ulp < 9.95 else f"{ulp:.0f}" if ulp < 999.5 else f"{ulp:.1e}"


def cell(line: Line) -> str:
    """What one implementation did in one regime, in short: `1.2`, or `7.1e+15, 24 false 0`."""
    if line.refused:
        return "refused"
    faults = [f"{n} {SHORT[wrong]}" for wrong, n in line.faults]
    return ", ".join([units(line.worst)] * (line.entries > 0) + faults)


def verdict(line: Line) -> str:
    """Whether the goal is met, and what stands in the way.

    An entry that the mathematics excuses shows as κ beside the verdict.
    """
    kappa = f" (κ = {line.condition:.0e})" if line.ill else ""
    if line.refused:
        return f"refused: {line.refused}"
    if line.met:
        return f"met{kappa}"
    reason = f"{line.missed} of {line.total} too far" if line.missed else "median above 1"
    return f"MISSED: {reason}{kappa}"


HEAD = ("regime", "format", "goal", "largest", "median", "verdict", "checked")


def _rows(lines: Iterable[Line]) -> list[tuple[str, ...]]:
    return [
        (
            line.regime, line.dtype, str(line.goal), cell(line), units(line.median),
            verdict(line), str(line.confirmed or "—"),
        )
        for line in lines
    ]


def markdown(certificates: Sequence[Certificate]) -> str:
    """A table for each certificate and part, with what the figures mean on top."""
    parts = [LEGEND]
    for certificate in certificates:
        for task in certificate.task.parts:
            lines = [line for line in certificate.lines if line.what == task.what]
            parts += [f"### {task.title}", _markdown_table(HEAD, _rows(lines))]
    return "\n\n".join(parts) + "\n"


def text(certificate: Certificate) -> str:
    """The certificate in columns, and at the end whether every goal is met."""
    parts = []
    for task in certificate.task.parts:
        lines = [line for line in certificate.lines if line.what == task.what]
        parts.append(f"{task.title}\n{_columns(HEAD, _rows(lines))}")
    missed = sum(not line.met for line in certificate.lines)
    count = f"{missed} of {len(certificate.lines)} goals missed"
    return "\n\n".join([*parts, count if missed else "every goal is met"])


def beside(named: Mapping[str, Certificate], dtype: str) -> str:
    """The same regimes for several implementations, one column for each, as Markdown.

    An asterisk marks what does not meet the goal.
    """
    columns = [
        {line.regime: line for line in certificate.lines if line.dtype == dtype}
        for certificate in named.values()
    ]
    regimes = dict.fromkeys(regime for column in columns for regime in column)
    rows = [
        (regime, *(_marked(column.get(regime)) for column in columns)) for regime in regimes
    ]
    met = [f"{sum(line.met for line in c.values())} of {len(c)}" for c in columns]
    return _markdown_table(("regime", *named), [*rows, ("goals met", *met)])


def _marked(line: Line | None) -> str:
    return "—" if line is None else cell(line) + ("" if line.met else " *")


def _markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_escaped(c) for c in line)} |" for line in lines)


def _escaped(text_: str) -> str:
    return text_.replace("|", r"\|").replace("*", r"\*")


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, *rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join(
        "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


__all__ = ["LEGEND", "beside", "cell", "markdown", "text", "units", "verdict"]
