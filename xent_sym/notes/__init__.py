"""The notes: every derivation as a document in Markdown, LaTeX and HTML, in two languages."""

from xent_sym.notes.build import FORMATS, BuildError, BuildReport, build
from xent_sym.notes.golden import write_golden
from xent_sym.notes.words import LANGUAGES

__all__ = ["FORMATS", "LANGUAGES", "BuildError", "BuildReport", "build", "write_golden"]
