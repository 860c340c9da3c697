import contextlib
import signal
import time

import pytest

from coursekit.checking import AnswerTimeout
from coursekit.checking.guard import LINES, PATIENCE, WIDTH, Printed, limit


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
    begun = time.monotonic()
    with pytest.raises(AnswerTimeout) as error, limit(seconds):
        work()
    return error.value, time.monotonic() - begun


def computing():
    while True:
        pass


def test_what_computes_too_long_is_interrupted():
    error, took = stopped(0.2, computing)
    assert str(error) == "no answer within 0.2 s" and not error.again and took < 2


def test_what_waits_has_longer_and_another_run_may_end_otherwise():
    with limit(0.1):
        time.sleep(0.3)  # longer than it may compute
    error, took = stopped(0.1, lambda: time.sleep(30))
    assert "most of which it waited" in str(error) and error.again
    assert 0.1 * PATIENCE <= took < 3


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
    begun = time.monotonic()
    with pytest.raises(AnswerTimeout, match=r"0\.2 s"), limit(0.2), limit(5):
        computing()
    assert time.monotonic() - begun < 2


def test_an_inner_limit_gives_the_outer_one_back():
    with pytest.raises(AnswerTimeout, match=r"0\.6 s"), limit(0.6):
        with pytest.raises(AnswerTimeout, match=r"0\.1 s"), limit(0.1):
            computing()
        computing()
