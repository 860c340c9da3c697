"""An answer that is tried on what another of the learner's gave: a backward on a forward's cache.

Nothing can stand in for that other one: only the learner knows what it keeps. So where it gives
something wrong, no mistake of the one that is tried on it has a name.
"""

import inspect
import linecache
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from coursekit.checking.answer import Answer, Held
from coursekit.checking.compare import compare, to_array
from coursekit.checking.local import Local
from coursekit.checking.result import Result
from coursekit.checking.task import REGISTRY, Exercise
from coursekit.checking.told import told
from coursekit.checking.trace import ScriptFailed, observe

WRONG = ("failed", "partial", "error")  # written, and not right
Heard = list[tuple[str, Any]]  # the other function, and what it gave, call by call


def on_what_was_kept(exercise: Exercise, answer: Answer, result: Result, seed: int) -> Result:
    """The result; where the script ran the learner's other answers, it says what they gave.

    Args:
        answer: is run once more.
    """
    if result.status not in WRONG or not _asks(exercise):
        return result
    right = _heard_of_right(exercise, seed)
    others = " and ".join(f"`{name}`" for name in dict.fromkeys(name for name, _ in right))
    heard: Heard = []
    try:
        observe(exercise, _Beside(answer, heard), seed)
    except ScriptFailed:
        pass  # what it gave until then was heard
    if (wrong := _first_wrong(exercise, heard, right)) is None:
        words = f"your {others} gives what is asked for here; what it keeps for this is not judged."
        holds = any(hasattr(part, "vjp") for _, got in heard for part in _parts(got))
        return result.but(notes=(*result.notes, words)) if holds else result
    if told(result) == "gradient":  # it was seen to be right, for what it was given
        return result
    words = f"it is tried on what your `{wrong}` gives and keeps, and that is wrong: mend it first."
    return result.but(
        diagnosis=None,
        explanation="",
        told="story",
        pattern="",
        notes=(*result.notes, words),
        next=f"check({wrong})" if wrong in REGISTRY else result.next,
    )


@lru_cache(maxsize=256)
def _asks(exercise: Exercise) -> bool:
    """True if the script may ask for another function of the learner's."""
    file = inspect.getsourcefile(exercise.script)
    return not exercise.cases and ".other(" in "".join(linecache.getlines(file or ""))


@lru_cache(maxsize=256)
def _heard_of_right(exercise: Exercise, seed: int) -> tuple[tuple[str, Any], ...]:
    heard: Heard = []
    observe(exercise, _Beside(Local(exercise.right, name=exercise.name, timeout=None), heard), seed)
    return tuple(heard)


def _first_wrong(exercise: Exercise, heard: Heard, right: tuple) -> str | None:
    """The first of the other functions that gave something wrong; they come in one order."""
    for (name, got), (_, want) in zip(heard, right, strict=False):
        for mine, ours in zip(_open(got), _open(want), strict=False):
            if compare(mine, ours, rtol=exercise.rtol, atol=exercise.atol):
                return name
    return right[len(heard)][0] if len(heard) < len(right) else None  # there it raised


def _open(value: Any) -> Iterator[Any]:
    """What of a value can be compared: no object that only the learner understands."""
    return (one for one in _parts(value) if to_array(one) is not None)


def _parts(value: Any) -> tuple | list:
    return value if isinstance(value, tuple | list) else (value,)


class _Beside:
    """An answer whose neighbours are listened to."""

    def __init__(self, answer: Answer, heard: Heard, name: str = ""):
        self.answer, self.heard, self.neighbour = answer, heard, name
        self.name, self.parameters = answer.name, answer.parameters
        self.mutated, self.returned, self.doing = answer.mutated, answer.returned, ""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self._noted(self.answer(*args, **options))

    def keep(self, *indices: int) -> Callable[..., Any]:
        kept = self.answer.keep(*indices)
        return lambda *args, **options: self._noted(kept(*args, **options))

    def hold(self, value: Any) -> Held:
        return self.answer.hold(value)

    def other(self, name: str) -> "_Beside":
        return _Beside(self.answer.other(name), self.heard, name)

    def _noted(self, value: Any) -> Any:
        if self.neighbour:
            self.heard.append((self.neighbour, value))
        return value
