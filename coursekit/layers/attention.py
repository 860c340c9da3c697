"""Layers inside attention: of the queries and the keys, before they are compared."""

import torch
from torch import Tensor, nn

from coursekit.layers.core import affine_norm, widen
from coursekit.layers.rms import divide_by_rms
from coursekit.norms.attention import check_pair, check_scales
from coursekit.norms.checks import check_eps, check_real


class QueryKeyNorm(nn.Module):
    """Give all queries and all keys of a head one size, and compare them: the logits of attention.

    `normalized` gives both before they are compared, for
    `torch.nn.functional.scaled_dot_product_attention`, which divides by sqrt(d) itself.

    Args:
        head_features: d, of one head.
        eps: added to the mean square, inside the square root.
        centered: take off the mean first, so that it is a layer norm in place of an RMS norm.

    Raises:
        ShapeError: q and k do not end in d, or differ in more than their number.
        ArgumentError: eps < 0, or q or k holds integers.

    Source: Henry et al. 2020, https://arxiv.org/abs/2010.04245; Dehghani et al. 2023,
        section 2, https://arxiv.org/abs/2302.05442; the dialects as in `norms.query_key_norm`
    """

    def __init__(self, head_features: int, *, eps: float = 1e-5, centered: bool = False):
        super().__init__()
        check_eps(eps)
        self.eps, self.centered = eps, centered
        self.query_weight = nn.Parameter(torch.ones(head_features))  # gamma_q
        self.key_weight = nn.Parameter(torch.ones(head_features))  # gamma_k

    def forward(self, q: Tensor, k: Tensor) -> Tensor:  # (*batch, T, d), (*batch, S, d) -> T, S
        """Return the logits (*batch, T, S), before the softmax."""
        q_hat, k_hat = self._both(q, k)
        return (q_hat @ k_hat.mT / q.shape[-1] ** 0.5).to(q.dtype)

    def normalized(self, q: Tensor, k: Tensor) -> tuple[Tensor, Tensor]:
        """Return queries and keys of one size, each shaped like what came in."""
        q_hat, k_hat = self._both(q, k)
        return q_hat.to(q.dtype), k_hat.to(k.dtype)

    def _both(self, q, k):
        wide = widen(q, "q"), widen(k, "k")
        check_pair(q, k)
        for gamma in (self.query_weight, self.key_weight):
            check_real(gamma, "this layer's parameters")
            check_scales(gamma, q)
        axes = (q.ndim - 1,)
        if self.centered:
            hats = [affine_norm(x, None, None, axes, self.eps)[0] for x in wide]
        else:
            hats = [divide_by_rms(x, axes, self.eps) for x in wide]
        return self.query_weight * hats[0], self.key_weight * hats[1]

    def extra_repr(self) -> str:
        """Show the settings as torch.nn does, and the dialect."""
        dialect = ", centered=True" if self.centered else ""
        return f"{len(self.query_weight)}, eps={self.eps}{dialect}"
