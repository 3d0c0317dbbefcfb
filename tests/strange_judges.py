"""Judges that behave badly, for the guard: each is called as ``judge_note`` would be.

A note is a list of words, one step a line: ``fine`` is proved, every other word is a misdeed.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from xent_sym.kernel.verdict import Verdict
from xent_sym.verification.report import ChainReport, FileReport, StepReport

KEPT: list[bytearray] = []


def misdeeds(note, context=None, *, name="", known=None, on_step):
    """Do what every line says.  ``read-...`` is done while reading, ``end-...`` at the end."""
    on_step(-1, None)
    text = note.read_text("utf-8") if isinstance(note, Path) else note
    words = text.split()
    for word in words:
        if word.startswith("read-"):
            DO[word.removeprefix("read-")]()
    steps = [
        judged(number, word, known, on_step)
        for number, word in enumerate(words)
        if not word.startswith(("read-", "end-"))
    ]
    for word in words:
        if word.startswith("end-"):
            DO[word.removeprefix("end-")]()
    return FileReport(name, (ChainReport(1, tuple(steps)),), text=f"{os.getpid()} {context}")


def judged(number, word, known, on_step):
    if number in known:
        return known[number]
    blank = StepReport(
        number + 1, 5, number + 1, 9, f"left {number}", "=", word,
        Verdict.UNKNOWN, "timed-out", "",
    )
    on_step(number, None)
    on_step(number, blank)
    DO[word]()
    report = replace(blank, verdict=Verdict.PROVED, code="proved", message=str(os.getpid()))
    on_step(number, report)
    return report


def loop():
    while True:
        pass


def regex():
    """Hangs in C code, holding the interpreter's lock."""
    re.match("(a*)*b", "a" * 60)


def power():
    return len(str(9 ** 9 ** 9))


def sleep_in_c():
    ctypes.PyDLL(None).sleep(600)


def allocate():
    kept = []
    while True:
        kept.append(bytearray(50_000_000))


def hoard():
    """Takes 200 MB and keeps them: nothing bad in a step, too much in four."""
    KEPT.append(bytearray(200_000_000))


def recurse(depth=0):
    return recurse(depth + 1)


def overflow():
    """A C stack that overflows: the interpreter crashes."""
    sys.setrecursionlimit(10**9)
    item = []
    for _ in range(10**6):
        item = [item]
    repr(item)


def wrong():
    raise ValueError("secret \u2211 \x00 " + "x" * 1000)


def folder():
    Path("/").read_text("utf-8")


def tell():
    """Says which process this is, to whoever asked."""
    Path(os.environ["TELL_PID"]).write_text(str(os.getpid()), "ascii")


def chatter():
    """Prints what looks like an answer, and asks for input."""
    print("done 0 null")
    sys.stdout.flush()
    assert not sys.stdin.read()


DO = {
    "fine": lambda: None,
    "loop": loop,
    "regex": regex,
    "power": power,
    "sleep": lambda: time.sleep(600),
    "sleep-in-c": sleep_in_c,
    "allocate": allocate,
    "hoard": hoard,
    "recurse": recurse,
    "overflow": overflow,
    "abort": os.abort,
    "exit": lambda: sys.exit(3),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "wrong": wrong,
    "folder": folder,
    "chatter": chatter,
    "tell": tell,
    "slow": lambda: time.sleep(0.4),
}


def silent(note, context=None, *, name="", known=None, on_step):
    """Says nothing of its steps."""
    on_step(0, None)
    loop()


def many(note, context=None, *, name="", known=None, on_step):
    """As many steps as the note says, each at no cost: what remains is the protocol."""
    blank = StepReport(
        1, 1, 1, 60, r"-\sum_{i=1}^n p_i \log q_i", "=",
        r"-\sum_{i=1}^n p_i \log p_i + \sum_{i=1}^n p_i \log \frac{p_i}{q_i}",
        Verdict.UNKNOWN, "timed-out", "",
    )
    done = replace(
        blank, verdict=Verdict.PROVED, code="proved", message="by arithmetic",
        rules=("log_of_quotient", "sums_to_one"), assumed=("log is the natural logarithm",),
    )
    for number in range(int(note)):
        on_step(number, None)
        on_step(number, blank)
        on_step(number, done)
    return FileReport(name, (ChainReport(1, (done,) * int(note)),))
