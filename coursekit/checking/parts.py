"""An exercise in parts: each is judged by itself, and the whole has the points of its parts.

A part is a script of its own, on objects of its own, so that what is wrong or not written yet in
one costs nothing in another. To the ladder it is an exercise like any other.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from coursekit.checking.answer import Answer, AnswerTimeout, Unsolved
from coursekit.checking.expected import expected
from coursekit.checking.failing import digits_lost
from coursekit.checking.precision import SHARE
from coursekit.checking.result import PartScore, Result
from coursekit.checking.task import PUBLIC_SEED, Exercise, Script
from coursekit.checking.trace import ScriptFailed, Trace, first_difference
from coursekit.checking.trial import steady, tried, untried

# Seconds for a part: as many as an exercise has; for each where the whole came to no end; for all
# of those together that come to none in so few.
LONG, SHORT, TOGETHER = math.inf, 2.0, 10.0
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


def told_apart(exercise: Exercise, part: str, answer: Answer, result: Result) -> Result:
    """The verdict on one part on the public inputs, with a mistake's name only if that is sure.

    Args:
        result: what was found where the answer was judged by the part alone.
    """
    result = result.but(part=part)
    if result.passed:
        return result.but(
            message="all public checks of this part passed.", next=_after(exercise, part)
        )
    if result.diagnosis not in exercise.mistakes:
        return result
    name = _the_one(exercise, part, result.diagnosis, answer)
    words = exercise.mistakes[name].explanation if name else ""
    return result.but(diagnosis=name, explanation=words)


def _after(exercise: Exercise, part: str) -> str:
    names = [*exercise.parts, ""]
    following = names[names.index(part) + 1]
    return f'check({exercise.name}, part="{following}")' if following else f"check({exercise.name})"


def _the_one(exercise: Exercise, part: str, found: str, answer: Answer) -> str | None:
    """Of the mistakes that do in a part what one does, that which the other parts speak for."""
    seen = expected(alone(exercise, part), found, PUBLIC_SEED).trace()
    kind = [n for n in exercise.mistakes if n == found or _does(exercise, part, n, seen)]
    for other in exercise.parts:
        if len(kind) > 1 and other != part:
            try:
                mine = tried(alone(exercise, other), answer, PUBLIC_SEED)
            except ScriptFailed:
                continue
            if not isinstance(mine.stopped, Unsolved):
                kind = [n for n in kind if _does(exercise, other, n, mine)] or kind
    return kind[0] if len(kind) == 1 else None


def _does(exercise: Exercise, part: str, mistake: str, seen: Trace) -> bool:
    """True if a mistake does in a part what was seen."""
    return expected(alone(exercise, part), mistake, PUBLIC_SEED).equals(seen)


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
    found = _each(exercise, answer, seed, LONG if whole.status != "timeout" else SHORT)
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


def _each(
    exercise: Exercise, answer: Answer, seed: int, seconds: float
) -> list[tuple[PartScore, bool]]:
    """What each part earns, and if it may end otherwise: what hangs takes no time from another.

    What is slow must not be taken for what hangs. One part that comes to no end in so few seconds
    is given as many as an exercise has; of several each has its share, and no verdict is final.
    """

    def tell(name: str, seconds: float) -> tuple[PartScore, bool]:
        return _earned(alone(exercise, name), name, _anew(answer, seconds), seed)

    found = {name: tell(name, seconds) for name in exercise.parts}
    late = [name for name, (part, _) in found.items() if part.status == "timeout"]
    share = LONG if len(late) == 1 else TOGETHER / max(1, len(late))
    for name in late:
        part, again = found[name]
        if share > seconds:
            part, again = tell(name, share)
        found[name] = part, again or (part.status == "timeout" and max(share, seconds) < LONG)
    return list(found.values())


def _anew(answer: Answer, seconds: float) -> Answer:
    """The answer as if nothing had been asked of it: what ended in one part costs no other."""
    renewed = getattr(answer, "renewed", None)
    return renewed(seconds) if renewed else answer


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
        near = parting[1].right_values or digits_lost(part, answer, mine, seed)
        return ("partial", SHARE, False) if near else ("failed", 0, False)
    if mine.stopped:
        late = isinstance(mine.stopped, AnswerTimeout)
        return "timeout" if late else "error", 0, getattr(mine.stopped, "again", False)
    if len(mine.steps) != len(right.steps) or not steady(part, answer, mine, seed):
        return "failed", 0, False
    return ("partial", 0.5, False) if mine.mutated else ("passed", 1, False)
