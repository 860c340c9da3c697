"""One layer in the other library: Keras 3 on its torch backend, and ours or torch.nn's.

Three conventions differ. Keras's momentum weighs the old value, ours the new: each is 1 minus the
other. Keras counts features on the last axis. And Keras stores the biased variance, torch and we
the unbiased one: a conversion copies the number, so eval agrees to the last digit, and what further
training stores differs by a factor M / (M - 1).
"""

import torch
from torch import nn

from coursekit import layers
from coursekit.deploy.statistics import freeze_bn
from coursekit.errors import ArgumentError


def keras_to_torch(layer):
    """Make our layer from a built Keras one, with the same output in eval.

    Args:
        layer: BatchNormalization, LayerNormalization over the last axes, GroupNormalization with
            axis=1, or RMSNormalization.

    Returns:
        our layer, in eval, as a Keras layer is when nothing is said.

    Raises:
        ArgumentError: the layer is of another kind, not built, or uses what ours does not have.
    """
    kind = type(layer).__name__
    if kind not in FROM_KERAS:
        raise ArgumentError(f"{kind} cannot be converted; choose from {', '.join(FROM_KERAS)}")
    if not layer.built:
        raise ArgumentError(f"this {kind} has no weights yet; call it once, or build(input_shape)")
    return FROM_KERAS[kind](layer).eval()


def _batch_from_keras(layer):
    if layer.renorm:
        raise ArgumentError("batch renormalization keeps other statistics; convert it by hand")
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
    return ours if layer.trainable else freeze_bn(ours)  # in Keras that means inference mode too


def _layer_from_keras(layer):
    ours = layers.LayerNorm(_last_axes(layer, layer.gamma, layer.beta), eps=layer.epsilon)
    return _fill(ours, weight=layer.gamma, bias=layer.beta)


def _rms_from_keras(layer):
    ours = layers.RMSNorm(_last_axes(layer, layer.scale), eps=layer.epsilon)
    return _fill(ours, weight=layer.scale)


def _group_from_keras(layer):
    known = next((p for p in (layer.gamma, layer.beta) if p is not None), None)
    if layer.axis != 1 or known is None:
        raise ArgumentError(
            "GroupNormalization can be converted with axis=1, where ours has its channels, and "
            f"with scale or center; this layer has axis={layer.axis}"
        )
    groups = known.shape[0] if layer.groups == -1 else layer.groups  # -1: instance norm
    ours = layers.GroupNorm(known.shape[0], groups, eps=layer.epsilon)
    return _fill(ours, weight=layer.gamma, bias=layer.beta)


FROM_KERAS = {
    "BatchNormalization": _batch_from_keras,
    "LayerNormalization": _layer_from_keras,
    "GroupNormalization": _group_from_keras,
    "RMSNormalization": _rms_from_keras,
}


def _last_axes(layer, *parameters):
    axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
    known = next((p for p in parameters if p is not None), None)
    if known is None or axes != list(range(-len(axes), 0)):
        raise ArgumentError(
            f"{type(layer).__name__} can be converted with scale or center, over the last axes "
            f"counted from the end, as in axis=[-2, -1]; this layer has axis={layer.axis}"
        )
    return tuple(known.shape)


@torch.no_grad()
def _fill(ours, **variables):
    """Copy Keras's values into ours; what Keras does not learn, ours keeps at 1 or 0, frozen."""
    ours.to(next(v.value for v in variables.values() if v is not None))
    for name, variable in variables.items():
        if variable is None:
            getattr(ours, name).requires_grad_(False)
        else:
            getattr(ours, name).copy_(variable.value)
    return ours


def torch_to_keras(layer, input_shape):
    """Make a Keras layer from ours or torch.nn's, with the same output in eval.

    Args:
        layer: batch, layer, group or RMS norm.
        input_shape: as Keras's `build` takes it, with None for N: (None, 3, 32, 32).

    Returns:
        a built Keras layer.

    Raises:
        ArgumentError: the layer is of another kind, or uses what Keras does not have.
    """
    for kinds, make in TO_KERAS.items():
        if isinstance(layer, kinds):
            theirs, values = make(layer)
            theirs.build(input_shape)
            theirs.set_weights([v.detach().cpu().numpy() for v in values if v is not None])
            return theirs
    raise ArgumentError(
        f"{type(layer).__name__} cannot be converted; Keras has batch, layer, group and RMS norm"
    )


def _options(layer):
    weight, bias = layer.weight, layer.bias
    like = weight if weight is not None else getattr(layer, "running_mean", None)
    dtype = None if like is None else str(like.dtype).removeprefix("torch.")
    return {"scale": weight is not None, "center": bias is not None, "dtype": dtype}


def _batch_to_keras(layer):
    if layer.running_mean is None or layer.momentum is None:
        raise ArgumentError("Keras's batch norm always tracks statistics, with a momentum")
    theirs = _keras().BatchNormalization(
        axis=getattr(layer, "channel_axis", 1),
        momentum=1 - layer.momentum,
        epsilon=layer.eps,
        **_options(layer),
    )
    return theirs, (layer.weight, layer.bias, layer.running_mean, layer.running_var)


def _layer_to_keras(layer):
    axes = list(range(-len(layer.normalized_shape), 0))
    theirs = _keras().LayerNormalization(axis=axes, epsilon=layer.eps, **_options(layer))
    return theirs, (layer.weight, layer.bias)


def _group_to_keras(layer):
    groups = getattr(layer, "groups", None) or layer.num_groups
    theirs = _keras().GroupNormalization(groups, axis=1, epsilon=layer.eps, **_options(layer))
    return theirs, (layer.weight, layer.bias)


def _rms_to_keras(layer):
    if layer.weight is None or layer.eps is None or len(layer.normalized_shape) > 1:
        raise ArgumentError("Keras's RMS norm has a scale, an eps, and one axis")
    dtype = str(layer.weight.dtype).removeprefix("torch.")
    return _keras().RMSNormalization(epsilon=layer.eps, dtype=dtype), (layer.weight,)


TO_KERAS = {
    (layers.BatchNorm, nn.modules.batchnorm._BatchNorm): _batch_to_keras,
    (layers.LayerNorm, nn.LayerNorm): _layer_to_keras,
    (layers.GroupNorm, nn.GroupNorm): _group_to_keras,
    (layers.RMSNorm, nn.RMSNorm): _rms_to_keras,
}


def _keras():
    """Import Keras where it is used: it is slow to load."""
    import keras

    if keras.backend.backend() != "torch":
        raise ArgumentError(
            f"Keras runs on {keras.backend.backend()} here; "
            "set KERAS_BACKEND=torch before it is imported"
        )
    return keras.layers
