"""Which observations of a whole trace are wrong, and what sets them apart from the others."""

import numpy as np

from coursekit.checking.compare import to_array
from coursekit.checking.naming.kept import confused
from coursekit.checking.naming.kept import kept as still_right
from coursekit.checking.naming.leaves import Output, Seen, leaves, seen
from coursekit.checking.naming.traits import apart
from coursekit.checking.pattern import pattern
from coursekit.checking.task import Exercise
from coursekit.checking.trace import Step, Trace, differ

FEW = 3  # labels that still read as a list
MANY = 8  # outputs that do


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
    until = "of what it got to, " if mine.stopped else ""
    kinds = {_dtype(want) for _, want in wrong}, {_dtype(want) for want in held}
    if kinds == ({"float32"}, {"float64"}) and not mine.stopped:
        return "every float64 input is right, no float32 input is: are digits lost on the way?"
    if len(wrong) <= FEW:
        return f"{until}wrong only on: " + " · ".join(want.label for _, want in wrong)
    if len(held) <= FEW:
        return f"{until}right only on: " + " · ".join(want.label for want in held)
    seed = right.steps[0].seed
    return apart(exercise, {w.label for _, w in wrong}, {w.label for w in held}, seed)


def outputs(exercise: Exercise, mine: Trace, right: Trace, *, kept: bool = True) -> str:
    """Which outputs are right wherever they are observed, and which are not; "" where all are one.

    Of the first that is wrong also what is still right about its values, if that is to be `kept`.
    """
    seed = right.steps[0].seed
    found, asked = seen(exercise, mine, seed), seen(exercise, right, seed)
    places: dict[Output, list[int]] = {}
    for n, leaf in enumerate(leaves(exercise, seed)):
        if found.came[n]:
            places.setdefault(leaf.output, []).append(n)
    good = [output for output, there in places.items() if found.right[there].all()]
    wrong = [output for output in places if output not in good]
    said = []
    if good and wrong and len(places) <= MANY:
        said.append(f"wrong: {_listed(wrong)}; right: {_listed(good)}")
    for output in wrong[:kept]:
        there = [n for n in places[output] if not found.right[n]]
        about = _related(found, asked, places[output])
        about = about or still_right((found.values[n], asked.values[n]) for n in there)
        said += [f"{output.name}: {about}" if len(places) > 1 else about] if about else []
    return "; ".join(said)


def _related(mine: Seen, right: Seen, there: list[int]) -> str:
    """What relates single numbers, or words, to the right ones, over all observations of them."""
    values = [(mine.values[n], right.values[n]) for n in there]
    if all(isinstance(one, str | bool) for pair in values for one in pair):
        return confused(values)
    both = [(to_array(got), to_array(want)) for got, want in values]
    if len(both) < FEW or any(a is None or b is None or a.ndim or b.ndim for a, b in both):
        return ""
    got, want = (np.array([float(one) for one in side]) for side in zip(*both, strict=True))
    return pattern(got, want) or still_right([(got, want)])


def _listed(outputs: list[Output]) -> str:
    return ", ".join(dict.fromkeys(output.name or "the output" for output in outputs))


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
