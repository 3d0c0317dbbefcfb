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
REPORTS = ("text", "concise", "json", "sarif", "github")
LEVELS = ("refuted", "unknown", "unreadable")
TARGETS = ("numpy", "array-api", "numba", "c")
WHATS = ("value", "gradient", "value_and_gradient", "hvp")
EXPORT = """\
The function of a theorem's right side, or of a loss, as the text of a module.

Losses (with --what): softmax_cross_entropy, binary_cross_entropy_with_logits, entropy,
cross_entropy, kl, entropy_of_softmax, kl_of_softmaxes, logistic, softmax, log_softmax,
log_sum_exp, sigmoid, softplus."""
CERTIFY = """\
Measure an exported loss against its definition: the largest and the median error in units of the
last place (ulp), by regime, for doubles and singles.

exit codes: 0 every goal is met, 1 some are missed, 2 bad input"""
VERIFY = """\
Judge every step of your notes: proved, refuted, unknown, or not readable.

exit codes: 0 no finding at the level of --fail-on, 1 some, 2 bad input,
3 no step to check was found, 4 an error in xent-sym itself"""


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
    _export(command("export", EXPORT))
    _certify(command("certify", CERTIFY))
    _check(command("check", "Replay the proofs; compare the functions with the definitions.", data))
    _verify(command("verify", VERIFY))
    _explain(command("explain", "What a code in the report of verify means, and what to do."))
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
    command.add_argument("--target", choices=(*TARGETS, "pytest"), default="numpy",
                         help="(default: numpy); pytest: tests for a function of your own")
    command.add_argument("--what", choices=WHATS,
                         help="take NAME from the catalogue of losses, and of it this")
    command.add_argument("-o", "--output", metavar="FILE", type=Path,
                         help="write to FILE instead of the terminal")


def _certify(command: ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", help="a loss of the catalogue, as for --what")
    command.add_argument("--what", choices=WHATS, default="value_and_gradient",
                         help="of the loss (default: value_and_gradient)")
    command.add_argument("--target", choices=TARGETS, default="numpy", help="(default: numpy)")
    command.add_argument("--labels", choices=("dense", "classes"), default="dense",
                         help="how labels are given (default: dense)")
    command.add_argument("--large", action="store_true",
                         help="also a million classes: up to a minute and 1.5 GB for each")


def _check(command: ArgumentParser) -> None:
    command.add_argument("names", metavar="NAME", nargs="*", help="which ones (default: all)")


def _verify(command: ArgumentParser) -> None:
    add = command.add_argument
    add("paths", metavar="PATH", nargs="+", type=Path,
        help="a note, a folder (its .md, .markdown, .tex and .ipynb files, also in the folders "
             "in it, but not in hidden ones), or - for Markdown from standard input")
    add("--format", choices=REPORTS, default="text",
        help="concise: a line per finding; json, sarif: for a program; github: for a workflow")
    add("-v", "--verbose", action="store_true",
        help="in text and concise also the steps that need no attention, with their proofs")
    add("--html", metavar="FILE", type=Path, help="also write one page: the notes, judged")
    add("--context", metavar="FILE", type=Path, help="what the letters mean, as declarations")
    add("--show-context", action="store_true",
        help="in text also how every letter was taken, and why (json always tells)")
    add("--write-context", action="store_true",
        help="write that as NOTE.context beside each note, to edit; no file is overwritten")
    add("--fail-on", choices=LEVELS, default="refuted",
        help="what makes the exit code 1; unknown takes in refuted, unreadable takes in both "
             "(default: refuted)")


def _explain(command: ArgumentParser) -> None:
    command.add_argument("code", metavar="CODE", nargs="?", help="which one (default: a list)")
