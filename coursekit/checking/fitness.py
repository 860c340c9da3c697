"""Is an exercise fit to be set? Run by tests and for foreign packs, never at import."""

import itertools

from coursekit.checking.expected import expected
from coursekit.checking.local import Local
from coursekit.checking.task import PUBLIC_SEED, Exercise
from coursekit.checking.trace import equal, observe
from coursekit.errors import ExerciseError


def validate(exercise: Exercise, *, seed: int = PUBLIC_SEED) -> list[str]:
    """Every reason why an exercise cannot be set; an empty list is a fit one."""
    problems = list(_incomplete(exercise))
    try:
        right = expected(exercise.name, "", seed).trace()
    except ExerciseError as error:  # an argument that a box could not be given
        return [*problems, str(error)]
    if right.stopped:
        return [*problems, f"the right answer stops at {right.doing!r}: {right.stopped}"]
    if not right.steps:
        problems.append("no case is tried")
    repeated = {label for label in right.labels if right.labels.count(label) > 1}
    if repeated:
        problems.append(f"labels are used twice: {', '.join(sorted(repeated))}")
    if exercise.endless and exercise.endless not in right.labels:
        problems.append(f"no case is labelled {exercise.endless!r}, which is to be endless")
    for name, function in exercise.alternatives.items():
        trace = observe(exercise, Local(function, name=exercise.name), seed)
        if not equal(exercise, trace, right):
            problems.append(f"the alternative {name!r} is not accepted")
    traces = {name: expected(exercise.name, name, seed).trace() for name in exercise.mistakes}
    for name, trace in traces.items():
        if equal(exercise, trace, right):
            problems.append(f"the mistake {name!r} equals the right answer on every case")
    for (a, first), (b, second) in itertools.combinations(traces.items(), 2):
        if equal(exercise, first, second):
            problems.append(f"no case tells the mistakes {a!r} and {b!r} apart")
    return problems


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
