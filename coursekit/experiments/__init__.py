"""Experiments behind the lessons: one module per question, arrays out, no pictures.

Each takes its seeds as an argument and returns one value per seed, so that a lesson can show an
interval and a test can run one seed. `effects(measure(seeds))` names what a claim may be judged by:
a dict of arrays (seeds,).

Learning rates are chosen by `best_rate` on TUNING, seeds that nothing is reported of. (Lesson 03
chooses by the average over all of training, and says so: `initialization`.)
"""

import numpy as np

from coursekit.statistics import Interval as Interval
from coursekit.statistics import interval as interval

TUNING = (900_000, 900_001)


def best_rate(loss, rates):
    """The index of the learning rate with the lowest training loss, over the last tenth of steps.

    Args:
        loss: (rates, seeds, steps), of the tuning seeds; nan from where a run diverged.

    Returns:
        one index: a rate at which a single run diverged is never chosen before one where none did.
    """
    end = loss[..., -max(1, loss.shape[-1] // 10) :]
    ends = np.where(np.isnan(end), np.inf, end).mean((1, 2))
    assert len(ends) == len(rates)
    return int(ends.argmin())


def hidden_features(pixels, width, rng):
    """What the first batch norm of a network sees at the start: x W, with W ~ N(0, 1 / D).

    Args:
        pixels: (M, D).

    Returns:
        (M, width)
    """
    D = pixels.shape[1]
    return pixels @ (rng.standard_normal((D, width)) / np.sqrt(D))
