"""Experiments behind the lessons: one module per question, arrays out, no pictures.

Each takes its seeds as an argument and returns one value per seed, so that a lesson can show an
interval and a test can run one seed.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit  # Student's t at a probability


class Interval(NamedTuple):
    """A mean and the half width of its 95 % confidence interval, arrays or numbers."""

    mean: np.ndarray
    half: np.ndarray


def interval(values, axis: int = 0) -> Interval:
    """Average over an axis of independent repetitions, with Student's 95 % interval.

    One repetition has no interval: its half width is nan.
    """
    values = np.asarray(values, dtype=float)
    n, mean = values.shape[axis], values.mean(axis)
    if n == 1:
        return Interval(mean, np.full_like(mean, np.nan))
    return Interval(mean, stdtrit(n - 1, 0.975) * values.std(axis, ddof=1) / np.sqrt(n))
