"""One go at a note in one child process: what is done, and what went wrong where."""

from __future__ import annotations

from dataclasses import dataclass, replace

from xent_sym.kernel.verdict import Verdict
from xent_sym.verification.child import Child
from xent_sym.verification.report import ChainReport, FileReport, StepReport
from xent_sym.verification.wire import decode
from xent_sym.verification.worker import OUT_OF_TIME, Job

OUT_OF_MEMORY = "out-of-memory"
INTERNAL_ERROR = "an error in xent-sym itself, please report it"
SECONDS_TO_START = 120.0
READING = -1


@dataclass(frozen=True)
class Limits:
    """What judging one step may take, and what reading one note may take.

    ``megabytes`` is what the process may take beyond the program itself, at any time.
    """

    seconds_per_step: float = 10.0
    seconds_to_read: float = 30.0
    megabytes: int = 1024


class NotStarted(Exception):
    """The child did not come up; the message says how it ended."""


class Failed(Exception):
    """The child did not get through; ``code`` is what was not enough: time or memory."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class Attempt:
    """What a child has done of a note.  ``number`` is the step that was begun last, by any child.

    ``blank`` is the report of the step being judged, without a verdict; None between steps.
    """

    def __init__(self, job: Job, limits: Limits) -> None:
        self.job, self.limits = job, limits
        self.done = dict(job.known)
        self.number = max(self.done, default=READING)
        self.reading = True
        self.blank: StepReport | None = None

    def run(self, child: Child) -> FileReport:
        """The report of the note.  Raises NotStarted, or Failed where a limit was passed."""
        if not child.loaded:
            self._load(child)
        child.ask(self.job)
        report = None
        while report is None:
            tag, _, rest = self._answer(child).partition(b" ")
            report = self._take(tag.decode("ascii"), rest, child)
        child.fresh = False
        return report

    def give_up(self, failure: Failed) -> None:
        """The step that was being judged is unknown, and done."""
        assert self.blank is not None
        message = f"{failure}; a smaller step may do"
        self.done[self.number] = replace(
            self.blank, verdict=Verdict.UNKNOWN, code=failure.code, message=message
        )

    def partial(self, problem: str) -> FileReport:
        """What was done before the problem; the chains are not known, only their steps."""
        chains = tuple(
            ChainReport(step.line, (step,), step.cell) for _, step in sorted(self.done.items())
        )
        return FileReport(self.job.name, chains, problem=problem)

    def _load(self, child: Child) -> None:
        if child.answer(SECONDS_TO_START) != b"ready\n":
            raise NotStarted(f"the process that judges did not start ({child.how_it_ended()})")
        child.loaded = True

    def _take(self, tag: str, rest: bytes, child: Child) -> FileReport | None:
        """What one answer says; the report, if it is the last one."""
        number, _, step = rest.rstrip().partition(b" ")
        match tag:
            case "begin":
                self.reading = int(number) == READING
                self.number = self.number if self.reading else int(number)
                self.blank = decode(StepReport, step) if step else None
            case "done":
                self.done[int(number)] = decode(StepReport, step)
                self.blank = None
                if int(number) not in self.job.known:
                    child.fresh = False
            case "file":
                return decode(FileReport, rest)
            case "unread":
                return FileReport(self.job.name, problem=f"cannot be read: {decode(str, rest)}")
            case "error":
                return self.partial(f"{INTERNAL_ERROR}: {decode(str, rest)}{self._where()}")
            case "fault":
                raise Failed(f"{self._what()} takes {self._lacking(rest)}", OUT_OF_MEMORY)
        return None

    def _answer(self, child: Child) -> bytes:
        """The child's next line, or Failed."""
        limits = self.limits
        seconds = limits.seconds_to_read if self.reading else limits.seconds_per_step
        line = child.answer(seconds)
        if line is None:
            raise Failed(f"{self._what()} takes more than {seconds:g} s, the limit", OUT_OF_TIME)
        if not line:
            how = child.how_it_ended()
            message = f"{self._what()} ended its process ({how}), most likely for want of memory"
            raise Failed(message, OUT_OF_MEMORY)
        return line

    def _what(self) -> str:
        """What the child is at."""
        if self.blank is not None:
            return "judging this step"
        return "reading" if self.number == READING else f"what comes{self._where()}"

    def _where(self) -> str:
        if self.blank is not None:
            return f" at line {self.blank.line}"
        last = self.done.get(self.number)
        return "" if last is None else f" after the step at line {last.line}"

    def _lacking(self, fault: bytes) -> str:
        if decode(str, fault) == "stack":
            return "a deeper stack than there is"
        return f"more than {self.limits.megabytes} MB of memory, the limit"
