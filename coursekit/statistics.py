"""Statistics of independent repetitions: intervals, pairs, and runs that were stopped too early.

An experiment gives one value for each seed. Two arms that ran from the same seeds are compared
seed by seed: `differences`, `log_ratios`. What the mean of all seeds may be is said by Student's
interval (`interval`), or, where values are far from normal, by the bootstrap (`bootstrap`); a
share of seeds by Clopper's and Pearson's (`share`).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit.errors import ArgumentError


class Interval(NamedTuple):
    """A mean and the half width of its interval, arrays or numbers."""

    mean: np.ndarray
    half: np.ndarray


class Range(NamedTuple):
    """A number, and the ends of its interval."""

    value: float
    low: float
    high: float


def interval(values: ArrayLike, axis: int = 0, level: float = 0.95) -> Interval:
    """Average over an axis of independent repetitions, with Student's interval.

    One repetition has no interval: its half width is nan.

    Args:
        level: how often such an interval holds the truth.
    """
    values = np.asarray(values, dtype=float)
    n, mean = values.shape[axis], values.mean(axis)
    if n == 1:
        return Interval(mean, np.full_like(mean, np.nan))
    return Interval(mean, student(n, level) * values.std(axis, ddof=1) / np.sqrt(n))


def student(n: int, level: float = 0.95) -> float:
    """Student's factor: how many standard errors an interval of n repetitions reaches each way.

    Args:
        n: 2 or more.
        level: how often such an interval holds the truth.
    """
    from scipy.special import stdtrit  # Student's t at a probability

    return float(stdtrit(n - 1, (1 + level) / 2))


def differences(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Subtract arm b from arm a, seed by seed: what the seeds share falls out. (n,), (n,) -> (n,)

    Raises:
        ArgumentError: the arms have not the same number of seeds.
    """
    a, b = _paired(a, b)
    return a - b


def log_ratios(a: ArrayLike, b: ArrayLike, limit: float = np.inf) -> np.ndarray:
    """Divide a by b, seed by seed, as logarithms. (n,), (n,) -> (n,)

    A run that was stopped at `limit` before it was done is inf. It stays in, as one that took
    `limit`: its ratio is then nearer to 1 than the truth is, never further from it.

    Raises:
        ArgumentError: the arms have not the same number of seeds, or one is no positive number.
    """
    a, b = _paired(a, b)
    if not (a > 0).all() or not (b > 0).all():
        raise ArgumentError("log_ratios divides positive numbers; inf stands for a stopped run")
    return np.log(np.minimum(a, limit)) - np.log(np.minimum(b, limit))


def bootstrap(
    values: ArrayLike,
    statistic: Callable = np.mean,
    *,
    level: float = 0.95,
    draws: int = 4000,
    seed: int = 0,
) -> Range:
    """Say between which values a statistic of as many other seeds may lie: the percentile
    bootstrap.

    Args:
        values: (n,), one for each seed.
        statistic: of an array along its last axis: `np.mean`, `np.median`.

    Source: Efron 1979, https://doi.org/10.1214/aos/1176344552
    """
    values = np.asarray(values, dtype=float)
    rows = np.random.default_rng(seed).integers(len(values), size=(draws, len(values)))
    low, high = np.quantile(
        statistic(values[rows], axis=-1), [(1 - level) / 2, (1 + level) / 2]
    ).tolist()
    return Range(float(statistic(values, axis=-1)), low, high)


def share(hits: int, n: int, level: float = 0.95) -> Range:
    """Say how large a share may be of which `hits` in n were seen.

    Source: Clopper & Pearson 1934, https://doi.org/10.1093/biomet/26.4.404

    Raises:
        ArgumentError: there are more hits than trials, or no trial.
    """
    from scipy.special import betaincinv

    if not 0 <= hits <= n or n < 1:
        raise ArgumentError(
            f"a share is of 1 trial or more, and of hits among them; got {hits}/{n}"
        )
    tail = (1 - level) / 2
    low = betaincinv(hits, n - hits + 1, tail) if hits else 0.0
    high = betaincinv(hits + 1, n - hits, 1 - tail) if hits < n else 1.0
    return Range(hits / n, float(low), float(high))


def steps_to(accuracy: ArrayLike, at: ArrayLike, target: float) -> np.ndarray:
    """The first number of steps in `at` (E,) with this accuracy (R, E); inf where it is never."""
    reached = np.asarray(accuracy) >= target
    return np.where(reached.any(1), np.asarray(at)[reached.argmax(1)], np.inf)


def _paired(a: ArrayLike, b: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape or a.ndim != 1:
        raise ArgumentError(
            f"pairs are of one value for each seed in both arms; got {a.shape} and {b.shape}"
        )
    return a, b
