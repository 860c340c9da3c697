"""Right values with too few digits: those that float32 would leave of the right computation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.checking.answer import Answer
from coursekit.checking.compare import compare, to_array
from coursekit.checking.diagnose import Diagnosis
from coursekit.checking.expected import TIME, expected
from coursekit.checking.local import Local
from coursekit.checking.narrowed import narrowed
from coursekit.checking.task import Exercise
from coursekit.checking.tolerance import all_close
from coursekit.checking.trace import ScriptFailed, Trace, equal, observe

SHARE = 0.5  # of the points, for right values with too few digits, wherever they were lost
MARGIN = 8  # how much more the roundings of another order of operations may come to
FACTORS = (1.0, 1.237, 1.5713)  # each makes other values round
EXACT = 53  # bits of a float64


@dataclass(frozen=True)
class Precision:
    """A floating-point format of fewer bits than float64."""

    dtype: str
    bits: int
    digits: str

    @property
    def name(self) -> str:
        return f"computed_in_{self.dtype}"

    @property
    def eps(self) -> float:
        """The largest relative error of rounding to it."""
        return 2.0**-self.bits

    @property
    def explanation(self) -> str:
        return (
            f"Your values are the right ones up to the rounding of {self.dtype}, which keeps "
            f"{self.digits} digits, and no further. Something on the way, or all of it, has that "
            "dtype: compute in the dtype of what came in."
        )


PRECISIONS = (
    Precision("float32", 24, "7"),
    Precision("float16", 11, "3"),
    Precision("bfloat16", 8, "2"),
)


def imprecise(exercise: Exercise, answer: Answer, mine: Trace, seed: int) -> Diagnosis | None:
    """Which precision explains all that is wrong: digits are lost, and nothing else.

    Off by no more than the right answers are when their values are rounded to it; where inputs
    change a little, that error changes as roundings do, and not as a formula does.

    Raises:
        ScriptFailed, JudgeError: see `observe`.
    """
    right = expected(exercise, "", seed).trace()
    if mine.stopped or len(mine.steps) != len(right.steps):
        return None
    pairs = _pairs(exercise, mine, right)
    if pairs is None or not pairs:
        return None
    for precision in PRECISIONS:
        if not _at_first_sight(pairs, precision):
            continue
        room = _room(exercise, seed, precision)
        if room is None or not _within(pairs, room, precision):
            continue
        if _stored_so(pairs, precision) or _like_rounding(exercise, answer, pairs, seed, precision):
            return Diagnosis(precision.name, precision.explanation)
    return None


class Pair(NamedTuple):
    """An array of the answer's and the right one; `dtype` is what the answer's was stored in."""

    mine: np.ndarray
    right: np.ndarray
    dtype: str


def _pairs(exercise: Exercise, mine: Trace, right: Trace) -> list[Pair] | None:
    """All arrays of floats of two traces; None where they differ in anything but those."""
    found: list[Pair] = []
    for got, want in zip(mine.steps, right.steps, strict=True):
        for one, other in _leaves(got.value, want.value):
            a, b = to_array(one), to_array(other)
            if b is None or b.dtype.kind != "f":
                if compare(one, other, rtol=exercise.rtol, atol=exercise.atol):
                    return None
                continue
            if a is None or a.shape != b.shape or a.dtype.kind not in "fiu":
                return None
            named = str(getattr(one, "dtype", a.dtype)).removeprefix("torch.")
            found.append(Pair(a.astype(np.float64), b.astype(np.float64), named))
    return found


def _leaves(got: Any, want: Any) -> Iterator[tuple[Any, Any]]:
    """The values inside two containers, side by side; whole ones where these are not alike."""
    if isinstance(want, dict) and isinstance(got, dict) and want.keys() == got.keys():
        for key in want:
            yield from _leaves(got[key], want[key])
    elif isinstance(want, tuple | list) and isinstance(got, tuple | list) and len(want) == len(got):
        for one, other in zip(got, want, strict=True):
            yield from _leaves(one, other)
    elif isinstance(want, tuple | list) and (array := to_array(got)) is not None and array.ndim:
        yield from _leaves(list(got), want) if len(array) == len(want) else ((got, want),)
    else:
        yield got, want


def _off(pair: Pair) -> np.ndarray:
    """How far each entry is from the right one: 0 where both are infinite or no number."""
    with np.errstate(invalid="ignore"):
        off = np.abs(pair.mine - pair.right)
    same = (pair.mine == pair.right) | (np.isnan(pair.mine) & np.isnan(pair.right))
    return np.where(same, 0.0, np.where(np.isfinite(off), off, np.inf))


def _at_first_sight(pairs: list[Pair], precision: Precision) -> bool:
    """Most entries are near enough for it to be worth a look."""
    near = [
        (_off(p) <= 1000 * precision.eps * max(np.abs(p.right).max(initial=0), 1e-300)).ravel()
        for p in pairs
    ]
    return bool(np.concatenate(near).mean() >= 0.5)


@lru_cache(maxsize=128)
def _room(exercise: Exercise, seed: int, precision: Precision) -> list[np.ndarray] | None:
    """For each array how far roundings take the right answers, in whatever order they compute."""
    right = expected(exercise, "", seed).trace()
    room: list[np.ndarray] | None = None
    for function in (exercise.right, *exercise.alternatives.values()):
        if not equal(exercise, _run(exercise, function, seed, EXACT, 1.0) or _NOTHING, right):
            continue  # with the calls put in it is another function
        for factor in FACTORS:
            seen = _run(exercise, function, seed, precision.bits, factor)
            pairs = _pairs(exercise, seen, right) if seen else None
            if pairs and len(seen.steps) == len(right.steps):
                off = [_off(pair) for pair in pairs]
                room = off if room is None else list(map(np.maximum, room, off))
    return room


_NOTHING = Trace((), None, "", frozenset(), parted=True)


def _run(
    exercise: Exercise, function: Callable, seed: int, bits: int, factor: float
) -> Trace | None:
    try:
        made = Local(narrowed(function, bits, factor), name=exercise.name, timeout=TIME)
        seen = observe(exercise, made, seed)
    except Exception:  # what it makes of such values is its own affair
        return None
    return seen if seen.stopped is None else None


def _within(pairs: list[Pair], room: list[np.ndarray], precision: Precision) -> bool:
    """No entry is further off than roundings may take it."""
    return all(
        bool((_off(p) <= MARGIN * (r + precision.eps * np.abs(np.nan_to_num(p.right)))).all())
        for p, r in zip(pairs, room, strict=True)
    )


def _stored_so(pairs: list[Pair], precision: Precision) -> bool:
    """True if what came has that dtype wherever it is off."""
    off = [p for p in pairs if not all_close(p.mine, p.right)]
    return bool(off) and all(p.dtype == precision.dtype for p in off)


def _like_rounding(
    exercise: Exercise, answer: Answer, pairs: list[Pair], seed: int, precision: Precision
) -> bool:
    """True if the error is another one where the inputs are a little larger.

    Where no input can be, nothing is known but the size of the error: enough for float32 alone.
    """
    for steps in (9, 14):
        larger = 1 + steps * precision.eps
        drawn = replace(exercise, script=_on_larger(exercise, larger))
        right = observe(drawn, Local(exercise.right, name=exercise.name, timeout=None), seed)
        found = _pairs(exercise, observe(drawn, answer, seed), right)
        if found is None or len(found) != len(pairs):
            return False
        if all(np.array_equal(a.right, b.right, equal_nan=True) for a, b in zip(pairs, found)):
            return precision is PRECISIONS[0]
        before, after = (np.concatenate([_signed(p).ravel() for p in ps]) for ps in (pairs, found))
        if np.abs(after - before).max() > 0.25 * np.abs(before).max():
            return True
    return False


def _signed(pair: Pair) -> np.ndarray:
    """The error of each entry, in units of what is asked for."""
    size = np.abs(np.nan_to_num(pair.right)).max(initial=0) or 1.0
    return np.sign(pair.mine - pair.right) * _off(pair) / size


def _on_larger(exercise: Exercise, factor: float) -> Callable:
    """The exercise's script, where every float that it draws is larger by a factor."""
    return lambda answer, rng: exercise.script(answer, _Larger(rng, factor))  # type: ignore[arg-type]


class _Larger:
    """A random generator whose floats are all larger by a factor."""

    def __init__(self, rng: np.random.Generator, factor: float):
        self.rng, self.factor = rng, factor

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.rng, name)

        def drawn(*args: Any, **options: Any) -> Any:
            value = found(*args, **options)
            floats = isinstance(value, float) or getattr(value, "dtype", np.dtype(int)).kind == "f"
            return value * self.factor if floats else value

        return drawn if callable(found) else found
