"""Inputs that several exercises of the lesson draw."""

import numpy as np


def features(rng, N, D, dtype=np.float64):
    """Columns with scales from 0.001 to 20 and different means; gamma ≠ 1 and beta ≠ 0."""
    x = np.geomspace(1e-3, 20, D) * (np.linspace(-2, 3, D) + rng.standard_normal((N, D)))
    gamma = rng.uniform(0.5, 2, D) * np.where(np.arange(D) % 2, -1, 1)
    beta = rng.uniform(0.5, 2, D)
    return [a.astype(dtype) for a in (x, gamma, beta)]


def far_from_zero(rng, *shape):
    """float32 around 4096, in eighths: x² loses everything but x's distance from 4096, exactly.

    (4096 + d)² = 2²⁴ + 8192 d + d², and float32 has no room for a d² below 1/2 there. Over 2ⁿ
    values, mean(x²) − mean(x)² is 0 in whatever order its sums are taken. Along axis 0 nothing is
    constant. A small gamma goes with it: x · gamma / √var, which some compute, keeps its digits.
    """
    eighths = rng.integers(-5, 6, shape)
    eighths[0], eighths[1] = -5, 5
    return (4096 + eighths / 8).astype(np.float32)
