"""Inputs that several exercises of the lesson draw, and the names they may not use."""

import numpy as np

LIBRARY_NORMS = (
    "torch.nn.functional.batch_norm",
    "torch.nn.functional.layer_norm",
    "torch.nn.functional.instance_norm",
    "torch.nn.functional.group_norm",
    "torch.nn.functional.rms_norm",
    "torch.nn.BatchNorm1d",
    "torch.nn.BatchNorm2d",
    "torch.nn.BatchNorm3d",
    "torch.nn.LazyBatchNorm1d",
    "torch.nn.LazyBatchNorm2d",
    "torch.nn.LazyBatchNorm3d",
    "torch.nn.SyncBatchNorm",
    "torch.nn.LayerNorm",
    "torch.nn.GroupNorm",
    "torch.nn.RMSNorm",
    "torch.nn.InstanceNorm1d",
    "torch.nn.InstanceNorm2d",
    "torch.nn.InstanceNorm3d",
    "torch.nn.LazyInstanceNorm1d",
    "torch.nn.LazyInstanceNorm2d",
    "torch.nn.LazyInstanceNorm3d",
    "torch.nn.modules.batchnorm",
    "torch.nn.modules.instancenorm",
    "torch.nn.modules.normalization",
    "torch.batch_norm",
    "torch.layer_norm",
    "torch.instance_norm",
    "torch.group_norm",
    "torch.rms_norm",
    "torch.native_batch_norm",
    "torch.native_layer_norm",
    "torch.native_group_norm",
    "torch.ops.aten",
    "torch._C",
    "keras.layers.BatchNormalization",
    "keras.layers.LayerNormalization",
    "keras.layers.GroupNormalization",
    "keras.layers.UnitNormalization",
    "keras.ops.batch_normalization",
    "keras.ops.layer_normalization",
    "keras.ops.nn.batch_normalization",
    "keras.ops.nn.layer_normalization",
    "tensorflow.keras.layers.BatchNormalization",
    "tensorflow.keras.layers.LayerNormalization",
    "tensorflow.keras.layers.GroupNormalization",
    "tensorflow.nn.batch_normalization",
    "sklearn.preprocessing",
)


def images(rng, *shape):
    """(N, C, *spatial): every sample and every channel has a mean and a spread of its own."""
    N, C, *spatial = shape
    own = [1] * len(spatial)
    channel = np.geomspace(0.05, 5, C).reshape(1, C, *own)
    sample = np.linspace(0.5, 2, N).reshape(N, 1, *own)
    mean = rng.uniform(-2, 2, (N, C, *own))
    return channel * sample * (mean + rng.standard_normal(shape))


def tokens(rng, *shape):
    """(..., D): every token and every feature has a mean and a spread of its own."""
    mean = rng.uniform(-2, 2, (*shape[:-1], 1)) + rng.uniform(-2, 2, shape[-1])
    return np.geomspace(0.3, 3, shape[-1]) * (mean + rng.standard_normal(shape))


def affine(rng, *shape):
    """Two arrays, gamma of either sign and never 1, beta never 0."""
    gamma = rng.uniform(0.5, 2, shape)
    gamma.flat[1::2] *= -1
    return gamma, rng.uniform(0.5, 2, shape)


def spread(p, x):
    """(C,) in the shape in which it meets x (N, C, *spatial)."""
    return p.reshape(1, -1, *[1] * (x.ndim - 2))
