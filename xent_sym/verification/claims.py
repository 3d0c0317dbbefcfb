"""What in a note is a claim: not every equation is one.

"If $i = j$" opens a case, "for $t > 0$" assumes, "iff $p = q$" is a condition, ``θ := θ − α∇J``
assigns.  The words before a formula say which.
"""

from __future__ import annotations

import re

from xent_sym.meaning.chain import NoteContext
from xent_sym.meaning.names import written
from xent_sym.meaning.writing import is_probability
from xent_sym.reader.chains import Chain, Step
from xent_sym.reader.document import Document
from xent_sym.reader.tree import (
    Bracket,
    Ellipsis,
    Name,
    Node,
    Number,
    RelationChain,
    Separated,
)
from xent_sym.verification.defining import mentions
from xent_sym.verification.judging import RELATIONS

CASE_WORDS = 30  # so many characters may stand between a case and its formula
_END = r")[\s:：,，(（$\\]*$"
_IF = (
    r"(?:\b(?:if|when|whenever|suppose|assume|assuming|unless|iff|provided)(?:\s+that)?"
    r"|若|当|如果|假如|除非|만약"
)
CONDITIONAL = re.compile(_IF + _END, re.IGNORECASE)
CASE = re.compile(_IF + r"|\b(?:for|case|in case)|对于|情况" + _END, re.IGNORECASE)
FOLLOWED = re.compile(r"^[\s$)）]*(?:时|的时候|的情况|이면|일 때|のとき)")


def not_a_claim(chain: Chain, step: Step, document: Document, context: NoteContext) -> str:
    """Why the step claims nothing; empty if it does."""
    if RELATIONS.get(step.relation) is None:
        return f"the relation {step.relation} states no equality or order of values"
    if chain.inline and len(chain.relations) == 1:
        if is_index_case(_relation(step), context):
            return "a case: it says of which indices the words or the next formula speak"
        if is_conditional(document, chain.formula) and step.relation != ":=":
            return "a condition: it says when the words around it hold"
        if _equates_laws(step, context):
            return "a condition: it says when the words around it hold"
    if _is_list(step.rhs):
        return "a list: it says what the entries are called"
    if _is_assumption(step, context):
        return "an assumption: it says what values the letter may have"
    if step.relation == ":=" and mentions(step.rhs, step.lhs, context):
        return "an assignment: the new value of the letter is computed from the old one"
    said = context.declarations
    if said.ignored and any(
        said.ignores(n.show()) for side in (step.lhs, step.rhs) for n in side.walk()
    ):
        return "the context says that this letter is not to be checked"
    return ""


def cases_before(chain: Chain, found: list[Chain], document: Document, context: NoteContext
                 ) -> list[Node]:
    """The case that the words right before a formula open: "If $i = j$, then"."""
    number = chain.formula
    if chain.inline or len(document.prose[number].strip()) > CASE_WORDS:
        return []
    before = [c for c in found if c.formula == number - 1 and c.inline and len(c.relations) == 1]
    nodes = [_relation(step) for c in before for step in c.steps]
    if not (is_conditional(document, number - 1) or CASE.search(document.prose[number - 1])):
        return []
    return [n for n in nodes if is_index_case(n, context)]


def is_conditional(document: Document, number: int) -> bool:
    """The words around a formula in the text make it a condition: "if $q = 0$", "当 $y = 1$ 时"."""
    after = document.prose[number + 1] if number + 1 < len(document.prose) else ""
    return bool(CONDITIONAL.search(document.prose[number]) or FOLLOWED.match(after))


def is_index_case(node: RelationChain, context: NoteContext) -> bool:
    """i = j or i ≠ j, of two index letters."""
    return node.relations[0].sign in ("=", "!=") and all(
        isinstance(i, Name) and context.letters.is_index(i) for i in node.items
    )


def _is_list(node: Node) -> bool:
    """(p_1, ..., p_n): a row with dots in it."""
    return (
        isinstance(node, Bracket)
        and isinstance(node.body, Separated)
        and any(isinstance(item, Ellipsis) for item in node.body.items)
    )


def _relation(step: Step) -> RelationChain:
    return RelationChain(step.lhs.start, step.rhs.end, (step.lhs, step.rhs), (step.sign,))


def _equates_laws(step: Step, context: NoteContext) -> bool:
    """p = q in running text: two distributions that the note already uses."""
    if step.relation != "=":
        return False
    names = [written(side, context.letters) for side in (step.lhs, step.rhs)]
    return all(n is not None and n.bare and is_probability(n.name) for n in names)


def _is_assumption(step: Step, context: NoteContext) -> bool:
    """0 < p, t > 0, p_i ≥ 0: a letter that the note does not define, and a number."""
    if RELATIONS.get(step.relation) not in ("<", ">", "<=", ">=", "!="):
        return False
    for letter, number in ((step.lhs, step.rhs), (step.rhs, step.lhs)):
        name = written(letter, context.letters)
        if isinstance(number, Number) and name is not None and name.power is None:
            return all(d.name != name.name for d in context.definitions.found)
    return False


__all__ = ["cases_before", "is_conditional", "is_index_case", "not_a_claim"]
