"""Many submissions at a time: a worker that dies takes no other submission with it."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from coursekit.grading.pool import each

SHARING = """
from coursekit.grading.pool import each, warm_up
from test_pool import imported
warm_up(["wave"])
print(sorted(each(imported, ["wave", "chunk"], 2, lost=str)))
"""
KILLED = """
from coursekit.grading.pool import each
from test_pool import say_and_wait
list(each(say_and_wait, ["one", "two"], 2, lost=str))
"""


def work(n, deadly):
    if n in deadly:
        os._exit(9)
    return n * n


def test_every_item_is_worked_on_once():
    for jobs in (1, 2, 50):
        assert sorted(each(partial(work, deadly=()), [1, 2, 3], jobs, lost=str)) == [1, 4, 9]
    assert list(each(partial(work, deadly=()), [], 2, lost=str)) == []


def test_an_item_that_kills_its_worker_is_lost_alone():
    got = list(each(partial(work, deadly=(3,)), [1, 2, 3, 4], 2, lost=lambda n: -n))
    assert sorted(got) == [-3, 1, 4, 16]


def begin_with(word):
    os.environ["BEGUN"] = word


def begun(_):
    return os.environ.get("BEGUN")


def test_each_worker_begins_before_its_first_item():
    got = list(each(begun, [1, 2, 3, 4], 2, lost=str, begin=partial(begin_with, "yes")))
    assert got == ["yes"] * 4 and "BEGUN" not in os.environ


def grader(script):
    """A grader in a process of its own: what forks workers serves one process all its life."""
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip


def imported(name):
    return name, name in sys.modules


def test_what_workers_share_is_imported_before_they_are_forked():
    said, _ = grader(SHARING).communicate()
    assert said == "[('chunk', False), ('wave', True)]\n"


def say_and_wait(_):
    print(os.getpid(), flush=True)
    time.sleep(300)


def test_workers_end_with_a_grader_that_is_killed():
    with grader(KILLED) as killed:
        workers = [int(killed.stdout.readline()) for _ in range(2)]
        assert all(map(alive, workers))
        killed.send_signal(signal.SIGKILL)
        deadline = time.monotonic() + 10
        while any(map(alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(alive, workers))


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
