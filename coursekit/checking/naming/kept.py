"""What is still right about wrong values: their mean, their spread, their signs, their order."""

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from coursekit.checking.compare import to_array
from coursekit.checking.words import line

NO = "no entry"  # how facts begin that are no part of the answer that is right
FEW = 3  # facts that are told
CLOSE = 1e-6  # relative to the largest value


def kept(pairs: Iterable[tuple[object, object]]) -> str:
    """What holds in every one of these wrong values beside the right ones, in one sentence.

    Of values in which nothing does, how far they spread; "" where a shape is not the right one.
    """
    both = [(to_array(got), to_array(want)) for got, want in pairs]
    found = [facts for got, want in both if (facts := _facts(got, want)) is not None]
    if not found or len(found) < len(both):
        return ""
    common = [fact for fact in found[0] if all(fact in other for other in found)]
    still = [fact for fact in common if not fact.startswith(NO)][:FEW]
    said = [f"still right: {', '.join(still)}"] if still else []
    said += [fact for fact in common if fact.startswith(NO)]
    return "; ".join(said) or _spread(both)


def confused(pairs: list[tuple[str | bool, str | bool]]) -> str:
    """Which words or truths stand for which others, and how often."""
    wrong = Counter((line(got), line(want)) for got, want in pairs if got != want)
    said = [f"{got} where {want} is right" for got, want in wrong][:FEW]
    often = f"{wrong.total()} of {len(pairs)} values are wrong: "
    return often + ", ".join(said) + (f" and {len(wrong) - FEW} more" if len(wrong) > FEW else "")


def _spread(both: list[tuple[np.ndarray | None, np.ndarray | None]]) -> str:
    """How far they spread, from the case where that is least to the one where it is most."""
    sizes = [
        float(np.std(mine)) / size
        for mine, right in both
        if mine is not None and right is not None and mine.size > 1
        if (size := float(np.std(right)))
    ]
    if not sizes:
        return ""
    least, most = f"{min(sizes):.3g}", f"{max(sizes):.3g}"
    times = least if least == most else f"{least} to {most}"
    return f"the values spread {times} times as far as the right ones"


def _facts(mine: np.ndarray | None, right: np.ndarray | None) -> list[str] | None:
    """What holds of one wrong value, the most telling first; None where the two do not compare."""
    if mine is None or right is None or mine.shape != right.shape or right.dtype.kind != "f":
        return None
    mine, right = mine.astype(np.float64), right.astype(np.float64)
    if not (mine.size and np.isfinite(mine).all() and np.isfinite(right).all()):
        return None
    size = float(np.abs(right).max()) or 1.0
    return list(_told(mine, right, size))


def _told(mine: np.ndarray, right: np.ndarray, size: float) -> Iterator[str]:
    for axis in range(mine.ndim):
        if mine.shape[axis] > 1:
            there = f" over axis {axis}" if mine.ndim > 1 else ""
            if _near(mine.mean(axis), right.mean(axis), size):
                yield f"the mean{there}"
            if _near(mine.std(axis), right.std(axis), size):
                yield f"the spread{there}"
    if mine.size > 1 and mine.ndim > 1 and _near(mine.mean(), right.mean(), size):
        yield "the mean of all"
    away, ought = np.abs(mine), np.abs(right)
    slack = CLOSE * size
    if (away >= ought - slack).all():
        yield "no entry is too small in size"
    elif (away <= ought + slack).all():
        yield "no entry is too large in size"
    elif (mine >= right - slack).all():
        yield "no entry is too low"
    elif (mine <= right + slack).all():
        yield "no entry is too high"
    distinct = mine.size > 2 and np.unique(right).size == right.size  # equal ones have no order
    if distinct and (np.argsort(mine, axis=None) == np.argsort(right, axis=None)).all():
        yield "the order of the entries"
    if mine.size > 1 and (right < 0).any() and (np.sign(mine) == np.sign(right)).all():
        yield "every sign"


def _near(a: np.ndarray, b: np.ndarray, size: float) -> bool:
    return bool(np.abs(np.asarray(a) - np.asarray(b)).max() <= CLOSE * size)
