"""A wrong answer with a name: a function, or edits of the right answer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType
from typing import Any

from coursekit.checking.edits import Edit, made
from coursekit.errors import ExerciseError


@dataclass(frozen=True)
class Mistake:
    """A wrong answer with a name: `explanation` is what its author is told."""

    name: str
    explanation: str
    written: Callable  # of edits, the right answer, in which they are to be made
    edits: tuple[Edit, ...] = ()

    @cached_property
    def function(self) -> Callable:
        """The wrong answer; edits are made when it is first asked for."""
        return made(self.written, self.name, self.edits) if self.edits else self.written

    @property
    def label(self) -> str:
        """The name in words: eps_outside -> "eps outside"."""
        return self.name.replace("_", " ")

    def and_also(self, other: "Mistake") -> "Mistake":
        """Both at once, of two that edit different places of one right answer."""
        words = f"It is as if two things came together. {self.explanation} {other.explanation}"
        name = f"{self.name}+{other.name}"
        return Mistake(name, words, self.written, self.edits + other.edits)


def with_defaults(function: Callable, name: str, given: dict[str, Any]) -> Callable:
    """A copy of a function, in its own module, whose parameters have these defaults.

    Raises ExerciseError where it has no such parameter with a default.
    """
    assert isinstance(function, FunctionType)
    code, last = function.__code__, len(function.__defaults__ or ())
    names = code.co_varnames[: code.co_argcount][code.co_argcount - last :]
    by_place = dict(zip(names, function.__defaults__ or (), strict=True))
    by_name = dict(function.__kwdefaults__ or {})
    if unknown := sorted(given.keys() - by_place.keys() - by_name.keys()):
        raise ExerciseError(f"the variant has no switch {unknown[0]!r} for {name}")
    defaults = tuple({**by_place, **given}[n] for n in names)
    copy = FunctionType(code, function.__globals__, name, defaults, function.__closure__)
    copy.__kwdefaults__ = {n: given.get(n, v) for n, v in by_name.items()}
    copy.__module__ = function.__module__
    return copy
