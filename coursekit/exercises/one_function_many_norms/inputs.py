"""Inputs that several exercises of the lesson draw."""

import numpy as np


def images(rng, *shape):
    """(N, C, *spatial): every sample and every channel has a mean and a spread of its own."""
    N, C, *spatial = shape
    own = [1] * len(spatial)
    channel = np.geomspace(0.05, 5, C).reshape(1, C, *own)
    sample = np.linspace(0.5, 2, N).reshape(N, 1, *own)
    mean = rng.uniform(-2, 2, (N, C, *own))
    return channel * sample * (mean + rng.standard_normal(shape))


def tokens(rng, *shape):
    """(..., D): every token and every feature has a mean and a spread of its own."""
    mean = rng.uniform(-2, 2, (*shape[:-1], 1)) + rng.uniform(-2, 2, shape[-1])
    return np.geomspace(0.3, 3, shape[-1]) * (mean + rng.standard_normal(shape))


def affine(rng, *shape):
    """Two arrays, gamma of either sign and never 1, beta never 0."""
    gamma = rng.uniform(0.5, 2, shape)
    gamma.flat[1::2] *= -1
    return gamma, rng.uniform(0.5, 2, shape)


def spread(p, x):
    """(C,) in the shape in which it meets x (N, C, *spatial)."""
    return p.reshape(1, -1, *[1] * (x.ndim - 2))
