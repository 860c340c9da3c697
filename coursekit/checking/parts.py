"""An exercise in parts: each is judged by itself, and the whole has the points of its parts.

A part is a script of its own, on objects of its own, so that what is wrong or not written yet in
one costs nothing in another. To the ladder it is an exercise like any other.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from coursekit.checking.answer import Answer, AnswerTimeout, Unsolved
from coursekit.checking.expected import expected
from coursekit.checking.precision import SHARE
from coursekit.checking.result import PartScore, Result
from coursekit.checking.task import PUBLIC_SEED, Exercise, Script
from coursekit.checking.trace import ScriptFailed, first_difference
from coursekit.checking.trial import steady, tried, untried

WHOLE = ("missing", "forbidden", "judge_failed", "manual")  # verdicts that no part has alone


def in_parts(**parts: tuple[float, Script]) -> dict[str, Any]:
    """Options of an exercise: parts by name, each with its points and its script."""

    def script(answer: Any, rng: Any) -> Iterator[Any]:
        for _, part in parts.values():
            yield from part(answer, rng)

    return {"script": script, "parts": parts, "points": math.fsum(p for p, _ in parts.values())}


@lru_cache(maxsize=64)
def alone(exercise: Exercise, part: str) -> Exercise:
    """The part as an exercise; always the same object."""
    points, script = exercise.parts[part]
    return replace(exercise, script=script, points=points, parts={}, credit={})


@lru_cache(maxsize=1024)
def shows_in(exercise: Exercise, mistake: str) -> tuple[str, ...]:
    """The parts that a mistake fails, in their order: those whose scripts see it."""
    return tuple(p for p in exercise.parts if not _alike(alone(exercise, p), mistake, ""))


def _alike(part: Exercise, one: str, other: str) -> bool:
    """True if two behaviours of an exercise are the same in one of its parts."""
    try:
        return expected(part, one, PUBLIC_SEED).equals(expected(part, other, PUBLIC_SEED).trace())
    except ScriptFailed:
        return False


def _only_one(part: Exercise, name: str) -> bool:
    """True if no other mistake does the same in a part, which may not see what tells two apart."""
    seen = expected(part, name, PUBLIC_SEED).trace()
    others = (other for other in part.mistakes if other != name)
    return not any(expected(part, other, PUBLIC_SEED).equals(seen) for other in others)


def by_itself(
    exercise: Exercise, part: str, answer: Answer, judge: Callable[[Exercise], Result]
) -> Result:
    """The verdict on one part, on the public inputs.

    Args:
        judge: judges the answer by an exercise, in all words.
    """
    mine = alone(exercise, part)
    result = judge(mine).but(part=part)
    if result.status in WHOLE:
        return result
    earned, _ = _earned(mine, part, answer, PUBLIC_SEED)
    if result.passed or result.diagnosis not in exercise.mistakes:
        return result.but(score=earned.score)
    if not _only_one(mine, result.diagnosis):
        result = result.but(diagnosis=None, explanation="")
    return result.but(score=earned.score)


def added_up(exercise: Exercise, whole: Result, answer: Answer | None, seed: int) -> Result:
    """The verdict on the whole, with the points that its parts earn.

    Args:
        whole: what was found where all parts were tried one after the other.
    """
    parted = exercise.parts and answer is not None and whole.status not in WHOLE
    if not parted or whole.rung in ("callable", "signature"):
        return whole
    assert answer is not None
    if whole.passed:
        every = [PartScore(name, "passed", p, p) for name, (p, _) in exercise.parts.items()]
        return whole.but(parts=tuple(every))
    found = [_earned(alone(exercise, name), name, answer, seed) for name in exercise.parts]
    parts = tuple(part for part, _ in found)
    statuses = {part.status for part in parts}
    if statuses == {"passed"} or statuses == {"unsolved"}:  # what is wrong lies between the parts
        return whole
    score, status, message = math.fsum(p.score for p in parts), whole.status, whole.message
    if status == "unsolved":
        left = ", ".join(part.name for part in parts if part.status == "unsolved")
        status, message = "failed", f"not all of it is written yet: {left}."
    return whole.but(
        status="partial" if score else status,
        score=score,
        message=message,
        parts=parts,
        again=whole.again or any(again for _, again in found),
    )


def _earned(part: Exercise, name: str, answer: Answer, seed: int) -> tuple[PartScore, bool]:
    """What the answer earns for a part, in the order of the ladder; and if it may end otherwise.

    Raises:
        ScriptFailed: by no fault of the answer's.
    """
    status, share, again = _outcome(part, answer, seed)
    return PartScore(name, status, part.points * share, part.points), again


def _outcome(part: Exercise, answer: Answer, seed: int) -> tuple[str, float, bool]:
    try:
        mine = tried(part, answer, seed)
    except ScriptFailed as failure:
        untried(part, answer, seed, failure)
        return "failed", 0, False
    if isinstance(mine.stopped, Unsolved):
        return "unsolved", 0, False
    right = expected(part, "", seed).trace()
    if parting := first_difference(part, mine, right):
        return ("partial", SHARE, False) if parting[1].right_values else ("failed", 0, False)
    if mine.stopped:
        late = isinstance(mine.stopped, AnswerTimeout)
        return "timeout" if late else "error", 0, getattr(mine.stopped, "again", False)
    if len(mine.steps) != len(right.steps) or not steady(part, answer, mine, seed):
        return "failed", 0, False
    return ("partial", 0.5, False) if mine.mutated else ("passed", 1, False)
