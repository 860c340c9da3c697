"""Which helpers in the box are a submission's wrong ones, and how the judge's stand in for them.

That a right answer loses nothing for a wrong helper, and in which words, is checking/inherited's.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.checking import (
    AnswerCrashed,
    AnswerError,
    AnswerTimeout,
    Exercise,
    Local,
    Result,
    Unsolved,
    judge,
)
from coursekit.checking.inherited import on_right_helpers
from coursekit.checking.kept import on_what_was_kept
from coursekit.checking.source.forbidden import reached
from coursekit.checking.trace import equal, observe
from coursekit.sandbox.remote import find_answer, replaced
from coursekit.sandbox.session import Session

WRONG = ("failed", "partial", "error")  # written, and not right
TIME = 10.0  # seconds of the processor's for one call of a right helper
BYTES_LIMIT, NUMBER_LIMIT = 1 << 18, 10_000  # of what a right helper is called with


def inherited(
    exercise: Exercise,
    result: Result,
    others: list[tuple[Exercise, Result]],
    session: Session,
    *,
    source: str,
    seed: int,
    tensors: bool,
) -> Result:
    """The result, or the one that the answer has with right helpers.

    Args:
        others: the other exercises of the lesson, and how they were judged; those that come earlier
            with right helpers of their own.
        source: of the notebook, where the helpers are looked for.
    """
    if result.status not in WRONG:
        return result
    used = reached(source, exercise.name)
    wrong = [
        (e, r)
        for e, r in others
        if e.name in used and r.status in WRONG and not _is_the_answer(e, exercise, seed)
    ]
    answer = find_answer(session, exercise.name, tensors=tensors)
    if not wrong:
        return on_what_was_kept(exercise, answer, result, seed) if answer else result
    refused: list[str] = []
    put = replaced(session, {helper.name: _right(helper, refused) for helper, _ in wrong})

    def again() -> Result:
        return judge(exercise, answer, seed=seed, source=source)

    try:
        told = on_right_helpers(result, [r for _, r in wrong], put, again, refused)
    except (AnswerCrashed, AnswerError, AnswerTimeout, Unsolved):
        return result
    if told is result or not told.passed:  # its own fault too, told without the helper's
        return told
    return told.but(notes=(*told.notes, f"inherited: {told.message}"))


def _is_the_answer(helper: Exercise, exercise: Exercise, seed: int) -> bool:
    """True if to call the helper is all that the exercise asks for."""
    if isinstance(helper.right, type):  # an object of the judge's cannot live in the box
        return True
    mine, right = (
        observe(exercise, Local(function, name=exercise.name, timeout=None), seed)
        for function in (helper.right, exercise.right)
    )
    return equal(exercise, mine, right)


def _right(helper: Exercise, refused: list[str]) -> Callable[..., Any]:
    """The helper's right answer as the learner's code may call it: on little.

    Args:
        refused: gets a line where it could not stand in, for a reason of the judge's alone.
    """
    answer = Local(helper.right, name=helper.name, timeout=TIME)

    def right(*arguments: Any, **options: Any) -> Any:
        try:
            return lent(*arguments, **options)
        except (_Refused, AnswerTimeout) as error:
            refused.append(str(error))
            raise

    def lent(*arguments: Any, **options: Any) -> Any:
        if _size([arguments, options]) > BYTES_LIMIT:
            raise _Refused(f"{helper.name} was called with more than a learner needs")
        value = answer(*arguments, **options)
        if not _plain(value):
            raise _Refused(f"what {helper.name} returns cannot leave the judge")
        return value

    return right


class _Refused(ValueError):
    """A right helper does not do what it is asked for."""


def _size(value: Any) -> float:
    """Bytes of what is given; infinite where a number could be a count of steps without end."""
    if isinstance(value, list | tuple):
        return sum(map(_size, value)) + 8
    if isinstance(value, dict):
        return sum(map(_size, value.values())) + 8
    if isinstance(value, int | float | np.number):
        return 8 if abs(float(value)) <= NUMBER_LIMIT else float("inf")
    if isinstance(value, str):
        return len(value)
    size = getattr(value, "nbytes", None)
    return size if isinstance(size, int) else 8


def _plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    if isinstance(value, dict):
        return all(map(_plain, value.values()))
    return not hasattr(value, "vjp") and not callable(value)
