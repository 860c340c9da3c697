"""Batch norm whose batch is spread over processes, on gloo (CPU) or NCCL (GPU)."""

from math import prod

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from coursekit.layers.core import statistics, widen
from coursekit.layers.tracked import TrackedNorm


class SyncBatchNorm(TrackedNorm):
    """Normalize by the statistics of all processes' samples together; shards may differ in size.

    Without a process group, or in eval, it is plain batch norm. In one it has first derivatives
    only, and every process must call it in every step, even with an empty shard, or the others wait
    for ever.

    Args: process_group: the processes that share a batch; all of them by default. For the others
        see `TrackedNorm`.

    Raises:
        ShapeError: x has the wrong channels, or all shards together give one value per channel.

    Source: Chan, Golub & LeVeque 1979, equation 2.1, for merging the shards' statistics,
        http://i.stanford.edu/pub/cstr/reports/cs/tr/79/773/CS-TR-79-773.pdf
    """

    def __init__(self, num_features: int, *, process_group=None, **options):
        super().__init__(num_features, **options)
        self.process_group = process_group

    def _with_batch(self, x):
        if not (dist.is_available() and dist.is_initialized()):
            return super()._with_batch(x)
        axes = self._not_channel(x)
        wide = widen(x)
        mean, var, m = merged_statistics(wide, axes, self.process_group)
        self._check_enough(m, x)
        ones, zeros = wide.new_ones(self.num_features), wide.new_zeros(self.num_features)
        weight = self._spread(ones if self.weight is None else self.weight, x)
        bias = self._spread(zeros if self.bias is None else self.bias, x)
        inv_std = torch.rsqrt(var + self.eps).to(wide)
        shift = mean.to(wide)
        rest = (mean - shift).to(wide)  # what the rounding left
        y = _SharedNorm.apply(wide, weight, bias, shift, rest, inv_std, m, self.process_group)
        return y.to(x.dtype), mean, var, m


@torch.no_grad()  # _SharedNorm has the gradient
def merged_statistics(x: Tensor, axes, group=None) -> tuple[Tensor, Tensor, int]:
    """Find the mean, the biased variance (in float64) and the count of all processes' values.

    Each sends its mean, its sum of squared deviations and its count; Chan's formula merges them.
    The mean of the shards' variances would forget that their means differ.
    """
    m = prod([x.shape[axis] for axis in axes])
    shift, rest, var, _ = statistics(x, axes)
    mine = torch.stack([shift.double() + rest, m * var.double()]).flatten()  # 2C
    mine = mine if m else torch.zeros_like(mine)  # an empty shard's mean is NaN
    shards = _gather(torch.cat([mine, mine.new_tensor([m])]), group)  # (processes, 2C + 1)
    counts = shards[:, -1:]
    means, m2s = shards[:, :-1].chunk(2, dim=1)  # (processes, C) each
    total = counts.sum()
    merged = (counts * means).sum(0) / total
    m2 = (m2s + counts * (means - merged).square()).sum(0)
    return merged.view_as(var), (m2 / total).view_as(var), int(total)


class _SharedNorm(Function):
    """Normalize with statistics that belong to all processes; the gradient's means do too."""

    @staticmethod
    def forward(ctx, x, weight, bias, shift, rest, inv_std, m, group):
        ctx.save_for_backward(x, weight, shift, rest, inv_std)
        ctx.m, ctx.group = m, group
        return (x - shift).sub_(rest).mul_(inv_std).mul_(weight).add_(bias)

    @staticmethod
    @once_differentiable
    def backward(ctx, dy):
        x, weight, shift, rest, inv_std = ctx.saved_tensors
        x_hat = (x - shift).sub_(rest).mul_(inv_std)
        dweight = (dy * x_hat).sum_to_size(weight.shape)
        dbias = dy.sum_to_size(weight.shape)
        m1, m2 = _sum_over_processes(torch.stack([dbias, dweight]), ctx.group) / ctx.m
        dx = (dy - m1 - x_hat * m2).mul_(weight * inv_std)
        return dx, dweight, dbias, *[None] * 5  # DDP averages those of the parameters


def _gather(row: Tensor, group) -> Tensor:
    """Stack every process's row."""
    rows = [torch.empty_like(row) for _ in range(dist.get_world_size(group))]
    dist.all_gather(rows, row, group)
    return torch.stack(rows)


def _sum_over_processes(sums: Tensor, group) -> Tensor:
    dist.all_reduce(sums, group=group)
    return sums
