"""Which of torch's operations a call ran: who is asked to write a norm should not run torch's.

torch's own profiler sees what reached its operations under whatever name, from scripted functions
too, for a quarter of a millisecond; a dispatch mode sees the same, but imports torch's compiler
first (two seconds). Either sees only what the learner's process lets it: what is seen withholds
points until a person decides, and what is not seen proves nothing.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

UNWATCHED = "?"  # told in the place of operations where they could not be watched


@contextmanager
def noticing(asked: list[str], seen: set[str]) -> Iterator[None]:
    """Add to `seen` which of the names asked for operations bear, in threads started meanwhile too.

    Args:
        asked: "batch_norm" is native_batch_norm and _batch_norm_impl_index too.
    """
    if not asked:
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
    if "torch" not in sys.modules:
        yield
        return
    try:
        legacy: Any = import_module("torch.autograd.profiler_legacy")
        legacy._enable_profiler_legacy(legacy.profile().config())
    except Exception:  # another torch, or the learner's code profiles itself
        seen.add(UNWATCHED)
        yield
        return
    try:
        yield
    finally:
        try:
            names = {
                event.name() for thread in legacy._disable_profiler_legacy() for event in thread
            }
        except Exception:
            names = {UNWATCHED}
        seen |= names & {UNWATCHED}
        ran = {f"_{name.rpartition('::')[2]}_" for name in names}  # aten::native_batch_norm
        seen |= {word for word in asked if any(f"_{word}_" in name for name in ran)}
