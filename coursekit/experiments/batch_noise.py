"""How much of a normalized value comes from its batch mates, and not from the sample itself.

    noise(x, B) = rms over samples, features and batches of (x_hat in the batch - x_hat in all of x)

It is also the error that gamma and beta leave when they are set to undo the population's
normalization, in units of the feature's standard deviation: gamma and beta are fixed, the batch's
mean and variance are not.
"""

from typing import NamedTuple

import numpy as np

from coursekit.experiments import hidden_features

SIZES = (4, 8, 16, 32, 64, 128)


class Finding(NamedTuple):
    """The noise at each batch size: one row of (seeds, sizes) for each seed."""

    sizes: np.ndarray
    hidden: np.ndarray  # pre-activations of a random first layer
    pixels: np.ndarray  # its inputs


def normalized(x, eps=1e-5):
    """Give each column of x (M, D) mean 0 and variance 1 over the rows."""
    return (x - x.mean(0)) / np.sqrt(x.var(0) + eps)


def noise(x, batch_size, *, draws, rng):
    """Measure the noise in batches of this size, drawn from x (M, D) without replacement.

    Args:
        draws: the number of batches.

    Returns:
        a number, in units of the features' standard deviation.
    """
    truth, total = normalized(x), 0.0
    for _ in range(draws):
        rows = rng.choice(len(x), batch_size, replace=False)
        total += ((normalized(x[rows]) - truth[rows]) ** 2).mean()
    return float(np.sqrt(total / draws))


def predicted_noise(x, sizes):
    """Predict the noise, to first order in 1 / B; for a Gaussian feature it is 1.22 / sqrt(B).

        sqrt((1 + (kurtosis - 1) / 4) * (1 / B - 1 / M))

    The batch's mean misses by std / sqrt(B). Its standard deviation misses by a fraction of
    sqrt((kurtosis - 1) / 4B), which moves a value by that many x_hat; and x_hat² is 1 on average.
    1 / M is there because a batch drawn without replacement from M rows misses less.

    Args:
        x: (M, D).
        sizes: (S,).

    Returns:
        (S,)
    """
    kurtosis = (normalized(x, eps=0) ** 4).mean()
    return np.sqrt((1 + (kurtosis - 1) / 4) * (1 / np.asarray(sizes) - 1 / len(x)))


def measure(pixels, seeds, *, sizes=SIZES, width=64, draws=100):
    """Measure the noise of pixels (M, D) and of a random layer's outputs, once for each seed.

    A seed draws its own layer and its own batches.
    """
    hidden_rows, pixel_rows = [], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        hidden = hidden_features(pixels, width, rng)
        hidden_rows.append([noise(hidden, B, draws=draws, rng=rng) for B in sizes])
        pixel_rows.append([noise(pixels, B, draws=draws, rng=rng) for B in sizes])
    return Finding(np.array(sizes), np.array(hidden_rows), np.array(pixel_rows))


def effects(found: Finding) -> dict[str, np.ndarray]:
    """The noise at two sizes, and how it falls with the batch: -0.5 is 1 / sqrt(B)."""
    at = {B: found.hidden[:, list(found.sizes).index(B)] for B in (4, 64)}
    return {
        "noise in a batch of 4": at[4],
        "noise in a batch of 64": at[64],
        "slope in log B": np.log(at[64] / at[4]) / np.log(64 / 4),
    }


def trial(seeds) -> dict[str, np.ndarray]:
    """`effects` of digits' pixels."""
    from coursekit.training import digits

    return effects(measure(digits().x.astype(float), seeds))
