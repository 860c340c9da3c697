"""What is done to gradients where no norm keeps them small."""

import numpy as np

from coursekit.errors import ArgumentError, ShapeError
from coursekit.norms.checks import check_rank
from coursekit.norms.core import narrow, widen


def clip_adaptively(grad, w, limit=0.01, eps=1e-3):
    """Shorten each output's gradient to at most `limit` times the length of its weights.

    Args:
        grad, w: (out, *fan_in).
        limit: the largest share of a length that a gradient may have.
        eps: the least length that weights count as, so that zeros can move.

    Returns:
        a gradient like grad, in the same direction for each output.

    Raises:
        ShapeError: w has no fan-in, or grad is not shaped like w.
        ArgumentError: grad or w holds integers, or limit or eps is not above 0.

    Source: Brock et al. 2021, equation 3, https://arxiv.org/abs/2102.06171
    """
    check_rank(w, 2, "(out, *fan_in)")
    wide, weights = widen(grad, "grad"), widen(w, "w")
    if grad.shape != w.shape:
        raise ShapeError(f"w is {w.shape}, so grad must be, too; got {grad.shape}")
    if not (limit > 0 and eps > 0):
        raise ArgumentError(f"limit and eps must be above 0; got {limit} and {eps}")
    axes = tuple(range(1, w.ndim))
    most = limit * np.maximum(np.sqrt((weights**2).sum(axes, keepdims=True)), eps)
    slope = np.sqrt((wide**2).sum(axes, keepdims=True))
    return narrow(wide * (most / np.maximum(slope, most)), grad)
