"""Norms inside attention: of the queries and the keys, before they are compared."""

from typing import NamedTuple

import numpy as np

from coursekit.errors import ShapeError
from coursekit.norms.checks import check_array
from coursekit.norms.core import (
    at_least_float32,
    narrow,
    normalize,
    normalize_backward,
    sum_over,
    widen,
)
from coursekit.norms.rms import divide_by_rms, divide_by_rms_backward


class QueryKeyCache(NamedTuple):
    """What `query_key_norm_backward` needs; each pair is of the queries and of the keys."""

    hats: tuple[np.ndarray, np.ndarray]
    sizes: tuple[np.ndarray, np.ndarray]  # inv_rms, or inv_std
    gammas: tuple[np.ndarray, np.ndarray]
    centered: bool


def query_key_norm(q, k, gamma_q, gamma_k, eps=1e-5, centered=False):
    """Give all queries and all keys of a head one size, and compare them: the logits of attention.

        y = (gamma_q * q_hat) @ (gamma_k * k_hat).T / sqrt(d),  q_hat = q / sqrt(mean(q ** 2) + eps)

    However large the weights before it grow, no |y| exceeds sqrt(d) * max(|gamma_q * gamma_k|).
    Henry et al. learn one number g in place of the gammas and of sqrt(d), so that y is g times the
    cosine: gamma_q = g / sqrt(d) and gamma_k = 1 throughout are theirs.

    Args:
        q: (*batch, T, d), with the heads among the batch's axes.
        k: (*batch, S, d).
        gamma_q, gamma_k: (d,), for all heads.
        eps: added to the mean square, inside the square root.
        centered: take off the mean first, so that it is a layer norm in place of an RMS norm.

    Returns:
        y: (*batch, T, S), before the softmax, and the QueryKeyCache that its backward reads.

    Raises:
        ShapeError: q and k differ in more than T and S, or a gamma is not (d,).
        ArgumentError: q or k holds integers, or eps < 0.

    Source: Henry et al. 2020, https://arxiv.org/abs/2010.04245; Dehghani et al. 2023,
        section 2, https://arxiv.org/abs/2302.05442, with a gamma for each feature
    """
    wide = widen(q, "q"), widen(k, "k")
    check_pair(q, k)
    for gamma in (gamma_q, gamma_k):
        check_array(gamma, "gamma_q and gamma_k")
        check_scales(gamma, q)
    divide, axes = normalize if centered else divide_by_rms, (q.ndim - 1,)
    (q_hat, q_size), (k_hat, k_size) = (divide(x, axes, eps) for x in wide)
    y = (gamma_q * q_hat) @ (gamma_k * k_hat).swapaxes(-1, -2) * q.shape[-1] ** -0.5
    return narrow(y, q), QueryKeyCache(
        (q_hat, k_hat), (q_size, k_size), (gamma_q, gamma_k), centered
    )


def check_pair(q, k) -> None:
    """Refuse queries and keys that cannot be compared.

    Raises:
        ShapeError: they have fewer than two axes, or differ in more than their number.
    """
    shapes = tuple(q.shape), tuple(k.shape)
    alike = [(*shape[:-2], shape[-1]) for shape in shapes if len(shape) > 1]
    if len(alike) < 2 or alike[0] != alike[1]:
        raise ShapeError(
            "queries must be (*batch, T, d) and keys (*batch, S, d); "
            f"got {shapes[0]} and {shapes[1]}. Repeat keys that several heads share"
        )


def check_scales(gamma, q) -> None:
    """Refuse a scale that is not one number for each feature of a head.

    Raises:
        ShapeError: gamma is not (d,).
    """
    if tuple(gamma.shape) != tuple(q.shape[-1:]):
        raise ShapeError(
            f"queries of shape {tuple(q.shape)} have d = {q.shape[-1]} features, so both gammas "
            f"must be ({q.shape[-1]},); got {tuple(gamma.shape)}"
        )


def query_key_norm_backward(dy, cache):
    """Find the gradients of `query_key_norm`; those of q and k have no part along them.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dq and dk like q and k, and dgamma_q, dgamma_k: (d,).

    Source: the chain rule on Dehghani et al. 2023, section 2
    """
    (q_hat, k_hat), sizes, (gamma_q, gamma_k), centered = cache
    back, axes = normalize_backward if centered else divide_by_rms_backward, (dy.ndim - 1,)
    wide = at_least_float32(dy) * q_hat.shape[-1] ** -0.5
    dscaled = wide @ (gamma_k * k_hat), wide.swapaxes(-1, -2) @ (gamma_q * q_hat)
    rest = tuple(range(dy.ndim - 1))
    dgammas = [sum_over(d * hat, rest) for d, hat in zip(dscaled, cache.hats, strict=True)]
    dq, dk = (
        narrow(back(gamma * d, hat, size, axes), dy)
        for gamma, d, hat, size in zip(cache.gammas, dscaled, cache.hats, sizes, strict=True)
    )
    return dq, dk, *dgammas
