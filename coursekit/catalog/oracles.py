"""Independent answers to compare with: torch's own, or the formula by other means.

Each takes the arguments of the NumPy function in its row, as tensors; autograd gives the gradients.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrizations


def batch(x, gamma, beta, eps=1e-5):
    """Ask torch."""
    return F.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)


def ghost(x, gamma, beta, ghost, eps=1e-5):
    """Ask torch about each part alone."""
    return torch.cat([batch(part, gamma, beta, eps) for part in x.split(ghost)])


def renorm(x, gamma, beta, running_mean, running_var, r_max=3.0, d_max=5.0, eps=1e-5):
    """Write Ioffe's Algorithm 1 on top of torch's batch norm, with r and d outside the graph."""
    one, zero = torch.ones_like(gamma), torch.zeros_like(beta)
    axes = (0, *range(2, x.ndim))
    with torch.no_grad():
        var, mean = torch.var_mean(x, axes, correction=0)
        running_std = (running_var + eps).sqrt()
        r = ((var + eps).sqrt() / running_std).clamp(1 / r_max, r_max)
        d = ((mean - running_mean) / running_std).clamp(-d_max, d_max)
    x_hat = batch(x, one, zero, eps).movedim(1, -1)
    return ((x_hat * r + d) * gamma + beta).movedim(-1, 1)


def conditional(x, gamma, beta, labels, eps=1e-5):
    """Ask torch about the whole batch with each class's row, and keep the samples of that class."""
    rows = [batch(x, gamma[k], beta[k], eps)[i : i + 1] for i, k in enumerate(labels.tolist())]
    return torch.cat(rows)


def adaptive(content, style, eps=1e-5):
    """Scale and shift torch's instance norm by the style's moments."""
    flat, content_hat = style.flatten(2), F.instance_norm(content, eps=eps).flatten(2)
    std = (flat.var(2, correction=0, keepdim=True) + eps).sqrt()
    return (content_hat * std + flat.mean(2, keepdim=True)).view_as(content)


def filter_response(x, gamma, beta, tau, eps=1e-6):
    """Write the formula with channels last."""
    last = x.movedim(1, -1)
    mean_square = last.square().mean(tuple(range(1, x.ndim - 1)), keepdim=True)
    z = last / (mean_square + eps).sqrt() * gamma + beta
    return torch.where(z > tau, z, tau).movedim(-1, 1)


def standardize(w, eps=1e-5):
    """Ask torch's batch norm, with outputs for channels."""
    return F.batch_norm(w.flatten(1)[None], None, None, training=True, eps=eps).view_as(w)


def scaled_standardize(w, g, eps=1e-5):
    """Ask torch's batch norm again, which takes the length for its gamma."""
    rows = w.flatten(1)
    gamma = g.flatten() / rows.shape[1] ** 0.5
    return F.batch_norm(rows.T, None, None, gamma, training=True, eps=eps).T.reshape(w.shape)


def layer_scale(x, gamma):
    """Ask einsum."""
    return torch.einsum("nc...,c->nc...", x, gamma)


def skip_init(x, alpha):
    """Step from 0 to x by the share alpha."""
    return torch.lerp(torch.zeros_like(x), x, alpha)


def spectral(w, u, v, steps=1, eps=1e-12):
    """Ask torch's own parametrization, started at the same u and v."""
    layer = parametrizations.spectral_norm(
        nn.Linear(len(v), len(u)).to(w), n_power_iterations=steps, eps=eps
    )
    own: Any = layer.parametrizations.weight[0]  # type: ignore[index, union-attr]
    own._u, own._v = u.clone(), v.clone()
    return own(w.flatten(1)).view_as(w)


def layer(x, gamma, beta, eps=1e-5):
    """Ask torch."""
    return F.layer_norm(x, gamma.shape, gamma, beta, eps)


def channel_layer(x, gamma, beta, eps=1e-5):
    """Ask torch about the last axis, with the channels moved there."""
    return F.layer_norm(x.movedim(1, -1), gamma.shape, gamma, beta, eps).movedim(-1, 1)


def frozen(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """Ask torch in eval, with all but x as constants."""
    mean, var, weight, bias = (a.detach() for a in (running_mean, running_var, gamma, beta))
    return F.batch_norm(x, mean, var, weight, bias, training=False, eps=eps)


def instance(x, gamma, beta, eps=1e-5):
    """Ask torch."""
    return F.instance_norm(x, weight=gamma, bias=beta, eps=eps)


def group(x, gamma, beta, groups, eps=1e-5):
    """Ask torch."""
    return F.group_norm(x, groups, gamma, beta, eps)


def rms(x, gamma, eps=1e-5, one_plus=False, cast_first=False):
    """Ask torch, for x_hat alone where the dialect is not torch's."""
    if not (one_plus or cast_first):
        return F.rms_norm(x, gamma.shape, gamma, eps)
    x_hat = F.rms_norm(x.double(), gamma.shape, None, eps)
    x_hat = x_hat.to(x.dtype) if cast_first else x_hat
    y = torch.addcmul(x_hat, x_hat, gamma) if one_plus else x_hat * gamma
    return y if cast_first else y.to(x.dtype)


def query_key(q, k, gamma_q, gamma_k, eps=1e-5, centered=False):
    """Ask torch for both norms, and einsum for the comparison."""

    def normed(x, gamma):
        if centered:
            return F.layer_norm(x, gamma.shape, gamma, None, eps)
        return F.rms_norm(x, gamma.shape, gamma, eps)

    d = q.shape[-1]
    return torch.einsum("...td,...sd->...ts", normed(q, gamma_q), normed(k, gamma_k)) * d**-0.5


def adaptive_layer(x, condition, weight, bias, branch=None, eps=1e-5):
    """Ask torch about each sample, with that sample's own scale and shift."""
    ys = []
    for one, told in zip(x, F.linear(condition, weight, bias), strict=True):
        shift, scale, gate = told.unflatten(0, (3, -1))
        ys.append(one + gate * F.layer_norm(one, scale.shape, 1 + scale, shift, eps))
    return torch.stack(ys)


def dynamic_tanh(x, alpha, gamma, beta):
    """Write tanh as a sigmoid, which is no code of ours."""
    return gamma * (2 * (2 * alpha * x).sigmoid() - 1) + beta


def dynamic_erf(x, alpha, shift, gamma, beta):
    """Write erf as a normal distribution's share, which is no code of ours."""
    z = (alpha * x + shift) * 2**0.5
    return gamma * (2 * torch.special.ndtr(z) - 1) + beta
