"""The single values inside a trace, by the output that each belongs to: dx, running_mean.

An output is a value of a returned tuple or dict, wherever it is observed; of a script's bare
values, those whose labels begin alike ("training, batch 1", "training, batch 2").
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.checking.compare import to_array
from coursekit.checking.expected import expected
from coursekit.checking.returned import returned_names
from coursekit.checking.task import Exercise
from coursekit.checking.trace import Step, Trace, differ

HEAD = re.compile(r"[,:(\d]| (?:again|the|an?|with|one)\b")  # where a label's common beginning ends
MISSING: Any = object()  # in the place of a value that never came


class Output(NamedTuple):
    """What an observation is of: its name, "" where the exercise has one, and its rung.

    A place is where a script looks at an answer, and no part of what a call returns.
    """

    name: str
    rung: str
    place: bool = False


class Leaf(NamedTuple):
    """One value that is asked for: `path` leads to it inside the observation of that label."""

    label: str
    path: tuple[int | str, ...]
    output: Output


@lru_cache(maxsize=128)
def leaves(exercise: Exercise, seed: int) -> tuple[Leaf, ...]:
    """All values that are asked for on a seed's inputs, in order."""
    right = expected(exercise, "", seed).trace()
    heads = Counter(_head(step.label) for step in right.steps)
    found = []
    for step in right.steps:
        for path in _paths(step.value):
            name = _name(exercise, step.value, path)
            if not name and not exercise.cases:
                head = _head(step.label)
                name = head if heads[head] > 1 else ""
            found.append(
                Leaf(step.label, path, Output(name, step.rung, not path and not exercise.cases))
            )
    # What no other label begins like is an output of its own, where there are others.
    if len({leaf.output.name for leaf in found}) > 1:
        found = [leaf if leaf.output.name else _alone(leaf) for leaf in found]
    return tuple(found)


def _alone(leaf: Leaf) -> Leaf:
    return leaf._replace(output=leaf.output._replace(name=leaf.label))


def _head(label: str) -> str:
    return HEAD.split(label, maxsplit=1)[0].strip()


def _paths(value: Any) -> Iterator[tuple[int | str, ...]]:
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, tuple) or (isinstance(value, list) and to_array(value) is None):
        inside = enumerate(value)
    paths = [(key, *rest) for key, one in inside for rest in _paths(one)]
    yield from paths or [()]


def _name(exercise: Exercise, value: Any, path: tuple[int | str, ...]) -> str:
    if not path or isinstance(value, list):  # as many as there are: one output
        return ""
    first = path[0]
    if isinstance(first, str):
        return first
    names = getattr(value, "_fields", None) or returned_names(exercise)
    return names[first] if len(names) == len(value) else f"value {first + 1}"


class Seen(NamedTuple):
    """A trace beside the right one: each value, and whether it is right."""

    values: tuple[Any, ...]
    right: np.ndarray  # of bool; False where nothing came

    @property
    def came(self) -> np.ndarray:
        """True where there is a value."""
        return np.array([value is not MISSING for value in self.values], dtype=bool)


def seen(exercise: Exercise, trace: Trace, seed: int) -> Seen:
    """What a trace holds at each leaf, and which of it is right."""
    steps = {step.label: step for step in trace.steps}
    asked = {step.label: step for step in expected(exercise, "", seed).trace().steps}
    whole = {
        name: not differ(exercise, steps[name], asked[name]) for name in steps if name in asked
    }
    values, good = [], []
    for leaf in leaves(exercise, seed):
        got = steps.get(leaf.label)
        value = MISSING if got is None else inside(got.value, leaf.path)
        values.append(value)
        good.append(got is not None and (whole[leaf.label] or _good(exercise, leaf, got, asked)))
    return Seen(tuple(values), np.array(good, dtype=bool))


def _good(exercise: Exercise, leaf: Leaf, got: Step, asked: dict[str, Step]) -> bool:
    want = asked[leaf.label]
    if not leaf.path:
        return False
    return alike(exercise, inside(got.value, leaf.path), inside(want.value, leaf.path))


def alike(exercise: Exercise, one: Any, other: Any) -> bool:
    """True if two values are one within the exercise's tolerance."""
    if one is MISSING or other is MISSING:
        return one is other
    return differ(exercise, Step("", one), Step("", other)) is None


def inside(value: Any, path: tuple[int | str, ...]) -> Any:
    """What stands at a path; the whole value where it is built in another way."""
    for key in path:
        keyed = isinstance(value, dict) if isinstance(key, str) else isinstance(value, tuple | list)
        if not keyed or (key not in value if isinstance(key, str) else key >= len(value)):
            return value
        value = value[key]
    return value


def telling(value: Any, right: Any) -> bool:
    """True if a wrong value is so particular that another answer has it for the same reason.

    Floats, some of them finite, not 0 and not the right one; words, counts and NaN come about in
    many ways.
    """
    array = None if value is MISSING else to_array(value)
    if array is None or array.dtype.kind != "f":
        return False
    want = to_array(right)
    there = np.isfinite(array) & (array != 0)
    if want is not None and want.shape == array.shape:
        with np.errstate(invalid="ignore"):
            there &= ~np.isclose(array.astype(float), want.astype(float), rtol=1e-9, atol=0)
    return bool(there.any())


def whole_numbers(value: Any) -> frozenset[int]:
    """The different whole numbers in a value; none where there are others."""
    array = None if value is MISSING else to_array(value)
    return frozenset() if array is None or array.dtype.kind not in "iu" else frozenset(array.flat)
