"""The exercise variance_backward of the lesson batchnorm_backward."""

import math

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_backward.inputs import normal


def normalized(rng):
    """Batches whose eps counts, with scales 0.001 to 20, and a cotangent of no symmetry."""
    for label, N, D, eps in (
        ("5 samples × 3 features, scales 0.001 … 20, eps = 0.3", 5, 3, 0.3),
        ("4 samples × 4 features, eps = 0.1", 4, 4, 0.1),
        ("7 samples × 2 features, eps = 1e-5", 7, 2, 1e-5),
        ("2 samples × 3 features, eps = 0.3", 2, 3, 0.3),
    ):
        x = np.geomspace(1e-3, 20, D) * (rng.uniform(1, 3, D) + normal(rng, N, D))
        yield label, (normal(rng, N, D), x, eps)


def any_normalized(rng):
    N, D = draws.sizes(rng, 2)
    dx_hat = draws.size(rng, 1e-6, 1e6) * normal(rng, N, D)
    x = draws.columns(rng, N, D, 1e-6, 1e3)
    return draws.laid(rng, dx_hat), draws.laid(rng, x), draws.eps(rng)


@exercise(
    cases=normalized,
    domain=any_normalized,
    hints=(
        "Hold x and its mean fixed and let the variance move. One variance feeds the x_hat of "
        "every sample of its feature: which rule says what becomes of the N gradients?",
        "Write x_hat as (x − mu) · (var + eps) to the power −1/2. What is its derivative in var? "
        "Look for the minus sign, the ½, and the new power.",
        "x_mu = x - x.mean(0)\ninv_std = 1 / np.sqrt(x.var(0) + eps)\n"
        "return (dx_hat * ___).sum(0) * ___ * inv_std ** ___",
    ),
    points=1,
    minutes=6,
    difficulty=3,
    ask="If every dx_hat pulls its sample away from the mean, dvar is negative. Why must it be?",
)
def variance_backward(dx_hat, x, eps):
    """Go back from x_hat to the variance of its feature. (N, D), (N, D), number -> dvar (D,)"""
    x_mu = x - x.mean(0)
    inv_std = 1 / np.sqrt((x_mu**2).mean(0) + eps)
    return (dx_hat * x_mu).sum(0) * -0.5 * inv_std**3


@variance_backward.alternative
def variance_by_power(dx_hat, x, eps):
    mu, var = np.mean(x, axis=0), np.var(x, axis=0)
    return np.sum(dx_hat * (x - mu), axis=0) * (-1 / 2) * (var + eps) ** (-3 / 2)


@variance_backward.alternative
def variance_from_x_hat(dx_hat, x, eps):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return -np.einsum("nd,nd->d", dx_hat, x_hat) / (2 * std**2)


@variance_backward.alternative
def variance_by_columns(dx_hat, x, eps):
    out = []
    for pulls, column in zip(dx_hat.T.tolist(), x.T.tolist(), strict=True):
        mu = math.fsum(column) / len(column)
        var = math.fsum((v - mu) ** 2 for v in column) / len(column)
        slopes = [-(v - mu) / (2 * (var + eps) ** 1.5) for v in column]
        out.append(math.fsum(p * s for p, s in zip(pulls, slopes, strict=True)))
    return np.array(out)


@variance_backward.alternative
def variance_by_autograd(dx_hat, x, eps):
    import torch

    dx_hat, x = (torch.from_numpy(np.array(a)) for a in (dx_hat, x))
    var = x.var(0, correction=0).requires_grad_()
    x_hat = (x - x.mean(0)) / torch.sqrt(var + eps)
    return torch.autograd.grad(x_hat, var, dx_hat)[0]


@variance_backward.mistake(
    "Right values, wrong shape: keepdims=True left an axis of length 1. dvar is (D,)."
)
def kept_dims(dx_hat, x, eps):
    return variance_backward.right(dx_hat, x, eps)[None]
