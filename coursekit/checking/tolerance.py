"""How far from the right values an answer may be: relative to what is asked, for each dtype."""

import numpy as np
from numpy import absolute, isfinite, isnan  # by name: see compare

# A share of the entry itself, and one of the largest entry there: what is asked may be a small
# difference of the others. Every order of operations in float64 stays within (where an exercise's
# numbers are not so kind, it says by how much), and one step of them in float32 does not.
TOLERANCE = {"f8": (1e-9, 1e-11), "f4": (1e-4, 1e-4), "f2": (2e-2, 2e-2)}


def allowed(right: np.ndarray, rtol: float | None, atol: float | None) -> np.ndarray:
    """The largest right error of each entry; `atol` is absolute, by default a share of the values.

    Values of size one and more have the scale one; so have zeros, which have none of their own.
    """
    default = TOLERANCE[right.dtype.str[1:] if right.dtype.str[1:] in TOLERANCE else "f8"]
    sizes = absolute(right.astype(np.float64))
    if atol is None:
        largest = float(sizes[isfinite(sizes)].max(initial=0))
        atol = default[1] * min(largest or 1.0, 1.0)
    with np.errstate(invalid="ignore", over="ignore"):
        return atol + (default[0] if rtol is None else rtol) * sizes


def close(
    mine: np.ndarray, right: np.ndarray, rtol: float | None = None, atol: float | None = None
) -> np.ndarray:
    """True where an entry is the right one, within the tolerance of the right one's dtype."""
    bound = allowed(right, rtol, atol)
    mine, right = mine.astype(np.float64), right.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        near = (absolute(mine - right) <= bound) & isfinite(right)
    return near | (mine == right) | (isnan(mine) & isnan(right))


def all_close(
    mine: np.ndarray, right: np.ndarray, rtol: float | None = None, atol: float | None = None
) -> bool:
    """True if every entry is the right one, within the tolerance of the right one's dtype."""
    return bool(close(mine, right, rtol, atol).all())
