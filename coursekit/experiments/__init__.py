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


def hidden_features(pixels, width, rng):
    """What the first batch norm of a network sees at the start: x W, with W ~ N(0, 1 / D).

    Args:
        pixels: (M, D).

    Returns:
        (M, width)
    """
    D = pixels.shape[1]
    return pixels @ (rng.standard_normal((D, width)) / np.sqrt(D))
