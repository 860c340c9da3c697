"""Inputs that exercises of the lesson signals_through_depth share."""

import numpy as np


def relu(z):
    return np.maximum(z, 0)


def rows(rng, n, d):
    """A batch (n, d) whose features have means and scales of their own."""
    return rng.uniform(-1, 2, d) + np.geomspace(0.5, 3, d) * rng.standard_normal((n, d))


def matrix(rng, fan_in, fan_out):
    """Weights (fan_in, fan_out) with columns of different size and no mean of 0."""
    return np.geomspace(0.4, 1.6, fan_out) * (0.2 + rng.standard_normal((fan_in, fan_out)))
