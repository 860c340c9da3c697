"""The exercise undo_normalization of the lesson batchnorm_forward."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_forward.inputs import features


def measured(rng):
    """Batches whose eps matters; one feature never changes."""
    x, _, _ = features(rng, 5, 4)
    yield "5 samples × 4 features, eps = 0.3", (x, 0.3)
    yield "eps = 1e-5", (features(rng, 4, 3)[0], 1e-5)
    constant = x[:3].copy()
    constant[:, 2] = 7
    yield "a feature that is 7 in every sample, eps = 0.1", (constant, 0.1)
    yield "2 samples, eps = 0.1", (x[:2], 0.1)


def any_batch(rng):
    (x,) = draws.floats(rng, draws.columns(rng, *draws.sizes(rng, 2)))
    return draws.laid(rng, x), draws.eps(rng)


@exercise(
    cases=measured,
    domain=any_batch,
    hints=(
        "Write down y = gamma · (x − mean) / √(var + eps) + beta, and ask which gamma and beta "
        "make y equal to x.",
        "Feed your gamma and beta to batch_norm on x. Is the output off by a factor in each column "
        "(gamma), or by a constant (beta)?",
        "gamma = np.sqrt(x.___(axis=0) + ___)\nbeta = x.___(axis=0)\nreturn gamma, beta",
    ),
    minutes=4,
    difficulty=2,
    ask="These values undo this batch. Would they undo the next one?",
)
def undo_normalization(x, eps):
    """The gamma and beta with which batch_norm(x, gamma, beta, eps) is x. (N, D) -> (D,), (D,)"""
    gamma = np.sqrt(x.var(axis=0) + eps)
    beta = x.mean(axis=0)
    return gamma, beta


@undo_normalization.alternative
def from_column_sums(x, eps):
    N = len(x)
    beta = sum(x) / N
    return (sum((x - beta) ** 2) / N + eps) ** 0.5, beta


@undo_normalization.alternative
def undo_by_einsum(x, eps):
    beta = np.full(len(x), 1 / len(x)) @ x
    return np.sqrt(np.einsum("nd,nd->d", x - beta, x - beta) / len(x) + eps), beta


@undo_normalization.alternative
def undo_in_torch(x, eps):
    import torch

    var, mean = torch.var_mean(torch.from_numpy(x), dim=0, correction=0)
    return (var + eps).sqrt(), mean


@undo_normalization.alternative
def undo_on_plain_numbers(x, eps):
    gamma, beta = [], []
    for column in x.T.tolist():
        beta.append(sum(column) / len(column))
        gamma.append((sum((v - beta[-1]) ** 2 for v in column) / len(column) + eps) ** 0.5)
    return gamma, beta
