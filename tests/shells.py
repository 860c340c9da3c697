"""What runs the cells of a notebook, without the kernel around it."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


@contextmanager
def shell() -> Iterator[InteractiveShell]:
    """A shell of IPython's, given up with all that ran in it.

    IPython keeps each to the end of the process, and clears each then behind a collection of all
    garbage: after a few hundred lessons that takes longer than the lessons did.
    """
    made = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    try:
        yield made
    finally:
        atexit.unregister(made.atexit_operations)
