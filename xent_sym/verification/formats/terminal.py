"""The report for a person at a terminal: the line, the place underlined, the reason, the remedy."""

from __future__ import annotations

from collections.abc import Iterator

from xent_sym.kernel.verdict import Verdict
from xent_sym.reader.places import Source
from xent_sym.verification.formats.columns import one_line, width
from xent_sym.verification.formats.findings import Finding, findings, relation_sign
from xent_sym.verification.formats.snippet import Mark, snippet, sources
from xent_sym.verification.formats.style import Style
from xent_sym.verification.report import Counterexample, FileReport, Report, StepReport

NOUNS = {Verdict.DEFINITION: ("definition", "definitions"),
         Verdict.NOT_A_CLAIM: ("not a claim", "not a claim")}


def of_file(file: FileReport, style: Style) -> str:
    """Everything to be told of one file, each finding followed by an empty line."""
    texts = sources(file)
    parts = [_letters(file, style)] if style.letters else []
    parts += [_finding(f, file.path, texts, style) for f in findings(file, style.verbose)]
    if file.problem is not None:
        parts.append(f"{style.paint('error', 'error')}: {one_line(f'{file.path}: {file.problem}')}")
    return "".join(f"{part}\n\n" for part in parts)


def at_end(report: Report, style: Style) -> str:
    """The counts by verdict, and what to ask for next.

    >>> print(at_end(Report(()), Style()), end="")
    nothing to check in 0 files
    """
    found = [(verdict, n) for verdict, n in report.summary.items() if n]
    counts = [style.paint(_count(verdict, n), verdict) for verdict, n in found]
    warnings = sum(len(file.warnings) for file in report.files)
    if warnings:
        counts.append(f"{warnings} warning{'s' * (warnings > 1)}")
    files = f"{len(report.files)} file{'s' * (len(report.files) != 1)}"
    lines = [f"{', '.join(counts) or 'nothing to check'} in {files}"]
    unstated = sum(_rests_on_unstated(step) for step in report.steps)
    if unstated and not style.verbose:
        lines.append(f"{unstated} of the proofs used a hypothesis that the note never states; "
                     "--verbose shows them")
    codes = sorted({f.code for file in report.files for f in findings(file)})
    if codes:
        lines.append(f"xent-sym explain CODE says more; the codes here: {', '.join(codes)}")
    return "".join(f"{line}\n" for line in lines)


def _count(verdict: Verdict, number: int) -> str:
    one, more = NOUNS.get(verdict, (verdict, verdict))
    return f"{number} {one if number == 1 else more}"


def _rests_on_unstated(step: StepReport) -> bool:
    return step.verdict is Verdict.PROVED and any(not given.stated for given in step.given)


def _letters(file: FileReport, style: Style) -> str:
    """How each symbol was taken: name, meaning, why."""
    head = f"{style.paint('context', 'strong')} of {one_line(file.path)}"
    rows = [[one_line(cell) for cell in (x.name, x.meaning, x.why)] for x in file.letters]
    if not rows:
        return f"{head}: no letters"
    wide = [max(width(row[column]) for row in rows) for column in (0, 1)]
    padded = [
        "  ".join([*(cell + " " * (w - width(cell)) for cell, w in zip(row, wide, strict=False)),
                   row[2]]) for row in rows
    ]
    return "\n".join([f"{head}:", *(f"  {row}" for row in padded)])


def _finding(finding: Finding, path: str, texts: dict[int | None, Source], style: Style) -> str:
    marks = _marks(finding)
    gutter = len(str(max(mark.end_line for mark in marks)))
    label = style.paint(f"{finding.label}[{finding.code}]", finding.label)
    rows = [label + style.paint(f": {one_line(finding.headline)}", "strong")]
    arrow = style.paint("-->", "gutter")
    rows.append(f"{'':{gutter}}{arrow} {one_line(path)}:{finding.place}")
    source = texts.get(finding.cell)
    if source is not None and source.line(finding.line):
        rows += snippet(source, marks, style, gutter)
    notes = [] if finding.step is None else list(_notes(finding.step, style))
    if notes:
        rows.append(f"{'':{gutter}} {style.paint('|', 'gutter')}")
    equals = style.paint("=", "gutter")
    return "\n".join([*rows, *(f"{'':{gutter}} {equals} {note}" for note in notes)])


def _marks(finding: Finding) -> list[Mark]:
    """The place itself, last; and the left-hand side, where it stands as a step before."""
    before = finding.before
    here = (finding.line, finding.column, finding.end_line, finding.end_column)
    if before is None or before.cell != finding.cell:
        return [Mark(*here, paint=finding.label)]
    there = (before.line, before.column, before.end_line, before.end_column)
    return [Mark(*there, sign="-", paint="gutter", label="left"),
            Mark(*here, paint=finding.label, label="right")]


def _notes(step: StepReport, style: Style) -> Iterator[str]:
    """What is known about a step and its message does not say."""
    aid = style.paint("help", "help")
    note = style.paint("note", "strong")
    if step.counterexample is not None:
        yield one_line(_point(step.counterexample))
    if step.suggestion is not None:
        mended = f"{relation_sign(step.relation)} {step.suggestion}"
        yield f"{aid}: this would hold: {one_line(mended)}"
    ways = f"by {', '.join(step.rules)}"
    if step.rules and ways not in step.message:
        yield one_line(ways)
    for given in step.given:
        unstated = "" if given.stated else "  (the note never states this)"
        yield f"given {one_line(given.text)}{unstated}"
    for assumed in step.assumed:
        yield f"{note}: assumed {one_line(assumed)}"
    if step.linked is not None and f"line {step.linked}" not in step.message:
        yield f"{note}: {_link(step)}"


def _point(point: Counterexample) -> str:
    """The counterexample, both values first.

    >>> _point(Counterexample((("n", "2"),), "0.41", "0.37"))
    'left 0.41, right 0.37 where n = 2'
    """
    where = ", ".join(f"{name} = {value}" for name, value in point.values)
    return f"left {point.left}, right {point.right}{' where ' if where else ''}{where}"


def _link(step: StepReport) -> str:
    if step.code in ("contradicts-definition", "redefinition"):
        return f"the definition stands at line {step.linked}"
    return f"linked with line {step.linked}: this step makes up for the slip there"
