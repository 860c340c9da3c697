"""A backward that is the exact gradient of the learner's own forward, which is the wrong one.

Seen where a script calls the learner's forward, gives what it kept to the backward, and observes
the gradients. Both functions are run; neither is read.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from coursekit.checking.answer import Answer
from coursekit.checking.compare import to_array
from coursekit.checking.heard import Call, Heard, asks_for_another, others
from coursekit.checking.naming.found import Diagnosis
from coursekit.checking.task import Exercise
from coursekit.checking.told import OWN_FORWARD
from coursekit.checking.trace import observe

STEP = 1e-5  # of the spread of an argument
EXACT = 1e-6  # how far an exact gradient may be from a central difference, relative
DIRECTIONS = 2  # for each argument


def exact_for_its_own(exercise: Exercise, answer: Answer, seed: int) -> Diagnosis | None:
    """Said of a wrong backward that is right for the learner's wrong forward.

    Raises:
        ScriptFailed, AnswerError: see `observe`.
    """
    if not asks_for_another(exercise):
        return None
    calls: list[Call] = []
    observe(exercise, Heard(answer, calls), seed)
    calls = [call for call in calls if not call.raised]
    forwards = others(exercise, calls)
    backwards = [call for call in calls if call.name == exercise.name]
    pairs = [(_before(forwards, call), call) for call in backwards]
    if not pairs or not all(first and _is_gradient(first, last) for first, last in pairs):
        return None
    forward = next(first.name for first, _ in pairs if first)
    words = (
        f"Your `{exercise.name}` is the exact gradient of your own `{forward}`, whose values are "
        f"not the right ones: mend `{forward}`, and `{exercise.name}` then passes."
    )
    return Diagnosis(OWN_FORWARD, words)


def _before(forwards: Sequence[Call], backward: Call) -> Call | None:
    """The forward call that kept what a backward call was given."""
    given = {id(one) for one in backward.arguments if _is_held(one)}
    for call in forwards:
        kept = call.value if isinstance(call.value, tuple | list) else (call.value,)
        if any(id(one) in given for one in kept):
            return None if any(map(_is_held, call.arguments)) else call
    return None


def _is_held(value: Any) -> bool:
    return hasattr(type(value), "vjp")


def _is_gradient(forward: Call, backward: Call) -> bool:
    """True if every gradient that came is that of the forward, along some directions."""
    out = _out(forward.value)
    shape = None if out is None else out.shape
    dys = [a for a in backward.arguments if not _is_held(a) and np.shape(a) == shape]
    gradients = backward.value if isinstance(backward.value, tuple | list) else (backward.value,)
    places = [n for n, a in enumerate(forward.arguments) if _is_floats(a)]
    if out is None or len(dys) != 1 or len(gradients) > len(places):
        return False
    rng = np.random.default_rng(0)
    for place, gradient in zip(places, gradients, strict=False):
        found = to_array(gradient)
        if found is None or found.shape != np.shape(forward.arguments[place]):
            return False
        for _ in range(DIRECTIONS):
            along = rng.standard_normal(found.shape) * _scale(forward.arguments[place])
            slope = _slope(forward, place, along, dys[0])
            mine = float((found * along).sum())
            size = float(np.abs(found * along).sum())
            if slope is None or not abs(mine - slope) <= EXACT * (size + abs(slope)) + 1e-9:
                return False
    return True


def _slope(forward: Call, place: int, along: np.ndarray, dy: Any) -> float | None:
    """The change of sum(out * dy) for each unit that one argument moves along a direction."""
    x = forward.arguments[place]
    ends = []
    for sign in (1, -1):
        moved = list(forward.arguments)
        moved[place] = x + sign * STEP * along
        out = _out(forward.function(*moved))
        if out is None or out.shape != np.shape(dy):
            return None
        ends.append(float((out * dy).sum()))
    return (ends[0] - ends[1]) / (2 * STEP)


def _scale(x: np.ndarray) -> np.ndarray:
    """How far each feature's values spread: a step that one hardly notices is large for another."""
    spread = x.std(axis=0)
    return np.where(spread > 0, spread, float(np.abs(x).max()) or 1.0)


def _out(value: Any) -> np.ndarray | None:
    """What a forward computes: the first value, where it returns several."""
    return to_array(value[0] if isinstance(value, tuple | list) and value else value)


def _is_floats(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float64
