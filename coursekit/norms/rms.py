"""Norms without a mean: divide by the root mean square, keep the offset."""

from typing import NamedTuple

import numpy as np

from coursekit.norms.checks import check_eps, check_rank
from coursekit.norms.core import (
    at_least_float32,
    mean_over,
    narrow,
    not_channel,
    per_channel,
    split_axes,
    sum_over,
    widen,
)


class RootMeanSquareCache(NamedTuple):
    """What the backward pass of a norm without a mean remembers."""

    x_hat: np.ndarray
    inv_rms: np.ndarray  # broadcasts against x
    gamma: np.ndarray  # broadcasts against x
    axes: tuple[int, ...]  # those the mean square was shared over
    shared: tuple[int, ...]  # those gamma is shared over


def rms_norm(x, gamma, eps=1e-5, one_plus=False, cast_first=False):
    """Divide each sample by its root mean square over the last axes: layer norm without a mean.

        x_hat = x / sqrt(mean(x ** 2) + eps),  y = gamma * x_hat

    Args:
        x: (*batch, *normalized_shape).
        gamma: (*normalized_shape).
        eps: added to the mean square, inside the square root; None: the resolution of float32, or
            of float64 for such an x, as in torch.
        one_plus: scale by 1 + gamma, so that gamma starts at 0 and weight decay pulls to 1 (Gemma).
        cast_first: go back to half precision before gamma, not after it (LLaMA). y then has the
            precision of the product, gamma's if that is higher.

    Returns:
        y, shaped like x, and the RootMeanSquareCache that `rms_norm_backward` reads.

    Raises:
        ShapeError: gamma's shape is not the end of x's.
        ArgumentError: x holds integers, or eps < 0.

    Source: Zhang & Sennrich 2019, equation 4, https://arxiv.org/abs/1910.07467; Touvron et al.
        2023, section 2.2, https://arxiv.org/abs/2302.13971, and Gemma Team 2024, section 2,
        https://arxiv.org/abs/2403.08295, whose published code has the two dialects
    """
    axes, shared = split_axes(x, gamma)
    x_hat, inv_rms = divide_by_rms(x, axes, eps)
    scale = 1 + gamma if one_plus else gamma
    y = scale * narrow(x_hat, x) if cast_first else narrow(scale * x_hat, x)
    return y, RootMeanSquareCache(x_hat, inv_rms, scale, axes, shared)


def divide_by_rms(x, axes, eps):
    """Give x a mean square of one over `axes`: `normalize` without the mean."""
    x = widen(x)
    eps = np.finfo(x.dtype).eps if eps is None else eps
    check_eps(eps)
    mean_square = mean_over(x**2, axes)
    inv_rms = 1 / np.sqrt(mean_square + eps)
    return x * inv_rms, inv_rms


def divide_by_rms_backward(dx_hat, x_hat, inv_rms, axes):
    """Carry the gradient back through `divide_by_rms`: remove its part along x_hat."""
    return inv_rms * (dx_hat - x_hat * mean_over(dx_hat * x_hat, axes))


def rms_norm_backward(dy, cache):
    """Find the gradients of `rms_norm`.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy, and dgamma like gamma.

    Source: Zhang & Sennrich 2019, section 4.2, https://arxiv.org/abs/1910.07467
    """
    x_hat, inv_rms, gamma, axes, shared = cache
    wide = at_least_float32(dy)
    dx = divide_by_rms_backward(gamma * wide, x_hat, inv_rms, axes)
    return narrow(dx, dy), sum_over(wide * x_hat, shared)


def filter_response_norm(x, gamma, beta, tau, eps=1e-6):
    """Divide each channel of each sample by its root mean square, then threshold at tau.

        y = max(gamma * x_hat + beta, tau)

    Args:
        x: (N, C, *spatial).
        gamma, beta, tau: (C,).
        eps: see `rms_norm`; the paper learns it where there is a single pixel.

    Returns:
        y: (N, C, *spatial), and the cache that `filter_response_norm_backward` reads.

    Raises:
        ShapeError: gamma, beta or tau is not (C,), or x has no spatial axis.
        ArgumentError: x holds integers, or eps < 0.

    Source: Singh & Krishnan 2020, section 3, https://arxiv.org/abs/1911.09737
    """
    check_rank(x, 3, "(N, C, *spatial)")
    gamma, beta, tau = (per_channel(p, x, "gamma, beta and tau") for p in (gamma, beta, tau))
    axes = tuple(range(2, x.ndim))
    x_hat, inv_rms = divide_by_rms(x, axes, eps)
    z = gamma * x_hat + beta
    cache = RootMeanSquareCache(x_hat, inv_rms, gamma, axes, not_channel(x))
    return narrow(np.maximum(z, tau), x), (cache, z > tau)


def filter_response_norm_backward(dy, cache):
    """Find the gradients of `filter_response_norm`; below the threshold they go to tau.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy, and dgamma, dbeta, dtau: (C,).

    Source: the chain rule on Singh & Krishnan 2020, section 3
    """
    (x_hat, inv_rms, gamma, axes, shared), passed = cache
    wide = at_least_float32(dy)
    dz = wide * passed
    dgamma, dbeta = sum_over(dz * x_hat, shared), sum_over(dz, shared)
    dx = divide_by_rms_backward(gamma * dz, x_hat, inv_rms, axes)
    return narrow(dx, dy), dgamma, dbeta, sum_over(wide * ~passed, shared)
