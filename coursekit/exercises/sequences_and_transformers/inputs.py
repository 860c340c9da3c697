"""Inputs that several exercises of the lesson draw."""

import numpy as np


def tokens(rng, *shape):
    """(..., D): every token and every feature has a mean and a spread of its own."""
    mean = rng.uniform(0.5, 2, (*shape[:-1], 1)) + rng.uniform(-1, 1, shape[-1])
    return np.geomspace(0.4, 3, shape[-1]) * (mean + rng.standard_normal(shape))


def scale(rng, D):
    """(D,): gamma of either sign, and never 1."""
    gamma = rng.uniform(0.4, 0.8, D) * rng.choice([1, 3], D)
    gamma[1::2] *= -1
    return gamma
