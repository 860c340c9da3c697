"""What an answer returned, in the types that it is compared in: none of its own code runs there.

A subclass may do anything when it is measured, read or compared. Read through the base class, its
value is left.
"""

import inspect
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import numpy as np
from numpy import errstate  # by name: NumPy's functions may be an answer's by then

DEPTH_LIMIT = 16  # of containers in one another
RANGE_LIMIT = 50_000  # numbers; a longer range is no list of them
DATA = (
    type(None), bool, int, float, complex, str, bytes, set, frozenset, range, type(...),
    np.generic, np.ndarray,
)  # fmt: skip
BASES = (str, bytes, bool, int, float)  # whose values say themselves how to make them anew
WIDER: dict[str, Any] = {"f": np.float64, "c": np.complex128}  # what floats and complex are at most


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
    """A number, a text or an array of a subclass as its base class; anything else as it is.

    Longer floats than 64 bits become such.
    """
    kind = type(value)
    if issubclass(kind, np.ndarray):
        return _narrow(value if kind is np.ndarray else np.ndarray.view(value, np.ndarray))
    if issubclass(kind, np.number | np.bool_):
        return _narrow(value)
    for base in BASES:
        if issubclass(kind, base):
            return value if kind is base else base.__getnewargs__(value)[0]
    return value


def _narrow(value: Any) -> Any:
    wide = WIDER.get(value.dtype.kind)
    if wide is None or value.dtype.itemsize <= np.dtype(wide).itemsize:
        return value
    with errstate(all="ignore"):
        return value.astype(wide)


def is_tensor(value: Any) -> bool:
    """True for a torch tensor, without importing torch."""
    kind = getattr(sys.modules.get("torch"), "Tensor", None)
    return kind is not None and issubclass(type(value), kind)


def is_data(value: Any) -> bool:
    """True for what can be compared: numbers, text, arrays, tensors, functions."""
    return issubclass(type(value), DATA) or is_tensor(value) or inspect.isroutine(value)


def read(value: Any, hold: Callable[[Any], Any], keep: Collection[int] = (), depth: int = 0) -> Any:
    """Python's own values; what is no data, or stands at the places to keep, as `hold` gives it.

    Raises:
        ValueError: containers more than DEPTH_LIMIT deep in one another, or one in itself.
    """
    if depth > DEPTH_LIMIT:
        raise ValueError(f"values nested deeper than {DEPTH_LIMIT} cannot be read")
    kind = type(value)
    if kind is range and not value[RANGE_LIMIT:]:
        value = list(value)
    inner = tuple.__iter__(value) if issubclass(kind, tuple) else values(value)
    if inner is not None and keep:
        return tuple(
            hold(one) if i in keep else read(one, hold, depth=depth + 1)
            for i, one in enumerate(inner)
        )
    if inner is not None:
        return like(value, [read(one, hold, depth=depth + 1) for one in inner])
    if issubclass(kind, dict):
        return {key(k): read(one, hold, depth=depth + 1) for k, one in dict.items(value)}
    value = plain(value)
    return value if is_data(value) else hold(value)
