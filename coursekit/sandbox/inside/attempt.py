"""Run the learner's code for a limited time and say in plain words how it ended."""

import math
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from ..guest import raised, scene
from ..wire.messages import Error
from .cells import cell_number

TEXT_LIMIT, PART_LIMIT = 2000, 200
AGAIN = 1.0  # seconds after which code that caught its interruption is interrupted once more
patience = 1  # a limit on waiting is so many times that on computing; the judge says how many
asked = 0.0  # seconds that the judge's own functions took so far: nobody's here


class TimeUp(BaseException):
    """Raised in the learner's code when its time is over; a BaseException, so that few catch it."""

    def __init__(self, waited: bool):
        super().__init__()
        self.waited = waited


class Clock:
    """Counts what code computes and how long it waits, from now on.

    Computing is what counts: a machine that is busy with something else costs nobody anything.
    """

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.computed, self.started, self.asked = time.process_time(), time.monotonic(), asked

    @property
    def spent(self) -> float:
        """Seconds of the processor's."""
        return time.process_time() - self.computed

    def over(self) -> TimeUp | None:
        """What to raise, once the time is over."""
        if self.spent >= self.seconds:
            return TimeUp(waited=False)
        waited = time.monotonic() - self.started - (asked - self.asked)
        return TimeUp(waited=True) if waited >= patience * self.seconds else None


def attempt(
    seconds: float, work: Callable[[], Any], worked: Callable[[], Any] | None = None
) -> tuple[Any, Error | None]:
    """The value of `work()`, or what stopped it: nothing that the code raises gets out.

    Args:
        worked: does once more what worked before, to see what met there on the same line.
    """
    clock = Clock(seconds)
    _end_in_c_too(seconds)
    try:
        with _alarm(clock):
            value = work()
    except BaseException as error:
        return None, _told(error, worked)
    if late := clock.over():  # it swallowed the alarm and came back late
        return None, _told(late)
    return value, None


def _end_in_c_too(seconds: float) -> None:
    """Have the kernel end what computes on and on without coming back to Python."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time() + seconds + 0.5)
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


@contextmanager
def alarms_held() -> Iterator[None]:
    """Put alarms off: one that struck inside a frame would leave half of it behind."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _alarm(clock: Clock) -> Iterator[None]:
    done = False

    def strike(signum: int, frame: FrameType | None) -> None:
        if done:
            return
        if late := clock.over():
            signal.setitimer(signal.ITIMER_REAL, AGAIN)
            raise late
        signal.setitimer(signal.ITIMER_REAL, max(clock.seconds - clock.spent, 0.01))

    signal.signal(signal.SIGALRM, strike)  # each time: the learner's code may have changed it
    signal.setitimer(signal.ITIMER_REAL, max(clock.seconds, 0.001))
    try:
        yield
    finally:
        done = True
        signal.setitimer(signal.ITIMER_REAL, 0)


_patience = 1.0  # seconds for an error's own words; who has wasted them once is asked in passing


def _told(error: BaseException, worked: Callable[[], Any] | None = None) -> Error:
    """An exception as words; its own `__str__` is the learner's code too, and may misbehave."""
    global _patience
    if isinstance(error, TimeUp):
        return Error("TimeUp", "", late=True, waited=error.waited)
    try:
        with _alarm(Clock(_patience)):
            kind, message = str(type(error).__name__)[:80], _sendable(str(error)[:TEXT_LIMIT])
            known = tuple(raised.kinds(error))
            cell, line = _place(error)
    except BaseException as unsaid:
        _patience = 0.05 if isinstance(unsaid, TimeUp) else _patience
        kind, message, known, cell, line = "Exception", "", (), 0, 0
    stub = raised.unwritten(error, _learners)
    seen = scene.Scene() if stub else _seen(error, worked)
    return Error(kind, message, cell, line, unsolved=stub, kinds=known, **_sendable_all(seen))


def _learners(file: str) -> bool:
    return bool(cell_number(file))


def _seen(error: BaseException, worked: Callable[[], Any] | None) -> scene.Scene:
    """What met on the line that raised; looking at it may cost a moment, and ends nothing."""
    seen = scene.Scene()
    try:
        with _alarm(Clock(_patience)):
            seen, at = scene.scene(error, _learners)
            if at is not None and worked is not None:
                reached, before = scene.replay(worked, at)
                seen = seen._replace(reached=reached, before=before)
    except BaseException:
        pass
    return seen


def _sendable_all(seen: scene.Scene) -> dict[str, Any]:
    """The fields of a scene, as text that can be sent."""

    def part(text: str) -> str:
        return _sendable(text[:PART_LIMIT])

    def met(said: scene.Met) -> scene.Met:
        return tuple((part(name), part(value)) for name, value in said)

    return seen._replace(
        code=part(seen.code),
        met=met(seen.met),
        names=tuple(map(part, seen.names)),
        before=met(seen.before),
        squeezed=part(seen.squeezed),
    )._asdict()


def _sendable(text: str) -> str:
    """The text with halves of characters written out: no encoding has them."""
    return text.encode("utf-8", "backslashreplace").decode()


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
