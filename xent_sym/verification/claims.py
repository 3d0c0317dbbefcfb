"""What in a note is a claim: not every equation is one.

"If $i = j$" opens a case, "for $t > 0$" assumes, "iff $p = q$" is a condition, ``θ := θ − α∇J``
assigns.  The words before a formula say which.
"""

from __future__ import annotations

from xent_sym.kernel.verdict import Verdict
from xent_sym.meaning.chain import NoteContext
from xent_sym.meaning.names import written
from xent_sym.meaning.writing import is_probability
from xent_sym.reader.chains import Chain, Step
from xent_sym.reader.document import Document
from xent_sym.reader.tree import (
    Bracket,
    Call,
    Ellipsis,
    Node,
    Number,
    RelationChain,
    Separated,
)
from xent_sym.verification.definable import defined_name, is_data, mentions
from xent_sym.verification.judging import RELATIONS
from xent_sym.verification.report import StepReport
from xent_sym.verification.sentences import (
    before,
    conditions_before,
    conditions_behind,
    is_asked,
    is_assumed,
    is_conditional,
    is_denied,
    is_task,
    is_to_be_computed,
    words_of_condition,
)
from xent_sym.verification.supposed import NOTHING, Supposed, is_index_case, supposed


def not_a_claim(chain: Chain, step: Step, document: Document, context: NoteContext) -> str:
    """Why the step claims nothing; empty if it does."""
    if RELATIONS.get(step.relation) is None:
        return f"the relation {step.relation} states no equality or order of values"
    said = _said_by_words(chain, step, document, context)
    if said:
        return said
    if chain.inline and len(chain.relations) == 1:
        if _equates_laws(step, context):
            return "a condition: it says when the words around it hold"
        if _gives_a_law_a_value(step, context):
            return "a value of a probability or a quantity, in the case that the words speak of"
    if step.relation == "=" and step.rhs.show() in ("infty", "(add +infty)", "(add -infty)"):
        return "an infinite value is no number; the line is not checked"
    if _is_list(step.rhs):
        return "a list: it says what the entries are called"
    if _is_assumption(step, context):
        return "an assumption: it says what values the letter may have"
    if step.relation == ":=" and mentions(step.rhs, step.lhs, context):
        return "an assignment: the new value of the letter is computed from the old one"
    declared = context.declarations
    if declared.ignored and any(
        declared.ignores(n.show()) for side in (step.lhs, step.rhs) for n in side.walk()
    ):
        return "the context says that this letter is not to be checked"
    return ""


def _said_by_words(chain: Chain, step: Step, document: Document, context: NoteContext) -> str:
    """What the words around a formula make of it, where that is no claim; else empty."""
    number = chain.formula
    named = defined_name(step.lhs, context, step.rhs) is not None
    gives = named and is_data(step.rhs)  # "V = 50000" in a question is no question
    if step.sign.note.strip() == "?" or (not gives and is_asked(document, number)):
        return "a question: whether it holds is asked"
    if is_denied(document, number):
        return "the words say that it does not hold"
    if is_task(document, number) or (not named and is_to_be_computed(document, number)):
        return "a task: it is to be made true"
    if len(chain.relations) > 1 or step.relation == ":=":
        return ""
    if chain.inline and is_index_case(relation(step), context):
        return "a case: it says of which indices the words or the next formula speak"
    if is_assumption(chain, document):
        return "an assumption: it holds up to the next heading"
    if is_conditional(document, number) or _is_condition_of_next(chain, step, document, context):
        return "a condition: it says when the words around it hold"
    return ""


def _is_condition_of_next(
    chain: Chain, step: Step, document: Document, context: NoteContext
) -> bool:
    """"For $y = 1$ we get $L = ...$": not a condition by "for" alone."""
    if not chain.inline or step.relation != "=" or not is_data(step.rhs):
        return False
    last = chain.formula + 1
    while last < len(document.formulas):
        if any(number == chain.formula for number, _ in conditions_before(document, last)):
            return True
        if chain.formula not in before(document, last).formulas:
            return False
        last += 1
    return False


def is_assumption(chain: Chain, document: Document) -> bool:
    """"Assume" stands right before the formula, which states one equation or order."""
    if len(chain.relations) != 1 or RELATIONS.get(chain.relations[0].sign) in (None, "approx"):
        return False
    return is_assumed(document, chain.formula)


def conditions(
    chain: Chain, found: list[Chain], document: Document, context: NoteContext, section: int
) -> Supposed:
    """What the row of a claim and the words of its sentence say of when it holds."""
    line = chain.sides[0].place[0].line
    said = [supposed(c.node, context, line, section=section, beside=True)
            for c in chain.conditions]
    formulas = list(conditions_before(document, chain.formula))
    formulas += [(number, True) for number in conditions_behind(document, chain.formula)]
    for number, opens in formulas:
        for one in found:
            if one.formula != number or len(one.relations) != 1:
                continue
            node, where = relation(next(one.steps)), one.sides[0].place[0].line
            if opens or not is_index_case(node, context):
                said.append(supposed(node, context, where, section=section))
    return sum(said, NOTHING).usable([s.node for s in chain.sides], context)


def words_of(chain: Chain, found: list[Chain], document: Document) -> str:
    """A condition in words that could not be read as a formula."""
    read = {c.formula for c in found if len(c.relations) == 1}
    return words_of_condition(document, chain.formula, read)


def says_of_letters(step: Step, report: StepReport, context: NoteContext) -> bool:
    """An assumption such as a > 1 or y ∈ {0, 1}, to be kept for the rest of the section."""
    if report.verdict != Verdict.NOT_A_CLAIM:
        return False
    return step.relation == "in" or _is_assumption(step, context)


def _is_list(node: Node) -> bool:
    """(p_1, ..., p_n): a row with dots in it."""
    return (
        isinstance(node, Bracket)
        and isinstance(node.body, Separated)
        and any(isinstance(item, Ellipsis) for item in node.body.items)
    )


def relation(step: Step) -> RelationChain:
    """The step as the relation that it is."""
    return RelationChain(step.lhs.start, step.rhs.end, (step.lhs, step.rhs), (step.sign,))


def _gives_a_law_a_value(step: Step, context: NoteContext) -> bool:
    """q(x) = 0 in running text, where q is no row of numbers."""
    head = step.lhs.head if isinstance(step.lhs, Call) else step.lhs
    name = written(head, context.letters)
    if step.relation != "=" or not isinstance(step.rhs, Number) or name is None:
        return False
    letters = isinstance(step.lhs, Call) and not any(
        isinstance(n, Number) for n in step.lhs.bracket.walk()
    )
    return is_probability(name.name) and (letters or name.bare)


def gives_a_value(step: Step, context: NoteContext) -> bool:
    """a_1 = 0.7, n = 3, of a letter that has a meaning already."""
    name = written(step.lhs, context.letters)
    if step.relation != "=" or not isinstance(step.rhs, Number) or name is None:
        return False
    known = name.name in context.letters.sizes or name.indices
    return bool(known) or any(d.name == name.name for d in context.definitions.found)


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


__all__ = [
    "conditions",
    "gives_a_value",
    "is_assumption",
    "not_a_claim",
    "relation",
    "says_of_letters",
    "words_of",
]
