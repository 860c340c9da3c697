"""What batch norm and its relatives keep between batches: scale, shift and running statistics."""

from functools import cache
from math import prod
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from coursekit.errors import ArgumentError, ShapeError
from coursekit.layers.channels import check_channel_axis, spread
from coursekit.layers.core import affine_norm, scale_and_shift, widen
from coursekit.norms import update_running
from coursekit.norms.checks import check_eps, check_momentum, check_real


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
        ArgumentError: eps < 0, momentum is outside [0, 1], or channel_axis is no integer.
    """

    _version = 2  # as torch.nn counts: since 2 there is num_batches_tracked
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
        if not isinstance(channel_axis, int):
            raise ArgumentError(f"channel_axis is one axis of x, as 1 or -1; got {channel_axis}")
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
        m = self._check_enough(prod([x.shape[axis] for axis in axes]), x)
        weight, bias = self._spread(self.weight, x), self._spread(self.bias, x)
        y, mean, var = affine_norm(x, weight, bias, axes, self.eps)
        return y, mean, var, m

    def _with_running(self, x: Tensor) -> Tensor:
        """Normalize with the stored statistics, folded into one scale."""
        scale = torch.rsqrt(self.running_var + self.eps)
        scale = scale if self.weight is None else self.weight * scale
        shift = scale.new_zeros(()) if self.bias is None else self._spread(self.bias, x)
        mean = self._spread(self.running_mean, x)
        return scale_and_shift(widen(x), mean, self._spread(scale, x), shift).to(x.dtype)

    @torch.no_grad()  # or the buffers would keep every past batch's graph alive
    def _track(self, mean: Tensor, var: Tensor, m: int) -> None:
        """Fold a batch of m values per channel into the running statistics.

        An empty batch counts, as in torch.nn, but not where the count is what weighs the next one.
        """
        if m or self.momentum is not None:
            self.num_batches_tracked += 1
        if m == 0:
            return  # an empty batch has nothing to say
        momentum = self.momentum
        if momentum is None:  # every batch weighs the same
            momentum = 1 / int(self.num_batches_tracked)
        mean, var = mean.flatten(), var.flatten()  # (C,)
        self.running_mean.copy_(update_running(self.running_mean, mean, momentum))
        self.running_var.copy_(self._next_var(var, m, momentum))

    def _next_var(self, var: Tensor, m: int, momentum: float) -> Tensor:
        """Take one step of the running variance: the unbiased one, as in PyTorch, unlike y's."""
        return update_running(self.running_var, var * m / (m - 1), momentum)

    def reset_running_stats(self) -> None:
        """Forget every batch: mean 0, variance 1, none tracked."""
        if self.running_mean is not None:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def _load_from_state_dict(self, state_dict, prefix, *rest) -> None:
        """Read checkpoints from before num_batches_tracked, too; the count then stays as it is."""
        if self.num_batches_tracked is not None:
            known = self.num_batches_tracked
            known = torch.tensor(0) if known.is_meta else known
            state_dict.setdefault(f"{prefix}num_batches_tracked", known)
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def _check(self, x: Tensor) -> None:
        check_channel_axis(x, self.channel_axis, self.num_features)
        if self.running_mean is not None:
            check_real(self.running_mean, "this layer's statistics")

    def _check_enough(self, m: int, x: Tensor) -> int:
        """Refuse what the batch's statistics cannot be taken from; none at all passes.

        One value per channel has no variance; and without eps a constant channel has no output.
        """
        if self.eps == 0 and not eps_may_be_0():
            raise ArgumentError(
                "eps must be > 0 where the batch's own variance is used, which can be 0; got 0. "
                "The usual value is 1e-5"
            )
        if m == 1:
            tracked = self.running_mean is not None
            raise ShapeError(
                f"{'training' if tracked else 'without running statistics batch norm'} needs more "
                f"than one value per channel; x of shape {tuple(x.shape)} gives 1, whose variance "
                "is 0. Use a larger batch, drop the incomplete last one (drop_last=True), or "
                + ("call eval()" if tracked else "make the layer with track_running_stats=True")
            )
        return m

    def _spread(self, p, x: Tensor):
        """Reshape p (C,) so that it broadcasts against x."""
        return spread(p, x, self.channel_axis)

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


@cache
def eps_may_be_0() -> bool:
    """Ask torch: since 2.10 it refuses eps = 0 where it normalizes by the batch."""
    try:
        F.batch_norm(torch.eye(2), None, None, training=True, eps=0.0)
    except ValueError:
        return False
    return True
