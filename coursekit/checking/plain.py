"""What an answer returned, in the types that it is compared in: none of its own code runs there.

A subclass may do anything when it is measured, read or compared; the box sends none. Read through
the base class, its value is left.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np


def values(value: Any) -> Iterator[Any] | None:
    """The values of a list or tuple of whatever class; None for anything else."""
    kind = type(value)
    if issubclass(kind, list):
        return list.__iter__(value)
    return tuple.__iter__(value) if issubclass(kind, tuple) and not hasattr(kind, "numel") else None


def like(value: list | tuple, inner: Iterable[Any]) -> list | tuple:
    """The same container of other values: a list, a tuple, or a tuple with names."""
    if isinstance(value, list):
        return list(inner)
    return tuple.__new__(type(value), inner) if hasattr(type(value), "_fields") else tuple(inner)


def key(value: Any) -> Any:
    """A dict's key as it crosses: text and numbers as they are, anything else as its text."""
    value = value.item() if isinstance(value, np.generic) else plain(value)
    text = str(value)  # a number of too many digits has none, and no message could name it
    return value if type(value) in (str, int, float, bool, type(None)) else text


def plain(value: Any) -> Any:
    """A number, a text or an array of a subclass as its base class; anything else as it is."""
    kind = type(value)
    if issubclass(kind, np.ndarray):
        return value if kind is np.ndarray else np.ndarray.view(value, np.ndarray)
    if issubclass(kind, np.number | np.bool_):
        return value
    for base in (str, bool, int, float):
        if issubclass(kind, base):
            return value if kind is base else base.__getnewargs__(value)[0]
    return value
