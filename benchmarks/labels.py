"""The hand labels of a corpus, and which judged step each of them speaks of.

The labels were made with a rough splitter, so a label's side may hold a condition, a full stop
or a sign of the end of a proof beside the formula.  A label is looked for among the steps on
the lines that its rows stand on, in order, by how much of the text agrees.

A corpus is a folder with ``labels.jsonl`` and ``notes/``.  Nothing here needs the package.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Protocol

ALIKE = 0.6
CERTAIN = 0.9


@dataclass(frozen=True)
class Label:
    """What a person says of one step; ``first`` and ``last`` are the lines of its chain.

    ``verdict`` is true, false, convention-dependent or not-checkable.
    """

    note: str
    chain: int
    step: int
    lhs: str
    relation: str
    rhs: str
    verdict: str
    tag: str
    remark: str
    first: int
    last: int

    @property
    def key(self) -> tuple[str, int, int]:
        """Note, chain and step: what names a label."""
        return self.note, self.chain, self.step

    @property
    def kind(self) -> str:
        """The row of the table: a true step that defines is a row of its own."""
        return "true (definition)" if self.tag == "definition" else self.verdict

    def __str__(self) -> str:
        return f"{self.note} chain {self.chain} step {self.step} (lines {self.first}-{self.last})"


class Placed(Protocol):
    """A step that was found in the note, with the line of its right-hand side."""

    @property
    def line(self) -> int: ...
    @property
    def lhs(self) -> str: ...
    @property
    def relation(self) -> str: ...
    @property
    def rhs(self) -> str: ...


def read_labels(corpus: Path) -> list[Label]:
    """Every label of the corpus, in order."""
    found: list[Label] = []
    texts: dict[str, str] = {}
    for line in (corpus / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        chain = json.loads(line)
        if (name := chain["note"]) not in texts:
            raw = (corpus / "notes" / name).read_bytes().decode("utf-8", "replace")
            texts[name] = raw.replace("\r\n", "\n")
        first, last = _lines(texts[name], chain["rows"])
        found += [
            Label(
                name, chain["chain"], step["k"], step["lhs"], step["rel"], step["rhs"],
                step["verdict"], step.get("tag", ""), step.get("note", ""), first, last,
            )
            for step in chain["steps"]
        ]
    return found


def _lines(text: str, rows: Sequence[str]) -> tuple[int, int]:
    """The lines from the first row of a chain to the last one."""
    spans = []
    for row in (written.replace("\r\n", "\n") for written in rows):
        at = text.find(row)
        if at < 0:
            raise ValueError(f"the labels speak of a row that the note does not have: {row!r}")
        spans.append((text.count("\n", 0, at) + 1, text.count("\n", 0, at + len(row)) + 1))
    return min(first for first, _ in spans), max(last for _, last in spans)


# -- which step a label speaks of --------------------------------------------------------------

_LAYOUT = re.compile(
    r"\\(?:left|right|big|Big|bigg|Bigg|bigl|bigr|Bigl|Bigr|limits|displaystyle|quad|qquad"
    r"|blacksquare|square|nonumber|notag)(?![A-Za-z])|\\[,;:!> ]|\\label\{[^{}]*\}|[\s&~{}]"
)
_SAME = (
    (re.compile(r"\\(?:dfrac|tfrac|cfrac)(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\(?:operatorname|mathrm|text|mathbf|boldsymbol)\*?(?![A-Za-z])"), ""),
    (re.compile(r"\\_"), "_"),
    (re.compile(r"\\\|"), "||"),
    (re.compile(r"\\\\"), ""),
)


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    r"""The text without what only says how it looks, and without the stop at its end.

    >>> plain(r"\left( \dfrac{a}{b} \right) . \square")
    '(\\fracab)'
    """
    for pattern, instead in _SAME:
        text = pattern.sub(instead, text)
    return _LAYOUT.sub("", text).strip(".,;")


def likeness(label: Label, step: Placed) -> float:
    """How much of the two texts agrees, from 0 to 1: the mean of both sides."""
    return (_alike(label.lhs, step.lhs) + _alike(label.rhs, step.rhs)) / 2


@lru_cache(maxsize=65536)
def _alike(one: str, two: str) -> float:
    one, two = plain(one), plain(two)
    return 1.0 if one == two else SequenceMatcher(None, one, two, autojunk=False).ratio()


@dataclass(frozen=True)
class Match:
    """A label with the number of the step that it speaks of; None where there is none."""

    label: Label
    step: int | None
    likeness: float
    why: str = ""


def match(labels: Sequence[Label], steps: Sequence[Placed]) -> list[Match]:
    """For the labels of one note the steps of its report, in the same order."""
    found: list[Match] = []
    for number in sorted({label.chain for label in labels}):
        chain = [label for label in labels if label.chain == number]
        near = [
            k for k, step in enumerate(steps) if chain[0].first <= step.line <= chain[0].last
        ]
        pairs = dict(_aligned(chain, [steps[k] for k in near]))
        for place, label in enumerate(chain):
            if place in pairs:
                k = near[pairs[place]]
                found.append(Match(label, k, likeness(label, steps[k])))
            else:
                found.append(Match(label, None, 0.0, _why_not(label, [steps[k] for k in near])))
    return found


def _aligned(labels: Sequence[Label], steps: Sequence[Placed]) -> Iterator[tuple[int, int]]:
    """The pairs, in order in both lists, with the greatest sum of likeness."""
    best = [[0.0] * (len(steps) + 1) for _ in range(len(labels) + 1)]
    for i, label in enumerate(labels, 1):
        for j, step in enumerate(steps, 1):
            score = likeness(label, step)
            paired = best[i - 1][j - 1] + score if score >= ALIKE else 0.0
            best[i][j] = max(best[i - 1][j], best[i][j - 1], paired)
    i, j = len(labels), len(steps)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            yield i, j


def _why_not(label: Label, near: Sequence[Placed]) -> str:
    if label.relation.strip() in ("\\Rightarrow", "\\implies"):
        return "an implication joins two statements; it is no step"
    if not near:
        return "no step was read on these lines"
    closest = max(near, key=lambda step: likeness(label, step))
    return (
        f"{len(near)} steps were read on these lines; the nearest agrees to "
        f"{likeness(label, closest):.0%}: {closest.lhs} {closest.relation} {closest.rhs}"
    )


# -- labels that are argued to be wrong --------------------------------------------------------

_ROW = re.compile(
    r"^\| *(?P<note>[\w.-]+\.md) *\| *(?P<chain>\d+) *\| *(?P<step>\d+) *\| *(?P<was>[\w-]+) *"
    r"\| *(?P<argued>[\w-]+) *\|(?P<why>.*)\|\s*$"
)


def read_argued(path: Path) -> dict[tuple[str, int, int], str]:
    """The verdicts that ought to stand instead: the rows of the table in a Markdown file."""
    found: dict[tuple[str, int, int], str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if row := _ROW.match(line):
            found[row["note"], int(row["chain"]), int(row["step"])] = row["argued"]
    return found


def argue(labels: Sequence[Label], argued: dict[tuple[str, int, int], str]) -> list[Label]:
    """The labels as they ought to be; an argued verdict ``definition`` is a true step's tag."""
    if unknown := set(argued) - {label.key for label in labels}:
        raise ValueError(f"labels_argued.md speaks of labels that do not exist: {sorted(unknown)}")
    return [_argued(label, argued.get(label.key)) for label in labels]


def _argued(label: Label, verdict: str | None) -> Label:
    if verdict is None:
        return label
    if verdict == "definition":
        return replace(label, verdict="true", tag="definition")
    return replace(label, verdict=verdict, tag="")
