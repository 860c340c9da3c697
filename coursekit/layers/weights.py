"""Parametrizations of a layer's weight: register them, and the optimizer sees what lies behind it.

    parametrize.register_parametrization(layer, "weight", WeightNorm())
    parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight))

Their state_dicts load into `torch.nn.utils.parametrizations`' own, and back.
"""

from math import pi

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from coursekit.devices import generator
from coursekit.errors import ArgumentError, ShapeError
from coursekit.layers.core import affine_norm, widen
from coursekit.norms.checks import check_eps, check_floating, check_rank, check_tensor


def output_axis(weight: Tensor, dim) -> int:
    """Return the axis of the outputs, counted from the front.

    Raises:
        ShapeError: the weight has fewer than two axes, or no axis dim.
    """
    check_rank(weight, 2, "(out, *fan_in)")
    if not (isinstance(dim, int) and -weight.ndim <= dim < weight.ndim):
        raise ShapeError(
            f"dim is the axis of the outputs, so for weights of shape {tuple(weight.shape)} it "
            f"must be in {-weight.ndim} .. {weight.ndim - 1}; got {dim}"
        )
    return dim % weight.ndim


class WeightNorm(nn.Module):
    """Split each output's weights into a length and a direction: w = g * v / ||v||.

    Args: dim: the axis of the outputs: 0, but 1 in a ConvTranspose.

    Raises:
        ShapeError: the weight has fewer than two axes, or no axis dim.
        ArgumentError: the weight holds no real floating point numbers.

    Source: Salimans & Kingma 2016, equation 2, https://arxiv.org/abs/1602.07868
    """

    def __init__(self, dim: int = 0):
        super().__init__()
        self.dim = dim

    def forward(self, g: Tensor, v: Tensor) -> Tensor:  # (out, 1, ...), (out, ...) -> like v
        wide = widen(v, "v")
        return (widen(g, "g") * wide / self._norm(wide)).to(v.dtype)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Find g and v that give this weight: its length per output, and itself."""
        return self._norm(widen(weight, "the weight")).to(weight.dtype), weight

    def _norm(self, v):
        dim = output_axis(v, self.dim)
        others = tuple(axis for axis in range(v.ndim) if axis != dim)
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
        ShapeError: the weight has fewer than two axes, or no axis dim.
        ArgumentError: steps < 1, or the weight holds no real floating point numbers.

    Source: Miyato et al. 2018, Algorithm 1, https://arxiv.org/abs/1802.05957
    """

    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, *, steps: int = 1, dim: int = 0, eps: float = 1e-12):
        super().__init__()
        if steps < 1:
            raise ArgumentError(f"power iteration needs steps >= 1; got {steps}")
        self.steps, self.dim, self.eps = steps, dim, eps
        matrix = self._matrix(weight).detach()  # in at least float32
        for name, length in zip(("_u", "_v"), matrix.shape, strict=True):  # torch.nn's names
            start = torch.randn(length, generator=generator(length)).to(matrix)
            self.register_buffer(name, F.normalize(start, dim=0, eps=eps).to(weight.dtype))
        self._improve(matrix, rounds=15)

    def forward(self, weight: Tensor) -> Tensor:  # (out, *fan_in) -> same
        matrix = self._matrix(weight)
        if self.training:
            self._improve(matrix, self.steps)
        # Copies: the next use overwrites the buffers in place.
        u, v = self._u.clone().to(matrix), self._v.clone().to(matrix)
        return (widen(weight) / (u @ matrix @ v)).to(weight.dtype)

    @torch.no_grad()  # u and v are constants to the gradient
    def _improve(self, matrix, rounds):
        matrix = matrix.detach()  # and to a direction in forward mode, which no_grad lets through
        for _ in range(rounds):
            u = F.normalize(matrix @ self._v.to(matrix), dim=0, eps=self.eps)
            self._u.copy_(u)
            self._v.copy_(F.normalize(matrix.mT @ u, dim=0, eps=self.eps))

    def _matrix(self, weight):
        wide = widen(weight, "the weight")
        return wide.movedim(output_axis(weight, self.dim), 0).flatten(1)  # (out, prod(fan_in))


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
        check_tensor(x)
        check_floating(x)
        return self._conv_forward(x, self.standardized(), self.bias)

    def standardized(self) -> Tensor:
        """Return the weight that the convolution uses."""
        w_hat, _, _ = affine_norm(self.weight, None, None, (1, 2, 3), self.eps)
        return w_hat


class ScaledWeightStandardizedConv2d(WeightStandardizedConv2d):
    """Convolve with standardized weights of a learned length for each output, whatever the fan-in.

    Args: those of torch.nn.Conv2d, eps, and start, where the lengths begin: the gain of the
        activation, sqrt(2 / (1 - 1 / pi)) for ReLU.

    Raises:
        ArgumentError: eps < 0.

    Source: Brock, De & Smith 2021, section 4, https://arxiv.org/abs/2101.08692
    """

    def __init__(self, *args, start: float = (2 / (1 - 1 / pi)) ** 0.5, **options):
        super().__init__(*args, **options)
        self.gain = nn.Parameter(torch.full((self.out_channels, 1, 1, 1), start))  # g

    def standardized(self) -> Tensor:
        """Return the weight that the convolution uses."""
        n = self.weight[0].numel()
        return (widen(super().standardized()) * (widen(self.gain) / n**0.5)).to(self.weight.dtype)
