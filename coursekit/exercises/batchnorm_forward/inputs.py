"""Inputs that several exercises of the lesson draw."""

import numpy as np


def features(rng, N, D, dtype=np.float64):
    """Columns with scales from 0.001 to 20 and different means; gamma ≠ 1 and beta ≠ 0."""
    x = np.geomspace(1e-3, 20, D) * (np.linspace(-2, 3, D) + rng.standard_normal((N, D)))
    gamma = rng.uniform(0.5, 2, D) * np.where(np.arange(D) % 2, -1, 1)
    beta = rng.uniform(0.5, 2, D)
    return [a.astype(dtype) for a in (x, gamma, beta)]
