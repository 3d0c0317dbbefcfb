"""A child process that judges notes, seen from outside: started, listened to, and ended.

Its program is ``worker.py``.  It is in a process group of its own: Ctrl-C does not reach it, and
ending the group ends all of it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

from xent_sym.verification.wire import encode
from xent_sym.verification.worker import SHOW_TRACEBACK, Job

PROGRAM = "xent_sym.verification.worker"


class Child:
    """A process that judges.  ``loaded``: it has said that it is ready; ``fresh``: it has not
    judged anything yet."""

    def __init__(self, judge: str, megabytes: int, patience: float) -> None:
        # -P: a module that lies beside somebody's notes is not to be imported
        command = [sys.executable, "-P", "-m", PROGRAM, judge, str(megabytes), str(patience)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get(SHOW_TRACEBACK) else subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": _where_we_import_from()},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self.loaded, self.fresh = False, True
        self.answers: SimpleQueue[bytes] = SimpleQueue()
        # a thread, because there is no waiting for a pipe with a deadline on every system
        Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()

    def _listen(self, pipe: IO[bytes]) -> None:
        """Pass every line on; an empty one says that the process has ended."""
        with pipe, suppress(OSError):
            for line in pipe:
                self.answers.put(line)
        self.answers.put(b"")

    def ask(self, job: Job) -> None:
        """Send a job.  A process that has just ended does not mind; its answer is empty."""
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.write(encode(job) + b"\n")
            self.process.stdin.flush()

    def answer(self, seconds: float) -> bytes | None:
        """The next line, empty if the process has ended; None if none comes in this time."""
        try:
            return self.answers.get(timeout=seconds)
        except Empty:
            return None

    def end(self) -> None:
        """End it and all its kin, at once."""
        if self.process.poll() is None:
            if sys.platform == "win32":
                self.process.kill()
            else:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()

    def how_it_ended(self) -> str:
        """``SIGSEGV``, or ``exit code 1``; of a process that has closed its pipe, or ought to."""
        try:
            code = self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return "no answer"
        if code >= 0:
            return f"exit code {code}"
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"


def _where_we_import_from() -> str:
    """Our own search path, so that the child finds what we found; "" there is this folder."""
    return os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
