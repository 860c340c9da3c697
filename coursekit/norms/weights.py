"""Methods that normalize the weights, not the activations: nothing depends on the data."""

from typing import NamedTuple

import numpy as np

from coursekit.errors import ArgumentError, ShapeError
from coursekit.norms.checks import check_array, check_rank
from coursekit.norms.core import (
    at_least_float32,
    narrow,
    normalize,
    normalize_backward,
    widen,
)


class WeightNormCache(NamedTuple):
    """What `weight_norm_backward` needs."""

    direction: np.ndarray  # v / norm
    norm: np.ndarray
    g: np.ndarray


def weight_norm(v, g):
    """Split each output's weights into a direction v / ||v|| and a length g.

    Args:
        v: (out, *fan_in).
        g: (out, 1, ...), one length per output, with v's number of axes.

    Returns:
        w: (out, *fan_in), and the WeightNormCache that `weight_norm_backward` reads.

    Raises:
        ShapeError: v has no fan-in, or g is not one length per output.
        ArgumentError: v holds integers.

    Source: Salimans & Kingma 2016, equation 2, https://arxiv.org/abs/1602.07868
    """
    check_rank(v, 2, "(out, *fan_in)")
    wide = widen(v, "v")
    check_array(g, "g")
    if g.shape != (expected := (len(v), *[1] * (v.ndim - 1))):
        raise ShapeError(f"v is {v.shape}, so g must be {expected}; got {g.shape}")
    norm = np.sqrt((wide**2).sum(_fan_in(v), keepdims=True))
    direction = wide / norm
    return narrow(g * direction, v), WeightNormCache(direction, norm, g)


def weight_norm_backward(dw, cache):
    """Find the gradients of `weight_norm`; dv is orthogonal to v, so a step can only lengthen v.

    Args:
        dw: shaped like w.
        cache: from the forward pass.

    Returns:
        dv like v, and dg like g.

    Source: Salimans & Kingma 2016, equation 3, https://arxiv.org/abs/1602.07868
    """
    direction, norm, g = cache
    wide = at_least_float32(dw)
    dg = (wide * direction).sum(_fan_in(dw), keepdims=True)
    return narrow(g / norm * (wide - dg * direction), dw), dg


def weight_standardization(w, eps=1e-5):
    """Give each output's weights zero mean and unit variance.

    Args:
        w: (out, *fan_in).
        eps: see `normalize`.

    Returns:
        w_hat: (out, *fan_in), and the (w_hat, inv_std) that its backward reads.

    Raises:
        ShapeError: w has no fan-in.
        ArgumentError: w holds integers, or eps < 0.

    Source: Qiao et al. 2019, section 3, https://arxiv.org/abs/1903.10520
    """
    check_rank(w, 2, "(out, *fan_in)")
    w_hat, inv_std = normalize(w, _fan_in(w), eps)
    return narrow(w_hat, w), (w_hat, inv_std)


def weight_standardization_backward(dw_hat, cache):
    """Find the gradient of `weight_standardization`: that of `normalize`, over the fan-in.

    Args:
        dw_hat: shaped like w.
        cache: from the forward pass.

    Returns:
        dw like w; it sums to zero over the fan-in.

    Source: Qiao et al. 2019, section 3, https://arxiv.org/abs/1903.10520
    """
    w_hat, inv_std = cache
    wide = at_least_float32(dw_hat)
    return narrow(normalize_backward(wide, w_hat, inv_std, _fan_in(dw_hat)), dw_hat)


def scaled_weight_standardization(w, g, eps=1e-5):
    """Standardize each output's weights, and give them the length g whatever the fan-in n is.

        w_bar = g * w_hat / sqrt(n)

    A network of such layers needs the gain of its activation in g: sqrt(2 / (1 - 1 / pi)) for ReLU.

    Args:
        w: (out, *fan_in).
        g: (out, 1, ...), one length per output, with w's number of axes.
        eps: see `normalize`.

    Returns:
        w_bar: (out, *fan_in), and the (w_hat, inv_std, scale) that its backward reads.

    Raises:
        ShapeError: w has no fan-in, or g is not one length per output.
        ArgumentError: w holds integers, or eps < 0.

    Source: Brock, De & Smith 2021, section 4, https://arxiv.org/abs/2101.08692
    """
    w_hat, (_, inv_std) = weight_standardization(widen(w, "w"), eps)
    check_array(g, "g")
    if g.shape != (expected := (len(w), *[1] * (w.ndim - 1))):
        raise ShapeError(f"w is {w.shape}, so g must be {expected}; got {g.shape}")
    scale = g / w[0].size ** 0.5
    return narrow(scale * w_hat, w), (w_hat, inv_std, scale)


def scaled_weight_standardization_backward(dw_bar, cache):
    """Find the gradients of `scaled_weight_standardization`.

    Args:
        dw_bar: shaped like w.
        cache: from the forward pass.

    Returns:
        dw like w, which sums to zero over the fan-in, and dg like g.

    Source: the chain rule on Brock, De & Smith 2021, section 4
    """
    w_hat, inv_std, scale = cache
    wide, axes = at_least_float32(dw_bar), _fan_in(dw_bar)
    dg = (wide * w_hat).sum(axes, keepdims=True) / w_hat[0].size ** 0.5
    return narrow(normalize_backward(scale * wide, w_hat, inv_std, axes), dw_bar), dg


class SpectralCache(NamedTuple):
    """What `spectral_norm_backward` needs; pass u and v on to the next forward pass too."""

    w_bar: np.ndarray
    sigma: float
    u: np.ndarray  # (out,)
    v: np.ndarray  # (fan_in,)


def spectral_norm(w, u, v, steps=1, eps=1e-12):
    """Divide the weights by their largest singular value, found by power iteration.

    Each call improves u and v by `steps` rounds; one is enough while the weights move slowly.

    Args:
        w: (out, *fan_in), read as a matrix (out, prod(fan_in)).
        u, v: (out,) and (prod(fan_in),), the last call's singular vectors.
        steps: rounds of power iteration; 0 in eval mode.
        eps: the least length that u and v are divided by.

    Returns:
        w_bar: (out, *fan_in), and the SpectralCache with the new u and v.

    Raises:
        ShapeError: w has no fan-in, or u or v does not fit it.
        ArgumentError: steps < 0, or w holds integers.

    Source: Miyato et al. 2018, Algorithm 1, https://arxiv.org/abs/1802.05957
    """
    check_rank(w, 2, "(out, *fan_in)")
    matrix = widen(w, "w").reshape(len(w), -1)  # (out, fan_in)
    u, v = widen(u, "u"), widen(v, "v")
    if (u.shape + v.shape) != matrix.shape:
        raise ShapeError(
            f"w is a matrix {matrix.shape}, so u must be ({matrix.shape[0]},) and "
            f"v ({matrix.shape[1]},); got {u.shape} and {v.shape}"
        )
    if steps < 0:
        raise ArgumentError(f"power iteration needs steps >= 0; got {steps}")
    for _ in range(steps):
        u = _unit(matrix @ v, eps)
        v = _unit(matrix.T @ u, eps)
    sigma = u @ matrix @ v
    w_bar = matrix.reshape(w.shape) / sigma
    return narrow(w_bar, w), SpectralCache(w_bar, sigma, u, v)


def spectral_norm_backward(dw_bar, cache):
    """Find the gradient of `spectral_norm`; u and v are constants to it.

    Args:
        dw_bar: shaped like w.
        cache: from the forward pass.

    Returns:
        dw like w.

    Source: Miyato et al. 2018, section 2.3, https://arxiv.org/abs/1802.05957
    """
    w_bar, sigma, u, v = cache
    wide = at_least_float32(dw_bar)
    along = (wide * w_bar).sum()
    return narrow((wide - along * np.outer(u, v).reshape(w_bar.shape)) / sigma, dw_bar)


def _unit(a, eps):
    return a / max(np.linalg.norm(a), eps)


def _fan_in(w):
    return tuple(range(1, w.ndim))
