"""Inputs that exercises of the lesson scaling_inputs share."""

import numpy as np


def features(rng, n, d, low=0.05, high=20.0):
    """Correlated columns, each with its own mean and scale, in no particular order of scale."""
    mixed = rng.standard_normal((n, d)) @ (np.eye(d) + 0.5 * np.triu(np.ones((d, d)), 1))
    scale = np.roll(np.geomspace(low, high, d), 1)
    return scale * (rng.uniform(1, 3, d) + mixed)


def bowl(rng, d, n=7):
    """A Hessian (d, d) with curvatures between 0.3 and 3 or so, and a b (d,)."""
    x = rng.standard_normal((n, d)) * np.linspace(1.5, 0.8, d)
    return x.T @ x / n + 0.3 * np.eye(d), rng.uniform(0.5, 2, d)
