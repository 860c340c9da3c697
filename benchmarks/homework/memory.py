"""Memory of the processes that grading starts, looked at from outside while they run."""

import contextlib
import os
import threading
from pathlib import Path
from statistics import median
from typing import NamedTuple

EVERY = 0.2  # seconds
MB = 1e6
PAGE = os.sysconf("SC_PAGE_SIZE")


class Seen(NamedTuple):
    """Megabytes: of all processes together, shared pages counted once; and of the largest ones."""

    together: float
    judge: float
    zygote: float


class Watch:
    """Looks at every process below this one until its block ends."""

    def __init__(self):
        self.seen: list[Seen] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop.set()
        self.thread.join()

    @property
    def peak(self) -> float:
        return max(seen.together for seen in self.seen)

    def at(self, share: float) -> dict[str, float]:
        """The medians around this share of the run: what lasts, not what comes and goes."""
        middle, width = int(share * len(self.seen)), max(2, len(self.seen) // 20)
        part = self.seen[max(0, middle - width) : middle + width]
        return {name: median(getattr(s, name) for s in part) for name in ("judge", "zygote")}

    def _look(self) -> None:
        while not self.stop.wait(EVERY):
            self.seen.append(_look_once())


def _look_once() -> Seen:
    parents, words = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):  # it has just ended
            pid = int(folder.name)
            words[pid] = (folder / "cmdline").read_text(errors="replace").split("\0")
            parents[pid] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    mine = [pid for pid in parents if _below(pid, parents)]
    walls = {pid for pid in mine if words[pid][0].endswith("bwrap")}
    boxed = {pid for pid in mine if any(above in walls for above in _line(pid, parents))}
    zygotes = [pid for pid in boxed - walls if parents[pid] in walls]
    judges = [pid for pid in mine if pid not in boxed | walls and "python" in words[pid][0]]
    return Seen(
        sum(map(_share, mine)) / MB,
        max(map(_resident, judges), default=0) / MB,
        max(map(_resident, zygotes), default=0) / MB,
    )


def _line(pid: int, parents: dict[int, int]):
    """A process's ancestors, the nearest first."""
    while (pid := parents.get(pid, 0)) > 1:
        yield pid


def _below(pid: int, parents: dict[int, int]) -> bool:
    return pid != os.getpid() and os.getpid() in _line(pid, parents)


def _share(pid: int) -> float:
    """Bytes that a process uses; of pages that n processes share, an n-th."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has ended, or is not mine to look into
        return _resident(pid)
    return next(1024.0 * int(s.split()[1]) for s in text.splitlines() if s.startswith("Pss:"))


def _resident(pid: int) -> float:
    try:
        return PAGE * int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
