import io
import time

import pytest

from coursekit.checking.limits import guard, stuck
from coursekit.checking.limits.clock import Clock


@pytest.fixture(autouse=True)
def looks_soon(monkeypatch):
    monkeypatch.setattr(stuck, "LOOK", 0.01)


def heard(monkeypatch, seconds):
    """What is printed of the calls under way, at the latest after so many seconds."""
    out = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(stuck.sys, "stdout", out)
        with stuck.says_when_stuck():
            end = time.monotonic() + seconds
            while not out.getvalue() and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(0.1)
    return out.getvalue()


def under_way(monkeypatch, **about):
    clock = Clock(1e-9)
    vars(clock).update(about)
    time.sleep(0.01)
    monkeypatch.setattr(guard, "NOW", [clock])


def test_a_call_that_is_over_time_and_deaf_is_told_of_once(monkeypatch):
    under_way(monkeypatch)
    assert heard(monkeypatch, 60) == stuck.WORDS


@pytest.mark.parametrize("about", [{"over": True}, {"strikes": 1}, {"seconds": 1e6}])
def test_of_one_that_is_over_hears_its_alarm_or_has_time_nothing_is_said(monkeypatch, about):
    under_way(monkeypatch, **about)
    assert heard(monkeypatch, 0.2) == ""


def test_where_nothing_is_under_way_nothing_is_said(monkeypatch):
    assert heard(monkeypatch, 0.1) == ""
