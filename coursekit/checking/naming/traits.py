"""What sets some cases of an exercise apart from the others: axes, dtype, a constant column."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from coursekit.checking.compare import to_array
from coursekit.checking.local import parameters
from coursekit.checking.task import Exercise


def apart(exercise: Exercise, wrong: set[str], held: set[str], seed: int) -> str:
    """What is true of all wrong cases and of no right one, or the other way round; else "".

    Of one case everything is true that is true of it alone: at least two are needed on both sides.
    """
    if min(len(wrong), len(held)) < 2:
        return ""
    for trait, labels in traits(exercise, seed):
        if labels >= wrong and not labels & held:
            return f"wrong exactly where {trait}"
        if labels >= held and not labels & wrong:
            return f"right exactly where {trait}"
    return ""


@lru_cache(maxsize=128)
def traits(exercise: Exercise, seed: int) -> tuple[tuple[str, frozenset[str]], ...]:
    """What may be said of a case, and the labels of those of which it is true."""
    found: dict[str, set[str]] = {}
    if exercise.cases:
        names = [p.rstrip("=") for p in parameters(exercise.right) or []]
        for label, args in exercise.cases(exercise.rng(seed)):
            for name in names[len(args) :]:
                found.setdefault(f"`{name}` is left out", set()).add(label)
            for name, value in zip(names, args, strict=False):
                for trait in _of(name, value):
                    found.setdefault(trait, set()).add(label)
    return tuple((trait, frozenset(labels)) for trait, labels in found.items())


def _of(name: str, value: Any) -> Iterator[str]:
    """What is said of one argument."""
    if isinstance(value, str | bool):
        yield f"`{name}` is {value!r}"
        return
    array = to_array(value)
    if array is None:
        return
    if not array.ndim:
        number = float(array)
        for words, holds in (("0", number == 0), ("negative", number < 0), ("1", number == 1)):
            if holds:
                yield f"`{name}` is {words}"
        return
    yield f"`{name}` has {array.ndim} {'axes' if array.ndim > 1 else 'axis'}"
    if array.dtype.kind == "f":
        yield f"`{name}` is {array.dtype}"
        if not np.isfinite(array).all():
            yield f"`{name}` holds values that are not finite"
    if array.shape[0] == 1:
        yield f"`{name}` has one row"
    if array.ndim > 1 and array.shape[0] == array.shape[1]:
        yield f"the first two axes of `{name}` have one length"
    elif array.ndim > 1:
        yield f"the first two axes of `{name}` have different lengths"
    if array.ndim > 1 and array.shape[0] > 1 and (array == array[:1]).all(axis=0).any():
        yield f"`{name}` is the same in every row somewhere"
