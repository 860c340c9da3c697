"""Layers whose statistics come from one sample: the batch does not matter, train equals eval."""

from math import prod

import torch
from torch import Tensor, nn

from coursekit.errors import ShapeError
from coursekit.layers.core import LastAxesNorm, affine_norm
from coursekit.layers.tracked import TrackedNorm
from coursekit.norms.checks import check_enough, check_eps, check_groups, check_rank


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
        axes = self._not_channel(x)[1:]
        check_enough(x.shape, axes, "channel of each sample")
        weight, bias = self._spread(self.weight, x), self._spread(self.bias, x)
        y, mean, var = affine_norm(x, weight, bias, axes, self.eps)
        return y, mean.mean(0), var.mean(0), prod(x.shape[axis] for axis in axes) if len(x) else 0


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
        check_rank(x, 2, "(N, C, *spatial)")
        if x.shape[1] != self.num_channels:
            raise ShapeError(
                f"this layer was made for {self.num_channels} channels; "
                f"x of shape {tuple(x.shape)} has {x.shape[1]}"
            )
        grouped = x.unflatten(1, (self.groups, -1))  # (N, C, H, W) -> (N, G, C/G, H, W)
        axes = tuple(range(2, grouped.ndim))
        check_enough(grouped.shape, axes, "group")
        spread = (1, self.groups, -1, *[1] * (x.ndim - 2))  # (C,) -> (1, G, C/G, 1, 1)
        weight = None if self.weight is None else self.weight.view(spread)
        bias = None if self.bias is None else self.bias.view(spread)
        y, _, _ = affine_norm(grouped, weight, bias, axes, self.eps)
        return y.flatten(1, 2)

    def extra_repr(self) -> str:
        """Show the settings as torch.nn does."""
        return f"{self.num_channels}, groups={self.groups}, eps={self.eps}"
