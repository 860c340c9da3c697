"""What can be given to an answer: what a box can be sent. An author meets it first, not a class."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from coursekit.checking.local import Local, LocalHeld
from coursekit.checking.modules import is_module
from coursekit.checking.words import line
from coursekit.errors import ExerciseError

NUMBERS = "biufc"  # kinds of dtypes
INTEGERS = range(-(2**63), 2**64)


class Tried(Local):
    """A right answer that refuses arguments which could not cross into a box.

    Raises, when called: ExerciseError, beside what a Local raises.
    """

    def run(
        self,
        function: Callable,
        args: tuple,
        options: dict[str, Any] | None = None,
        keep: Sequence[int] = (),
    ) -> Any:
        for value in (*args, *(options or {}).values()):
            _cross(value)
        return super().run(function, args, options, keep)

    def hold(self, value: Any) -> LocalHeld:
        _cross(value)
        return super().hold(value)


def _cross(value: Any) -> None:
    """Raises ExerciseError for what a box would get as something else, or not at all."""
    if type(value) in (list, tuple):
        for inner in value:
            _cross(inner)
    elif type(value) is dict:
        for key, inner in value.items():
            if type(key) not in (str, int, float, bool, type(None)):
                raise ExerciseError(f"a dict with the key {line(key)} cannot be an argument")
            _cross(inner)
    elif not _crosses(value):
        raise ExerciseError(
            f"{line(value)}, a {type(value).__name__}, cannot be an argument. These can: numbers, "
            "text, arrays and tensors of numbers, functions, and lists, tuples and dicts of these"
        )


def _crosses(value: Any) -> bool:
    if isinstance(value, np.ndarray | np.generic):
        named = type(value) is np.ndarray or isinstance(value, np.generic)
        most = 16 if value.dtype.kind == "c" else 8  # bytes
        return named and value.dtype.kind in NUMBERS and value.dtype.itemsize <= most
    if type(value) is int:
        return value in INTEGERS
    if type(value) in (type(None), bool, float, complex, str, range, type(...)):
        return True
    if isinstance(value, LocalHeld) or is_module(value) or hasattr(type(value), "requires_grad"):
        return True
    return inspect.isroutine(value) or inspect.isclass(value) or callable(value)
