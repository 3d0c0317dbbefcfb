"""The command line.  ``--help`` is answered here, before anything else is imported."""

import sys

HELP = """\
usage: xent-sym COMMAND [ARGUMENT ...] [OPTION ...]

Derive, check, print and export results around entropy, KL divergence and cross-entropy.

commands:
  list             every derivation, with one line about it
  show NAME        its statement, hypotheses, and lines with their reasons
  derive NAME      run it: the lines that the engine finds, then the kernel's replay
  build [DIR]      write the book: one document per derivation, and an index (to book/)
  export NAME      the derived function as a module: NumPy, any array library, Numba, C
  certify NAME     its largest errors, in units of the last place, by regime
  check [NAME ...] replay the proofs, and compare the functions with their definitions
  verify PATH ...  judge every step of your own notes: Markdown, LaTeX, Jupyter
  explain [CODE]   what a code in the report of verify means, and what to do

options:
  -h, --help       this text; after a command, what that command takes
  --version        the version
  --derivations DIR
                   read the derivations in DIR, beside the library's

exit codes: 0 all is well, 1 a check failed, 2 bad input, 3 nothing to check was found,
4 an error in xent-sym itself
"""


def main(argv: list[str] | None = None) -> int:
    """Run a command; the exit code is one of those that ``HELP`` names, or 130 when interrupted."""
    words = sys.argv[1:] if argv is None else argv
    if words and words[0] in ("-h", "--help", "help"):
        sys.stdout.write(HELP)
        return 0
    if not words:
        sys.stderr.write(HELP)
        return 2
    try:
        from xent_sym.cli.run import run

        return run(words)
    except KeyboardInterrupt:
        return 130
