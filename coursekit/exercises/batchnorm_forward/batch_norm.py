"""The exercise batch_norm of the lesson batchnorm_forward."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_forward.inputs import far_from_zero, features


def batches(rng):
    """A square batch first: there, lining gamma up with the samples is silent."""
    yield "3 samples × 3 features, eps = 0.1", (*features(rng, 3, 3), 0.1)
    yield "5 samples × 4 features, scales 0.001 … 20, eps = 0.3", (*features(rng, 5, 4), 0.3)
    yield "the same scales, eps = 1e-5", (*features(rng, 5, 4), 1e-5)
    x, gamma, beta = features(rng, 5, 3)
    x[:, 1] = 7
    yield "a feature that is 7 in every sample, eps = 1e-5", (x, gamma, beta, 1e-5)
    x, gamma, beta = features(rng, 4, 3, np.float32)
    yield "float32 around 4096, eps = 1e-5", (far_from_zero(rng, 4, 3), gamma / 1000, beta, 1e-5)
    yield "eps left out, so 1e-5", features(rng, 5, 4)
    yield "2 samples × 5 features, eps = 0.1", (*features(rng, 2, 5), 0.1)
    yield "1 sample × 4 features, eps = 0.1", (*features(rng, 1, 4), 0.1)


def any_batch(rng):
    N, D = draws.sizes(rng, 2)
    x, gamma, beta = draws.columns(rng, N, D), *draws.affine(rng, D)
    x, gamma, beta = draws.floats(rng, x, gamma, beta)
    return draws.laid(rng, x), gamma, beta, draws.eps(rng, x)


@exercise(
    cases=batches,
    domain=any_batch,
    hints=(
        "Four lines, in the order of the four formulas. Which axis must you average over so that "
        "the mean has one entry for each feature, shape (D,)?",
        "Look at one column of your output: is its mean beta? Is its standard deviation |gamma| "
        "when eps is tiny, and smaller than |gamma| when eps = 0.3? The first that fails names "
        "the line to look at.",
        "mean = x.mean(axis=___)\n"
        "var = ((x - mean) ** 2).mean(axis=___)\n"
        "x_hat = (x - mean) / np.sqrt(___ + ___)\n"
        "return gamma * ___ + ___",
    ),
    points=3,
    minutes=8,
    difficulty=2,
    ask="For a single sample your function returned beta, whatever x was. Which line made it so?",
)
def batch_norm(x, gamma, beta, eps=1e-5):
    """Normalize each feature over the batch, then scale and shift. (N, D), (D,), (D,) -> (N, D)"""
    mean = x.mean(axis=0)  # (D,)
    var = ((x - mean) ** 2).mean(axis=0)  # (D,)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta


@batch_norm.alternative
def methods(x, gamma, beta, eps=1e-5):
    return (x - x.mean(0, keepdims=True)) / (x.var(0, keepdims=True) + eps) ** 0.5 * gamma + beta


@batch_norm.alternative
def column_by_column(x, gamma, beta, eps=1e-5):
    y = np.empty_like(x)
    for j in range(x.shape[1]):
        column = x[:, j]
        y[:, j] = gamma[j] * (column - column.mean()) / np.sqrt(column.var() + eps) + beta[j]
    return y


@batch_norm.alternative
def by_einsum(x, gamma, beta, eps=1e-5):
    centred = x - np.einsum("nd->d", x) / len(x)
    var = np.einsum("nd,nd->d", centred, centred) / len(x)
    return np.einsum("nd,d->nd", centred, gamma / np.sqrt(var + eps)) + beta


@batch_norm.alternative
def as_scale_and_shift(x, gamma, beta, eps=1e-5):
    scale = gamma / np.sqrt(x.var(0) + eps)
    shift = beta.astype(float) - x.mean(0, dtype=float) * scale
    return x * scale + shift


@batch_norm.alternative
def in_torch(x, gamma, beta, eps=1e-5):
    import torch

    x, gamma, beta = (torch.from_numpy(a) for a in (x, gamma, beta))
    inv_std = torch.rsqrt(x.var(0, correction=0) + eps)
    return (x - x.mean(0)) * inv_std * gamma + beta


@batch_norm.alternative
def on_plain_numbers(x, gamma, beta, eps=1e-5):
    columns = []
    for column, g, b in zip(x.T.tolist(), gamma.tolist(), beta.tolist(), strict=True):
        mean = sum(column) / len(column)
        var = sum((v - mean) ** 2 for v in column) / len(column)
        columns.append([g * (v - mean) / (var + eps) ** 0.5 + b for v in column])
    return np.array(columns).T
