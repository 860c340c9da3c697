"""Many submissions at a time, each worker a process of its own.

Processes and not threads: the judge's own work is Python and NumPy on small arrays, which threads
would queue up; and a judge that dies of what a submission sends takes no other with it.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from typing import TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def each(
    work: Callable[[Item], Outcome],
    items: Sequence[Item],
    jobs: int,
    lost: Callable[[Item], Outcome],
) -> Iterator[Outcome]:
    """Yield work(item) for every item, in the order they are done.

    Args:
        lost: makes the outcome of an item that killed the worker it was given to, twice.
    """
    if min(jobs, len(items)) <= 1:
        yield from map(work, items)
        return
    again: list[Item] = []
    with _pool(min(jobs, len(items))) as pool:
        waiting = {pool.submit(work, item): item for item in items}
        for done in as_completed(waiting):
            try:
                yield done.result()
            except BrokenExecutor:  # every item that was waiting, most of them innocent
                again.append(waiting[done])
    for item in again:
        with _pool(1) as pool:
            try:
                yield pool.submit(work, item).result()
            except BrokenExecutor:
                yield lost(item)


def _pool(workers: int) -> ProcessPoolExecutor:
    # "spawn": a forked copy of a process that has threads (a progress bar's) may hang.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
