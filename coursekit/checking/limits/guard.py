"""What stands around a call of the answer's: no warnings, a time limit, its output kept apart."""

import io
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic  # by name: an answer may put others into the module
from typing import Any

import numpy as np

from coursekit.checking.answer import AnswerTimeout
from coursekit.checking.limits.clock import AGAIN, ALARM, Clock, InterruptedAgain, Watchdog
from coursekit.checking.limits.clock import PATIENCE as PATIENCE
from coursekit.checking.limits.clock import waited as waited

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
def quiet() -> Iterator[None]:
    """Run without numpy's warnings: a division by zero is judged by its value."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


class limit:
    """Interrupt Python code that computes too long.

    Counted is the processor time of the thread that runs it, so that a busy machine costs nobody
    anything. Code that waits is interrupted after PATIENCE times as long. A timer that already
    runs (a test's, an outer answer's) keeps its own deadline.

    In the main thread the alarm's handler raises: once, and if the code catches that and goes on,
    wherever Python looks for signals. Without timers (Windows) a watchdog thread rings it. Into
    other threads the watchdog throws; what catches that too is hit outside of its `try` by chance,
    seconds later. Code that never comes back from C ends only with its process.

    Raises:
        AnswerTimeout: in the code that runs; once more here if the code caught it.
    """

    def __init__(self, seconds: float | None):
        self.seconds = seconds
        self.clock: Clock | None = None
        self.main = threading.current_thread() is threading.main_thread()
        self.timer = self.main and hasattr(signal, "setitimer")
        self.outer = 0.0
        self.before: Any = None

    def __enter__(self) -> None:
        if self.seconds is None:
            return
        self.outer = signal.getitimer(signal.ITIMER_REAL)[0] if self.timer else 0.0
        if 0 < self.outer <= self.seconds:
            return
        self.clock = Clock(self.seconds)
        NOW.append(self.clock)
        if self.main:
            self.before = signal.signal(ALARM, self._strike)
        if self.timer:
            signal.setitimer(signal.ITIMER_REAL, self.seconds)
        else:
            WATCHDOG.watch(self.clock)

    def _strike(self, signum: int, frame: Any) -> None:
        clock = self.clock
        if clock is None or clock.over:
            return
        if frame is not None and frame.f_code.co_filename == __file__:
            self._look_again(0.001)  # never our own code, which gives everything back
            return
        error = clock.late()
        if error is None:
            self._look_again(max(clock.left, 0.01))
            return
        clock.strikes += 1
        if clock.strikes == 1:
            self._look_again(AGAIN)
            raise error
        raise InterruptedAgain

    def _look_again(self, seconds: float) -> None:
        if self.timer:
            signal.setitimer(signal.ITIMER_REAL, seconds)
        elif self.clock:
            self.clock.due = monotonic() + seconds

    def __exit__(self, kind: Any, *_: Any) -> None:
        clock = self.clock
        if clock is None:
            return
        while True:
            try:
                clock.over = True
                if clock in NOW:
                    NOW.remove(clock)
                self._give_back(clock)
                break
            except AnswerTimeout:  # thrown before `over` was seen; to end twice does no harm
                continue
        # What it made of its interruption (another exception, say) is no result either.
        if (kind is None or clock.strikes) and (late := clock.late()):
            raise late from None

    def _give_back(self, clock: Clock) -> None:
        if not self.timer:
            WATCHDOG.leave(clock)
        else:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if self.main:
            signal.signal(ALARM, self.before)
        if self.outer:
            left = self.outer - (monotonic() - clock.started)
            signal.setitimer(signal.ITIMER_REAL, max(left, 1e-3))


WATCHDOG = Watchdog(__file__)
NOW: list[Clock] = []  # of the calls that are under way
