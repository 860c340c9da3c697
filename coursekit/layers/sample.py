"""Layers whose statistics come from one sample: the batch does not matter, train equals eval."""

from math import prod

import torch
from torch import Tensor, nn

from coursekit.errors import ArgumentError, ShapeError
from coursekit.layers.channels import check_channel_axis, spread
from coursekit.layers.core import LastAxesNorm, affine_norm
from coursekit.layers.tracked import TrackedNorm
from coursekit.norms.checks import check_enough, check_eps, check_groups, check_rank, check_tensor


class LayerNorm(LastAxesNorm):
    """Normalize each sample, or each token, over its last axes.

    Args:
        normalized_shape: the last axes of x, as one number or a tuple.
        eps: added to the variance, inside the square root.
        affine: learn weight (gamma) and bias (beta), both of normalized_shape.

    Raises:
        ShapeError: x does not end in normalized_shape.
        ArgumentError: eps < 0, or x holds integers.

    Source: Ba, Kiros & Hinton 2016, equation 3, https://arxiv.org/abs/1607.06450
    """

    def __init__(self, normalized_shape, *, eps: float = 1e-5, affine: bool = True):
        super().__init__(normalized_shape, eps)
        self.weight = nn.Parameter(torch.ones(self.normalized_shape)) if affine else None
        self.bias = nn.Parameter(torch.zeros(self.normalized_shape)) if affine else None

    def forward(self, x: Tensor) -> Tensor:  # (*batch, *normalized_shape) -> same
        y, _, _ = affine_norm(x, self.weight, self.bias, self._last_axes(x), self.eps)
        return y


class ChannelLayerNorm(nn.Module):
    """Normalize each pixel over its channels: layer norm as ConvNeXt and ViT have it on images.

    `LayerNorm((C, H, W))` has one mean per image, this one per pixel.

    Args:
        num_features: C.
        eps: added to the variance, inside the square root.
        affine: learn weight (gamma) and bias (beta), both (C,).
        channel_axis: where C is; -1 for (N, H, W, C), where `LayerNorm(C)` does the same.

    Raises:
        ShapeError: x does not have C channels.
        ArgumentError: eps < 0, or x holds integers.

    Source: Liu et al. 2022, section 2.6, https://arxiv.org/abs/2201.03545, after Ba, Kiros & Hinton
        2016
    """

    def __init__(
        self, num_features: int, *, eps: float = 1e-5, affine: bool = True, channel_axis: int = 1
    ):
        super().__init__()
        check_eps(eps)
        self.num_features, self.eps, self.channel_axis = num_features, eps, channel_axis
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None  # gamma
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None  # beta

    def forward(self, x: Tensor) -> Tensor:  # (N, C, *spatial) -> same
        axis = check_channel_axis(x, self.channel_axis, self.num_features)
        weight, bias = spread(self.weight, x, axis), spread(self.bias, x, axis)
        y, _, _ = affine_norm(x, weight, bias, (axis,), self.eps)
        return y

    def extra_repr(self) -> str:
        """Show the settings as torch.nn does."""
        return f"{self.num_features}, eps={self.eps}, affine={self.weight is not None}"


class InstanceNorm(TrackedNorm):
    """Normalize each channel of each sample over its spatial axes.

    Args: see `TrackedNorm`. As in torch.nn, it learns and tracks nothing unless asked to.

    Raises:
        ShapeError: x has the wrong channels, or fewer than two pixels.
        ArgumentError: eps < 0, momentum is outside [0, 1], or x holds integers.

    Source: Ulyanov, Vedaldi & Lempitsky 2016, section 2, https://arxiv.org/abs/1607.08022
    """

    def __init__(self, num_features, *, affine=False, track_running_stats=False, **options):
        track = track_running_stats
        super().__init__(num_features, affine=affine, track_running_stats=track, **options)

    def _with_batch(self, x):
        check_rank(x, 3, "(N, C, *spatial)")
        if self.channel_axis % x.ndim == 0:
            raise ArgumentError("axis 0 holds the samples, so channel_axis cannot be 0 here")
        axes = self._not_channel(x)[1:]
        check_enough(x.shape, axes, "channel of each sample", "a larger image")
        weight, bias = self._spread(self.weight, x), self._spread(self.bias, x)
        y, mean, var = affine_norm(x, weight, bias, axes, self.eps)
        return y, mean.mean(0), var.mean(0), prod([x.shape[axis] for axis in axes]) if len(x) else 0


class GroupNorm(nn.Module):
    """Normalize each group of neighbouring channels of each sample.

    Args:
        num_channels: C. It comes first, as in every layer here; torch.nn puts the groups first.
        groups: how many groups the channels split into: 1 is layer norm, C is instance norm.
        eps: added to the variance, inside the square root.
        affine: learn weight (gamma) and bias (beta), both (C,).

    Raises:
        ShapeError: x does not have C channels, or a group has fewer than two values.
        ArgumentError: groups does not divide C, eps < 0, or x holds integers.

    Source: Wu & He 2018, equation 7, https://arxiv.org/abs/1803.08494
    """

    def __init__(self, num_channels, groups: int = 32, *, eps: float = 1e-5, affine: bool = True):
        super().__init__()
        check_eps(eps)
        check_groups(num_channels, groups)
        self.num_channels, self.groups, self.eps = num_channels, groups, eps
        self.weight = nn.Parameter(torch.ones(num_channels)) if affine else None  # gamma
        self.bias = nn.Parameter(torch.zeros(num_channels)) if affine else None  # beta

    def forward(self, x: Tensor) -> Tensor:  # (N, C, *spatial) -> same
        check_tensor(x)
        check_rank(x, 2, "(N, C, *spatial)")
        if x.shape[1] != self.num_channels:
            raise ShapeError(
                f"this layer was made for {self.num_channels} channels; "
                f"x of shape {tuple(x.shape)} has {x.shape[1]}"
            )
        grouped = x.unflatten(1, (self.groups, -1))  # (N, C, H, W) -> (N, G, C/G, H, W)
        axes = tuple(range(2, grouped.ndim))
        check_enough(grouped.shape, axes, "group", "fewer groups or a larger image")
        spread = (1, self.groups, -1, *[1] * (x.ndim - 2))  # (C,) -> (1, G, C/G, 1, 1)
        weight = None if self.weight is None else self.weight.view(spread)
        bias = None if self.bias is None else self.bias.view(spread)
        y, _, _ = affine_norm(grouped, weight, bias, axes, self.eps)
        return y.flatten(1, 2)

    def extra_repr(self) -> str:
        """Show the settings as torch.nn does."""
        return f"{self.num_channels}, groups={self.groups}, eps={self.eps}"
