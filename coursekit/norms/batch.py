"""Norms whose statistics come from the batch: the other samples change your output."""

from typing import NamedTuple

import numpy as np

from coursekit.norms.checks import (
    check_enough,
    check_eps,
    check_ghost,
    check_rank,
    check_renorm_limits,
)
from coursekit.norms.core import (
    Cache,
    affine_norm,
    at_least_float32,
    mean_over,
    narrow,
    normalize,
    normalize_backward,
    not_channel,
    per_channel,
    sum_over,
    widen,
)


def batch_norm(x, gamma, beta, eps=1e-5):
    """Normalize each channel over the batch and every spatial axis, then scale and shift.

    Args:
        x: (N, C, *spatial).
        gamma, beta: (C,).
        eps: see `normalize`.

    Returns:
        y: (N, C, *spatial), and the Cache that `affine_norm_backward` reads.

    Raises:
        ShapeError: gamma or beta is not (C,), or a channel has fewer than two values.
        ArgumentError: x holds integers, or eps < 0.

    Source: Ioffe & Szegedy 2015, Algorithm 1, https://arxiv.org/abs/1502.03167
    """
    check_rank(x, 2, "(N, C, *spatial)")
    axes = not_channel(x)
    check_enough(x.shape, axes, "channel")
    gamma, beta = per_channel(gamma, x), per_channel(beta, x)
    return affine_norm(x, gamma, beta, axes, eps, shared=axes)


def batch_norm_eval(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """Normalize with stored statistics: a fixed affine map, so no sample sees another.

    Args:
        x: (N, C, *spatial).
        gamma, beta, running_mean, running_var: (C,).
        eps: see `normalize`.

    Returns:
        y: (N, C, *spatial), and the Cache that `batch_norm_eval_backward` reads.

    Raises:
        ShapeError: a parameter or statistic is not (C,).
        ArgumentError: x holds integers, or eps < 0.

    Source: Ioffe & Szegedy 2015, Algorithm 2, step 11, https://arxiv.org/abs/1502.03167
    """
    check_rank(x, 2, "(N, C, *spatial)")
    check_eps(eps)
    gamma, beta = per_channel(gamma, x), per_channel(beta, x)
    mean = per_channel(running_mean, x, "running_mean")
    var = per_channel(running_var, x, "running_var")
    inv_std = 1 / np.sqrt(at_least_float32(var) + eps)
    x_hat = (widen(x) - mean) * inv_std
    y = gamma * x_hat + beta
    return narrow(y, x), Cache(x_hat, inv_std, gamma, (), not_channel(x))


def batch_norm_eval_backward(dy, cache):
    """Find the gradients of `batch_norm_eval`; its statistics are constants, so dx is a product.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy, and dgamma, dbeta: (C,).

    Source: the chain rule on Ioffe & Szegedy 2015, Algorithm 2, step 11
    """
    x_hat, inv_std, gamma, _, shared = cache
    wide = at_least_float32(dy)
    dgamma, dbeta = sum_over(wide * x_hat, shared), sum_over(wide, shared)
    return narrow(gamma * wide * inv_std, dy), dgamma, dbeta


def ghost_batch_norm(x, gamma, beta, ghost=32, eps=1e-5):
    """Normalize each run of `ghost` samples as a batch of its own.

    Args:
        x: (N, C, *spatial), with N a multiple of ghost.
        gamma, beta: (C,).
        ghost: samples in each small batch.
        eps: see `normalize`.

    Returns:
        y: (N, C, *spatial), and the Cache that `affine_norm_backward` reads.

    Raises:
        ShapeError: ghost does not divide N, or gamma or beta is not (C,).
        ArgumentError: x holds integers, or eps < 0.

    Source: Hoffer, Hubara & Soudry 2017, Algorithm 1, https://arxiv.org/abs/1705.08741
    """
    check_rank(x, 2, "(N, C, *spatial)")
    N, *rest = x.shape
    check_ghost(N, ghost)
    view = (N // ghost, ghost, *rest)  # (N, C, H, W) -> (ghosts, ghost, C, H, W)
    axes = (1, *range(3, len(view)))
    check_enough(view, axes, "channel of a ghost batch", "a larger ghost batch or image")
    gamma, beta = per_channel(gamma, x), per_channel(beta, x)
    return affine_norm(x, gamma, beta, axes, eps, shared=not_channel(x), view=view)


class RenormCache(NamedTuple):
    """What `batch_renorm_backward` needs: r and d are constants to it."""

    x_hat: np.ndarray  # before the correction by r and d
    inv_std: np.ndarray
    gamma: np.ndarray
    r: np.ndarray
    d: np.ndarray


def batch_renorm(x, gamma, beta, running_mean, running_var, r_max=3.0, d_max=5.0, eps=1e-5):
    """Normalize by the batch, then correct towards the running statistics within limits.

        r = clip(std / running_std, 1 / r_max, r_max)
        d = clip((mean - running_mean) / running_std, -d_max, d_max)
        y = gamma * (x_hat * r + d) + beta

    With r_max = 1, d_max = 0 it is batch norm; without limits it is `batch_norm_eval`. The running
    statistics move by `update_running` for the mean and by `update_renorm` for the variance, since
    the method averages standard deviations.

    Args:
        x: (N, C, *spatial).
        gamma, beta, running_mean, running_var: (C,).
        r_max, d_max: the limits; the paper raises them during training from 1 and 0.
        eps: see `normalize`.

    Returns:
        y: (N, C, *spatial), and the RenormCache that `batch_renorm_backward` reads.

    Raises:
        ShapeError: a parameter or statistic is not (C,), or a channel has fewer than two values.
        ArgumentError: r_max < 1, d_max < 0, eps < 0, or x holds integers.

    Source: Ioffe 2017, Algorithm 1, https://arxiv.org/abs/1702.03275
    """
    check_rank(x, 2, "(N, C, *spatial)")
    check_renorm_limits(r_max, d_max)
    axes = not_channel(x)
    check_enough(x.shape, axes, "channel")
    gamma, beta = per_channel(gamma, x), per_channel(beta, x)
    running_mean = per_channel(running_mean, x, "running_mean")
    running_var = at_least_float32(per_channel(running_var, x, "running_var"))
    running_std = np.sqrt(running_var + eps)
    x_hat, inv_std = normalize(x, axes, eps)
    r = np.clip(1 / (inv_std * running_std), 1 / r_max, r_max)
    mean = mean_over(widen(x), axes)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    y = gamma * (x_hat * r + d) + beta
    return narrow(y, x), RenormCache(x_hat, inv_std, gamma, r, d)


def batch_renorm_backward(dy, cache):
    """Find the gradients of `batch_renorm`: those of batch norm, with gamma * r for gamma.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy, and dgamma, dbeta: (C,).

    Source: Ioffe 2017, section 3: no gradient flows through r and d
    """
    x_hat, inv_std, gamma, r, d = cache
    axes, wide = not_channel(dy), at_least_float32(dy)
    dgamma, dbeta = sum_over(wide * (x_hat * r + d), axes), sum_over(wide, axes)
    dx = normalize_backward(gamma * r * wide, x_hat, inv_std, axes)
    return narrow(dx, dy), dgamma, dbeta


class FrozenCache(NamedTuple):
    """What `frozen_batch_norm_backward` needs."""

    scale: np.ndarray  # broadcasts against x


def frozen_batch_norm(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """Normalize with stored statistics that nothing moves: a constant scale and shift per channel.

    What it computes is `batch_norm_eval`; that it does so in training too, with gamma and beta as
    constants, makes it another layer. For fine-tuning with batches too small for their statistics.

    Args:
        x: (N, C, *spatial).
        gamma, beta, running_mean, running_var: (C,).
        eps: see `normalize`.

    Returns:
        y: (N, C, *spatial), and the FrozenCache that `frozen_batch_norm_backward` reads.

    Raises:
        ShapeError: a parameter or statistic is not (C,).
        ArgumentError: x holds integers, or eps < 0.

    Source: He et al. 2016, appendix A, https://arxiv.org/abs/1512.03385
    """
    y, cache = batch_norm_eval(x, gamma, beta, running_mean, running_var, eps)
    return y, FrozenCache(cache.gamma * cache.inv_std)


def frozen_batch_norm_backward(dy, cache):
    """Find the gradient of `frozen_batch_norm`: dy times a constant, and none for gamma and beta.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy.

    Source: the chain rule on He et al. 2016, appendix A
    """
    return narrow(dy * cache.scale, dy)
