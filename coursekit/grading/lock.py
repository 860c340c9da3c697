"""One at a time: who writes into a folder of reports holds it, and whoever comes then is told who.

The lock is the system's own, so that it ends with its holder, however that ends. Its file stays,
and says who held it last.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from coursekit.errors import GradeError

RUN, WATCH = ".run.lock", ".watch.lock"  # for one run; for as long as a folder is watched
FILES = (RUN, WATCH)
PATIENCE = 30.0  # seconds that somebody waits who has a line to write


class InUse(GradeError):
    """Somebody else holds the folder."""


@contextmanager
def held(out: Path, what: str, name: str = RUN, patience: float = 0.0) -> Iterator[None]:
    """Hold a folder of reports, which is there.

    Args:
        what: the command that holds it, for whoever comes meanwhile.
        name: one of FILES.
        patience: seconds to wait for another holder.

    Raises:
        InUse: somebody else holds it, and who.
        GradeError: the folder cannot be locked.
    """
    path = out / name
    lock = FileLock(path, timeout=patience)
    try:
        lock.acquire()
    except Timeout:
        raise InUse(f"{out} is in use by {_holder(path)}; try again once that has ended") from None
    except (OSError, NotImplementedError) as error:
        words = getattr(error, "strerror", None) or error
        raise GradeError(f"cannot lock {out} ({words}); choose another --out") from error
    try:
        _sign(path, what)
        yield
    finally:
        lock.release()


def turn(out: Path, what: str) -> AbstractContextManager[None]:
    """Hold a folder of reports, if it is there, as soon as a run that goes on has ended.

    Whoever writes reports takes a turn, or an older page might come to lie over a newer one.

    Raises:
        GradeError: see held.
    """
    return held(out, what, patience=PATIENCE) if out.is_dir() else nullcontext()


def _sign(path: Path, what: str) -> None:
    """Write into the file itself: another in its place would be another lock."""
    now = datetime.now().astimezone().isoformat(" ", "seconds")
    about = {"what": what, "process": os.getpid(), "host": socket.gethostname(), "since": now}
    try:
        with path.open("r+", encoding="utf-8") as file:
            file.write(json.dumps(about) + "\n")
            file.truncate()
    except OSError:  # it is held all the same
        pass


def _holder(path: Path) -> str:
    try:
        about = json.loads(path.read_text("utf-8"))
        where = f"process {about['process']} on {about['host']}, since {about['since']}"
        return f"`{about['what']}` ({where})"
    except (OSError, ValueError, KeyError, TypeError):  # it has not signed yet
        return "another process"
