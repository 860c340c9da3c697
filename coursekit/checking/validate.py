"""Is an exercise fit to be set? Run by tests and for foreign packs, never at import."""

import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from coursekit.checking.answer import AnswerError, AnswerLacking, Unsolved
from coursekit.checking.compare import to_array
from coursekit.checking.crossing import Tried
from coursekit.checking.expected import expected
from coursekit.checking.local import Local, parameters
from coursekit.checking.options import wrong_kinds, wrong_values
from coursekit.checking.result import RUNGS
from coursekit.checking.task import PUBLIC_SEED, Exercise
from coursekit.checking.trace import ScriptFailed, Trace, equal, observe
from coursekit.checking.words import kind
from coursekit.errors import ExerciseError, JudgeError


def validate(exercise: Exercise, *, seed: int = PUBLIC_SEED) -> list[str]:
    """Every reason why an exercise cannot be set; an empty list is a fit one."""
    problems = [*_incomplete(exercise)]
    if wrong := [*wrong_kinds(exercise)]:
        return [*problems, *wrong]
    problems += wrong_values(exercise)
    try:
        right = expected(exercise, "", seed).trace()
        again = observe(exercise, Tried(exercise.right, name=exercise.name, timeout=None), seed)
    except JudgeError as error:
        return [*problems, str(error)]
    except ScriptFailed as error:
        unfit = isinstance(error.__cause__, ExerciseError)  # an argument that cannot cross
        words = (
            str(error.__cause__) if unfit else f"it cannot be tried on the right answer: {error}"
        )
        return [*problems, words]
    problems += _unjudgeable(exercise, right, again)
    if not right.steps:
        problems.append("no case is tried")
    repeated = {label for label in right.labels if right.labels.count(label) > 1}
    if repeated:
        problems.append(f"labels are used twice: {', '.join(sorted(repeated))}")
    for step in right.steps:
        if step.rung not in RUNGS:
            known = ", ".join(RUNGS)
            problems.append(f"{step.label!r} is on a rung {step.rung!r}; these are known: {known}")
    asked = {p.rstrip("=") for p in parameters(exercise.right) or []}
    if unknown := sorted(set(exercise.writes) - asked):
        problems.append(f"writes names what is no argument of the right answer: {unknown[0]!r}")
    if exercise.endless and exercise.endless not in right.labels:
        problems.append(f"no case is labelled {exercise.endless!r}, which is to be endless")
    for name, function in exercise.alternatives.items():
        answer = Local(function, name=exercise.name, timeout=None)
        trace, why = _traced(observe, exercise, answer, seed)
        if trace is None or not equal(exercise, trace, right):
            why = why or (f": it stops with {trace.stopped}" if trace and trace.stopped else "")
            problems.append(f"the alternative {name!r} is not accepted{why}")
    traces = {}
    for name in exercise.mistakes:
        trace, why = _traced(lambda name=name: expected(exercise, name, seed).trace())
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
    except ExerciseError as error:  # of an edit nothing comes that is Python
        return None, f": {error}"
    stopped = trace.stopped
    if isinstance(stopped, AnswerLacking):
        return trace, f": {stopped.message}"
    return trace, f": {stopped or 'NotImplementedError'}" if _slips(trace) else ""


def _slips(trace: Trace) -> bool:
    """True if it never came to its own code, or to a name that is known: nobody's mistake."""
    stopped = trace.stopped
    if trace.steps or not isinstance(stopped, AnswerError):
        return isinstance(stopped, Unsolved)
    return stopped.kind == "NameError" or (stopped.kind == "TypeError" and not stopped.where)


def _unjudgeable(exercise: Exercise, right: Trace, again: Trace) -> Iterator[str]:
    """Why an answer that is right would be refused, or none at all."""
    strange = [(step.label, kind) for step in right.steps for kind in _strange(step.value)]
    for label, came in strange[:1]:
        yield f"{label!r}: {came} is right there, and cannot be compared with another"
    if not strange and not equal(exercise, right, again):
        yield (
            "the right answer gives other values when it is tried again: draw every number from "
            "the rng that is given, and keep nothing from one call to the next"
        )
    if right.steps and all(step.value is None for step in right.steps):
        yield "the right answer returns nothing on any case: is a `return` missing?"
    for name in sorted(right.mutated):
        yield f"the right answer changes {name} in place: let it copy, or name {name} in `writes`"


def _strange(value: Any) -> Iterator[str]:
    """What in a value no other value equals."""
    if isinstance(value, dict | tuple | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strange(inner)
    elif value is None or isinstance(value, str | bool) or inspect.isroutine(value):
        return
    elif hasattr(type(value), "vjp") or to_array(value) is None:
        yield kind(value)


def _incomplete(exercise: Exercise) -> Iterator[str]:
    hints = exercise.hints if isinstance(exercise.hints, tuple) else ()
    if len(hints) != 3 or not all(isinstance(h, str) and h.strip() for h in hints):
        yield "three hints are needed, of rising help"
    if not (exercise.right.__doc__ or "").strip():
        yield "the right answer has no docstring"
    if not exercise.mistakes:
        yield "no mistake is named"
    for mistake in exercise.mistakes.values():
        if not str(mistake.explanation).strip().endswith((".", "?", "!")):
            yield f"the explanation of {mistake.name!r} is not a sentence"
    try:
        exercise.worked_answer()
    except (OSError, TypeError, StopIteration):
        yield "the right answer's source cannot be read"
