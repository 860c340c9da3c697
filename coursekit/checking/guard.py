"""What stands around a call of the answer's: no warnings, a time limit, its output kept apart."""

import io
import signal
import threading
import time
import warnings
from contextlib import contextmanager

import numpy as np

from coursekit.checking.answer import AnswerTimeout

LINES, WIDTH = 10, 200  # of what an answer prints, as much as is shown


class Printed(io.TextIOBase):
    """Takes what an answer prints; keeps its beginning and counts the lines."""

    def __init__(self) -> None:
        self.kept, self.lines = "", 0

    def write(self, text: str) -> int:
        self.kept += text[: max(LINES * WIDTH - len(self.kept), 0)]
        self.lines += text.count("\n")
        return len(text)

    def __str__(self) -> str:
        shown = [line[:WIDTH] for line in self.kept.splitlines()[:LINES]]
        more = self.lines - len(shown)
        return "\n".join(shown + [f"… and {more} more"] * (more > 0))


@contextmanager
def quiet():
    """Run without numpy's warnings: a division by zero is judged by its value."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def limit(seconds: float):
    """Interrupt Python code that runs too long; only in the main thread, and not on Windows.

    A timer that already runs (a test's, an outer answer's) keeps its own deadline.
    """
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(signum, frame):
        raise AnswerTimeout(f"no answer within {seconds:g} s")

    outer = signal.getitimer(signal.ITIMER_REAL)[0]
    if outer and outer <= seconds:
        yield
        return
    before, started = signal.signal(signal.SIGALRM, stop), time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        left = max(outer - (time.monotonic() - started), 1e-3) if outer else 0
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left)
