"""Layers that share no mean or variance: a window over the channels, or no statistic at all."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from coursekit.errors import ArgumentError
from coursekit.layers.core import LastAxesNorm, widen
from coursekit.norms.checks import check_rank, check_tensor


class LocalResponseNorm(nn.Module):
    """Divide each value by the activity of its neighbours in a window of channels.

        y = x / b ** beta,  b = k + alpha / size * sum(x ** 2 over the window)

    torch.nn divides alpha by size, and so do we; AlexNet and TensorFlow do not.

    Args:
        size: channels in the window; an even one reaches further back than forward.
        alpha, beta, k: see the formula.

    Raises:
        ShapeError: x has no channel axis.
        ArgumentError: size < 1, or x holds integers.

    Source: Krizhevsky, Sutskever & Hinton 2012, section 3.3,
        https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks
    """

    def __init__(self, size: int, *, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0):
        super().__init__()
        if size < 1:
            raise ArgumentError(f"the window must hold at least one channel; got size = {size}")
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, x: Tensor) -> Tensor:  # (N, C, *spatial) -> same
        check_tensor(x)
        check_rank(x, 2, "(N, C, *spatial)")
        wide = widen(x)
        ends = [0, 0] * (x.ndim - 2) + [self.size // 2, (self.size - 1) // 2]  # last axis first
        window = F.pad(wide.square(), ends).unfold(1, self.size, 1).sum(-1)  # like x
        b = self.k + self.alpha / self.size * window
        return (wide * b**-self.beta).to(x.dtype)


class DynamicTanh(LastAxesNorm):
    """Squash instead of normalizing: no statistic, so no sample or token sees another.

        y = weight * tanh(alpha * x) + bias

    Args:
        normalized_shape: the last axes of x, as one number or a tuple.
        alpha: where the one learned slope starts.

    Raises:
        ShapeError: x does not end in normalized_shape.
        ArgumentError: x holds integers.

    Source: Zhu et al. 2025, section 4, https://arxiv.org/abs/2503.10622
    """

    def __init__(self, normalized_shape, *, alpha: float = 0.5):
        super().__init__(normalized_shape)
        self.alpha = nn.Parameter(torch.tensor(alpha))
        self.weight = nn.Parameter(torch.ones(self.normalized_shape))  # gamma
        self.bias = nn.Parameter(torch.zeros(self.normalized_shape))  # beta

    def forward(self, x: Tensor) -> Tensor:  # (*batch, *normalized_shape) -> same
        self._last_axes(x)
        y = self.weight * torch.tanh(self.alpha * widen(x)) + self.bias
        return y.to(x.dtype)


class DynamicErf(LastAxesNorm):
    """Squash by the error function, with a learned shift: dynamic tanh's kin (Derf).

        y = weight * erf(alpha * x + shift) + bias

    Args:
        normalized_shape: the last axes of x, as one number or a tuple.
        alpha: where the one learned slope starts; the shift starts at 0.

    Raises:
        ShapeError: x does not end in normalized_shape.
        ArgumentError: x holds integers.

    Source: Chen et al. 2025, https://arxiv.org/abs/2512.10938
    """

    def __init__(self, normalized_shape, *, alpha: float = 0.5):
        super().__init__(normalized_shape)
        self.alpha = nn.Parameter(torch.tensor(alpha))
        self.shift = nn.Parameter(torch.tensor(0.0))
        self.weight = nn.Parameter(torch.ones(self.normalized_shape))  # gamma
        self.bias = nn.Parameter(torch.zeros(self.normalized_shape))  # beta

    def forward(self, x: Tensor) -> Tensor:  # (*batch, *normalized_shape) -> same
        self._last_axes(x)
        y = self.weight * torch.erf(self.alpha * widen(x) + self.shift) + self.bias
        return y.to(x.dtype)
