"""The exercise variance_shift of the lesson noise_and_small_batches."""

import numpy as np

from coursekit.checking import draws, exercise


def features(rng):
    """Mean and variance of their own, of either sign and size; no dropout, little and much."""
    mean = np.array([1.5, -0.7, 3.0, 0.2]) + rng.uniform(-0.1, 0.1, 4)
    var = np.array([0.4, 2.0, 0.9, 1.3]) * rng.uniform(0.9, 1.1, 4)
    yield "4 features, p = 0.2", (mean, var, 0.2)
    yield "3 features, p = 0.7", (mean[:3] * 0.8, var[:3], 0.7)
    yield "2 features, p = 0.5, where p and 1 − p are alike", (mean[:2], var[1:3], 0.5)
    yield "4 features, p = 0: no dropout", (mean, var, 0.0)
    yield "3 features with mean 0, p = 0.3", (0 * mean[:3], var[:3], 0.3)
    yield "2 features that never change, p = 0.4", (mean[:2], 0 * var[:2], 0.4)


def any_features(rng):
    """Means up to ten times as large as the spread, dropout from none to nearly all."""
    (D,) = draws.sizes(rng, 1)
    std = np.array([draws.size(rng, 1e-3, 1e3) for _ in range(D)])
    mean = draws.sign(rng, D) * std * np.array([draws.size(rng, 0.01, 10) for _ in range(D)])
    p = 0.0 if rng.random() < 0.1 else float(rng.uniform(0.01, 0.95))
    return mean, std**2, p


@exercise(
    cases=features,
    domain=any_features,
    hints=(
        "In evaluation dropout does nothing, so there the variance is `var`. In training a value z "
        "becomes z / (1 − p) or 0. What is its mean then, what the mean of its square?",
        "With mean 0 your result must be 1 − p, and with p = 0 it must be 1. Is it? If both are "
        "right and the others are not, look at what the mean adds to the variance.",
        "keep = 1 - p\nsquare = keep * (var + ___) / ___  # the mean of the square, in training\n"
        "trained = square - ___\nreturn var / trained",
    ),
    points=2,
    minutes=8,
    difficulty=3,
    ask="Behind a ReLU most features have a mean far from 0. Is the shift larger or smaller there "
    "than the share of values that is kept?",
)
def variance_shift(mean, var, p):
    """The variance of a feature in evaluation over the one that it has in training. -> (D,)

    mean, var: (D,), of the feature before dropout, never both 0. In training dropout sets a value
    to 0 with probability p, and divides it by 1 − p otherwise. In evaluation it does nothing.
    """
    keep = 1 - p
    trained = (var + p * mean**2) / keep
    return var / trained


@variance_shift.alternative
def by_moments(mean, var, p):
    square = (var + mean**2) / (1 - p)  # its mean, where (1 − p) of them are kept, over (1 − p)²
    return var / (square - mean**2)


@variance_shift.alternative
def within_and_between(mean, var, p):
    """The variance within the kept ones, and that between the kept ones and the zeros."""
    q = 1 - p
    within, between = q * var / q**2, q * p * (mean / q) ** 2
    return np.divide(var, within + between)


@variance_shift.alternative
def shift_by_features(mean, var, p):
    found = []
    for m, v in zip(mean.tolist(), var.tolist(), strict=True):
        kept = 1 - p
        found.append(v * kept / (v + p * m * m))
    return np.array(found)


@variance_shift.alternative
def shift_in_torch(mean, var, p):
    import torch

    mean, var = torch.from_numpy(mean), torch.from_numpy(var)
    return var * (1 - p) / torch.addcmul(var, mean, mean, value=p)
