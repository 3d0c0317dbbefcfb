"""A tree as one line that a person can read, for messages: ``Σ_k y_k log a_k``."""

from __future__ import annotations

from xent_sym.reader.tree import (
    Accent,
    Addition,
    Apply,
    BigOperator,
    Bracket,
    Call,
    Derivative,
    Ellipsis,
    Leaf,
    Node,
    Product,
    Quotient,
    RelationChain,
    Repaired,
    Root,
    Script,
    Separated,
    Styled,
    Word,
)
from xent_sym.terms.text import GREEK, spell

SIGNS = {
    "sum": "Σ", "prod": "∏", "infty": "∞", "nabla": "∇", "cdot": "·", "times": "×", "ast": "*",
    "in": "∈", "sim": "~", "!=": "≠", "<=": "≤", ">=": "≥", "approx": "≈", "top": "T",
    "partial": "∂", "||": "‖",
}  # fmt: skip
LONGEST = 80


def spelled(node: Node) -> str:
    """What stands in the formula, in plain signs, cut where it is long.

    >>> from xent_sym.reader.parser import parse
    >>> spelled(parse(r"-\\sum_k y_k \\log \\hat y_k^{(i)}"))
    '-Σ_k y_k log ŷ_k^(i)'
    """
    text = _spelled(node)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _spelled(node: Node) -> str:
    match node:
        case Word():
            return node.text
        case Ellipsis():
            return "…"
        case Leaf():
            return SIGNS.get(node.text) or GREEK.get(node.text, node.text)
        case Accent():
            return spell(f"{node.body.show()}{node.mark}")
        case Styled() | Repaired():
            return _spelled(node.body)
        case Script():
            sub = f"_{_script(node.sub)}" if node.sub else ""
            sup = f"^{_script(node.sup)}" if node.sup else ""
            return f"{_spelled(node.base)}{'′' * node.primes}{sub}{sup}"
        case Bracket():
            return f"{node.open}{_spelled(node.body) if node.body else ''}{node.close}"
        case Call():
            return _spelled(node.head) + _spelled(node.bracket)
        case Separated():
            gap = f" {SIGNS.get(node.separator, node.separator)} "
            return (", " if node.separator == "," else gap).join(map(_spelled, node.items))
        case Addition():
            pairs = zip(node.signs, node.terms, strict=True)
            text = " ".join(f"{sign} {_spelled(term)}" for sign, term in pairs)
            return text.removeprefix("+ ").replace("- ", "-", 1) if text[0] in "+-" else text
        case Product():
            return " ".join(map(_spelled, node.factors))
        case Quotient():
            return f"{_grouped(node.top)}/{_grouped(node.bottom)}"
        case RelationChain():
            shown = [_spelled(node.items[0])]
            for relation, item in zip(node.relations, node.items[1:], strict=True):
                shown += [SIGNS.get(relation.sign, relation.sign), _spelled(item)]
            return " ".join(shown)
        case Apply():
            base = f"_{_script(node.base)}" if node.base else ""
            return f"{node.function}{base} {_spelled(node.argument)}"
        case BigOperator():
            sub = f"_{_script(node.sub)}" if node.sub else ""
            sup = f"^{_script(node.sup)}" if node.sup else ""
            body = f" {_spelled(node.body)}" if node.body else ""
            return f"{SIGNS.get(node.kind, node.kind)}{sub}{sup}{body}"
        case Derivative():
            by = " ".join(f"∂{_spelled(v)}" for v in node.variables)
            return f"∂({_spelled(node.body) if node.body else ''})/{by}"
        case Root():
            return f"√({_spelled(node.body)})"
    return " ".join(map(_spelled, node.children())) or type(node).__name__.lower()


def _script(node: Node) -> str:
    text = _spelled(node)
    return text if len(text) == 1 or text[0] in "([{" else f"{{{text}}}"


def _grouped(node: Node) -> str:
    text = _spelled(node)
    return f"({text})" if isinstance(node, Addition | Product) else text


__all__ = ["spelled"]
