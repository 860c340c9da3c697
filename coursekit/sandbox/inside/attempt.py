"""Run the learner's code for a limited time and say in plain words how it ended."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..messages import Error
from .cells import cell_number

TEXT_LIMIT = 2000


class TimeUp(BaseException):
    """Raised in the learner's code when its time is over; a BaseException, so that few catch it."""


def attempt(seconds: float, work: Callable[[], Any]) -> tuple[Any, Error | None]:
    """The value of `work()`, or what stopped it: nothing that the code raises gets out."""
    end = time.monotonic() + seconds
    try:
        with _alarm(seconds):
            value = work()
    except BaseException as error:
        return None, _told(error)
    if time.monotonic() > end:  # it swallowed the alarm and came back late
        return None, Error("TimeUp", "", late=True)
    return value, None


@contextmanager
def alarms_held() -> Iterator[None]:
    """Put alarms off: one that struck inside a frame would leave half of it behind."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def strike(signum, frame):
        raise TimeUp

    signal.signal(signal.SIGALRM, strike)  # each time: the learner's code may have changed it
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


_patience = 1.0  # seconds for an error's own words; who has wasted them once is asked in passing


def _told(error: BaseException) -> Error:
    """An exception as words; its own `__str__` is the learner's code too, and may misbehave."""
    global _patience
    if isinstance(error, TimeUp):
        return Error("TimeUp", "", late=True)
    try:
        with _alarm(_patience):
            kind, message = str(type(error).__name__)[:80], str(error)[:TEXT_LIMIT]
            cell, line = _place(error)
    except BaseException as unsaid:
        _patience = 0.05 if isinstance(unsaid, TimeUp) else _patience
        kind, message, cell, line = "Exception", "", 0, 0
    return Error(kind, message, cell, line, unsolved=isinstance(error, NotImplementedError))


def _place(error: BaseException) -> tuple[int, int]:
    """The notebook's cell and line that the error last passed through."""
    found = (0, 0)
    trace = error.__traceback__
    while trace is not None:
        cell = cell_number(trace.tb_frame.f_code.co_filename)
        if cell:
            found = cell, trace.tb_lineno or 0
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and cell_number(error.filename or ""):
        found = cell_number(error.filename or ""), error.lineno or 0
    return found
