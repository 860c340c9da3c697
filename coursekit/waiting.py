"""A bar for what takes more than two seconds in a notebook; elsewhere it is silent."""

from collections.abc import Iterable, Iterator, Sized
from html import escape
from typing import TypeVar

T = TypeVar("T")


def bar(items: Iterable[T], label: str) -> Iterator[T]:
    """Go through items under a progress bar, which is gone when the last is done.

    It clears the cell's output at the end: print after it, not before.

    Args:
        items: something with a length; anything else is passed through.
        label: what is being done, for the eye and for a screen reader.
    """
    if not (isinstance(items, Sized) and _in_a_notebook()):
        yield from items
        return
    from IPython.display import HTML, clear_output, display

    total = len(items)
    handle = display(HTML(_picture(0, total, label)), display_id=True)
    try:
        for done, item in enumerate(items, 1):
            yield item
            handle.update(HTML(_picture(done, total, label)))
    finally:
        clear_output()


def _picture(done: int, total: int, label: str) -> str:
    words = f"{escape(label)}: {done} of {total}"
    return f'<progress value="{done}" max="{total}" aria-label="{words}"></progress> {words}'


def _in_a_notebook() -> bool:
    try:
        from IPython import get_ipython
    except ModuleNotFoundError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None
