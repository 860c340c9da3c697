"""The exercise batch_norm_backward_staged of the lesson batchnorm_backward."""

import math

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_backward.inputs import normal


def graphs(rng):
    """Batches whose eps counts, with scales 0.001 to 20, and a cotangent of no symmetry."""
    for label, N, D, eps in (
        ("4 samples × 4 features, eps = 0.3", 4, 4, 0.3),
        ("5 samples × 3 features, scales 0.001 … 20, eps = 0.1", 5, 3, 0.1),
        ("7 samples × 2 features, eps = 1e-5", 7, 2, 1e-5),
        ("2 samples × 3 features, eps = 0.3", 2, 3, 0.3),
    ):
        x = np.geomspace(1e-3, 20, D) * (rng.uniform(1, 3, D) + normal(rng, N, D))
        gamma = rng.uniform(0.5, 2, D) * np.where(np.arange(D) % 2, -1, 1)
        yield label, (normal(rng, N, D), x, gamma, eps)


def any_graph(rng):
    N, D = draws.sizes(rng, 2)
    x = draws.columns(rng, N, D, 1e-6, 1e3)
    dy = draws.size(rng, 1e-6, 1e6) * normal(rng, N, D)
    return draws.laid(rng, dy), draws.laid(rng, x), draws.affine(rng, D)[0], draws.eps(rng)


@exercise(
    cases=graphs,
    domain=any_graph,
    hints=(
        "x reaches y along three paths: directly in x_hat, through the variance and through the "
        "mean. Write down what comes back along each, and add the three up.",
        "The check stops at your first wrong node. If it is dx: is the derivative of (x − mu)² "
        "there with its 2, and does each of the two averages hand out shares of 1/N?",
        "x_mu, inv_std = x - x.mean(0), 1 / np.sqrt(x.var(0) + eps)\n"
        "dx_hat, dgamma, dbeta = affine_backward(dy, x_mu * inv_std, gamma)\n"
        "dvar = variance_backward(___)\ndmu = mean_backward(___)\n"
        "dx = dx_hat * ___ + dvar * ___ * x_mu / N + ___ / N",
    ),
    staged=True,
    points=4,
    minutes=8,
    difficulty=4,
    ask="The columns of dx sum to 0. Which of the three terms sees to that?",
)
def batch_norm_backward_staged(dy, x, gamma, eps):
    """Gradients of sum(y * dy): dx_hat and dx (N, D); dvar, dmu, dgamma, dbeta (D,). -> dict"""
    N = x.shape[0]
    x_mu = x - x.mean(0)
    inv_std = 1 / np.sqrt((x_mu**2).mean(0) + eps)
    dx_hat = dy * gamma
    dvar = (dx_hat * x_mu).sum(0) * -0.5 * inv_std**3
    dmu = -inv_std * dx_hat.sum(0)  # through var nothing comes: sum(x_mu) is 0
    dx = dx_hat * inv_std + dvar * 2 * x_mu / N + dmu / N
    return {
        "dx_hat": dx_hat,
        "dgamma": (dy * x_mu * inv_std).sum(0),
        "dbeta": dy.sum(0),
        "dvar": dvar,
        "dmu": dmu,
        "dx": dx,
    }


@batch_norm_backward_staged.alternative
def staged_by_autograd(dy, x, gamma, eps):
    import torch

    dy, x, gamma = (torch.from_numpy(a) for a in (dy, x, gamma))
    x, gamma = x.requires_grad_(), gamma.requires_grad_()
    beta = torch.zeros_like(gamma, requires_grad=True)
    mu = x.mean(0)
    var = ((x - mu) ** 2).mean(0)
    x_hat = (x - mu) / torch.sqrt(var + eps)
    y = gamma * x_hat + beta
    nodes = {"dx_hat": x_hat, "dvar": var, "dmu": mu, "dx": x, "dgamma": gamma, "dbeta": beta}
    return dict(zip(nodes, torch.autograd.grad(y, list(nodes.values()), dy), strict=True))


@batch_norm_backward_staged.alternative
def staged_by_columns(dy, x, gamma, eps):
    N, D = x.shape
    out = {k: np.zeros(D) for k in ("dvar", "dmu", "dgamma", "dbeta")}
    out |= {k: np.zeros((N, D)) for k in ("dx_hat", "dx")}
    for j in range(D):
        mu = sum(x[:, j]) / N
        var = sum((v - mu) ** 2 for v in x[:, j]) / N
        for i in range(N):
            g, d = dy[i, j] * gamma[j], x[i, j] - mu
            out["dx_hat"][i, j] = g
            out["dvar"][j] += -g * d / (2 * (var + eps) ** 1.5)
            out["dmu"][j] += -g / math.sqrt(var + eps)
            out["dgamma"][j] += dy[i, j] * d / math.sqrt(var + eps)
            out["dbeta"][j] += dy[i, j]
        for i in range(N):
            direct = dy[i, j] * gamma[j] / math.sqrt(var + eps)
            through_var = out["dvar"][j] * 2 * (x[i, j] - mu) / N
            out["dx"][i, j] = direct + through_var + out["dmu"][j] / N
    return out


@batch_norm_backward_staged.alternative
def staged_by_einsum(dy, x, gamma, eps):
    N, std = len(x), np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - np.einsum("nd->d", x) / N) / std
    dx_hat = np.einsum("nd,d->nd", dy, gamma)
    along = np.einsum("nd,nd->d", dx_hat, x_hat)
    total = np.einsum("nd->d", dx_hat)
    return {
        "dbeta": np.einsum("nd->d", dy),
        "dgamma": np.einsum("nd,nd->d", dy, x_hat),
        "dx_hat": dx_hat,
        "dmu": -total / std,
        "dvar": -along / (2 * std**2),
        "dx": (N * dx_hat - total - x_hat * along) / (N * std),
    }


@batch_norm_backward_staged.alternative
def staged_with_every_path(dy, x, gamma, eps):
    N, mean = x.shape[0], np.mean(x, axis=0)
    var = np.var(x, axis=0)
    dx_hat = gamma * dy
    dvar = np.sum(dx_hat * (x - mean), axis=0) * (-1 / 2) * (var + eps) ** (-3 / 2)
    dmu = np.sum(-dx_hat / np.sqrt(var + eps), axis=0) + dvar * np.mean(-2 * (x - mean), axis=0)
    dx = dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / N + dmu * (1 / N)
    x_hat = (x - mean) / np.sqrt(var + eps)
    dgamma, dbeta = np.sum(x_hat * dy, axis=0), np.ones(N) @ dy
    return dict(dx_hat=dx_hat, dvar=dvar, dmu=dmu, dx=dx, dgamma=dgamma, dbeta=dbeta)


@batch_norm_backward_staged.mistake(
    "Right values, wrong shape: keepdims=True left an axis of length 1. dvar, dmu, dgamma and "
    "dbeta are (D,)."
)
def kept_dims(dy, x, gamma, eps):
    right = batch_norm_backward_staged.right(dy, x, gamma, eps)
    return {k: v if k in ("dx_hat", "dx") else v[None] for k, v in right.items()}


@batch_norm_backward_staged.mistake(
    "You return a tuple; a dict with the six names as keys is asked for."
)
def tuple_for_dict(dy, x, gamma, eps):
    return tuple(batch_norm_backward_staged.right(dy, x, gamma, eps).values())
