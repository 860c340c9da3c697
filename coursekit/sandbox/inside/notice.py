"""Which of torch's operations a call ran: advice for whoever grades, never part of a score.

torch's own profiler sees what reached its operations under whatever name, from scripted functions
too, for two milliseconds; a dispatch mode sees the same, but imports torch's compiler first (two
seconds). Either sees only what the learner's process lets it, so it proves nothing: the judge
decides from the source.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def noticing(asked: list[str], seen: set[str]) -> Iterator[None]:
    """Add to `seen` the operations with one of these names, in threads started meanwhile too."""
    if not asked or "torch" not in sys.modules:
        yield
        return
    plain: Any = threading.Thread.run

    def run(thread: threading.Thread) -> None:
        with _profiled(asked, seen):
            plain(thread)

    thread: Any = threading.Thread  # the profiler looks at one thread
    thread.run = run
    try:
        with _profiled(asked, seen):
            yield
    finally:
        thread.run = plain


@contextmanager
def _profiled(asked: list[str], seen: set[str]) -> Iterator[None]:
    from torch.autograd.profiler_legacy import profile

    with profile() as profiler:
        yield
    for event in profiler.function_events or ():
        name = str(event.name).rpartition("::")[2]  # aten::native_batch_norm
        if any(f"_{word}_" in f"_{name}_" for word in asked):
            seen.add(name)
