"""How far roundings take the right answer where a case itself is in float32, or in fewer bits.

A tolerance goes by the size of what is asked. Where a large mean cancels, the roundings of the
dtype that came in are larger, in whatever order an answer computes: the right answer is run with
each of its values rounded to it, in several ways, and what it then is off by is allowed too.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy import absolute, isfinite  # by name: see compare

from coursekit.checking.compare import compare, to_array
from coursekit.checking.limits.guard import quiet
from coursekit.checking.local import Local, copy
from coursekit.checking.narrowed import narrowed
from coursekit.checking.tolerance import close

BITS = {"f4": 24, "f2": 11}  # of the dtypes that are narrower than what is computed in
FACTORS = (1.0, 1.237, 1.5713, 1.8319)  # each makes other values round
MARGIN = 8  # how much more the roundings of another order of operations may come to
NEAR = 1e-2  # of the largest entry: what is further off is no rounding, whatever may be
TIME = 20.0  # seconds of the processor's for each call


def explains(exercise: Any, seed: int, place: int, got: Any, want: Any) -> bool:
    """True if two values of a script's observation at that place differ by such roundings alone."""
    if place < 0 or exercise.rtol is not None:  # where the exercise says by how much, that holds
        return False
    found = []
    for leaf, off, near in _apart(exercise, got, want):
        if not near:
            return False
        found.append((leaf, off))
    if not found:
        return False
    try:
        rooms = room(exercise, seed)
    except NotKnown:  # no fault of the answer's: what is so near is given to it
        return True
    if place >= len(rooms):  # a draw, which was chosen to be within the tolerance
        return False
    return all(off <= MARGIN * rooms[place].get(leaf, 0.0) for leaf, off in found)


def _apart(exercise: Any, got: Any, want: Any) -> Iterator[tuple[int, float, bool]]:
    """Where two values differ: which array, by how much, and whether roundings can be the cause."""
    for leaf, (mine, right) in enumerate(side_by_side(got, want)):
        if compare(mine, right, rtol=exercise.rtol, atol=exercise.atol) is None:
            continue
        a, b = to_array(mine), to_array(right)
        if a is None or b is None or a.shape != b.shape or b.dtype.str[1:] not in BITS:
            yield leaf, np.inf, False
        elif a.dtype.kind != "f" or a.dtype.itemsize < b.dtype.itemsize:
            yield leaf, np.inf, False
        else:
            wrong = ~close(a, b, exercise.rtol, exercise.atol)
            off = float(absolute(a.astype(np.float64) - b.astype(np.float64))[wrong].max(initial=0))
            yield leaf, off, off <= NEAR * _largest(b)


class NotKnown(Exception):
    """How far roundings go could not be found out this time."""


@lru_cache(maxsize=128)  # which remembers no failure
def room(exercise: Any, seed: int) -> list[dict[int, float]]:
    """For each observation of the script, how far roundings take each of its narrow arrays.

    Raises:
        NotKnown: the right answer did not come to its end, or cannot be rounded.
    """
    right = _run(exercise.right, exercise, seed)
    if right is None:
        raise NotKnown
    ran = False
    rooms: list[dict[int, float]] = [{} for _ in right]
    for bits in {BITS[kind] for value in right for kind in _kinds(value)}:
        for factor in FACTORS:
            seen = _rounded(exercise, seed, bits, factor)
            if seen is not None and len(seen) == len(right):
                ran = True
                _widen(rooms, seen, right, bits)
    if not ran:
        raise NotKnown
    return rooms


def _widen(rooms: list[dict[int, float]], seen: list, right: list, bits: int) -> None:
    for place, (one, other) in enumerate(zip(seen, right, strict=True)):
        for leaf, (mine, asked) in enumerate(side_by_side(one, other)):
            a, b = to_array(mine), to_array(asked)
            if a is None or b is None or a.shape != b.shape or BITS.get(b.dtype.str[1:]) != bits:
                continue
            off = absolute(a.astype(np.float64) - b.astype(np.float64))
            most = float(off[isfinite(off)].max(initial=0))
            rooms[place][leaf] = max(rooms[place].get(leaf, 0.0), most)


def _kinds(value: Any) -> Iterator[str]:
    for one, _ in side_by_side(value, value):
        array = to_array(one)
        if array is not None and array.dtype.str[1:] in BITS:
            yield array.dtype.str[1:]


def _rounded(exercise: Any, seed: int, bits: int, factor: float) -> list[Any] | None:
    try:
        return _run(narrowed(exercise.right, bits, factor), exercise, seed)
    except Exception:  # its source cannot be read
        return None


def _run(function: Callable, exercise: Any, seed: int) -> list[Any] | None:
    """The values that the script observes; None where it does not come to its end."""
    answer = Local(function, name=exercise.name, timeout=TIME)
    try:
        with quiet():
            return [copy(seen[1]) for seen in exercise.script(answer, exercise.rng(seed))]
    except Exception:  # what it makes of such values is its own affair
        return None


def side_by_side(got: Any, want: Any) -> Iterator[tuple[Any, Any]]:
    """The values inside two containers, side by side; whole ones where these are not alike."""
    if isinstance(want, dict) and isinstance(got, dict) and want.keys() == got.keys():
        for key in want:
            yield from side_by_side(got[key], want[key])
    elif isinstance(want, tuple | list) and isinstance(got, tuple | list) and len(want) == len(got):
        for one, other in zip(got, want, strict=True):
            yield from side_by_side(one, other)
    elif isinstance(want, tuple | list) and (array := to_array(got)) is not None and array.ndim:
        yield from side_by_side(list(got), want) if len(array) == len(want) else ((got, want),)
    else:
        yield got, want


def _largest(array: np.ndarray) -> float:
    return float(absolute(array[isfinite(array)]).max(initial=0))
