"""Which observations of a whole trace are wrong, and what sets them apart from the others."""

from coursekit.checking.compare import to_array
from coursekit.checking.task import Exercise
from coursekit.checking.trace import Step, Trace, differ

FEW = 3  # labels that still read as a list


def spread(exercise: Exercise, mine: Trace, right: Trace) -> str:
    """One sentence on where an answer is wrong and where it is not; "" where that tells nothing."""
    wrong: list[tuple[Step, Step]] = []
    held: list[Step] = []
    for got, want in zip(mine.steps, right.steps, strict=False):
        if differ(exercise, got, want):
            wrong.append((got, want))
        else:
            held.append(want)
    if not wrong:
        return ""
    behind = "" if exercise.cases else _behind(exercise, *wrong[0], right)  # cases have no order
    if behind or not held:
        return behind
    seen = "of what it got to, " if mine.stopped else ""
    kinds = {_dtype(want) for _, want in wrong}, {_dtype(want) for want in held}
    if kinds == ({"float32"}, {"float64"}) and not seen:
        return "every float64 input is right, no float32 input is: are digits lost on the way?"
    if len(wrong) <= FEW:
        return f"{seen}wrong only on: " + " · ".join(want.label for _, want in wrong)
    if len(held) <= FEW:
        return f"{seen}right only on: " + " · ".join(want.label for want in held)
    return ""


def _behind(exercise: Exercise, got: Step, want: Step, right: Trace) -> str:
    """Said where a value is the right one of an earlier moment: an update that comes late."""
    if not _is_number(got):
        return ""
    before = right.steps[: right.labels.index(want.label)]
    for earlier in reversed(before):
        if differ(exercise, earlier, want) and differ(exercise, got, earlier) is None:
            said = f"yours is what was expected earlier, at {earlier.label!r}"
            return f"{said}: does an update come late?"
    return ""


def _is_number(step: Step) -> bool:
    array = to_array(step.value)
    return array is not None and array.dtype.kind in "iufc"


def _dtype(step: Step) -> str:
    array = to_array(step.value)
    return "" if array is None else str(array.dtype)
