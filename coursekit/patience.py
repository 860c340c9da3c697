"""How much a process that may be killed is given: the system itself ends it where that is used up.

Processor time and not the clock's: a busy machine stretches no work of ours into a failure. All
limits are soft ones, which a program that is started from here does not take over.
"""

import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

try:
    import resource
except ModuleNotFoundError:  # Windows, where nothing is graded
    resource = None  # type: ignore[assignment]

TEXT = 10  # seconds to read one text; the longest that may be handed in takes one or two
_limited = False


def limit_memory(most: int) -> None:
    """Limit this process: to so many bytes more than it has, and, from now on, by `at_most`."""
    global _limited
    _limited = resource is not None
    if not _limited:
        return
    _soft("RLIMIT_CORE", 0)
    # Memory of its own, not the address space: CUDA's libraries map more than all machines have.
    if (used := _memory()) is not None:
        _soft("RLIMIT_DATA", used + most)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End this process by SIGXCPU if what is done inside takes more processor time than that.

    Only where `limit_memory` was called, so never in a notebook. The tighter of two limits holds.
    """
    if not _limited or seconds == math.inf:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_CPU)[0]
    end = math.ceil(time.process_time() + seconds)
    _soft("RLIMIT_CPU", end if before == resource.RLIM_INFINITY else min(end, before))
    try:
        yield
    finally:
        _soft("RLIMIT_CPU", before)


@contextmanager
def unlimited() -> Iterator[None]:
    """Without this process's limits: around the start of a program that has limits of its own."""
    if not _limited:
        yield
        return
    kinds = ("RLIMIT_CPU", "RLIMIT_DATA")
    before = [resource.getrlimit(getattr(resource, kind))[0] for kind in kinds]
    for kind in kinds:
        _soft(kind, resource.RLIM_INFINITY)
    try:
        yield
    finally:
        for kind, soft in zip(kinds, before, strict=True):
            _soft(kind, soft)


def _soft(kind: str, most: int) -> None:
    which = getattr(resource, kind)
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        most = hard if most == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (most, hard))


def _memory() -> int | None:
    """Bytes that this process can write and shares with none; None where that is not told."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None
