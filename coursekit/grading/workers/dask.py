"""Many submissions on many machines: the judge runs on the workers of a Dask scheduler.

Each worker has a process of its own that judges, with warm sandboxes that it keeps from one
submission to the next, and that it can kill over one. What comes back is written by one process,
the one that holds the gradebook. A worker that is lost has its submissions judged elsewhere: Dask
gives them to another.
"""

import atexit
import contextlib
import functools
import itertools
import math
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from coursekit import __version__, exercises
from coursekit.errors import CourseError, GradeError
from coursekit.grading.examine import Settings, examine
from coursekit.grading.intake.submissions import Submission
from coursekit.grading.reports.results import SubmissionReport, ungraded
from coursekit.grading.workers.local import allowed, given_up
from coursekit.grading.workers.pool import Pool
from coursekit.sandbox.box import open_box

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
PATIENCE = 60  # seconds for the scheduler to answer and for a first worker to come
AHEAD = 3  # submissions under way for each that is judged at a time,
LEAST = 64  # and so many at first, so that one that grows with its work does grow
LOOK = 5.0  # seconds between two looks at how many workers there are
_one_at_a_time = threading.Lock()  # a worker's threads share its judge


def each(
    work: Callable[[Any], Outcome],
    items: Sequence[Item],
    address: str,
    lost: Callable[[Item], Outcome],
    carry: Callable[[Item], Any],
    ready: Callable[[], str],
) -> Iterator[Outcome]:
    """Yield work(carry(item)) for every item, in the order they are done.

    Args:
        lost: makes the outcome of an item that killed every worker it was given to.
        carry: turns an item into what a worker on another machine can use; called here, late.
        ready: runs on each worker before any work; says what it lacks, or nothing.

    Raises:
        GradeError: there is no such scheduler, it has no workers, or one of them lacks something.
    """
    if not items:
        return
    try:
        from distributed import CancelledError, Client, KilledWorker, wait
    except ModuleNotFoundError as error:
        raise GradeError(
            f"--scheduler needs {error.name}, which is not installed; in the folder of the course: "
            'pip install -e ".[scale]"'
        ) from error
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise GradeError(f"no Dask scheduler answers at {address} ({error})") from error
    with client:
        room, looked = _ready(client, address, ready), time.monotonic()
        waiting = iter(items)
        submitted: dict[Any, Item] = {}
        again: list[Item] = []

        def send(items: Iterable[Item]) -> None:
            submitted.update({client.submit(work, carry(i), pure=False): i for i in items})

        def done() -> Iterator[tuple[Item, Outcome | None]]:
            """As they come; None for one that killed one worker after the other."""
            nonlocal room, looked
            while submitted:
                futures = set()
                with contextlib.suppress(TimeoutError):
                    futures = wait(list(submitted), LOOK, "FIRST_COMPLETED").done
                if time.monotonic() - looked > LOOK or not futures:
                    room, looked = _room(client, address), time.monotonic()
                for future in futures:
                    try:
                        outcome = future.result(timeout=LOOK)
                    except KilledWorker:
                        outcome = None
                    except TimeoutError:  # it was there, and went with its worker: made anew
                        looked = -math.inf
                        continue
                    yield submitted.pop(future), outcome

        send(itertools.islice(waiting, room))
        try:
            for item, outcome in done():
                if outcome is None:
                    again.append(item)
                else:
                    yield outcome
                send(itertools.islice(waiting, max(0, room - len(submitted))))
            for item in again:  # alone, so that it can only have killed for its own fault
                send([item])
                yield from (lost(i) if outcome is None else outcome for i, outcome in done())
        except CancelledError as error:
            raise _gone(address, "does not answer any more") from error


def _ready(client: Any, address: str, ready: Callable[[], str]) -> int:
    """How many submissions are to be under way, once each worker has said that it can judge."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise GradeError(f"the Dask scheduler at {address} has no workers; start some") from error
    try:
        said = client.run(ready)
    except Exception as error:  # whatever a worker without coursekit raises
        raise GradeError(
            f"a Dask worker cannot grade ({type(error).__name__}: {error}); it needs this "
            'coursekit: in the folder of the course, pip install -e ".[grade,scale]"'
        ) from error
    for worker, problem in said.items():
        if problem:
            raise GradeError(f"the Dask worker at {worker} cannot grade: {problem}")
    return _room(client, address)


def _room(client: Any, address: str) -> int:
    """How many submissions are to be under way; waits for a worker where all are gone."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        return max(LEAST, AHEAD * sum(client.nthreads().values()))
    except TimeoutError as error:
        raise _gone(address, "has lost its workers") from error
    except OSError as error:
        raise _gone(address, f"does not answer any more ({error})") from error


def _gone(address: str, words: str) -> GradeError:
    return GradeError(
        f"the Dask scheduler at {address} {words}; what was graded is in the gradebook. Start it "
        "and grade again: only the rest is done"
    )


def readiness(settings: Settings, version: str) -> str:
    """What this worker lacks for judging under these settings, or nothing."""
    if version != __version__:
        return f"it has coursekit {__version__}, not {version}"
    try:
        open_box(settings.sandbox)
        for pack in settings.packs:
            exercises.add_pack(pack)
    except CourseError as error:
        return str(error)
    return ""


def carried(item: tuple[int, Submission]) -> tuple[int, Submission, bytes]:
    """A submission with its content: a worker need not see the folder that it lies in."""
    row, one = item
    try:
        content = b"" if one.problem else one.path.read_bytes()
    except OSError as error:
        words = f"it cannot be read ({error.strerror}); check its permissions"
        return row, replace(one, problem=words), b""
    return row, one, content


def judged(
    item: tuple[int, Submission, bytes], settings: Settings, versions: dict[str, str]
) -> tuple[int, SubmissionReport]:
    """What `examine` says of a submission that was carried here, if the exercises are the same."""
    row, one, content = item
    with _one_at_a_time:
        folder = Path(_folder().name)
        settings = replace(settings, secret=(*settings.secret, folder))
        path = folder / "submission.ipynb"
        path.write_bytes(content)
        for pack in settings.packs:
            exercises.add_pack(pack)
        if exercises.version(one.lesson) != versions.get(one.lesson, ""):
            words = "the worker's exercises are not those of the grader: install the same course"
            return row, ungraded(one, "judge_failed", words)
        todo = [(row, replace(one, path=path))]
        gave_up = functools.partial(given_up, settings=settings)
        work = functools.partial(_judged, settings=settings)
        [outcome] = _judges().each(work, todo, gave_up, allowed(settings.limits))
        return outcome


def _judged(item: tuple[int, Submission], settings: Settings) -> tuple[int, SubmissionReport]:
    row, submission = item
    return row, examine(submission, settings)


@functools.cache
def _judges() -> Pool:
    """This worker's own judge: one process, which ends with it."""
    pool = Pool(1, Path(_folder().name))
    atexit.register(pool.__exit__)
    return pool


@functools.cache
def _folder() -> tempfile.TemporaryDirectory:
    """This worker's own; the same for all, as a warm sandbox knows what it must not show."""
    return tempfile.TemporaryDirectory(prefix="coursekit-")
