"""The gate ladder: climb from "is it there" to "are the values right", stop where it fails."""

from time import perf_counter

from coursekit.checking import failing
from coursekit.checking.answer import (
    Answer,
    Unsolved,
)
from coursekit.checking.expected import expected
from coursekit.checking.explain import (
    container_story,
    unsteady_story,
)
from coursekit.checking.explain import shape_story as shape_story
from coursekit.checking.limits.guard import quiet
from coursekit.checking.parts import added_up
from coursekit.checking.planted import stands
from coursekit.checking.ready import get_ready
from coursekit.checking.result import Difference, Result
from coursekit.checking.shown.case import remember
from coursekit.checking.source.forbidden import forbidden_use
from coursekit.checking.task import PUBLIC_SEED, Exercise
from coursekit.checking.trace import ScriptFailed, first_difference
from coursekit.checking.trial import signature, steady, tried, untried
from coursekit.checking.unwritten import MEND, SHIPPED, UNFINISHED, begun
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
            result = added_up(exercise, result, answer, seed)
    except Exception as error:
        result = judge_failed(exercise, error)
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
    return failing.result(exercise, "judge_failed", "", words, difference=about, again=True)


def _climb(exercise: Exercise, answer: Answer | None, seed: int, source: str | None) -> Result:
    if answer is None:
        words = f"no function called {exercise.name} is defined."
        return failing.result(exercise, "missing", "defined", words)
    if stands(exercise, source, seed):
        return failing.result(exercise, "unsolved", "", SHIPPED, next=MEND)
    if source is not None:
        use = forbidden_use(source, exercise.name, exercise.banned)
        if use:
            return failing.result(exercise, "forbidden", "forbidden", use.words)
    wrong = signature(exercise, answer)
    if wrong:
        return failing.result(exercise, "failed", "signature", wrong.message, difference=wrong)
    try:
        mine = tried(exercise, answer, seed)
    except ScriptFailed as failure:
        found = untried(exercise, answer, seed, failure)
        about = {"difference": found, "label": failure.doing}
        return failing.result(exercise, "failed", found.rung, found.message, **about)
    if isinstance(mine.stopped, Unsolved):
        stopped = source is not None and begun(source, exercise.name)
        return failing.result(
            exercise, "unsolved", "", UNFINISHED if stopped else "not written yet."
        )
    right = expected(exercise, "", seed).trace()
    if parting := first_difference(exercise, mine, right):
        return failing.wrong(exercise, answer, mine, right, *parting, seed, source)
    if mine.stopped:
        return failing.stopped(exercise, answer, mine, right, seed, source)
    if len(mine.steps) != len(right.steps):  # a script gave up on it without a wrong value
        words = (
            f"the trial ended early, after: {mine.steps[-1].label if mine.steps else 'nothing'}."
        )
        return failing.result(exercise, "failed", "structure", words)
    if mine.mutated:
        return failing.changed(exercise, answer, mine, seed)
    if not steady(exercise, answer, mine, seed):
        return failing.result(
            exercise, "failed", "deterministic", unsteady_story(exercise.name, source)
        )
    words = "all public checks passed." if seed == PUBLIC_SEED else "correct."
    return failing.result(
        exercise,
        "passed",
        "",
        words,
        score=exercise.points,
        verified=right.labels,
        notes=container_story(mine.steps, right.steps),
    )


def _next_step(exercise: Exercise, result: Result) -> str:
    if result.status == "passed":
        return exercise.ask or "Go on to the next cell."
    if result.status == "judge_failed":
        return "Run this check again. If it fails again, please report it with your code."
    if result.status == "unsolved":
        kind = "class" if isinstance(exercise.right, type) else "function"
        return f"Write the {kind}, run its cell, then run this check again."
    if result.rung == "callable":
        return f"Run the cell that defines {exercise.name} again, and rename the other."
    if result.status == "missing":
        return f"Run the cell that defines {exercise.name}; is the name spelt so?"
    return f"hint({exercise.name})"
