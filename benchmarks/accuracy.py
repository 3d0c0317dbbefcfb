"""The regimes of the certificates for other libraries beside ours, in one run.

    python benchmarks/accuracy.py [--tasks kl,softmax_cross_entropy] [--targets numpy,c] \\
        [--dtypes float64] [--large] [--out FILE]

The columns are the largest error in ulp, with what went wrong that is no number; an asterisk
marks a goal that is missed.  A library that is not installed is left out, and named.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from accuracy_peers import CE, CLASSES, PEERS, Function, Table, missing

from xent_sym.numeric.certify import Certificate, Task, beside, certify
from xent_sym.numeric.certify.certificate import DTYPES
from xent_sym.numeric.certify.signatures import SIGNATURES
from xent_sym.numeric.certify.table import LEGEND


def tasks(names: Sequence[str], whats: Sequence[str]) -> Iterator[Task]:
    """Values and gradients of the functions named, cross-entropy with either kind of label."""
    for name in names:
        for labels in ("dense", "classes") if name == CE else ("dense",):
            for what in whats:
                if not (SIGNATURES[name].family and what != "value"):
                    yield Task(name, what, labels)


def ours(task: Task, target: str) -> Function | None:
    """Our exported function, where the catalogue and the target are there."""
    if find_spec("xent_sym.numeric.catalogue") is None:
        return None
    catalogue = import_module("xent_sym.numeric.catalogue")
    function: Function = catalogue.built(task.name, task.what, target)
    return function


def columns(
    task: Task, targets: Sequence[str], tables: dict[str, Table]
) -> Iterator[tuple[str, Function]]:
    """Who has the function: we first."""
    for target in targets:
        function = ours(task, target)
        if function is not None:
            yield f"xent_sym, {target}", function
    key = (CLASSES if task.labels == "classes" else task.name, task.what)
    for peer, table in tables.items():
        if key in table:
            yield peer, table[key]


def main() -> None:
    """Measure and print."""
    options = _options()
    tables = {}
    for peer, (_, make) in PEERS.items():
        absent = missing(peer)
        if absent:
            print(f"{peer} is left out: {absent} is not installed", file=sys.stderr)
        else:
            tables[peer] = make()
    parts = [LEGEND, "An asterisk marks a goal that is missed."]
    for task in tasks(options.tasks.split(","), options.whats.split(",")):
        found: dict[str, Certificate] = {}
        for name, function in columns(task, options.targets.split(","), tables):
            print(f"{task.title}: {name}", file=sys.stderr, flush=True)
            found[name] = certify(
                function, task, dtypes=options.dtypes.split(","), seed=options.seed,
                large=options.large,
            )
        parts.append(f"## {task.title}")
        for dtype in options.dtypes.split(","):
            parts += [f"### {dtype}", beside(found, dtype)]
    text = "\n\n".join(parts) + "\n"
    if options.out:
        options.out.write_text(text, "utf-8")
    else:
        print(text, end="")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tasks", default=",".join(SIGNATURES))
    parser.add_argument("--whats", default="value,gradient")
    parser.add_argument("--targets", default="numpy,c")
    parser.add_argument("--dtypes", default=",".join(DTYPES))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--large", action="store_true", help="a million classes as well")
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
