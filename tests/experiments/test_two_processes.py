"""Two processes are one, and none of them is left, whatever ends what started them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coursekit.errors import CourseError
from coursekit.experiments import two_processes as experiment

pytestmark = [pytest.mark.needs("/proc"), pytest.mark.needs("gloo")]
MARK = "COURSEKIT_TEST_MARK"
LONG = 10**9  # steps
START = f"from coursekit.experiments import two_processes; two_processes.measure(steps={LONG})"


@pytest.fixture
def mark(request, monkeypatch):
    """A variable that all processes inherit which this test starts, and nobody else has."""
    value = f"{os.getpid()}-{request.node.name}"
    monkeypatch.setenv(MARK, value)
    return value


def marked(value):
    """The numbers of all live processes that have it, but for this one."""
    wanted, found = f"{MARK}={value}".encode(), []
    for folder in Path("/proc").iterdir():
        try:
            has = folder.name.isdecimal() and wanted in (folder / "environ").read_bytes()
            if has and int(folder.name) != os.getpid():
                alive = "Z" not in (folder / "stat").read_text().rpartition(")")[2].split()[0]
                found += [int(folder.name)] * alive
        except OSError:  # it has ended meanwhile, or is not ours
            continue
    return found


def wait_until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def test_synchronized_they_are_one_process_with_the_whole_batch(mark):
    found = experiment.measure(steps=5)
    assert found["synchronized"] < 1e-12 < 1e-3 < found["ordinary"]
    assert not marked(mark)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("when", ["at once", "in training"])
def test_none_is_left_when_the_one_that_started_them_ends(mark, end, when):
    parent = subprocess.Popen([sys.executable, "-c", START], stderr=subprocess.DEVNULL)
    assert wait_until(lambda: len(marked(mark)) >= 3)
    if when == "in training":
        time.sleep(4)  # until they have imported torch and found each other
    assert parent.poll() is None
    parent.send_signal(end)
    assert parent.wait(30) != 0
    assert wait_until(lambda: not marked(mark), 20)


def test_one_that_fails_ends_the_other_and_says_so(mark, tmp_path):
    with pytest.raises(CourseError, match=r"process [01] ended with"):
        with experiment.processes(tmp_path, LONG) as started:
            started[1].kill()
            experiment.wait(started, tmp_path)
    assert not marked(mark)


def test_an_interrupt_while_they_run_leaves_none(mark, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        with experiment.processes(tmp_path, LONG) as started:
            assert all(p.poll() is None for p in started)
            raise KeyboardInterrupt
    assert not marked(mark)
    assert all(p.returncode is not None for p in started)


def test_one_that_takes_too_long_is_not_waited_for(mark, monkeypatch, tmp_path):
    monkeypatch.setattr(experiment, "PATIENCE", 0)
    with pytest.raises(CourseError, match="not in 0 s"):
        with experiment.processes(tmp_path, LONG) as started:
            experiment.wait(started, tmp_path)
    assert not marked(mark)
