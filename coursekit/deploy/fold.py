"""Fold batch norm into the layer before it: in eval it is a fixed scale and shift per channel.

Only the layer *before* folds exactly: before a convolution, batch norm would turn the zeros of the
padding into other numbers.
"""

import copy

import torch
from torch import nn

from coursekit import layers
from coursekit.deploy.frozen import stay_in_eval
from coursekit.deploy.plain import hooked, oddity
from coursekit.errors import ArgumentError, ShapeError

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
BATCH_NORMS = (
    *(nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm),
    *(layers.BatchNorm, layers.GhostBatchNorm, layers.BatchRenorm, layers.SyncBatchNorm),
    layers.FrozenBatchNorm,
)
RANKS = {3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}  # by a convolution's weight


def fold_linear_bn(linear, bn):
    """Fold batch norm into the linear layer before it.

    Args:
        linear: (N, in) -> (N, out); with more axes, bn must have its channels on the last.
        bn: batch norm of `out` channels, ours or torch.nn's, in eval.

    Returns:
        a new linear layer with a bias, in the precision of the old one; both arguments stay as they
        were.

    Raises:
        ShapeError: bn is not of linear's outputs.
        ArgumentError: one of the two is more than a plain layer (a subclass, parametrized, pruned,
            lazy, quantized, hooked, complex), or bn is in training, has no running statistics, or
            has its channels on another axis.

    Source: Jacob et al. 2018, equation 14, https://arxiv.org/abs/1712.05877
    """
    _check_plain(linear, (nn.Linear,), "a linear layer")
    _check_rank(linear, bn, nn.BatchNorm1d)
    scale, shift = scale_and_shift(bn, linear.out_features, axes=(1, -1))
    return _replace(
        linear, _wide(linear.weight) * scale.to(_wide(linear.weight))[:, None], scale, shift
    )


def fold_conv_bn(conv, bn):
    """Fold batch norm into the convolution, or transposed convolution, before it.

    Args:
        conv: (N, in, *spatial) -> (N, out, *spatial), in groups or not.
        bn: batch norm of `out` channels, ours or torch.nn's, in eval.

    Returns:
        a new convolution with a bias, in the precision of the old one; both arguments stay as they
        were.

    Raises:
        ShapeError: bn is not of conv's outputs.
        ArgumentError: see `fold_linear_bn`.

    Source: Jacob et al. 2018, equation 14, https://arxiv.org/abs/1712.05877
    """
    _check_plain(conv, CONVOLUTIONS + TRANSPOSED, "a convolution")
    _check_rank(conv, bn, RANKS[conv.weight.ndim])
    weight, spatial = _wide(conv.weight), [1] * (conv.weight.ndim - 2)
    scale, shift = scale_and_shift(bn, conv.out_channels, axes=(1, 1 - conv.weight.ndim))
    factor = scale.to(weight)
    if isinstance(conv, TRANSPOSED):  # (in, out/groups, *kernel): outputs are on axis 1
        grouped = weight.unflatten(0, (conv.groups, -1))  # (groups, in/groups, out/groups, ...)
        weight = (grouped * factor.view(conv.groups, 1, -1, *spatial)).flatten(0, 1)
    else:  # (out, in/groups, *kernel)
        weight = weight * factor.view(-1, 1, *spatial)
    return _replace(conv, weight, scale, shift)


def scale_and_shift(bn, channels: int, axes=(1,)):
    """Write batch norm in eval as y = scale * x + shift.

    Args:
        bn: batch norm, ours or torch.nn's, in eval.
        channels: C, of the layer it is folded into.
        axes: the names of the axis on which that layer's outputs are.

    Returns:
        scale, shift: (C,), in at least float32.

    Raises:
        ShapeError: bn does not have C channels.
        ArgumentError: bn is no plain batch norm, is in training, has no running statistics, or has
            its channels on another axis.
    """
    _check_plain(bn, BATCH_NORMS, "batch norm", but=(stay_in_eval,))
    if bn.num_features != channels:
        raise ShapeError(
            f"the layer has {channels} outputs and batch norm {bn.num_features} channels; "
            "fold only a batch norm that comes right after the layer"
        )
    if (axis := getattr(bn, "channel_axis", 1)) not in axes:
        raise ArgumentError(
            f"the layer's outputs are on axis {axes[0]}, and batch norm has its channels on axis "
            f"{axis}: it would scale by place, not by output"
        )
    if bn.training and not isinstance(bn, layers.FrozenBatchNorm):
        raise ArgumentError("batch norm in training depends on its batch; call model.eval() first")
    if bn.running_mean is None:
        raise ArgumentError(
            "batch norm without running statistics depends on its batch in eval too; "
            "there is nothing fixed to fold"
        )
    with torch.no_grad():
        scale = torch.rsqrt(_wide(bn.running_var) + bn.eps)
        scale = scale if bn.weight is None else scale * bn.weight
        shift = -bn.running_mean * scale
        return scale, shift if bn.bias is None else shift + bn.bias


def _check_plain(layer, kinds, what: str, but=()) -> None:
    kind, odd = type(layer), oddity(layer) if isinstance(layer, nn.Module) else ""
    if kind not in kinds and not odd:
        odd = f"only {', '.join(k.__name__ for k in kinds)} themselves can be folded"
    if not odd and (hooks := hooked(layer, but=but)):
        odd = f"it has {', '.join(hooks)}, which would see other numbers; remove them first"
    if not odd and any(p.is_complex() for p in (*layer.parameters(), *layer.buffers())):
        odd = "it is complex"
    if odd:
        raise ArgumentError(f"{kind.__name__} cannot be folded as {what}: {odd}")


def _check_rank(layer, bn, fitting) -> None:
    """Refuse torch's batch norm of images behind a layer that gives none, where it cannot stand."""
    if type(bn) in RANKS.values() and type(bn) is not fitting:
        raise ArgumentError(
            f"{type(bn).__name__} cannot come right after {type(layer).__name__}; "
            f"{fitting.__name__} can"
        )


def _wide(a):
    return a.float() if a.dtype.itemsize < 4 else a


def _replace(layer, weight, scale, shift):
    """Copy the layer with another weight, and a bias."""
    folded, like = copy.deepcopy(layer), layer.weight
    wide = torch.promote_types(scale.dtype, _wide(like).dtype)
    shift = shift.to(like.device, wide)
    if layer.bias is not None:
        shift = layer.bias.to(wide) * scale.to(shift) + shift
    folded.weight = nn.Parameter(weight.detach().to(like), like.requires_grad)
    folded.bias = nn.Parameter(shift.detach().to(like), like.requires_grad)
    return folded
