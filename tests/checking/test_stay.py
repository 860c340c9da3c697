import builtins
import getpass
import os
import pdb
import signal
import sys
import threading
from os import _exit, abort  # noqa: F401 (called by its name in a text)

import numpy as np
import pytest

from coursekit.checking import AnswerError, AnswerTimeout, Local, judge
from coursekit.checking.limits.stay import Stopped, stays_alive

leave = sys.exit
WAYS = {
    "input()": ("EOFError", "no input to give"),
    "getpass.getpass()": ("EOFError", "no input to give"),
    "sys.stdin.readline()": ("EOFError", "no input to give"),
    "next(sys.stdin)": ("EOFError", "no input to give"),
    "breakpoint()": ("Stopped", "waits for commands"),
    "pdb.set_trace()": ("Stopped", "waits for commands"),
    "exit()": ("Stopped", "would have ended your kernel"),
    "quit(1)": ("Stopped", "would have ended your kernel"),
    "sys.exit(0)": ("SystemExit", "would have ended your kernel"),
    "leave()": ("SystemExit", "would have ended your kernel"),
    "os._exit(0)": ("Stopped", "os._exit() would have ended"),
    "_exit(0)": ("Stopped", "os._exit() would have ended"),
    "abort()": ("Stopped", "os.abort() would have ended"),
    "os.kill(os.getpid(), 9)": ("Stopped", "os.kill() would have ended"),
    "os.execv('/bin/true', ['true'])": ("Stopped", "os.execv() would have ended"),
    "signal.raise_signal(9)": ("Stopped", "raise_signal() would have ended"),
    "(_ for _ in ()).throw(KeyboardInterrupt)": ("KeyboardInterrupt", "raised it itself"),
}


def originals():
    handler = signal.getsignal(signal.SIGINT)
    known = [input, breakpoint, exit, quit, os._exit, os.abort, os.kill, sys.stdin, _exit, handler]
    return [*known, getpass.getpass, pdb.set_trace, sys.breakpointhook, signal.raise_signal]


def calling(code):
    """An answer that does so; written here, as a notebook's functions are in their notebook."""
    return eval(f"lambda x: {code}", globals())


@pytest.mark.parametrize("code", WAYS)
def test_what_ends_or_stops_a_process_is_told_and_ends_nothing(code):
    before = originals()
    with pytest.raises(AnswerError) as error:
        Local(calling(code))(1)
    assert error.value.kind == WAYS[code][0] and WAYS[code][1] in error.value.message
    assert originals() == before


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, AnswerTimeout])
def test_the_originals_come_back_whatever_happens(error):
    before = originals()
    with pytest.raises(error), stays_alive(globals()):
        assert _exit is not before[8] and input is not before[0]
        builtins.input = None
        raise error("whatever")
    assert originals() == before


def test_one_inside_another_changes_nothing_and_gives_nothing_back_too_soon():
    before = originals()
    with stays_alive(globals()):
        inside = originals()
        with stays_alive(globals()):
            assert originals()[:8] == inside[:8]
        assert originals()[:8] == inside[:8]
        with pytest.raises(Stopped):
            _exit(0)
    assert originals() == before


def test_the_kernels_own_threads_and_children_keep_the_originals(monkeypatch):
    called, go, done = [], threading.Event(), threading.Event()
    monkeypatch.setattr(os, "_exit", called.append)

    def parent_is_gone():
        go.wait()
        os._exit(7)
        done.set()

    threading.Thread(target=parent_is_gone, daemon=True).start()
    with stays_alive():
        go.set()
        assert done.wait(10)
        child = os.fork()
        if not child:
            os._exit(3)
            os.kill(os.getpid(), signal.SIGKILL)
    assert called == [7] and os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9


@pytest.fixture
def interruptible():
    """As in a terminal; a shell's background job is started with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_person_who_interrupts_is_obeyed_even_where_the_answer_swallows_it(interruptible):
    main = threading.get_ident()

    def long(x, swallow):
        try:
            while True:
                np.add(x, x)
        except KeyboardInterrupt:
            if not swallow:
                raise

    for swallow in (False, True):
        timer = threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            Local(long)(np.ones(3), swallow)


def test_an_answer_that_ends_programs_is_wrong_and_says_where():
    from coursekit.exercises.start_here import standardize as exercise

    def standardize(x):
        print("about to leave")
        os._exit(0)

    result = judge(exercise, Local(standardize))
    assert result.status == "error" and "line 3: os._exit(0) raised" in result.message
    assert "the check stopped it there" in result.message


def test_an_object_that_hangs_when_it_is_looked_at_is_late_too():
    class Endless(np.ndarray):
        def __array_finalize__(self, whole):
            while whole is not None:
                pass

    made = np.zeros(3).view  # not called yet
    with pytest.raises(AnswerTimeout):
        Local(lambda x: made(Endless), timeout=0.2)(1)
