"""Plain sentences of a derivation, with their formulas marked as mathematics.

A docstring says "a_i (δ_ik − a_k)" or "log(1 + e^{−x})".  Entries and powers are found by
their shape and put between dollars; everything else stays text.
"""

from __future__ import annotations

import re

from xent_sym.terms.text import GREEK

LETTER = r"[A-Za-zα-ωΑ-Ωŷ]"
FORMULA = re.compile(
    rf"(?<![\w$`])−?(?:{LETTER}_(?:\{{[^{{}}]*\}}|[a-z]{{1,2}}(?![\w]))"
    rf"|e\^(?:\{{[^{{}}]*\}}|[a-z](?!\w))|[a-z]?{LETTER}ᵀ{LETTER}(?!\w))"
)
SIGNS = {"−": "-", "ᵀ": r"^{\top} ", "ŷ": r"\hat{y}", "·": r"\cdot "}
SIGNS |= {letter: f"\\{word} " for word, letter in GREEK.items() if word != "lamda"}


def with_mathematics(text: str) -> str:
    """The sentence with its small formulas between dollars.

    >>> print(with_mathematics("the gradient by θ_jk is (a_j − y_j) x_k"))
    the gradient by $\\theta_{jk}$ is ($a_j$ − $y_j$) $x_k$
    """
    return FORMULA.sub(lambda m: f"${_in_latex(m.group())}$", text)


def _in_latex(formula: str) -> str:
    marked = re.sub(r"_([a-z]{2})$", r"_{\1}", formula)
    signs = "".join(SIGNS.get(c, c) for c in marked)
    return re.sub(r" (?=[_^})']|$)", "", signs)
