"""The exercise mend_batch_norm of the lesson batchnorm_forward."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_forward.inputs import features


def stored(rng, D):
    """A mean and a variance of other data, the variances from 0.0001 to 400."""
    return rng.normal(size=D), np.geomspace(1e-4, 400, D) * rng.uniform(0.5, 2, D)


def batches(rng):
    """By the batch and by what was stored, eps in each large enough to show where it stands."""
    yield "5 samples × 4 features, eps = 0.3", (*features(rng, 5, 4), None, 0.3)
    yield "the same sizes by stored statistics, eps = 0.3", (
        *features(rng, 5, 4), stored(rng, 4), 0.3,
    )  # fmt: skip
    yield "1 sample × 3 features by stored statistics, eps = 0.1", (
        *features(rng, 1, 3), stored(rng, 3), 0.1,
    )  # fmt: skip
    mean, var = stored(rng, 3)
    yield "a stored variance of 0, eps = 0.1", (*features(rng, 4, 3), (mean, 0 * var), 0.1)
    yield "stored left out, and eps, so 1e-5", features(rng, 6, 3)
    yield "by stored statistics, eps left out", (*features(rng, 3, 5), stored(rng, 5))


def any_batch(rng):
    """By the batch or by what was stored, of one sample or several."""
    N, D = draws.sizes(rng, 2)
    x, *affine = draws.columns(rng, N, D, 1e-6, 1e6), *draws.affine(rng, D)
    of = draws.columns(rng, 5, D, 1e-6, 1e6)
    kept = (of.mean(0), of.var(0)) if rng.random() < 2 / 3 else None
    return draws.laid(rng, x), *affine, kept, draws.eps(rng)


@exercise(
    cases=batches,
    domain=any_batch,
    hints=(
        "The spot check knows two cases. What stands between them and the ones that it does not "
        "try: other sizes of what, in which of the two ways?",
        "Call it by stored statistics that are exactly those of the batch, with eps = 0.3. Both "
        "ways must then give the same numbers. Which line do the two not share?",
        "mean, var = stored\nreturn gamma * (x - mean) / np.sqrt(___ + ___) + beta",
    ),
    minutes=5,
    difficulty=2,
    planted="eps_outside_with_stored",
    mend=True,
    ask="Which single number in the spot check would you change so that it finds the mistake?",
)
def mend_batch_norm(x, gamma, beta, stored=None, eps=1e-5):
    """Batch norm of (N, D), by the batch or, where it is given, by stored = (mean, var). -> same

    mean, var, gamma and beta are (D,). The batch's variance divides by N.
    """
    if stored is not None:
        mean, var = stored
        return gamma * (x - mean) / np.sqrt(var + eps) + beta
    centred = x - x.mean(axis=0)
    std = np.sqrt((centred**2).mean(axis=0) + eps)
    return gamma * centred / std + beta


@mend_batch_norm.alternative
def one_root_for_both(x, gamma, beta, stored=None, eps=1e-5):
    mean, var = (x.mean(0), x.var(0)) if stored is None else stored
    return gamma * ((x - mean) / (var + eps) ** 0.5) + beta


@mend_batch_norm.alternative
def stored_by_the_feature(x, gamma, beta, stored=None, eps=1e-5):
    y = np.empty_like(x)
    for j in range(x.shape[1]):
        mean, var = (x[:, j].mean(), x[:, j].var()) if stored is None else [s[j] for s in stored]
        y[:, j] = gamma[j] * (x[:, j] - mean) / np.sqrt(var + eps) + beta[j]
    return y


@mend_batch_norm.alternative
def torch_by_either(x, gamma, beta, stored=None, eps=1e-5):
    import torch

    rows = torch.from_numpy(x)
    if stored is None:
        var, mean = torch.var_mean(rows, 0, correction=0)
    else:
        mean, var = (torch.from_numpy(s) for s in stored)
    scaled = (rows - mean) * torch.rsqrt(var + eps)
    return torch.from_numpy(gamma) * scaled + torch.from_numpy(beta)
