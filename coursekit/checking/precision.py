"""Right values with too few digits: those that float32 would leave of the right computation."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from coursekit.checking.answer import Answer
from coursekit.checking.compare import compare, to_array
from coursekit.checking.diagnose import Diagnosis
from coursekit.checking.expected import TIME, expected
from coursekit.checking.local import Local
from coursekit.checking.narrowed import narrowed, on_larger
from coursekit.checking.rounding import side_by_side
from coursekit.checking.task import Exercise
from coursekit.checking.tolerance import all_close
from coursekit.checking.trace import Trace, equal, observe

SHARE = 0.5  # of the points, for right values with too few digits, wherever they were lost
SURE = 2  # times its roundings: next to nothing else is off by so little
LEAST = 0.01  # of that room is needed by what is called rounding: less is that of a finer format
FACTORS = (1.0, 1.237, 1.5713)  # each makes other values round
EXACT = 53  # bits of a float64
FAR = 0.1  # of the largest value: more is no loss of digits


@dataclass(frozen=True)
class Precision:
    """A way to store floats in fewer bits than float64.

    Of half precision so much is a percent already, and further away lie other formulas.
    """

    name: str
    words: str
    dtypes: tuple[str, ...]
    bits: int
    margin: float  # how much more the roundings of another order of operations may come to

    @property
    def eps(self) -> float:
        """The largest relative error of rounding to it."""
        return 2.0**-self.bits

    @property
    def explanation(self) -> str:
        return (
            f"Your values are the right ones up to the rounding of {self.words} digits, and no "
            "further. It is as if something on the way, or all of it, had that dtype: compute in "
            "the dtype of what came in."
        )


PRECISIONS = (
    Precision("computed_in_float32", "float32, which keeps 7", ("float32",), 24, 64),
    Precision(
        "computed_in_half_precision",
        "half precision (float16, bfloat16), which keeps 2 or 3",
        ("float16", "bfloat16"),
        11,
        32,
    ),
)


def imprecise(exercise: Exercise, answer: Answer, mine: Trace, seed: int) -> Diagnosis | None:
    """Which precision explains all that is wrong: digits are lost, and nothing else.

    Off by no more than the right answers are when their values are rounded to it. Unless that is
    float32 to the last digit, or the dtype of what came, the error must also change as roundings
    do, and not as a formula does, where inputs change a little.

    Raises:
        ScriptFailed, JudgeError: see `observe`.
    """
    exercise = _without_draws(exercise)
    right = expected(exercise, "", seed).trace()
    if mine.stopped or len(mine.steps) != len(right.steps):
        return None
    pairs = _pairs(exercise, mine, right)
    if pairs is None or not pairs:
        return None
    for precision in PRECISIONS:
        if not _loses(exercise, pairs, precision) or not _at_first_sight(pairs, precision):
            continue
        room = _room(exercise, seed, precision)
        used = _used(pairs, room, precision) if room is not None else np.inf
        if used <= precision.margin and (
            (precision is PRECISIONS[0] and used <= SURE)
            or _stored_so(pairs, precision)
            or (used >= LEAST and _like_rounding(exercise, answer, seed, pairs, precision))
        ):
            return Diagnosis(precision.name, precision.explanation)
    return None


_without_draws = lru_cache(lambda exercise: replace(exercise, domain=None))  # right ones get those


class Pair(NamedTuple):
    """An array of the answer's and the right one.

    `dtype` is what the answer's was stored in; `bits` what the right one keeps; `size` the largest
    value that came beside it.
    """

    mine: np.ndarray
    right: np.ndarray
    dtype: str
    bits: int = EXACT
    size: float = 1.0


def _pairs(exercise: Exercise, mine: Trace, right: Trace) -> list[Pair] | None:
    """All arrays of floats of two traces; None where they differ in anything but those."""
    found: list[Pair] = []
    for got, want in zip(mine.steps, right.steps, strict=True):
        began = len(found)
        for one, other in side_by_side(got.value, want.value):
            a, b = to_array(one), to_array(other)
            if b is None or b.dtype.kind != "f":
                if compare(one, other, rtol=exercise.rtol, atol=exercise.atol):
                    return None
                continue
            if a is None or a.shape != b.shape or a.dtype.kind not in "fiu":
                return None
            named = str(getattr(one, "dtype", a.dtype)).removeprefix("torch.")
            bits = min(np.finfo(b.dtype).nmant + 1, EXACT)
            found.append(Pair(a.astype(np.float64), b.astype(np.float64), named, bits))
        size = (
            max(
                (np.abs(p.right[np.isfinite(p.right)]).max(initial=0) for p in found[began:]),
                default=0.0,
            )
            or 1.0
        )
        found[began:] = [pair._replace(size=size) for pair in found[began:]]
    return found


def _off(pair: Pair) -> np.ndarray:
    """How far each entry is from the right one: 0 where both are infinite or no number."""
    with np.errstate(invalid="ignore"):
        off = np.abs(pair.mine - pair.right)
    same = (pair.mine == pair.right) | (np.isnan(pair.mine) & np.isnan(pair.right))
    return np.where(same, 0.0, np.where(np.isfinite(off), off, np.inf))


def _loses(exercise: Exercise, pairs: list[Pair], precision: Precision) -> bool:
    """True if something wrong was asked for in more bits: what keeps as few loses none."""
    asked = [p for p in pairs if p.bits > precision.bits]
    return not all(all_close(p.mine, p.right, exercise.rtol, exercise.atol) for p in asked)


def _at_first_sight(pairs: list[Pair], precision: Precision) -> bool:
    """Most entries are near enough for it to be worth a look, and none is far off.

    Where roundings may do anything, an error of any size would pass for one.
    """
    if any((_off(p) > FAR * p.size).any() for p in pairs):
        return False
    near = [(_off(p) <= min(1000 * precision.eps, 0.01) * p.size).ravel() for p in pairs]
    return bool(np.concatenate(near).mean() >= 0.5)


@lru_cache(maxsize=128)
def _room(exercise: Exercise, seed: int, precision: Precision) -> list[np.ndarray] | None:
    """For each array how far roundings take the right answers, in whatever order they compute."""
    right = expected(exercise, "", seed).trace()
    room: list[np.ndarray] | None = None
    for function in (exercise.right, *filter(_at_hand, exercise.alternatives.values())):
        same = _run(exercise, function, seed, EXACT, 1.0)
        if same is None or not equal(exercise, same, right):
            continue  # with the calls put in it is another function
        for factor in FACTORS:
            seen = _run(exercise, function, seed, precision.bits, factor)
            if seen is None or len(seen.steps) != len(right.steps):
                continue
            if pairs := _pairs(exercise, seen, right):
                off = [_off(pair) for pair in pairs]
                room = off if room is None else list(map(np.maximum, room, off))
    return room


def _at_hand(function: Callable) -> bool:
    """False for one that imports torch itself, which takes a second."""
    code = getattr(function, "__code__", None)
    return code is None or "torch" not in code.co_varnames + code.co_cellvars


def _run(
    exercise: Exercise, function: Callable, seed: int, bits: int, factor: float
) -> Trace | None:
    with contextlib.suppress(Exception):  # what it makes of such values is its own affair
        made = Local(narrowed(function, bits, factor), name=exercise.name, timeout=TIME)
        if (seen := observe(exercise, made, seed)).stopped is None:
            return seen
    return None


def _used(pairs: list[Pair], room: list[np.ndarray], precision: Precision) -> float:
    """The largest part of its room that an entry's error takes.

    What is 0 however it is rounded has the room of what stands beside it: elsewhere, the two
    values whose difference it is need not be rounded alike.
    """
    most = 0.0
    for pair, rounding in zip(pairs, room, strict=True):
        whole = rounding + precision.eps * np.abs(np.nan_to_num(pair.right))
        whole = np.where(whole == 0, precision.eps * pair.size, whole)
        most = max(most, float((_off(pair) / whole).max(initial=0)))
    return most


def _stored_so(pairs: list[Pair], precision: Precision) -> bool:
    """True if what came has that dtype wherever it is off."""
    off = [p for p in pairs if not all_close(p.mine, p.right)]
    return bool(off) and all(p.dtype in precision.dtypes for p in off)


def _like_rounding(
    exercise: Exercise, answer: Answer, seed: int, pairs: list[Pair], precision: Precision
) -> bool:
    """True if the error is another one where the inputs are a little larger."""
    for steps in (9, 14):
        larger = 1 + steps * precision.eps
        drawn = replace(exercise, script=on_larger(exercise, larger))
        right = observe(drawn, Local(exercise.right, name=exercise.name, timeout=None), seed)
        found = _pairs(exercise, observe(drawn, answer, seed), right)
        if found is None or len(found) != len(pairs):
            return False
        before, after = (np.concatenate([_signed(p).ravel() for p in ps]) for ps in (pairs, found))
        if np.abs(after - before).max() > 0.25 * np.abs(before).max():
            return True
    return False


def _signed(pair: Pair) -> np.ndarray:
    """The error of each entry, in units of what is asked for."""
    return np.sign(pair.mine - pair.right) * _off(pair) / pair.size
