"""What may be said on the command line."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import NoReturn

from xent_sym import __version__
from xent_sym.cli import HELP
from xent_sym.cli.problems import BadInput

FORMATS = ("markdown", "latex", "html", "pdf")
LANGUAGES = ("en", "zh")


class _Parser(ArgumentParser):
    """A parser that answers a mistake with one line: what was seen, what was expected."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message} ({self.prog} --help says what it takes)")


class _Main(_Parser):
    def format_help(self) -> str:
        return HELP


def parser() -> ArgumentParser:
    """The parser of the whole command line.

    >>> parser().parse_args(["show", "kl", "--latex"]).name
    'kl'
    """
    main = _Main(prog="xent-sym", allow_abbrev=False)
    main.add_argument("--version", action="version", version=f"xent-sym {__version__}")
    commands = main.add_subparsers(
        dest="command", required=True, parser_class=_Parser, metavar="COMMAND"
    )
    everywhere = _Parser(add_help=False)
    # before the command or after it: what is not said after it must not undo what was said before
    for place, default in ((main, None), (everywhere, SUPPRESS)):
        place.add_argument(
            "--derivations", metavar="DIR", type=Path, default=default,
            help="also read the derivations in DIR",
        )
    data = _Parser(add_help=False)
    data.add_argument(
        "--format", choices=("text", "json"), default="text", help="json: for a program"
    )

    def command(name: str, help: str, *parents: _Parser) -> ArgumentParser:
        return commands.add_parser(
            name, help=help, description=help, parents=[*parents, everywhere], allow_abbrev=False,
            formatter_class=RawDescriptionHelpFormatter,
        )

    command("list", "Every derivation, with one line about it, grouped by file.", data)
    _show(command("show", "The statement, the hypotheses, the lines with reasons.", data))
    _name(command("derive", "Run a derivation: the lines that are found, then the replay.", data))
    _build(command("build", "Write the book: one document per derivation, and an index."))
    _export(command("export", "A standalone NumPy module with the derived function."))
    _check(command("check", "Replay the proofs; compare the functions with the definitions.", data))
    return main


def _name(command: ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", help="a derivation (xent-sym list shows them)")


def _show(command: ArgumentParser) -> None:
    _name(command)
    command.add_argument("--latex", action="store_true", help="as LaTeX, ready to paste")


def _build(command: ArgumentParser) -> None:
    command.add_argument("dir", metavar="DIR", nargs="?", type=Path, default=Path("book"),
                         help="where to write (default: book)")
    command.add_argument("--format", choices=FORMATS,
                         help="only this one; default: all but pdf")
    command.add_argument("--language", choices=LANGUAGES, help="only this one; default: both")


def _export(command: ArgumentParser) -> None:
    _name(command)
    command.add_argument("-o", "--output", metavar="FILE", type=Path,
                         help="write to FILE instead of the terminal")


def _check(command: ArgumentParser) -> None:
    command.add_argument("names", metavar="NAME", nargs="*", help="which ones (default: all)")
