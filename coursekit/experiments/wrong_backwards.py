"""Backward passes of batch norm (gamma = 1, beta = 0) that are wrong, each in a way people are.

A test of a gradient is worth what it says about these. `accepted` asks about one of them.
"""

import numpy as np

from coursekit.norms import normalize, normalize_backward

EPS = 1e-5


def right(dy, x):
    """The gradient of sum(x_hat * dy) in x. (N, D), (N, D) -> (N, D)"""
    x_hat, inv_std = normalize(x, 0, EPS)
    return normalize_backward(dy, x_hat, inv_std, 0)


def zeros(dy, x):
    return np.zeros_like(x)


def sign_turned(dy, x):
    return -right(dy, x)


def three_per_cent_too_large(dy, x):
    return 1.03 * right(dy, x)


def sigma_forgotten(dy, x):
    return right(dy, x) * np.sqrt(x.var(0) + EPS)


def statistics_constant(dy, x):
    return dy * normalize(x, 0, EPS)[1]


def variance_constant(dy, x):
    return (dy - dy.mean(0)) * normalize(x, 0, EPS)[1]


def mean_constant(dy, x):
    x_hat, inv_std = normalize(x, 0, EPS)
    return inv_std * (dy - x_hat * (dy * x_hat).mean(0))


WRONG = {
    "always zero": zeros,
    "sign turned": sign_turned,
    "3 % too large": three_per_cent_too_large,
    "1/σ forgotten": sigma_forgotten,
    "mean and variance constant": statistics_constant,
    "variance constant": variance_constant,
    "mean constant": mean_constant,
}


def accepted(backward, dy, x) -> bool:
    """Ask whether a test with this dy would call a backward pass right: within 1 % or 0.001."""
    return bool(np.allclose(backward(dy, x), right(dy, x), rtol=0.01, atol=1e-3))
