"""Notes are judged in child processes, and time and memory of a step are limited from outside.

Nothing that a note makes the judge do can hold up or bring down the program: not a loop inside
C code, not a crash of the interpreter.  The child says which step begins; when the step takes too
long, or the child dies of it, the child is ended, the step is *unknown* with the code
``timed-out`` or ``out-of-memory``, and a fresh child goes on behind it.  No step that is done is
lost or judged again.

What holds where: time is limited and a crash survived everywhere.  Memory is limited by the
system (``RLIMIT_AS``), which Linux and the BSDs do; macOS takes the limit without keeping it, and
Windows has none, so that there a step may use what memory there is until its time is up.  With
``XENT_SYM_TRACEBACK`` set in the environment, the errors of the children are printed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from xent_sym.verification.attempt import INTERNAL_ERROR, Attempt, Failed, Limits, NotStarted
from xent_sym.verification.child import Child
from xent_sym.verification.report import FileReport
from xent_sym.verification.worker import OUT_OF_TIME, Job

__all__ = ["Guard", "Limits", "Stopped", "is_internal", "verify_paths", "verify_text"]

JUDGE = "xent_sym.verification.note:judge_note"
MAX_BYTES = 5_000_000
AT_ONCE = 2

Todo = SimpleQueue[tuple[Job, "Future[FileReport]"]]
DEFAULT = Limits()


def verify_paths(
    paths: Sequence[Path], context: str | None = None, *, limits: Limits = DEFAULT
) -> Iterator[FileReport]:
    """The report of every file, in the order of the paths, each as soon as it is there.

    ``context`` is the text of a declaration block for all of them.  What cannot be opened, read
    in time, or judged for an error of ours is a report with a ``problem``; the others go on.
    Leaving the iterator, by Ctrl-C too, ends the children.
    """
    jobs = [Job(str(path), is_path=True, context=context, name=str(path)) for path in paths]
    return _reports(jobs, limits)


def verify_text(
    text: str, context: str | None = None, *, name: str = "", limits: Limits = DEFAULT
) -> FileReport:
    """The report of a Markdown note given as text; ``name`` stands for the path in it."""
    [report] = _reports([Job(text, is_path=False, context=context, name=name)], limits)
    return report


def is_internal(report: FileReport) -> bool:
    """Whether a report is not whole for an error of ours, and not for what the file is.

    >>> is_internal(FileReport("note.md", problem="no such file; check its name"))
    False
    """
    return report.problem is not None and report.problem.startswith(INTERNAL_ERROR)


# -- several notes at once -------------------------------------------------------------------------


def _reports(jobs: Sequence[Job], limits: Limits) -> Iterator[FileReport]:
    todo: Todo = SimpleQueue()
    reports = [Future[FileReport]() for _ in jobs]
    for item in zip(jobs, reports, strict=True):
        todo.put(item)
    guards = [Guard(limits) for _ in range(min(AT_ONCE, os.cpu_count() or 1, len(jobs)))]
    threads = [Thread(target=_work, args=(guard, todo), daemon=True) for guard in guards]
    for thread in threads:
        thread.start()
    try:
        for report in reports:
            while not wait([report], timeout=0.5).done:
                pass  # on Windows, Ctrl-C is not seen while a wait without limit lasts
            yield report.result()
    finally:
        for guard in guards:
            guard.close()
        for thread in threads:
            thread.join()


def _work(guard: Guard, todo: Todo) -> None:
    """Judge what there is to do, until nothing is left or the guard is closed."""
    with guard:
        while True:
            try:
                job, report = todo.get_nowait()
            except Empty:
                return
            try:
                report.set_result(guard.judge(job))
            except Stopped:
                return
            except Exception as problem:  # goes on in the thread that waits for the report
                report.set_exception(problem)


# -- one note after the other ----------------------------------------------------------------------


class Stopped(Exception):
    """The guard was closed while it was at work."""


class Guard:
    """Judges notes one after the other in a child process that is kept from note to note.

    A context manager.  ``close`` may be called from another thread: it ends what is going on.
    """

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self.limits = limits
        self.child: Child | None = None
        self.lock = Lock()
        self.closed = False

    def __enter__(self) -> Guard:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child, and start no other."""
        self.closed = True
        self._drop()

    def judge(self, job: Job) -> FileReport:
        """The report of one note.  Raises Stopped if the guard is closed meanwhile."""
        refused = _refused(job)
        if refused is not None:
            return FileReport(job.name, problem=refused)
        while True:
            attempt = Attempt(job, self.limits)
            child = self._running()
            try:
                return attempt.run(child)
            except NotStarted as problem:
                self._drop()
                self._unless_closed()
                return attempt.partial(f"{INTERNAL_ERROR}: {problem}")
            except Failed as failure:
                self._drop()
                self._unless_closed()  # then the child was ended by us, and nothing failed
                # memory may have been taken by what came before: then once more, alone
                if failure.code == OUT_OF_TIME or child.fresh:
                    if attempt.blank is None:
                        return attempt.partial(f"{failure}; split the note")
                    attempt.give_up(failure)
                job = replace(job, known=attempt.done)

    def _unless_closed(self) -> None:
        if self.closed:
            raise Stopped

    def _running(self) -> Child:
        with self.lock:
            if self.closed:
                raise Stopped
            if self.child is None:
                # the child's own limit is for the case that we are killed and cannot end it
                longest = max(self.limits.seconds_per_step, self.limits.seconds_to_read)
                self.child = Child(JUDGE, self.limits.megabytes, patience=10 + 2 * longest)
            return self.child

    def _drop(self) -> None:
        with self.lock:
            if self.child is not None:
                self.child.end()
                self.child = None


def _refused(job: Job) -> str | None:
    """Why a note is not even opened, in plain words; None if it is."""
    if not job.is_path:
        return _too_large(len(job.note))
    try:
        found = Path(job.note).stat()
    except FileNotFoundError:
        return "no such file; check its name"
    except (OSError, ValueError) as problem:  # ValueError: a NUL in the name
        return f"cannot be read: {getattr(problem, 'strerror', None) or problem}"
    if stat.S_ISDIR(found.st_mode):
        return "a folder, not a file; name the notes in it"
    if not stat.S_ISREG(found.st_mode):
        return "not a regular file; save what comes from it as a file"
    return _too_large(found.st_size)


def _too_large(size: int) -> str | None:
    if size <= MAX_BYTES:
        return None
    return f"{size / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:g} MB are read: split the note"
