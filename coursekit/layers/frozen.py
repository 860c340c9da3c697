"""Batch norm that nothing moves: neither batches nor an optimizer."""

import torch
from torch import Tensor, nn

from coursekit.layers.channels import check_channel_axis, spread
from coursekit.layers.core import scale_and_shift, widen
from coursekit.norms.checks import check_eps


class FrozenBatchNorm(nn.Module):
    """Normalize with stored statistics, scale and shift, all four buffers, in training as in eval.

    Fill it from a trained batch norm: load its state_dict, or `deploy.convert` the model. What
    `deploy.freeze_bn` holds still by a hook has nothing here that could move.

    Args:
        num_features: C.
        eps: that of the batch norm it stands for.
        channel_axis: where C is; -1 for images stored as (N, H, W, C).

    Raises:
        ShapeError: x does not have C channels.
        ArgumentError: eps < 0, or x holds integers.

    Source: He et al. 2016, appendix A, https://arxiv.org/abs/1512.03385
    """

    weight: Tensor
    bias: Tensor
    running_mean: Tensor
    running_var: Tensor

    def __init__(self, num_features: int, *, eps: float = 1e-5, channel_axis: int = 1):
        super().__init__()
        check_eps(eps)
        self.num_features, self.eps, self.channel_axis = num_features, eps, channel_axis
        self.register_buffer("weight", torch.ones(num_features))  # gamma
        self.register_buffer("bias", torch.zeros(num_features))  # beta
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x: Tensor) -> Tensor:  # (N, C, *spatial) -> same
        axis = check_channel_axis(x, self.channel_axis, self.num_features)
        scale = self.weight * torch.rsqrt(self.running_var + self.eps)
        mean, scale, bias = (spread(p, x, axis) for p in (self.running_mean, scale, self.bias))
        return scale_and_shift(widen(x), mean, scale, bias).to(x.dtype)

    def _load_from_state_dict(self, state_dict, prefix, *rest) -> None:
        """Take batch norm's checkpoints, which count their batches."""
        state_dict.pop(f"{prefix}num_batches_tracked", None)
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def extra_repr(self) -> str:
        """Show the settings as torch.nn does."""
        return f"{self.num_features}, eps={self.eps}"
