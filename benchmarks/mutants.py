"""False steps by the thousand: is any of them proved?

Every step that is proved in the notes is spoilt by one edit of its LaTeX (see ``mutation``), the
note is judged again with the edit in it, and an evaluator that shares no code with the kernel
(see ``independent``) says at random points whether the spoilt step is false.  Of those that are
shown false, none may be proved.

    python benchmarks/mutants.py [../shared] [--context-dir DIR] [--limit N] [--seed N]
                                 [--out FILE] [--processes N]

With ``--out`` the results are kept, a line of JSON each, and a later run goes on from there.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from multiprocessing import Pool
from pathlib import Path

from judging import notes
from mutation import KINDS
from spoilt import TRUTHS, Judge, Mutant, Note, Outcome, load, mutants

from xent_sym.kernel.verdict import Verdict

SHOWN = 40
LOOKS = {
    "same terms": "the edit is not seen in what was proved",
    "another reading": "one that the step before the edit did not need",
    "no terms": "the judge did not tell what it proved",
}
OWN_NOTES = Path(__file__).resolve().parent.parent / "tests" / "notes"


_judge: Judge | None = None


def start(found: list[Note], seed: int) -> None:
    """Make this process ready."""
    global _judge  # noqa: PLW0603 - one judge for each process, as multiprocessing wants it
    _judge = Judge(found, seed)


def work(mutant: Mutant) -> list[Outcome]:
    """Judge one mutant in this process."""
    assert _judge is not None
    return _judge(mutant)


# -- telling -----------------------------------------------------------------------------------


def summary(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The counts, by truth and verdict and by kind of edit."""
    count = Counter((o.truth, o.verdict) for o in outcomes)
    verdicts = sorted({o.verdict for o in outcomes})
    yield f"{len(outcomes)} spoilt steps from {len({o.key for o in outcomes})} edits"
    yield f"{'':18}" + "".join(f"{verdict:>13}" for verdict in verdicts) + f"{'all':>8}"
    for truth in TRUTHS:
        cells = [count[truth, verdict] for verdict in verdicts]
        yield f"{truth:18}" + "".join(f"{cell or '.':>13}" for cell in cells) + f"{sum(cells):>8}"
    yield ""
    false = [o for o in outcomes if o.truth == "false"]
    for kind in KINDS:
        mine = Counter(o.verdict for o in false if o.kind == kind)
        told = ", ".join(f"{number} {verdict}" for verdict, number in mine.most_common())
        yield f"false by {kind + ':':16} {sum(mine.values()):6}  {told}"


def violations(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """False, and proved as it stands."""
    wrong = [o for o in outcomes if o.truth == "false" and o.verdict == Verdict.PROVED]
    return [o for o in wrong if o.remark != "another reading"]


def looks(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Steps that are proved and not shown false, of which a person should see some."""
    for remark in ("same terms", "another reading", "no terms"):
        mine = sorted((o for o in outcomes if o.remark == remark), key=lambda o: o.truth)
        false = sum(o.truth == "false" for o in mine)
        said = f", {false} of them false by the former reading" if false else ""
        yield f"\n{len(mine)} spoilt steps proved, {remark}: {LOOKS[remark]}{said}"
        for o in mine[:SHOWN]:
            yield f"  {o.note}:{o.line} ({o.kind})\n    was {o.before}\n    is  {o.after}"
            yield f"    {o.message}"


def print_all(outcomes: Sequence[Outcome]) -> None:
    """The counts, what should be looked at, each violation and each error in full."""
    print("\n".join(summary(outcomes)))
    print("\n".join(looks(outcomes)))
    for o in violations(outcomes):
        print(f"\nPROVED BUT FALSE {o.note}:{o.line} ({o.kind}, {o.code})")
        print(f"  was {o.before}\n  is  {o.after}\n  {o.message}")
    for message, number in Counter(o.message for o in outcomes if o.verdict == "error").items():
        first = next(o for o in outcomes if o.message == message)
        print(f"\nERROR {number} times: {message}\n  first {first.note}:{first.line} {first.after}")
    untold = Counter(
        o.message for o in outcomes if o.truth == "not evaluated" and o.verdict != "error"
    )
    for message, number in untold.most_common(10):
        print(f"not evaluated, {number} times: {message[:150] or 'no terms were told'}")
    false, bad = sum(o.truth == "false" for o in outcomes), len(violations(outcomes))
    other = sum(o.truth == "false" and o.remark == "another reading" for o in outcomes)
    print(f"\n{false} spoilt steps shown false; {bad} of them proved as they stand (none may be)")
    print(f"{other} more are proved by another reading than the step had before: look at each")


def read_done(path: Path | None) -> list[Outcome]:
    """The results of earlier runs."""
    if path is None or not path.exists():
        return []
    return [Outcome(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def run(todo: Sequence[Mutant], found: list[Note], options: argparse.Namespace) -> list[Outcome]:
    """Judge the mutants in several processes; keep each result as it comes."""
    outcomes: list[Outcome] = []
    began = told = time.monotonic()
    with Pool(options.processes, start, (found, options.seed)) as pool:
        for number, results in enumerate(pool.imap_unordered(work, todo, chunksize=4), 1):
            outcomes += results
            if options.out is not None:
                with options.out.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(asdict(result)) + "\n" for result in results)
            if time.monotonic() - told > 30:
                told = time.monotonic()
                rate = number / (told - began)
                print(f"{number} of {len(todo)} edits, {rate:.1f}/s", file=sys.stderr)
    return outcomes


def main() -> int:
    """Make, judge, tell.  1 where a false step is proved."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--context-dir", type=Path, help="sidecars: NOTE.context")
    parser.add_argument("--limit", type=int, metavar="N", help="so many edits, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep the results, and go on")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    folders = (options.shared / "corpus" / "notes", options.shared / "seeds", OWN_NOTES)
    paths = [path for folder in folders for path in notes(folder)]
    loaded = [note for path in paths if (note := load(path, options.context_dir))]
    for path in paths:
        if path not in {note.path for note in loaded}:
            print(f"left out: {path.name} (a notebook, or a note that is not judged to its end)")
    made = [mutant for note in loaded for mutant in mutants(note)]
    random.Random(options.seed).shuffle(made)
    proved = sum(s.verdict is Verdict.PROVED for note in loaded for s in note.report.steps)
    print(f"{len(made)} edits of the {proved} proved steps in {len(loaded)} notes")
    done = read_done(options.out)
    keys = {outcome.key for outcome in done}
    todo = [mutant for mutant in made[: options.limit] if mutant.key not in keys]
    print_all(outcomes := done + run(todo, loaded, options))
    return 1 if violations(outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
