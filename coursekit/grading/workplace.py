"""A folder for all that a run needs only while it goes on; gone at its end, however that comes."""

import contextlib
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from coursekit.sandbox.zygotes import close_all

# Asked to end, Python would do so at once and clean nothing up.
ENDS = ("SIGTERM", "SIGHUP", "SIGINT")


@contextmanager
def workplace() -> Iterator[Path]:
    """A new folder among the temporary ones; while it is there, signals to end are exceptions.

    The first of them unwinds whatever goes on, so that workers and sandboxes are ended too; until
    that is done, no other can interrupt it.

    Raises:
        SystemExit, KeyboardInterrupt: such a signal came.
    """
    before = _handlers()
    asked: list[int] = []

    def deafen() -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)

    def end(number: int, frame: FrameType | None) -> None:
        deafen()
        asked.append(number)
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    for number in before:
        signal.signal(number, end)
    folder = Path(tempfile.mkdtemp(prefix="coursekit-"))
    try:
        yield folder
    finally:
        deafen()
        shutil.rmtree(folder, ignore_errors=True)
        if asked:  # else they stay warm for another run
            with contextlib.suppress(Exception):
                close_all()
        for number, handler in before.items():
            signal.signal(number, handler)


def _handlers() -> dict[int, signal.Handlers]:
    """The signals that would end this process as it is, with what is done about them now."""
    if threading.current_thread() is not threading.main_thread():
        return {}  # nobody else may handle signals
    known = [getattr(signal, name) for name in ENDS if hasattr(signal, name)]
    plain = (signal.SIG_DFL, signal.default_int_handler)
    return {n: now for n in known if (now := signal.getsignal(n)) in plain}  # type: ignore[misc]
