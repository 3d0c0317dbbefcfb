"""The hand-labelled steps of real notes before the judge: is what is true proved, and what is
false refuted?

Prints the table of labels against verdicts (as labelled, and as argued in labels_argued.md), the
violations, the targets, the display formulas that were not read by cause, and the time per step.

    python benchmarks/verify_labels.py [../shared] [--context-dir DIR] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from judging import Judged, Reading, judge, notes, reading
from labels import CERTAIN, Label, Match, argue, match, read_argued, read_labels

from xent_sym.kernel.verdict import Verdict
from xent_sym.verification.report import FileReport, StepReport

ARGUED = Path(__file__).with_name("labels_argued.md")
ROWS = ("true", "true (definition)", "false", "convention-dependent", "not-checkable")
COLUMNS = (*(str(verdict) for verdict in Verdict), "not found")
SLOWEST = 10


@dataclass(frozen=True)
class Answer:
    """A label, what it is argued to be, and the step that answers it.

    Without a step, ``why`` says why there is none; ``unread`` if its lines could not be read.
    """

    label: Label
    argued: Label
    step: StepReport | None
    likeness: float
    why: str
    unread: bool = False

    @property
    def verdict(self) -> str:
        """The column of the table."""
        if self.step is not None:
            return str(self.step.verdict)
        return "unreadable" if self.unread else "not found"


def answers(corpus: Path, judged: Sequence[Judged]) -> list[Answer]:
    """Every label with its step, in order."""
    labels = read_labels(corpus)
    argued = {label.key: label for label in argue(labels, read_argued(ARGUED))}
    reports = {note.path.name: note.report for note in judged}
    found: list[Answer] = []
    for name in dict.fromkeys(label.note for label in labels):
        report = reports[name]
        mine = [label for label in labels if label.note == name]
        for one in match(mine, report.steps):
            step = None if one.step is None else report.steps[one.step]
            found.append(_answer(one, argued[one.label.key], step, report))
    return found


def _answer(one: Match, argued: Label, step: StepReport | None, report: FileReport) -> Answer:
    """A label on whose lines something could not be read is answered by that."""
    label = one.label
    if step is None:
        for problem in report.unreadable:
            if label.first <= problem.line <= label.last:
                why = f"line {problem.line} was not read: {problem.message}"
                return Answer(label, argued, None, 0.0, why, unread=True)
    return Answer(label, argued, step, one.likeness, one.why)


def violations(found: Sequence[Answer], argued: bool) -> list[Answer]:
    """What must never happen: true but refuted, false but proved."""
    wrong = {("true", "refuted"), ("false", "proved")}
    return [a for a in found if ((a.argued if argued else a.label).verdict, a.verdict) in wrong]


# -- what is printed ---------------------------------------------------------------------------


def table(found: Sequence[Answer], argued: bool) -> Iterator[str]:
    """The confusion table, a row for each kind of label."""
    count = Counter(((a.argued if argued else a.label).kind, a.verdict) for a in found)
    yield f"{'':24}" + "".join(f"{column:>13}" for column in COLUMNS) + f"{'all':>8}"
    for row in ROWS:
        cells = [count[row, column] for column in COLUMNS]
        if sum(cells):
            yield f"{row:24}" + "".join(f"{cell or '.':>13}" for cell in cells) + f"{sum(cells):>8}"


def targets(found: Sequence[Answer], argued: bool) -> Iterator[str]:
    """Each aim with what was reached."""
    rows: dict[str, list[str]] = {}
    for answer in found:
        rows.setdefault((answer.argued if argued else answer.label).kind, []).append(answer.verdict)
    for row, right, aim in (
        ("true", ("proved",), 0.9),
        ("true (definition)", ("definition", "proved"), 0.9),
        ("false", ("refuted",), 0.9),
    ):
        verdicts = rows.get(row, [])
        good = sum(verdict in right for verdict in verdicts)
        yield _target(f"{row} steps that are {' or '.join(right)}", good, len(verdicts), aim)
    bad = len(violations(found, argued))
    yield f"{'reached' if bad == 0 else 'MISSED ':8} violations: {bad} (none allowed)"


def _target(what: str, good: int, count: int, aim: float) -> str:
    share = good / count if count else 1.0
    reached = "reached" if share >= aim else "MISSED"
    return f"{reached:8} {what}: {good} of {count} = {share:.1%} (aim {aim:.0%})"


def told(answer: Answer) -> str:
    """One label with its verdict and the reason given."""
    step = answer.step
    said = answer.why if step is None else f"line {step.line}: {step.code}: {step.message}"
    return f"  {answer.label}: {answer.label.kind} but {answer.verdict}; {said}"


def print_answers(found: Sequence[Answer]) -> None:
    """Tables, targets, violations, and every label that is not answered as it should be."""
    argued = [a for a in found if a.argued != a.label]
    for heading, as_argued in (("as labelled", False), (f"{len(argued)} labels argued", True)):
        print(f"\n== {len(found)} labelled steps, {heading} ==")
        print("\n".join(table(found, as_argued)))
        print("\n".join(targets(found, as_argued)))
        for answer in violations(found, as_argued):
            print(f"VIOLATION {told(answer).strip()}")
    print("\n== labels matched with some doubt ==")
    for answer in found:
        if answer.step is not None and answer.likeness < CERTAIN:
            print(f"  {answer.label}: {answer.likeness:.0%}")
    print("\n== labels with no step ==")
    for answer in found:
        if answer.step is None:
            print(f"  {answer.label}: {answer.label.kind}; {answer.why}")
    print("\n== true and not proved, false and not refuted ==")
    good = {
        "true": ("proved",),
        "true (definition)": ("definition", "proved"),
        "false": ("refuted",),
    }
    for answer in found:
        if answer.step is not None and answer.verdict not in good.get(answer.label.kind, COLUMNS):
            print(told(answer))


def print_reading(name: str, read: Reading) -> None:
    """The share of display formulas read, and the others by cause."""
    print(f"\n== display formulas of the {name}: {read.displays} ==")
    good = read.displays - len(read.unread)
    print(_target("read", good, read.displays, 0.95) + f"; text alone {read.parsed:.1%}")
    causes = Counter(formula.cause for formula in read.unread)
    for why, count in causes.most_common():
        print(f"  {count:3} {why}")
        for formula in read.unread:
            if formula.cause == why:
                print(f"        {formula.note}:{formula.line}: {formula.message[:150]}")


def print_time(cold: Sequence[Judged], warm: Sequence[Judged]) -> None:
    """Steps per CPU second, and the slowest steps."""
    for name, judged in (("first", cold), ("second", warm)):
        steps, seconds = sum(len(n.report.steps) for n in judged), sum(n.total for n in judged)
        rate = steps / seconds if seconds else 0.0
        print(
            f"{name} time: {steps} steps in {seconds:.2f} CPU s = {rate:.0f} steps/s, "
            f"{1000 * seconds / max(steps, 1):.1f} ms a step"
        )
    each = [
        (seconds, note.path.name, step)
        for note in warm
        for seconds, step in zip(note.seconds, note.report.steps, strict=True)
    ]
    spent = sum(seconds for seconds, _, _ in each)
    print(f"judging alone {spent:.2f} s of the second time; the rest is reading and meaning")
    for seconds, name, step in sorted(each, key=lambda e: -e[0])[:SLOWEST]:
        print(f"  {1000 * seconds:7.0f} ms {name}:{step.line} {step.verdict} ({step.code})")


def print_cold(seeds: Path) -> None:
    """The wall time of the command line on the seeds."""
    start = time.perf_counter()
    words = [sys.executable, "-m", "xent_sym", "verify", "--format", "concise"]
    paths = notes(seeds)
    words += map(str, paths)
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    took = time.perf_counter() - start
    failed = f"; it failed: {done.stderr.strip()[-200:]}" if done.returncode not in (0, 1) else ""
    exit_code = f"exit {done.returncode}{failed}"
    print(f"cold, xent-sym verify on {len(paths)} seeds: {took:.2f} s wall, {exit_code}")


def as_data(found: Sequence[Answer], corpus: Reading, seeds: Reading) -> dict[str, Any]:
    """What was found, for other programs."""
    return {
        "labels": [
            {
                "note": a.label.note, "chain": a.label.chain, "step": a.label.step,
                "label": a.label.kind, "argued": a.argued.kind, "verdict": a.verdict,
                "code": a.step.code if a.step else "", "line": a.step.line if a.step else None,
                "message": a.step.message if a.step else a.why,
            }
            for a in found
        ],
        "violations": {
            "as labelled": len(violations(found, False)), "as argued": len(violations(found, True))
        },
        "displays": {
            name: {"count": read.displays, "unread": [asdict(formula) for formula in read.unread]}
            for name, read in (("corpus", corpus), ("seeds", seeds))
        },
    }


def main() -> int:
    """Judge, match, print.  1 where a violation is left after the arguments."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--context-dir", type=Path, help="sidecars: NOTE.context")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found here too")
    options = parser.parse_args()
    corpus = options.shared / "corpus"
    cold = [judge(note, options.context_dir) for note in notes(corpus / "notes")]
    if not cold:
        print(f"{corpus} holds no notes: say where the corpus is", file=sys.stderr)
        return 2
    warm = [judge(note, options.context_dir) for note in notes(corpus / "notes")]
    seeds = [judge(note, options.context_dir) for note in notes(options.shared / "seeds")]
    found = answers(corpus, cold)
    print_answers(found)
    with_context = [note.path.name for note in (*cold, *seeds) if note.context]
    print(f"\n{len(with_context)} of {len(cold) + len(seeds)} notes had a sidecar", *with_context)
    for note in (*cold, *seeds):
        if note.report.problem:
            print(f"PROBLEM {note.path.name}: {note.report.problem}")
    read_corpus, read_seeds = reading(cold), reading(seeds)
    print_reading("corpus", read_corpus)
    print_reading("seeds", read_seeds)
    print("\n== time ==")
    print_time(cold, warm)
    print_cold(options.shared / "seeds")
    if options.json:
        data = as_data(found, read_corpus, read_seeds)
        options.json.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
    return 1 if violations(found, True) else 0


if __name__ == "__main__":
    sys.exit(main())
