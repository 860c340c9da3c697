"""Methods that share no mean or variance: a window over the channels, or no statistic at all."""

from math import pi
from typing import NamedTuple

import numpy as np

from coursekit.errors import ArgumentError
from coursekit.norms.checks import check_rank, check_real
from coursekit.norms.core import (
    at_least_float32,
    narrow,
    split_axes,
    sum_over,
    widen,
)


class LocalResponseCache(NamedTuple):
    """What `local_response_norm_backward` needs."""

    x: np.ndarray
    b: np.ndarray  # the bracket that is raised to -beta
    size: int
    alpha: float
    beta: float


def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=1.0):
    """Divide each value by the activity of its neighbours in a window of channels.

        y = x / b ** beta,  b = k + alpha / size * sum(x ** 2 over the window)

    PyTorch divides alpha by size, and so do we; AlexNet and TensorFlow do not.

    Args:
        x: (N, C, *spatial).
        size: channels in the window; an even one reaches further back than forward.
        alpha, beta, k: see the formula.

    Returns:
        y, shaped like x, and the LocalResponseCache that its backward reads.

    Raises:
        ShapeError: x has no channel axis.
        ArgumentError: size < 1, or x holds integers.

    Source: Krizhevsky, Sutskever & Hinton 2012, section 3.3,
        https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks
    """
    check_rank(x, 2, "(N, C, *spatial)")
    wide = widen(x)
    if size < 1:
        raise ArgumentError(f"the window must hold at least one channel; got size = {size}")
    b = k + alpha / size * _window_sum(wide**2, size // 2, (size - 1) // 2)
    return narrow(wide * b**-beta, x), LocalResponseCache(wide, b, size, alpha, beta)


def local_response_norm_backward(dy, cache):
    """Find the gradient of `local_response_norm`: each value also moved its neighbours' b.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy.

    Source: the chain rule on Krizhevsky, Sutskever & Hinton 2012, section 3.3
    """
    x, b, size, alpha, beta = cache
    wide = at_least_float32(dy)
    db = -beta * wide * x * b ** (-beta - 1)
    # Channel j is in i's window when i - size // 2 <= j: seen from j, the window is mirrored.
    dx = wide * b**-beta + 2 * alpha / size * x * _window_sum(db, (size - 1) // 2, size // 2)
    return narrow(dx, dy)


def _window_sum(a, before, after):
    """Sum a (N, C, *spatial) over each channel's window, with zeros beyond the ends."""
    C = a.shape[1]
    padding = [(0, 0)] * a.ndim
    padding[1] = (before, after)
    padded = np.pad(a, padding)
    return sum(padded[:, i : i + C] for i in range(before + 1 + after))


class TanhCache(NamedTuple):
    """What `dynamic_tanh_backward` needs."""

    x: np.ndarray
    t: np.ndarray  # tanh(alpha * x)
    alpha: np.ndarray
    gamma: np.ndarray
    shared: tuple[int, ...]


def dynamic_tanh(x, alpha, gamma, beta):
    """Squash instead of normalizing: no statistic, so no sample or token sees another.

        y = gamma * tanh(alpha * x) + beta

    Args:
        x: (*batch, *normalized_shape).
        alpha: (), one learned number; the paper starts at 0.5.
        gamma, beta: (*normalized_shape).

    Returns:
        y, shaped like x, and the TanhCache that `dynamic_tanh_backward` reads.

    Raises:
        ShapeError: gamma's or beta's shape is not the end of x's.
        ArgumentError: x holds integers.

    Source: Zhu et al. 2025, section 4, https://arxiv.org/abs/2503.10622
    """
    wide = widen(x)
    _, shared = split_axes(x, gamma)
    split_axes(x, beta)
    check_real(np.asarray(alpha), "alpha")
    t = np.tanh(alpha * wide)
    return narrow(gamma * t + beta, x), TanhCache(wide, t, alpha, gamma, shared)


def dynamic_tanh_backward(dy, cache):
    """Find the gradients of `dynamic_tanh`.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy, dalpha: (), and dgamma, dbeta like gamma, beta.

    Source: the chain rule on Zhu et al. 2025, section 4
    """
    x, t, alpha, gamma, shared = cache
    wide = at_least_float32(dy)
    dz = gamma * wide * (1 - t**2)  # z = alpha * x
    dalpha, dgamma = sum_over(dz * x, None), sum_over(wide * t, shared)
    return narrow(alpha * dz, dy), dalpha, dgamma, sum_over(wide, shared)


class ErfCache(NamedTuple):
    """What `dynamic_erf_backward` needs."""

    x: np.ndarray
    z: np.ndarray  # alpha * x + shift
    e: np.ndarray  # erf(z)
    alpha: np.ndarray
    gamma: np.ndarray
    shared: tuple[int, ...]


def dynamic_erf(x, alpha, shift, gamma, beta):
    """Squash by the error function, with a learned shift: dynamic tanh's kin (Derf).

        y = gamma * erf(alpha * x + shift) + beta

    Args:
        x: (*batch, *normalized_shape).
        alpha, shift: (), one learned number each; the paper starts at 0.5 and 0.
        gamma, beta: (*normalized_shape).

    Returns:
        y, shaped like x, and the ErfCache that `dynamic_erf_backward` reads.

    Raises:
        ShapeError: gamma's or beta's shape is not the end of x's.
        ArgumentError: x holds integers.

    Source: Chen et al. 2025, https://arxiv.org/abs/2512.10938
    """
    wide = widen(x)
    _, shared = split_axes(x, gamma)
    split_axes(x, beta)
    for number, name in ((alpha, "alpha"), (shift, "shift")):
        check_real(np.asarray(number), name)
    z = alpha * wide + shift
    e = erf(z)
    return narrow(gamma * e + beta, x), ErfCache(wide, z, e, alpha, gamma, shared)


def erf(z):
    """The error function of an array, which NumPy has not: a series, all of one sign."""
    far = np.abs(z.real) > 6  # there it is 1 or -1, to the last digit of float64
    near = np.where(far, 0, z)
    term, total = near, near
    for n in range(1, 200):
        term = term * 2 * near**2 / (2 * n + 1)
        total = total + term
    return np.where(far, np.sign(z.real), 2 / pi**0.5 * np.exp(-(near**2)) * total)


def dynamic_erf_backward(dy, cache):
    """Find the gradients of `dynamic_erf`.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy, dalpha and dshift: (), and dgamma, dbeta like gamma, beta.

    Source: the chain rule on Chen et al. 2025
    """
    x, z, e, alpha, gamma, shared = cache
    wide = at_least_float32(dy)
    dz = gamma * wide * (2 / pi**0.5 * np.exp(-(z**2)))
    dalpha, dshift = sum_over(dz * x, None), sum_over(dz, None)
    dgamma, dbeta = sum_over(wide * e, shared), sum_over(wide, shared)
    return narrow(alpha * dz, dy), dalpha, dshift, dgamma, dbeta
