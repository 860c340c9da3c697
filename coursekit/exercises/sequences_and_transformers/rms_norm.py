"""The exercise rms_norm of the lesson sequences_and_transformers."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.sequences_and_transformers.inputs import scale, tokens


def some_tokens(rng):
    yield "4 tokens × 4 features, eps = 0.1", (tokens(rng, 4, 4), scale(rng, 4), 0.1)
    yield "3 tokens × 5 features, eps = 0.5", (tokens(rng, 3, 5), scale(rng, 5), 0.5)
    x = tokens(rng, 2, 3, 5)
    yield "2 sentences × 3 tokens × 5 features, eps = 0.1", (x, scale(rng, 5), 0.1)
    x = x.copy()
    x[1, 2] = 7
    yield "a token whose features are all 7, eps = 0.1", (x, scale(rng, 5), 0.1)
    x = x.copy()
    x[0, 1] = 0
    yield "a token of zeros, eps = 1e-5", (x, scale(rng, 5), 1e-5)
    yield "3 tokens × 4 features, eps left out", (tokens(rng, 3, 4), scale(rng, 4))
    yield "1 token × 6 features, eps = 0.1", (tokens(rng, 1, 6), scale(rng, 6), 0.1)


def any_tokens(rng):
    *others, D = draws.sizes(rng, int(rng.integers(1, 5)), high=6)
    x = draws.size(rng, 1e-19, 1e6) * tokens(rng, *others, D)
    x, gamma = draws.floats(rng, x, draws.affine(rng, D)[0])
    return draws.laid(rng, x), gamma, draws.eps(rng)


@exercise(
    cases=some_tokens,
    domain=any_tokens,
    hints=(
        "Write layer norm, and leave out whatever has to do with the mean: there is no μ above the "
        "fraction bar, and none below it. There is no β either.",
        "Take the token (3, 4), with gamma = 1 and no eps. Its mean square is 12.5. Do you divide "
        "by √12.5, or by √0.25, which is its standard deviation, or by 5, which is its length?",
        "mean_square = (___).mean(-1, keepdims=True)\n"
        "x_hat = x / np.sqrt(___ + ___)\n"
        "return ___ * x_hat",
    ),
    minutes=4,
    difficulty=2,
    ask="A constant is added to all features of a token. Does layer norm notice, or RMS norm?",
)
def rms_norm(x, gamma, eps=1e-5):
    """Divide each token by its root mean square over the features. (..., D), (D,) -> (..., D)"""
    mean_square = (x**2).mean(-1, keepdims=True)
    x_hat = x / np.sqrt(mean_square + eps)
    return gamma * x_hat


@rms_norm.alternative
def by_the_length(x, gamma, eps=1e-5):
    """The root mean square is the length divided by √D."""
    D = x.shape[-1]
    length = np.linalg.norm(x, axis=-1, keepdims=True)
    return x * gamma / np.sqrt(length**2 / D + eps)


@rms_norm.alternative
def by_einsum(x, gamma, eps=1e-5):
    inv_rms = (np.einsum("...d,...d->...", x, x) / x.shape[-1] + eps) ** -0.5
    return np.einsum("...d,...,d->...d", x, inv_rms, gamma)


@rms_norm.alternative
def token_by_token(x, gamma, eps=1e-5):
    rows = [row / np.sqrt(np.mean(np.square(row)) + eps) for row in x.reshape(-1, x.shape[-1])]
    return np.array(rows).reshape(x.shape) * gamma


@rms_norm.alternative
def from_variance_and_mean(x, gamma, eps=1e-5):
    """The mean square is the variance plus the squared mean."""
    mean_square = x.var(-1, keepdims=True) + x.mean(-1, keepdims=True) ** 2
    return gamma * (x / np.sqrt(mean_square + eps))


@rms_norm.alternative
def rms_norm_in_torch(x, gamma, eps=1e-5):
    import torch

    x, gamma = torch.from_numpy(np.ascontiguousarray(x)), torch.from_numpy(gamma)
    return gamma * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps)
