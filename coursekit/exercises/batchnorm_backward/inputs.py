"""What several exercises of the lesson draw."""

import numpy as np


def plain_batch_norm(x, gamma=1.0, eps=1e-5):
    """Batch norm without beta, in x's own dtype: a judge's function."""
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps)


def normal(rng, *shape):
    return rng.standard_normal(shape)
