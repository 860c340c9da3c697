"""What relates wrong values to the right ones, when no known mistake explains them."""

import numpy as np

from coursekit.checking.compare import to_array

LEFT = 1e-3  # of a difference, what a relation that is told may leave unexplained
DIGITS = range(6, 18)  # as few as tell a number from the one that says nothing


def pattern(got, want, given: tuple = (), names: tuple[str, ...] = ()) -> str:
    """One sentence on a constant ratio, offset, sign or transpose; "" where there is none.

    `got` and `want` are one observation; of several values the first that is related is named.
    `given` are the arguments that led to it, `names` those of the values of a tuple.
    """
    if isinstance(want, tuple | list) and isinstance(got, tuple | list):
        if len(names) != len(want):
            names = tuple(f"value {n}" for n in range(1, len(want) + 1))
        pairs = zip(got, want, strict=False)
        return _first(dict(zip(names, pairs, strict=False)), given)
    if isinstance(want, dict) and isinstance(got, dict):
        return _first({str(k): (got[k], want[k]) for k in want if k in got}, given)
    mine, right = to_array(got), to_array(want)
    if mine is None or right is None or mine.shape != right.shape or right.dtype.kind != "f":
        return ""
    mine, right = mine.astype(np.float64), right.astype(np.float64)
    if (
        not mine.size
        or not np.isfinite(mine).all()
        or np.allclose(mine, right, rtol=1e-7, atol=1e-12)
    ):
        return ""
    return _whole(mine, right) or _along_axes(mine, right) or _partly(mine, right, given)


def _first(pairs: dict[str, tuple], given: tuple) -> str:
    """What relates the first of several pairs that are related, with its name."""
    found = ((name, pattern(got, want, given)) for name, (got, want) in pairs.items())
    name, said = next(((name, said) for name, said in found if said), ("", ""))
    return f"{name}: {said}" if said and len(pairs) > 1 else said


def _whole(mine, right) -> str:
    if np.ptp(mine) == 0 and mine.size > 1:
        value = f"{mine.flat[0]:.6g}"
        if any(f"{v:.6g}" != value for v in right.flat):  # else it is as true of the right ones
            return f"every value of yours is {value}"
    if _explains(mine, right, -right):
        return "yours = −expected: the sign is turned"
    ratio = _constant(mine, right, np.divide)
    if ratio is not None and 1e-9 < abs(ratio) < 1e9:  # beyond lies rounding noise
        if _explains(mine, right, right * ratio) and (said := _unlike(ratio, 1)):
            return f"yours = expected × {said} everywhere"
    offset = _constant(mine, right, np.subtract)
    if offset is not None and _explains(mine, right, right + offset):
        return f"yours = expected {'+' if offset > 0 else '−'} {abs(offset):.6g} everywhere"
    if mine.ndim == 2 and mine.shape[0] == mine.shape[1] and _explains(mine, right, right.T):
        return "yours is the transpose of what was expected"
    if _near(mine * mine, right) and _leaves_nothing(mine * mine - right, mine - right):
        return "yours squared = expected: a square root too many"
    if _explains(mine, right, right * right):
        return "yours = expected squared: a square root is missing"
    return ""


def _along_axes(mine, right) -> str:
    if mine.ndim < 2:
        return ""
    for axis in range(mine.ndim):
        others = tuple(a for a in range(mine.ndim) if a != axis)
        if mine.size == mine.shape[axis]:  # any two rows are related so
            continue
        with np.errstate(all="ignore"):
            ratio = mine / right
        sane = np.isfinite(ratio).all() and 1e-9 < np.abs(ratio).min() <= np.abs(ratio).max() < 1e9
        if sane and _flat(ratio, others):
            factors = ratio.mean(others, keepdims=True)
            values = [f"{r:.4g}" for r in factors.flat[:4]]
            if _explains(mine, right, right * factors) and {*values} != {"1"}:
                listed = ", ".join(values)
                return f"yours = expected × one factor for each index of axis {axis} ({listed} …)"
        if _flat(mine - right, others):
            offsets = (mine - right).mean(others, keepdims=True)
            values = [f"{r:+.4g}" for r in offsets.flat[:4]]
            if _explains(mine, right, right + offsets) and {*values} - {"+0", "-0"}:
                listed = ", ".join(values)
                return f"yours = expected + one offset for each index of axis {axis} ({listed} …)"
    return ""


def _explains(mine, right, related) -> bool:
    """True if a relation is all that is wrong: where it is told, next to nothing of it is left.

    Near to one another are also values that are nearly right: of them everything would be true.
    """
    return _near(mine, related) and _leaves_nothing(mine - related, mine - right)


def _leaves_nothing(left, wrong) -> bool:
    return bool(np.abs(left).max() <= LEFT * np.abs(wrong).max())


def _unlike(value: float, trivial: float) -> str:
    """A number with as many digits as it takes to see that it is not another; "" where none do."""
    said = (f"{value:.{digits}g}" for digits in DIGITS)
    return next((words for words in said if float(words) != trivial), "")


def _partly(mine, right, given) -> str:
    wrong = ~np.isclose(mine, right, rtol=1e-7, atol=1e-9)
    if mine.ndim < 2 or wrong.mean() > 0.5:
        return ""
    for axis in range(mine.ndim):
        others = tuple(a for a in range(mine.ndim) if a != axis)
        bad = np.flatnonzero(wrong.any(others))
        if 0 < len(bad) < mine.shape[axis]:
            words = f"only index {', '.join(map(str, bad))} of axis {axis} is wrong"
            constant = (_constant_places(a, axis) for a in given if np.shape(a) == mine.shape)
            exactly = any(np.array_equal(bad, c) for c in constant)
            return words + (", exactly where the input is constant" if exactly else "")
    return ""


def _constant_places(array, axis) -> np.ndarray:
    """The indices of an axis at which everything is one value."""
    array = to_array(array)
    if array is None:
        return np.zeros(0, int)
    others = tuple(a for a in range(array.ndim) if a != axis)
    return np.flatnonzero(array.max(others) == array.min(others))


def _constant(mine, right, operation) -> float | None:
    if mine.size < 2:
        return None
    with np.errstate(all="ignore"):
        values = operation(mine, right)
    if not np.isfinite(values).all():
        return None
    mean = float(values.mean())
    return mean if _near(values, np.full_like(values, mean)) else None


def _flat(values, axes) -> bool:
    spread = values.max(axes) - values.min(axes)
    return bool((spread <= 1e-6 * np.abs(values).max(axes) + 1e-12).all())


def _near(a, b) -> bool:
    size = float(np.abs(b).max()) if np.size(b) else 0.0  # of small numbers all would be near
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-12 * size))
