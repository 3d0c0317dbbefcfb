"""The reason for a line, in the words of the English notes but without their formulas."""

from __future__ import annotations

from xent_sym.kernel import Step, Theorem
from xent_sym.notes.words import PLAIN_RULES, Words, words
from xent_sym.terms.quantities import DEFINITIONS
from xent_sym.terms.text import spell


def reason(step: Step) -> str:
    """Why the step's line follows, from the label of its way and the laws that it cites.

    >>> from xent_sym.library import derivation
    >>> for step in derivation("softmax_jacobian").theorem.chain.steps[:2]:
    ...     print(reason(step))
    by definition of a and softmax
    differentiate: quotient rule
    """
    said = words("en")
    label, _, detail = step.way.partition(":")
    table: dict[str, str] = said.table["reasons"]
    if label == "sums_to_one":
        return f"{spell(detail)} sums to one"
    if label not in table:
        return said.law_of(detail or label)
    names = detail.split(",")
    plain = table[label].format(
        names=said.joined(_quantity(said, n) for n in names), theorems=said.joined(names),
        colon=said.colon, rules=_rules(said, step),
    )
    groups = [said.table["groups"].get(g, g) for g in sorted(step.groups)]
    if not groups or label == "fold":
        return plain
    return table["with_groups"].format(reason=plain, groups=said.joined(groups))


def _quantity(said: Words, name: str) -> str:
    return said.quantity(name) if name in DEFINITIONS else spell(name)


def _rules(said: Words, step: Step) -> str:
    """The rules that the step cites; those that go without saying only if there is no other."""
    cited = [a.law for a in (*step.before, *step.after)]
    telling = [law for law in cited if law.name.partition("/")[0] not in PLAIN_RULES] or cited
    named = [w.name if isinstance(w, Theorem) else said.law_of(w.name) for w in telling]
    return said.comma.join(dict.fromkeys(named))
