"""Progress bars for whatever takes long: in a notebook and on a terminal, and nowhere else."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


def bar(items: Iterable[T], title: str) -> Iterator[T]:
    """Go through items behind a bar with the time left, which appears after a second.

    It goes away when it is full, so that a stored notebook shows results and no bars.
    """
    from tqdm.auto import tqdm

    return iter(tqdm(items, desc=title, delay=1, leave=False, disable=not _seen()))


@contextmanager
def counting(total: int, title: str) -> Iterator[Callable[[], object]]:
    """A bar to move on by one, with rate and time left; nothing where nobody would see it."""
    from tqdm.auto import tqdm

    with tqdm(total=total, desc=title, leave=False, disable=not _seen()) as bar:
        yield bar.update


def _seen() -> bool:
    return in_kernel() or sys.stderr.isatty()


def in_kernel() -> bool:
    """Tell whether a notebook's kernel runs this, where a bar is a widget."""
    python = sys.modules.get("IPython")
    return hasattr(python.get_ipython() if python else None, "kernel")
