"""Scales of residual branches: x + scale(branch(x)), where the scale starts small or at zero."""

import torch
from torch import Tensor, nn

from coursekit.layers.core import widen
from coursekit.norms.checks import check_channels, check_rank, check_real, check_tensor


class LayerScale(nn.Module):
    """Multiply each channel of a branch by a learned number, which starts small.

    Args:
        num_features: C.
        start: where the numbers start; the paper takes less the deeper the network is.

    Raises:
        ShapeError: x has another number of channels.
        ArgumentError: x holds integers.

    Source: Touvron et al. 2021, section 2, https://arxiv.org/abs/2103.17239
    """

    def __init__(self, num_features: int, *, start: float = 1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.full((num_features,), start))  # gamma

    def forward(self, x: Tensor) -> Tensor:  # (N, C, *spatial) -> same
        check_tensor(x)
        check_rank(x, 2, "(N, C, *spatial)")
        check_channels(self.weight, x.shape[1], x, "gamma")
        check_real(self.weight, "this layer's parameters")
        scale = self.weight.view(-1, *[1] * (x.ndim - 2))
        return (scale * widen(x)).to(x.dtype)


class SkipInit(nn.Module):
    """Multiply a whole branch by one learned number, which starts at 0.

    Raises:
        ArgumentError: x holds integers.

    Source: De & Smith 2020, section 3.2, https://arxiv.org/abs/2002.10444
    """

    def __init__(self) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.tensor(0.0))

    def forward(self, x: Tensor) -> Tensor:  # any shape -> same
        check_tensor(x)
        check_real(self.alpha, "this layer's parameters")
        return (self.alpha * widen(x)).to(x.dtype)
