import contextlib
import signal
import subprocess
import sys
import threading
import time
import types

import pytest

from coursekit.checking import AnswerTimeout
from coursekit.checking.limits import clock, guard
from coursekit.checking.limits.guard import LINES, PATIENCE, WIDTH, Printed, limit


def test_few_lines_are_kept_as_they_are():
    printed = Printed()
    assert str(printed) == ""
    print("a", "b", file=printed)
    print("no end", end="", file=printed)
    assert str(printed) == "a b\nno end"


def test_many_lines_and_long_ones_are_cut_and_counted():
    printed = Printed()
    print("x" * 10**6, file=printed)
    assert str(printed) == "x" * WIDTH
    printed = Printed()
    for n in range(100):
        print(n, file=printed)
    assert str(printed).splitlines()[-1] == f"… and {100 - LINES} more"


def stopped(seconds, work):
    """The error, and the seconds that it took: of the processor, and on the wall."""
    computed, begun = time.thread_time(), time.monotonic()
    with pytest.raises(AnswerTimeout) as error, limit(seconds):
        work()
    return error.value, time.thread_time() - computed, time.monotonic() - begun


def computing():
    while True:
        pass


def test_what_computes_too_long_is_interrupted():
    error, computed, _ = stopped(0.2, computing)
    assert str(error) == "no answer within 0.2 s" and not error.again and computed < 1


def test_what_waits_has_longer_and_another_run_may_end_otherwise():
    with limit(0.1):
        time.sleep(0.3)  # longer than it may compute
    error, _, took = stopped(0.1, lambda: time.sleep(60))
    assert "most of which it waited" in str(error) and error.again
    assert 0.1 * PATIENCE <= took < 30


def test_what_catches_its_interruption_is_interrupted_again_or_told_at_the_end():
    def deaf():
        while True:
            try:
                computing()
            except AnswerTimeout:
                return

    assert "0.2 s" in str(stopped(0.2, deaf)[0])

    def deafer():
        with contextlib.suppress(AnswerTimeout):
            computing()
        computing()

    assert "0.2 s" in str(stopped(0.2, deafer)[0])


def test_no_limit_is_none():
    with limit(None):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 100 or not signal.getitimer(0)[0]


def test_an_outer_limit_that_ends_sooner_holds():
    begun = time.thread_time()
    with pytest.raises(AnswerTimeout, match=r"0\.2 s"), limit(0.2), limit(5):
        computing()
    assert time.thread_time() - begun < 1


def test_an_inner_limit_gives_the_outer_one_back():
    with pytest.raises(AnswerTimeout, match=r"0\.6 s"), limit(0.6):
        with pytest.raises(AnswerTimeout, match=r"0\.1 s"), limit(0.1):
            computing()
        computing()


def swallows():
    while True:
        try:
            computing()
        except:  # noqa: E722 (as learners write it)
            pass


def swallows_twice():
    while True:
        try:
            try:
                time.sleep(0.01)
            except BaseException:
                pass
        except BaseException:
            pass


def swallows_and_says_so():
    said = []
    while True:
        try:
            said.append(sum(range(1000)))
        except Exception as error:
            said.append(error)
        finally:
            said.clear()


def swallows_inside():
    """The function that computes swallows too, and is called again."""

    def inner():
        try:
            time.sleep(0.05)
        except Exception:
            return None

    while True:
        try:
            inner()
        except Exception:
            continue


DEAF = (swallows, swallows_twice, swallows_and_says_so, swallows_inside)


def no_signals(monkeypatch):
    """As on Windows, which has no SIGALRM; pytest's own time limit keeps it."""
    kept = {n: v for n, v in vars(signal).items() if "itimer" not in n and n != "SIGALRM"}
    monkeypatch.setattr(guard, "signal", types.SimpleNamespace(**kept))


@pytest.fixture(params=["signal", "watchdog"])
def kind(request, monkeypatch):
    for module in (clock, guard):
        monkeypatch.setattr(module, "AGAIN", 0.1)
    if request.param == "watchdog":
        no_signals(monkeypatch)
    return request.param


@pytest.mark.parametrize("work", [computing, *DEAF], ids=lambda work: work.__name__)
def test_code_that_catches_every_interruption_ends_all_the_same(kind, work):
    error, computed, _ = stopped(0.2, work)
    assert "no answer within" in str(error) and computed < 5


IN_A_THREAD = """
import sys, threading, time
from coursekit.checking import AnswerTimeout
from coursekit.checking.limits.guard import limit

def computing():
    while True:
        pass

def renamed():
    try:
        computing()
    except AnswerTimeout:
        raise ValueError("nothing to see") from None

def run(work):
    try:
        with limit(0.2):
            work()
    except AnswerTimeout as error:
        print(error)

interval = sys.getswitchinterval()
for work in computing, renamed:
    thread = threading.Thread(target=run, args=(work,), daemon=True)
    thread.start()
    thread.join(60)
time.sleep(0.5)  # a storm that is over gives the interval back
print(sys.getswitchinterval() == interval)
"""


def test_in_another_thread_too():
    """In a process of its own: while its lines are traced, the places to hit are far between."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IN_A_THREAD],
        capture_output=True, text=True, timeout=150,
    )  # fmt: skip
    assert done.stdout == 2 * "no answer within 0.2 s\n" + "True\n", done.stderr


def test_after_the_limit_nothing_is_thrown_any_more(kind):
    for _ in range(20):
        with contextlib.suppress(AnswerTimeout), limit(0.01):
            swallows()
    total = sum(n % 7 for n in range(3_000_000))  # long enough to be met by a late one
    assert total > 0


def test_what_another_error_was_made_of_is_still_a_timeout(kind):
    def renamed():
        try:
            computing()
        except AnswerTimeout:
            raise ValueError("nothing to see") from None

    assert "0.2 s" in str(stopped(0.2, renamed)[0])
    with pytest.raises(ValueError, match="its own"), limit(5):
        raise ValueError("its own")


def test_the_watchdogs_clock_does_not_count_what_other_threads_compute(monkeypatch):
    no_signals(monkeypatch)
    monkeypatch.setattr(clock, "PATIENCE", 1000)  # here it waits, and for how long is the machine's
    busy = threading.Thread(target=lambda: sum(range(20_000_000)), daemon=True)
    busy.start()
    with limit(0.4):
        busy.join()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs the signals that it removes")
def test_a_timer_of_the_learners_own_and_a_handler_are_given_back():
    before = signal.getsignal(signal.SIGALRM)
    with contextlib.suppress(AnswerTimeout), limit(0.05):
        swallows()
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL)[0] in (0.0, pytest.approx(1e9, rel=1))
