"""Norms whose statistics come from one sample: the batch does not matter, train equals eval."""

from coursekit.norms.checks import check_enough, check_groups, check_rank
from coursekit.norms.core import affine_norm, not_channel, per_channel, split_axes


def layer_norm(x, gamma, beta, eps=1e-5):
    """Normalize each sample over its last axes: those that gamma and beta cover.

    Args:
        x: (*batch, *normalized_shape), so (N, D), or (N, T, D) with one mean per token.
        gamma, beta: (*normalized_shape), so (D,): one value per element, not per channel.
        eps: see `normalize`.

    Returns:
        y, shaped like x, and the Cache that `affine_norm_backward` reads.

    Raises:
        ShapeError: gamma's or beta's shape is not the end of x's.
        ArgumentError: x holds integers, or eps < 0.

    Source: Ba, Kiros & Hinton 2016, equation 3, https://arxiv.org/abs/1607.06450
    """
    axes, shared = split_axes(x, gamma)
    split_axes(x, beta)
    return affine_norm(x, gamma, beta, axes, eps, shared=shared)


def channel_layer_norm(x, gamma, beta, eps=1e-5):
    """Normalize each pixel over its channels: layer norm as ConvNeXt and ViT have it on images.

    `layer_norm` over (C, H, W) has one mean per image, this one per pixel, as the token of a
    sequence has. Keras's LayerNormalization does the same by default, on channels that come last.

    Args:
        x: (N, C, *spatial).
        gamma, beta: (C,).
        eps: see `normalize`.

    Returns:
        y: (N, C, *spatial), and the Cache that `affine_norm_backward` reads.

    Raises:
        ShapeError: gamma or beta is not (C,).
        ArgumentError: x holds integers, or eps < 0.

    Source: Liu et al. 2022, section 2.6, https://arxiv.org/abs/2201.03545, after Ba, Kiros & Hinton
        2016
    """
    check_rank(x, 2, "(N, C, *spatial)")
    gamma, beta = per_channel(gamma, x), per_channel(beta, x)
    return affine_norm(x, gamma, beta, (1,), eps, shared=not_channel(x))


def instance_norm(x, gamma, beta, eps=1e-5):
    """Normalize each channel of each sample over its spatial axes.

    Args:
        x: (N, C, *spatial).
        gamma, beta: (C,).
        eps: see `normalize`.

    Returns:
        y: (N, C, *spatial), and the Cache that `affine_norm_backward` reads.

    Raises:
        ShapeError: gamma or beta is not (C,), or there are fewer than two pixels.
        ArgumentError: x holds integers, or eps < 0.

    Source: Ulyanov, Vedaldi & Lempitsky 2016, section 2, https://arxiv.org/abs/1607.08022
    """
    check_rank(x, 3, "(N, C, *spatial)")
    axes = tuple(range(2, x.ndim))
    check_enough(x.shape, axes, "channel of each sample", "a larger image")
    gamma, beta = per_channel(gamma, x), per_channel(beta, x)
    return affine_norm(x, gamma, beta, axes, eps, shared=not_channel(x))


def group_norm(x, gamma, beta, groups=32, eps=1e-5):
    """Normalize each group of neighbouring channels of each sample.

    One group is layer norm over (C, *spatial); C groups are instance norm.

    Args:
        x: (N, C, *spatial), with C a multiple of groups.
        gamma, beta: (C,), per channel and not per group.
        groups: how many groups the channels split into.
        eps: see `normalize`.

    Returns:
        y: (N, C, *spatial), and the Cache that `affine_norm_backward` reads.

    Raises:
        ShapeError: gamma or beta is not (C,), or a group has fewer than two values.
        ArgumentError: groups does not divide C, x holds integers, or eps < 0.

    Source: Wu & He 2018, equation 7, https://arxiv.org/abs/1803.08494
    """
    check_rank(x, 2, "(N, C, *spatial)")
    N, C, *spatial = x.shape
    check_groups(C, groups)
    view = (N, groups, C // groups, *spatial)
    axes = tuple(range(2, len(view)))
    check_enough(view, axes, "group", "fewer groups or a larger image")
    gamma, beta = per_channel(gamma, x), per_channel(beta, x)
    return affine_norm(x, gamma, beta, axes, eps, shared=not_channel(x), view=view)
