"""A run that is asked to end leaves no file and no process, wherever it was."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from coursekit.grading.workplace import workplace
from coursekit.sandbox.process import family
from grading.classes import PACK, hand_in

WAITS = "import time\ntime.sleep(60)"


@pytest.fixture
def as_usual():
    """What signals do by themselves, also where these tests run in the background of a shell."""
    usual = {signal.SIGINT: signal.default_int_handler}
    usual |= dict.fromkeys((signal.SIGTERM, signal.SIGHUP), signal.SIG_DFL)
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_unwinds_what_goes_on_and_a_second_one_does_not_interrupt_that(number, as_usual):
    before, cleaned = signal.getsignal(number), []
    with pytest.raises((SystemExit, KeyboardInterrupt)) as ended, workplace() as folder:
        (folder / "some").mkdir()
        try:
            os.kill(os.getpid(), number)
            time.sleep(60)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            cleaned.append(folder.exists())
    assert cleaned == [True] and not folder.exists()
    assert signal.getsignal(number) is before
    if number != signal.SIGINT:
        assert ended.value.code == 128 + number


def test_handlers_of_others_and_other_threads_are_left_alone():
    mine = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        kept = signal.getsignal(signal.SIGTERM)
        with workplace():
            assert signal.getsignal(signal.SIGTERM) is kept
        seen = []
        thread = threading.Thread(target=lambda: seen.append(_in_workplace()))
        thread.start()
        thread.join()
        assert seen == [True]
    finally:
        signal.signal(signal.SIGTERM, mine)


def _in_workplace():
    with workplace() as folder:
        return folder.is_dir()


@pytest.mark.needs("bwrap")
@pytest.mark.parametrize("group", [False, True])
@pytest.mark.parametrize("sandbox", ["bubblewrap", "none"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_grader_that_is_asked_to_end_leaves_nothing(tmp_path, sandbox, jobs, group):
    for name in "abc":
        hand_in(tmp_path / "in", name, "x / 2", "1", WAITS)
    (tmp_path / "tmp").mkdir()
    given = [sys.executable, "-m", "coursekit", "grade", tmp_path / "in", "--out", tmp_path / "out"]
    given += ["--exercises", PACK, "--jobs", str(jobs), "--sandbox", sandbox, "--timeout", "50"]
    env = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
    with subprocess.Popen(
        given, env=env, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as grader:
        everyone = until_it_waits(grader, tmp_path / "tmp")
        os.killpg(grader.pid, signal.SIGTERM) if group else grader.terminate()
        assert grader.wait(120) == 128 + signal.SIGTERM
        deadline = time.monotonic() + 60
        while (left := still(everyone)) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert not left
    assert not list((tmp_path / "tmp").iterdir())


def until_it_waits(grader, temporary):
    """All of its processes, once a submission's code is running."""
    deadline = time.monotonic() + 180
    quiet = 0
    while quiet < 10 and time.monotonic() < deadline:
        time.sleep(0.1)
        assert grader.poll() is None, grader.stdout.read()
        spent = sum(map(busy, family(grader.pid)))
        going = list(temporary.glob("coursekit-*/worker-*")) and len(family(grader.pid)) > 4
        quiet = quiet + 1 if going and spent == until_it_waits.last else 0
        until_it_waits.last = spent
    return {pid: started(pid) for pid in family(grader.pid)}


until_it_waits.last = 0


def stat(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def busy(pid):
    fields = stat(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def started(pid):
    fields = stat(pid)
    return fields[19] if fields else None


def still(everyone):
    """Those that are there, the very same ones, and not only waiting to be buried."""
    return [
        pid
        for pid, when in everyone.items()
        if (fields := stat(pid)) and fields[19] == when and fields[0] != "Z"
    ]
