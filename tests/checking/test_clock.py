import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from coursekit.checking import AnswerTimeout
from coursekit.checking.limits import clock
from coursekit.checking.limits.clock import PATIENCE, Clock, Watchdog
from coursekit.checking.limits.guard import limit

BUSY = "import time; end = time.monotonic() + 120\nwhile time.monotonic() < end: pass"


def computes(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_what_is_computed_counts_and_what_is_slept_has_longer():
    one = Clock(0.2)
    assert one.late() is None and 0.1 < one.left <= 0.2
    computes(0.25)
    assert str(one.late()) == "no answer within 0.2 s" and not one.late().again
    two = Clock(0.05)
    time.sleep(0.05 * PATIENCE + 0.1)
    assert "most of which it waited" in str(two.late()) and two.late().again


def test_what_it_waits_for_the_processor_is_not_waiting(monkeypatch):
    begun = time.monotonic()
    monkeypatch.setattr(clock, "_queue_of", lambda _: lambda: time.monotonic() - begun)
    one = Clock(0.01)
    time.sleep(0.01 * PATIENCE + 0.1)
    assert one.late() is None and one.passed < 0.05


def test_a_system_that_does_not_tell_of_queues_has_none(monkeypatch):
    monkeypatch.setattr(clock, "FileIO", lambda path: open(path + "-is-not-here", "rb"))
    assert clock._queue_of(threading.get_native_id())() == 0.0


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs one core for many")
def test_on_a_machine_that_leaves_it_a_tenth_code_is_told_what_it_did_itself():
    """Nine others on its core: it computes for 0.2 s in two, more than it may wait."""
    cores = os.sched_getaffinity(0)
    others = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(9)]
    try:
        for pid in (0, *(p.pid for p in others)):
            os.sched_setaffinity(pid, {min(cores)})
        with pytest.raises(AnswerTimeout, match=r"^no answer within 0\.2 s$"), limit(0.2):
            while True:
                pass
        with limit(0.2):
            computes(0.15)
    finally:
        os.sched_setaffinity(0, cores)
        for other in others:
            other.kill()
            other.wait()


def test_the_watchdog_rings_for_nobody_who_has_left(monkeypatch):
    """Its thread may have seen a clock due just before that clock's call was over."""
    rung = []
    monkeypatch.setattr(clock, "interrupt_main", rung.append)
    dog, one, two = Watchdog(__file__), Clock(5), Clock(5)
    dog._watched += [one, two]
    dog.leave(one)
    dog._ring(one)
    assert rung == []
    dog._ring(two)
    assert rung == [clock.ALARM] == [signal.SIGALRM]
    dog.leave(two)
