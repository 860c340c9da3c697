"""A Keras layer from one of ours or of torch.nn's; `keras` has the other direction."""

from torch import nn

from coursekit import layers
from coursekit.deploy.frozen import is_frozen, stay_in_eval
from coursekit.deploy.plain import hooked, oddity
from coursekit.errors import ArgumentError, ShapeError


def torch_to_keras(layer, input_shape):
    """Make a Keras layer from ours or torch.nn's, with the same output in eval.

    Args:
        layer: batch, frozen batch, layer, group or RMS norm.
        input_shape: as Keras's `build` takes it, with None for N: (None, 3, 32, 32).

    Returns:
        a built Keras layer; what was frozen is not trainable.

    Raises:
        ShapeError: input_shape is not one that the layer takes.
        ArgumentError: the layer is of another kind, or uses what Keras does not have.
    """
    make = next((make for kinds, make in TO_KERAS.items() if type(layer) in kinds), None)
    if make is None:
        raise ArgumentError(
            f"{type(layer).__name__} cannot be converted; Keras has batch, layer, group and RMS "
            "norm, and a subclass may compute something else"
        )
    if odd := oddity(layer) or ", ".join(hooked(layer, but=(stay_in_eval,))):
        raise ArgumentError(f"{type(layer).__name__} cannot be converted: {odd}")
    if layer.eps is None and not isinstance(layer, layers.RMSNorm | nn.RMSNorm):
        raise ArgumentError(f"{type(layer).__name__} with eps=None computes nothing")
    dtype = _one_dtype(layer)
    theirs, values = make(layer, tuple(input_shape), dtype)
    theirs.build(input_shape)
    known = [v for v in values if v is not None]
    theirs.set_weights([_array(v) for v in known])
    for variable, value in zip(theirs.weights, known, strict=True):
        if variable.trainable and not value.requires_grad:
            variable.trainable = False
    if is_frozen(layer) or isinstance(layer, layers.FrozenBatchNorm):
        theirs.trainable = False  # for batch norm that means inference mode, too
    return theirs


def _one_dtype(layer) -> str | None:
    dtypes = {
        str(a.dtype).removeprefix("torch.")
        for a in (*layer.parameters(), *layer.buffers())
        if a.is_floating_point() or a.is_complex()
    }
    if len(dtypes) > 1 or any("complex" in dtype for dtype in dtypes):
        raise ArgumentError(f"a Keras layer has one real dtype; this one has {sorted(dtypes)}")
    return next(iter(dtypes), None)


def _array(tensor):
    wide = tensor.detach().cpu()
    return (wide.float() if wide.dtype.itemsize < 4 else wide).numpy()


def _check_axis(layer, shape, axis: int, length) -> None:
    if not -len(shape) <= axis < len(shape) or shape[axis] != length:
        raise ShapeError(
            f"{type(layer).__name__} has {length} on axis {axis}; input_shape is {shape}"
        )


def _affine(layer, dtype):
    weight, bias = layer.weight, layer.bias
    return {"scale": weight is not None, "center": bias is not None, "dtype": dtype}


def _batch_to_keras(layer, shape, dtype):
    frozen = isinstance(layer, layers.FrozenBatchNorm)
    if layer.running_mean is None or (not frozen and layer.momentum is None):
        raise ArgumentError("Keras's batch norm always tracks statistics, with a momentum")
    axis = getattr(layer, "channel_axis", 1)
    _check_axis(layer, shape, axis, layer.num_features)
    theirs = keras_module().layers.BatchNormalization(
        axis=axis,
        momentum=1.0 if frozen else 1 - layer.momentum,
        epsilon=layer.eps,
        **_affine(layer, dtype),
    )
    return theirs, (layer.weight, layer.bias, layer.running_mean, layer.running_var)


def _layer_to_keras(layer, shape, dtype):
    axes = list(range(-len(layer.normalized_shape), 0))
    for axis, length in zip(axes, layer.normalized_shape, strict=True):
        _check_axis(layer, shape, axis, length)
    options = _affine(layer, dtype)
    theirs = keras_module().layers.LayerNormalization(axis=axes, epsilon=layer.eps, **options)
    return theirs, (layer.weight, layer.bias)


def _group_to_keras(layer, shape, dtype):
    groups = getattr(layer, "groups", None) or layer.num_groups
    _check_axis(layer, shape, 1, layer.num_channels)
    options = _affine(layer, dtype)
    theirs = keras_module().layers.GroupNormalization(groups, axis=1, epsilon=layer.eps, **options)
    return theirs, (layer.weight, layer.bias)


def _rms_to_keras(layer, shape, dtype):
    if layer.weight is None or layer.eps is None or len(layer.normalized_shape) > 1:
        raise ArgumentError("Keras's RMS norm has a scale, an eps, and one axis")
    if getattr(layer, "cast_first", False):
        raise ArgumentError("Keras's RMS norm goes back to half precision after its scale")
    _check_axis(layer, shape, -1, layer.normalized_shape[0])
    theirs = keras_module().layers.RMSNormalization(epsilon=layer.eps, dtype=dtype)
    if not getattr(layer, "one_plus", False):
        return theirs, (layer.weight,)
    scale = (1 + layer.weight.detach()).requires_grad_(layer.weight.requires_grad)
    return theirs, (scale,)


TO_KERAS = {
    (
        *(nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d),
        *(layers.BatchNorm, layers.FrozenBatchNorm),
    ): _batch_to_keras,
    (layers.LayerNorm, nn.LayerNorm): _layer_to_keras,
    (layers.GroupNorm, nn.GroupNorm): _group_to_keras,
    (layers.RMSNorm, nn.RMSNorm): _rms_to_keras,
}


def keras_module():
    """Import Keras where it is used: it is slow to load.

    Raises:
        ArgumentError: it runs on another backend than torch.
    """
    import keras

    if keras.backend.backend() != "torch":
        raise ArgumentError(
            f"Keras runs on {keras.backend.backend()} here; "
            "set KERAS_BACKEND=torch before it is imported"
        )
    return keras
