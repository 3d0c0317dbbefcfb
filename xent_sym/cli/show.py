"""``list``, ``show`` and ``derive``: what the library holds, and how it comes about."""

from __future__ import annotations

import time
from argparse import Namespace
from dataclasses import replace
from itertools import groupby

from xent_sym.calc import Derivation, Lines
from xent_sym.cli.data import in_full, in_short, print_json
from xent_sym.cli.problems import OK
from xent_sym.cli.theorem_text import as_latex, described, first_line, heading, line, lines
from xent_sym.kernel import Claim, Step, recheck
from xent_sym.library import derivation, library
from xent_sym.tactics.ways import State, Way

USUAL = 60  # how wide most lines are; ``derive`` prints before it has seen them all


def list_all(options: Namespace) -> int:
    """``list``: every derivation, grouped by file."""
    known = list(library().values())
    if options.format == "json":
        print_json(derivations=[in_short(d) for d in known])
        return OK
    width = max(len(d.name) for d in known)
    for module, group in groupby(known, key=lambda d: d.module):
        print(module.rpartition(".")[2])
        for one in group:
            print(f"  {one.name:<{width}}  {one.words['en']}")
    return OK


def show(options: Namespace) -> int:
    """``show NAME``: the whole theorem."""
    found = derivation(options.name)
    if options.format == "json":
        print_json(derivation=in_full(found))
    else:
        print(as_latex(found.theorem) if options.latex else described(found))
    return OK


def derive(options: Namespace) -> int:
    """``derive NAME``: run the derivation, show each line as it is found, then replay."""
    found = derivation(options.name)
    print(heading(found))
    print(first_line(found.statement.lhs))
    printer = _Printer()
    began = time.perf_counter()
    theorem = _watched(found, printer).theorem
    printer.finish(list(lines(theorem, USUAL)))
    derived = time.perf_counter()
    recheck(theorem)
    replayed = time.perf_counter()
    print(f"\nderived in {derived - began:.3f} s; "
          f"the kernel replayed its {len(theorem.chain.steps)} steps in {replayed - derived:.3f} s")
    return OK


class _Printer:
    """Prints each line when the next is found: the last one may yet be put in its final form."""

    def __init__(self) -> None:
        self.waiting = ""
        self.number = 0

    def found(self, step: Step) -> None:
        """A new line; the one before it is final."""
        if self.waiting:
            print(self.waiting, flush=True)
        self.number += 1
        self.waiting = line(self.number, step, USUAL)

    def finish(self, final: list[str]) -> None:
        """Print what is left of the finished chain."""
        for shown in final[max(self.number - 1, 0):]:
            print(shown)


def _watched(found: Derivation, printer: _Printer) -> Derivation:
    """The same derivation; its ways also tell the printer each line that they find."""

    def watch(way: Way) -> Way:
        def steps(state: State) -> list[Step]:
            new = way(state)
            for step in new:
                printer.found(step)
            return new

        return Way(way.name, steps)

    def watched_lines() -> Lines:
        for item in found.lines():
            yield item if isinstance(item, Claim) else watch(item)

    return replace(found, lines=watched_lines)
