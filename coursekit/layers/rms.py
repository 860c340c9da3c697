"""Layers without a mean: divide by the root mean square, keep the offset."""

import torch
from torch import Tensor, nn

from coursekit.layers.core import LastAxesNorm, widen
from coursekit.norms.checks import check_channels, check_eps, check_rank


class RMSNorm(LastAxesNorm):
    """Divide each sample by its root mean square over the last axes: layer norm without a mean.

    Args: as in `LayerNorm`; there is no bias. torch.nn's own default eps is the dtype's resolution.

    Raises:
        ShapeError: x does not end in normalized_shape.
        ArgumentError: eps < 0, or x holds integers.

    Source: Zhang & Sennrich 2019, equation 4, https://arxiv.org/abs/1910.07467
    """

    def __init__(self, normalized_shape, *, eps: float = 1e-5, affine: bool = True):
        super().__init__(normalized_shape, eps)
        self.weight = nn.Parameter(torch.ones(self.normalized_shape)) if affine else None

    def forward(self, x: Tensor) -> Tensor:  # (*batch, *normalized_shape) -> same
        y = divide_by_rms(widen(x), self._last_axes(x), self.eps)
        y = y if self.weight is None else self.weight * y
        return y.to(x.dtype)


def divide_by_rms(x: Tensor, axes: tuple[int, ...], eps: float) -> Tensor:
    """Give x a mean square of one over `axes`."""
    return x * torch.rsqrt(x.square().mean(axes, keepdim=True) + eps)


class FilterResponseNorm(nn.Module):
    """Divide each channel of each sample by its root mean square, then threshold at tau.

        y = max(weight * x_hat + bias, tau)

    It holds its own activation: put no ReLU after it.

    Args:
        num_features: C.
        eps: added to the mean square. With a single pixel x_hat would be the sign of x.

    Raises:
        ShapeError: x does not have C channels, or has no spatial axis.
        ArgumentError: eps < 0, or x holds integers.

    Source: Singh & Krishnan 2020, section 3, https://arxiv.org/abs/1911.09737
    """

    def __init__(self, num_features: int, *, eps: float = 1e-6):
        super().__init__()
        check_eps(eps)
        self.num_features, self.eps = num_features, eps
        self.weight = nn.Parameter(torch.ones(num_features))  # gamma
        self.bias = nn.Parameter(torch.zeros(num_features))  # beta
        self.tau = nn.Parameter(torch.zeros(num_features))

    def forward(self, x: Tensor) -> Tensor:  # (N, C, *spatial) -> same
        check_rank(x, 3, "(N, C, *spatial)")
        check_channels(self.weight, x.shape[1], x, "this layer's parameters")
        spread = (1, -1, *[1] * (x.ndim - 2))
        x_hat = divide_by_rms(widen(x), tuple(range(2, x.ndim)), self.eps)
        z = self.weight.view(spread) * x_hat + self.bias.view(spread)
        return torch.maximum(z, self.tau.view(spread)).to(x.dtype)
