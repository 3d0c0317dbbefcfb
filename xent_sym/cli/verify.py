"""``verify``: which steps of a note hold, which fail and where, which could not be decided."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from xent_sym.cli import contexts
from xent_sym.cli.problems import BAD_INPUT, FINDING, INTERNAL, OK, BadInput, NothingToCheck
from xent_sym.cli.progress import progress
from xent_sym.files import write_whole
from xent_sym.kernel.verdict import Verdict
from xent_sym.verification import guard
from xent_sym.verification.formats import FORMATS, Style
from xent_sym.verification.page import page
from xent_sym.verification.report import FileReport, Report

ENDINGS = (".md", ".markdown", ".tex", ".ipynb")
STANDARD_INPUT = Path("-")
MOST_BYTES = 100_000_000  # the guard refuses much less, and says how much
# each level takes in those before it
FAILING = {
    "refuted": (Verdict.REFUTED,),
    "unknown": (Verdict.REFUTED, Verdict.UNKNOWN),
    "unreadable": (Verdict.REFUTED, Verdict.UNKNOWN, Verdict.UNREADABLE),
}
CHECKED = (Verdict.PROVED, Verdict.REFUTED, Verdict.UNKNOWN)


def verify(options: Namespace) -> int:
    """``verify PATH...``: exit code 1 if there is a finding at the level of ``--fail-on``."""
    paths = list(_notes(options.paths))
    context = None if options.context is None else _text(options.context)
    beside = contexts.places(paths) if options.write_context else {}
    _check(options)
    report = _told(paths, context, options)
    if options.html is not None:
        write_whole({options.html: page(report.files, _title(report))})
    contexts.write_contexts(beside, report.files)
    return _exit_code(report, options)


def _check(options: Namespace) -> None:
    """What can be refused before the work is refused before it."""
    if options.html is not None and not options.html.parent.is_dir():
        raise BadInput(f"--html {options.html}: no such folder; name a file in one that exists")
    if options.show_context and options.format not in ("text", "json"):
        raise BadInput(f"--show-context: --format {options.format} has no room for it; use text "
                       "or json")


def _told(paths: Sequence[Path], context: str | None, options: Namespace) -> Report:
    """The report, which is printed file by file where the format allows it."""
    form, style = FORMATS[options.format], _style(options)
    files = []
    for file in progress(_judged(paths, context), len(paths)):
        files.append(file)
        if form.of_file is not None:
            sys.stdout.write(form.of_file(file, style))
            sys.stdout.flush()
    report = Report(tuple(files))
    if form.at_end is not None:
        sys.stdout.write(form.at_end(report, style))
    return report


def _judged(paths: Sequence[Path], context: str | None) -> Iterator[FileReport]:
    """The report of each path, in order."""
    files = guard.verify_paths([path for path in paths if path != STANDARD_INPUT], context)
    for path in paths:
        if path == STANDARD_INPUT:
            text = sys.stdin.buffer.read(MOST_BYTES).decode("utf-8", "replace")
            yield guard.verify_text(text, context, name="<standard input>")
        else:
            yield next(files)


# -- which notes -----------------------------------------------------------------------------------


def _notes(paths: Sequence[Path]) -> Iterator[Path]:
    """The files that are meant, each once, in the order of the words; folders give theirs."""
    seen = set()
    for path in paths:
        for note in _under(path) if path.is_dir() else [_readable(path)]:
            if (place := note.resolve()) not in seen:
                seen.add(place)
                yield note


def _under(folder: Path) -> Iterator[Path]:
    """The notes in a folder and in the folders in it, but not in hidden ones."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield _readable(Path(place, name))


def _readable(path: Path) -> Path:
    if path == STANDARD_INPUT:
        return path
    if not path.exists():
        raise BadInput(f"{path}: no such file or folder; name a note, a folder of notes, or -")
    if not os.access(path, os.R_OK):
        raise BadInput(f"{path}: it may not be read; change its permissions or name another")
    return path


def _text(path: Path) -> str:
    """The text of the file that ``--context`` names."""
    try:
        return path.read_text("utf-8")
    except OSError as problem:
        raise BadInput(f"--context {path}: {problem.strerror}; name a file of "
                       "declarations (--write-context writes one)") from problem
    except UnicodeDecodeError as problem:
        raise BadInput(f"--context {path}: it is not UTF-8; save it as UTF-8") from problem


# -- how it ends -----------------------------------------------------------------------------------


def _style(options: Namespace) -> Style:
    """Colours go to a terminal only, and not where NO_COLOR is set."""
    utf8 = (sys.stdout.encoding or "ascii").lower().replace("-", "") == "utf8"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Style(
        colour=sys.stdout.isatty() and not plain,
        verbose=options.verbose,
        letters=options.show_context,
        ascii=not utf8,
    )


def _title(report: Report) -> str:
    count = len(report.files)
    return report.files[0].path if count == 1 else f"{count} notes"


def _exit_code(report: Report, options: Namespace) -> int:
    """What kept a note from being judged comes first, for then the findings may not be all."""
    if any(guard.is_internal(file) for file in report.files):
        return INTERNAL
    if any(file.problem is not None for file in report.files):
        return BAD_INPUT
    if any(report.summary[verdict] for verdict in FAILING[options.fail_on]):
        return FINDING
    if not any(report.summary[verdict] for verdict in CHECKED):
        raise NothingToCheck(
            f"no step that can be checked was found in {', '.join(map(str, options.paths))}; "
            "a step is a relation such as a = b in a formula between $ signs"
        )
    return OK
