"""What is done to a model's gradients where no norm keeps them small."""

from collections.abc import Iterable

import torch
from torch import Tensor

from coursekit.errors import ArgumentError
from coursekit.layers.core import widen


@torch.no_grad()
def clip_adaptively(
    parameters: Tensor | Iterable[Tensor], limit: float = 0.01, eps: float = 1e-3
) -> None:
    """Shorten each output's gradient to at most `limit` times the length of its weights, in place.

    Call it between the backward pass and the optimizer's step. A bias or a scale counts as one
    output, as in the authors' code, who leave out the last layer: pass what is to be clipped.

    Args:
        parameters: of a model or of some layers; (out, *fan_in) or (out,). Those without a gradient
            are left.
        limit: the largest share of a length that a gradient may have.
        eps: the least length that weights count as, so that zeros can move.

    Returns:
        None: it changes the gradients where they are.

    Raises:
        ArgumentError: limit or eps is not above 0.

    Source: Brock et al. 2021, equation 3, https://arxiv.org/abs/2102.06171
    """
    if not (limit > 0 and eps > 0):
        raise ArgumentError(f"limit and eps must be above 0; got {limit} and {eps}")
    for p in [parameters] if isinstance(parameters, Tensor) else parameters:
        if p.grad is not None:
            most = limit * _lengths(p).clamp_min(eps)
            p.grad.mul_((most / _lengths(p.grad).clamp_min(most)).to(p.grad.dtype))


def _lengths(a: Tensor) -> Tensor:
    """The length of each output's numbers, which broadcasts against a."""
    axes = tuple(range(1 if a.ndim > 1 else 0, a.ndim))
    return widen(a).square().sum(axes, keepdim=True).sqrt()
