"""Fold batch norm into the layer before it: in eval it is an affine map, and so is that layer.

    scale = weight / sqrt(running_var + eps)
    W' = W * scale,  b' = (b - running_mean) * scale + bias

Only this order folds exactly: before a convolution, batch norm would turn the zeros of the padding
into other numbers.
"""

import copy

import torch
from torch import nn

from coursekit.errors import ArgumentError, ShapeError

TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def fold_linear_bn(linear, bn):
    """Fold batch norm into the linear layer before it.

    Args:
        linear: (in) -> (out).
        bn: batch norm of `out` channels, ours or torch.nn's, in eval.

    Returns:
        a new linear layer with a bias; both arguments stay as they were.

    Raises:
        ShapeError: bn is not of linear's outputs.
        ArgumentError: bn is in training, or has no running statistics.

    Source: Jacob et al. 2018, equation 14, https://arxiv.org/abs/1712.05877
    """
    scale, shift = scale_and_shift(bn, linear.out_features)
    folded = copy.deepcopy(linear)
    return _replace(folded, linear.weight * scale[:, None], linear.bias, scale, shift)


def fold_conv_bn(conv, bn):
    """Fold batch norm into the convolution, or transposed convolution, before it.

    Args:
        conv: (N, in, *spatial) -> (N, out, *spatial), in groups or not.
        bn: batch norm of `out` channels, ours or torch.nn's, in eval.

    Returns:
        a new convolution with a bias; both arguments stay as they were.

    Raises:
        ShapeError: bn is not of conv's outputs.
        ArgumentError: bn is in training, or has no running statistics.

    Source: Jacob et al. 2018, equation 14, https://arxiv.org/abs/1712.05877
    """
    scale, shift = scale_and_shift(bn, conv.out_channels)
    folded = copy.deepcopy(conv)
    weight, spatial = conv.weight, [1] * (conv.weight.ndim - 2)
    if isinstance(conv, TRANSPOSED):  # (in, out/groups, *kernel): outputs are on axis 1
        grouped = weight.unflatten(0, (conv.groups, -1))  # (groups, in/groups, out/groups, ...)
        weight = (grouped * scale.view(conv.groups, 1, -1, *spatial)).flatten(0, 1)
    else:  # (out, in/groups, *kernel)
        weight = weight * scale.view(-1, 1, *spatial)
    return _replace(folded, weight, conv.bias, scale, shift)


def scale_and_shift(bn, channels: int):
    """Write batch norm in eval as y = scale * x + shift.

    Args:
        bn: batch norm, ours or torch.nn's, in eval.
        channels: C, of the layer it is folded into.

    Returns:
        scale, shift: (C,).

    Raises:
        ShapeError: bn does not have C channels.
        ArgumentError: bn is in training, or has no running statistics.
    """
    if bn.num_features != channels:
        raise ShapeError(
            f"the layer has {channels} outputs and batch norm {bn.num_features} channels; "
            "fold only a batch norm that comes right after the layer"
        )
    if bn.training:
        raise ArgumentError("batch norm in training depends on its batch; call model.eval() first")
    if bn.running_mean is None:
        raise ArgumentError(
            "batch norm without running statistics depends on its batch in eval too; "
            "there is nothing fixed to fold"
        )
    scale = torch.rsqrt(bn.running_var + bn.eps)
    scale = scale if bn.weight is None else scale * bn.weight
    shift = -bn.running_mean * scale
    return scale, shift if bn.bias is None else shift + bn.bias


def _replace(folded, weight, bias, scale, shift):
    bias = shift if bias is None else bias * scale + shift
    folded.weight = nn.Parameter(weight.detach())
    folded.bias = nn.Parameter(bias.detach())
    return folded
