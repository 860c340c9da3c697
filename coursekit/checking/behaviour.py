"""What a wrong answer did, as a short name: two that have the same behaved alike.

Only what is robust goes into it, so that another style, or another machine's roundings, seldom
gives another name: of each observation its shape, its size and a weighted mean, to three digits.
"""

import hashlib
from collections.abc import Iterator
from math import floor, log10
from typing import Any

import numpy as np
from numpy import abs as absolute  # by name: in a notebook NumPy's functions may be an answer's
from numpy import arange, cos, errstate, isfinite

from coursekit.checking.compare import to_array
from coursekit.checking.trace import Trace

LENGTH = 6  # of the name: a class has a handful of behaviours for each exercise
DIGITS = 3
NOISE = 1e-9  # a mean below it is what roundings leave of 0


def behaviour(mine: Trace) -> str:
    """The short name of all that an answer was seen to do."""
    said = [f"{step.label}={' '.join(_parts(step.value))}" for step in mine.steps]
    said.append(f"ended {type(mine.stopped).__name__} {getattr(mine.stopped, 'kind', '')}")
    said.append(f"changed {sorted(mine.mutated)}")
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:LENGTH]


def _parts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key in sorted(value, key=str):
            yield f"{key}:"
            yield from _parts(value[key])
        return
    if isinstance(value, list | tuple) and not _is_array(value):
        yield f"{len(value)} of"
        for one in value:
            yield from _parts(one)
        return
    array = to_array(value)
    if array is None:
        yield str(value) if isinstance(value, str | bool | type(None)) else type(value).__name__
        return
    yield " ".join([str(array.shape), *_numbers(array)])


def _is_array(value: list | tuple) -> bool:
    """True of numbers in lists, which is how an array is written without NumPy.

    A tuple of lists is several values.
    """
    inner = (int, float, np.generic, *((list, tuple) if isinstance(value, list) else ()))
    plain = all(isinstance(v, inner) or getattr(v, "shape", None) == () for v in value)
    return bool(value) and plain and to_array(value) is not None


def _numbers(array: np.ndarray) -> Iterator[str]:
    flat = array.astype(float).ravel()
    good = isfinite(flat)
    if not good.all():
        yield f"{int((~good).sum())} not finite"
    flat = flat[good]
    if not flat.size:
        return
    with errstate(all="ignore"):
        size = float(absolute(flat).mean())
        turned = float((flat * cos(arange(flat.size))).mean())
    if size < NOISE or not isfinite(size):
        yield "0" if size < NOISE else "large"
        return
    yield _rounded(size)
    yield str(round(turned / size, DIGITS) + 0.0)


def _rounded(size: float) -> str:
    return f"{round(size, DIGITS - 1 - floor(log10(size))):.{DIGITS - 1}e}"
