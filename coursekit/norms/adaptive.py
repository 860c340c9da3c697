"""Layer norm before a branch, told by a condition: how to scale, how to shift, what to let pass."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from coursekit.errors import ShapeError
from coursekit.norms.checks import check_array, check_rank
from coursekit.norms.core import (
    at_least_float32,
    narrow,
    normalize,
    normalize_backward,
    sum_over,
    widen,
)


class ToldCache(NamedTuple):
    """What `adaptive_layer_norm_zero_backward` needs."""

    told: tuple[np.ndarray, np.ndarray]  # scale and gate, (N, 1, ..., D)
    condition: np.ndarray
    weight: np.ndarray
    x_hat: np.ndarray
    inv_std: np.ndarray
    h: np.ndarray  # what the branch gave
    back: Callable  # dh -> dz


def adaptive_layer_norm_zero(x, condition, weight, bias, branch=None, eps=1e-5):
    """Let a condition scale and shift the norm before a branch, and say how much the branch counts.

        shift, scale, gate = condition @ weight.T + bias
        y = x + gate * branch((1 + scale) * x_hat + shift)

    x_hat is a layer norm without parameters. Weight and bias start at zero, so that y is x (the
    zero in AdaLN-zero). The authors' code sends the condition through a SiLU first.

    Args:
        x: (N, *tokens, D).
        condition: (N, K).
        weight, bias: (3 * D, K) and (3 * D,), of one linear layer, in the order above.
        branch: z -> (h, a function dh -> dz), all shaped like x; None: h is z.
        eps: see `normalize`.

    Returns:
        y, shaped like x, and the ToldCache that its backward reads.

    Raises:
        ShapeError: condition is not (N, K), weight or bias do not fit, or h is not shaped like x.
        ArgumentError: x or condition holds integers, or eps < 0.

    Source: Peebles & Xie 2023, section 3.2, https://arxiv.org/abs/2212.09748; its parent, for any
        layer, is FiLM: Perez et al. 2018, https://arxiv.org/abs/1709.07871
    """
    wide, asked = widen(x), widen(condition, "condition")
    check_rank(x, 2, "(N, *tokens, D)")
    check_array(weight, "weight")
    check_array(bias, "bias")
    check_told(x, condition, weight, bias)
    D, apart = x.shape[-1], (len(x), *[1] * (x.ndim - 2), x.shape[-1])
    told = asked @ at_least_float32(weight).T + bias  # (N, 3 * D)
    shift, scale, gate = (told[:, n * D : (n + 1) * D].reshape(apart) for n in range(3))
    x_hat, inv_std = normalize(wide, (x.ndim - 1,), eps)
    z = (1 + scale) * x_hat + shift
    h, back = branch(z) if branch else (z, lambda dh: dh)
    check_branch(h, x)
    cache = ToldCache((scale, gate), asked, weight, x_hat, inv_std, h, back)
    return narrow(wide + gate * h, x), cache


def check_told(x, condition, weight, bias) -> None:
    """Refuse a condition, or a linear layer, that does not fit x.

    Raises:
        ShapeError: condition is not (N, K), weight not (3 * D, K) or bias not (3 * D,).
    """
    N, D = x.shape[0], x.shape[-1]
    if condition.ndim != 2 or len(condition) != N:
        raise ShapeError(
            f"condition must be one vector per sample, ({N}, K); got {tuple(condition.shape)}"
        )
    K = condition.shape[1]
    if tuple(weight.shape) != (3 * D, K) or tuple(bias.shape) != (3 * D,):
        raise ShapeError(
            f"x has D = {D} features and condition K = {K}, so weight must be {(3 * D, K)} and "
            f"bias {(3 * D,)}; got {tuple(weight.shape)} and {tuple(bias.shape)}"
        )


def check_branch(h, x) -> None:
    """Refuse what cannot be added to x.

    Raises:
        ShapeError: h is not shaped like x.
    """
    if h.shape != x.shape:
        raise ShapeError(
            f"the branch is added to x, so it must give {tuple(x.shape)}; got {tuple(h.shape)}"
        )


def adaptive_layer_norm_zero_backward(dy, cache):
    """Find the gradients of `adaptive_layer_norm_zero`; the branch finds its own parameters'.

    Args:
        dy: shaped like y.
        cache: from the forward pass.

    Returns:
        dx and dcondition like x and condition, and dweight: (3 * D, K), dbias: (3 * D,).

    Source: the chain rule on Peebles & Xie 2023, section 3.2
    """
    scale, gate = cache.told
    wide, tokens = at_least_float32(dy), tuple(range(1, dy.ndim - 1))
    dz = cache.back(gate * wide)
    parts = (dz, dz * cache.x_hat, wide * cache.h)  # of shift, scale and gate
    dtold = np.concatenate([sum_over(part, tokens) for part in parts], 1)  # (N, 3 * D)
    dx_hat = (1 + scale) * dz
    dx = wide + normalize_backward(dx_hat, cache.x_hat, cache.inv_std, (dy.ndim - 1,))
    dcondition = narrow(dtold @ cache.weight, dy)
    return narrow(dx, dy), dcondition, dtold.T @ cache.condition, sum_over(dtold, 0)
