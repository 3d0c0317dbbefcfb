"""``list``, ``show`` and ``derive``: what the library holds, and how it comes about."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from itertools import groupby

from xent_sym import api
from xent_sym.calc import StepFailed
from xent_sym.cli.data import in_full, in_short, print_json
from xent_sym.cli.problems import OK
from xent_sym.kernel import recheck
from xent_sym.library import derivation, library
from xent_sym.plain.theorem import heading, numbered


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
    if options.format == "json":
        print_json(derivation=in_full(derivation(options.name)))
    else:
        print(api.show(options.name, latex=options.latex))
    return OK


def derive(options: Namespace) -> int:
    """``derive NAME``: run the derivation, show the lines that the engine finds, then replay.

    If a step does not come out, the lines before it go to standard error.
    """
    found = derivation(options.name)
    statement = found.statement
    begun = heading(found.name, found.words["en"], statement)
    began = time.perf_counter()
    try:
        theorem = found.theorem
    except StepFailed as problem:
        if options.format == "text":
            print(f"{begun}\n{numbered(statement.lhs, problem.found)}\n", file=sys.stderr)
        raise
    derived = time.perf_counter()
    recheck(theorem)
    replayed = time.perf_counter()
    steps = len(theorem.chain.steps)
    if options.format == "json":
        print_json(derivation=in_full(found), replayed=steps)
        return OK
    print(f"{begun}\n{numbered(theorem.lhs, theorem.chain.steps)}")
    print(f"\nderived in {derived - began:.3f} s; "
          f"the kernel replayed its {steps} steps in {replayed - derived:.3f} s")
    return OK
