"""The heart of every norm: `normalize` over some axes, its gradient, and the affine step after."""

from typing import NamedTuple

import numpy as np

from coursekit.errors import ShapeError
from coursekit.norms.checks import (
    check_array,
    check_channels,
    check_eps,
    check_floating,
    check_momentum,
    check_real,
)


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
        ArgumentError: x is no array of real floating point numbers, or eps < 0.

    Source: Ioffe & Szegedy 2015, Algorithm 1, https://arxiv.org/abs/1502.03167
    """
    check_eps(eps)
    x = widen(x)
    centered = x - mean_over(x, axes)
    centered -= mean_over(centered, axes)  # the mean was rounded: at 1e6, by 0.03 in float32
    var = mean_over(centered**2, axes)  # x.var() would find the mean again
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
    m1 = mean_over(dx_hat, axes)
    m2 = mean_over(dx_hat * x_hat, axes)
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
    wide = at_least_float32(dy)
    dgamma = sum_over(wide * x_hat.reshape(dy.shape), shared)
    dbeta = sum_over(wide, shared)
    dx_hat = (gamma * wide).reshape(x_hat.shape)
    dx = normalize_backward(dx_hat, x_hat, inv_std, axes)
    return narrow(dx.reshape(dy.shape), dy), dgamma, dbeta


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
    for name, a in (("running", running), ("batch", batch)):
        if hasattr(a, "dtype"):
            check_real(a, name)
    return (1 - momentum) * running + momentum * batch


def update_renorm(running_var, var, momentum=0.1, eps=1e-5):
    """Take one step of batch renormalization's average, which is of the standard deviation.

        sigma <- (1 - momentum) * sigma + momentum * sqrt(var + eps)

    It is stored as running_var = sigma ** 2 - eps: then sqrt(running_var + eps) is sigma here as
    in batch norm, and state_dicts of both load into each other.

    Args:
        running_var: (C,), in NumPy or torch.
        var: (C,), the biased variance of the batch.
        momentum: the weight of the new batch, in [0, 1].
        eps: see `normalize`.

    Returns:
        the new running_var: (C,).

    Raises:
        ArgumentError: momentum is outside [0, 1].

    Source: Ioffe 2017, Algorithm 1, https://arxiv.org/abs/1702.03275
    """
    sigma = update_running((running_var + eps) ** 0.5, (var + eps) ** 0.5, momentum)
    return (sigma**2 - eps).clip(0)  # rounding alone could bring it below


def mean_over(a, axes):
    """Average over `axes`, which keep length 1, in float64: float32 sums stall at 2 ** 24.

    NumPy adds along the last axis by halves, but along the others one value after another.
    """
    wide = np.result_type(a, np.float64)
    return a.mean(axes, keepdims=True, dtype=wide).astype(a.dtype, copy=False)


def sum_over(a, axes):
    """Add up over `axes`, in float64 as `mean_over` does."""
    return a.sum(axes, dtype=np.result_type(a, np.float64)).astype(a.dtype, copy=False)


def widen(x, name="x"):
    """Return x in at least float32: in float16, 300 ** 2 is infinite and long sums stall at 2048.

    Raises:
        ArgumentError: x is no array of real floating point numbers.
    """
    check_array(x, name)
    check_floating(x, name)
    return at_least_float32(x)


def at_least_float32(a):
    """Return a in float32 if it came in half precision."""
    return a.astype(np.result_type(a, np.float32), copy=False)


def narrow(y, x):
    """Return y in half precision if x came in it: the caller's, after the work is done."""
    half = x.dtype.itemsize < 4 and x.dtype.kind not in "iub"
    return y.astype(x.dtype) if half else y


def not_channel(x):
    """List the axes of x (N, C, *spatial) other than C."""
    return (0, *range(2, x.ndim))


def per_channel(p, x, name="gamma and beta"):
    """Reshape p (C,) so that it broadcasts against x (N, C, *spatial).

    Raises:
        ShapeError: p is not (C,).
    """
    C = x.shape[1]
    check_array(p, name)
    check_channels(p, C, x, name)
    return p.reshape(1, C, *[1] * (x.ndim - 2))


def split_axes(x, gamma):
    """Split the axes of x into the last ones, which gamma (*normalized_shape) covers, and the rest.

    Raises:
        ShapeError: gamma's shape is not the end of x's.
    """
    check_array(x)
    check_array(gamma, "gamma and beta")
    k = gamma.ndim
    if not 0 < k <= x.ndim or x.shape[-k:] != gamma.shape:
        raise ShapeError(
            f"gamma and beta must have the shape of x's last axes, which are normalized; "
            f"x is {x.shape}, got {gamma.shape}"
        )
    return tuple(range(x.ndim - k, x.ndim)), tuple(range(x.ndim - k))
