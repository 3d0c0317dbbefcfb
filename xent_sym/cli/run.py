"""Running a command, and ending well whatever happens."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path

from xent_sym.cli.data import print_json
from xent_sym.cli.parser import parser
from xent_sym.cli.problems import OK, BadInput, explain

# Each command is loaded when it is called for, so that none waits for another's libraries.
COMMANDS = {
    "list": "xent_sym.cli.show:list_all",
    "show": "xent_sym.cli.show:show",
    "derive": "xent_sym.cli.show:derive",
    "build": "xent_sym.cli.build:build",
    "export": "xent_sym.cli.export:export",
    "certify": "xent_sym.cli.certify:certify",
    "check": "xent_sym.cli.check:check",
    "verify": "xent_sym.cli.verify:verify",
    "explain": "xent_sym.cli.explain:explain",
}
PIPE_CLOSED = 141


def run(words: Sequence[str]) -> int:
    """Run the command that the words name, and return its exit code."""
    _print_any_sign()
    try:
        options = _options(words)
        if options is None:
            return OK
        if options.derivations is not None:
            _also_from(options.derivations)
            _say_what_is_empty(options.derivations, words)
        code = _command(options.command)(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that the last flush is quiet too
        return PIPE_CLOSED
    # the last line of defence: a message, never a traceback; a derivation may also call sys.exit
    except (Exception, SystemExit) as problem:
        message, code = explain(problem)
        _say(words, error=message, exit_code=code)
        return code


def _options(words: Sequence[str]) -> Namespace | None:
    """What the words ask for; None if it was help, or the version, and has been printed."""
    try:
        return parser().parse_args(words)
    except SystemExit:
        return None


def _say(words: Sequence[str], **content: str | int) -> None:
    """A message on standard error: one line, or JSON if that was asked for."""
    if "--format=json" in words or ("--format", "json") in pairwise(words):
        print_json(sys.stderr, **content)
    else:
        print(f"xent-sym: {content.get('error') or content.get('note')}", file=sys.stderr)


def _command(name: str) -> Callable[[Namespace], int]:
    room, _, function = COMMANDS[name].partition(":")
    found: Callable[[Namespace], int] = getattr(import_module(room), function)
    return found


def _print_any_sign() -> None:
    """Signs that the terminal cannot show are escaped, instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _also_from(folder: Path) -> None:
    """Let the library look into this folder too."""
    import xent_sym.derivations

    if not folder.is_dir():
        raise BadInput(f"--derivations {folder}: no such folder; name one with .py files in it")
    if not any(folder.glob("*.py")):
        raise BadInput(f"--derivations {folder}: no .py file in it; name a folder that has some")
    taken = {f.name: f for place in xent_sym.derivations.__path__ for f in Path(place).glob("*.py")}
    clash = next((f for f in folder.glob("*.py") if f.name in taken), None)
    if clash is not None:
        raise BadInput(f"{clash}: the library has a file of this name; rename yours")
    xent_sym.derivations.__path__.append(str(folder.resolve()))


def _say_what_is_empty(folder: Path, words: Sequence[str]) -> None:
    """Name the files of the folder that hold no derivation: a forgotten decorator, say."""
    from xent_sym.library import without_derivations

    for file in map(Path, without_derivations()):
        if file.parent == folder.resolve():
            note = f"{file}: no derivation in it; put @theorem() above a function that yields one"
            _say(words, note=note)
