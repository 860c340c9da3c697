"""An answer that calls the learner's own answer to another exercise: which of the two is wrong.

A right answer does not fail for what it is built on. It is judged once more with the course's
helper in the place of the learner's wrong one, and the verdict says which is which.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from threading import Lock
from typing import Any

from coursekit.checking.kept import on_what_was_kept
from coursekit.checking.ladder import judge
from coursekit.checking.local import Local
from coursekit.checking.result import Result
from coursekit.checking.source.surroundings import reach, source
from coursekit.checking.task import PUBLIC_SEED, REGISTRY, Exercise

NOT_JUDGED = ("passed", "forbidden", "missing", "judge_failed")  # no helper changes these verdicts
_one_at_a_time = Lock()


def on_right_helpers(
    result: Result,
    wrong: Sequence[Result],
    put: AbstractContextManager[Collection[str]],
    again: Callable[[], Result],
    refused: Collection[object] = (),
) -> Result:
    """The result, or the one that the answer has where right helpers stand in for wrong ones.

    That one is told only where it takes nothing away: an answer may be written for what its own
    helper returns, and would then be said to be wrong in what the course's returns.

    Args:
        wrong: the results of the learner's own helpers that are not right.
        put: within it right ones stand in their place; it gives the names that could be replaced.
        again: judges the answer anew.
        refused: by then not empty if a right helper did not do what it was asked for.
    """
    with put as replaced:
        ours = again()
    stood_in = [found for found in wrong if found.exercise in replaced]
    if ours.status in ("unsolved", "judge_failed") or not stood_in or refused:
        return result
    ends = ours.status not in ("error", "timeout")
    fits = ends or result.status in (ours.status, "unsolved")
    return inherited(ours, stood_in) if fits and ours.score >= result.score else result


def inherited(ours: Result, helpers: Sequence[Result]) -> Result:
    """The verdict on an answer whose helpers are the learner's own, and wrong.

    Args:
        ours: its result with the course's helpers in the place of those.
        helpers: the results of the learner's own.
    """
    unwritten = all(h.status == "unsolved" for h in helpers)
    several = len(helpers) > 1
    names = " and ".join(f"`{h.exercise}`" for h in helpers)
    fault = "not written yet" if unwritten else "wrong" if not ours.passed else "what is wrong"
    if any(h.status == "judge_failed" for h in helpers):
        fault = "not judged, for the check itself failed"
    words = f"your {names}, which it calls, {'are' if several else 'is'} {fault}"
    if not ours.passed:
        note = f"{words} too; here the course's stood in for {'them' if several else 'it'}."
        return ours.but(notes=(*ours.notes, note))
    after = " and ".join(f"check({h.exercise})" for h in helpers)
    return ours.but(message=f"your `{ours.exercise}` is right; {words}.", next=after)


def judge_with_ours(exercise: Exercise, function: Callable, result: Result) -> Result:
    """The same result, or, where the learner's helpers are wrong, the one that they do not spoil.

    For functions of this process; their globals hold the course's helpers for so long.
    """
    if result.status in NOT_JUDGED:
        return result
    wrong = _wrong_helpers(exercise, function, frozenset({exercise.name}))
    if not wrong:
        mine = Local(function, name=exercise.name)
        return on_what_was_kept(exercise, mine, result, PUBLIC_SEED)
    put = _replaced(function, {found.exercise for found in wrong})

    def again() -> Result:
        return _judged(exercise, function)

    return on_right_helpers(result, wrong, put, again)


def _wrong_helpers(exercise: Exercise, function: Callable, asked: frozenset[str]) -> list[Result]:
    """The results of its helpers that are wrong, and not only built on a wrong one themselves.

    Args:
        asked: exercises whose answers are being looked at: two may call each other.
    """
    found = []
    for task, helper in _helpers(exercise, function):
        result = _judged(task, helper)
        if result.passed:
            continue
        if task.name not in asked and result.status not in NOT_JUDGED:
            inner = _wrong_helpers(task, helper, asked | {task.name})
            put = _replaced(helper, {one.exercise for one in inner})
            again = partial(_judged, task, helper)
            if inner and on_right_helpers(result, inner, put, again).passed:
                continue
        found.append(result)
    return found


def _judged(exercise: Exercise, function: Callable) -> Result:
    mine = Local(function, name=exercise.name)
    return judge(exercise, mine, source=source(function, exercise.name))


def _helpers(exercise: Exercise, function: Callable) -> Iterator[tuple[Exercise, Callable]]:
    """Other exercises that the function calls the learner's own answers to."""
    seen = {exercise.name}
    for _, names in reach(function):
        for name, value in names.items():
            task = REGISTRY.get(name)
            if isinstance(task, Exercise) and name not in seen and value is not task.right:
                seen.add(name)
                if callable(value):
                    yield task, value


@contextmanager
def _replaced(function: Callable, names: set[str]) -> Iterator[set[str]]:
    """Put the course's answers where the function and its helpers look for these names.

    Yields the names that could be replaced; what an enclosing function holds cannot.
    """
    before: list[tuple[dict[str, Any], str, Any]] = []
    with _one_at_a_time:
        try:
            for helper, used in list(reach(function)):
                for home in _homes(helper):
                    for name in names & used.keys() & home.keys():
                        task, theirs = REGISTRY[name], home[name]
                        if theirs is used[name] and isinstance(task, Exercise):
                            before.append((home, name, theirs))
                            home[name] = task.right
            yield {name for _, name, _ in before}
        finally:
            for home, name, value in reversed(before):
                home[name] = value


def _homes(function: Callable) -> list[dict[str, Any]]:
    """The global names of a function, or of a class's methods."""
    parts = [function, *vars(function).values()] if isinstance(function, type) else [function]
    return [part.__globals__ for part in parts if hasattr(part, "__globals__")]
