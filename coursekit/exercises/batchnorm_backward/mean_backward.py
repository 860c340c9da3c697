"""The exercise mean_backward of the lesson batchnorm_backward."""

import math

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_backward.inputs import normal


def centred(rng):
    """Batches whose eps counts; the variance's gradient is any, as a path of its own must be."""
    for label, N, D, eps in (
        ("5 samples × 3 features, scales 0.1 … 20, eps = 0.3", 5, 3, 0.3),
        ("4 samples × 4 features, eps = 0.1", 4, 4, 0.1),
        ("7 samples × 2 features, eps = 1e-5", 7, 2, 1e-5),
        ("2 samples × 3 features, eps = 0.3", 2, 3, 0.3),
    ):
        x = np.geomspace(0.1, 20, D) * (rng.uniform(1, 3, D) + normal(rng, N, D))
        yield label, (normal(rng, N, D), normal(rng, D), x, eps)


def any_centred(rng):
    N, D = draws.sizes(rng, 2)
    x, eps = draws.columns(rng, N, D, 1e-3, 1e3), draws.eps(rng)
    size = draws.size(rng, 1e-6, 1e6)
    dvar = size * normal(rng, D) / (x.var(0) + eps)  # of the size that a backward pass gives it
    return draws.laid(rng, size * normal(rng, N, D)), dvar, draws.laid(rng, x), eps


@exercise(
    cases=centred,
    domain=any_centred,
    hints=(
        "The mean feeds every x_hat and, beside them, the variance: so two gradients come back to "
        "it. Write both down, each by the three rules, and look what the second one comes to.",
        "Through x_hat: what is the derivative of (x − mu) / √(var + eps) in mu, with the variance "
        "held fixed, and over what is it summed? Through the variance: what is the mean of "
        "−2 (x − mu)?",
        "inv_std = 1 / np.sqrt(x.var(0) + eps)\n"
        "through_x_hat = ___ * inv_std * dx_hat.___(0)\n"
        "through_var = dvar * (-2 * (x - ___)).mean(0)\nreturn through_x_hat + through_var",
    ),
    points=1,
    minutes=5,
    difficulty=3,
    ask="The way through the variance carries 0, so whoever left `dvar` out is right, too. For "
    "which number c is the mean of (x − c)² smallest, and what has that to do with it?",
)
def mean_backward(dx_hat, dvar, x, eps):
    """Go back to the mean. (N, D), (D,), (N, D), number -> dmu (D,)"""
    inv_std = 1 / np.sqrt(x.var(0) + eps)
    return -inv_std * dx_hat.sum(0)  # through var nothing comes: x - mu sums to 0


@mean_backward.alternative
def mean_with_both_paths(dx_hat, dvar, x, eps):
    mu, var = x.mean(axis=0), x.var(axis=0)
    through_x_hat = np.sum(dx_hat * -1 / np.sqrt(var + eps), axis=0)
    return through_x_hat + dvar * np.mean(-2 * (x - mu), axis=0)


@mean_backward.alternative
def mean_by_einsum(dx_hat, dvar, x, eps):
    offsets = x - np.einsum("nd->d", x) / len(x)
    var = np.einsum("nd,nd->d", offsets, offsets) / len(x)
    return -np.einsum("nd,d->d", dx_hat, (var + eps) ** -0.5)


@mean_backward.alternative
def mean_by_columns(dx_hat, dvar, x, eps):
    N, D = x.shape
    out = np.zeros(D)
    for j in range(D):
        mu = math.fsum(x[:, j]) / N
        std = math.sqrt(math.fsum((v - mu) ** 2 for v in x[:, j]) / N + eps)
        out[j] = math.fsum(-g / std for g in dx_hat[:, j])
        out[j] -= 2 * dvar[j] * math.fsum(v - mu for v in x[:, j]) / N
    return out


@mean_backward.alternative
def mean_by_autograd(dx_hat, dvar, x, eps):
    import torch

    dx_hat, dvar, x = (torch.from_numpy(np.array(a)) for a in (dx_hat, dvar, x))
    mu = x.mean(0).requires_grad_()
    var = ((x - mu) ** 2).mean(0)
    x_hat = (x - mu) / torch.sqrt(var.detach() + eps)
    return torch.autograd.grad([x_hat, var], mu, [dx_hat, dvar])[0]


@mean_backward.mistake(
    "Right values, wrong shape: keepdims=True left an axis of length 1. dmu is (D,)."
)
def kept_dims(dx_hat, dvar, x, eps):
    return mean_backward.right(dx_hat, dvar, x, eps)[None]
