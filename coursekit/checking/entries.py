"""Entries of a plan: what each is to be, and in what words it is said what came instead.

What passes is what a box sends back as it was, so that the notebook and the grader agree: a list of
names is no array of them, and no `dict.keys()`.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy import floor, isfinite  # by name: see compare

from coursekit.checking.compare import to_array

GROUPS = list | tuple | set | frozenset
MENUS = {
    "rate_chosen_by": ("training loss", "validation accuracy", "test accuracy"),
    "lost_runs": ("count as failures", "leave out", "repeat with another seed"),
    "report": (
        "paired interval", "interval of each arm", "mean of each arm", "best run of each arm",
    ),
}  # fmt: skip
ENTRIES = {
    "arms": "a list of names",
    "rates": "a list of rates for each arm",
    "tuning_seeds": "a list of whole numbers",
    "rate_chosen_by": "a word of the table",
    "seeds": "a list of whole numbers",
    "steps": "a whole number for each arm",
    "batch_size": "a whole number for each arm",
    "lost_runs": "a word of the table",
    "report": "a word of the table",
    "bar": "a number",
}


def kind(name: str, value: Any, arms: Collection[str]) -> str:
    """What an entry is: that of ENTRIES where it is what was asked for, or what came instead."""
    asked = ENTRIES.get(name, "no line of the table")
    if name in MENUS:
        if type(value) is not str:
            return f"no word in quotes: {_came(value)}"
        return asked if value in MENUS[name] else f"{value[:60]!r}, which the table does not have"
    if name == "bar":
        one = _numbers([value])
        return asked if one is not None and one.ndim == 1 else f"no number: {_came(value)}"
    if name == "arms":
        return asked if _names(value) else f"no list of names: {_came(value)}"
    if name in ("seeds", "tuning_seeds"):
        return asked if _whole(value) else f"no list of whole numbers: {_came(value)}"
    if not isinstance(value, dict):
        return f"no dict with an entry for each arm: {_came(value)}"
    if set(value) != set(arms):
        return f"no dict whose keys are {', '.join(arms)}"
    for one in value.values():
        if name == "rates" and not _positive(one):
            return f"no list of positive numbers for each arm: {_came(one)}"
        if name != "rates" and not _whole([one], low=1):
            return f"no whole number for each arm: {_came(one)}"
    return asked


def _came(value: Any) -> str:
    """The type of a value and of what it holds, the same here and from a box: "list of str"."""
    name = _type(value)
    if isinstance(value, np.ndarray):
        return f"{name} of dtype {value.dtype}"
    if not isinstance(value, list | tuple):  # of what is in a set not everything is sent
        return name
    kinds = sorted({_type(one) for one in value})
    return f"{name} of {' and '.join(kinds)}" if kinds else f"empty {name}"


def _type(value: Any) -> str:
    """The name of its type; a learner's own is held, here and in a box by other classes."""
    return "object" if hasattr(type(value), "vjp") else type(value).__name__


def _names(value: Any) -> bool:
    """Whether it is words in a container that a box sends back; arrays of words are not sent.

    NumPy's words are Python's in what is sent of a set.
    """
    if not isinstance(value, GROUPS | dict) or not value:
        return False
    unpacked = isinstance(value, set | frozenset)
    return all(type(one) is str or (unpacked and isinstance(one, str)) for one in value)


def _numbers(value: Any) -> np.ndarray | None:
    """The finite numbers of a list, tuple, set, range, array or tensor; None if it holds others."""
    if not isinstance(value, GROUPS | range | np.ndarray) and not hasattr(value, "detach"):
        return None
    array = to_array(_listed(value))
    fit = array is not None and array.size and array.dtype.kind != "b" and isfinite(array).all()
    return array if fit else None


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, set | frozenset) else value


def _whole(value: Any, low: float = -np.inf) -> bool:
    found = _numbers(value)
    if found is None or found.ndim != 1:
        return False
    return bool((found == floor(found)).all() and found.min() >= low)


def _positive(value: Any) -> bool:
    found = _numbers(value)
    return found is not None and found.ndim == 1 and bool(found.min() > 0)


def read(name: str, value: Any) -> Any:
    """An entry of the kind that was asked for, in Python's own numbers and lists."""
    if name in ("rates", "steps", "batch_size"):
        return {arm: _plain(one) for arm, one in value.items()}
    if name in ("seeds", "tuning_seeds", "bar"):
        return _plain(value)
    return value if isinstance(value, str) else list(value)


def _plain(numbers: Any) -> Any:
    array = to_array(_listed(numbers))
    assert array is not None  # its kind was asked for before
    return array.tolist()
