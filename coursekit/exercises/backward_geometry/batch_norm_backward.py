"""The exercise batch_norm_backward of the lesson backward_geometry."""

from typing import NamedTuple

import numpy as np

from coursekit.checking import draws, exercise


class Gradients(NamedTuple):
    """Observed of an answer by name, so that the check can say `dgamma` and not `value 2`."""

    dx: object
    dgamma: object
    dbeta: object


def batches(answer, rng):
    """What a forward pass left behind: a square batch, large and tiny eps, a constant feature."""
    for label, N, D, eps in (
        ("5 samples × 3 features, eps = 0.3, scales 0.001 … 20", 5, 3, 0.3),
        ("4 samples × 4 features, eps = 0.1", 4, 4, 0.1),
        ("7 samples × 2 features, eps = 1e-5", 7, 2, 1e-5),
        ("3 samples × 2 features, one of them constant, eps = 0.01", 3, 2, 0.01),
        ("2 samples × 5 features, eps = 0.3", 2, 5, 0.3),
    ):
        x = np.geomspace(1e-3, 20, D) * (rng.uniform(1, 3, D) + rng.standard_normal((N, D)))
        if "constant" in label:
            x[:, 1] = 7
        inv_std = 1 / np.sqrt(x.var(0) + eps)
        gamma = rng.uniform(0.5, 2, D) * np.where(np.arange(D) % 2, -1, 1)
        answer.doing = label
        dy, x_hat = rng.standard_normal((N, D)), (x - x.mean(0)) * inv_std
        given = answer(dy, x_hat, gamma, inv_std)
        three = isinstance(given, tuple | list) and len(given) == 3
        yield label, Gradients(*given) if three else given


def any_cache(rng):
    """What a forward pass left behind, whose features may have been constant."""
    N, D = draws.sizes(rng, 2)
    x = draws.columns(rng, N, D, 1e-3, 1e3)
    inv_std = 1 / np.sqrt(x.var(0) + draws.eps(rng))
    dy = draws.size(rng, 1e-6, 1e6) * rng.standard_normal((N, D))
    x_hat = (x - x.mean(0)) * inv_std
    x_hat[np.abs(x_hat) < 1e-9] = 0  # what is left of a feature that never changes
    return draws.laid(rng, dy), x_hat, draws.affine(rng, D)[0], inv_std


@exercise(
    script=batches,
    domain=any_cache,
    hints=(
        "Name g = gamma * dy first. What is taken out of it lies along ones and along x_hat. Both "
        "factors are sums over the batch, one number for each feature: how do they depend on N?",
        "Does each column of your dx sum to 0? If not, look at the mean's path. Is the sum of "
        "dx * x_hat near 0 when eps is tiny? If not, look at the variance's. Right for a tiny eps "
        "only: put dvar into dx, and see by what the sum of g * x_hat is divided.",
        "g = ___ * dy\n"
        "dx = inv_std * (g - ___.mean(0) - x_hat * (___ * ___).mean(0))\n"
        "dgamma = (dy * ___).sum(0)\nreturn dx, dgamma, dy.___(0)",
    ),
    points=3,
    minutes=10,
    difficulty=3,
    ask="With two samples and a tiny eps your dx is almost 0. How many directions are left in R²?",
)
def batch_norm_backward(dy, x_hat, gamma, inv_std):
    """(N, D), (N, D), (D,), (D,) -> dx (N, D), dgamma (D,), dbeta (D,)"""
    g = gamma * dy
    dx = inv_std * (g - g.mean(0) - x_hat * (g * x_hat).mean(0))
    return dx, (dy * x_hat).sum(0), dy.sum(0)


@batch_norm_backward.alternative
def backward_from_sums(dy, x_hat, gamma, inv_std):
    N = len(dy)
    dbeta, dgamma = np.sum(dy, axis=0), np.sum(dy * x_hat, axis=0)
    return gamma * inv_std / N * (N * dy - dbeta - x_hat * dgamma), dgamma, dbeta


@batch_norm_backward.alternative
def backward_by_einsum(dy, x_hat, gamma, inv_std):
    N = dy.shape[0]
    dgamma, dbeta = np.einsum("nd,nd->d", dy, x_hat), np.einsum("nd->d", dy)
    dx = np.einsum("d,d,nd->nd", gamma, inv_std, dy - (dbeta + x_hat * dgamma) / N)
    return [dx, dgamma, dbeta]


@batch_norm_backward.alternative
def backward_by_matrices(dy, x_hat, gamma, inv_std):
    N, D = dy.shape
    dx = np.empty((N, D))
    for j in range(D):
        h = x_hat[:, j]
        keep = np.eye(N) - np.ones((N, N)) / N - np.outer(h, h) / N
        dx[:, j] = gamma[j] * inv_std[j] * keep @ dy[:, j]
    return dx, np.diag(dy.T @ x_hat).copy(), dy.sum(0)


@batch_norm_backward.alternative
def backward_on_plain_numbers(dy, x_hat, gamma, inv_std):
    dx, dgamma, dbeta = np.zeros(dy.shape), [], []
    for j, (column, h) in enumerate(zip(dy.T.tolist(), x_hat.T.tolist(), strict=True)):
        dbeta.append(sum(column))
        dgamma.append(sum(d * v for d, v in zip(column, h, strict=True)))
        for i, d in enumerate(column):
            left = d - dbeta[j] / len(column) - h[i] * dgamma[j] / len(column)
            dx[i, j] = gamma[j] * inv_std[j] * left
    return dx, np.array(dgamma), np.array(dbeta)


@batch_norm_backward.alternative
def backward_by_autograd(dy, x_hat, gamma, inv_std):
    import torch

    dy, x_hat, gamma, inv_std = (torch.from_numpy(a) for a in (dy, x_hat, gamma, inv_std))
    eps = inv_std**-2 - (x_hat / inv_std).var(0, correction=0)
    x, gamma = (x_hat / inv_std).requires_grad_(), gamma.requires_grad_()
    beta = torch.zeros_like(gamma, requires_grad=True)
    y = gamma * (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + eps) + beta
    return torch.autograd.grad(y, [x, gamma, beta], dy)
