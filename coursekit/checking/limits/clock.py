"""When a call of the answer's is over time, and the thread that wakes it where no timer can."""

import ctypes
import random
import signal
import sys
import threading
import time
from _io import FileIO  # by name, as below
from _thread import interrupt_main
from collections.abc import Callable
from functools import partial
from math import inf
from time import monotonic, process_time, sleep  # by name: an answer may put others into the module

from coursekit.checking.answer import AnswerTimeout

try:
    from time import clock_gettime
except ImportError:  # Windows
    clock_gettime = None  # type: ignore[assignment]

PATIENCE = 6  # a limit on waiting is so many times that on computing
AGAIN = 1.0  # seconds in which code that caught its interruption may tidy up
ALARM = getattr(signal, "SIGALRM", signal.SIGTERM)  # Windows has none, and sends no SIGTERM
TICK = 0.02  # seconds between two looks of the watchdog
STORM = 3e-4  # seconds, at most, between two interruptions of a thread that catches them all


class Interrupted(AnswerTimeout):
    """Thrown into a thread, which makes it from its class alone."""

    again = False

    def __init__(self) -> None:
        super().__init__("no answer in time")


class InterruptedAgain(AnswerTimeout):
    """Made, it trips the alarm once more: it comes back wherever Python looks for signals next.

    So no `except` and no `finally` keeps code going. To make it runs no Python code, in which the
    alarm would be heard too early; it must be raised by its class.
    """

    again = False
    __init__ = staticmethod(partial(interrupt_main, ALARM))


class Clock:
    """The time that one call has used, in the thread that makes it."""

    def __init__(self, seconds: float):
        self.seconds, self.thread = seconds, threading.get_ident()
        self._used, self._queued = _clock_of(self.thread), _queue_of(threading.get_native_id())
        self.computed, self.queued, self.started = self._used(), self._queued(), monotonic()
        self.strikes, self.over = 0, False
        self.due = self.started + seconds  # when to look again, for the watchdog

    @property
    def left(self) -> float:
        """Seconds of computing that are left."""
        return self.seconds - (self._used() - self.computed)

    @property
    def passed(self) -> float:
        """Seconds since it began, without those in which others had the processor."""
        return monotonic() - self.started - (self._queued() - self.queued)

    def late(self) -> AnswerTimeout | None:
        """What to raise, if it is over time."""
        if self.left <= 0:
            return AnswerTimeout(f"no answer within {self.seconds:g} s")
        if self.passed >= PATIENCE * self.seconds:
            return AnswerTimeout(waited(PATIENCE * self.seconds), again=True)
        return None


class Watchdog:
    """One thread that interrupts what is due; it sleeps while nothing is watched."""

    def __init__(self, ours: str):
        self.ours = ours  # the file whose own code is never interrupted
        self._lock, self._wake = threading.Lock(), threading.Event()
        self._watched: list[Clock] = []
        self._thread: threading.Thread | None = None
        self._random = random.Random(0)  # of its own: the learner may have set the common seed

    def watch(self, clock: Clock) -> None:
        """Interrupt the clock's thread when it is due: the main one by the alarm."""
        with self._lock:
            self._watched.append(clock)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, daemon=True)
                self._thread.start()
        self._wake.set()

    def leave(self, clock: Clock) -> None:
        """Interrupt it no more, not even by what is under way."""
        clock.over = True
        with self._lock:
            if clock in self._watched:
                self._watched.remove(clock)
            # Taking back what was never thrown would leave Python looking for it at every step.
            if clock.strikes and clock.thread != threading.main_thread().ident:
                _throw(clock.thread, None)

    def _look(self) -> None:
        while True:
            self._wake.wait()
            sleep(TICK)
            with self._lock:
                due = [c for c in self._watched if c.due <= monotonic()]
                if not self._watched:
                    self._wake.clear()
            for clock in due:
                if clock.thread == threading.main_thread().ident:
                    self._ring(clock)
                elif not clock.late():
                    clock.due = monotonic() + max(clock.left, TICK)
                elif clock.strikes == 0:
                    self._strike(clock)
                    clock.due = monotonic() + AGAIN
                else:
                    self._storm(clock)

    def _ring(self, clock: Clock) -> None:
        with self._lock:  # who has left has its own handler back, which must not hear this
            if not clock.over and clock in self._watched:
                clock.due = inf  # until the alarm's handler says when
                interrupt_main(ALARM)

    def _strike(self, clock: Clock) -> None:
        with self._lock:
            frame = sys._current_frames().get(clock.thread)
            inside = frame is not None and frame.f_code.co_filename != self.ours
            if inside and not clock.over and clock in self._watched:
                clock.strikes += 1
                _throw(clock.thread, Interrupted)

    def _storm(self, clock: Clock) -> None:
        """Interrupt a thread without signals again and again, until it is hit where no `try` is."""
        before, end = sys.getswitchinterval(), monotonic() + 10 * TICK
        sys.setswitchinterval(1e-6)
        try:
            while not clock.over and monotonic() < end:
                self._strike(clock)
                sleep(self._random.uniform(1e-6, STORM))
        finally:
            sys.setswitchinterval(before)


def _throw(thread: int, error: type | None) -> None:
    throw = ctypes.pythonapi.PyThreadState_SetAsyncExc
    throw(ctypes.c_ulong(thread), ctypes.py_object(error) if error else None)


def _clock_of(thread: int) -> Callable[[], float]:
    """Seconds of the processor's that a thread has used; any other thread may ask."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return process_time  # Windows: those of all threads
    return partial(clock_gettime, time.pthread_getcpuclockid(thread))


def _queue_of(thread: int) -> Callable[[], float]:
    """Seconds that a thread was ready to compute and a busy machine did not let it; Linux knows."""

    def queued() -> float:
        try:
            with FileIO(f"/proc/self/task/{thread}/schedstat") as file:
                return int(file.readall().split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            return 0.0

    return queued


def waited(seconds: float) -> str:
    """What to say of code that waited so long and hardly computed."""
    return (
        f"no answer within {seconds:g} s, most of which it waited: does it sleep, or ask for "
        "input? If this machine is very busy, try again"
    )
