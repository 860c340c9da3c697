"""Layer norm before a branch, told by a condition: how to scale, how to shift, what to let pass."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from coursekit.layers.core import affine_norm, widen
from coursekit.norms.adaptive import check_branch, check_told
from coursekit.norms.checks import check_eps, check_rank, check_real


class AdaptiveLayerNormZero(nn.Module):
    """Let a condition scale and shift the norm before a branch, and say how much the branch counts.

        y = x + gate * branch((1 + scale) * x_hat + shift)

    A linear layer of the condition gives shift, scale and gate; it starts at zero, so that y is x.
    The authors' code has one such layer for both branches of a block, behind a SiLU.

    Args:
        num_features: D.
        condition_features: K.
        branch: any module that keeps the shape; None: nothing but the norm.
        eps: added to the variance, inside the square root.

    Raises:
        ShapeError: x does not end in D, condition is not (N, K), or the branch changes the shape.
        ArgumentError: eps < 0, or x or condition holds integers.

    Source: Peebles & Xie 2023, section 3.2, https://arxiv.org/abs/2212.09748; its parent, for any
        layer, is FiLM: Perez et al. 2018, https://arxiv.org/abs/1709.07871
    """

    def __init__(
        self,
        num_features: int,
        condition_features: int,
        branch: nn.Module | None = None,
        *,
        eps: float = 1e-5,
    ):
        super().__init__()
        check_eps(eps)
        self.eps, self.branch = eps, nn.Identity() if branch is None else branch
        self.weight = nn.Parameter(torch.zeros(3 * num_features, condition_features))
        self.bias = nn.Parameter(torch.zeros(3 * num_features))  # of shift, scale and gate

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Return y like x (N, *tokens, D), as the condition (N, K) says."""
        wide, asked = widen(x), widen(condition, "condition")
        check_rank(x, 2, "(N, *tokens, D)")
        for p in (self.weight, self.bias):
            check_real(p, "this layer's parameters")
        check_told(x, condition, self.weight, self.bias)
        told = F.linear(asked, widen(self.weight), widen(self.bias))  # (N, 3 * D)
        apart = (len(x), *[1] * (x.ndim - 2), x.shape[-1])
        shift, scale, gate = (part.reshape(apart) for part in told.chunk(3, 1))
        z, _, _ = affine_norm(wide, 1 + scale, shift, (x.ndim - 1,), self.eps)
        h = self.branch(z.to(x.dtype))
        check_branch(h, x)
        return (wide + gate * h).to(x.dtype)
