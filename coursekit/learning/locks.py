"""One process at a time: a lock of the operating system's, which ends with whoever holds it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EAGAIN, EDEADLK, EWOULDBLOCK
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


HELD = (EACCES, EAGAIN, EDEADLK, EWOULDBLOCK)  # by another; any other error: no locks here
EVERY_SECONDS = 0.01
NOT_WAITING = getattr(os, "O_NONBLOCK", 0)  # where a pipe stands in its place


@contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock that a file stands for; the file is made, its folder is not, and it stays.

    A marker file of our own would outlive a kernel that was killed; this lock does not. A disk
    that knows no locks is gone on with as if it was held: it has never held anyone up.

    Raises:
        TimeoutError: another process holds it for that long.
        OSError: the file cannot be made or opened.
    """
    until = time.monotonic() + seconds
    while (handle := _opened(path)) is None:
        if time.monotonic() > until:
            raise TimeoutError(f"another program has held {path.name} for {seconds:g} s")
        time.sleep(EVERY_SECONDS)
    try:
        yield
    finally:
        try:
            _unlock(handle)
        except OSError:  # it was never locked; closing unlocks, too
            pass
        os.close(handle)


def _opened(path: Path) -> int | None:
    """The locked file's handle, or None while another process has it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | NOT_WAITING, 0o666)
    except PermissionError:
        if not path.exists():
            raise
        # another user's: to lock it, reading it is enough
        handle = os.open(path, os.O_RDONLY | NOT_WAITING)
    try:
        try:
            _lock(handle)
        except OSError as error:
            if error.errno in HELD:
                os.close(handle)
                return None
            return handle
        if os.path.samestat(os.fstat(handle), os.stat(path)):
            return handle
    except FileNotFoundError:  # removed in between: who comes next locks another file
        pass
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None
