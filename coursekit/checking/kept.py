"""An answer that is tried on what another of the learner's gave: a backward on a forward's cache.

Nothing can stand in for that other one: only the learner knows what it keeps. So where it gives
something wrong, no mistake of the one that is tried on it has a name.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from coursekit.checking.answer import Answer
from coursekit.checking.compare import compare, to_array
from coursekit.checking.heard import Call, Heard, asks_for_another, neighbours, others
from coursekit.checking.result import Result
from coursekit.checking.task import REGISTRY, Exercise
from coursekit.checking.told import told
from coursekit.checking.trace import ScriptFailed, observe

WRONG = ("failed", "partial", "error")  # written, and not right


def on_what_was_kept(exercise: Exercise, answer: Answer, result: Result, seed: int) -> Result:
    """The result; where the script ran the learner's other answers, it says what they gave.

    Args:
        answer: is run once more.
    """
    if result.status not in WRONG:
        return result
    try:
        return _beside_others(exercise, answer, result, seed)
    except Exception:  # a fault in looking for it changes no verdict
        return result


def _beside_others(exercise: Exercise, answer: Answer, result: Result, seed: int) -> Result:
    if not asks_for_another(exercise):
        return result
    right = neighbours(exercise, seed)
    names = " and ".join(f"`{name}`" for name in dict.fromkeys(call.name for call in right))
    calls: list[Call] = []
    try:
        observe(exercise, Heard(answer, calls), seed)
    except ScriptFailed:
        pass  # what was called until then was heard
    heard = others(exercise, calls)
    if (wrong := _first_wrong(exercise, heard, right)) is None:
        words = f"your {names} gives what is asked for here; what it keeps for this is not judged."
        holds = any(hasattr(part, "vjp") for call in heard for part in _parts(call.value))
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


def _first_wrong(exercise: Exercise, heard: Sequence[Call], right: Sequence[Call]) -> str | None:
    """The first of the other functions that raised or gave something wrong; they come in one order.

    One is judged by what it does with what the right one is given: calls that do not come, and
    those with other arguments, say something of the answer alone.
    """
    for mine, ours in zip(heard, right, strict=False):
        if _differ(exercise, _given(mine), _given(ours)):
            return None
        if mine.raised or _differ(exercise, mine.value, ours.value):
            return mine.name
    return None


def _given(call: Call) -> tuple:
    return (*call.arguments, *call.options.values())


def _differ(exercise: Exercise, mine: Any, ours: Any) -> bool:
    both = zip(_open(mine), _open(ours), strict=False)
    return any(compare(a, b, rtol=exercise.rtol, atol=exercise.atol) for a, b in both)


def _open(value: Any) -> Iterator[Any]:
    """What of a value can be compared: no object that only the learner understands."""
    return (one for one in _parts(value) if to_array(one) is not None)


def _parts(value: Any) -> tuple | list:
    return value if isinstance(value, tuple | list) else (value,)
