"""The exercise affine_backward of the lesson batchnorm_backward."""

import numpy as np

from coursekit.checking import draws, exercise
from coursekit.exercises.batchnorm_backward.inputs import normal, plain_batch_norm


def outputs(rng):
    """What a forward pass normalized, and a cotangent of no symmetry; gammas of either sign."""
    for N, D in ((5, 3), (4, 4), (2, 6), (7, 2)):
        x = np.geomspace(0.1, 20, D) * (rng.uniform(1, 3, D) + normal(rng, N, D))
        gamma = rng.uniform(1.5, 3, D) * np.where(np.arange(D) % 2, -1, 1)
        given = normal(rng, N, D), plain_batch_norm(x, eps=0.3), gamma
        yield f"{N} samples × {D} features", given


def any_outputs(rng):
    N, D = draws.sizes(rng, 2)
    dy = draws.size(rng, 1e-6, 1e6) * normal(rng, N, D)
    x_hat = plain_batch_norm(draws.columns(rng, N, D, 1e-6, 1e3), eps=draws.eps(rng))
    return draws.laid(rng, dy), draws.laid(rng, x_hat), draws.affine(rng, D)[0]


@exercise(
    cases=outputs,
    domain=any_outputs,
    hints=(
        "y = gamma * x_hat + beta. A step multiplies: what is y's derivative in x_hat, in gamma, "
        "in beta? Then ask of each of the three how many outputs it feeds.",
        "A gradient has the shape of its value. x_hat is (N, D), one entry for each output; gamma "
        "and beta are (D,). What became of the N samples on the way to them?",
        "dx_hat = dy * ___\ndgamma = (dy * ___).sum(___)\ndbeta = ___\n"
        "return dx_hat, dgamma, dbeta",
    ),
    returns=("dx_hat", "dgamma", "dbeta"),
    points=1,
    minutes=4,
    difficulty=2,
    ask="Set gamma to 0. Which of the three gradients vanish, and can gamma ever leave 0 again?",
)
def affine_backward(dy, x_hat, gamma):
    """Go back through y = gamma * x_hat + beta. (N, D), (N, D), (D,) -> dx_hat, dgamma, dbeta"""
    dx_hat = dy * gamma
    dgamma = (dy * x_hat).sum(0)  # one gamma serves all samples of its feature
    dbeta = dy.sum(0)
    return dx_hat, dgamma, dbeta


@affine_backward.alternative
def affine_by_einsum(dy, x_hat, gamma):
    back = np.einsum("nd,d->nd", dy, gamma)
    return [back, np.einsum("nd,nd->d", x_hat, dy), np.einsum("nd->d", dy)]


@affine_backward.alternative
def affine_by_samples(dy, x_hat, gamma):
    dgamma, dbeta = np.zeros(gamma.shape), np.zeros(gamma.shape)
    dx_hat = np.empty(dy.shape)
    for i, (pull, seen) in enumerate(zip(dy, x_hat, strict=True)):
        dx_hat[i] = pull * gamma
        dgamma += pull * seen
        dbeta += pull
    return dx_hat, dgamma, dbeta


@affine_backward.alternative
def affine_by_matrices(dy, x_hat, gamma):
    return dy @ np.diag(gamma), np.diag(dy.T @ x_hat), np.ones(len(dy)) @ dy


@affine_backward.alternative
def affine_by_autograd(dy, x_hat, gamma):
    import torch

    dy, x_hat, gamma = (torch.from_numpy(np.array(a)) for a in (dy, x_hat, gamma))
    x_hat, gamma = x_hat.requires_grad_(), gamma.requires_grad_()
    beta = torch.zeros_like(gamma, requires_grad=True)
    return torch.autograd.grad(gamma * x_hat + beta, [x_hat, gamma, beta], dy)


@affine_backward.mistake(
    "Right values, wrong shape: keepdims=True left an axis of length 1. dgamma and dbeta are (D,)."
)
def kept_dims(dy, x_hat, gamma):
    dx_hat, dgamma, dbeta = affine_backward.right(dy, x_hat, gamma)
    return dx_hat, dgamma[None], dbeta[None]
