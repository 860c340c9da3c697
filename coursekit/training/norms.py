"""More norms of R replicas, as `mlp` takes them: (R, B, D) -> (R, B, D)."""

import torch
from torch import Tensor, nn

from coursekit.errors import ArgumentError
from coursekit.training.network import Affine, BatchNorm


class Ghost(BatchNorm):
    """Batch norm with one mean and variance for each `group` rows of a batch, in their order."""

    def __init__(self, R: int, D: int, group: int, **options):
        super().__init__(R, D, **options)
        self.group = group

    def forward(self, x: Tensor) -> Tensor:
        R, B, D = x.shape
        if not self.training:
            return super().forward(x)
        if B % self.group:
            raise ArgumentError(f"a batch of {B} makes no whole groups of {self.group}")
        parts = x.view(R, B // self.group, self.group, D)
        mean = parts.mean(2, keepdim=True)  # (R, groups, 1, D)
        centered = parts - mean
        var = (centered * centered).mean(2, keepdim=True)
        self._track(mean.mean(1), var.mean(1), self.group)
        x_hat = (centered * torch.rsqrt(var + self.eps)).view(R, B, D)
        return torch.addcmul(self.bias, x_hat, self.weight)


class RMSNorm(nn.Module):
    """R root mean square norms over the features of each sample; a scale, no shift."""

    def __init__(self, R: int, D: int, eps: float = 1e-5):
        super().__init__()
        self.eps, self.weight = eps, nn.Parameter(torch.ones(R, 1, D))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + self.eps) * self.weight


class DynamicTanh(Affine):
    """R times tanh(alpha x), scaled and shifted; it has no statistics."""

    def __init__(self, R: int, D: int, alpha: float = 0.5):
        super().__init__(R, D)
        self.alpha = nn.Parameter(torch.full((R, 1, 1), alpha))

    def forward(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.bias, torch.tanh(self.alpha * x), self.weight)


class DynamicErf(DynamicTanh):
    """R times erf(alpha x + shift), scaled and shifted; it has no statistics."""

    def __init__(self, R: int, D: int, alpha: float = 0.5):
        super().__init__(R, D, alpha)
        self.shift = nn.Parameter(torch.zeros(R, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.bias, torch.erf(self.alpha * x + self.shift), self.weight)
