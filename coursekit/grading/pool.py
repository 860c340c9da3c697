"""Many submissions at a time, each worker a process of its own.

Processes and not threads: the judge's own work is Python and NumPy on small arrays, which threads
would queue up; and a judge that dies of what a submission sends takes no other with it. They are
forked from a server that has imported what all of them need, once.
"""

import multiprocessing
import multiprocessing.forkserver
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def each(
    work: Callable[[Item], Outcome],
    items: Sequence[Item],
    jobs: int,
    lost: Callable[[Item], Outcome],
    begin: Callable[[], None] | None = None,
) -> Iterator[Outcome]:
    """Yield work(item) for every item, in the order they are done.

    Args:
        lost: makes the outcome of an item that killed the worker it was given to, twice.
        begin: called once in each worker before its first item.
    """
    if min(jobs, len(items)) <= 1:
        yield from map(work, items)
        return
    again: list[Item] = []
    with _pool(min(jobs, len(items)), begin) as pool:
        waiting = {pool.submit(work, item): item for item in items}
        for done in as_completed(waiting):
            try:
                yield done.result()
            except BrokenExecutor:  # every item that was waiting, most of them innocent
                again.append(waiting[done])
    for item in again:
        with _pool(1, begin) as pool:
            try:
                yield pool.submit(work, item).result()
            except BrokenExecutor:
                yield lost(item)


def aside(work: Callable[..., Outcome], *arguments: Any) -> Outcome:
    """Have one call done by a worker, which has imported what this process need not import."""
    with _pool(1, None) as pool:
        return pool.submit(work, *arguments).result()


def warm_up(modules: Sequence[str]) -> None:
    """Start the server that workers are forked from; it imports these, and nobody waits for it."""
    multiprocessing.forkserver.set_forkserver_preload(list(modules))
    multiprocessing.forkserver.ensure_running()


def _pool(workers: int, begin: Callable[[], None] | None) -> ProcessPoolExecutor:
    # Not "fork": a forked copy of a process that has threads (a progress bar's) may hang.
    context = multiprocessing.get_context("forkserver")
    return ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(begin,))


def _begin(begin: Callable[[], None] | None) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if begin is not None:
        begin()


def _end_with_parent() -> None:
    """A worker whose grader was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
