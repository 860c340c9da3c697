"""Norms whose scale and shift are not their own: a class or a style image sets them."""

from typing import NamedTuple

import numpy as np

from coursekit.errors import ArgumentError, ShapeError
from coursekit.norms.checks import check_array, check_channels, check_enough, check_rank
from coursekit.norms.core import (
    Cache,
    affine_norm,
    affine_norm_backward,
    at_least_float32,
    mean_over,
    narrow,
    normalize,
    normalize_backward,
    not_channel,
    sum_over,
    widen,
)


class ConditionalCache(NamedTuple):
    """What `conditional_batch_norm_backward` needs: who took which row, beside the plain cache."""

    cache: Cache
    labels: np.ndarray
    classes: int


def conditional_batch_norm(x, gamma, beta, labels, eps=1e-5):
    """Normalize as batch norm does, then scale and shift each sample by its class's row.

    Args:
        x: (N, C, *spatial).
        gamma, beta: (K, C), one row per class.
        labels: (N,), integers in 0 .. K - 1.
        eps: see `normalize`.

    Returns:
        y: (N, C, *spatial), and the ConditionalCache that its backward reads.

    Raises:
        ShapeError: gamma or beta is not (K, C), labels is not (N,), or a channel has one value.
        ArgumentError: x holds integers, a label is none of 0 .. K - 1, or eps < 0.

    Source: de Vries et al. 2017, https://arxiv.org/abs/1707.00683, who compute gamma and beta from
        a sentence. The table with a row for each class is Dumoulin, Shlens & Kudlur 2017's,
        https://arxiv.org/abs/1610.07629 (on instance norm), and Miyato & Koyama 2018's,
        https://arxiv.org/abs/1802.05637 (on batch norm)
    """
    check_rank(x, 2, "(N, C, *spatial)")
    check_array(labels, "labels")
    N, C, *spatial = x.shape
    axes = not_channel(x)
    check_enough(x.shape, axes, "channel")
    if labels.shape != (N,):
        raise ShapeError(f"labels must be one per sample, ({N},); got {labels.shape}")
    for table in (gamma, beta):
        check_array(table, "gamma and beta")
        check_rank(table, 2, "a table (K, C)")
        check_channels(table[0], C, x, "each row of gamma and beta")
    check_labels(labels, len(gamma))
    own = (N, C, *[1] * len(spatial))
    gamma_own, beta_own = gamma[labels].reshape(own), beta[labels].reshape(own)
    y, cache = affine_norm(x, gamma_own, beta_own, axes, eps, shared=tuple(range(2, x.ndim)))
    return y, ConditionalCache(cache, labels, len(gamma))


def check_labels(labels, classes: int) -> None:
    """Refuse labels that choose no row; -1 would silently choose the last.

    Raises:
        ArgumentError: a label is no integer in 0 .. classes - 1.
    """
    if labels.dtype.kind not in "iu" or not np.all((labels >= 0) & (labels < classes)):
        raise ArgumentError(
            f"labels choose rows, so they must be integers in 0 .. {classes - 1}; "
            f"got {labels.dtype}: {labels}"
        )


def conditional_batch_norm_backward(dy, cache):
    """Find the gradients of `conditional_batch_norm`; samples of one class add up in its row.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy, and dgamma, dbeta: (K, C).

    Source: the chain rule on the table of Dumoulin, Shlens & Kudlur 2017
    """
    plain, labels, classes = cache
    dx, dgamma_own, dbeta_own = affine_norm_backward(dy, plain)  # (N, C) each
    one_hot = np.eye(classes, dtype=dgamma_own.dtype)[:, labels]  # (K, N)
    return dx, one_hot @ dgamma_own, one_hot @ dbeta_own


def adaptive_instance_norm(content, style, eps=1e-5):
    """Give each channel of the content the mean and standard deviation of the style's (AdaIN).

        y = style_std * content_hat + style_mean

    Args:
        content, style: (N, C, *spatial); the spatial axes may differ.
        eps: see `normalize`; style_std holds it too.

    Returns:
        y, shaped like content, and the cache that `adaptive_instance_norm_backward` reads.

    Raises:
        ShapeError: the two differ in N or C, or one has fewer than two pixels.
        ArgumentError: either holds integers, or eps < 0.

    Source: Huang & Belongie 2017, equation 8, https://arxiv.org/abs/1703.06868
    """
    check_array(content, "content")
    check_array(style, "style")
    check_rank(content, 3, "(N, C, *spatial)")
    if content.shape[:2] != style.shape[:2]:
        raise ShapeError(
            f"content and style must agree in N and C; got {content.shape} and {style.shape}"
        )
    axes, style_axes = tuple(range(2, content.ndim)), tuple(range(2, style.ndim))
    check_enough(content.shape, axes, "channel of the content", "a larger image")
    check_enough(style.shape, style_axes, "channel of the style", "a larger image")
    content_hat, inv_std = normalize(content, axes, eps)
    style_hat, style_inv_std = normalize(style, style_axes, eps)
    gamma = (1 / style_inv_std).reshape(inv_std.shape)
    beta = mean_over(widen(style, "style"), style_axes).reshape(inv_std.shape)
    y = gamma * content_hat + beta
    return narrow(y, content), (content_hat, inv_std, gamma, style_hat)


def adaptive_instance_norm_backward(dy, cache):
    """Find the gradients of `adaptive_instance_norm` for both images.

    Args:
        dy: shaped like content.
        cache: from the forward pass.

    Returns:
        dcontent like content, and dstyle like style.

    Source: the chain rule on Huang & Belongie 2017, equation 8
    """
    content_hat, inv_std, gamma, style_hat = cache
    axes, style_axes = tuple(range(2, dy.ndim)), tuple(range(2, style_hat.ndim))
    wide = at_least_float32(dy)
    dcontent = normalize_backward(gamma * wide, content_hat, inv_std, axes)
    per_sample = (*style_hat.shape[:2], *[1] * len(style_axes))
    dgamma = sum_over(wide * content_hat, axes).reshape(per_sample)  # of the style's std
    dbeta = sum_over(wide, axes).reshape(per_sample)  # of the style's mean
    M = style_hat[0, 0].size
    return narrow(dcontent, dy), narrow((dgamma * style_hat + dbeta) / M, dy)
