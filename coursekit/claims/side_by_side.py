"""Several experiments at once, each in a process of its own."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from coursekit.claims.record import Record, run


def side_by_side(wanted: Mapping[str, Sequence[int]], jobs: int) -> Iterator[Record]:
    """Records of experiments, given by name with their seeds, as soon as each is measured.

    Begun in the order given, as many at once as there are jobs. What is not begun when the caller
    stops is not begun any more.

    Raises:
        ArgumentError: as `run` does.
    """
    # Not forked: a process that has begun threads, as torch does, may not be copied.
    with ProcessPoolExecutor(min(jobs, len(wanted)), mp_context=get_context("spawn")) as pool:
        begun = [pool.submit(run, name, seeds) for name, seeds in wanted.items()]
        try:
            for done in as_completed(begun):
                yield done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
