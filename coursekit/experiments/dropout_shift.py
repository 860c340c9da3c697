"""Dropout before a batch norm: the variance that it stored in training is not the one that it
meets.

Measured on a random ReLU layer that reads digits: the variance of each feature in evaluation over
its variance under dropout, and the formula's v q / (c² (1 − q) + v), where q is the share that is
kept, c the feature's mean and v its variance.

Source: Li et al. 2019, section 3, https://arxiv.org/abs/1801.05134
"""

from collections.abc import Sequence

import numpy as np

from coursekit.experiments import hidden_features
from coursekit.training import digits

DROPS = (0.0, 0.2, 0.5)


def measure(seeds: Sequence[int], *, width: int = 256, draws: int = 20) -> np.ndarray:
    """Mean ratio over features, and the formula's: (2, drops, seeds)."""
    rows = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 11])
        h = np.maximum(hidden_features(digits().x.astype(float), width, rng), 0)
        h = h[:, h.var(0) > 1e-3]
        c, v = h.mean(0), h.var(0)
        found, formula = [], []
        for p in DROPS:
            q = 1 - p
            trained = np.mean([(h * (rng.random(h.shape) < q) / q).var(0) for _ in range(draws)], 0)
            found.append((v / trained).mean())
            formula.append((v * q / (c**2 * p + v)).mean())
        rows.append([found, formula])
    return np.moveaxis(np.array(rows), 0, -1)


def effects(found: np.ndarray) -> dict[str, np.ndarray]:
    """The ratio at each share of dropout, and how far the formula is off."""
    return {f"variance, eval / train, p = {p}": found[0, n] for n, p in enumerate(DROPS)} | {
        "measured - formula": np.abs(found[0] - found[1]).max(0)
    }
