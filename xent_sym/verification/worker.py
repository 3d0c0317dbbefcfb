"""The process in which notes are judged: ``python -m xent_sym.verification.worker``.

It reads one ``Job`` a line, and answers with one line for each thing that happens, so that
whoever watches knows at any time which step is being judged, and has all that is done:

    ready                  the judge is loaded
    begin NUMBER [REPORT]  step NUMBER begins (-1: reading); REPORT has its place and sides
    done NUMBER REPORT     step NUMBER is judged
    file REPORT            the job is done
    fault TEXT             the judge cannot go on for want of memory or stack; the process ends
    unread TEXT            the file cannot be opened
    error TEXT             the judge raised: an error of ours; the next job can come
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from xent_sym.verification.report import FileReport, StepReport
from xent_sym.verification.wire import decode, encode

Judge = Callable[..., FileReport]
SHOW_TRACEBACK = "XENT_SYM_TRACEBACK"
OUT_OF_TIME = "timed-out"


@dataclass(frozen=True)
class Job:
    """A note to be judged: the path of a file, or the text of a Markdown note."""

    note: str
    is_path: bool
    context: str | None = None
    name: str = ""
    known: dict[int, StepReport] = field(default_factory=dict)


class Worker:
    """Judges job after job, and says what happens.  ``patience`` in seconds is how long one
    step may last before the process ends itself, should nobody be there to end it."""

    def __init__(self, judge: Judge, answers: BinaryIO, patience: float) -> None:
        self.judge, self.answers, self.patience = judge, answers, patience
        self.reading = True
        self.step: int | None = None

    def say(self, tag: str, *parts: object) -> None:
        """Write one line; where nobody listens any more, end."""
        line = b" ".join((tag.encode(), *(encode(part) for part in parts)))
        try:
            self.answers.write(line + b"\n")
            self.answers.flush()
        except BrokenPipeError:
            sys.exit(1)

    def on_step(self, number: int, report: StepReport | None) -> None:
        """A step begins, with its blank report or None; or it is done, with the verdict."""
        blank = report is not None and report.code == OUT_OF_TIME and self.step != number
        if report is None or blank:
            _end_after(self.patience)
            self.reading = number < 0
            self.step = number if blank else None
            self.say("begin", number, *([report] if blank else []))
        else:
            self.step = None
            self.say("done", number, report)

    def run(self, job: Job) -> None:
        """Judge one note.  Ends the process where memory or stack was not enough."""
        self.reading, self.step = True, None
        _end_after(self.patience)
        note = Path(job.note) if job.is_path else job.note
        try:
            self.say("file", self.judge(
                note, job.context, name=job.name, known=job.known, on_step=self.on_step
            ))
        except (MemoryError, RecursionError) as problem:
            self.say("fault", "stack" if isinstance(problem, RecursionError) else "memory")
            sys.exit(1)
        except Exception as problem:  # the one place that sees what the judge did not foresee
            if os.environ.get(SHOW_TRACEBACK):
                traceback.print_exc()
            if isinstance(problem, OSError) and self.reading:
                self.say("unread", problem.strerror or str(problem))
            else:
                self.say("error", f"{type(problem).__name__}: {_one_line(str(problem))}")
        _end_after(0)


def main() -> None:
    """``worker JUDGE MEGABYTES PATIENCE``: judge what comes until nothing comes."""
    name, megabytes, patience = sys.argv[1:]
    jobs, answers = _private_pipes()
    module, _, function = name.partition(":")
    worker = Worker(getattr(import_module(module), function), answers, float(patience))
    _limit_memory(int(megabytes))
    worker.say("ready")
    for line in jobs:
        worker.run(decode(Job, line))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, out of reach of whatever prints or asks."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return jobs, answers


def _limit_memory(megabytes: int) -> None:
    """Let the process take so much beyond what the program itself takes, where that is known."""
    if sys.platform == "win32":
        return
    import resource

    limit = _taken() + megabytes * 2**20
    try:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        if most != resource.RLIM_INFINITY:
            limit = min(limit, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no file behind
    except (ValueError, OSError):
        return  # some systems, macOS among them, know the limit by name only


def _taken() -> int:
    """The address space in use, in bytes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _end_after(seconds: float) -> None:
    """Let the system end this process after so many seconds; never, where they are 0.

    The parent ends it much sooner.  But a parent that was killed cannot, and a step that hangs
    in C code would not see that its pipe is closed.
    """
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _one_line(message: str) -> str:
    """A message that may quote a hostile note: not long, and no sign that moves a cursor."""
    shown = message if len(message) <= 200 else message[:200] + "..."
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown)


if __name__ == "__main__":
    main()
