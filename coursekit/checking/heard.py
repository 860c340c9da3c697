"""What an answer and the learner's other functions were called with, and gave, as a script ran."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from coursekit.checking.answer import Answer, AnswerError, AnswerLacking, Held
from coursekit.checking.local import Local
from coursekit.checking.task import PUBLIC_SEED, Exercise
from coursekit.checking.trace import observe


class Call(NamedTuple):
    """One call of one of the learner's functions, and what came of it."""

    function: Callable[..., Any]
    name: str
    arguments: tuple
    options: dict[str, Any]
    value: Any = None
    raised: bool = False  # an error of its own; where it hung or died, there is no call


class Heard:
    """An answer whose calls, and those of the learner's other functions, are kept in `calls`."""

    def __init__(self, answer: Answer, calls: list[Call]):
        self.answer, self.calls = answer, calls
        self.name, self.parameters = answer.name, answer.parameters
        self.mutated, self.returned, self.doing = answer.mutated, answer.returned, ""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self._kept(self.answer, args, options)

    def keep(self, *indices: int) -> Callable[..., Any]:
        kept = self.answer.keep(*indices)
        return lambda *args, **options: self._kept(kept, args, options)

    def hold(self, value: Any) -> Held:
        return self.answer.hold(value)

    def other(self, name: str) -> "Heard":
        return Heard(self.answer.other(name), self.calls)

    def _kept(self, function: Callable[..., Any], args: tuple, options: dict[str, Any]) -> Any:
        call = Call(function, self.name, args, options)
        try:
            value = function(*args, **options)
        except AnswerLacking:
            raise
        except AnswerError:
            self.calls.append(call._replace(raised=True))
            raise
        self.calls.append(call._replace(value=value))
        return value


def asks_for_another(exercise: Exercise) -> bool:
    """True if the script tries an answer on another function of the same learner's."""
    return bool(neighbours(exercise, PUBLIC_SEED))


@lru_cache(maxsize=256)
def neighbours(exercise: Exercise, seed: int) -> tuple[Call, ...]:
    """The calls of other functions that the script makes beside the right answer, in order.

    Raises:
        ScriptFailed: see `observe`.
    """
    if exercise.cases:  # whose script calls the answer and nothing else
        return ()
    calls: list[Call] = []
    observe(exercise, Heard(Local(exercise.right, name=exercise.name, timeout=None), calls), seed)
    return others(exercise, calls)


def others(exercise: Exercise, calls: list[Call]) -> tuple[Call, ...]:
    """Those of the calls that were not the answer's own."""
    return tuple(call for call in calls if call.name != exercise.name)
