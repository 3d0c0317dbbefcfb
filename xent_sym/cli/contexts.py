"""``verify --write-context``: how the letters of a note were taken, as a file to edit."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from xent_sym.cli.problems import BadInput
from xent_sym.files import write_whole
from xent_sym.meaning.declarations import parse_declarations
from xent_sym.verification.report import FileReport, Letter


def places(notes: Sequence[Path]) -> dict[str, Path]:
    """For each note the file beside it that shall hold its context; none of them may exist."""
    if Path("-") in notes:
        raise BadInput("--write-context: standard input has no place to write beside; name a file")
    beside = {str(note): note.with_name(f"{note.name}.context") for note in notes}
    for path in beside.values():
        if path.exists():
            raise BadInput(f"{path}: it exists and may hold your edits; use it with --context, or "
                           "move it away")
    return beside


def write_contexts(beside: dict[str, Path], files: Sequence[FileReport]) -> None:
    """Write the files, all or none, and say so on standard error."""
    texts = {
        beside[file.path]: text(file)
        for file in files if file.path in beside and file.problem is None
    }
    write_whole(texts)
    for path in texts:
        print(f"xent-sym: wrote {path}; edit it, then: --context {path}", file=sys.stderr)


def text(file: FileReport) -> str:
    """The letters as declarations, each with the reason why it was taken so.

    >>> letters = (Letter("p", "distribution over x", "declared"), Letter("a", "?", "not known"))
    >>> print(text(FileReport("kl.md", letters=letters)), end="")
    # how the letters of kl.md were taken; edit what is wrong
    p: distribution over x  # declared
    # a: ?  # not known
    """
    head = f"# how the letters of {Path(file.path).name} were taken; edit what is wrong\n"
    return head + "".join(f"{_line(letter)}\n" for letter in file.letters)


def _line(letter: Letter) -> str:
    """A statement of the declaration syntax; what is none becomes a comment."""
    name, meaning, why = (" ".join(part.split()) for part in (letter.name, letter.meaning,
                                                             letter.why))
    match meaning[:1]:
        case "=":
            said = f"define: {name} {meaning}"
        case "~":
            said = f"{name} {meaning}"
        case _:
            said = f"{name}: {meaning}"
    unread = parse_declarations(said).problems
    return f"{'# ' if unread else ''}{said}  # {why}"
