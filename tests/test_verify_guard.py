"""Whatever judging a step does, the program goes on: the step is unknown, the others are judged.

The judges here are those of ``strange_judges.py``: a note is a list of words, a step a word.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xent_sym.kernel.verdict import Verdict
from xent_sym.verification import guard
from xent_sym.verification.child import Child
from xent_sym.verification.guard import Guard, Limits, is_internal, verify_paths, verify_text
from xent_sym.verification.report import FileReport, StepReport
from xent_sym.verification.wire import decode, encode
from xent_sym.verification.worker import Job

TIGHT = Limits(seconds_per_step=2, seconds_to_read=4, megabytes=300)
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
limits_memory = pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS does not hold")


@pytest.fixture(autouse=True)
def strange(monkeypatch):
    monkeypatch.setattr(guard, "JUDGE", "strange_judges:misdeeds")


def codes(report):
    return [step.code for step in report.steps]


def processes(report):
    """Those that judged the steps that are proved: the strange judges say so."""
    return [step.message for step in report.steps if step.verdict is Verdict.PROVED]


def notes(folder, *texts):
    paths = [folder / f"{number}.md" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    return paths


def gone(pid):
    """Whether there is no such process, or will be none in a moment."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


# -- time ----------------------------------------------------------------------------------------


def test_a_step_that_hangs_is_unknown_and_the_next_is_judged(tmp_path):
    """In Python, in a regular expression, in a number too large, asleep in C."""
    ways = ["loop", "regex", "power", "sleep-in-c"]
    begun = time.monotonic()
    reports = list(verify_paths(notes(tmp_path, *(f"fine {w} fine" for w in ways)), limits=TIGHT))
    assert time.monotonic() - begun < 60
    for report in reports:
        assert report.problem is None
        assert codes(report) == ["proved", "timed-out", "proved"]
        assert "2 s, the limit" in report.steps[1].message


def test_a_step_given_up_keeps_its_place_and_its_sides():
    step = verify_text("fine loop", limits=TIGHT).steps[1]
    assert (step.line, step.column, step.end_line, step.end_column) == (2, 5, 2, 9)
    assert (step.lhs, step.relation, step.rhs) == ("left 1", "=", "loop")
    assert step.verdict is Verdict.UNKNOWN


def test_the_limit_is_for_a_step_and_not_for_a_note():
    """The false twin: six steps of 0.4 s are more than the limit, and none is given up."""
    assert codes(verify_text("slow " * 6, limits=TIGHT)) == ["proved"] * 6


def test_nothing_that_is_done_is_done_twice():
    first, _, last = verify_text("fine loop fine", limits=TIGHT).steps
    assert first.message != last.message, "the step behind the loop has a fresh process"
    assert len(set(processes(verify_text("fine fine fine")))) == 1


@pytest.mark.parametrize(("note", "where"), [("read-loop", "reading"), ("fine end-loop", "line 1")])
def test_a_note_that_hangs_between_steps_is_a_problem_and_keeps_what_is_done(note, where):
    report = verify_text(note, name="n.md", limits=Limits(2, 2))
    assert report.path == "n.md"
    assert where in report.problem and "2 s, the limit" in report.problem
    assert codes(report) == ["proved"] * note.count("fine")
    assert not is_internal(report)


def test_a_judge_that_does_not_say_where_a_step_stands(monkeypatch):
    monkeypatch.setattr(guard, "JUDGE", "strange_judges:silent")
    assert "the limit" in verify_text("", limits=TIGHT).problem


# -- memory, stack and crashes -------------------------------------------------------------------


@limits_memory
def test_a_step_that_takes_all_memory_is_unknown():
    report = verify_text("fine allocate fine", limits=TIGHT)
    assert codes(report) == ["proved", "out-of-memory", "proved"]
    assert "300 MB" in report.steps[1].message


@limits_memory
def test_a_step_is_not_blamed_for_what_the_process_had_kept():
    """Each step keeps 200 MB: the second does not fit in this process, but in a fresh one."""
    assert codes(verify_text("hoard hoard hoard", limits=TIGHT)) == ["proved"] * 3


@pytest.mark.parametrize("way", ["recurse", "overflow", "abort", "exit"])
def test_a_step_that_ends_its_process_is_unknown(way):
    report = verify_text(f"fine {way} fine", limits=Limits(60, 60))
    assert codes(report) == ["proved", "out-of-memory", "proved"]


@posix
def test_the_message_says_how_the_process_ended():
    assert "(SIGABRT)" in verify_text("abort").steps[0].message
    assert "(SIGKILL)" in verify_text("killed").steps[0].message
    assert "(exit code 3)" in verify_text("exit").steps[0].message


@pytest.mark.parametrize("way", ["read-abort", "read-recurse", "fine end-abort"])
def test_a_crash_between_steps_is_a_problem(way):
    report = verify_text(way)
    assert "split the note" in report.problem
    assert codes(report) == ["proved"] * way.count("fine")


# -- our own errors ------------------------------------------------------------------------------


def test_an_error_of_ours_is_said_and_other_notes_go_on(tmp_path, capfd):
    broken, whole = verify_paths(notes(tmp_path, "fine wrong fine", "fine"))
    assert is_internal(broken) and not is_internal(whole)
    assert "ValueError" in broken.problem and "line 2" in broken.problem
    assert codes(broken) == codes(whole) == ["proved"]
    assert capfd.readouterr() == ("", "")


def test_a_message_does_not_move_the_cursor():
    problem = verify_text("wrong").problem
    assert problem.isprintable() and len(problem) < 400


def test_the_traceback_is_for_those_who_ask(monkeypatch, capfd):
    monkeypatch.setenv("XENT_SYM_TRACEBACK", "1")
    verify_text("wrong")
    assert "Traceback" in capfd.readouterr().err


def test_a_judge_that_cannot_be_loaded(monkeypatch):
    monkeypatch.setattr(guard, "JUDGE", "strange_judges:absent")
    report = verify_text("fine")
    assert is_internal(report) and "did not start" in report.problem


def test_what_the_judge_prints_is_not_an_answer():
    assert codes(verify_text("chatter fine", limits=TIGHT)) == ["proved", "proved"]


# -- files ---------------------------------------------------------------------------------------


def test_reports_come_in_the_order_of_the_paths(tmp_path):
    paths = notes(tmp_path, "slow slow", "fine", "abort", "fine fine")
    reports = list(verify_paths(paths))
    assert [report.path for report in reports] == [str(path) for path in paths]
    assert [len(report.steps) for report in reports] == [2, 1, 1, 2]


def test_processes_are_kept_from_note_to_note(tmp_path):
    reports = verify_paths(notes(tmp_path, *["fine fine"] * 8))
    assert len({pid for report in reports for pid in processes(report)}) <= 2


def test_the_context_reaches_every_note(tmp_path):
    reports = verify_paths(notes(tmp_path, "fine", "fine"), "p: distribution")
    assert all(report.text.endswith("p: distribution") for report in reports)


def test_what_is_not_a_note_is_said_in_plain_words(tmp_path, monkeypatch):
    monkeypatch.setattr(guard, "MAX_BYTES", 1_000)
    large, good = notes(tmp_path, " " * 1_001, "fine" + " " * 996)
    absent = tmp_path / "absent.md"
    reports = list(verify_paths([absent, tmp_path, large, Path("a\0b"), good]))
    problems = [report.problem for report in reports]
    assert "no such file" in problems[0]
    assert "a folder" in problems[1]
    assert "split the note" in problems[2]
    assert "cannot be read" in problems[3]
    assert problems[4] is None and codes(reports[4]) == ["proved"]
    assert not any(map(is_internal, reports))
    assert "split the note" in verify_text(" " * 1_001).problem


@posix
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    [report] = verify_paths([tmp_path / "pipe"])
    assert "not a regular file" in report.problem


def test_a_file_that_cannot_be_opened_is_not_an_error_of_ours():
    assert verify_text("read-folder").problem.startswith("cannot be read")
    assert is_internal(verify_text("folder")), "the false twin: while a step is judged, it is"


def test_a_module_beside_the_notes_is_not_imported(tmp_path, monkeypatch):
    """``python -m`` looks into the current folder first; a stranger's folder is not ours."""
    (tmp_path / "json.py").write_text("raise SystemExit(1)", "utf-8")
    monkeypatch.chdir(tmp_path)
    [report] = verify_paths(map(Path, ["0.md"] * len(notes(tmp_path, "fine"))))
    assert codes(report) == ["proved"]


def test_no_paths_no_reports():
    assert list(verify_paths([])) == []


# -- ending --------------------------------------------------------------------------------------


def test_closing_ends_what_is_going_on():
    def judge():
        with pytest.raises(guard.Stopped):
            busy.judge(Job("loop", is_path=False))
        stopped.append(True)

    stopped = []
    with Guard() as busy:
        thread = Thread(target=judge)
        thread.start()
        while busy.child is None or not busy.child.loaded:
            time.sleep(0.01)
        process = busy.child.process
    thread.join(30)
    assert stopped and process.poll() is not None


def test_leaving_the_iterator_ends_the_processes(tmp_path):
    reports = verify_paths(notes(tmp_path, "fine", "loop", "loop"))
    [pid] = processes(next(reports))
    reports.close()
    assert gone(int(pid))


@posix
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left_behind(tmp_path, how):
    """Ctrl-C ends the children; when we are killed, they see it themselves."""
    told = tmp_path / "pid"
    [note] = notes(tmp_path, "tell slow slow slow slow slow" + " slow" * 100)
    program = (
        "import signal, sys; from pathlib import Path; from xent_sym.verification import guard\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # not so in the background\n"
        "guard.JUDGE = 'strange_judges:misdeeds'\n"
        "list(guard.verify_paths([Path(sys.argv[1])]))"
    )
    here = Path(__file__).parent
    ours = {**os.environ, "TELL_PID": str(told), "PYTHONPATH": f"{here}{os.pathsep}{here.parent}"}
    command = [sys.executable, "-c", program, str(note)]
    with subprocess.Popen(command, env=ours, stderr=subprocess.PIPE) as process:
        while not (told.exists() and told.read_text("ascii")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(how)
        _, said = process.communicate(timeout=30)
    assert (b"KeyboardInterrupt" in said) == (how is signal.SIGINT)
    assert gone(int(told.read_text("ascii")))


@posix
def test_a_process_that_nobody_watches_ends_itself():
    """Even while it hangs in C code, where it cannot see that its parent is gone."""
    child = Child("strange_judges:misdeeds", megabytes=300, patience=1)
    child.ask(Job("regex", is_path=False))
    child.process.wait(timeout=60)
    assert child.how_it_ended() == "SIGALRM"
    child.end()


# -- the wire ------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(st.from_type(FileReport))
def test_a_report_crosses_the_border_as_it_is(report):
    assert decode(FileReport, encode(report)) == report


@settings(max_examples=25)
@given(st.dictionaries(st.integers(0), st.from_type(StepReport), max_size=3))
def test_a_job_crosses_the_border_as_it_is(known):
    job = Job("\ud800 \0 ∑\n", is_path=False, context=None, name="n", known=known)
    assert b"\n" not in encode(job)
    assert decode(Job, encode(job)) == job


def test_a_record_with_a_field_too_few_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        decode(FileReport, b'["path"]')
