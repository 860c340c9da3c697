"""What is said of an answer that fails: wrong values, an end too soon, changed arguments."""

import builtins
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from coursekit.checking.answer import (
    Answer,
    AnswerCrashed,
    AnswerError,
    AnswerLacking,
    AnswerTimeout,
)
from coursekit.checking.attribute import attribute_story
from coursekit.checking.behaviour import behaviour
from coursekit.checking.crash import crash_story
from coursekit.checking.diagnose import Diagnosis, diagnose, swapped
from coursekit.checking.explain import (
    MEANINGS,
    silent_story,
    spelling_story,
    staged_story,
    unsteady_story,
)
from coursekit.checking.naming.cause import Looked
from coursekit.checking.naming.told import by_output
from coursekit.checking.pattern import pattern
from coursekit.checking.precision import SHARE, imprecise
from coursekit.checking.result import RUNGS, Difference, Result
from coursekit.checking.returned import returned_names
from coursekit.checking.shown.case import in_hand, smallest
from coursekit.checking.source.forbidden import returns
from coursekit.checking.spread import outputs, spread
from coursekit.checking.task import Exercise
from coursekit.checking.trace import Trace
from coursekit.checking.trial import steady
from coursekit.checking.words import sentence

Found = TypeVar("Found")


def _sought(look: Callable[..., Found], *about: Any, **options: Any) -> Found | None:
    """What is found; a fault in looking for it changes no verdict."""
    try:
        return look(*about, **options)
    except Exception:
        return None


def digits_lost(exercise: Exercise, answer: Answer, mine: Trace, seed: int) -> Diagnosis | None:
    """The precision that all digits agree to; a fault in looking for it changes no verdict."""
    return _sought(imprecise, exercise, answer, mine, seed)


def wrong(
    exercise: Exercise,
    answer: Answer,
    mine: Trace,
    right: Trace,
    first: str,
    difference: Difference,
    seed: int,
    source: str | None,
) -> Result:
    """A value differs: say which mistake does exactly this, or what relates the two.

    Told of is the first case that differs; where inputs are kept, the smallest that does so in the
    same way.
    """
    label, difference = smallest(exercise, mine, right, first, difference)
    looked = Looked(exercise, answer, mine, seed)
    found = _sought(diagnose, exercise, answer, mine, seed, looked)
    few = None if found else digits_lost(exercise, answer, mine, seed)
    found = found or few
    if found is None and not isinstance(mine.stopped, AnswerTimeout):  # it would hang again
        if not steady(exercise, answer, mine, seed):
            words = unsteady_story(exercise.name, source)
            kept = {"label": label, "case": in_hand(exercise, mine, right, label)}
            return result(exercise, "failed", "deterministic", words, **kept)
        found = _sought(swapped, exercise, answer, mine, seed)
    message = difference.message
    # What a script yields are its own words; of a case's value every word is the answer's.
    if exercise.cases and (spelling := spelling_story(mine[label], right.steps)):
        message = f"{message} {spelling}"
        difference = replace(difference, message=message)
    if source is not None and mine[label] is None and not returns(source, exercise.name):
        message = silent_story(exercise.name, source)
        difference = replace(difference, message=message, blind=message)
    share = SHARE if few or difference.right_values else exercise.credit.get(difference.rung, 0)
    related = RUNGS.index(difference.rung) >= RUNGS.index("values")
    told = result(
        exercise,
        "partial" if share else "failed",
        difference.rung,
        message,
        score=exercise.points * share,
        label=label,
        case=in_hand(exercise, mine, right, label),
        difference=difference,
        pattern=_pattern(exercise, mine, right, first, label, seed) if related else "",
        diagnosis=found.name if found else None,
        explanation=found.explanation if found else "",
        notes=staged_story(exercise, mine[label], right[label]) if exercise.staged else (),
        behaviour=_sought(behaviour, mine) or "",
    )
    return by_output(looked, told)


def _pattern(
    exercise: Exercise, mine: Trace, right: Trace, first: str, told: str, seed: int
) -> str:
    """What relates the wrong values to the right ones, and where they are wrong.

    It is seen on the first case, which is seldom so small that everything is a pattern.
    """
    names = getattr(right[first], "_fields", None) or returned_names(exercise)
    given = exercise.inputs(first, seed)
    related = _sought(lambda: pattern(mine[first], right[first], given, names))
    on = f" (on: {first})" if related and first != told else ""
    where = _sought(spread, exercise, mine, right)
    which = _sought(outputs, exercise, mine, right, kept=not related)
    return "; ".join(filter(None, [f"{related or ''}{on}", where, which]))


def stopped(
    exercise: Exercise, answer: Answer, mine: Trace, right: Trace, seed: int, source: str | None
) -> Result:
    """The code raised, hung or died: say where, on what, and what it means."""
    end = mine.stopped
    at: dict[str, Any] = {"label": mine.doing, "case": in_hand(exercise, mine, right, mine.doing)}
    if isinstance(end, AnswerTimeout):
        words = f"{sentence(end)} Look for a loop that does not end, or takes far too many steps."
        again = end.again
        return result(exercise, "timeout", "runs", words, again=again, **at)
    if isinstance(end, AnswerCrashed):
        words = sentence(f"the process ended: {end}")
        about = Difference("runs", words, blind="the process ended on a hidden case.")
        again = end.again
        return result(exercise, "error", "runs", words, again=again, difference=about, **at)
    assert isinstance(end, AnswerError)
    if isinstance(end, AnswerLacking):
        words = sentence(end.message)
        lacking = Difference("runs", words, blind=words)
        return result(exercise, "error", "runs", words, difference=lacking, **at)
    if answer.parameters is None and end.message.endswith("object is not callable"):
        words = f"{exercise.name} is no function here: a value was assigned to the same name later."
        return result(exercise, "failed", "callable", words)
    lacks = _sought(attribute_story, end, exercise, source) or ""
    words = crash_story(exercise.name, end, mine.steps[-1].label if mine.steps else "", lacks)
    asked = exercise, answer, mine, seed
    found = _sought(diagnose, *asked) or _sought(swapped, *asked)
    return result(
        exercise,
        "error",
        "runs",
        words,
        difference=Difference("runs", words, blind=_raised_blindly(end)),
        diagnosis=found.name if found else None,
        explanation=found.explanation if found else "",
        behaviour=_sought(behaviour, mine) or "",
        **at,
    )


def _raised_blindly(stopped: AnswerError) -> str:
    """What is said of an exception where its words and its line may tell a hidden input."""
    known = isinstance(getattr(builtins, stopped.kind, None), type)
    meaning = f" {MEANINGS[stopped.kind]}" if stopped.kind in MEANINGS else ""
    return f"it raised {stopped.kind if known else 'an exception'} on a hidden case.{meaning}"


def changed(exercise: Exercise, answer: Answer, mine: Trace, seed: int) -> Result:
    """The values are right, and arguments are not what they were."""
    names = ", ".join(sorted(mine.mutated))
    found = _sought(diagnose, exercise, answer, mine, seed)
    return result(
        exercise,
        "partial",
        "untouched",
        f"right values, but the call changed {names} in place; the caller still needs it.",
        score=exercise.points / 2,
        diagnosis=found.name if found else None,
        explanation=found.explanation if found else "",
        behaviour=_sought(behaviour, mine) or "",
    )


def result(exercise: Exercise, status: str, rung: str, message: str, **fields: Any) -> Result:
    """A Result of that exercise, without points unless a score is given."""
    score = fields.pop("score", 0)
    return Result(
        exercise.name, exercise.lesson, status, score, exercise.points, rung, message, **fields
    )
