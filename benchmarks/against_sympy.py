"""How many of the library's equations does SymPy's simplify prove, beside our kernel?

One run, the same statements: each is handed to SymPy as ``simplify(lhs - rhs)`` with
derivatives done, under a time limit; ours is the normal form alone (one step, no ways) and
the derivation with its ways.  Prints a row per statement and the totals.

    python benchmarks/against_sympy.py [seconds per statement]
"""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from dataclasses import replace
from types import FrameType

import sympy

import xent_sym as xs
from xent_sym.library import library
from xent_sym.terms.term import TermError


class OutOfTime(Exception):
    """The statement took longer than its limit."""


def ring(signum: int, frame: FrameType | None) -> None:
    """What the alarm does."""
    raise OutOfTime


def by_sympy(statement: xs.Claim, limit: int) -> str:
    """SymPy's answer to one equation."""
    signal.signal(signal.SIGALRM, ring)
    signal.alarm(limit)
    try:
        difference = (xs.to_sympy(statement.lhs) - xs.to_sympy(statement.rhs)).doit()
        return "proved" if sympy.simplify(difference) == 0 else "not proved"
    except OutOfTime:
        return "out of time"
    except TermError:
        return "cannot be said"
    except Exception as problem:  # whatever the peer raises is its answer
        return f"raised {type(problem).__name__}"
    finally:
        signal.alarm(0)


def main() -> None:
    """Print the table."""
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    sympys, ours = Counter[str](), Counter[str]()
    seconds = {"sympy": 0.0, "normal form": 0.0, "derivation": 0.0}
    for name, derivation in library().items():
        statement = derivation.statement
        if statement.relation != "=" or statement.assuming:
            continue
        start = time.perf_counter()
        answer = by_sympy(statement, limit)
        seconds["sympy"] += time.perf_counter() - start
        start = time.perf_counter()
        alone = "proved" if xs.decide(statement) else "not proved"
        seconds["normal form"] += time.perf_counter() - start
        start = time.perf_counter()
        xs.recheck(replace(derivation).theorem)  # a copy has not been derived yet
        seconds["derivation"] += time.perf_counter() - start
        sympys[answer] += 1
        ours[alone] += 1
        print(f"{name:45} sympy: {answer:28} normal form alone: {alone}")
    count = sum(sympys.values())
    print(f"\n{count} equations, {limit} s each at most")
    print(f"sympy simplify      {dict(sympys)} in {seconds['sympy']:.1f} s")
    print(f"normal form alone   {dict(ours)} in {seconds['normal form']:.2f} s")
    print(f"derive and recheck  proved {count} of {count} in {seconds['derivation']:.2f} s")
    print(f"time, sympy : ours  {seconds['sympy'] / seconds['derivation']:.0f} : 1")


if __name__ == "__main__":
    main()
