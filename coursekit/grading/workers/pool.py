"""Workers, so many at a time: whatever one thing does to its worker, the others do not feel it.

Processes and not threads: the judge's own work is Python and NumPy on small arrays, which threads
would queue up; and only a process can be killed, over one that hangs or takes all the memory.
"""

import functools
import multiprocessing.forkserver
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, TypeVar

from coursekit.errors import JudgeError
from coursekit.grading.workers.worker import MEMORY, Allowance, Died, Worker

Outcome = TypeVar("Outcome")
DEATHS = 2  # of the workers that one item was given to: the machine may have been at fault once


@dataclass
class _Task:
    """An item, what is to be done with it, and how often that went wrong."""

    item: Any
    work: Callable[[Any], Any]
    deaths: int = 0
    last: str = ""  # what is to be told of it, once all else is given up


class Pool:
    """Workers that are kept from one kind of work to the next. Use as a context manager.

    Args:
        jobs: how many at most.
        folder: for their temporary files.
        begin: called in each worker before its first item.
    """

    def __init__(self, jobs: int, folder: Path, begin: Callable[[], None] | None = None):
        self.jobs, self.folder, self.begin = jobs, folder, begin
        self.idle: list[Worker] = []

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        while self.idle:
            self.idle.pop().end()

    def each(
        self,
        work: Callable[[Any], Outcome],
        items: Iterable[Any],
        failed: Callable[[Any, str], Outcome],
        allowance: Allowance = Allowance(),  # noqa: B008, frozen
    ) -> Iterator[Outcome]:
        """Yield work(item) for every item, in the order they are done.

        Args:
            failed: makes the outcome of an item that could not be worked on, and in which words;
                called by a worker, as it may have to import what this process need not.
            allowance: of each item.
        """
        todo = deque(_Task(item, work) for item in items)
        busy: dict[Worker, _Task] = {}
        outcomes: list[Outcome] = []
        try:
            while todo or busy or outcomes:
                while todo and len(busy) < self.jobs:
                    worker, task = self._worker(), todo.popleft()
                    busy[worker] = task
                    worker.give(task.work, (task.item,), allowance)
                yield from outcomes  # the workers go on meanwhile
                outcomes = []
                for worker in _answered(busy):
                    task = busy.pop(worker)
                    try:
                        outcomes.append(worker.take() if worker.left > 0 else _late(worker))
                    except Exception as error:
                        worker.end()
                        if again := _after(task, error, failed):
                            todo.appendleft(again)
                        else:
                            outcomes.append(failed(task.item, task.last))
                    else:
                        self.idle.append(worker)
        finally:
            for worker in busy:
                worker.end()

    def aside(self, work: Callable[..., Outcome], *arguments: Any, allowance: Allowance) -> Outcome:
        """Have one call done by a worker.

        Raises:
            JudgeError: the worker died of it, or took longer than it may.
            whatever the call raises.
        """
        worker = self._worker()
        try:
            worker.give(work, arguments, allowance)
            wait([worker.connection], _seconds(worker.left))
            outcome = worker.take() if worker.connection.poll() else _late(worker)
        except Died as died:
            worker.end()
            raise JudgeError(str(died)) from died
        except BaseException:
            worker.end()
            raise
        self.idle.append(worker)
        return outcome

    def _worker(self) -> Worker:
        return self.idle.pop() if self.idle else Worker(self.folder, self.begin)


def warm_up(modules: Sequence[str]) -> None:
    """Start the server that workers are forked from; it imports these, and nobody waits for it."""
    first = f"{__package__}.server"
    multiprocessing.forkserver.set_forkserver_preload([first, *modules])
    multiprocessing.forkserver.ensure_running()


def _answered(busy: dict[Worker, _Task]) -> list[Worker]:
    """Those that have answered, are gone, or are late; waits for the first of them."""
    if not busy:
        return []
    lines = {worker.connection: worker for worker in busy}
    ready = wait(list(lines), _seconds(min(worker.left for worker in busy)))
    return [w for c, w in lines.items() if c in ready or w.left <= 0]


def _seconds(left: float) -> float | None:
    return None if left == float("inf") else max(left, 0.0)


def _late(worker: Worker) -> Any:
    """What a worker has that answered in the moment its time was over; else it is late.

    Raises:
        Died: it has not answered.
    """
    if worker.connection.poll():
        return worker.take()
    where = worker.where()
    raise Died(f"it did not come to an end in time{where and f' ({where})'}", late=True)


def _after(task: _Task, error: Exception, failed: Callable[[Any, str], Any]) -> _Task | None:
    """What to do about an item that failed: try once more, tell it, or, failing that, nothing."""
    if task.last:
        return None
    task.deaths += isinstance(error, Died)
    if isinstance(error, Died) and not error.late and task.deaths < DEATHS:
        return task
    if isinstance(error, MemoryError):
        words = f"it took more than {MEMORY >> 20} MiB of memory to read it or to judge it"
    elif isinstance(error, Died):
        words = f"{error}{'' if error.late else ', twice; please report it with the notebook'}"
    else:
        words = f"{type(error).__name__}: {error}; please report it with the notebook"
    task.last = words
    return _Task(task.item, functools.partial(_tell, failed, words), last=words)


def _tell(failed: Callable[[Any, str], Outcome], words: str, item: Any) -> Outcome:
    return failed(item, words)
