"""The exercise layer_norm_backward of the lesson one_function_many_norms."""

import numpy as np

from coursekit.checking import exercise
from coursekit.exercises.one_function_many_norms.caches import any_cache, script


@exercise(
    script=script,
    domain=any_cache,
    hints=(
        "First the gradient of x_hat: gamma meets dy before anything is averaged. Then take two "
        "averages over the features, one of that gradient and one of its product with x_hat.",
        "Sum your dx over the features of one sample: is it 0? Now set gamma to ones: if dx "
        "becomes right, gamma stands in the wrong place. And dgamma must have gamma's shape: "
        "which axes are left to sum over?",
        "dx_hat = ___ * dy\n"
        "m1 = dx_hat.mean(-1, keepdims=True)\n"
        "m2 = (dx_hat * ___).mean(-1, keepdims=True)\n"
        "dx = ___ * (dx_hat - m1 - ___ * m2)\n"
        "others = tuple(range(dy.ndim - 1))\n"
        "return dx, (dy * ___).sum(others), dy.sum(others)",
    ),
    points=3,
    minutes=12,
    difficulty=4,
    ask="In batch norm's backward pass γ may stand in front of everything. Why not here?",
)
def layer_norm_backward(dy, x_hat, gamma, inv_std):
    """Gradients of layer norm. (..., D), (..., D), (D,), (..., 1) -> dx (..., D), dgamma, dbeta"""
    dx_hat = gamma * dy
    m1 = dx_hat.mean(-1, keepdims=True)
    m2 = (dx_hat * x_hat).mean(-1, keepdims=True)
    dx = inv_std * (dx_hat - m1 - x_hat * m2)
    others = tuple(range(dy.ndim - 1))
    return dx, (dy * x_hat).sum(others), dy.sum(others)


@layer_norm_backward.alternative
def by_sums(dy, x_hat, gamma, inv_std):
    D, g = dy.shape[-1], dy * gamma
    dx = D * g - g.sum(-1, keepdims=True) - x_hat * (g * x_hat).sum(-1, keepdims=True)
    flat = (-1, D)
    dgamma = (dy * x_hat).reshape(flat).sum(0)
    return dx * inv_std / D, dgamma, dy.reshape(flat).sum(0)


@layer_norm_backward.alternative
def jacobian_of_each_token(dy, x_hat, gamma, inv_std):
    D = dy.shape[-1]
    dx = np.empty_like(dy)
    for place in np.ndindex(dy.shape[:-1]):
        h = x_hat[place]
        jacobian = inv_std[place][0] * (np.eye(D) - 1 / D - np.outer(h, h) / D)
        dx[place] = jacobian.T @ (gamma * dy[place])
    dy, x_hat = dy.reshape(-1, D), x_hat.reshape(-1, D)
    return dx, np.einsum("nd,nd->d", dy, x_hat), np.einsum("nd->d", dy)


@layer_norm_backward.alternative
def node_by_node(dy, x_hat, gamma, inv_std):
    """Through centred, var and mean, as in lesson 05."""
    D, dx_hat = dy.shape[-1], dy * gamma
    centred = x_hat / inv_std
    dvar = (dx_hat * centred).sum(-1, keepdims=True) * -0.5 * inv_std**3
    dcentred = dx_hat * inv_std + dvar * 2 * centred / D
    dmu = -dcentred.sum(-1, keepdims=True)
    others = tuple(range(dy.ndim - 1))
    return dcentred + dmu / D, np.sum(dy * x_hat, axis=others), np.sum(dy, axis=others)


@layer_norm_backward.alternative
def backward_in_torch(dy, x_hat, gamma, inv_std):
    import torch

    dy, h, gamma, inv_std = (torch.from_numpy(a) for a in (dy, x_hat, gamma, inv_std))
    g = dy * gamma
    g = g - g.mean(-1, keepdim=True)
    dx = inv_std * (g - h * (g * h).mean(-1, keepdim=True))
    return dx, (dy * h).flatten(0, -2).sum(0), dy.flatten(0, -2).sum(0)
