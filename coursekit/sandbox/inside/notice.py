"""Which of torch's operations a call ran: who is asked to write a norm should not run torch's.

torch's own profiler sees what reached its operations under whatever name, from scripted functions
and from every thread, for half a millisecond; a dispatch mode sees the same, but imports torch's
compiler first (two seconds). Either sees only what the learner's process lets it: what is seen
withholds points until a person decides, and what is not seen proves nothing.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

UNWATCHED = "?"  # told in the place of operations where they could not be watched
ENDED = "!"  # told where the code itself ended the watch


@contextmanager
def noticing(asked: list[str], seen: set[str]) -> Iterator[None]:
    """Add to `seen` which of the names asked for operations bear, in whatever thread they ran.

    Args:
        asked: "batch_norm" is native_batch_norm and _batch_norm_impl_index too.
    """
    if not asked or "torch" not in sys.modules:
        yield
        return
    try:
        end = _everywhere()
    except Exception:  # another torch, or the learner's code profiles itself
        with _thread_by_thread(asked, seen):
            yield
        return
    try:
        yield
    finally:
        _tell(end, asked, seen)


def _everywhere() -> Callable[[], set[str]]:
    """Begin to watch all threads, those that run already too; what ends it gives the names.

    Raises:
        Exception: a profiler is running, or this torch's looks at one thread only.
    """
    os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # it logs each start
    at, parts = import_module("torch._C._autograd"), import_module("torch._C._profiler")
    options = parts._ExperimentalConfig(profile_all_threads=True)
    config = parts.ProfilerConfig(parts.ProfilerState.KINETO, *[False] * 5, options, "")
    processor = {parts.ProfilerActivity.CPU}
    at._prepare_profiler(config, processor)
    at._enable_profiler(config, processor, {parts.RecordScope.FUNCTION})
    return lambda: {event.name() for event in at._disable_profiler().events()}


@contextmanager
def _thread_by_thread(asked: list[str], seen: set[str]) -> Iterator[None]:
    """The same for this thread and those that `threading` starts meanwhile."""
    plain: Any = threading.Thread.run

    def run(thread: threading.Thread) -> None:
        with _here(asked, seen):
            plain(thread)

    thread: Any = threading.Thread
    thread.run = run
    try:
        with _here(asked, seen):
            yield
    finally:
        thread.run = plain


@contextmanager
def _here(asked: list[str], seen: set[str]) -> Iterator[None]:
    try:
        legacy: Any = import_module("torch.autograd.profiler_legacy")
        legacy._enable_profiler_legacy(legacy.profile().config())
    except Exception:
        seen.add(UNWATCHED)
        yield
        return

    def end() -> set[str]:
        return {event.name() for thread in legacy._disable_profiler_legacy() for event in thread}

    try:
        yield
    finally:
        _tell(end, asked, seen)


def _tell(end: Callable[[], set[str]], asked: list[str], seen: set[str]) -> None:
    """End a watch and tell what it saw; an operation of our own tells whether it still ran."""
    try:
        import_module("torch").empty(0)
        names = end()
    except Exception:
        names = set()
    if "aten::empty" not in names:
        seen.add(ENDED)
    ran = {f"_{name.rpartition('::')[2]}_" for name in names}  # aten::native_batch_norm
    seen |= {word for word in asked if any(f"_{word}_" in name for name in ran)}
