"""What libraries have for a norm, under all its names: exercises ask for it to be written."""

from coursekit.errors import ExerciseError

COURSE = tuple(
    f"coursekit.{name}" for name in ("norms", "layers", "moments", "exercises", "checking")
)

NORMS = {  # kind, which is also what torch's own operations for it are called -> dotted names
    "batch_norm": """
        torch.batch_norm torch.native_batch_norm torch.nn.functional.batch_norm
        torch.nn.modules.batchnorm torch.nn.modules.batchnorm._BatchNorm
        torch.nn.BatchNorm1d torch.nn.BatchNorm2d torch.nn.BatchNorm3d torch.nn.SyncBatchNorm
        torch.nn.utils.fusion.fuse_conv_bn_weights torch.nn.utils.fusion.fuse_linear_bn_weights
        torch.nn.LazyBatchNorm1d torch.nn.LazyBatchNorm2d torch.nn.LazyBatchNorm3d
        torchvision.ops.FrozenBatchNorm2d
        keras.layers.BatchNormalization keras.ops.batch_normalization keras.layers.Normalization
        tensorflow.keras.layers.BatchNormalization tensorflow.keras.layers.Normalization
        tensorflow.nn.batch_normalization tensorflow.nn.fused_batch_norm
        flax.linen.BatchNorm flax.nnx.BatchNorm haiku.BatchNorm sklearn.preprocessing
    """,
    "layer_norm": """
        torch.layer_norm torch.native_layer_norm torch.nn.functional.layer_norm torch.nn.LayerNorm
        torch.nn.TransformerEncoderLayer torch.nn.TransformerDecoderLayer torch.nn.Transformer
        keras.layers.LayerNormalization keras.ops.layer_normalization
        tensorflow.keras.layers.LayerNormalization
        flax.linen.LayerNorm flax.nnx.LayerNorm haiku.LayerNorm jax.nn.standardize
    """,
    "instance_norm": """
        torch.instance_norm torch.nn.functional.instance_norm torch.nn.modules.instancenorm
        torch.nn.InstanceNorm1d torch.nn.InstanceNorm2d torch.nn.InstanceNorm3d
        torch.nn.LazyInstanceNorm1d torch.nn.LazyInstanceNorm2d torch.nn.LazyInstanceNorm3d
        flax.linen.InstanceNorm flax.nnx.InstanceNorm haiku.InstanceNorm
    """,
    "group_norm": """
        torch.group_norm torch.native_group_norm torch.nn.functional.group_norm torch.nn.GroupNorm
        keras.layers.GroupNormalization tensorflow.keras.layers.GroupNormalization
        flax.linen.GroupNorm flax.nnx.GroupNorm haiku.GroupNorm
    """,
    "rms_norm": """
        torch.rms_norm torch.nn.functional.rms_norm torch.nn.RMSNorm
        keras.layers.RMSNormalization keras.ops.rms_normalization
        tensorflow.keras.layers.RMSNormalization flax.linen.RMSNorm flax.nnx.RMSNorm haiku.RMSNorm
    """,
    "local_response_norm": """
        torch.nn.functional.local_response_norm torch.nn.LocalResponseNorm
        torch.nn.CrossMapLRN2d tensorflow.nn.local_response_normalization
    """,
    "weight_norm": """
        torch.nn.utils.weight_norm torch.nn.utils.parametrizations.weight_norm
        torch.nn.utils.parametrizations._WeightNorm
        flax.linen.WeightNorm flax.nnx.WeightNorm
    """,
    "spectral_norm": """
        torch.nn.utils.spectral_norm torch.nn.utils.parametrizations.spectral_norm
        torch.nn.utils.parametrizations._SpectralNorm
        keras.layers.SpectralNormalization tensorflow.keras.layers.SpectralNormalization
        flax.linen.SpectralNorm flax.nnx.SpectralNorm haiku.SpectralNorm
    """,
    "unit_norm": "keras.layers.UnitNormalization tensorflow.keras.layers.UnitNormalization",
}
HOLDERS = tuple(  # of any kind
    "torch.ops torch._C torch._VF torch._refs torch._decomp torch._prims "
    "torch.nn.modules.normalization".split()
)
FUSED = {"transformer_encoder_layer_fwd": "layer_norm"}  # operations that hold another's work


def names(asked: tuple[str, ...]) -> tuple[str, ...]:
    """The dotted names that nobody may use who is asked to write norms of these kinds."""
    listed = (*HOLDERS, *(name for kind in asked for name in NORMS[kind].split())) if asked else ()
    return COURSE + listed


def kinds(*, but: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The kinds of norms, but for some.

    Raises:
        ExerciseError: there is no such kind.
    """
    for kind in but:
        if kind not in NORMS:
            raise ExerciseError(f"no kind of norm is called {kind!r}; there are {', '.join(NORMS)}")
    return tuple(kind for kind in NORMS if kind not in but)


def operations(asked: tuple[str, ...], forbidden: tuple[str, ...] = ()) -> dict[str, str]:
    """What torch's operations for these kinds of norms are called, and how each is told.

    Args:
        forbidden: dotted names; of torch's functions among them, the operations too.
    """
    leaves = [name.rpartition(".")[2] for name in forbidden if name.startswith("torch.")]
    own = {name: name for name in leaves if "_" in name[1:] and name.islower()}
    return own | {k: k for k in asked} | {op: k for op, k in FUSED.items() if k in asked}
