"""Write docs/ways.md: the ways that an author may name, and the laws that the kernel knows.

    python scripts/write_ways.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xent_sym.kernel import LAWS, Law
from xent_sym.terms.text import text
from xent_sym.terms.wording import hypothesis_text, relation_text

PAGE = Path(__file__).resolve().parents[1] / "docs" / "ways.md"

WAYS = {
    "unfold(q, ...)": "Named quantities and abbreviations are written out: `unfold(entropy, a)`.",
    "fold(q, ...)": "What is written out gets its name: `fold(softmax)`, `fold(a)`.",
    "log_of_product": "log ab = log a + log b, for positive a and b.",
    "log_of_quotient": "log a/b = log a − log b, also log 1/a = −log a, and log e^a = a in it.",
    "weighted_log_of_quotient": "The same beside a weight that vanishes where a does.",
    "weighted_log_of_product": "A logarithm of a product beside such a weight.",
    "log_of_power": "log a^c = c log a.",
    "log_of_exp": "log e^a = a.",
    "log_of_one": "log 1 = 0.",
    "log_of_finite_product": "log Π = Σ log.",
    "exp_of_log": "e^{log a} = a.",
    "exp_of_sum": "e^{a+b} = e^a e^b.",
    "change_of_base": "log_b a = log a / log b.",
    "linearity": "Sums of sums apart, constants out, wherever there is a sum.",
    "split_sums": "Only this: a sum of sums apart.",
    "pull_constants": "Only this: constants out of the sum.",
    "push_into_sums": "The other way: what divides a sum of exponentials goes into it.",
    "sum_without_term": "Σ_{j≠k} f_j = Σ_j f_j − f_k.",
    "collapse": "Σ_i f_i δ_ik = f_k.",
    "split_off(k)": "Σ_j f_j = Σ_{j≠k} f_j + f_k.",
    "sums_to_one(p)": "Σ p = 1, as p was declared.",
    "one_hot_entry(y)": "y_k = δ_kc, as y was declared.",
    "binary_square(y)": "y² = y, as y was declared.",
    "differentiate": "Linearity, product, quotient and chain rule, until no derivative is left.",
    "by(theorem, ...)": "Theorems proved before, wherever they match.",
    "bound(\"law\")": "An inequality of the kernel, where the place is monotone.",
    "bound_by(theorem)": "A proved inequality, where the place is monotone.",
    "expand": "Products of sums are multiplied out.",
    "rearrange(line, \"group\", ...)": "The line that you want next, if its value is the same.",
    "reading(theorem, ...)": "The right side, read by these theorems, is the last line.",
    "arithmetic(\"group\", ...)": "The rest is arithmetic: the next line is the right side.",
    "evaluate()": "Numbers put in: the exact value.",
    "differs()": "Two numbers differ: logarithms of primes are independent over the rationals.",
}


def page() -> str:
    """The whole page."""
    return "\n".join([*_ways(), *_laws()]) + "\n"


def _ways() -> Iterator[str]:
    yield from (
        "# The ways and the laws", "",
        "This page is written by `scripts/write_ways.py` from the kernel's own table.", "",
        "## Ways", "",
        "A way is the reason for the next line. It looks at the last line and proposes the next;",
        "the kernel judges. A way with nothing to do is an error in the derivation.", "",
        "| way | what it does |", "|---|---|",
    )
    for call, meaning in WAYS.items():
        yield f"| `{call}` | {meaning} |"
    yield from (
        "", "Groups for `arithmetic` and `rearrange`: `definitions`, `exponents`, `logarithms`,",
        "`deltas`, `hypotheses`. Without a group both sides must agree as sums of products.", "",
    )


def _laws() -> Iterator[str]:
    yield from (
        "## Laws", "",
        "Laws are data: a name, an equation or inequality, and when it holds. Those of derivatives",
        "stand here for coordinates with one index.", "",
        "| law | says | when |", "|---|---|---|",
    )
    for name, law in LAWS.items():
        if name.partition("/")[2] in ("", "1"):
            yield f"| `{name.partition('/')[0]}` | {_says(law)} | {_when(law)} |"


def _says(law: Law) -> str:
    return _cell(f"{text(law.lhs)} {relation_text(law.relation)} {text(law.rhs)}")


def _when(law: Law) -> str:
    return ", ".join(_cell(hypothesis_text(h)) for h in law.when)


def _cell(shown: str) -> str:
    return "`" + shown.replace("|", r"\|") + "`"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
