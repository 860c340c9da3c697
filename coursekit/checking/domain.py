"""Draws from all that a statement allows: which can be judged by, and how exactly.

The right answer is run once more on arguments that are moved by a last digit. What its value then
moves by is what rounding alone can do to it, in whatever order an answer computes.
"""

import inspect
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy import absolute, asarray, isfinite  # by name: see compare

from coursekit.checking.answer import Answer
from coursekit.checking.compare import compare, to_array
from coursekit.checking.copies import copy
from coursekit.checking.limits.guard import quiet
from coursekit.checking.local import Local
from coursekit.checking.rounding import explains
from coursekit.checking.tolerance import allowed

FEW = 3  # of a grader's hidden cases that are drawn
TRIES = 20  # draws until one can be judged by
MOVES, DIGITS = 4, 2  # times that the arguments are moved, and by how many of their last digits
ROOM = 32  # an answer may be off by so many times what one such move does
FLOOR = 1e-12  # of the smallest column of the arguments: as much may be left where all cancels
JUMP, MORE = 1e-3, 4  # what moves by more of its size may have crossed a threshold: see allowance
ANY = 1e300


def scripted(exercise: Any) -> bool:
    """True where the domain is a script of its own, for answers with state."""
    return len(inspect.signature(exercise.domain).parameters) == 2


def arguments(exercise: Any, seed: int, draw: int) -> tuple:
    """One set of arguments of the domain; drawn anew, functions with a memory have none yet."""
    return tuple(exercise.domain(exercise.rng(seed, draw)))


def script(exercise: Any, answer: Any, seed: int, draw: int) -> Iterator[tuple]:
    """What is observed of an answer on one draw."""
    if scripted(exercise):
        yield from exercise.domain(answer, exercise.rng(seed, draw))
    else:
        yield "value", answer(*arguments(exercise, seed, draw))


def then_drawn(observed: Iterator, exercise: Any, answer: Answer, seed: int) -> Iterator[Any]:
    """The observations of an exercise's script, then, of an answer that was right, some draws.

    Only answers that were right until there meet them, so what a wrong one did is the same in a
    notebook and when grading.
    """
    right = Local(exercise.right, name=exercise.name, timeout=None)
    beside = exercise.script(right, exercise.rng(seed))
    wrong = False
    for place, step in enumerate(observed):
        yield step
        wrong = wrong or _differs(exercise, seed, place, step, next(beside, None))
    if wrong:
        return
    for place, draw in enumerate(fit(exercise, seed), 1):
        answer.doing = label = f"drawn from all that is allowed, {place}"
        for i, (_, *value) in enumerate(script(exercise, answer, seed, draw), 1):
            yield (label if i == 1 else f"{label}, {i}", *value)


def _differs(exercise: Any, seed: int, place: int, got: Any, want: Any) -> bool:
    if want is None:
        return True
    if compare(got[1], want[1], rtol=exercise.rtol, atol=exercise.atol) is None:
        return False
    return not explains(exercise, seed, place, got[1], want[1])


@lru_cache(maxsize=256)
def fit(exercise: Any, seed: int, few: int = FEW) -> list[int]:
    """The first draws of a seed that can be judged by with the tolerance of a check."""
    found = []
    for draw in range(1, TRIES * few):
        if scripted(exercise) or _tame(exercise, seed, draw):
            found.append(draw)
        if len(found) == few:
            break
    return found


def _tame(exercise: Any, seed: int, draw: int) -> bool:
    """True if rounding moves no entry by a quarter of what is allowed, or over a threshold."""
    want, slack, jumps = allowance(exercise, seed, draw)
    return not jumps and all(
        (s <= allowed(right, exercise.rtol, exercise.atol) / 4).all()
        for right, s in zip(leaves(want), slack, strict=True)
    )


def allowance(exercise: Any, seed: int, draw: int) -> tuple[Any, list[np.ndarray], bool]:
    """The right value, how far each entry may be off by rounding, and whether anything jumped."""
    with quiet():
        args = arguments(exercise, seed, draw)
        least = FLOOR * min(1.0, _least(args))
        want = exercise.right(*args)
        right = leaves(want)
        slack, jumps = [np.full(one.shape, least) for one in right], False

        def again() -> tuple:  # a function may remember its calls
            return arguments(exercise, seed, draw) if any(map(callable, args)) else args

        for move in range(2 * MOVES):
            off = _off(exercise, want, again(), DIGITS, [draw, move])
            if off and any((o > JUMP * _size(r)).any() for o, r in zip(off, right, strict=True)):
                # Rounding grows with the digits that are moved; a jump over a threshold stays.
                more = _off(exercise, want, again(), MORE * DIGITS, [draw, move])
                if more is None or any(
                    ((o > JUMP * _size(r)) & (m < MORE / 2 * o)).any()
                    for o, m, r in zip(off, more, right, strict=True)
                ):
                    off = None
            if off is None:
                jumps = True
                continue
            slack = [np.maximum(s, ROOM * o) for s, o in zip(slack, off, strict=True)]
    if jumps:  # few moves were left to measure by: what happened to one entry may to any
        slack = [np.full(s.shape, s.max(initial=least)) for s in slack]
    return want, slack, jumps


def _off(
    exercise: Any, want: Any, args: tuple, digits: int, move: list[int]
) -> list[np.ndarray] | None:
    """By how much each entry moves with the arguments; nothing where another thing comes out."""
    try:
        noise = np.random.default_rng(move)
        moved = exercise.right(*nudged(args, noise, digits, alike=move[-1] < MOVES))
    except Exception:
        return None
    if compare(moved, want, rtol=ANY, atol=ANY):
        return None
    pairs = zip(leaves(moved), leaves(want), strict=True)
    off = [absolute(there.astype(float) - one.astype(float)) for there, one in pairs]
    return [np.where(isfinite(o), o, 0) for o in off]


def _least(value: Any) -> float:
    """The size of the smallest column among the arrays of floats, zeros left out."""
    if isinstance(value, np.floating):
        value = np.array([value])
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        found = absolute(np.where(isfinite(value), value, 0))
        found = found.max(axis=tuple(range(value.ndim - 1))) if value.ndim > 1 else found.max()
        return float(np.min(found, initial=np.inf, where=found > 0))
    if isinstance(value, list | tuple):
        return min(map(_least, value), default=np.inf)
    return np.inf


def _size(right: np.ndarray) -> float:
    return float(absolute(right[isfinite(right)]).max(initial=0))


def nudged(value: Any, noise: np.random.Generator, digits: int, alike: bool) -> Any:
    """The same arguments, each float of an array up to some last digits larger or smaller.

    alike: equal values of an array stay equal, so that no threshold is crossed.
    """
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        digit = digits * np.finfo(value.dtype).eps
        if not alike:
            return (value * (1 + digit * noise.uniform(-1, 1, value.shape))).astype(value.dtype)
        kinds, which = np.unique(value, return_inverse=True)
        factors = 1 + digit * noise.uniform(-1, 1, kinds.shape)
        return (kinds * factors)[which].reshape(value.shape).astype(value.dtype)
    if isinstance(value, np.floating):  # an entry of an array; Python's own are settings
        return type(value)(value * (1 + digits * np.finfo(value.dtype).eps * noise.uniform(-1, 1)))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(nudged(v, noise, digits, alike) for v in value))
    if isinstance(value, list | tuple):
        return type(value)(nudged(v, noise, digits, alike) for v in value)
    return copy(value)


def leaves(value: Any) -> list[np.ndarray]:
    """The arrays of numbers inside dicts, tuples and lists, in an order of their own."""
    if isinstance(value, list | tuple):  # each by itself, as `compare` does
        return [leaf for inner in value for leaf in leaves(inner)]
    array = None if isinstance(value, bool | np.bool_) else to_array(value)
    if array is not None:
        return [asarray(array)] if array.dtype.kind != "b" else []
    if isinstance(value, dict):
        return [leaf for key in sorted(value) for leaf in leaves(value[key])]
    return []


def parts(exercise: Any, got: Any, want: Any, slack: list[np.ndarray]) -> str:
    """How a value differs from the right one by more than rounding; "" if it does not."""
    found = compare(got, want, rtol=ANY, atol=ANY)
    if found:
        return found.message
    for mine, right, s in zip(leaves_like(got, want), leaves(want), slack, strict=True):
        mine, there = mine.astype(float), right.astype(float)
        near = absolute(mine - there) <= s + allowed(right, exercise.rtol, exercise.atol)
        wrong = ~(near | (mine == there) | (np.isnan(mine) & np.isnan(there)))
        if wrong.any():
            at = tuple(int(i[0]) for i in np.nonzero(np.atleast_1d(wrong)))[: wrong.ndim]
            return f"{mine[at]:.17g} for {there[at]:.17g} at {list(at)}"
    return ""


def leaves_like(got: Any, want: Any) -> list[np.ndarray]:
    """The arrays of a value that has the structure of another."""
    if isinstance(want, list | tuple):
        pairs = zip(got, want, strict=True)
        return [leaf for mine, right in pairs for leaf in leaves_like(mine, right)]
    array = None if isinstance(want, bool | np.bool_) else to_array(want)
    if array is not None:
        mine = to_array(got)
        return [mine] if array.dtype.kind != "b" and mine is not None else []
    if isinstance(want, dict):
        return [leaf for key in sorted(want) for leaf in leaves_like(got[key], want[key])]
    return []
