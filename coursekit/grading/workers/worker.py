"""A worker: a process that works on one thing at a time and can be killed over it.

It is forked from a server that has imported what all workers need, once. Not "fork": a forked copy
of a process that has threads (a progress bar's) may hang. A library's pool (`concurrent.futures`)
counts one killed worker as the end of all; one that kills single workers (pebble) knows the clock
only, not the processor's time nor memory, and would be a dependency for these lines.
"""

import contextlib
import ctypes
import faulthandler
import multiprocessing
import multiprocessing.forkserver
import multiprocessing.process
import os
import pickle
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from coursekit import patience
from coursekit.sandbox.process import family

# More than the judge ever needs. Threads' stacks and buffers of BLAS come with the processors.
MEMORY = (3 << 30) + (os.cpu_count() or 1) * (64 << 20)
PR_SET_PDEATHSIG = 1
BURIAL = 5.0  # seconds for the system to tell how a process ended
WHERE = "where"  # the file in a worker's folder to which it writes, asked by a signal, where it is
FRAME = re.compile(r'File ".*?([^/"]+)", line (\d+) in (\S+)')


@dataclass(frozen=True)
class Allowance:
    """Seconds for one piece of work: of the worker's own processor time, and of the clock's."""

    processor: float = inf
    wall: float = inf


class Died(Exception):
    """The worker is gone. `late`: for it used up what it was allowed."""

    def __init__(self, words: str, *, late: bool = False):
        super().__init__(words)
        self.late = late


class Worker:
    """A worker's end of the grader's. Whatever becomes of it, `end` leaves nothing of it.

    Args:
        folder: where its temporary files go; they outlive a worker that is killed.
        begin: called in it before its first work.
    """

    def __init__(self, folder: Path, begin: Callable[[], None] | None = None):
        self.folder = tempfile.mkdtemp(prefix="worker-", dir=folder)
        self.connection, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("forkserver")
        given = (theirs, begin, self.folder, MEMORY)
        self.process = context.Process(target=serve, args=given, daemon=True)
        self.until = inf
        try:
            with theirs, _standing_alone():
                self.process.start()
        except BaseException:
            self.connection.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    @property
    def left(self) -> float:
        """Seconds of the clock's that its work may still take."""
        return self.until - time.monotonic()

    def give(self, work: Callable[..., Any], arguments: tuple, allowance: Allowance) -> None:
        """Have it call work(*arguments)."""
        self.until = time.monotonic() + allowance.wall
        with contextlib.suppress(OSError):  # it is gone: `take` says so
            self.connection.send((work, arguments, allowance.processor))

    def take(self) -> Any:
        """What came of it, or what it raised.

        Raises:
            Died: nothing will come.
        """
        try:
            raised, outcome = self.connection.recv()
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise self._how() from error
        if raised:
            raise outcome
        return outcome

    def where(self) -> str:
        """What it is in the middle of, innermost first; "" if it does not say."""
        told = Path(self.folder) / WHERE
        with contextlib.suppress(OSError):
            os.kill(self.process.pid or 0, signal.SIGUSR1)
            for _ in range(10):
                time.sleep(0.05)
                if frames := FRAME.findall(told.read_text("utf-8", "replace")):
                    return " < ".join(f"{file}:{line} {name}" for file, line, name in frames[:6])
        return ""

    def end(self) -> None:
        """Kill it, with all that it started."""
        self.connection.close()
        if self.process.is_alive():
            for pid in reversed(family(self.process.pid)):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        self.process.join(BURIAL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _how(self) -> Died:
        self.process.join(BURIAL)
        code = self.process.exitcode
        if code == -signal.SIGXCPU:
            return Died("reading it or judging it took too much processor time", late=True)
        if code is not None and code < 0:
            return Died(f"the judge's own process died of it (signal {-code})")
        return Died(f"the judge's own process ended over it (exit code {code})")


@contextlib.contextmanager
def _standing_alone() -> Iterator[None]:
    """Start a process that does not run its parent's script, and from a daemon's process too.

    A worker needs nothing of the script that calls `grade`, and would grade the class once more.
    Dask's workers are daemons, which may not start processes that they might leave behind: these
    end with their parent.
    """
    main, config = sys.modules["__main__"], multiprocessing.process.current_process()._config  # type: ignore[attr-defined]
    daemon = config.pop("daemon", None)
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if daemon is not None:
            config["daemon"] = daemon


def serve(
    connection: Connection, begin: Callable[[], None] | None, folder: str, memory: int
) -> None:
    """The worker's side: do what comes, one after the other, until the grader is gone."""
    _end_with_parent()
    signal.signal(signal.SIGINT, lambda *_: None)  # the grader says when it is over
    tempfile.tempdir = folder
    told = open(os.path.join(folder, WHERE), "w")
    faulthandler.register(signal.SIGUSR1, told, all_threads=False)
    if begin is not None:
        begin()
    patience.limit_memory(memory)
    while True:
        try:
            work, arguments, seconds = connection.recv()
        except EOFError:
            return
        try:
            with patience.at_most(seconds):
                said = False, work(*arguments)
        except Exception as error:
            said = True, error
        _send(connection, said)


def _send(connection: Connection, said: tuple[bool, Any]) -> None:
    try:
        connection.send(said)
    except OSError:
        raise
    except Exception as error:  # what it made cannot be pickled
        raised = said[1] if said[0] else error
        connection.send((True, RuntimeError(f"{type(raised).__name__}: {raised}")))


def _end_with_parent() -> None:
    """A worker whose grader was killed would wait for work for ever.

    The server ends with the grader, if no worker holds the line by which it knows, and the kernel
    ends this process with the server. Where it does not, a thread does what it can.
    """
    line = getattr(multiprocessing.forkserver._forkserver, "_forkserver_alive_fd", None)
    if line is not None:
        os.close(line)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
