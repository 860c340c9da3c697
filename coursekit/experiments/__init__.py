"""Experiments behind the lessons: one module per question, arrays out, no pictures.

Each takes its seeds as an argument and returns one value per seed, so that a lesson can show an
interval and a test can run one seed. `effects(measure(seeds))` names what a claim may be judged by:
a dict of arrays (seeds,).

Learning rates are chosen on TUNING, seeds that nothing is reported of, by the training loss.
"""

import numpy as np

from coursekit.statistics import Interval as Interval
from coursekit.statistics import interval as interval

TUNING = (900_000, 900_001)


def best_rate(loss, rates):
    """The index of the learning rate with the lowest average training loss.

    Args:
        loss: (rates, seeds, steps), of the tuning seeds; nan where a run diverged.

    Returns:
        one index: a rate at which a single run diverged is never chosen before one where none did.
    """
    averaged = np.where(np.isnan(loss), np.inf, loss).mean((1, 2))
    assert len(averaged) == len(rates)
    return int(averaged.argmin())


def hidden_features(pixels, width, rng):
    """What the first batch norm of a network sees at the start: x W, with W ~ N(0, 1 / D).

    Args:
        pixels: (M, D).

    Returns:
        (M, width)
    """
    D = pixels.shape[1]
    return pixels @ (rng.standard_normal((D, width)) / np.sqrt(D))
