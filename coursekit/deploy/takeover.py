"""How a new norm takes the place of an old one: with its very tensors, settings and hooks."""

from functools import partial

import torch
from torch import nn
from torch.nn.modules.instancenorm import _InstanceNorm

from coursekit.catalog import Norm
from coursekit.deploy.frozen import freeze
from coursekit.deploy.plain import MOVABLE
from coursekit.errors import ArgumentError, ShapeError
from coursekit.layers import BatchRenorm, FrozenBatchNorm, RMSNorm
from coursekit.layers.tracked import TrackedNorm

INSTANCE_NORMS = (None, nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
SETTINGS = ("momentum", "channel_axis", "ghost", "r_max", "d_max", "process_group")
OWN = {  # attributes that the classes themselves set; what else is there was put there by the user
    *vars(nn.Module()),
    *SETTINGS,
    "eps num_features num_channels num_groups groups normalized_shape affine one_plus",
    "elementwise_affine track_running_stats cast_first _compiled_call_impl",
}
OWN = {word for words in OWN for word in words.split()}


def take_over(new: nn.Module, old: nn.Module, norm: Norm) -> nn.Module:
    """Give a fresh norm all that the old one has.

    Raises:
        ArgumentError: the old norm has what the new kind cannot have.
    """
    _check(new, old, norm)
    like = next((a for a in (*old.parameters(), *old.buffers()) if a.is_floating_point()), None)
    new = new if like is None else new.to(device=like.device, dtype=like.dtype)
    affine = any(getattr(old, name, None) is not None for name in ("weight", "bias"))
    for name in ("weight", "bias"):
        if name in {*new._parameters, *new._buffers}:
            _put(new, name, getattr(old, name, None), affine)
    if hasattr(old, "running_mean"):  # a norm that knows of statistics, with or without them
        for name in STATISTICS:
            value = getattr(old, name, None)  # None: not tracked, or from before the count
            if name in new._buffers and (value is not None or old.running_mean is None):
                new._buffers[name] = value
    _settings(new, old, norm)
    for hooks in (*MOVABLE, "_is_full_backward_hook"):
        if hooks in vars(old):
            setattr(
                new, hooks, getattr(old, hooks)
            )  # the dict itself: handles still remove from it
    new._non_persistent_buffers_set = old._non_persistent_buffers_set & {*new._buffers}
    vars(new).update({name: value for name, value in vars(old).items() if name not in OWN})
    new.train(old.training)
    if isinstance(old, FrozenBatchNorm) and getattr(new, "running_mean", None) is not None:
        freeze(new)
    if isinstance(old, _InstanceNorm):
        rank = 2 + INSTANCE_NORMS.index(type(old))
        new.register_forward_pre_hook(partial(_in_batches, rank))
    return new


def _in_batches(rank: int, norm, inputs) -> None:
    """Refuse single images, which torch's instance norm takes: their rows may pass for channels.

    Raises:
        ShapeError: the first input has another number of axes than a batch.
    """
    if inputs and inputs[0].ndim != rank:
        raise ShapeError(
            f"x has {inputs[0].ndim} axes, and {type(norm).__name__} takes the {rank} of a batch; "
            "add an axis in front with unsqueeze(0)"
        )


def _check(new, old, norm) -> None:
    kind = type(old).__name__
    if getattr(old, "channel_axis", 1) != 1 and not hasattr(new, "channel_axis"):
        raise ArgumentError(
            f"{norm.title} has its channels on axis 1, and this {kind} on axis {old.channel_axis}"
        )
    if getattr(old, "one_plus", False):
        raise ArgumentError(
            f"this {kind} scales by 1 + weight (one_plus=True), and {norm.title} by its weight"
        )
    if isinstance(new, BatchRenorm | FrozenBatchNorm) and (
        getattr(old, "running_mean", None) is None
    ):
        raise ArgumentError(f"{norm.title} needs running statistics, and this {kind} has none")


def _put(new, name, tensor, affine) -> None:
    """Put the old tensor in; what the old norm did not learn, the new one does not."""
    if not affine and isinstance(new, TrackedNorm):
        setattr(new, name, None)
    elif tensor is None:
        getattr(new, name).requires_grad_(False)
    elif name in new._buffers:
        new._buffers[name] = tensor.detach().clone()
    elif isinstance(tensor, nn.Parameter):
        new._parameters[name] = tensor
    else:
        new._parameters[name] = nn.Parameter(tensor.clone(), requires_grad=False)


def _settings(new, old, norm) -> None:
    for name in SETTINGS:
        if hasattr(old, name) and hasattr(new, name):
            setattr(new, name, getattr(old, name))
    if norm.name == "group" and hasattr(old, "num_groups"):
        new.groups = old.num_groups
    if hasattr(new, "eps") and hasattr(old, "eps"):
        new.eps = old.eps
        if old.eps is None and not isinstance(new, RMSNorm):  # what None stands for there
            like = torch.get_default_dtype() if old.weight is None else old.weight.dtype
            new.eps = torch.finfo(torch.promote_types(like, torch.float32)).eps
