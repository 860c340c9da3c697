"""Layers without a mean: divide by the root mean square, keep the offset."""

import torch
from torch import Tensor, nn

from coursekit.layers.core import LastAxesNorm, widen
from coursekit.norms.checks import check_channels, check_eps, check_rank, check_real, check_tensor


class RMSNorm(LastAxesNorm):
    """Divide each sample by its root mean square over the last axes: layer norm without a mean.

    Args:
        normalized_shape: the last axes of x, as one number or a tuple.
        eps: added to the mean square; None, torch.nn's default, is the resolution of the precision
            it is computed in: at least float32.
        affine: learn a weight (gamma) of normalized_shape; there is no bias.
        one_plus: scale by 1 + weight, which starts at 0 (Gemma).
        cast_first: go back to half precision before the weight, not after it (LLaMA).

    Raises:
        ShapeError: x does not end in normalized_shape.
        ArgumentError: eps < 0, or x holds integers.

    Source: Zhang & Sennrich 2019, equation 4, https://arxiv.org/abs/1910.07467; the dialects as in
        `norms.rms_norm`
    """

    def __init__(
        self,
        normalized_shape,
        *,
        eps: float | None = 1e-5,
        affine: bool = True,
        one_plus: bool = False,
        cast_first: bool = False,
    ):
        super().__init__(normalized_shape, 0.0 if eps is None else eps)
        self.eps, self.one_plus, self.cast_first = eps, one_plus, cast_first
        start = torch.zeros if one_plus else torch.ones
        self.weight = nn.Parameter(start(self.normalized_shape)) if affine else None

    def forward(self, x: Tensor) -> Tensor:  # (*batch, *normalized_shape) -> same
        wide = widen(x)
        eps = torch.finfo(wide.dtype).eps if self.eps is None else self.eps
        x_hat = divide_by_rms(wide, self._last_axes(x), eps)
        if self.weight is None:
            return x_hat.to(x.dtype)
        scale = 1 + self.weight if self.one_plus else self.weight
        return scale * x_hat.to(x.dtype) if self.cast_first else (scale * x_hat).to(x.dtype)

    def extra_repr(self) -> str:
        """Show the settings as torch.nn does, and the dialect."""
        dialect = "".join(f", {k}=True" for k in ("one_plus", "cast_first") if getattr(self, k))
        return super().extra_repr() + dialect


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
        check_tensor(x)
        check_rank(x, 3, "(N, C, *spatial)")
        check_channels(self.weight, x.shape[1], x, "this layer's parameters")
        spread = (1, -1, *[1] * (x.ndim - 2))
        x_hat = divide_by_rms(widen(x), tuple(range(2, x.ndim)), self.eps)
        for p in (self.weight, self.bias, self.tau):
            check_real(p, "this layer's parameters")
        z = self.weight.view(spread) * x_hat + self.bias.view(spread)
        return torch.maximum(z, self.tau.view(spread)).to(x.dtype)
