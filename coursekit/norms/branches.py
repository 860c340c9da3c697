"""Scales of residual branches: no statistic at all, only a small or empty start."""

import numpy as np

from coursekit.norms.checks import check_rank, check_real
from coursekit.norms.core import at_least_float32, narrow, not_channel, per_channel, sum_over, widen


def layer_scale(x, gamma):
    """Multiply each channel of a branch by a learned number, which starts small.

        y = gamma * x

    Args:
        x: (N, C, *spatial), what the branch gives.
        gamma: (C,).

    Returns:
        y, shaped like x, and the (x, gamma) that `layer_scale_backward` reads.

    Raises:
        ShapeError: x has no channel axis, or gamma is not (C,).
        ArgumentError: x holds integers.

    Source: Touvron et al. 2021, section 2, https://arxiv.org/abs/2103.17239
    """
    check_rank(x, 2, "(N, C, *spatial)")
    wide = widen(x)
    scale = per_channel(gamma, x, "gamma")
    return narrow(scale * wide, x), (wide, scale)


def layer_scale_backward(dy, cache):
    """Find the gradients of `layer_scale`.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy, and dgamma: (C,).

    Source: the chain rule on Touvron et al. 2021, section 2
    """
    x, scale = cache
    wide = at_least_float32(dy)
    return narrow(scale * wide, dy), sum_over(wide * x, not_channel(dy))


def skip_init(x, alpha):
    """Multiply a whole branch by one learned number, which starts at 0.

        y = alpha * x

    Args:
        x: any shape, what the branch gives.
        alpha: (), one number.

    Returns:
        y, shaped like x, and the (x, alpha) that `skip_init_backward` reads.

    Raises:
        ArgumentError: x holds integers, or alpha is no real number.

    Source: De & Smith 2020, section 3.2, https://arxiv.org/abs/2002.10444
    """
    wide = widen(x)
    check_real(np.asarray(alpha), "alpha")
    return narrow(alpha * wide, x), (wide, alpha)


def skip_init_backward(dy, cache):
    """Find the gradients of `skip_init`; while alpha is 0, only alpha has one.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx like dy, and dalpha: ().

    Source: the chain rule on De & Smith 2020, section 3.2
    """
    x, alpha = cache
    wide = at_least_float32(dy)
    return narrow(alpha * wide, dy), sum_over(wide * x, None)
