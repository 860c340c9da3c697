"""The exercise layer_norm of the lesson one_function_many_norms."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.one_function_many_norms.inputs import affine, tokens
from coursekit.exercises.one_function_many_norms.normalize import normalize as the_exercise

normalize = the_exercise.right


def samples(rng):
    """A square table first: there, lining gamma up with the samples is silent."""
    yield "4 samples × 4 features, eps = 0.1", (tokens(rng, 4, 4), *affine(rng, 4), 0.1)
    yield "3 samples × 5 features, eps = 0.3", (tokens(rng, 3, 5), *affine(rng, 5), 0.3)
    x = tokens(rng, 2, 3, 5)
    yield "2 sentences × 3 tokens × 5 features, eps = 0.1", (x, *affine(rng, 5), 0.1)
    x = x.copy()
    x[1, 2] = 7
    yield "a token whose features are all 7, eps = 1e-5", (x, *affine(rng, 5), 1e-5)
    yield "3 samples × 4 features, eps left out", (tokens(rng, 3, 4), *affine(rng, 4))
    yield "1 sample × 4 features, eps = 0.1", (tokens(rng, 1, 4), *affine(rng, 4), 0.1)


def any_sample(rng):
    *others, D = draws.sizes(rng, int(rng.integers(1, 5)), high=6)
    x = draws.size(rng, 1e-19, 1e3) * (
        3 * rng.standard_normal((*others, 1)) + rng.standard_normal((*others, D))
    )
    x, gamma, beta = draws.floats(rng, x, *draws.affine(rng, D))
    return draws.laid(rng, x), gamma, beta, draws.eps(rng)


@exercise(
    cases=samples,
    domain=any_sample,
    hints=(
        "One call of `normalize`, then gamma and beta. Features are the last axis, for a table "
        "and for sentences alike.",
        "For x of shape (2, 3, 5), how many means does your function take? There must be 6, one "
        "for each token. And does your function pass eps on?",
        "x_hat = normalize(x, axes=(___,), eps=___)\nreturn ___ * x_hat + ___",
    ),
    minutes=4,
    difficulty=2,
    ask="A single sample came out normalized, where batch norm would have returned beta. Why?",
)
def layer_norm(x, gamma, beta, eps=1e-5):
    """Normalize each sample, or each token, over its features. (..., D), (D,), (D,) -> (..., D)"""
    x_hat = normalize(x, axes=(-1,), eps=eps)
    return gamma * x_hat + beta


@layer_norm.alternative
def from_scratch(x, gamma, beta, eps=1e-5):
    mean = x.mean(-1, keepdims=True)
    var = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(var + eps) * gamma + beta


@layer_norm.alternative
def token_by_token(x, gamma, beta, eps=1e-5):
    y = np.zeros(x.shape)
    for place in np.ndindex(x.shape[:-1]):
        token = x[place]
        y[place] = gamma * (token - token.mean()) / np.sqrt(token.var() + eps) + beta
    return y


@layer_norm.alternative
def turned_batch_norm(x, gamma, beta, eps=1e-5):
    """The columns of the transposed table are the samples."""
    table = x.reshape(-1, x.shape[-1]).T
    x_hat = (table - table.mean(0)) / np.sqrt(table.var(0) + eps)
    return (x_hat.T * gamma + beta).reshape(x.shape)


@layer_norm.alternative
def by_einsum(x, gamma, beta, eps=1e-5):
    D = x.shape[-1]
    centred = x - np.einsum("...d->...", x)[..., None] / D
    scale = (np.einsum("...d,...d->...", centred, centred) / D + eps) ** -0.5
    return np.einsum("...d,...,d->...d", centred, scale, gamma) + beta


@layer_norm.alternative
def layer_norm_in_torch(x, gamma, beta, eps=1e-5):
    import torch

    x, gamma, beta = (torch.from_numpy(a) for a in (x, gamma, beta))
    std = torch.sqrt(x.var(-1, correction=0, keepdim=True) + eps)
    return torch.addcmul(beta, (x - x.mean(-1, keepdim=True)) / std, gamma)
