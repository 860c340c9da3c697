"""Inputs that several exercises of the lesson share."""

import numpy as np
from numpy.random import Generator


def units(rng: Generator, *shape: int) -> np.ndarray:
    """Units along the last axis, each with a mean and a spread of its own, none of them small."""
    D = shape[-1]
    spread = rng.permutation(np.geomspace(0.2, 8, D))
    center = rng.uniform(1, 4, D) * rng.choice([-1.0, 1.0], D)
    return spread * rng.standard_normal(shape) + center * spread
