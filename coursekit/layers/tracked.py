"""What batch norm and its relatives keep between batches: scale, shift and running statistics."""

from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from coursekit.errors import ShapeError
from coursekit.layers.core import affine_norm, widen
from coursekit.norms import update_running
from coursekit.norms.checks import check_eps, check_momentum, check_rank


class TrackedNorm(nn.Module):
    """Scale, shift, running mean and variance, named as torch.nn names them.

    A batch is normalized as in batch norm; a subclass that does otherwise says so in `_with_batch`.

    Args:
        num_features: C.
        eps: added to the variance, inside the square root.
        momentum: the weight of the new batch; None averages all batches equally.
        affine: learn weight (gamma) and bias (beta), both (C,).
        track_running_stats: keep running statistics for eval; without them eval uses the batch too.
        channel_axis: where C is; -1 for images stored as (N, H, W, C).

    Raises:
        ArgumentError: eps < 0, or momentum is outside [0, 1].
    """

    weight: Any  # a Parameter, or None without affine
    bias: Any
    running_mean: Any  # a Tensor, or None without track_running_stats
    running_var: Any
    num_batches_tracked: Any

    def __init__(
        self,
        num_features: int,
        *,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        channel_axis: int = 1,
    ):
        super().__init__()
        check_eps(eps)
        check_momentum(momentum)
        self.num_features, self.channel_axis = num_features, channel_axis
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None  # gamma
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None  # beta
        track = track_running_stats
        self.register_buffer("running_mean", torch.zeros(num_features) if track else None)
        self.register_buffer("running_var", torch.ones(num_features) if track else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if track else None)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, *spatial) -> same
        self._check(x)
        if self.running_mean is not None and not self.training:
            return self._with_running(x)
        y, mean, var, m = self._with_batch(x)
        if self.running_mean is not None:
            self._track(mean, var, m)
        return y

    def _with_batch(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, int]:
        """Normalize x by its own statistics; return y, mean, biased var and the count m."""
        axes = self._not_channel(x)
        m = self._check_enough(prod(x.shape[axis] for axis in axes), x)
        weight, bias = self._spread(self.weight, x), self._spread(self.bias, x)
        y, mean, var = affine_norm(x, weight, bias, axes, self.eps)
        return y, mean, var, m

    def _with_running(self, x: Tensor) -> Tensor:
        """Normalize with the stored statistics, folded into one scale and one shift."""
        wide = widen(x)
        scale = torch.rsqrt(self.running_var + self.eps)
        scale = scale if self.weight is None else self.weight * scale
        shift = -self.running_mean * scale
        shift = shift if self.bias is None else self.bias + shift
        return (wide * self._spread(scale, x)).add_(self._spread(shift, x)).to(x.dtype)

    @torch.no_grad()  # or the buffers would keep every past batch's graph alive
    def _track(self, mean: Tensor, var: Tensor, m: int) -> None:
        """Fold a batch of m values per channel into the running statistics.

        The running variance is the unbiased one, as in PyTorch: what normalizes y is not.
        """
        self.num_batches_tracked += 1
        if m == 0:
            return  # an empty batch has nothing to say
        momentum = self.momentum
        if momentum is None:  # every batch weighs the same
            momentum = 1 / int(self.num_batches_tracked)
        mean, var = mean.flatten(), var.flatten()  # (C,)
        self.running_mean.copy_(update_running(self.running_mean, mean, momentum))
        self.running_var.copy_(update_running(self.running_var, var * m / (m - 1), momentum))

    def reset_running_stats(self) -> None:
        """Forget every batch: mean 0, variance 1, none tracked."""
        if self.running_mean is not None:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def _check(self, x: Tensor) -> None:
        check_rank(x, max(2, self.channel_axis + 1), "(N, C, *spatial)")
        C = x.shape[self.channel_axis]
        if C != self.num_features:
            raise ShapeError(
                f"this layer was made for {self.num_features} channels; x of shape "
                f"{tuple(x.shape)} has {C} on axis {self.channel_axis}. "
                "Set channel_axis if the channels are elsewhere"
            )

    def _check_enough(self, m: int, x: Tensor) -> int:
        """Refuse one value per channel; none at all is an empty batch, and passes."""
        if m == 1:
            raise ShapeError(
                f"training needs more than one value per channel; x of shape {tuple(x.shape)} "
                "gives 1, whose variance is 0. Use a larger batch, drop the incomplete last one "
                "(drop_last=True), or call eval()"
            )
        return m

    def _spread(self, p, x: Tensor):
        """Reshape p (C,) so that it broadcasts against x."""
        if p is None:
            return None
        shape = [1] * x.ndim
        shape[self.channel_axis] = self.num_features
        return p.view(shape)

    def _not_channel(self, x: Tensor) -> tuple[int, ...]:
        """List the axes of x other than the channels'."""
        return tuple(axis for axis in range(x.ndim) if axis != self.channel_axis % x.ndim)

    def extra_repr(self) -> str:
        """Show the settings as torch.nn does."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.weight is not None}, "
            f"track_running_stats={self.running_mean is not None}"
        )
