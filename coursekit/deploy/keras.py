"""One layer in the other library: Keras 3 on its torch backend, and ours or torch.nn's.

Three conventions differ. Keras's momentum weighs the old value, ours the new: each is 1 minus the
other. Keras counts features on the last axis. And Keras stores the biased variance, torch and we
the unbiased one: a conversion copies the number, so eval agrees to the last digit, and what further
training stores differs by a factor M / (M - 1).
"""

import torch

from coursekit import layers
from coursekit.deploy.frozen import freeze
from coursekit.deploy.to_keras import keras_module
from coursekit.deploy.to_keras import torch_to_keras as torch_to_keras
from coursekit.errors import ArgumentError


def keras_to_torch(layer):
    """Make our layer from a built Keras one, with the same output in eval.

    Args:
        layer: BatchNormalization, LayerNormalization or RMSNormalization over the last axes, or
            GroupNormalization with its channels on axis 1. One dtype throughout: the output has
            that of the input.

    Returns:
        our layer, in eval, as a Keras layer is when nothing is said; what was not trainable is
        frozen.

    Raises:
        ArgumentError: the layer is of another kind, not built, or uses what ours does not have.
    """
    kind = type(layer).__name__
    if kind not in FROM_KERAS:
        raise ArgumentError(f"{kind} cannot be converted; choose from {', '.join(FROM_KERAS)}")
    if type(layer) is not getattr(keras_module().layers, kind):
        raise ArgumentError(f"this {kind} is not Keras's own, and may compute something else")
    if not layer.built:
        raise ArgumentError(f"this {kind} has no weights yet; call it once, or build(input_shape)")
    _check(layer, kind)
    ours = FROM_KERAS[kind](layer)
    for name, variable in VARIABLES[kind].items():
        if (theirs := getattr(layer, variable)) is not None:
            getattr(ours, name).requires_grad_(bool(layer.trainable and theirs.trainable))
    return ours.eval()


LOST = tuple(f"{p}_{what}" for p in ("gamma", "beta") for what in ("constraint", "regularizer"))


def _check(layer, kind: str) -> None:
    """Refuse what would get lost, or would give other numbers."""
    policy = layer.dtype_policy
    if policy.compute_dtype != policy.variable_dtype or getattr(policy, "quantization_mode", None):
        raise ArgumentError(
            f"this {kind} computes in {policy.compute_dtype} and keeps {policy.variable_dtype} "
            f"({policy.name}); ours takes x as it comes. Rebuild it with one dtype"
        )
    for name in ("renorm", "synchronized", "rms_scaling"):
        if getattr(layer, name, False):
            raise ArgumentError(f"{kind}({name}=True) cannot be converted: {WHY[name]}")
    if lost := [name for name in LOST if getattr(layer, name, None) is not None]:
        raise ArgumentError(
            f"this {kind} has a {lost[0]}, for which torch has no place in a layer; "
            "set it to None and do its work in the training loop"
        )


WHY = {
    "renorm": "batch renormalization keeps other statistics; convert it by hand",
    "synchronized": "Keras does it with TensorFlow alone; layers.SyncBatchNorm is ours",
    "rms_scaling": "it divides by the standard deviation and keeps the mean",
}


def _batch_from_keras(layer):
    ours = layers.BatchNorm(
        layer.moving_mean.shape[0],
        eps=layer.epsilon,
        momentum=1 - layer.momentum,
        channel_axis=layer.axis,
    )
    _fill(
        ours,
        weight=layer.gamma,
        bias=layer.beta,
        running_mean=layer.moving_mean,
        running_var=layer.moving_variance,
    )
    if not layer.trainable:  # in Keras that means inference mode too
        freeze(ours)
    return ours


def _layer_from_keras(layer):
    ours = layers.LayerNorm(_last_axes(layer), eps=_eps(layer))
    return _fill(ours, layer.dtype, weight=layer.gamma, bias=layer.beta)


def _rms_from_keras(layer):
    ours = layers.RMSNorm(_last_axes(layer), eps=_eps(layer))
    return _fill(ours, weight=layer.scale)


def _group_from_keras(layer):
    shape = _input_shape(layer)
    if layer.axis % len(shape) != 1:
        raise ArgumentError(
            "GroupNormalization can be converted with axis=1, where ours has its channels; "
            f"this layer has axis={layer.axis}"
        )
    groups = shape[1] if layer.groups == -1 else layer.groups  # -1: instance norm
    ours = layers.GroupNorm(shape[1], groups, eps=layer.epsilon)
    return _fill(ours, layer.dtype, weight=layer.gamma, bias=layer.beta)


FROM_KERAS = {
    "BatchNormalization": _batch_from_keras,
    "LayerNormalization": _layer_from_keras,
    "GroupNormalization": _group_from_keras,
    "RMSNormalization": _rms_from_keras,
}


VARIABLES = {kind: {"weight": "gamma", "bias": "beta"} for kind in FROM_KERAS}
VARIABLES["RMSNormalization"] = {"weight": "scale"}


def _input_shape(layer) -> tuple:
    return tuple(layer.get_build_config()["input_shape"])


def _last_axes(layer) -> tuple[int, ...]:
    """Give the lengths of the axes that are normalized, if they are x's last.

    Keras sorts them as they are written, and shapes gamma by that: with signs mixed, out of order.
    """
    shape, axes = _input_shape(layer), [layer.axis] if isinstance(layer.axis, int) else layer.axis
    rank, found = len(shape), [axis % len(shape) for axis in sorted(axes)]
    if found != list(range(rank - len(found), rank)):
        raise ArgumentError(
            f"{type(layer).__name__} can be converted over the last axes, as in axis=[-2, -1]; "
            f"this layer has axis={layer.axis} of {rank}"
        )
    return tuple(shape[axis] for axis in found)


def _eps(layer) -> float:
    """Give the eps; Keras reads None as its own smallest."""
    return keras_module().backend.epsilon() if layer.epsilon is None else layer.epsilon


@torch.no_grad()
def _fill(ours, dtype=None, **variables):
    """Copy Keras's values into ours; what Keras does not learn, ours keeps at 1 or 0, frozen."""
    known = next((v.value for v in variables.values() if v is not None), None)
    ours.to(known if known is not None else getattr(torch, dtype))
    for name, variable in variables.items():
        if variable is None:
            getattr(ours, name).requires_grad_(False)
        else:
            getattr(ours, name).copy_(variable.value)
    return ours
