"""Batch, layer and group norm as they are usually taught: the forms our reference is timed against.

Each is written here in our own words, after the habits of course notes: statistics one by one, a
helper variable per step of the computational graph, the gradient path by path.
"""

import numpy as np


def numpy_var(x, gamma, beta, axes, shape, eps=1e-5):
    """Forward with x.mean and x.var, backward by the compact formula."""
    mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + eps)
    out = gamma.reshape(shape) * x_hat + beta.reshape(shape)
    return out, (x_hat, var, gamma.reshape(shape), axes, eps)


def numpy_var_backward(dout, cache):
    """Use the compact formula, with its constants gathered in front."""
    x_hat, var, gamma, axes, eps = cache
    m = x_hat.size // var.size
    shared = tuple(i for i, n in enumerate(gamma.shape) if n == 1)
    dgamma, dbeta = (dout * x_hat).sum(axis=shared), dout.sum(axis=shared)
    dx_hat = dout * gamma
    total = dx_hat.sum(axis=axes, keepdims=True)
    along = (dx_hat * x_hat).sum(axis=axes, keepdims=True)
    return (m * dx_hat - total - x_hat * along) / (m * np.sqrt(var + eps)), dgamma, dbeta


def numpy_staged(x, gamma, beta, axes, shape, eps=1e-5):
    """Forward with one variable per node of the graph."""
    mu = np.mean(x, axis=axes, keepdims=True)
    centered = x - mu
    squared = centered**2
    var = np.mean(squared, axis=axes, keepdims=True)
    std = np.sqrt(var + eps)
    inverse = 1.0 / std
    x_hat = centered * inverse
    scaled = gamma.reshape(shape) * x_hat
    out = scaled + beta.reshape(shape)
    return out, (x_hat, centered, inverse, std, gamma.reshape(shape), axes)


def numpy_staged_backward(dout, cache):
    """Walk back through the graph, node by node."""
    x_hat, centered, inverse, std, gamma, axes = cache
    m = x_hat.size // std.size
    shared = tuple(i for i, n in enumerate(gamma.shape) if n == 1)
    dbeta = np.sum(dout, axis=shared)
    dgamma = np.sum(dout * x_hat, axis=shared)
    dx_hat = dout * gamma
    dinverse = np.sum(dx_hat * centered, axis=axes, keepdims=True)
    dcentered = dx_hat * inverse
    dstd = -dinverse / std**2
    dvar = 0.5 * dstd / std
    dsquared = dvar * np.ones_like(x_hat) / m
    dcentered = dcentered + 2 * centered * dsquared
    dmu = -np.sum(dcentered, axis=axes, keepdims=True)
    dx = dcentered + dmu * np.ones_like(x_hat) / m
    return dx, dgamma, dbeta


def torch_var(x, weight, bias, axes, shape, eps=1e-5):
    """Forward with x.mean and x.var; autograd does the rest."""
    mean = x.mean(dim=axes, keepdim=True)
    var = x.var(dim=axes, unbiased=False, keepdim=True)
    x_hat = (x - mean) / (var + eps).sqrt()
    return weight.view(shape) * x_hat + bias.view(shape)


def torch_squares(x, weight, bias, axes, shape, eps=1e-5):
    """Forward with the mean of the squared distances; autograd does the rest."""
    mean = x.mean(dim=axes, keepdim=True)
    var = ((x - mean) ** 2).mean(dim=axes, keepdim=True)
    x_hat = (x - mean) / (var + eps).sqrt()
    return weight.view(shape) * x_hat + bias.view(shape)
