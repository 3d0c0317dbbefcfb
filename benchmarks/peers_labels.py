"""The same labelled steps before SymPy's LaTeX parser and before Math-Verify, beside ours.

The peers run in an environment of their own, each in a process that is ended when a step takes
longer than the limit.  They are handed both sides of a step as the labels give them.

    python -m venv /tmp/peers
    /tmp/peers/bin/pip install sympy antlr4-python3-runtime==4.11 lark math-verify
    python benchmarks/peers_labels.py /tmp/peers/bin/python [../shared] [--ours FILE]

FILE is what ``verify_labels.py --json FILE`` wrote; without it only the peers are shown.
"""

from __future__ import annotations

import argparse
import json
import re
import select
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labels import Label, argue, read_argued, read_labels

WORKER = Path(__file__).with_name("peer_worker.py")
PEERS = ("sympy-antlr", "sympy-lark", "math-verify")
ANSWERS = ("proved", "called false", "not read", "not decided")
ROWS = ("true", "true (definition)", "false", "convention-dependent", "not-checkable")
OURS = {
    "proved": "proved", "refuted": "called false", "unknown": "not decided",
    "unreadable": "not read", "not found": "not read", "definition": "definition",
    "not-a-claim": "not read",
}
STARTING = 60.0
MARKS = re.compile(r"\\(?:blacksquare|square)(?![A-Za-z])")


@dataclass
class Peer:
    """A peer's process, started anew after each step that took too long."""

    python: str
    name: str
    limit: float
    process: subprocess.Popen[str] | None = None
    versions: str = ""
    cpu: list[float] = field(default_factory=list)

    def ask(self, label: Label) -> str:
        """The peer's answer to one step; a process that is lost or late decides nothing."""
        if self.process is None:
            self._start()
        process = self.process
        assert process is not None and process.stdin is not None
        step = [_clean(label.lhs), label.relation.strip(), _clean(label.rhs)]
        began = time.perf_counter()
        process.stdin.write(json.dumps(step) + "\n")
        process.stdin.flush()
        answer = self._line(self.limit)
        self.cpu.append(time.perf_counter() - began)
        if answer is None:
            self.stop()
            return "not decided"
        return str(json.loads(answer))

    def _start(self) -> None:
        words = [self.python, str(WORKER), self.name]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
        )
        versions = self._line(STARTING)
        if versions is None:
            raise SystemExit(f"{self.name} does not start: try {' '.join(words)}")
        self.versions = json.loads(versions)

    def _line(self, limit: float) -> str | None:
        assert self.process is not None and self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], limit)
        return (self.process.stdout.readline() or None) if ready else None

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def _clean(side: str) -> str:
    """A side without the full stop and the sign of a proof's end that the splitter left on it."""
    return MARKS.sub("", side).strip().rstrip(".,;").strip()


def ours(path: Path, labels: Sequence[Label]) -> list[str]:
    """Our verdicts in the words of the table, in the order of the labels."""
    data = json.loads(path.read_text(encoding="utf-8"))["labels"]
    verdicts = {(row["note"], row["chain"], row["step"]): row["verdict"] for row in data}
    return [OURS[verdicts[label.key]] for label in labels]


def table(labels: Sequence[Label], columns: dict[str, list[str]]) -> Iterator[str]:
    """For each kind of label and each answer, how often each tool gave it."""
    yield f"{'label':22}{'answer':15}" + "".join(f"{name:>16}" for name in columns)
    for row in ROWS:
        places = [k for k, label in enumerate(labels) if label.kind == row]
        for answer in (*ANSWERS, "definition"):
            counts = [sum(said[k] == answer for k in places) for said in columns.values()]
            if any(counts):
                shares = "".join(f"{n:>9} {n / len(places):>5.0%} " for n in counts)
                yield f"{row:22}{answer:15}{shares}"


def main() -> None:
    """Ask each peer about each step, and print the table as labelled and as argued."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("python", help="the Python of the environment that holds the peers")
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--ours", type=Path, metavar="FILE")
    parser.add_argument("--limit", type=float, default=10.0, help="seconds for a step")
    options = parser.parse_args()
    labels = read_labels(options.shared / "corpus")
    columns: dict[str, list[str]] = {}
    if options.ours:
        columns["xent-sym"] = ours(options.ours, labels)
    for name in PEERS:
        peer = Peer(options.python, name, options.limit)
        columns[name] = [peer.ask(label) for label in labels]
        peer.stop()
        late = sum(seconds >= options.limit for seconds in peer.cpu)
        rate = len(labels) / sum(peer.cpu)
        print(f"{name}: {peer.versions}; {rate:.1f} steps/s, {late} over {options.limit:g} s")
    argued = argue(labels, read_argued(Path(__file__).with_name("labels_argued.md")))
    for heading, rows in (("as labelled", labels), ("as argued", argued)):
        print(f"\n== {len(labels)} steps, {heading} ==")
        print("\n".join(table(rows, columns)))
    for name, said in columns.items():
        pairs = Counter((label.verdict, answer) for label, answer in zip(argued, said, strict=True))
        print(
            f"{name}: false but proved {pairs['false', 'proved']}, "
            f"true but called false {pairs['true', 'called false']} (as argued)"
        )


if __name__ == "__main__":
    main()
