"""Parametrizations of a layer's weight: register them, and the optimizer sees what lies behind it.

    parametrize.register_parametrization(layer, "weight", WeightNorm())
    parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight))

Their state_dicts load into `torch.nn.utils.parametrizations`' own, and back.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from coursekit.devices import generator
from coursekit.errors import ArgumentError
from coursekit.layers.core import affine_norm
from coursekit.norms.checks import check_eps, check_rank


class WeightNorm(nn.Module):
    """Split each output's weights into a length and a direction: w = g * v / ||v||.

    Args: dim: the axis of the outputs: 0, but 1 in a ConvTranspose.

    Raises:
        ShapeError: the weight has fewer than two axes.

    Source: Salimans & Kingma 2016, equation 2, https://arxiv.org/abs/1602.07868
    """

    def __init__(self, dim: int = 0):
        super().__init__()
        self.dim = dim

    def forward(self, g: Tensor, v: Tensor) -> Tensor:  # (out, 1, ...), (out, ...) -> like v
        return g * v / self._norm(v)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Find g and v that give this weight: its length per output, and itself."""
        return self._norm(weight), weight

    def _norm(self, v):
        check_rank(v, 2, "(out, *fan_in)")
        others = tuple(axis for axis in range(v.ndim) if axis != self.dim)
        return v.square().sum(others, keepdim=True).sqrt()


class SpectralNorm(nn.Module):
    """Divide the weights by their largest singular value, found by power iteration.

    In training each use of the weight improves the estimate by `steps` rounds; in eval it stays.

    Args:
        weight: the weight to be normalized, which sets the shapes and the first estimate.
        steps: rounds of power iteration for each use.
        dim: the axis of the outputs: 0, but 1 in a ConvTranspose.
        eps: the least length that u and v are divided by.

    Raises:
        ShapeError: the weight has fewer than two axes.
        ArgumentError: steps < 1.

    Source: Miyato et al. 2018, Algorithm 1, https://arxiv.org/abs/1802.05957
    """

    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, *, steps: int = 1, dim: int = 0, eps: float = 1e-12):
        super().__init__()
        check_rank(weight, 2, "(out, *fan_in)")
        if steps < 1:
            raise ArgumentError(f"power iteration needs steps >= 1; got {steps}")
        self.steps, self.dim, self.eps = steps, dim, eps
        matrix = self._matrix(weight.detach())
        for name, length in zip(("_u", "_v"), matrix.shape, strict=True):  # torch.nn's names
            start = torch.randn(length, generator=generator(length)).to(matrix)
            self.register_buffer(name, F.normalize(start, dim=0, eps=eps))
        self._improve(matrix, rounds=15)

    def forward(self, weight: Tensor) -> Tensor:  # (out, *fan_in) -> same
        matrix = self._matrix(weight)
        if self.training:
            self._improve(matrix, self.steps)
        u, v = self._u.clone(), self._v.clone()  # the next use overwrites the buffers in place
        sigma = u @ matrix @ v
        return weight / sigma

    @torch.no_grad()  # u and v are constants to the gradient
    def _improve(self, matrix, rounds):
        for _ in range(rounds):
            self._u.copy_(F.normalize(matrix @ self._v, dim=0, eps=self.eps))
            self._v.copy_(F.normalize(matrix.mT @ self._u, dim=0, eps=self.eps))

    def _matrix(self, weight):
        return weight.movedim(self.dim, 0).flatten(1)  # (out, prod(fan_in))


class WeightStandardizedConv2d(nn.Conv2d):
    """Convolve with weights of zero mean and unit variance for each output channel.

    Args: those of torch.nn.Conv2d, and eps, added to the variance inside the square root.

    Raises:
        ArgumentError: eps < 0.

    Source: Qiao et al. 2019, section 3, https://arxiv.org/abs/1903.10520
    """

    def __init__(self, *args, eps: float = 1e-5, **options):
        super().__init__(*args, **options)
        check_eps(eps)
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:  # (N, in, H, W) -> (N, out, H', W')
        return self._conv_forward(x, self.standardized(), self.bias)

    def standardized(self) -> Tensor:
        """Return the weight that the convolution uses."""
        w_hat, _, _ = affine_norm(self.weight, None, None, (1, 2, 3), self.eps)
        return w_hat
