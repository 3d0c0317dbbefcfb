"""What ``--format json`` prints: plain data, versioned, the same for the same library."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from xent_sym.calc import Derivation
from xent_sym.kernel import Hypothesis, Theorem
from xent_sym.kernel.judge import Checked
from xent_sym.plain.reasons import reason
from xent_sym.plain.theorem import ordered
from xent_sym.terms.latex import latex
from xent_sym.terms.term import Term
from xent_sym.terms.text import text
from xent_sym.terms.wording import hypothesis_latex, hypothesis_text

VERSION = 1


def print_json(to: TextIO | None = None, /, **content: Any) -> None:
    """Print one versioned object; signs beyond ASCII as escapes where the terminal lacks them."""
    stream = to or sys.stdout
    plain = (stream.encoding or "ascii").lower().replace("-", "") != "utf8"
    print(json.dumps({"version": VERSION, **content}, ensure_ascii=plain, indent=2), file=stream)


def in_short(derivation: Derivation) -> dict[str, Any]:
    """A derivation without its proof."""
    statement = derivation.statement
    return {
        "name": derivation.name,
        "words": derivation.words,
        "module": derivation.module,
        "line": derivation.line,
        "statement": {
            "lhs": _term(statement.lhs),
            "relation": statement.relation,
            "rhs": _term(statement.rhs),
            "assuming": _hypotheses(statement.assuming),
        },
    }


def in_full(derivation: Derivation) -> dict[str, Any]:
    """A derivation with its proof: every line, its reason, and what it needs."""
    theorem: Theorem = derivation.theorem
    return {
        **in_short(derivation),
        "given": _hypotheses(theorem.given),
        "rests_on": sorted(theorem.rests_on),
        "steps": [_step(checked) for checked in theorem.checked],
    }


def _step(checked: Checked) -> dict[str, Any]:
    step = checked.step
    return {
        "relation": step.relation,
        "line": _term(step.line),
        "way": step.way,
        "reason": reason(step),
        "given": _hypotheses(checked.given),
        "rests_on": sorted(checked.rests_on),
    }


def _term(term: Term) -> dict[str, str]:
    return {"text": text(term), "latex": latex(term)}


def _hypotheses(hypotheses: frozenset[Hypothesis]) -> list[dict[str, str]]:
    return [
        {"text": hypothesis_text(h), "latex": hypothesis_latex(h)} for h in ordered(hypotheses)
    ]
