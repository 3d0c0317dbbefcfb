"""Write docs/certificates.md: how exact every function of the catalogue is, target by target.

    python scripts/write_certificates.py [--targets numpy,c]

It takes some minutes.  Regimes of a million classes are left out; ``xent-sym certify NAME --large``
measures them one function at a time.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from xent_sym.numeric import ExportError
from xent_sym.numeric.catalogue import CATALOGUE, built
from xent_sym.numeric.certify import Certificate, Task, certify, markdown
from xent_sym.numeric.certify.table import LEGEND

PAGE = Path(__file__).resolve().parents[1] / "docs" / "certificates.md"
HEAD = """\
# Certificates

Written by `python scripts/write_certificates.py`; not edited by hand. What was measured is this
machine's: another processor, or another NumPy, may differ in the last digits.

{legend}

{summary}
"""


def tasks() -> Iterator[Task]:
    """What is certified: each loss, its value and gradient, and its Hessian-vector product."""
    for name, loss in CATALOGUE.items():
        for what in ("value",) if loss.at is not None else ("value_and_gradient", "hvp"):
            for labels in ("dense", "classes") if name == "softmax_cross_entropy" else ("dense",):
                yield Task(name, what, labels)


def page(targets: list[str]) -> str:
    """The page: how many goals are met, then a table for each function and target."""
    parts, rows = list[str](), list[str]()
    for target in targets:
        found = list[Certificate]()
        for task in tasks():
            print(f"{target}: {task.name} {task.what} {task.labels}", file=sys.stderr)
            try:
                found.append(certify(built(task.name, task.what, target), task))
            except ExportError as reason:
                print(f"left out: {reason}", file=sys.stderr)
        rows += summed(target, found)
        _, _, tables = markdown(found).partition("\n\n")  # what the figures mean stands on top
        parts.append(f"## Target `{target}`\n\n{tables}")
    summary = "\n".join(["| target | of | goals met |", "| --- | --- | --- |", *rows])
    legend = "\n".join(textwrap.wrap(LEGEND, 100))
    return "\n".join([HEAD.format(summary=summary, legend=legend), *parts])


def summed(target: str, found: list[Certificate]) -> Iterator[str]:
    """A row for the values and gradients, and one for the Hessian-vector products."""
    for said, wanted in (("values and gradients", False), ("Hessian-vector products", True)):
        lines = [line for c in found for line in c.lines if (line.what == "hvp") == wanted]
        met = sum(line.met for line in lines)
        yield f"| `{target}` | {said} | {met} of {len(lines)} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", default="numpy,c", help="default: numpy,c")
    PAGE.write_text(page(parser.parse_args().targets.split(",")), encoding="utf-8")
