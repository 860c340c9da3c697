"""Which of torch's operations a call ran: advice for whoever grades, never part of a score.

A dispatch mode sees what reached torch under whatever name. It sees only what the learner's
process shows it, so it proves nothing; the judge decides from the source.
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
    from torch.utils._python_dispatch import TorchDispatchMode

    class Notice(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None) -> Any:
            name = str(func).partition(".")[2].partition(".")[0]  # aten.relu.default -> relu
            if any(f"_{word}_" in f"_{name}_" for word in asked):
                seen.add(name)
            return func(*args, **(kwargs or {}))

    plain: Any = threading.Thread.run

    def run(thread: threading.Thread) -> None:
        with Notice():
            plain(thread)

    thread: Any = threading.Thread  # a thread has no mode but its own
    thread.run = run
    try:
        with Notice():
            yield
    finally:
        thread.run = plain
