"""The gate ladder: climb from "is it there" to "are the values right", stop where it fails."""

import builtins
from dataclasses import replace
from time import perf_counter
from typing import Any

from coursekit.checking.answer import (
    Answer,
    AnswerCrashed,
    AnswerError,
    AnswerLacking,
    AnswerTimeout,
    Unsolved,
)
from coursekit.checking.case import in_hand, remember, smallest
from coursekit.checking.diagnose import Diagnosis, diagnose, swapped
from coursekit.checking.expected import expected
from coursekit.checking.forbidden import forbidden_use, returns
from coursekit.checking.guard import quiet
from coursekit.checking.pattern import pattern
from coursekit.checking.ready import get_ready
from coursekit.checking.result import RUNGS, Difference, Result
from coursekit.checking.spread import spread
from coursekit.checking.stories import (
    MEANINGS,
    container_story,
    error_story,
    silent_story,
    spelling_story,
    staged_story,
    unsteady_story,
)
from coursekit.checking.stories import shape_story as shape_story
from coursekit.checking.task import PUBLIC_SEED, Exercise
from coursekit.checking.trace import ScriptFailed, Trace, first_difference
from coursekit.checking.trial import signature, steady, tried, untried
from coursekit.checking.unwritten import UNFINISHED, begun
from coursekit.checking.words import sentence
from coursekit.errors import JudgeError


def judge(
    exercise: Exercise,
    answer: Answer | None,
    *,
    seed: int = PUBLIC_SEED,
    source: str | None = None,
) -> Result:
    """Judge an answer; never raises.

    What fails on the judge's side is the status `judge_failed`: no verdict, and nothing is kept of
    it.

    Args:
        exercise: what was asked.
        answer: what stands for the learner's function; None where it is not defined.
        seed: of the inputs; the public one in notebooks, a secret one when grading.
        source: the code that defines the answer, where forbidden names are looked for.
    """
    started = perf_counter()
    try:
        get_ready(exercise)
        with quiet():  # what overflows in a comparison is judged by its value
            result = _climb(exercise, answer, seed, source)
    except Exception as error:
        result = judge_failed(exercise, error)
    if seed != PUBLIC_SEED and exercise.planted and result.diagnosis == exercise.planted:
        words = "still the wrong answer that the notebook came with."
        result = _result(exercise, "unsolved", "", words, diagnosis=result.diagnosis)
    result = result.but(
        seconds=perf_counter() - started,
        hidden=seed != PUBLIC_SEED,
        next=result.next or _next_step(exercise, result),
    )
    if result.case is not None:
        remember(result.case)
    return result


def judge_failed(exercise: Exercise, error: Exception) -> Result:
    """The result where the judge itself failed."""
    known = isinstance(error, JudgeError | ScriptFailed)
    what = str(error) if known else f"{type(error).__name__}: {error}"
    words = f"the check itself failed: {sentence(what)} That is no verdict on your answer."
    blind = "the check itself failed. That is no verdict on your answer."
    about = Difference("", words, blind=blind)
    return _result(exercise, "judge_failed", "", words, difference=about, again=True)


def _climb(exercise: Exercise, answer: Answer | None, seed: int, source: str | None) -> Result:
    if answer is None:
        words = f"no function called {exercise.name} is defined."
        return _result(exercise, "missing", "defined", words)
    if source is not None:
        use = forbidden_use(source, exercise.name, exercise.banned)
        if use:
            return _result(exercise, "forbidden", "forbidden", use.words)
    wrong = signature(exercise, answer)
    if wrong:
        return _result(exercise, "failed", "signature", wrong.message, difference=wrong)
    try:
        mine = tried(exercise, answer, seed)
    except ScriptFailed as failure:
        found = untried(exercise, answer, seed, failure)
        about = {"difference": found, "label": failure.doing}
        return _result(exercise, "failed", found.rung, found.message, **about)
    if isinstance(mine.stopped, Unsolved):
        stopped = source is not None and begun(source, exercise.name)
        return _result(exercise, "unsolved", "", UNFINISHED if stopped else "not written yet.")
    right = expected(exercise, "", seed).trace()
    if parting := first_difference(exercise, mine, right):
        return _wrong(exercise, answer, mine, right, *parting, seed, source)
    if mine.stopped:
        return _stopped(exercise, answer, mine, right, seed)
    if len(mine.steps) != len(right.steps):  # a script gave up on it without a wrong value
        words = (
            f"the trial ended early, after: {mine.steps[-1].label if mine.steps else 'nothing'}."
        )
        return _result(exercise, "failed", "structure", words)
    if mine.mutated:
        return _mutated(exercise, mine, seed)
    if not steady(exercise, answer, mine, seed):
        return _result(exercise, "failed", "deterministic", unsteady_story(exercise.name, source))
    words = "all public checks passed." if seed == PUBLIC_SEED else "correct."
    return _result(
        exercise,
        "passed",
        "",
        words,
        score=exercise.points,
        verified=right.labels,
        notes=container_story(mine.steps, right.steps),
    )


def _diagnosed(exercise: Exercise, mine: Trace, seed: int) -> Diagnosis | None:
    """The known mistake that the answer makes; a fault in looking for it changes no verdict."""
    try:
        return diagnose(exercise, mine, seed)
    except Exception:
        return None


def _wrong(
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
    found = _diagnosed(exercise, mine, seed)
    if found is None and not isinstance(mine.stopped, AnswerTimeout):  # it would hang again
        if not steady(exercise, answer, mine, seed):
            words = unsteady_story(exercise.name, source)
            kept = {"label": label, "case": in_hand(exercise, mine, right, label)}
            return _result(exercise, "failed", "deterministic", words, **kept)
        found = swapped(exercise, answer, mine, seed)
    message = difference.message
    if spelling := spelling_story(mine[label], right.steps):
        message = f"{message} {spelling}"
        difference = replace(difference, message=message)
    if source is not None and mine[label] is None and not returns(source, exercise.name):
        message = silent_story(exercise.name, source)
        difference = replace(difference, message=message, blind=message)
    share = 0.5 if difference.right_values else exercise.credit.get(difference.rung, 0)
    wrong = RUNGS.index(difference.rung) >= RUNGS.index("values")
    return _result(
        exercise,
        "partial" if share else "failed",
        difference.rung,
        message,
        score=exercise.points * share,
        label=label,
        case=in_hand(exercise, mine, right, label),
        difference=difference,
        pattern=_pattern(exercise, mine, right, first, label, seed) if wrong else "",
        diagnosis=found.name if found else None,
        explanation=found.explanation if found else "",
        notes=staged_story(exercise, mine[label], right[label]) if exercise.staged else (),
    )


def _pattern(
    exercise: Exercise, mine: Trace, right: Trace, first: str, told: str, seed: int
) -> str:
    """What relates the wrong values to the right ones, and where they are wrong.

    It is seen on the first case, which is seldom so small that everything is a pattern.
    """
    try:
        related = pattern(mine[first], right[first], exercise.inputs(first, seed))
        related += f" (on: {first})" if related and first != told else ""
        return "; ".join(filter(None, [related, spread(exercise, mine, right)]))
    except Exception:  # a fault in looking for it changes no verdict
        return ""


def _stopped(exercise: Exercise, answer: Answer, mine: Trace, right: Trace, seed: int) -> Result:
    """The code raised, hung or died: say where, on what, and what it means."""
    stopped = mine.stopped
    at: dict[str, Any] = {"label": mine.doing, "case": in_hand(exercise, mine, right, mine.doing)}
    if isinstance(stopped, AnswerTimeout):
        words = (
            f"{sentence(stopped)} Look for a loop that does not end, or takes far too many steps."
        )
        again = stopped.again
        return _result(exercise, "timeout", "runs", words, again=again, **at)
    if isinstance(stopped, AnswerCrashed):
        words = sentence(f"the process ended: {stopped}")
        about = Difference("runs", words, blind="the process ended on a hidden case.")
        again = stopped.again
        return _result(exercise, "error", "runs", words, again=again, difference=about, **at)
    assert isinstance(stopped, AnswerError)
    if isinstance(stopped, AnswerLacking):
        words = sentence(stopped.message)
        lacking = Difference("runs", words, blind=words)
        return _result(exercise, "error", "runs", words, difference=lacking, **at)
    if answer.parameters is None and stopped.message.endswith("object is not callable"):
        words = f"{exercise.name} is no function here: a value was assigned to the same name later."
        return _result(exercise, "failed", "callable", words)
    found = _diagnosed(exercise, mine, seed) or swapped(exercise, answer, mine, seed)
    raised = sentence(f"{stopped.where or exercise.name} raised {stopped}")
    said = [raised, error_story(stopped)]
    if mine.steps:
        worked = sentence(mine.steps[-1].label)
        said.append(f"It worked on: {worked} What is different here, or left over from before?")
    words = " ".join(filter(None, said))
    return _result(
        exercise,
        "error",
        "runs",
        words,
        difference=Difference("runs", words, blind=_raised_blindly(stopped)),
        diagnosis=found.name if found else None,
        explanation=found.explanation if found else "",
        **at,
    )


def _raised_blindly(stopped: AnswerError) -> str:
    """What is said of an exception where its words and its line may tell a hidden input."""
    known = isinstance(getattr(builtins, stopped.kind, None), type)
    meaning = f" {MEANINGS[stopped.kind]}" if stopped.kind in MEANINGS else ""
    return f"it raised {stopped.kind if known else 'an exception'} on a hidden case.{meaning}"


def _mutated(exercise: Exercise, mine: Trace, seed: int) -> Result:
    names = ", ".join(sorted(mine.mutated))
    found = _diagnosed(exercise, mine, seed)
    return _result(
        exercise,
        "partial",
        "untouched",
        f"right values, but the call changed {names} in place; the caller still needs it.",
        score=exercise.points / 2,
        diagnosis=found.name if found else None,
        explanation=found.explanation if found else "",
    )


def _result(exercise: Exercise, status: str, rung: str, message: str, **fields) -> Result:
    score = fields.pop("score", 0)
    return Result(
        exercise.name, exercise.lesson, status, score, exercise.points, rung, message, **fields
    )


def _next_step(exercise: Exercise, result: Result) -> str:
    if result.status == "passed":
        return exercise.ask or "Go on to the next cell."
    if result.status == "judge_failed":
        return "Run this check again. If it fails again, please report it with your code."
    if result.status == "unsolved":
        return "Write the function, run its cell, then run this check again."
    if result.rung == "callable":
        return f"Run the cell that defines {exercise.name} again, and rename the other."
    if result.status == "missing":
        return f"Run the cell that defines {exercise.name}; is the name spelt so?"
    return f"hint({exercise.name})"
