"""The heart of every norm: `normalize` over some axes, its gradient, and the affine step after."""

from typing import NamedTuple

import numpy as np

from coursekit.errors import ShapeError
from coursekit.norms.checks import check_channels, check_eps, check_floating, check_momentum


class Cache(NamedTuple):
    """What a backward pass needs to remember from its forward pass."""

    x_hat: np.ndarray  # in the shape in which `axes` are counted; group norm splits C in two
    inv_std: np.ndarray  # broadcasts against x_hat
    gamma: np.ndarray  # broadcasts against x
    axes: tuple[int, ...]  # of x_hat: those the statistics were shared over
    shared: tuple[int, ...]  # of x: those gamma and beta are shared over


def normalize(x, axes, eps=1e-5):
    """Give x zero mean and unit variance over `axes`: the heart of every layer here.

        x_hat = (x - mean) / sqrt(var + eps)

    `var` is the biased variance (divide by M, not M - 1), as in the paper.

    Args:
        x: any shape.
        axes: the axes to share one mean and one variance over.
        eps: added to the variance, inside the square root.

    Returns:
        x_hat, shaped like x, and inv_std, which broadcasts against x.

    Raises:
        ArgumentError: x holds integers, or eps < 0.

    Source: Ioffe & Szegedy 2015, Algorithm 1, https://arxiv.org/abs/1502.03167
    """
    check_eps(eps)
    x = widen(x)
    mean = x.mean(axes, keepdims=True)
    centered = x - mean
    var = (centered**2).mean(axes, keepdims=True)  # x.var() would find the mean again
    inv_std = 1 / np.sqrt(var + eps)
    x_hat = np.multiply(centered, inv_std, out=centered)  # fresh memory costs more than arithmetic
    return x_hat, inv_std


def normalize_backward(dx_hat, x_hat, inv_std, axes):
    """Carry the gradient back through `normalize`: remove its mean and its part along x_hat.

        dx = inv_std * (dx_hat - mean(dx_hat) - x_hat * mean(dx_hat * x_hat))

    Args:
        dx_hat, x_hat: the same shape.
        inv_std: broadcasts against x_hat, from `normalize`.
        axes: those of the forward pass.

    Returns:
        dx, shaped like x_hat.

    Source: Ioffe & Szegedy 2015, section 3: its paths through x, mean and var, added up
    """
    m1 = dx_hat.mean(axes, keepdims=True)
    m2 = (dx_hat * x_hat).mean(axes, keepdims=True)
    return inv_std * (dx_hat - m1 - x_hat * m2)


def affine_norm(x, gamma, beta, axes, eps, *, shared, view=None):
    """Normalize, then scale by gamma and shift by beta: what the layers on top have in common.

    Args:
        x: any shape.
        gamma, beta: broadcast against x.
        axes: the axes to share statistics over, counted in `view`.
        eps: see `normalize`.
        shared: the axes of x that gamma and beta are shared over.
        view: the shape x takes while it is normalized, if not its own (groups).

    Returns:
        y, shaped like x, and the Cache that `affine_norm_backward` reads.
    """
    x_hat, inv_std = normalize(x.reshape(view or x.shape), axes, eps)
    y = gamma * x_hat.reshape(x.shape) + beta
    return narrow(y, x), Cache(x_hat, inv_std, gamma, axes, shared)


def affine_norm_backward(dy, cache):
    """Find the gradients of batch, layer, instance, group and ghost batch norm: one formula.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy, and dgamma, dbeta like gamma, beta.

    Source: Ioffe & Szegedy 2015, section 3, https://arxiv.org/abs/1502.03167
    """
    x_hat, inv_std, gamma, axes, shared = cache
    dgamma = (dy * x_hat.reshape(dy.shape)).sum(shared)
    dbeta = dy.sum(shared)
    dx_hat = (gamma * dy).reshape(x_hat.shape)
    dx = normalize_backward(dx_hat, x_hat, inv_std, axes)
    return dx.reshape(dy.shape), dgamma, dbeta


def update_running(running, batch, momentum=0.1):
    """Take one step of the running average that inference uses.

        running <- (1 - momentum) * running + momentum * batch

    `momentum` is the weight of the NEW batch, as in PyTorch. Keras, Flax and the
    CS231n notes call the weight of the OLD value momentum: theirs is 1 - ours.

    Args:
        running, batch: the same shape, in NumPy or torch. The variance's `batch` is the
            unbiased one, var * M / (M - 1).
        momentum: in [0, 1].

    Returns:
        the new running value, same shape.

    Raises:
        ArgumentError: momentum is outside [0, 1].

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
    """
    check_momentum(momentum)
    return (1 - momentum) * running + momentum * batch


def widen(x):
    """Return x in at least float32: in float16, 300 ** 2 is infinite and long sums stall at 2048.

    Raises:
        ArgumentError: x holds integers.
    """
    check_floating(x)
    return x.astype(np.result_type(x, np.float32), copy=False)


def narrow(y, x):
    """Return y in float16 if x came in it: the caller's precision, after the work is done."""
    return y.astype(x.dtype) if x.dtype == np.float16 else y


def not_channel(x):
    """List the axes of x (N, C, *spatial) other than C."""
    return (0, *range(2, x.ndim))


def per_channel(p, x, name="gamma and beta"):
    """Reshape p (C,) so that it broadcasts against x (N, C, *spatial).

    Raises:
        ShapeError: p is not (C,).
    """
    C = x.shape[1]
    check_channels(p, C, x, name)
    return p.reshape(1, C, *[1] * (x.ndim - 2))


def split_axes(x, gamma):
    """Split the axes of x into the last ones, which gamma (*normalized_shape) covers, and the rest.

    Raises:
        ShapeError: gamma's shape is not the end of x's.
    """
    k = gamma.ndim
    if not 0 < k <= x.ndim or x.shape[-k:] != gamma.shape:
        raise ShapeError(
            f"gamma and beta must have the shape of x's last axes, which are normalized; "
            f"x is {x.shape}, got {gamma.shape}"
        )
    return tuple(range(x.ndim - k, x.ndim)), tuple(range(x.ndim - k))
