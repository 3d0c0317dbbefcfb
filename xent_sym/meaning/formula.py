"""One formula in LaTeX as a term: a user brings a loss as it stands on the page."""

from __future__ import annotations

from xent_sym.meaning.chain import NoteContext, read_chain
from xent_sym.meaning.declarations import parse_declarations
from xent_sym.meaning.definitions import Definitions
from xent_sym.meaning.ranges import Unclear
from xent_sym.meaning.scene import Reading
from xent_sym.meaning.writing import letters_of
from xent_sym.reader.parser import parse
from xent_sym.terms.term import Term, TermError


def from_latex(formula: str, declarations: str = "") -> Term:
    r"""The term that one formula says; ``declarations`` say what its letters are.

    They are written as beside a note (docs/context.md): ``"y: label over k"``, one on a line.
    What they leave open is taken as in a note.  Raises ReadError, a ValueError, at the place that
    cannot be read, and TermError where the formula has no one meaning.

    >>> print(from_latex(r"-\log\frac{e^{z_c}}{\sum_{j=1}^K e^{z_j}}"))
    -log(e^{z_c}/Σ_j e^{z_j})
    """
    tree = parse(formula)
    said = parse_declarations(declarations)
    declared = frozenset(r.key for r in said.ranges if r.low is not None)
    context = NoteContext(letters_of([tree], declared), Definitions(), said)
    term = read_chain([tree], (), context, Reading()).sides[0]
    if isinstance(term, Unclear):
        raise TermError(f"{formula}: {term}")
    return term
