"""What stands around a call of the answer's: no warnings, a time limit, its output kept apart."""

import io
import signal
import threading
import warnings
from contextlib import contextmanager
from time import monotonic, thread_time  # by name: an answer may put others into the module

import numpy as np

from coursekit.checking.answer import AnswerTimeout

LINES, WIDTH = 10, 200  # of what an answer prints, as much as is shown
PATIENCE = 6  # a limit on waiting is so many times that on computing
AGAIN = 1.0  # seconds after which code that caught its interruption is interrupted once more


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
def limit(seconds: float | None):
    """Interrupt Python code that computes too long; only in the main thread, and not on Windows.

    Counted is the processor time of the main thread, so that a busy machine costs nobody anything.
    Code that waits is interrupted after PATIENCE times as long. A timer that already runs (a
    test's, an outer answer's) keeps its own deadline.

    Raises:
        AnswerTimeout: in the code that runs; once more here if the code caught it.
    """
    outer = signal.getitimer(signal.ITIMER_REAL)[0] if hasattr(signal, "setitimer") else 0.0
    here = threading.current_thread() is threading.main_thread()
    if seconds is None or not (here and hasattr(signal, "setitimer")) or 0 < outer <= seconds:
        yield
        return
    computed, started, over = thread_time(), monotonic(), False

    def late() -> AnswerTimeout | None:
        if thread_time() - computed >= seconds:
            return AnswerTimeout(f"no answer within {seconds:g} s")
        if monotonic() - started >= PATIENCE * seconds:
            return AnswerTimeout(waited(PATIENCE * seconds), again=True)
        return None

    def strike(signum, frame):
        if over:
            return
        if error := late():
            signal.setitimer(signal.ITIMER_REAL, AGAIN)
            raise error
        left = seconds - (thread_time() - computed)
        signal.setitimer(signal.ITIMER_REAL, max(left, 0.01))

    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        over = True
        left = max(outer - (monotonic() - started), 1e-3) if outer else 0
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left)
    if error := late():
        raise error


def waited(seconds: float) -> str:
    """What to say of code that waited so long and hardly computed."""
    return (
        f"no answer within {seconds:g} s, most of which it waited: does it sleep, or ask for "
        "input? If this machine is very busy, try again"
    )
