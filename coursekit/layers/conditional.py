"""Layers whose scale and shift are not their own: a class or a style image sets them."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from coursekit.errors import ArgumentError, ShapeError
from coursekit.layers.batch import BatchNorm
from coursekit.layers.core import affine_norm, statistics, widen
from coursekit.norms.checks import check_enough, check_eps, check_rank, check_real, check_tensor


class ConditionalBatchNorm(nn.Module):
    """Normalize as batch norm does, then scale and shift each sample by its class's row.

    Args: classes: K; weight and bias are (K, C). For the others see `TrackedNorm`.

    Raises:
        ShapeError: labels is not (N,), or see `BatchNorm`.
        ArgumentError: labels are no integers, or see `BatchNorm`.
        IndexError: torch's own, for a label that is none of 0 .. K - 1.

    Source: de Vries et al. 2017, https://arxiv.org/abs/1707.00683; the table with a row for each
        class is Dumoulin, Shlens & Kudlur 2017's, https://arxiv.org/abs/1610.07629, and Miyato &
        Koyama 2018's, https://arxiv.org/abs/1802.05637
    """

    def __init__(self, num_features: int, classes: int, **options):
        super().__init__()
        self.norm = BatchNorm(num_features, affine=False, **options)
        self.channel_axis = self.norm.channel_axis
        self.weight = nn.Parameter(torch.ones(classes, num_features))  # gamma
        self.bias = nn.Parameter(torch.zeros(classes, num_features))  # beta

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """Normalize x (N, C, *spatial); labels (N,) choose the rows."""
        wide = widen(x)
        check_tensor(labels, "labels")
        if labels.shape != x.shape[:1]:
            raise ShapeError(f"labels must be one per sample, ({len(x)},); got {labels.shape}")
        if labels.dtype not in (torch.int64, torch.int32):
            raise ArgumentError(f"labels choose rows, so they must be integers; got {labels.dtype}")
        check_real(self.weight, "this layer's parameters")
        own = [1] * x.ndim
        own[0], own[self.channel_axis] = len(x), self.weight.shape[1]  # (N, C, 1, 1)
        weight, bias = (F.embedding(labels, table) for table in (self.weight, self.bias))
        return (weight.view(own) * self.norm(wide) + bias.view(own)).to(x.dtype)


class AdaptiveInstanceNorm(nn.Module):
    """Give each channel of the content the mean and standard deviation of the style's (AdaIN).

    Args: eps: added to both variances, inside the square roots.

    Raises:
        ShapeError: content and style differ in N or C, or one has fewer than two pixels.
        ArgumentError: eps < 0, or an image holds integers.

    Source: Huang & Belongie 2017, equation 8, https://arxiv.org/abs/1703.06868
    """

    def __init__(self, *, eps: float = 1e-5):
        super().__init__()
        check_eps(eps)
        self.eps = eps

    def forward(self, content: Tensor, style: Tensor) -> Tensor:
        """Restyle content (N, C, *spatial); the spatial axes of style may differ."""
        wide, wide_style = widen(content, "content"), widen(style, "style")
        check_rank(content, 3, "(N, C, *spatial)")
        if content.shape[:2] != style.shape[:2]:
            raise ShapeError(
                f"content and style must agree in N and C; "
                f"got {tuple(content.shape)} and {tuple(style.shape)}"
            )
        axes, style_axes = tuple(range(2, content.ndim)), tuple(range(2, style.ndim))
        check_enough(content.shape, axes, "channel of the content", "a larger image")
        check_enough(style.shape, style_axes, "channel of the style", "a larger image")
        shift, rest, var, _ = statistics(wide_style, style_axes)
        own = (*content.shape[:2], *[1] * len(axes))  # (N, C, 1, 1)
        std = torch.sqrt(var + self.eps)
        y, _, _ = affine_norm(wide, std.view(own), (shift + rest).view(own), axes, self.eps)
        return y.to(content.dtype)
