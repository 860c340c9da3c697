"""Is an exercise fit to be set? Run by tests and for foreign packs, never at import."""

import itertools
from collections.abc import Callable
from typing import Any

from coursekit.checking.answer import AnswerLacking
from coursekit.checking.expected import expected
from coursekit.checking.local import Local, parameters
from coursekit.checking.result import RUNGS
from coursekit.checking.task import PUBLIC_SEED, Exercise
from coursekit.checking.trace import ScriptFailed, Trace, equal, observe
from coursekit.errors import ExerciseError, JudgeError


def validate(exercise: Exercise, *, seed: int = PUBLIC_SEED) -> list[str]:
    """Every reason why an exercise cannot be set; an empty list is a fit one."""
    problems = list(_incomplete(exercise))
    try:
        right = expected(exercise.name, "", seed).trace()
    except JudgeError as error:
        return [*problems, str(error)]
    except ScriptFailed as error:
        unfit = isinstance(error.__cause__, ExerciseError)  # an argument that cannot cross
        words = (
            str(error.__cause__) if unfit else f"it cannot be tried on the right answer: {error}"
        )
        return [*problems, words]
    if not right.steps:
        problems.append("no case is tried")
    repeated = {label for label in right.labels if right.labels.count(label) > 1}
    if repeated:
        problems.append(f"labels are used twice: {', '.join(sorted(repeated))}")
    for step in right.steps:
        if step.rung not in RUNGS:
            known = ", ".join(RUNGS)
            problems.append(f"{step.label!r} is on a rung {step.rung!r}; these are known: {known}")
    if unknown := sorted(exercise.credit.keys() - set(RUNGS)):
        problems.append(f"credit is given on a rung that is not known: {', '.join(unknown)}")
    asked = {p.rstrip("=") for p in parameters(exercise.right) or []}
    if unknown := sorted(set(exercise.writes) - asked):
        problems.append(f"writes names what is no argument of the right answer: {unknown[0]!r}")
    if exercise.endless and exercise.endless not in right.labels:
        problems.append(f"no case is labelled {exercise.endless!r}, which is to be endless")
    for name, function in exercise.alternatives.items():
        answer = Local(function, name=exercise.name, timeout=None)
        trace, why = _traced(observe, exercise, answer, seed)
        if trace is None or not equal(exercise, trace, right):
            problems.append(f"the alternative {name!r} is not accepted{why}")
    traces = {}
    for name in exercise.mistakes:
        trace, why = _traced(expected(exercise.name, name, seed).trace)
        if trace is None or why:
            problems.append(f"the mistake {name!r} cannot be run{why}")
        else:
            traces[name] = trace
    for name, trace in traces.items():
        if equal(exercise, trace, right):
            problems.append(f"the mistake {name!r} equals the right answer on every case")
    for (a, first), (b, second) in itertools.combinations(traces.items(), 2):
        if equal(exercise, first, second):
            problems.append(f"no case tells the mistakes {a!r} and {b!r} apart")
    return problems


def _traced(run: Callable[..., Trace], *arguments: Any) -> tuple[Trace | None, str]:
    """What an answer did, and why it could not be tried, in words; or nothing."""
    try:
        trace = run(*arguments)
    except ScriptFailed as error:
        return None, f": the script stops with what it gives, {error}"
    lacking = isinstance(trace.stopped, AnswerLacking)
    return trace, f": {trace.stopped.message}" if lacking else ""  # type: ignore[union-attr]


def _incomplete(exercise: Exercise):
    if len(exercise.hints) != 3 or not all(h.strip() for h in exercise.hints):
        yield "three hints are needed, of rising help"
    if not (exercise.right.__doc__ or "").strip():
        yield "the right answer has no docstring"
    if exercise.points <= 0:
        yield "points must be above 0"
    if not exercise.mistakes:
        yield "no mistake is named"
    for mistake in exercise.mistakes.values():
        if not mistake.explanation.strip().endswith((".", "?", "!")):
            yield f"the explanation of {mistake.name!r} is not a sentence"
    try:
        exercise.worked_answer()
    except (OSError, TypeError, StopIteration):
        yield "the right answer's source cannot be read"
