"""Layers whose statistics come from the batch, and the running averages that replace it in eval."""

from math import prod

import torch
from torch import Tensor

from coursekit.errors import ArgumentError, ShapeError
from coursekit.layers.core import affine_norm, widen
from coursekit.layers.tracked import TrackedNorm
from coursekit.norms import update_renorm
from coursekit.norms.checks import check_ghost, check_renorm_limits, check_tensor


class BatchNorm(TrackedNorm):
    """Normalize each channel of (N, C, *spatial): torch.nn.BatchNorm1d, 2d and 3d in one class.

    Args: see `TrackedNorm`.

    Raises:
        ShapeError: x has the wrong channels, or one value per channel where its batch is needed.
        ArgumentError: eps < 0, momentum is outside [0, 1], or x holds integers.

    Source: Ioffe & Szegedy 2015, Algorithms 1 and 2, https://arxiv.org/abs/1502.03167
    """

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Normalize x; with a mask (N, *spatial), count only the places where it is True.

        Padding is normalized too, by the statistics of the rest; ignore what comes out there.
        """
        if mask is None or (self.running_mean is not None and not self.training):
            return super().forward(x)
        self._check(x)
        y, mean, var, m = self._with_mask(x, mask)
        if self.running_mean is not None:
            self._track(mean, var, m)
        return y

    def _with_mask(self, x, mask):
        check_tensor(mask, "the mask")
        axes = self._not_channel(x)
        kept = tuple(x.shape[axis] for axis in axes)
        if mask.shape != kept or mask.dtype != torch.bool:
            raise ShapeError(
                f"x is {tuple(x.shape)}, so its mask must be boolean and {kept}, without channels; "
                f"got {mask.dtype} {tuple(mask.shape)}"
            )
        if not (m := self._check_enough(int(mask.sum()), x)):
            raise ShapeError("the mask is False everywhere: there is nothing to average")
        padding = ~mask.unsqueeze(self.channel_axis % x.ndim)
        with torch.no_grad():
            lost = ~self._by_the_rest(widen(x), x, padding, m)[0].isfinite()
        # A gradient of 0 times NaN is NaN: what is not finite in the padding must not come in.
        y, mean, var = self._by_the_rest(widen(x).masked_fill(padding & lost, 0), x, padding, m)
        return y.to(x.dtype), mean, var, m

    def _by_the_rest(self, wide, x, padding, m):
        """Normalize by the statistics of all but the padding: y, mean and biased var."""
        axes = self._not_channel(x)

        def mean_of(a):
            return a.masked_fill(padding, 0).sum(axes, keepdim=True) / m

        shift = mean_of(wide)
        rest = mean_of(wide - shift)
        centered = wide - shift - rest
        var = mean_of(centered.masked_fill(padding, 0).square())
        y = centered * torch.rsqrt(var + self.eps)
        if self.weight is not None:
            y = self._spread(self.weight, x) * y + self._spread(self.bias, x)
        return y, shift + rest, var


class GhostBatchNorm(TrackedNorm):
    """Normalize each run of `ghost` samples as a batch of its own; eval is plain batch norm.

    Each ghost batch takes its own step of the running statistics.

    Args: ghost: samples in each small batch. For the others see `TrackedNorm`.

    Raises:
        ShapeError: ghost does not divide N, or see `BatchNorm`.

    Source: Hoffer, Hubara & Soudry 2017, Algorithm 1, https://arxiv.org/abs/1705.08741
    """

    def __init__(self, num_features: int, ghost: int = 32, **options):
        super().__init__(num_features, **options)
        self.ghost = ghost

    def forward(self, x: Tensor) -> Tensor:  # (N, C, *spatial) -> same
        if not self.training and self.running_mean is not None:
            return super().forward(x)
        self._check(x)
        if self.channel_axis % x.ndim == 0:
            raise ArgumentError("axis 0 holds the samples, so channel_axis cannot be 0 here")
        check_ghost(len(x), self.ghost)
        return torch.cat([TrackedNorm.forward(self, batch) for batch in x.split(self.ghost)])


class BatchRenorm(TrackedNorm):
    """Normalize by the batch, then correct towards the running statistics within limits.

        y = weight * (x_hat * r + d) + bias

    r and d bring x_hat to what eval would give; no gradient flows through them. Raise `r_max` and
    `d_max` during training: at 1 and 0, their start in the paper, this is batch norm.

    What is averaged is the standard deviation sigma, not the variance. It is stored as running_var
    = sigma ** 2 - eps (see `norms.update_renorm`), so that eval and checkpoints are batch norm's.

    Args: r_max, d_max: the limits of r and d. For the others see `TrackedNorm`.

    Raises:
        ArgumentError: r_max < 1, d_max < 0, no running statistics, or see `BatchNorm`.

    Source: Ioffe 2017, Algorithm 1, https://arxiv.org/abs/1702.03275
    """

    def __init__(self, num_features: int, r_max: float = 3.0, d_max: float = 5.0, **options):
        super().__init__(num_features, **options)
        check_renorm_limits(r_max, d_max)
        if self.running_mean is None:
            raise ArgumentError("batch renorm needs running statistics to correct towards")
        self.r_max, self.d_max = r_max, d_max

    def _with_batch(self, x):
        axes = self._not_channel(x)
        m = self._check_enough(prod([x.shape[axis] for axis in axes]), x)
        x_hat, mean, var = affine_norm(widen(x), None, None, axes, self.eps)
        r, d = self._correction(mean.flatten(), var.flatten())
        y = x_hat * self._spread(r, x) + self._spread(d, x)
        if self.weight is not None:
            y = self._spread(self.weight, x) * y + self._spread(self.bias, x)
        return y.to(x.dtype), mean, var, m

    @torch.no_grad()  # constants: with a gradient the whole layer would become its eval form
    def _correction(self, mean, var):
        running_std = torch.sqrt(self.running_var + self.eps)
        r = (torch.sqrt(var + self.eps) / running_std).clamp(1 / self.r_max, self.r_max)
        d = ((mean - self.running_mean) / running_std).clamp(-self.d_max, self.d_max)
        return r, d

    def _next_var(self, var, m, momentum):
        return update_renorm(self.running_var, var, momentum, self.eps)
